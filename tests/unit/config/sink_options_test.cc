// SPDX-License-Identifier: Apache-2.0
#include "config/sink_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

namespace wiregauge::config {
namespace {

using testing::ElementsAre;

TEST(SinkOptionsTable, EveryRowIsComplete) {
  for (const SinkOption& option : SinkOptionsTable()) {
    EXPECT_FALSE(option.value.empty()) << option.key;
    EXPECT_THAT(std::string(option.help), testing::EndsWith(".")) << option.key;
    EXPECT_EQ(option.least.empty(), option.most.empty()) << option.key;
    EXPECT_FALSE(option.required && !option.initial.empty()) << option.key;
  }
}

TEST(SinkOptionsTable, ATypeHasAKeyAndAPlaceOnce) {
  for (const std::string_view type : SinkTypes()) {
    std::set<std::string_view> keys;
    std::set<const void*> places;
    Sink sink;
    for (const SinkOption& option : SinkOptionsTable()) {
      if (!IsOfType(option, type)) continue;
      EXPECT_TRUE(keys.insert(option.key).second) << type << " " << option.key;
      const void* const place =
          std::visit([](auto* p) -> const void* { return p; }, option.target(sink));
      EXPECT_TRUE(places.insert(place).second) << type << " " << option.key;
    }
  }
}

TEST(SinkOptionsTable, BoundsAndDefaultsAreValuesInRange) {
  for (const SinkOption& option : SinkOptionsTable()) {
    Sink sink;
    for (const std::string_view text : {option.least, option.most, option.initial}) {
      if (text.empty()) continue;
      const std::string value(text);
      const Status status = Assign(option.rule(), {&value, 1}, option.target(sink));
      EXPECT_TRUE(status.ok()) << option.key << " " << status.error().message;
    }
  }
}

TEST(SinkOptionsTable, TypesAreTheChoicesOfType) {
  Sink sink;
  for (const std::string_view type : SinkTypes()) {
    const SinkOption* const option = FindSinkOption(type, "type");
    ASSERT_NE(option, nullptr);
    const std::string text(type);
    EXPECT_TRUE(Assign(option->rule(), {&text, 1}, option->target(sink)).ok()) << type;
  }
  EXPECT_EQ(Expectation(*FindSinkOption("", "type")),
            "one of file, logstash, elasticsearch, clickhouse, mysql, kafka");
}

TEST(SinkOptionsTable, FindsByTypeAndKey) {
  EXPECT_EQ(FindSinkOption("file", "compression")->choices, "none|gzip|zstd");
  EXPECT_EQ(FindSinkOption("kafka", "compression")->choices, "none|gzip|snappy|lz4|zstd");
  EXPECT_EQ(FindSinkOption("logstash", "index"), nullptr);
  EXPECT_EQ(FindSinkOption("logstash", ""), nullptr);
  EXPECT_THAT(TypesWithSinkOption("table"), ElementsAre("clickhouse", "mysql"));
  EXPECT_THAT(TypesWithSinkOption("bogus"), ElementsAre());
  EXPECT_EQ(TypesWithSinkOption("filter").size(), SinkTypes().size());
  EXPECT_TRUE(IsList(*FindSinkOption("kafka", "brokers")));
  EXPECT_FALSE(IsList(*FindSinkOption("kafka", "topic")));
}

}  // namespace
}  // namespace wiregauge::config
