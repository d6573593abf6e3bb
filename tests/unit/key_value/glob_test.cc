// SPDX-License-Identifier: Apache-2.0
#include "key_value/glob.h"

#include <gtest/gtest.h>

namespace wiregauge::key_value {
namespace {

TEST(Glob, MatchesAllOfTheText) {
  EXPECT_TRUE(MatchesGlob("host.eth0", "host.eth0"));
  EXPECT_FALSE(MatchesGlob("host", "host.eth0"));
  EXPECT_FALSE(MatchesGlob("host.eth0", "host"));
  EXPECT_TRUE(MatchesGlob("", ""));
  EXPECT_FALSE(MatchesGlob("", "a"));
}

TEST(Glob, AStarIsAnyBytesAQuestionMarkIsOne) {
  EXPECT_TRUE(MatchesGlob("*", ""));
  EXPECT_TRUE(MatchesGlob("host.*.name", "host..name"));
  EXPECT_TRUE(MatchesGlob("host.*.name", "host.a.name.name"));
  EXPECT_TRUE(MatchesGlob("*a*b*", "xxaxxbxx"));
  EXPECT_FALSE(MatchesGlob("*a*b", "xxbxxa"));
  EXPECT_TRUE(MatchesGlob("eth?", "eth0"));
  EXPECT_FALSE(MatchesGlob("eth?", "eth"));
  EXPECT_TRUE(MatchesGlob("**", std::string_view("\0\n", 2)));
}

TEST(Glob, ABackslashTakesTheMeaningAway) {
  EXPECT_TRUE(MatchesGlob(R"(a\*b)", "a*b"));
  EXPECT_FALSE(MatchesGlob(R"(a\*b)", "axb"));
  EXPECT_TRUE(MatchesGlob(R"(a\)", R"(a\)"));
}

TEST(Glob, TellsWhatEveryMatchBeginsWith) {
  EXPECT_EQ(FixedPrefix("host.*"), "host.");
  EXPECT_EQ(FixedPrefix("?"), "");
  EXPECT_EQ(FixedPrefix(R"(a\*b*)"), "a*b");
  EXPECT_EQ(FixedPrefix("all"), "all");
}

}  // namespace
}  // namespace wiregauge::key_value
