// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/record/json_members.h"

#include <algorithm>

#include "base/text.h"

namespace wiregauge::sinks {
namespace {

std::string Escaped(std::string_view text) {
  std::string json;
  AppendJsonString(text, json);
  ReplaceNuls(0, json);
  return json;
}

}  // namespace

void ReplaceNuls(size_t begin, std::string& json) {
  static constexpr std::string_view kNul = "\\u0000", kReplacement = "\\ufffd";
  for (size_t at = json.find('\\', begin); at != std::string::npos; at = json.find('\\', at + 2)) {
    if (json.compare(at, kNul.size(), kNul) == 0) json.replace(at, kNul.size(), kReplacement);
  }
}

void JsonMembers::Grow(size_t bytes) {
  const auto used = static_cast<size_t>(at_ - bytes_.data());
  bytes_.resize(std::max(2 * bytes_.size(), used + bytes));
  at_ = bytes_.data() + used;
}

void JsonMember::Write(std::string_view text) const {
  if (text.empty()) return;
  char* const begin = Begin(text.size() + 2);
  *begin = '"';
  char* const end = json::CopyPlain(text, begin + 1);
  if (end == nullptr) return WriteJson(Escaped(text));
  *end = '"';
  object_.EndMember(end + 1);
}

void JsonMember::Write(std::span<const std::string_view> texts) const {
  if (texts.empty()) return;
  std::string json;
  for (const std::string_view text : texts) {
    json.append(json.empty() ? "[" : ",").append(Escaped(text));
  }
  WriteJson(json.append("]"));
}

void JsonMember::WriteJson(std::string_view json) const {
  char* const begin = Begin(json.size());
  std::ranges::copy(json, begin);
  object_.EndMember(begin + json.size());
}

}  // namespace wiregauge::sinks
