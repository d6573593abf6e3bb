// SPDX-License-Identifier: Apache-2.0
#include "publish/json/writer.h"

#include <cmath>
#include <cstring>

#include "base/check.h"
#include "base/text.h"
#include "publish/json/spelling.h"

namespace wiregauge::json {

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

bool Writer::DynamicKey(std::string_view name) {
  if (!Choose(name)) return false;
  Value(name);
  comma_ = false;
  char* const end = Separate();
  *end = ':';
  piece_size_ = static_cast<size_t>(end + 1 - piece_.data());
  return true;
}

void Writer::Value(std::string_view text) {
  if (text.size() > kMaxScalar - 3) return LongText(text);
  char* const begin = Separate();
  *begin = '"';
  char* const end = CopyPlain(text, begin + 1);
  if (end == nullptr) return EscapedText(text, begin);
  *end = '"';
  Finish(end + 1);
}

void Writer::LongText(std::string_view text) {
  char* const begin = Separate();
  *begin = '"';
  Finish(begin + 1);
  Spill();
  const size_t size = out_.size();
  out_.resize(size + text.size() + 1, '"');  // the last one stays
  if (CopyPlain(text, out_.data() + size) != nullptr) return;
  out_.resize(size - 1);
  AppendJsonString(text, out_);
}

void Writer::EscapedText(std::string_view text, const char* begin) {
  Finish(begin);
  Spill();
  AppendJsonString(text, out_);
}

void Writer::Value(double number) {
  if (!std::isfinite(number)) return Value(nullptr);
  Finish(SpellNumber(number, Separate()));
}

void Writer::Signed(int64_t number) { Finish(SpellNumber(number, Separate())); }

void Writer::Unsigned(uint64_t number) { Finish(SpellNumber(number, Separate())); }

void Writer::Literal(std::string_view text) {
  char* const end = Separate();
  std::memcpy(end, text.data(), text.size());
  Finish(end + text.size());
}

void Writer::Open(char bracket) {
  WIREGAUGE_CHECK(depth_ < kMaxDepth);
  char* const end = Separate();
  *end = bracket;
  outer_[depth_++] = mask_;
  Finish(end + 1);
  comma_ = false;
  mask_ = next_;
}

void Writer::Close(char bracket) {
  WIREGAUGE_CHECK(depth_ > 0);
  mask_ = outer_[--depth_];
  comma_ = false;
  char* const end = Separate();
  *end = bracket;
  Finish(end + 1);
  next_ = mask_;  // the next element of an array; an object's next Key chooses anew
}

}  // namespace wiregauge::json
