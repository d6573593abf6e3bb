// SPDX-License-Identifier: Apache-2.0
#include "geo/prefix_map.h"

#include <gtest/gtest.h>

namespace wiregauge::geo {
namespace {

IpAddress Ip(const char* text) { return *IpAddress::Parse(text); }
IpNetwork Net(const char* text) { return *IpNetwork::Parse(text); }

TEST(PrefixMapTest, TheLongestPrefixWinsWhateverTheOrder) {
  const std::pair<const char*, uint16_t> prefixes[] = {{"10.0.0.0/8", 1},      {"10.1.0.0/16", 2},
                                                       {"10.1.1.1/32", 3},     {"2001:db8::/32", 4},
                                                       {"2001:db8:1::/48", 5}, {"fe80::/16", 6}};
  PrefixMap forwards, backwards;
  for (const auto& [prefix, number] : prefixes) forwards.Add(Net(prefix), number);
  for (auto at = std::rbegin(prefixes); at != std::rend(prefixes); ++at) {
    backwards.Add(Net(at->first), at->second);
  }
  for (const PrefixMap* map : {&forwards, &backwards}) {
    EXPECT_EQ(map->Find(Ip("10.2.0.1")), 1);
    EXPECT_EQ(map->Find(Ip("10.1.0.1")), 2);
    EXPECT_EQ(map->Find(Ip("10.1.1.1")), 3);
    EXPECT_EQ(map->Find(Ip("2001:db8:2::1")), 4);
    EXPECT_EQ(map->Find(Ip("2001:db8:1::1")), 5);
    EXPECT_EQ(map->Find(Ip("fe80::1")), 6);
    EXPECT_EQ(map->Find(Ip("11.0.0.1")), 0);
    EXPECT_EQ(map->Find(Ip("2001:db9::1")), 0);
  }
}

TEST(PrefixMapTest, APrefixOfAllHoldsItsVersion) {
  PrefixMap map;
  map.Add(Net("0.0.0.0/0"), 7);
  map.Add(Net("0.0.0.0/0"), 8);
  EXPECT_EQ(map.Find(Ip("192.0.2.1")), 7);
  EXPECT_EQ(map.Find(Ip("::1")), 0);
  EXPECT_EQ(PrefixMap().Find(Ip("192.0.2.1")), 0);
}

}  // namespace
}  // namespace wiregauge::geo
