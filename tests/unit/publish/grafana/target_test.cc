// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wiregauge::grafana {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Expanded(std::string_view target) {
  auto patterns = ExpandTarget(target);
  EXPECT_TRUE(patterns.ok()) << target;
  return patterns.ok() ? std::move(patterns).value() : std::vector<std::string>();
}

TEST(Target, UnescapesWhatGrafanaEscapes) {
  EXPECT_THAT(Expanded(R"(host_192\.168\.1\.2_interface_eth0_traffic_bps)"),
              ElementsAre("host_192.168.1.2_interface_eth0_traffic_bps"));
  EXPECT_THAT(Expanded(R"(\\\^\$\*\+\?\.\(\)\|\[\]\{\}\/)"), ElementsAre(R"(\^$*+?.()|[]{}/)"));
  EXPECT_THAT(Expanded(R"(a\)"), ElementsAre(R"(a\)"));
}

TEST(Target, ExpandsVariablesWithSeveralValues) {
  EXPECT_THAT(Expanded(R"(host_(10\.0\.0\.1|::1)_interface_(eth0|en0)_bps)"),
              ElementsAre("host_10.0.0.1_interface_eth0_bps", "host_10.0.0.1_interface_en0_bps",
                          "host_::1_interface_eth0_bps", "host_::1_interface_en0_bps"));
  EXPECT_THAT(Expanded("interface_{a,b}_x"), ElementsAre("interface_a_x", "interface_b_x"));
  EXPECT_THAT(Expanded("(a|(b|c)d)"), ElementsAre("a", "bd", "cd"));
  EXPECT_THAT(Expanded("(a|)x"), ElementsAre("ax", "x"));
  EXPECT_THAT(Expanded(R"((a\|b|c\)))"), ElementsAre("a|b", "c)"));
}

TEST(Target, WhatHasNoPartnerStandsForItself) {
  for (const char* const target :
       {"a(b", "a)b", "a|b", "{a", "a}", "eth0,eth1", "$ip_interface_", ""}) {
    EXPECT_THAT(Expanded(target), ElementsAre(target));
  }
}

TEST(Target, IsQuickWithManyBrackets) {
  const std::string open(30'000, '('), close(30'000, ')');
  EXPECT_THAT(Expanded(open), ElementsAre(open));
  EXPECT_THAT(Expanded("{" + open), ElementsAre("{" + open));
  EXPECT_EQ(Expanded(open + close).size(), 1U);
  EXPECT_THAT(Expanded("(a{b|c)d}"), ElementsAre("a{bd}", "cd}"));
}

TEST(Target, RefusesTooManyNames) {
  const std::string ten = "(0|1|2|3|4|5|6|7|8|9)";
  EXPECT_EQ(Expanded(ten + ten + ten).size(), 1000U);
  EXPECT_FALSE(ExpandTarget(ten + ten + ten + "(0|1)").ok());
  EXPECT_FALSE(ExpandTarget("(" + std::string(5000, '|') + ")").ok());
  EXPECT_FALSE(ExpandTarget(std::string(kMostPatternBytes + 1, 'a')).ok());
  EXPECT_FALSE(ExpandTarget(ten + ten + ten + std::string(2000, 'a')).ok());
  EXPECT_FALSE(ExpandTarget(std::string(2000, 'a') + ten + ten + ten).ok());
}

TEST(Target, MatchesAnyText) {
  const auto matches = [](std::string_view target, std::string_view name) {
    return MatchesPattern(Expanded(target).front(), name);
  };
  EXPECT_TRUE(matches("interface_*_bps", "interface_eth0_traffic_bps"));
  EXPECT_TRUE(matches("interface_.*_bps", "interface_eth0_traffic_bps"));
  EXPECT_TRUE(matches("interface_.+_bps", "interface_eth0_traffic_bps"));
  EXPECT_TRUE(matches("a+", "a+"));
  EXPECT_TRUE(matches("a.b?[c]", "a.b?[c]"));
  EXPECT_FALSE(matches("a.b?[c]", "axbc"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("*ab*ab", "abab"));
  EXPECT_TRUE(matches("a**", "a"));
  EXPECT_FALSE(matches("*_bps", "interface_eth0_traffic_pps"));
  EXPECT_FALSE(matches("a*b", "ab_"));
  EXPECT_FALSE(matches("ab", "abc"));
  EXPECT_FALSE(matches("abc", "ab"));
  EXPECT_FALSE(matches(R"(a\*)", "abc"));
}

}  // namespace
}  // namespace wiregauge::grafana
