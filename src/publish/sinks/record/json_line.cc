// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/record/json_line.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/check.h"
#include "base/text.h"

namespace wiregauge::sinks {
namespace {

constexpr size_t kMostNumber = 32;

// The upper bit of each byte that is below `limit`, for limits up to 0x80 and bytes below it.
constexpr uint64_t Repeat(uint8_t byte) { return uint64_t{0x0101010101010101} * byte; }
constexpr uint64_t kUpperBits = Repeat(0x80);
uint64_t BytesBelow(uint64_t eight, uint8_t limit) {
  return (eight - Repeat(limit)) & ~eight & kUpperBits;
}

// Whether some byte is a control character, '"', '\' or not ASCII.
bool NeedsCare(uint64_t eight) {
  const uint64_t is_quote = BytesBelow(eight ^ Repeat('"'), 1);
  const uint64_t is_backslash = BytesBelow(eight ^ Repeat('\\'), 1);
  return ((eight & kUpperBits) | BytesBelow(eight, 0x20) | is_quote | is_backslash) != 0;
}

// Whether the text stands in JSON as it is.
bool IsPlain(std::string_view text) {
  while (text.size() >= sizeof(uint64_t)) {
    uint64_t eight = 0;
    std::memcpy(&eight, text.data(), sizeof eight);
    if (NeedsCare(eight)) return false;
    text.remove_prefix(sizeof eight);
  }
  uint64_t rest = Repeat(' ');
  std::memcpy(&rest, text.data(), text.size());
  return !NeedsCare(rest);
}

}  // namespace

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
      return value.is_form() ? AddPlainText(value.text()) : AddText(value.text());
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
  if (IsPlain(text)) return AddPlainText(text);
  escaped_.clear();
  AppendJsonString(text, escaped_);
  ReplaceNuls(0, escaped_);
  AddRaw(escaped_);
}

void JsonLine::AddPlainText(std::string_view text) {
  MakeRoom(text.size() + 2);
  *at_++ = '"';
  std::memcpy(at_, text.data(), text.size());
  at_ += text.size();
  *at_++ = '"';
}

template <typename Number>
void JsonLine::AddNumber(Number number) {
  MakeRoom(kMostNumber);
  at_ = std::to_chars(at_, at_ + kMostNumber, number).ptr;
}

}  // namespace wiregauge::sinks
