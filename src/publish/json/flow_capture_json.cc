// SPDX-License-Identifier: Apache-2.0
#include "publish/json/flow_capture_json.h"

#include <chrono>

#include "publish/json/common.h"

namespace wiregauge::json {
namespace {

constexpr std::string_view kFields[] = {
    "id",        "flow_id",     "interface",         "state",
    "reason",    "started_at",  "ended_at",          "max_packets",
    "max_bytes", "max_seconds", "snap_length_bytes", "packets",
    "bytes",     "file_bytes",  "cut_packets",       "dropped_packets",
};

}  // namespace

void WriteFlowCapture(Writer& writer, const model::FlowCaptureRecord& capture,
                      std::string_view interface_name) {
  const model::FlowCaptureLimits& limits = capture.limits;
  writer.BeginObject();
  writer.Field("id", capture.id);
  writer.Field("flow_id", capture.flow_id);
  writer.Field("interface", interface_name);
  writer.Field("state", capture.end ? "done" : "running");
  if (writer.Key("reason")) {
    writer.Value(capture.end ? std::optional(std::string_view(FlowCaptureEndName(*capture.end)))
                             : std::nullopt);
  }
  writer.Field("started_at", TextForm(capture.started_at).view());
  WriteTime(writer, "ended_at", capture.ended_at);
  writer.Field("max_packets", limits.max_packets);
  writer.Field("max_bytes", limits.max_bytes);
  writer.Field("max_seconds",
               std::chrono::duration_cast<std::chrono::seconds>(limits.max_duration).count());
  writer.Field("snap_length_bytes", limits.snap_length_bytes);
  WriteTraffic(writer, capture.captured);
  writer.Field("file_bytes", capture.file_bytes);
  writer.Field("cut_packets", capture.cut_packets);
  writer.Field("dropped_packets", capture.dropped_packets);
  writer.EndObject();
}

const FieldCatalogue& FlowCaptureFields() {
  static const FieldCatalogue fields(kFields);
  return fields;
}

}  // namespace wiregauge::json
