// SPDX-License-Identifier: Apache-2.0
#include "geo/atlas.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace wiregauge::geo {
namespace {

IpAddress Ip(const char* text) { return *IpAddress::Parse(text); }
IpNetwork Net(const char* text) { return *IpNetwork::Parse(text); }
MacAddress Mac(const char* text) { return *MacAddress::Parse(text); }

std::unique_ptr<const AddressDatabase> Open(const std::string& name, Content content) {
  const char* root = std::getenv("WIREGAUGE_SOURCE_DIR");
  auto opened = AddressDatabase::Open(
      std::string(root != nullptr ? root : ".") + "/tests/databases/" + name, content);
  EXPECT_TRUE(opened.ok()) << opened.error().message;
  return std::move(opened).value();
}

std::vector<model::LocalNetwork> Networks() {
  return {{"office", {Net("10.0.0.0/8"), Net("2001:db8::/32")}}, {"lab", {Net("10.1.0.0/16")}}};
}

std::vector<model::Pool> Pools() {
  return {{"printers", {Net("10.0.0.0/28")}, {Mac("02:00:00:00:00:01")}},
          {"guests", {Net("10.0.0.0/16")}, {}}};
}

TEST(AtlasTest, KnowsNothingWithoutSettings) {
  const Atlas atlas;
  EXPECT_EQ(atlas.Locate(Ip("192.0.2.1")), model::Place());
  EXPECT_FALSE(atlas.has_pools_by_mac());
  model::Place other;
  other.as_name = other.city = other.network = other.pool = 1;
  EXPECT_EQ(atlas.AsName(other), std::nullopt);
  EXPECT_EQ(atlas.City(other), std::nullopt);
  EXPECT_EQ(atlas.NetworkName(other), std::nullopt);
  EXPECT_EQ(atlas.PoolName(other), std::nullopt);
}

TEST(AtlasTest, FindsTheSmallestNetworkAndPool) {
  const Atlas atlas(Networks(), Pools(), nullptr, nullptr);
  EXPECT_EQ(atlas.NetworkName(atlas.Locate(Ip("10.0.0.1"))), "office");
  EXPECT_EQ(atlas.PoolName(atlas.Locate(Ip("10.0.0.1"))), "printers");
  EXPECT_EQ(atlas.PoolName(atlas.Locate(Ip("10.0.0.16"))), "guests");
  EXPECT_EQ(atlas.NetworkName(atlas.Locate(Ip("10.1.0.1"))), "lab");
  EXPECT_EQ(atlas.NetworkName(atlas.Locate(Ip("2001:db8::1"))), "office");
  EXPECT_EQ(atlas.PoolName(atlas.Locate(Ip("10.1.0.1"))), std::nullopt);
  EXPECT_EQ(atlas.NetworkName(atlas.Locate(Ip("192.0.2.1"))), std::nullopt);
}

TEST(AtlasTest, AMacAddressGoesBeforeTheAddress) {
  const Atlas atlas(Networks(), Pools(), nullptr, nullptr);
  EXPECT_TRUE(atlas.has_pools_by_mac());
  EXPECT_EQ(atlas.PoolOf(Ip("10.0.9.9"), Mac("02:00:00:00:00:01")), 1);
  EXPECT_EQ(atlas.PoolOf(Ip("10.0.9.9"), Mac("02:00:00:00:00:02")), 2);
  EXPECT_EQ(atlas.PoolOf(Ip("10.9.9.9"), Mac("02:00:00:00:00:02")), 0);
}

TEST(AtlasTest, AsksBothDatabases) {
  const Atlas atlas({}, {}, Open("city.mmdb", Content::kCountry),
                    Open("asn.mmdb", Content::kAutonomousSystem));
  const model::Place place = atlas.Locate(Ip("192.0.2.1"));
  EXPECT_EQ(place.country.text(), "DE");
  EXPECT_EQ(place.asn, 64496U);
  EXPECT_EQ(atlas.City(place), "Berlin");
  EXPECT_EQ(atlas.AsName(place), "Example Net");
  const model::Place without_names = atlas.Locate(Ip("2001:db8:81::1"));
  EXPECT_EQ(without_names, model::Place());
  EXPECT_EQ(atlas.Locate(Ip("10.0.0.1")), model::Place());
}

}  // namespace
}  // namespace wiregauge::geo
