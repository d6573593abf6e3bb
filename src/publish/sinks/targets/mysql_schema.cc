// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/mysql_schema.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace wiregauge::sinks {
namespace {

// In characters: the longest VARCHAR whose index is within every row format's bounds.
constexpr size_t kShortText = 255;
// Texts that traffic chooses are longer than that at times.
constexpr std::string_view kLongTexts[] = {
    "SRC_NAME",        "DST_NAME",  "HTTP_HOST",       "HTTP_URL",
    "HTTP_USER_AGENT", "DNS_QUERY", "SSL_SERVER_NAME", "INFO",
};
// What is asked for: each with the time behind it.
constexpr std::string_view kIndexed[] = {"IPV4_SRC_ADDR", "IPV4_DST_ADDR", "IPV6_SRC_ADDR",
                                         "IPV6_DST_ADDR", "L7_PROTO_NAME"};

bool IsKey(std::string_view name) { return name == kMysqlIdColumn || name == kMysqlTimeColumn; }

bool IsLong(std::string_view name) { return std::ranges::count(kLongTexts, name) > 0; }

std::string Ascii(std::string_view type) {
  return std::string(type) + " CHARACTER SET ascii COLLATE ascii_bin";
}

std::string SqlType(const Field& field) {
  if (field.name == kMysqlIdColumn) return Ascii("CHAR(32)");
  switch (field.type) {
    case FieldType::kText:
      return IsLong(field.name) ? "TEXT" : "VARCHAR(" + std::to_string(kShortText) + ")";
    case FieldType::kTexts:
      return "TEXT";
    case FieldType::kIpv4:
      return Ascii("VARCHAR(15)");
    case FieldType::kIpv6:
      return Ascii("VARCHAR(39)");
    case FieldType::kBoolean:
      return "BOOLEAN";
    case FieldType::kUint8:
      return "TINYINT UNSIGNED";
    case FieldType::kUint16:
      return "SMALLINT UNSIGNED";
    case FieldType::kUint32:
    case FieldType::kSeconds:
      return "INT UNSIGNED";
    case FieldType::kUint64:
    case FieldType::kMillis:
      return "BIGINT UNSIGNED";
    case FieldType::kFloat:
      return "DOUBLE";
    case FieldType::kTime:
      return "DATETIME(6)";
  }
  return {};
}

MysqlColumn ColumnOf(const Field& field) {
  const bool is_short = field.type == FieldType::kText && !IsLong(field.name);
  std::string definition = SqlType(field) + (IsKey(field.name) ? " NOT NULL" : " NULL") +
                           " COMMENT " + MysqlText(field.help);
  return {.name = field.name,
          .type = field.type,
          .definition = std::move(definition),
          .most_characters = is_short ? kShortText : 0};
}

bool Has(std::span<const MysqlColumn> columns, std::string_view name) {
  return std::ranges::any_of(columns, [&](const MysqlColumn& c) { return c.name == name; });
}

}  // namespace

std::vector<MysqlColumn> MysqlColumns(std::span<const std::string> fields) {
  std::vector<MysqlColumn> columns;
  for (const Field& field : AllFields()) {
    if (fields.empty() || IsKey(field.name) || std::ranges::count(fields, field.name) > 0) {
      columns.push_back(ColumnOf(field));
    }
  }
  return columns;
}

std::string MysqlName(std::string_view name) {
  std::string quoted = "`";
  for (const char c : name) quoted.append(c == '`' ? "``" : std::string(1, c));
  return quoted + "`";
}

std::string MysqlText(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\' || c == '\0') quoted.push_back('\\');
    quoted.push_back(c == '\0' ? '0' : c);
  }
  return quoted + "'";
}

std::string MysqlCreateTable(std::string_view table, std::span<const MysqlColumn> columns) {
  std::string sql = "CREATE TABLE IF NOT EXISTS " + std::string(table) + " (\n";
  for (const MysqlColumn& column : columns) {
    sql.append("  ").append(MysqlName(column.name)).append(" ");
    sql.append(column.definition).append(",\n");
  }
  const std::string time = MysqlName(kMysqlTimeColumn);
  sql.append("  PRIMARY KEY (" + time + ", " + MysqlName(kMysqlIdColumn) + ")");
  for (const std::string_view name : kIndexed) {
    if (!Has(columns, name)) continue;
    sql.append(",\n  KEY " + MysqlName(name) + " (" + MysqlName(name) + ", " + time + ")");
  }
  return sql + "\n) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
}

std::string MysqlAddColumns(std::string_view table, std::span<const MysqlColumn> columns,
                            std::span<const std::string> present) {
  std::string list;
  for (const MysqlColumn& column : columns) {
    const bool is_there = std::ranges::any_of(
        present, [&](const std::string& name) { return ToLower(name) == ToLower(column.name); });
    if (is_there) continue;
    list.append(list.empty() ? "" : ",").append("\n  ADD COLUMN ");
    list.append(MysqlName(column.name)).append(" ").append(column.definition);
  }
  return list.empty() ? list : "ALTER TABLE " + std::string(table) + list;
}

std::string MysqlSchema(std::string_view table, std::span<const std::string> fields) {
  return MysqlCreateTable(MysqlName(table), MysqlColumns(fields)) + ";\n";
}

}  // namespace wiregauge::sinks
