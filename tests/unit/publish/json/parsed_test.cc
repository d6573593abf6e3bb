// SPDX-License-Identifier: Apache-2.0
#include "publish/json/parsed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wiregauge::json {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Rewritten(ParsedValue value) {
  std::string out;
  Writer writer(out);
  value.WriteTo(writer);
  return out;
}

TEST(Parsed, GivesWhatIsThere) {
  const auto parsed = Parsed::Parse(
      R"( {"text": "\u00fc \ud83d\ude00", "n": -1.5, "big": 18446744073709551615, "yes": true,)"
      R"( "list": [1, "b", null], "twice": 1, "twice": 2} )");
  ASSERT_TRUE(parsed.ok());
  const ParsedValue root = parsed->root();
  EXPECT_TRUE(root.is_object());
  EXPECT_EQ(root["text"].text(), "\u00fc \U0001F600");
  EXPECT_EQ(root["n"].number(), -1.5);
  EXPECT_EQ(root["yes"].boolean(), true);
  EXPECT_TRUE(root["list"].is_array());
  EXPECT_EQ(root["list"].size(), 3U);
  EXPECT_EQ(root["list"].at(1).text(), "b");
  EXPECT_TRUE(root["list"].at(2).exists());
  EXPECT_TRUE(root["list"].at(2).is_null());
  EXPECT_THAT(root.names(), ElementsAre("big", "list", "n", "text", "twice", "yes"));
  EXPECT_EQ(root["twice"].number(), 2);
  EXPECT_EQ(Rewritten(root["list"]), R"([1,"b",null])");
  EXPECT_EQ(Rewritten(root["big"]), "18446744073709551615");
}

TEST(Parsed, WhatIsNotThereIsNothing) {
  const auto parsed = Parsed::Parse(R"({"a": 1, "list": []})");
  ASSERT_TRUE(parsed.ok());
  EXPECT_TRUE(parsed->root()["list"].names().empty());
  EXPECT_FALSE(parsed->root()["b"].is_null());
  const ParsedValue root = parsed->root();
  EXPECT_FALSE(root["b"].exists());
  EXPECT_FALSE(root["a"]["b"]["c"].exists());
  EXPECT_FALSE(root["list"].at(0).exists());
  EXPECT_FALSE(root["a"].at(0).exists());
  EXPECT_FALSE(root.at(0).exists());
  EXPECT_EQ(root.size(), 0U);
  EXPECT_EQ(root["a"].text(), std::nullopt);
  EXPECT_EQ(root["list"].number(), std::nullopt);
  EXPECT_EQ(root["a"].boolean(), std::nullopt);
  EXPECT_EQ(Rewritten(root["b"]), "null");
}

TEST(Parsed, RefusesWhatIsNoJson) {
  for (const char* const text :
       {"", " ", "{", "{\"a\":1,}", "[1 2]", "nul", "NaN", "'a'", "\"\xff\"", "\"\\ud800\"",
        "1e999", "{} {}", "// x\n1", "\"\n\""}) {
    const auto parsed = Parsed::Parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(parsed.error().message, "it is not valid JSON");
  }
}

TEST(Parsed, RefusesWhatIsTooDeepOrTooLong) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(Parsed::Parse(nested(Parsed::kMaxDepth)).ok());
  for (const size_t depth : {Parsed::kMaxDepth + 1, size_t{500'000}}) {
    const auto parsed = Parsed::Parse(nested(depth));
    ASSERT_FALSE(parsed.ok());
    EXPECT_THAT(parsed.error().message, HasSubstr("deeper than 64"));
  }
  EXPECT_TRUE(Parsed::Parse("[\"" + std::string(100, '[') + "\\\"" + nested(100) + "\"]").ok());
  const auto parsed = Parsed::Parse(std::string(Parsed::kMaxBytes + 1, ' '));
  ASSERT_FALSE(parsed.ok());
  EXPECT_THAT(parsed.error().message, HasSubstr("longer"));
}

TEST(Parsed, IsQuickWithLongLists) {
  std::string text = "[{}";
  for (int i = 0; i < 300'000; ++i) text += ",{}";
  const auto parsed = Parsed::Parse(text + "]");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->root().size(), 300'001U);
}

TEST(Parsed, WritesNoDeeperThanAWriterTakes) {
  const auto parsed = Parsed::Parse(std::string(60, '[') + std::string(60, ']'));
  ASSERT_TRUE(parsed.ok());
  const std::string out = Rewritten(parsed->root());
  EXPECT_EQ(out.size(), 2 * (ParsedValue::kMostWritten + 1));
}

}  // namespace
}  // namespace wiregauge::json
