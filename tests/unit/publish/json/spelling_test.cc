// SPDX-License-Identifier: Apache-2.0
#include "publish/json/spelling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <limits>
#include <random>
#include <string>

#include "base/text.h"

namespace wiregauge::json {
namespace {

template <typename Number>
std::string Spelled(Number number) {
  std::array<char, kMostNumber> text;
  return {text.data(), SpellNumber(number, text.data())};
}

TEST(Spelling, OfNumbers) {
  EXPECT_EQ(Spelled(uint64_t{0}), "0");
  EXPECT_EQ(Spelled(uint64_t{9}), "9");
  EXPECT_EQ(Spelled(uint64_t{10}), "10");
  EXPECT_EQ(Spelled(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(Spelled(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
}

TEST(Spelling, OfBytesInHexadecimal) {
  for (int byte = 0; byte < 256; ++byte) {
    std::array<char, 3> expected;
    std::snprintf(expected.data(), expected.size(), "%02x", static_cast<unsigned>(byte));
    std::array<char, 2> text;
    EXPECT_EQ(SpellHexadecimal(static_cast<uint8_t>(byte), text.data()), text.data() + 2);
    EXPECT_EQ(std::string_view(text.data(), text.size()), expected.data());
  }
}

TEST(Spelling, OfFractions) {
  EXPECT_EQ(Spelled(0.0), "0");
  EXPECT_EQ(Spelled(0.25), "0.25");
  EXPECT_EQ(Spelled(0.001), "0.001");
  EXPECT_EQ(Spelled(0.001001), "0.001001");
  EXPECT_EQ(Spelled(9.000001), "9.000001");
  EXPECT_EQ(Spelled(100000.0), "100000");
  EXPECT_EQ(Spelled(999999999.999999), "999999999.999999");
  EXPECT_EQ(Spelled(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(Spelled(-2.2250738585072014e-308), "-2.2250738585072014e-308");
}

TEST(Spelling, OfAFractionIsTheShortestThatReadsBack) {
  std::mt19937_64 random(7);
  std::uniform_int_distribution<uint64_t> digits(uint64_t{1'000} << 40, 999'999'999'999'999);
  for (int i = 0; i < 100'000; ++i) {
    const uint64_t millionths = digits(random) >> (i % 40);
    const double number = static_cast<double>(millionths) / 1e6;
    const std::string text = Spelled(number);
    EXPECT_EQ(ParseNumber<double>(text), number) << text;
    std::array<char, 64> fixed;
    const auto end = std::to_chars(fixed.begin(), fixed.end(), number, std::chars_format::fixed);
    EXPECT_EQ(text, std::string(fixed.data(), end.ptr));
  }
}

// Each byte at each place of texts of each length around those of words.
TEST(Spelling, CopiesWhatNeedsNoEscaping) {
  for (size_t size = 0; size <= 20; ++size) {
    const std::string plain(size, 'x');
    std::string copy(size, '\0');
    ASSERT_EQ(CopyPlain(plain, copy.data()), copy.data() + size);
    EXPECT_EQ(copy, plain);
    for (size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text = plain;
        text[at] = static_cast<char>(byte);
        const bool is_plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
        ASSERT_EQ(CopyPlain(text, copy.data()) != nullptr, is_plain) << size << " " << byte;
        ASSERT_TRUE(!is_plain || copy == text);
      }
    }
  }
}

}  // namespace
}  // namespace wiregauge::json
