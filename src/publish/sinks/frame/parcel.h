// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace wiregauge::sinks {

// Records as their receiver takes them, in one piece of memory: what is sent together. Each has a
// body and, where the receiver wants one, a key. Copyable; not thread-safe while it is built.
class Parcel {
 public:
  struct Record {
    std::string_view key, body;
  };

  size_t size() const { return marks_.size(); }
  bool empty() const { return marks_.empty(); }
  // Keys and bodies.
  size_t bytes() const { return bytes_.size(); }
  // All of it as it stands: where records have no keys, their bodies one after the other.
  std::string_view whole() const { return bytes_; }
  Record operator[](size_t index) const;

  // Building: append the key and end it, append the body and end the record.
  std::string& buffer() { return bytes_; }
  void EndKey() { key_end_ = bytes_.size(); }
  void EndRecord();
  // What was appended since the last record does not count.
  void DropUnfinished();
  void Reserve(size_t records, size_t bytes);

  // The records of these numbers, in order.
  Parcel Select(std::span<const uint32_t> numbers) const;
  Parcel Range(size_t begin, size_t end) const;

  // For the spool: a form of its own that Decode reads again. False: the bytes are none.
  void EncodeTo(std::string& out) const;
  static bool Decode(std::string_view bytes, Parcel& out);

  Timestamp oldest_offered_at{};  // when the first of its records was offered

 private:
  struct Mark {
    uint32_t key_end = 0, end = 0;  // in bytes_
  };
  size_t BeginOf(size_t index) const { return index == 0 ? 0 : marks_[index - 1].end; }

  std::string bytes_;
  std::vector<Mark> marks_;
  size_t key_end_ = 0;
};

}  // namespace wiregauge::sinks
