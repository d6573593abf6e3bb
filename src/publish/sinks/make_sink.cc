// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/make_sink.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "config/sink_settings.h"
#include "publish/json/indented.h"
#include "publish/sinks/frame/memory_queue.h"
#include "publish/sinks/frame/spool.h"
#include "publish/sinks/record/record_filter.h"
#include "publish/sinks/targets/clickhouse_schema.h"
#include "publish/sinks/targets/elasticsearch_template.h"
#include "publish/sinks/targets/kafka_schema.h"
#include "publish/sinks/targets/mysql_schema.h"
#include "publish/sinks/targets/types.h"

namespace wiregauge::sinks {
namespace {

struct Type {
  std::string_view name;
  std::string_view wire;  // how its records are spelled, but for format and fields
  Result<Parts> (*make)(const config::Sink& settings, const Surroundings& with);
  std::string (*schema)(const config::Sink& settings) = nullptr;  // null: it has none
};

// Every type of sink: one entry each.
constexpr Type kTypes[] = {
    {"clickhouse", "rows", MakeClickHouse, ClickHouseSchema},
    {"elasticsearch", "bulk", MakeElasticsearch,
     [](const config::Sink& sink) { return json::Indented(ElasticsearchTemplate(sink)); }},
    {"file", "lines", MakeFile},
    {"kafka", "keyed", MakeKafka,
     [](const config::Sink& sink) { return json::Indented(KafkaValueSchema(sink.fields)); }},
    {"logstash", "lines", MakeLogstash},
    {"mysql", "columns", MakeMysql,
     [](const config::Sink& sink) { return MysqlSchema(sink.table, sink.fields); }},
};

const Type* TypeOf(const config::Sink& settings) {
  return std::ranges::find(kTypes, settings.type, &Type::name);
}

Result<Parts> MakeParts(const config::Sink& settings, const Surroundings& with) {
  const auto* const type = TypeOf(settings);
  if (type == std::end(kTypes)) {
    return Error{ErrorCode::kInvalidArgument, "type: '" + settings.type + "' is no type of sink"};
  }
  return type->make(settings, with);
}

Result<std::function<bool(const model::FlowRecord&)>> MakeFilter(const config::Sink& settings,
                                                                 const Surroundings& with) {
  if (settings.filter.empty()) return std::function<bool(const model::FlowRecord&)>();
  auto filter = RecordFilter::Parse(settings.filter, with.context);
  if (!filter.ok()) {
    return Error{ErrorCode::kInvalidArgument, "filter: " + filter.error().message};
  }
  return std::function<bool(const model::FlowRecord&)>(
      [filter = std::shared_ptr<RecordFilter>(std::move(filter).value())](
          const model::FlowRecord& flow) { return filter->Matches(flow); });
}

// A parcel fits into a spool several times.
size_t BatchBytes(const config::Sink& settings) {
  if (settings.spool_bytes == 0) return settings.batch_bytes;
  return std::min(settings.batch_bytes, settings.spool_bytes / 8);
}

// What a record in a spool depends on.
std::string EncodingOf(const config::Sink& settings) {
  std::string text = "wire: " + std::string(TypeOf(settings)->wire);
  text += "\nformat: " + settings.format;
  text += "\nmapping_type: " + settings.mapping_type;
  text += "\nfields:";
  for (const std::string& field : settings.fields) text += " " + field;
  return text + "\n";
}

Result<std::unique_ptr<ParcelQueue>> MakeQueue(const config::Sink& settings,
                                               const Surroundings& with, SinkOptions& options) {
  if (settings.spool_bytes == 0) return std::unique_ptr<ParcelQueue>(new MemoryQueue());
  auto spool = Spool::Open({.dir = config::SpoolDirOf(settings, with.data_dir),
                            .most_bytes = settings.spool_bytes,
                            .encoding = EncodingOf(settings)});
  if (!spool.ok()) return spool.error();
  options.ledger = (*spool)->ledger();
  return std::unique_ptr<ParcelQueue>(std::move(spool).value());
}

// The template of Elasticsearch alone has something for wiregauge's objects.
Status CheckFormat(const Type& type, const config::Sink& settings) {
  if (settings.format == "ntopng" || type.name == "elasticsearch") return {};
  return Error{ErrorCode::kInvalidArgument,
               "format: the schema describes ntopng only, not " + settings.format};
}

}  // namespace

Result<std::unique_ptr<Sink>> MakeSink(const config::Sink& settings, const Surroundings& with) {
  auto parts = MakeParts(settings, with);
  if (!parts.ok()) return parts.error();
  auto wanted = MakeFilter(settings, with);
  if (!wanted.ok()) return wanted.error();
  SinkOptions options{.name = settings.name,
                      .type = settings.type,
                      .wanted = std::move(wanted).value(),
                      .queue_bytes = settings.queue_bytes,
                      .batch_records = settings.batch_records,
                      .batch_bytes = BatchBytes(settings),
                      .flush_interval = settings.flush_interval,
                      .drain_timeout = settings.drain_timeout,
                      .dead_letter_path = with.data_dir + "/" + settings.name + ".rejected.ndjson",
                      .dead_letter_bytes = settings.dead_letter_bytes};
  auto queue = MakeQueue(settings, with, options);
  if (!queue.ok()) return queue.error();
  return std::make_unique<Sink>(std::move(options), std::move(parts->encoder),
                                std::move(queue).value(), std::move(parts->target), with.clock);
}

Result<std::string> SchemaText(const config::Sink& settings) {
  const auto* const type = TypeOf(settings);
  if (type != std::end(kTypes) && type->schema != nullptr) {
    if (Status format = CheckFormat(*type, settings); !format.ok()) return format.error();
    return type->schema(settings);
  }
  std::string known;
  for (const Type& candidate : kTypes) {
    if (candidate.schema != nullptr) known.append(known.empty() ? "" : ", ").append(candidate.name);
  }
  return Error{ErrorCode::kInvalidArgument,
               "there is no schema for '" + settings.type + "', only for " + known};
}

Status CheckSink(const config::Sink& settings, const Surroundings& with) {
  if (auto parts = MakeParts(settings, with); !parts.ok()) return parts.error();
  if (auto wanted = MakeFilter(settings, with); !wanted.ok()) return wanted.error();
  return {};
}

}  // namespace wiregauge::sinks
