// SPDX-License-Identifier: Apache-2.0
#include "publish/json/sink_json.h"

#include "publish/json/common.h"

namespace wiregauge::json {
namespace {

constexpr std::string_view kFields[] = {
    "sink",
    "type",
    "address",
    "state",
    "problem",
    "failing_since",
    "warning",
    "offered_records",
    "delivered_records",
    "waiting_records",
    "dropped_records.queue_full",
    "dropped_records.spool_full",
    "dropped_records.rejected",
    "dropped_records.shutdown",
    "dropped_records.damaged",
    "dropped_records.set_aside",
    "filtered_out_records",
    "resent_records",
    "dead_letters_lost_records",
    "delivered_bytes",
    "queue_bytes",
    "max_queue_bytes",
    "spool_bytes",
    "max_spool_bytes",
    "spool_problem",
    "retries",
    "connections",
    "last_delivery_at",
    "oldest_waiting_at",
};

std::optional<std::string_view> IfAny(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

}  // namespace

void WriteSinkLedger(Writer& writer, const model::SinkLedger& ledger) {
  writer.Field("offered_records", ledger.offered);
  writer.Field("delivered_records", ledger.delivered);
  writer.Field("waiting_records", ledger.waiting());
  if (!writer.BeginObject("dropped_records")) return;
  for (size_t i = 0; i < ledger.dropped.size(); ++i) {
    const char* const reason = SinkDropReasonName(static_cast<model::SinkDropReason>(i));
    if (writer.DynamicKey(reason)) writer.Value(ledger.dropped[i]);
  }
  writer.EndObject();
}

void WriteSink(Writer& writer, const model::SinkState& sink) {
  const auto if_spooled = [&](uint64_t bytes) {
    return sink.spooled ? std::optional(bytes) : std::nullopt;
  };
  writer.BeginObject();
  writer.Field("sink", sink.name);
  writer.Field("type", sink.type);
  writer.Field("address", sink.address);
  writer.Field("state", sink.failing ? "failing" : "ok");
  writer.Field("problem", IfAny(sink.problem));
  WriteTime(writer, "failing_since", sink.failing_since);
  writer.Field("warning", IfAny(sink.warning));
  WriteSinkLedger(writer, sink.ledger);
  writer.Field("filtered_out_records", sink.filtered_out);
  writer.Field("resent_records", sink.resent_records);
  writer.Field("dead_letters_lost_records", sink.dead_letters_lost);
  writer.Field("delivered_bytes", sink.delivered_bytes);
  writer.Field("queue_bytes", sink.queue_bytes);
  writer.Field("max_queue_bytes", sink.max_queue_bytes);
  writer.Field("spool_bytes", if_spooled(sink.spool_bytes));
  writer.Field("max_spool_bytes", if_spooled(sink.max_spool_bytes));
  writer.Field("spool_problem", IfAny(sink.spool_problem));
  writer.Field("retries", sink.retries);
  writer.Field("connections", sink.connections);
  WriteTime(writer, "last_delivery_at", sink.last_delivery);
  WriteTime(writer, "oldest_waiting_at", sink.oldest_waiting);
  writer.EndObject();
}

const FieldCatalogue& SinkFields() {
  static const FieldCatalogue fields(kFields);
  return fields;
}

}  // namespace wiregauge::json
