// SPDX-License-Identifier: Apache-2.0
#include "publish/json/network_names.h"

#include <gtest/gtest.h>

namespace wiregauge::json {
namespace {

IpAddress Ip(const char* text) { return *IpAddress::Parse(text); }
IpNetwork Net(const char* text) { return *IpNetwork::Parse(text); }

TEST(NetworkNamesTest, TheSmallestNamedNetworkCounts) {
  const NetworkNames names({{Net("10.0.0.0/8"), "office"},
                            {Net("10.1.0.0/16"), "lab"},
                            {Net("10.1.1.0/24"), ""},
                            {Net("2001:db8::/32"), "office"}});
  EXPECT_EQ(names.NameAt(*names.IndexOf(Ip("10.1.1.1"))), "lab");
  EXPECT_EQ(names.NameAt(*names.IndexOf(Ip("10.2.0.1"))), "office");
  EXPECT_EQ(names.IndexOf(Ip("10.2.0.1")), names.IndexOf(Ip("2001:db8::1")));
  EXPECT_FALSE(names.IndexOf(Ip("192.0.2.1")));
}

TEST(NetworkNamesTest, ANameMayStandForSeveralNetworks) {
  const NetworkNames names({{Net("10.0.0.0/8"), "office"},
                            {Net("2001:db8::/32"), "office"},
                            {Net("10.1.0.0/16"), "lab"}});
  EXPECT_EQ(names.Named("office"),
            (std::vector<IpNetwork>{Net("2001:db8::/32"), Net("10.0.0.0/8")}));
  EXPECT_TRUE(names.Named("offic").empty());
  EXPECT_EQ(names.List(), "office, lab");
  EXPECT_EQ(NetworkNames().List(), "");
  EXPECT_FALSE(NetworkNames().IndexOf(Ip("10.0.0.1")));
}

}  // namespace
}  // namespace wiregauge::json
