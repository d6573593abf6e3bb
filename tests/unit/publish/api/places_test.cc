// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.h"

namespace wiregauge::api {
namespace {

using testing::ElementsAre;

TEST(PlacesTest, NetworksTellWhatCrossesThem) {
  World world;
  const Json page = world.GetJson("/api/v1/networks");
  ASSERT_EQ(page.at("total"), 3);
  const Json& lan = page.at("items")[0];
  EXPECT_EQ(lan.at("network"), "lan");
  EXPECT_EQ(lan.at("prefixes"), (Json{"10.0.0.0/30"}));
  EXPECT_EQ(lan.at("bytes_sent"), 3700);
  EXPECT_EQ(lan.at("bytes_received"), 370);
  EXPECT_EQ(lan.at("bytes"), 4070);
  EXPECT_EQ(lan.at("inner").at("bytes"), 0);
  EXPECT_EQ(lan.at("flows_as_client"), 4);
  EXPECT_EQ(lan.at("flows_as_server"), 0);
  EXPECT_EQ(lan.at("active_flows"), 2);
  EXPECT_EQ(lan.at("hosts"), 3);  // one of them on two interfaces
  const Json& office = page.at("items")[2];
  EXPECT_EQ(office.at("network"), "office");
  EXPECT_EQ(office.at("inner"), (Json{{"packets", 15}, {"bytes", 550}}));
  EXPECT_EQ(office.at("ingress").at("bytes"), 700);
  EXPECT_EQ(office.at("egress").at("bytes"), 70);
  EXPECT_EQ(office.at("bytes"), 1320);
  EXPECT_TRUE(page.at("items")[1].at("network").is_null());
}

TEST(PlacesTest, WhatTheSettingsNameHasARow) {
  World world;
  EXPECT_THAT(world.Items("/api/v1/pools?sort=-bytes_sent", "pool"),
              ElementsAre(nullptr, "guests", "servers", "nobody"));
  EXPECT_THAT(world.Items("/api/v1/pools?pool=nobody", "bytes"), ElementsAre(0));
  EXPECT_THAT(world.Items("/api/v1/pools?pool=guests", "members"),
              ElementsAre(Json{"10.0.0.2/32", "02:00:5e:10:00:01"}));
  EXPECT_EQ(world.GetProblem("/api/v1/pools?pool=none", 400).at("parameter"), "pool");
}

TEST(PlacesTest, AutonomousSystemsAndCountries) {
  World world;
  const Json page = world.GetJson("/api/v1/autonomous-systems?asn=64496,64500");
  ASSERT_EQ(page.at("total"), 2);
  EXPECT_EQ(page.at("items")[0].at("asn"), 64496);
  EXPECT_EQ(page.at("items")[0].at("as_name"), "Example Net");
  EXPECT_EQ(page.at("items")[0].at("bytes_received"), 3000);
  EXPECT_EQ(page.at("items")[0].at("hosts"), 1);
  EXPECT_TRUE(page.at("items")[1].at("as_name").is_null());
  EXPECT_EQ(page.at("other").at("bytes"), 0);
  EXPECT_THAT(world.Items("/api/v1/countries", "country"), ElementsAre(nullptr, "DE", "FR"));
  EXPECT_THAT(world.Items("/api/v1/countries?country=de&interface=eth0", "bytes"),
              ElementsAre(3300));
  EXPECT_FALSE(world.GetJson("/api/v1/countries").contains("other"));
}

TEST(PlacesTest, EachTableSumsToWhatIsInFlows) {
  World world;
  for (const char* const path : {"networks", "pools", "autonomous-systems", "countries"}) {
    for (const auto& [interface, bytes] :
         {std::pair<std::string, uint64_t>{"", 4620}, {"?interface=eth0", 3630}}) {
      uint64_t sent = 0, received = 0;
      const Json page = world.GetJson("/api/v1/" + std::string(path) + interface);
      for (const Json& row : page.at("items")) {
        sent += row.at("bytes_sent").get<uint64_t>();
        received += row.at("bytes_received").get<uint64_t>();
      }
      EXPECT_EQ(sent, bytes) << path;
      EXPECT_EQ(received, bytes) << path;
    }
  }
}

}  // namespace
}  // namespace wiregauge::api
