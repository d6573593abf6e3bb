// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "publish/json/spelling.h"

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

// The members of one JSON object as they grow, each with a comma before it, in memory that is used
// again for the next object: what records cost is copying many small pieces. Not thread-safe.
class JsonMembers {
 public:
  JsonMembers() : bytes_(kFirstRoom) { Clear(); }
  JsonMembers(JsonMembers&&) = default;
  JsonMembers& operator=(JsonMembers&&) = default;

  void Clear() { at_ = bytes_.data(); }
  std::string_view view() const {
    return {bytes_.data(), static_cast<size_t>(at_ - bytes_.data())};
  }

 private:
  friend class JsonMember;
  static constexpr size_t kFirstRoom = 4096;

  // Where the value goes on, for which there are `most` bytes.
  char* BeginMember(const JsonKey& key, size_t most) {
    if (static_cast<size_t>(bytes_.data() + bytes_.size() - at_) < JsonKey::kRoom + most) {
      Grow(JsonKey::kRoom + most);
    }
    std::memcpy(at_, key.text().data(), JsonKey::kRoom);
    return at_ + key.size();
  }
  void EndMember(char* end) { at_ = end; }
  void Grow(size_t bytes);

  std::vector<char> bytes_;
  char* at_ = nullptr;  // where it goes on
};

// The place of one member in an object: whoever has a value for it writes it, once; without one
// the object does not have the member. Cheap to copy; borrows both.
class JsonMember {
 public:
  JsonMember(const JsonKey& key, JsonMembers& object) : key_(key), object_(object) {}

  void Write(std::unsigned_integral auto number) const
      requires(!std::same_as<decltype(number), bool>) {
    object_.EndMember(json::SpellNumber(uint64_t{number}, Begin(json::kMostNumber)));
  }
  void Write(std::same_as<bool> auto truth) const { WriteJson(truth ? "true" : "false"); }
  void Write(double number) const {  // finite
    object_.EndMember(json::SpellNumber(number, Begin(json::kMostNumber)));
  }
  // Nothing when it is empty: what is not known has no text.
  void Write(std::string_view text) const;
  void Write(std::span<const std::string_view> texts) const;
  // The form of an address, a time, a digest: of characters that need no escaping anywhere.
  template <typename Form>
  void WriteForm(const Form& form) const {
    const std::string_view text = form.view();
    char* end = Begin(text.size() + 2);
    *end++ = '"';
    std::memcpy(end, text.data(), text.size());
    end += text.size();
    *end++ = '"';
    object_.EndMember(end);
  }

 private:
  char* Begin(size_t most) const { return object_.BeginMember(key_, most); }
  void WriteJson(std::string_view json) const;

  const JsonKey& key_;
  JsonMembers& object_;
};

// JSON may say NUL in a text, but receivers take it for the text's end (rsyslog's parser does):
// from `begin` on it becomes what stands for bytes that are no text, U+FFFD.
void ReplaceNuls(size_t begin, std::string& json);

}  // namespace wiregauge::sinks
