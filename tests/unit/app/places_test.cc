// SPDX-License-Identifier: Apache-2.0
#include "app/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "app/exit_code.h"
#include "app/sources.h"
#include "config/load.h"

namespace wiregauge::app {
namespace {

using testing::ElementsAre;

IpNetwork Net(const char* text) { return *IpNetwork::Parse(text); }

std::string NetworkOf(const geo::Atlas& atlas, std::string_view ip) {
  return std::string(atlas.NetworkName(atlas.Locate(*IpAddress::Parse(ip))).value_or("none"));
}

TEST(LocalNetworks, TheSettingsReplaceTheDefault) {
  const auto networks = MakeLocalNetworks(
      {{Net("203.0.113.0/24"), "lab"}, {Net("10.0.0.0/8"), ""}, {Net("2001:db8::/32"), "lab"}}, {});
  ASSERT_TRUE(networks.ok());
  ASSERT_EQ(networks->size(), 2u);
  EXPECT_EQ((*networks)[0].name, "lab");
  EXPECT_THAT((*networks)[0].prefixes, ElementsAre(Net("203.0.113.0/24"), Net("2001:db8::/32")));
  EXPECT_EQ((*networks)[1].name, "10.0.0.0/8");
}

TEST(LocalNetworks, TheDefaultIsThePrivateRanges) {
  const auto atlas = MakeAtlas({}, MakeFileSources({"a.pcap"}).value());
  ASSERT_TRUE(atlas.ok());
  const std::pair<const char*, const char*> cases[] = {{"10.1.1.1", "10.0.0.0/8"},
                                                       {"172.31.0.1", "172.16.0.0/12"},
                                                       {"192.168.0.1", "192.168.0.0/16"},
                                                       {"169.254.1.1", "169.254.0.0/16"},
                                                       {"127.0.0.1", "127.0.0.0/8"},
                                                       {"fd00::1", "fc00::/7"},
                                                       {"fe80::1", "fe80::/10"},
                                                       {"::1", "::1/128"},
                                                       {"8.8.8.8", "none"},
                                                       {"172.32.0.1", "none"},
                                                       {"2001:db8::1", "none"},
                                                       {"192.169.0.1", "none"}};
  for (const auto& [ip, network] : cases) EXPECT_EQ(NetworkOf(**atlas, ip), network) << ip;
}

TEST(LocalNetworks, AWatchedInterfaceBringsItsOwn) {
  const auto sources = MakeSources({"lo"});
  ASSERT_TRUE(sources.ok());
  const auto networks = MakeLocalNetworks({}, *sources);
  ASSERT_TRUE(networks.ok());
  EXPECT_EQ(std::ranges::count(*networks, "127.0.0.0/8", &model::LocalNetwork::name), 1);
}

TEST(Atlas, TakesPoolsAndDatabasesFromTheSettings) {
  const std::string folder = std::string(std::getenv("WIREGAUGE_SOURCE_DIR")) + "/tests/databases/";
  config::Fixed settings;
  settings.pools = {{"printers", {Net("192.0.2.0/28")}, {}}};
  settings.geo = {folder + "country.mmdb", folder + "asn.mmdb"};
  const auto atlas = MakeAtlas(settings, {});
  ASSERT_TRUE(atlas.ok()) << atlas.error().message;
  const model::Place place = (*atlas)->Locate(*IpAddress::Parse("192.0.2.1"));
  EXPECT_EQ((*atlas)->PoolName(place), "printers");
  EXPECT_EQ(place.country.text(), "DE");
  EXPECT_EQ(place.asn, 64496u);
}

TEST(Atlas, ADatabaseThatCannotBeUsedIsNamedWithItsKey) {
  config::Fixed settings;
  settings.geo.asn_database = "/nonexistent/asn.mmdb";
  const auto atlas = MakeAtlas(settings, {});
  ASSERT_FALSE(atlas.ok());
  EXPECT_EQ(atlas.error().message,
            "geo.asn_database: /nonexistent/asn.mmdb: No such file or directory");
  EXPECT_EQ(RefuseStart(atlas.error()), ExitCode::kBadConfiguration);
}

}  // namespace
}  // namespace wiregauge::app
