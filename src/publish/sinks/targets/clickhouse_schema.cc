// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/clickhouse_schema.h"

#include <algorithm>
#include <memory>
#include <span>

#include "publish/sinks/record/field.h"

namespace wiregauge::sinks {
namespace {

// What a table cannot be without: when a record was, and what makes of two copies one.
constexpr std::string_view kNeeded[] = {"LAST_SWITCHED", "RECORD_ID"};
// What the rows of an hour are sorted by, as far as it was chosen.
constexpr std::string_view kSortedBy[] = {"IPV4_SRC_ADDR", "IPV6_SRC_ADDR", "IPV4_DST_ADDR",
                                          "IPV6_DST_ADDR"};

// Whether every record has it: then a flow of which nothing is known has it too.
bool IsAlwaysKnown(const Field& field) {
  static const model::PlaceNames places;
  static const RecordContext context(std::make_shared<const model::ApplicationCatalogue>(), places,
                                     {}, {});
  static const model::FlowRecord flow;
  JsonMembers members;
  field.write(Reading(flow, context), {JsonKey(field.name), members});
  return !members.view().empty();
}

std::string_view PlainType(FieldType type) {
  switch (type) {
    case FieldType::kText:
    case FieldType::kIpv4:
    case FieldType::kIpv6:
      return "String";
    case FieldType::kTexts:
      return "Array(String)";
    case FieldType::kBoolean:
    case FieldType::kUint8:
      return "UInt8";
    case FieldType::kUint16:
      return "UInt16";
    case FieldType::kUint32:
      return "UInt32";
    case FieldType::kUint64:
    case FieldType::kMillis:
      return "UInt64";
    case FieldType::kFloat:
      return "Float64";
    case FieldType::kSeconds:
    case FieldType::kTime:
      return "DateTime('UTC')";
  }
  return "String";
}

// An empty text is no text; a 0 is a number, so what is not known needs a NULL.
std::string TypeOf(const Field& field) {
  const std::string plain(PlainType(field.type));
  if (plain == "String" || plain.starts_with("Array") || IsAlwaysKnown(field)) return plain;
  return "Nullable(" + plain + ")";
}

bool Has(const config::Sink& settings, std::string_view name) {
  return settings.fields.empty() || std::ranges::count(settings.fields, name) > 0 ||
         std::ranges::count(kNeeded, name) > 0;
}

bool HasAll(const config::Sink& settings, std::span<const std::string_view> names) {
  return std::ranges::all_of(names, [&](std::string_view name) { return Has(settings, name); });
}

std::string Quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

std::string TableName(const config::Sink& settings, std::string_view suffix = {}) {
  return Quoted(settings.database) + "." + Quoted(settings.table + std::string(suffix));
}

std::string SortingKey(const config::Sink& settings) {
  std::string key = "toStartOfHour(LAST_SWITCHED)";
  for (const std::string_view name : kSortedBy) {
    if (Has(settings, name)) key.append(", ").append(name);
  }
  return key + ", LAST_SWITCHED, RECORD_ID";
}

constexpr std::string_view kViewsNeed[] = {
    "IN_BYTES",      "OUT_BYTES",     "IN_PKTS",       "OUT_PKTS",      "L7_PROTO_NAME",
    "IPV4_SRC_ADDR", "IPV6_SRC_ADDR", "IPV4_DST_ADDR", "IPV6_DST_ADDR", "NTOPNG_INSTANCE_NAME"};

constexpr std::string_view kSums =
    "  sum(IN_BYTES) AS in_bytes,\n"
    "  sum(OUT_BYTES) AS out_bytes,\n"
    "  sum(IN_PKTS) AS in_packets,\n"
    "  sum(OUT_PKTS) AS out_packets,\n"
    "  count() AS records\n";

std::string View(const config::Sink& settings, std::string_view suffix, const std::string& key,
                 const std::string& selected) {
  return "CREATE MATERIALIZED VIEW IF NOT EXISTS " + TableName(settings, suffix) +
         "\nENGINE = SummingMergeTree\nPARTITION BY toYYYYMM(time)\nORDER BY (" + key +
         ")\nAS SELECT\n" + selected + std::string(kSums) + "FROM " + TableName(settings) +
         "\nGROUP BY " + key;
}

}  // namespace

std::vector<ClickHouseColumn> ClickHouseColumns(const config::Sink& settings) {
  std::vector<ClickHouseColumn> columns;
  for (const Field& field : AllFields()) {
    if (Has(settings, field.name)) columns.push_back({field.name, TypeOf(field)});
  }
  return columns;
}

Status CheckClickHouseNames(const config::Sink& settings) {
  const auto check = [](const char* key, std::string_view name) -> Status {
    const bool is_name = !name.empty() && name.find_first_of("`\\'\"./ \t\r\n") == name.npos;
    if (is_name) return {};
    return Error{ErrorCode::kInvalidArgument,
                 std::string(key) + ": '" + std::string(name) + "' is no name"};
  };
  if (Status status = check("database", settings.database); !status.ok()) return status;
  return check("table", settings.table);
}

std::string ClickHouseCreateDatabase(const config::Sink& settings) {
  return "CREATE DATABASE IF NOT EXISTS " + Quoted(settings.database);
}

std::string ClickHouseCreateTable(const config::Sink& settings) {
  std::string columns;
  for (const ClickHouseColumn& column : ClickHouseColumns(settings)) {
    columns.append(columns.empty() ? "  " : ",\n  ").append(column.name);
    columns.append(" ").append(column.type);
  }
  return "CREATE TABLE IF NOT EXISTS " + TableName(settings) + " (\n" + columns +
         "\n)\nENGINE = ReplacingMergeTree\nPARTITION BY toYYYYMMDD(LAST_SWITCHED)\nORDER BY (" +
         SortingKey(settings) + ")";
}

std::string ClickHouseAddColumns(const config::Sink& settings,
                                 const std::vector<ClickHouseColumn>& missing) {
  std::string changes;
  for (const ClickHouseColumn& column : missing) {
    changes.append(changes.empty() ? " ADD COLUMN " : ", ADD COLUMN ").append(column.name);
    changes.append(" ").append(column.type);
  }
  return "ALTER TABLE " + TableName(settings) + changes;
}

std::vector<std::string> ClickHouseCreateViews(const config::Sink& settings) {
  if (!HasAll(settings, kViewsNeed)) return {};
  return {View(settings, "_by_application_1m", "time, application, instance",
               "  toStartOfMinute(LAST_SWITCHED) AS time,\n"
               "  L7_PROTO_NAME AS application,\n"
               "  NTOPNG_INSTANCE_NAME AS instance,\n"),
          View(settings, "_by_hosts_1h", "time, client, server, application, instance",
               "  toStartOfHour(LAST_SWITCHED) AS time,\n"
               "  if(IPV4_SRC_ADDR != '', IPV4_SRC_ADDR, IPV6_SRC_ADDR) AS client,\n"
               "  if(IPV4_DST_ADDR != '', IPV4_DST_ADDR, IPV6_DST_ADDR) AS server,\n"
               "  L7_PROTO_NAME AS application,\n"
               "  NTOPNG_INSTANCE_NAME AS instance,\n")};
}

std::string ClickHouseInsert(const config::Sink& settings) {
  std::string columns;
  for (const ClickHouseColumn& column : ClickHouseColumns(settings)) {
    columns.append(columns.empty() ? "" : ",").append(column.name);
  }
  return "INSERT INTO " + TableName(settings) + " (" + columns + ") FORMAT JSONEachRow";
}

std::string ClickHouseSchema(const config::Sink& settings) {
  std::string schema =
      ClickHouseCreateDatabase(settings) + ";\n\n" + ClickHouseCreateTable(settings) + ";\n";
  for (const std::string& view : ClickHouseCreateViews(settings)) schema += "\n" + view + ";\n";
  return schema;
}

}  // namespace wiregauge::sinks
