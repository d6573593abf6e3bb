// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "publish/json/field_mask.h"

namespace wiregauge::json {

// A member's name, a literal that is checked when compiled to need no escaping.
class Name {
 public:
  template <size_t N>
  consteval Name(
      const char (&text)[N])  // NOLINT(google-explicit-constructor): stands for the literal
      : text_(text, N - 1) {
    static_assert(N > 1 && N <= kMaxLength + 1);
    for (const char c : text_) {
      if (c < ' ' || c > '~' || c == '"' || c == '\\') throw "a name that would need escaping";
    }
  }
  constexpr std::string_view text() const { return text_; }

  static constexpr size_t kMaxLength = 48;

 private:
  std::string_view text_;
};

// Writes JSON to the end of a string, without building a tree.
//
//   Writer writer(out);
//   writer.Apply(mask);
//   writer.BeginObject();
//   writer.Field("id", record.id);
//   if (writer.BeginObject("client")) {
//     writer.Field("ip", address.ToString());
//     writer.EndObject();
//   }
//   writer.EndObject();
//
// Strings are repaired to valid UTF-8; NaN and infinities become null; integers are exact; doubles
// have the fewest digits that read back the same. A mask skips members that were not asked for:
// Field writes nothing, Key, BeginObject(name) and BeginArray(name) give false, and then nothing
// may be written or ended for them.
//
// Borrows the string and the mask. What is written reaches the string at the latest with the end of
// the outermost value. Not thread-safe. Nesting deeper than kMaxDepth aborts.
class Writer {
 public:
  static constexpr size_t kMaxDepth = 32;

  explicit Writer(std::string& out) : out_(out) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // The mask chooses among the members of the next value: of that object, or of each object in that
  // array, as in {"items": [here, and here]}. Null: everything.
  void Apply(const FieldMask* mask) { next_ = mask == nullptr ? nullptr : &mask->root(); }

  // Whether a member of the current object was asked for: to spare computing it.
  bool Wants(std::string_view name) const {
    return mask_ == nullptr || mask_->Find(name) != nullptr;
  }

  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }

  // The name of the next value.
  [[nodiscard]] bool Key(Name name) {
    const std::string_view text = name.text();
    if (mask_ == nullptr) {
      next_ = nullptr;
    } else if (!Choose(text)) {
      return false;
    }
    // Here, so that the length of the literal is known where it is copied.
    char* const end = Separate() + 1;
    end[-1] = '"';
    std::memcpy(end, text.data(), text.size());
    end[text.size()] = '"';
    end[text.size() + 1] = ':';
    piece_size_ = static_cast<size_t>(end + text.size() + 2 - piece_.data());
    comma_ = false;
    return true;
  }
  // For names that are not literals, such as names of applications; escaped as needed.
  [[nodiscard]] bool DynamicKey(std::string_view name);

  [[nodiscard]] bool BeginObject(Name name) {
    if (!Key(name)) return false;
    BeginObject();
    return true;
  }
  [[nodiscard]] bool BeginArray(Name name) {
    if (!Key(name)) return false;
    BeginArray();
    return true;
  }

  void Value(std::string_view text);
  void Value(const std::string& text) { Value(std::string_view(text)); }
  void Value(const char* text) { Value(std::string_view(text)); }
  void Value(double number);
  void Value(std::nullptr_t) { Literal("null"); }
  void Value(std::same_as<bool> auto truth) { Literal(truth ? "true" : "false"); }
  void Value(std::signed_integral auto number) { Signed(number); }
  void Value(std::unsigned_integral auto number) requires(!std::same_as<decltype(number), bool>) {
    Unsigned(number);
  }
  template <typename T>
  void Value(const std::optional<T>& value) {
    if (value.has_value()) {
      Value(*value);
    } else {
      Value(nullptr);
    }
  }

  template <typename T>
  void Field(Name name, const T& value) {
    if (Key(name)) Value(value);
  }
  // Leaves the member out when there is no value.
  template <typename T>
  void FieldIfKnown(Name name, const std::optional<T>& value) {
    if (value.has_value()) Field(name, *value);
  }

 private:
  void Open(char bracket);
  void Close(char bracket);
  bool Choose(std::string_view name);
  void Literal(std::string_view text);
  void Signed(int64_t number);
  void Unsigned(uint64_t number);
  void LongText(std::string_view text);
  // The next value, which would begin there if it needed no escaping.
  void EscapedText(std::string_view text, const char* begin);
  // Begins the next name or value in piece_, with a comma where one is due; gives where it goes on.
  // There is room for either.
  char* Separate() {
    if (piece_size_ > kFull) Spill();
    char* const end = piece_.data() + piece_size_;
    *end = ',';
    return end + (comma_ ? 1 : 0);
  }
  // A value ends before `end`.
  void Finish(const char* end) {
    piece_size_ = static_cast<size_t>(end - piece_.data());
    comma_ = true;
    if (depth_ == 0) Spill();
  }
  // Moves the piece to the string.
  void Spill() {
    out_.append(piece_.data(), piece_size_);
    piece_size_ = 0;
  }

  // Many names and scalars go to the string in one append: appends are what writing costs.
  static constexpr size_t kMaxScalar = 80, kFull = 1024;

  std::string& out_;
  bool comma_ = false;  // a value stands before this one in the same container
  std::array<char, kFull + 1 + kMaxScalar> piece_;
  size_t piece_size_ = 0;
  size_t depth_ = 0;
  const FieldMask::Node* mask_ = nullptr;  // of the container being written; null: everything
  const FieldMask::Node* next_ = nullptr;  // of the next value
  std::array<const FieldMask::Node*, kMaxDepth> outer_{};
};

}  // namespace wiregauge::json
