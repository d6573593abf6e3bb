// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/elasticsearch_template.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>

#include "base/text.h"
#include "publish/json/flow_json.h"
#include "publish/json/writer.h"
#include "publish/sinks/record/field.h"

namespace wiregauge::sinks {
namespace {

// What Lucene takes as one term is 32766 bytes, 4 for each character at most. What is longer is
// kept and shown, and not found by its value.
constexpr int kMostKeyword = 8191;
// Above those that come with Elasticsearch (100 and less).
constexpr int kPriority = 200;
constexpr size_t kMostIndexName = 255;

struct Mapping {
  std::string_view type;
  std::string_view format{};
};

constexpr Mapping kTimeText{"date", "strict_date_optional_time"};

Mapping MappingOf(FieldType type) {
  switch (type) {
    case FieldType::kText:
    case FieldType::kTexts:
      return {"keyword"};
    case FieldType::kIpv4:
    case FieldType::kIpv6:
      return {"ip"};
    case FieldType::kBoolean:
      return {"boolean"};
    case FieldType::kUint8:
    case FieldType::kUint16:
      return {"integer"};
    case FieldType::kUint32:
    case FieldType::kUint64:
      return {"long"};
    case FieldType::kFloat:
      return {"double"};
    case FieldType::kSeconds:
      return {"date", "epoch_second"};
    case FieldType::kMillis:
      return {"date", "epoch_millis"};
    case FieldType::kTime:
      return kTimeText;
  }
  return {"keyword"};
}

void WriteMapping(json::Writer& writer, const Mapping& mapping) {
  writer.BeginObject();
  writer.Field("type", mapping.type);
  if (!mapping.format.empty()) writer.Field("format", mapping.format);
  if (mapping.type == "keyword") writer.Field("ignore_above", kMostKeyword);
  writer.EndObject();
}

bool IsWanted(const config::Sink& settings, std::string_view name) {
  return settings.fields.empty() || std::ranges::count(settings.fields, name) > 0;
}

void WriteMember(json::Writer& writer, std::string_view name, const Mapping& mapping) {
  if (writer.DynamicKey(name)) WriteMapping(writer, mapping);
}

void WriteFlatProperties(json::Writer& writer, const config::Sink& settings) {
  for (const Field& field : AllFields()) {
    if (IsWanted(settings, field.name)) WriteMember(writer, field.name, MappingOf(field.type));
  }
}

// Members of the API's object that would become something else when Elasticsearch had to guess: an
// address a text, a time a text, a number with a fraction an integer when the first one has none.
const Mapping* GuessOf(std::string_view path) {
  static constexpr Mapping kIp{"ip"}, kDouble{"double"};
  static constexpr std::string_view kFractions[] = {"_ms", "_bps", "_ratio", "_per_second",
                                                    "packet_length_bytes"};
  if (path == "first_seen" || path == "last_seen") return &kTimeText;
  if (path.ends_with(".ip")) return &kIp;
  if (path.ends_with(".requests")) return nullptr;
  const bool has_fraction = std::ranges::any_of(
      kFractions, [&](std::string_view part) { return path.find(part) != std::string_view::npos; });
  return has_fraction ? &kDouble : nullptr;
}

struct Node {
  std::map<std::string, Node, std::less<>> children;
  const Mapping* mapping = nullptr;
};

void WriteProperties(json::Writer& writer, const Node& node) {
  for (const auto& [name, child] : node.children) {
    if (child.mapping != nullptr) {
      WriteMember(writer, name, *child.mapping);
      continue;
    }
    if (!writer.DynamicKey(name)) continue;
    writer.BeginObject();
    if (writer.BeginObject("properties")) {
      WriteProperties(writer, child);
      writer.EndObject();
    }
    writer.EndObject();
  }
}

void WriteOwnProperties(json::Writer& writer) {
  const std::vector<std::string>& paths = json::FlowFields().paths();
  Node root;
  for (const std::string& path : paths) {
    const Mapping* const mapping = GuessOf(path);
    const bool has_children = std::ranges::any_of(
        paths, [&](const std::string& other) { return other.starts_with(path + "."); });
    if (mapping == nullptr || has_children) continue;
    Node* node = &root;
    for (const std::string_view part : Split(path, '.')) node = &node->children[std::string(part)];
    node->mapping = mapping;
  }
  WriteProperties(writer, root);
}

// A text that has no mapping of its own is one value, not words.
void WriteDynamicTemplates(json::Writer& writer) {
  if (!writer.BeginArray("dynamic_templates")) return;
  writer.BeginObject();
  if (writer.BeginObject("texts")) {
    writer.Field("match_mapping_type", "string");
    WriteMember(writer, "mapping", {"keyword"});
    writer.EndObject();
  }
  writer.EndObject();
  writer.EndArray();
}

void WriteMappings(json::Writer& writer, const config::Sink& settings) {
  writer.BeginObject();
  writer.Field("dynamic", true);
  writer.Field("date_detection", false);
  WriteDynamicTemplates(writer);
  if (writer.BeginObject("properties")) {
    WriteMember(writer, "@timestamp", kTimeText);
    if (settings.format == "wiregauge") {
      WriteOwnProperties(writer);
    } else {
      WriteFlatProperties(writer, settings);
    }
    writer.EndObject();
  }
  writer.EndObject();
}

void WriteComposable(json::Writer& writer, const config::Sink& settings) {
  writer.Field("priority", kPriority);
  if (writer.BeginObject("_meta")) {
    writer.Field("description", "Flow records of wiregauge");
    writer.EndObject();
  }
  if (!writer.BeginObject("template")) return;
  if (writer.Key("mappings")) WriteMappings(writer, settings);
  writer.EndObject();
}

// As Elasticsearch 6 has it: each mapping has a type.
void WriteTyped(json::Writer& writer, const config::Sink& settings) {
  writer.Field("order", kPriority);
  if (!writer.BeginObject("mappings")) return;
  if (writer.DynamicKey(settings.mapping_type)) WriteMappings(writer, settings);
  writer.EndObject();
}

// The pattern with each conversion replaced; nothing when one is not known.
std::optional<std::string> Replace(std::string_view pattern, auto text_of) {
  std::string name;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      name.push_back(pattern[i]);
      continue;
    }
    if (++i == pattern.size() || std::string_view("YmdH").find(pattern[i]) == std::string::npos) {
      return std::nullopt;
    }
    name.append(text_of(pattern[i]));
  }
  return name;
}

