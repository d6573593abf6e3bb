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

  // The name needs no escaping and is short enough for the room.
  explicit constexpr JsonKey(std::string_view name) {
    for (const std::string_view part : {std::string_view(",\""), name, std::string_view("\":")}) {
      for (const char c : part) text_.at(size_++) = c;
    }
  }

  constexpr size_t size() const { return size_; }
  constexpr const std::array<char, kRoom>& text() const { return text_; }

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
  std::string scratch_;
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
  // The form of an address, a time, a digest: of characters that need no escaping anywhere, in
  // memory of which all is copied, which is faster than a part.
  template <typename Form>
  void WriteForm(const Form& form) const {
    const auto storage = form.storage();
    char* end = Begin(storage.size() + 2);
    *end++ = '"';
    std::memcpy(end, storage.data(), storage.size());
    end += form.view().size();
    *end++ = '"';
    object_.EndMember(end);
  }
  // Memory to put a text together in, empty; it is whoever asks's until the next one asks.
  std::string& Scratch() const {
    object_.scratch_.clear();
    return object_.scratch_;
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
