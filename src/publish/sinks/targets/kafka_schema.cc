// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/kafka_schema.h"

#include <algorithm>
#include <limits>

#include "publish/json/writer.h"
#include "publish/sinks/record/field.h"

namespace wiregauge::sinks {
namespace {

constexpr std::string_view kAlways = "RECORD_ID";

void WriteText(json::Writer& writer, const char* format) {
  writer.Field("type", "string");
  if (format != nullptr) writer.Field("format", format);
}

template <typename Number>
void WriteWhole(json::Writer& writer) {
  writer.Field("type", "integer");
  writer.Field("minimum", 0);
  writer.Field("maximum", std::numeric_limits<Number>::max());
}

void WriteTexts(json::Writer& writer) {
  writer.Field("type", "array");
  if (!writer.BeginObject("items")) return;
  writer.Field("type", "string");
  writer.EndObject();
}

void WriteType(json::Writer& writer, FieldType type) {
  switch (type) {
    case FieldType::kText:
      return WriteText(writer, nullptr);
    case FieldType::kTexts:
      return WriteTexts(writer);
    case FieldType::kIpv4:
      return WriteText(writer, "ipv4");
    case FieldType::kIpv6:
      return WriteText(writer, "ipv6");
    case FieldType::kTime:
      return WriteText(writer, "date-time");
    case FieldType::kBoolean:
      return writer.Field("type", "boolean");
    case FieldType::kUint8:
      return WriteWhole<uint8_t>(writer);
    case FieldType::kUint16:
      return WriteWhole<uint16_t>(writer);
    case FieldType::kUint32:
      return WriteWhole<uint32_t>(writer);
    case FieldType::kUint64:
    case FieldType::kSeconds:
    case FieldType::kMillis:
      return WriteWhole<uint64_t>(writer);
    case FieldType::kFloat:
      return writer.Field("type", "number");
  }
}

bool IsSelected(const Field& field, std::span<const std::string> fields) {
  return fields.empty() || std::ranges::count(fields, field.name) > 0;
}

}  // namespace

std::string KafkaValueSchema(std::span<const std::string> fields) {
  std::string schema;
  json::Writer writer(schema);
  writer.BeginObject();
  writer.Field("$schema", "http://json-schema.org/draft-07/schema#");
  writer.Field("title", "Flow record of wiregauge");
  writer.Field("description", "What is not known is left out.");
  writer.Field("type", "object");
  bool has_id = false;
  if (writer.BeginObject("properties")) {
    for (const Field& field : AllFields()) {
      if (!IsSelected(field, fields) || !writer.DynamicKey(field.name)) continue;
      has_id = has_id || field.name == kAlways;
      writer.BeginObject();
      WriteType(writer, field.type);
      writer.Field("description", field.help);
      writer.EndObject();
    }
    writer.EndObject();
  }
  if (has_id && writer.BeginArray("required")) {
    writer.Value(kAlways);
    writer.EndArray();
  }
  writer.EndObject();
  return schema;
}

}  // namespace wiregauge::sinks
