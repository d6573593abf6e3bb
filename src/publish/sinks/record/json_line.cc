// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/record/json_line.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/text.h"
#include "publish/json/spelling.h"

namespace wiregauge::sinks {

void ReplaceNuls(size_t begin, std::string& json) {
  static constexpr std::string_view kNul = "\\u0000", kReplacement = "\\ufffd";
  for (size_t at = json.find('\\', begin); at != std::string::npos; at = json.find('\\', at + 2)) {
    if (json.compare(at, kNul.size(), kNul) == 0) json.replace(at, kNul.size(), kReplacement);
  }
}

JsonKey::JsonKey(std::string_view name) {
  const std::string key = ",\"" + std::string(name) + "\":";
  WIREGAUGE_CHECK(key.size() <= kRoom);
  std::ranges::copy(key, text_.begin());
  size_ = key.size();
}

void JsonLine::AddValue(const FieldValue& value) {
  switch (value.kind()) {
    case FieldValue::Kind::kNone:
      return AddRaw("null");
    case FieldValue::Kind::kUnsigned:
      return AddNumber(value.number());
    case FieldValue::Kind::kFloat:
      return std::isfinite(value.real()) ? AddNumber(value.real()) : AddRaw("null");
    case FieldValue::Kind::kBoolean:
      return AddRaw(value.truth() ? "true" : "false");
    case FieldValue::Kind::kText:
      return value.is_form() ? AddForm(value.text()) : AddText(value.text());
    case FieldValue::Kind::kTexts:
      Add('[');
      for (const std::string_view text : value.texts()) {
        if (at_[-1] != '[') Add(',');
        AddText(text);
      }
      return Add(']');
  }
}

void JsonLine::Grow(size_t bytes) {
  const auto used = static_cast<size_t>(at_ - bytes_.data());
  bytes_.resize(std::max(2 * bytes_.size(), used + bytes));
  at_ = bytes_.data() + used;
}

void JsonLine::AddText(std::string_view text) {
  MakeRoom(text.size() + 2);
  *at_ = '"';
  char* const end = json::CopyPlain(text, at_ + 1);
  if (end == nullptr) return AddEscaped(text);
  *end = '"';
  at_ = end + 1;
}

void JsonLine::AddEscaped(std::string_view text) {
  escaped_.clear();
  AppendJsonString(text, escaped_);
  ReplaceNuls(0, escaped_);
  AddRaw(escaped_);
}

void JsonLine::AddForm(std::string_view form) {
  MakeRoom(form.size() + 2);
  *at_++ = '"';
  std::memcpy(at_, form.data(), form.size());
  at_ += form.size();
  *at_++ = '"';
}

template <typename Number>
void JsonLine::AddNumber(Number number) {
  MakeRoom(json::kMostNumber);
  at_ = json::SpellNumber(number, at_);
}

}  // namespace wiregauge::sinks
