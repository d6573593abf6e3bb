// SPDX-License-Identifier: Apache-2.0
#include "publish/json/writer.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "base/text.h"

namespace wiregauge::json {
namespace {

// Longest: "-9223372036854775808" and "-2.2250738585072014e-308".
constexpr size_t kNumberChars = 32;

// Eight bytes at once: whether any is a control character, a quote, a backslash or not ASCII.
bool NeedsCare(uint64_t bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x8080808080808080;
  const auto has_zero = [](uint64_t x) { return (x - kOnes) & ~x & kHighs; };
  const uint64_t below_space = (bytes - kOnes * 0x20) & ~bytes & kHighs;
  return ((bytes & kHighs) | below_space | has_zero(bytes ^ (kOnes * '"')) |
          has_zero(bytes ^ (kOnes * '\\'))) != 0;
}

bool IsPlain(std::string_view text) {
  const char* at = text.data();
  size_t rest = text.size();
  for (; rest >= 8; at += 8, rest -= 8) {
    uint64_t bytes;
    std::memcpy(&bytes, at, 8);
    if (NeedsCare(bytes)) return false;
  }
  uint64_t bytes = 0x2020202020202020;
  std::memcpy(&bytes, at, rest);
  return !NeedsCare(bytes);
}

}  // namespace

bool Writer::Choose(std::string_view name) {
  if (mask_ == nullptr) {
    next_ = nullptr;
    return true;
  }
  const FieldMask::Node* const node = mask_->Find(name);
  if (node == nullptr) return false;
  next_ = node->whole ? nullptr : node;
  return true;
}

bool Writer::Key(Name name) {
  const std::string_view text = name.text();
  if (!Choose(text)) return false;
  // One append of `,"name":`: appends are what this costs.
  std::array<char, Name::kMaxLength + 4> piece;
  char* end = piece.data();
  if (comma_) *end++ = ',';
  *end++ = '"';
  std::memcpy(end, text.data(), text.size());
  end += text.size();
  *end++ = '"';
  *end++ = ':';
  out_.append(piece.data(), static_cast<size_t>(end - piece.data()));
  comma_ = false;
  return true;
}

bool Writer::DynamicKey(std::string_view name) {
  if (!Choose(name)) return false;
  Value(name);
  out_.push_back(':');
  comma_ = false;
  return true;
}

void Writer::Value(std::string_view text) {
  Separate();
  if (!IsPlain(text)) {
    AppendJsonString(text, out_);
    return;
  }
  out_.push_back('"');
  out_.append(text);
  out_.push_back('"');
}

void Writer::Value(double number) {
  if (!std::isfinite(number)) {
    Value(nullptr);
    return;
  }
  Separate();
  std::array<char, kNumberChars> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  WIREGAUGE_CHECK(error == std::errc{});
  out_.append(text.data(), static_cast<size_t>(end - text.data()));
}

void Writer::Signed(int64_t number) {
  Separate();
  std::array<char, kNumberChars> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  WIREGAUGE_CHECK(error == std::errc{});
  out_.append(text.data(), static_cast<size_t>(end - text.data()));
}

void Writer::Unsigned(uint64_t number) {
  Separate();
  std::array<char, kNumberChars> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  WIREGAUGE_CHECK(error == std::errc{});
  out_.append(text.data(), static_cast<size_t>(end - text.data()));
}

void Writer::Literal(std::string_view text) {
  Separate();
  out_.append(text);
}

void Writer::Open(char bracket) {
  WIREGAUGE_CHECK(depth_ < kMaxDepth);
  Separate();
  out_.push_back(bracket);
  comma_ = false;
  outer_[depth_++] = mask_;
  mask_ = next_;
}

void Writer::Close(char bracket) {
  WIREGAUGE_CHECK(depth_ > 0);
  out_.push_back(bracket);
  comma_ = true;
  mask_ = outer_[--depth_];
  next_ = mask_;  // the next element of an array; an object's next Key chooses anew
}

}  // namespace wiregauge::json
