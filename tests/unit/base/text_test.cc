// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

namespace wiregauge {
namespace {

constexpr char kReplacement[] = "\xef\xbf\xbd";

TEST(ToValidUtf8Test, KeepsWhatIsValid) {
  for (const std::string text : {"", "plain", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
    EXPECT_EQ(ToValidUtf8(text), text);
  }
}

TEST(ToValidUtf8Test, ReplacesEachBrokenByte) {
  const std::string one = kReplacement;
  EXPECT_EQ(ToValidUtf8("a\xff"
                        "b"),
            "a" + one + "b");
  EXPECT_EQ(ToValidUtf8("\xc0\xaf"), one + one);                      // overlong
  EXPECT_EQ(ToValidUtf8("\xed\xa0\x80"), one + one + one);            // surrogate
  EXPECT_EQ(ToValidUtf8("\xf4\x90\x80\x80"), one + one + one + one);  // beyond U+10FFFF
  EXPECT_EQ(ToValidUtf8("\xe2\x82"), one + one);                      // cut
}

TEST(AppendJsonStringTest, EscapesAndRepairs) {
  std::string out;
  AppendJsonString(std::string_view("q\" b\\ n\n t\t z\0 \x7f \xff", 18), out);
  EXPECT_EQ(out, std::string("\"q\\\" b\\\\ n\\n t\\t z\\u0000 \\u007f ") + kReplacement + "\"");
}

TEST(ParseNumberTest, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(ParseNumber<int>("-12"), -12);
  EXPECT_EQ(ParseNumber<uint64_t>("18446744073709551615"), UINT64_MAX);
  for (const char* text : {"", " 1", "1 ", "1x", "-1", "18446744073709551616", "+1"}) {
    EXPECT_FALSE(ParseNumber<uint64_t>(text)) << text;
  }
}

TEST(SplitTest, KeepsEmptyParts) {
  EXPECT_EQ(Split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(Split("", ','), std::vector<std::string_view>{""});
}

TEST(TrimTest, TakesSpaceOffBothEnds) { EXPECT_EQ(Trim(" \t a b\r\n"), "a b"); }

TEST(TextSearchTest, FindsWhereverItStandsInAnyCase) {
  const TextSearch search("Needle");
  EXPECT_EQ(search.lower(), "needle");
  for (const char* text : {"needle", "NEEDLE in hay", "hay and needle", "needneedle", "nneedlee"}) {
    EXPECT_TRUE(search.IsIn(text)) << text;
  }
  for (const char* text : {"", "needl", "eedle", "need le", "needlf", "NEEDL\xC5"}) {
    EXPECT_FALSE(search.IsIn(text)) << text;
  }
  EXPECT_TRUE(TextSearch("x").IsIn("abX"));
  EXPECT_TRUE(TextSearch("b\xc3\xbcro").IsIn("im B\xc3\xbcRO"));
  const std::string longer = std::string(300, 'a') + "b";
  EXPECT_TRUE(TextSearch(longer).IsIn("ccc" + longer + "c"));
  EXPECT_FALSE(TextSearch(longer).IsIn(std::string(1000, 'a')));
}

// Every text of three letters in every text of seven, of two letters.
TEST(TextSearchTest, FindsWhatComparingEverywhereFinds) {
  const auto text_of = [](unsigned bits, size_t size) {
    std::string text;
    for (size_t i = 0; i < size; ++i) text += (bits >> i & 1) != 0 ? 'a' : 'B';
    return text;
  };
  for (unsigned needle = 0; needle < 8; ++needle) {
    const TextSearch search(text_of(needle, 3));
    for (unsigned hay = 0; hay < 128; ++hay) {
      const std::string text = text_of(hay, 7);
      EXPECT_EQ(search.IsIn(text), HoldsIgnoringCase(text, search.lower())) << text;
    }
  }
}

TEST(ToLowerTest, TouchesAsciiOnly) { EXPECT_EQ(ToLower("AbC\xc3\x84"), "abc\xc3\x84"); }

}  // namespace
}  // namespace wiregauge
