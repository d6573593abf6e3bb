// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "publish/json/writer.h"

namespace wiregauge::json {

// A value somewhere in a parsed text, or none. Lookups never fail: what is not there, or is of
// another type, is nothing, and so is what is looked for in it. Borrows the Parsed it came from.
class ParsedValue {
 public:
  ParsedValue() = default;

  bool exists() const { return node_ != nullptr; }
  bool is_object() const;
  bool is_array() const;

  // The member of an object; when it stands there more than once, the last one.
  ParsedValue operator[](std::string_view member) const;
  // Of an object's members, sorted; none for anything else.
  std::vector<std::string_view> names() const;
  // Items of an array; 0 for anything else.
  size_t size() const;
  ParsedValue at(size_t index) const;

  std::optional<std::string_view> text() const;  // of a string: valid UTF-8
  std::optional<double> number() const;          // finite
  std::optional<bool> boolean() const;
  bool is_null() const;

  // Writes it as it was read; null for none. What lies deeper than kMostWritten is left out.
  static constexpr size_t kMostWritten = 16;
  void WriteTo(Writer& writer) const;

 private:
  friend class Parsed;
  explicit ParsedValue(const void* node) : node_(node) {}

  const void* node_ = nullptr;  // of the library that parsed it
};

// A JSON text (RFC 8259) that came from outside, read as a whole. Immutable; move-only.
class Parsed {
 public:
  static constexpr size_t kMaxBytes = 4 << 20;
  static constexpr size_t kMaxDepth = 64;

  // kInvalidArgument: no JSON, too long, nested too deeply, or a number that no double holds.
  static Result<Parsed> Parse(std::string_view text);

  Parsed(Parsed&&) noexcept;
  Parsed& operator=(Parsed&&) noexcept;
  ~Parsed();

  ParsedValue root() const;

 private:
  struct Tree;
  explicit Parsed(std::unique_ptr<Tree> tree);

  std::unique_ptr<Tree> tree_;
};

// Takes a JSON text value by value, in its order. What an implementation throws passes through.
class EventHandler {
 public:
  virtual ~EventHandler() = default;

  virtual void OnNull() = 0;
  virtual void OnBoolean(bool truth) = 0;
  virtual void OnInteger(int64_t number) = 0;
  virtual void OnInteger(uint64_t number) = 0;
  virtual void OnNumber(double number) = 0;
  virtual void OnText(std::string_view text) = 0;
  virtual void OnObject() = 0;  // begins
  virtual void OnKey(std::string_view name) = 0;
  virtual void OnObjectEnd() = 0;
  virtual void OnArray() = 0;  // begins
  virtual void OnArrayEnd() = 0;
};

// Reads a text without keeping it. Errors and bounds as Parsed::Parse; the handler has had what
// stands before the mistake.
Status ParseEvents(std::string_view text, EventHandler& handler);

}  // namespace wiregauge::json
