// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// How single values are spelled in JSON (RFC 8259), into memory of the caller's: each function
// gives the end of what it wrote.
namespace wiregauge::json {

// The longest are "-9223372036854775808" and "-2.2250738585072014e-308".
inline constexpr size_t kMostNumber = 32;  // bytes there must be room for

using TwoDigits = std::array<char, 2>;

// "00" to "99": digits go in pairs.
inline constexpr auto kDecimalPairs = [] {
  std::array<TwoDigits, 100> pairs{};
  for (size_t i = 0; i < pairs.size(); ++i) {
    pairs[i] = {static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)};
  }
  return pairs;
}();

// Two digits of a number below 100.
inline char* SpellPair(unsigned number, char* out) {
  std::memcpy(out, kDecimalPairs[number].data(), sizeof(TwoDigits));
  return out + sizeof(TwoDigits);
}

char* SpellLongNumber(uint64_t number, char* out);
inline char* SpellNumber(uint64_t number, char* out) {
  if (number >= 10) return SpellLongNumber(number, out);
  *out = static_cast<char>('0' + number);
  return out + 1;
}
char* SpellNumber(int64_t number, char* out);
// The fewest digits that read back as `number`, which is finite.
char* SpellNumber(double number, char* out);

// "00" to "ff".
inline constexpr auto kHexadecimalPairs = [] {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<TwoDigits, 256> pairs{};
  for (size_t i = 0; i < pairs.size(); ++i) pairs[i] = {kDigits[i / 16], kDigits[i % 16]};
  return pairs;
}();

// Two digits, in lower case.
inline char* SpellHexadecimal(uint8_t byte, char* out) {
  std::memcpy(out, kHexadecimalPairs[byte].data(), sizeof(TwoDigits));
  return out + sizeof(TwoDigits);
}

// Copies a text of which no byte must be escaped, without quotes, to where there is room for it.
// Null: a byte must be, and what was written does not count.
char* CopyPlain(std::string_view text, char* out);

}  // namespace wiregauge::json
