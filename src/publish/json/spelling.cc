// SPDX-License-Identifier: Apache-2.0
#include "publish/json/spelling.h"

#include <charconv>
#include <cstring>

namespace wiregauge::json {
namespace {

constexpr uint64_t Repeat(uint8_t byte) { return uint64_t{0x0101010101010101} * byte; }
constexpr uint64_t kUpperBits = Repeat(0x80);

// Whether some byte is a control character, '"', '\' or not ASCII. Where all bytes are ASCII, a
// difference has an upper bit if its byte is below what is taken from it (or a lower byte's was);
// where one is not, its own upper bit tells.
constexpr bool NeedsCare(uint64_t eight) {
  const uint64_t is_control = eight - Repeat(' ');
  const uint64_t is_quote = (eight ^ Repeat('"')) - Repeat(1);
  const uint64_t is_backslash = (eight ^ Repeat('\\')) - Repeat(1);
  return ((eight | is_control | is_quote | is_backslash) & kUpperBits) != 0;
}

// One word of a text, copied; whether it needs care.
template <typename Word>
bool CopyWord(const char* from, char* to) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  std::memcpy(to, &word, sizeof word);
  constexpr uint64_t kSpaces = sizeof word == sizeof(uint64_t)
                                   ? 0
                                   : Repeat(' ') << (8 * sizeof word % 64);  // in the other bytes
  return NeedsCare(kSpaces | word);
}

// Whole words, the last of which may begin in the one before it; the text has one at least.
template <typename Word>
bool CopyWords(std::string_view text, char* out) {
  const size_t last = text.size() - sizeof(Word);
  for (size_t at = 0; at < last; at += sizeof(Word)) {
    if (CopyWord<Word>(text.data() + at, out + at)) return false;
  }
  return !CopyWord<Word>(text.data() + last, out + last);
}

bool CopyIfPlain(std::string_view text, char* out) {
  if (text.size() >= sizeof(uint64_t)) return CopyWords<uint64_t>(text, out);
  if (text.size() >= sizeof(uint32_t)) return CopyWords<uint32_t>(text, out);
  return text.empty() || CopyWords<uint8_t>(text, out);
}

// A whole number of millionths, as milliseconds and shares often are, in a quarter of the time of
// to_chars. The same digits: with at most 15 of them no shorter text reads back as `number`. Null
// when it is none.
char* SpellMillionths(double number, char* out) {
  constexpr uint32_t kOne = 1'000'000;
  if (!(number >= 1e-3 && number < 1e9)) return nullptr;
  const auto millionths = static_cast<uint64_t>(number * kOne + 0.5);
  if (static_cast<double>(millionths) / kOne != number) return nullptr;
  out = SpellNumber(millionths / kOne, out);
  const auto rest = static_cast<uint32_t>(millionths % kOne);
  if (rest == 0) return out;
  *out++ = '.';
  out = SpellPair(rest / 10'000, out);
  out = SpellPair(rest / 100 % 100, out);
  out = SpellPair(rest % 100, out);
  while (out[-1] == '0') --out;
  return out;
}

}  // namespace

char* SpellLongNumber(uint64_t number, char* out) {
  return std::to_chars(out, out + kMostNumber, number).ptr;
}

char* SpellNumber(int64_t number, char* out) {
  return std::to_chars(out, out + kMostNumber, number).ptr;
}

char* SpellNumber(double number, char* out) {
  if (char* const end = SpellMillionths(number, out)) return end;
  return std::to_chars(out, out + kMostNumber, number).ptr;
}

char* CopyPlain(std::string_view text, char* out) {
  return CopyIfPlain(text, out) ? out + text.size() : nullptr;
}

}  // namespace wiregauge::json
