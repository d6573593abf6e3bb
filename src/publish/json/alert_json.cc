// SPDX-License-Identifier: Apache-2.0
#include "publish/json/alert_json.h"

#include "publish/json/common.h"
#include "publish/json/parsed.h"

namespace wiregauge::json {
namespace {

constexpr std::string_view kFields[] = {
    "id",        "state",        "type",   "severity",          "subject.kind", "subject.name",
    "text",      "details",      "source", "subject.interface", "value",        "threshold",
    "raised_at", "last_seen_at", "times",  "ttl_seconds",       "released_at",  "release_reason",
};

void WriteSubject(Writer& writer, const model::AlertSubject& subject) {
  if (!writer.BeginObject("subject")) return;
  writer.Field("kind", SubjectKindName(subject.kind));
  writer.Field("interface",
               subject.interface.empty() ? std::nullopt : std::optional(subject.interface));
  writer.Field("name", subject.name.empty() ? std::nullopt : std::optional(subject.name));
  writer.EndObject();
}

void WriteDetails(Writer& writer, std::string_view details) {
  if (!writer.Key("details")) return;
  if (!details.empty()) {
    const auto parsed = Parsed::Parse(details);
    if (parsed.ok() && parsed->root().is_object()) return parsed->root().WriteTo(writer);
  }
  writer.Value(nullptr);
}

}  // namespace

void WriteAlert(Writer& writer, const model::Alert& alert) {
  const model::AlertContent& content = alert.content;
  writer.BeginObject();
  writer.Field("id", alert.id);
  writer.Field("state", alert.is_engaged() ? "engaged" : "past");
  writer.Field("type", content.type);
  writer.Field("severity", SeverityName(content.severity));
  WriteSubject(writer, content.subject);
  writer.Field("text", content.text);
  WriteDetails(writer, content.details);
  writer.Field("source", content.source);
  writer.Field("value", content.value);
  writer.Field("threshold", content.threshold);
  WriteTime(writer, "raised_at", alert.raised_at);
  WriteTime(writer, "last_seen_at", alert.last_seen_at);
  writer.Field("times", alert.times);
  writer.Field("ttl_seconds", alert.ttl ? std::optional(ToSeconds(*alert.ttl)) : std::nullopt);
  WriteTime(writer, "released_at", alert.released_at);
  writer.Field("release_reason",
               alert.end ? std::optional(AlertEndName(*alert.end)) : std::nullopt);
  writer.EndObject();
}

const FieldCatalogue& AlertFields() {
  static const FieldCatalogue fields(kFields);
  return fields;
}

}  // namespace wiregauge::json
