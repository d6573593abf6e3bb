// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// How single values are spelled in JSON (RFC 8259), into memory of the caller's: each function
// gives the end of what it wrote.
namespace wiregauge::json {

// The longest are "-9223372036854775808" and "-2.2250738585072014e-308".
inline constexpr size_t kMostNumber = 32;  // bytes there must be room for

char* SpellLongNumber(uint64_t number, char* out);
inline char* SpellNumber(uint64_t number, char* out) {
  if (number >= 10) return SpellLongNumber(number, out);
  *out = static_cast<char>('0' + number);
  return out + 1;
}
char* SpellNumber(int64_t number, char* out);
// The fewest digits that read back as `number`, which is finite.
char* SpellNumber(double number, char* out);

// Two digits, in lower case.
inline char* SpellHexadecimal(uint8_t byte, char* out) {
  constexpr const char* kDigits = "0123456789abcdef";
  out[0] = kDigits[byte >> 4];
  out[1] = kDigits[byte & 15];
  return out + 2;
}

// Copies a text of which no byte must be escaped, without quotes, to where there is room for it.
// Null: a byte must be, and what was written does not count.
char* CopyPlain(std::string_view text, char* out);

}  // namespace wiregauge::json
