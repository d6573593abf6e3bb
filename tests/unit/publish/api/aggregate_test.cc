// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "world.h"

namespace wiregauge::api {
namespace {

using testing::HasSubstr;

std::map<std::string, uint64_t> BytesByKey(World& world, const std::string& query) {
  std::map<std::string, uint64_t> bytes;
  const Json page = world.GetJson("/api/v1/flows/aggregate?" + query);
  for (const Json& item : page.at("items")) {
    bytes[item.at("key").is_null() ? "null" : item.at("key").get<std::string>()] =
        item.at("bytes").get<uint64_t>();
  }
  return bytes;
}

TEST(AggregateTest, GroupsByEachDimension) {
  using Sums = std::map<std::string, uint64_t>;
  World world;
  EXPECT_EQ(
      BytesByKey(world, "by=client"),
      (Sums{{"10.0.0.1", 1430}, {"10.0.0.2", 2200}, {"10.0.0.1@7", 440}, {"2001:db8::1", 550}}));
  EXPECT_EQ(
      BytesByKey(world, "by=server"),
      (Sums{{"192.0.2.1", 3300}, {"10.0.0.53", 330}, {"10.0.0.9@7", 440}, {"2001:db8::2", 550}}));
  EXPECT_EQ(BytesByKey(world, "by=pair&l4=tcp"),
            (Sums{{"10.0.0.1>192.0.2.1", 1100}, {"10.0.0.2>192.0.2.1", 2200}}));
  EXPECT_EQ(BytesByKey(world, "by=application"),
            (Sums{{"3", 1100}, {"2", 2200}, {"1", 330}, {"4", 440}, {"0", 550}}));
  EXPECT_EQ(BytesByKey(world, "by=category"),
            (Sums{{"Web", 3300}, {"Network", 770}, {"Unspecified", 550}}));
  EXPECT_EQ(BytesByKey(world, "by=port"),
            (Sums{{"443/TCP", 3300}, {"53/UDP", 330}, {"443/UDP", 550}, {"null", 440}}));
  EXPECT_EQ(BytesByKey(world, "by=vlan"), (Sums{{"0", 4180}, {"7", 440}}));
  EXPECT_EQ(BytesByKey(world, "by=l4"), (Sums{{"6", 3300}, {"17", 880}, {"1", 440}}));
  EXPECT_EQ(BytesByKey(world, "by=interface"), (Sums{{"eth0", 3630}, {"lan", 990}}));
  EXPECT_EQ(BytesByKey(world, "by=network"), (Sums{{"lan", 4070}, {"office", 550}}));
  EXPECT_EQ(BytesByKey(world, "by=pool"),
            (Sums{{"guests", 2200}, {"servers", 330}, {"null", 2090}}));
  EXPECT_EQ(BytesByKey(world, "by=asn"), (Sums{{"64496", 3300}, {"64500", 550}, {"null", 770}}));
  EXPECT_EQ(BytesByKey(world, "by=country"), (Sums{{"DE", 3300}, {"FR", 550}, {"null", 770}}));
  const Json rows = world.GetJson("/api/v1/flows/aggregate?by=asn").at("items");
  EXPECT_EQ(rows[0].at("name"), "Example Net");
  EXPECT_TRUE(rows[2].at("name").is_null());
}

TEST(AggregateTest, TellsBothDirectionsAndShares) {
  World world;
  const Json top = world.GetJson("/api/v1/flows/aggregate?by=server&limit=1").at("items")[0];
  EXPECT_EQ(top, (Json{{"key", "192.0.2.1"},
                       {"name", nullptr},
                       {"client", {{"ip", nullptr}, {"packets_sent", 20}, {"bytes_sent", 3000}}},
                       {"server", {{"ip", "192.0.2.1"}, {"packets_sent", 10}, {"bytes_sent", 300}}},
                       {"packets", 30},
                       {"bytes", 3300},
                       {"flows", 2},
                       {"active_flows", 1},
                       {"share_ratio", 0.714286}}));
}

TEST(AggregateTest, NeedsADimension) {
  World world;
  for (const std::string query : {"", "?by=colour"}) {
    const Json problem = world.GetProblem("/api/v1/flows/aggregate" + query, 400);
    EXPECT_EQ(problem.at("parameter"), "by");
    EXPECT_THAT(problem.at("detail").get<std::string>(), HasSubstr("client, server, pair"));
  }
}

}  // namespace
}  // namespace wiregauge::api
