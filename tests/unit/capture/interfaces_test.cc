// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <fstream>

#include "network_namespace.h"

namespace wiregauge::capture::testing {
namespace {

using ::testing::Contains;
using ::testing::MatchesRegex;

TEST(LibraryVersion, IsANumber) {
  EXPECT_THAT(LibraryVersion(), MatchesRegex("[0-9]+\\.[0-9]+.*"));
}

TEST(ListInterfaces, NamesTheLoopback) {
  const auto interfaces = ListInterfaces();
  ASSERT_TRUE(interfaces.ok()) << interfaces.error().message;
  bool found = false;
  for (const InterfaceInfo& interface : interfaces.value()) {
    found |= interface.name == "lo" && interface.loopback;
  }
  EXPECT_TRUE(found);
}

class Interfaces : public LiveTest {};

TEST_F(Interfaces, HaveNetworksAndFlags) {
  Ip({"address", "add", "192.0.2.7/26", "dev", kInterface});
  std::ofstream("/proc/sys/net/ipv6/conf/near0/disable_ipv6") << "0";
  Ip({"address", "add", "2001:db8:1::7/61", "dev", kInterface, "nodad"});
  Ip({"link", "set", kFarEnd, "down"});
  const auto interfaces = ListInterfaces();
  ASSERT_TRUE(interfaces.ok()) << interfaces.error().message;
  std::vector<std::string> names;
  for (const InterfaceInfo& interface : interfaces.value()) {
    names.push_back(interface.name);
    EXPECT_EQ(interface.loopback, interface.name == "lo");
    EXPECT_EQ(interface.up, interface.name != kFarEnd) << interface.name;
    if (interface.name != kInterface) continue;
    EXPECT_THAT(interface.networks, Contains(*IpNetwork::Parse("192.0.2.0/26")));
    EXPECT_THAT(interface.networks, Contains(*IpNetwork::Parse("2001:db8:1::/61")));
  }
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("lo", "any", kInterface, kFarEnd));
}

TEST_F(Interfaces, TheDefaultRouteOfTheLowestMetric) {
  const auto none = DefaultRouteInterface();
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);

  // IPv6 alone.
  for (const char* name : {kInterface, kFarEnd}) {
    std::ofstream(std::string("/proc/sys/net/ipv6/conf/") + name + "/disable_ipv6") << "0";
  }
  Ip({"-6", "route", "add", "default", "dev", kInterface, "metric", "2000"});
  Ip({"-6", "route", "add", "default", "dev", kFarEnd, "metric", "500"});
  Ip({"-6", "route", "add", "unreachable", "default", "metric", "100"});
  auto interface = DefaultRouteInterface();
  ASSERT_TRUE(interface.ok()) << interface.error().message;
  EXPECT_EQ(*interface, kFarEnd);

  // IPv4 comes first; 0.0.0.0/1 is no default route.
  Ip({"route", "add", "default", "dev", kFarEnd, "metric", "300"});
  Ip({"route", "add", "default", "dev", kInterface, "metric", "20"});
  Ip({"route", "add", "0.0.0.0/1", "dev", kFarEnd, "metric", "1"});
  interface = DefaultRouteInterface();
  ASSERT_TRUE(interface.ok()) << interface.error().message;
  EXPECT_EQ(*interface, kInterface);
}

}  // namespace
}  // namespace wiregauge::capture::testing
