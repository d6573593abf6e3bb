// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace wiregauge::dissect {

// A name from the wire as text in a buffer of its own. It is always valid UTF-8 without control
// characters: well-formed UTF-8 stays as it is (RFC 6762 section 16 has names in it), any other
// byte becomes \DDD, three decimal digits, and a backslash \\ (RFC 4343 section 2.1). Spaces stay,
// as people read them. Equal wire names give equal texts, and different ones different texts.
//
// Invariant: 4 bytes of text for each byte of the longest DNS name (RFC 1035 section 3.1: 255) fit.
class NameText {
 public:
  static constexpr size_t kMostBytes = 1024;

  NameText() noexcept {}  // NOLINT(modernize-use-equals-default): the buffer stays as it is

  std::string_view view() const noexcept { return {text_.data(), size_}; }
  bool empty() const noexcept { return size_ == 0; }
  void Clear() noexcept { size_ = 0; }

  // Adds a label of a DNS name, after a dot unless it is the first. A dot in the label becomes \. .
  void AppendLabel(std::span<const uint8_t> label) noexcept;
  // Adds text that has no labels. What finds no room any more is left out, whole characters only.
  void AppendText(std::string_view bytes) noexcept;
  void AppendText(std::span<const uint8_t> bytes) noexcept;
  // ASCII letters: names are equal whatever their case (RFC 4343).
  void MakeLowerCase() noexcept;

 private:
  void Append(std::string_view bytes, bool escape_dots) noexcept;
  bool Add(std::string_view piece) noexcept;

  std::array<char, kMostBytes> text_;
  uint16_t size_ = 0;
};

}  // namespace wiregauge::dissect