std::string TextOf(char conversion, const std::chrono::year_month_day& date, int hour) {
  char text[16];
  if (conversion == 'Y') {
    std::snprintf(text, sizeof text, "%04d", static_cast<int>(date.year()));
  } else {
    const unsigned number = conversion == 'm'   ? static_cast<unsigned>(date.month())
                            : conversion == 'd' ? static_cast<unsigned>(date.day())
                                                : static_cast<unsigned>(hour);
    std::snprintf(text, sizeof text, "%02u", number);
  }
  return text;
}

}  // namespace

const std::string& IndexNames::Of(Timestamp time) {
  const auto hour = std::chrono::floor<std::chrono::hours>(time);
  if (hour.time_since_epoch().count() == hour_) return name_;
  hour_ = hour.time_since_epoch().count();
  const auto day = std::chrono::floor<std::chrono::days>(hour);
  const auto of_day = static_cast<int>((hour - day).count());
  const std::chrono::year_month_day date{day};
  name_ = Replace(pattern_, [&](char c) { return TextOf(c, date, of_day); }).value_or(pattern_);
  return name_;
}

Status CheckIndexPattern(std::string_view pattern) {
  const auto refuse = [](const std::string& why) {
    return Error{ErrorCode::kInvalidArgument, "index: " + why};
  };
  const auto name = Replace(pattern, [](char c) { return c == 'Y' ? "2026" : "01"; });
  if (!name) return refuse("of % only %Y, %m, %d and %H may stand in it");
  if (name->empty() || name->size() > kMostIndexName) return refuse("has 1 to 255 bytes");
  if (std::string_view("-_+").find(name->front()) != std::string_view::npos || *name == "." ||
      *name == "..") {
    return refuse("begins with -, _ or +, or is . or ..");
  }
  const bool is_clean =
      name->find_first_of("\\/*?\"<>| ,#:") == std::string::npos &&
      std::ranges::all_of(*name, [](char c) { return static_cast<unsigned char>(c) > ' '; });
  if (ToLower(*name) != *name || !is_clean) {
    return refuse("has an upper case letter, a space or one of \\/*?\"<>|,#:");
  }
  return {};
}

std::string IndexWildcard(std::string_view pattern) {
  const size_t begin = pattern.find('%');
  if (begin == std::string_view::npos) return std::string(pattern);
  return std::string(pattern.substr(0, begin)) + "*";
}

std::string ElasticsearchTemplateName(const config::Sink& settings) {
  std::string name = settings.index.substr(0, settings.index.find('%'));
  while (!name.empty() && std::string_view("-._").find(name.back()) != std::string_view::npos) {
    name.pop_back();
  }
  return name.starts_with("wiregauge") ? name : "wiregauge-" + name;
}

std::string ElasticsearchTemplatePath(const config::Sink& settings) {
  const char* const kind = settings.mapping_type.empty() ? "/_index_template/" : "/_template/";
  return kind + ElasticsearchTemplateName(settings);
}

std::string ElasticsearchTemplate(const config::Sink& settings) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  if (writer.BeginArray("index_patterns")) {
    writer.Value(IndexWildcard(settings.index));
    writer.EndArray();
  }
  if (settings.mapping_type.empty()) {
    WriteComposable(writer, settings);
  } else {
    WriteTyped(writer, settings);
  }
  writer.EndObject();
  return out;
}

}  // namespace wiregauge::sinks
