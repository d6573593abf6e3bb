// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "publish/sinks/record/field.h"

namespace wiregauge::sinks {

// A member's name as it stands in an object behind another member: ,"IN_BYTES":
class JsonKey {
 public:
  static constexpr size_t kRoom = 32;

  explicit JsonKey(std::string_view name);

  size_t size() const { return size_; }
  const std::array<char, kRoom>& text() const { return text_; }

 private:
  std::array<char, kRoom> text_{};  // all of it is copied, which is faster than a part
  size_t size_ = 0;
};

// One JSON object as it grows, in memory that is used again for the next: what records cost is
// copying many small pieces. Not thread-safe.
class JsonLine {
 public:
  JsonLine() : bytes_(kFirstRoom) { Clear(); }
  JsonLine(JsonLine&&) = default;
  JsonLine& operator=(JsonLine&&) = default;

  void Clear() { at_ = bytes_.data(); }
  std::string_view view() const {
    return {bytes_.data(), static_cast<size_t>(at_ - bytes_.data())};
  }

  void Add(char c) {
    MakeRoom(1);
    *at_++ = c;
  }
  void AddRaw(std::string_view json) {
    MakeRoom(json.size());
    std::memcpy(at_, json.data(), json.size());
    at_ += json.size();
  }
  void AddKey(const JsonKey& key) {
    MakeRoom(JsonKey::kRoom);
    std::memcpy(at_, key.text().data(), JsonKey::kRoom);
    at_ += key.size();
  }
  void AddValue(const FieldValue& value);

 private:
  static constexpr size_t kFirstRoom = 4096;

  void MakeRoom(size_t bytes) {
    if (static_cast<size_t>(bytes_.data() + bytes_.size() - at_) < bytes) Grow(bytes);
  }
  void Grow(size_t bytes);
  void AddText(std::string_view text);
  void AddEscaped(std::string_view text);
  void AddForm(std::string_view form);  // that needs no escaping
  template <typename Number>
  void AddNumber(Number number);

  std::vector<char> bytes_;
  char* at_ = nullptr;  // where it goes on
  std::string escaped_;
};

// JSON may say NUL in a text, but receivers take it for the text's end (rsyslog's parser does):
// from `begin` on it becomes what stands for bytes that are no text, U+FFFD.
void ReplaceNuls(size_t begin, std::string& json);

}  // namespace wiregauge::sinks
