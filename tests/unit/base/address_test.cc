// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/ip_address.h"
#include "base/mac_address.h"
#include "base/mapped_address.h"

namespace wiregauge {
namespace {

TEST(IpAddressTest, ReadsAndPrintsBothVersions) {
  for (const char* text : {"0.0.0.0", "192.168.1.254", "::", "2001:db8::1", "fe80::1:2"}) {
    const auto address = IpAddress::Parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->ToString(), text);
  }
  EXPECT_EQ(IpAddress::Parse("10.0.0.1")->version(), 4);
  EXPECT_EQ(IpAddress::Parse("::ffff:10.0.0.1")->version(), 6);
}

TEST(IpAddressTest, RefusesEverythingElse) {
  for (const char* text :
       {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4/8", "[::1]", "fe80::1%eth0", "host",
        "1234:5678:9abc:def0:1234:5678:9abc:def0:1234:5678:9abc"}) {
    EXPECT_FALSE(IpAddress::Parse(text)) << text;
  }
}

TEST(IpAddressTest, VersionsNeverCompareEqual) {
  EXPECT_NE(*IpAddress::Parse("0.0.0.0"), *IpAddress::Parse("::"));
}

TEST(IpAddressTest, KnowsGroups) {
  EXPECT_TRUE(IpAddress::Parse("224.0.0.251")->IsMulticast());
  EXPECT_TRUE(IpAddress::Parse("ff02::fb")->IsMulticast());
  EXPECT_FALSE(IpAddress::Parse("223.255.255.255")->IsMulticast());
  EXPECT_TRUE(IpAddress::Parse("255.255.255.255")->IsBroadcast());
  EXPECT_FALSE(IpAddress::Parse("ffff::")->IsBroadcast());
}

TEST(IpNetworkTest, ClearsHostBitsAndContains) {
  const auto network = IpNetwork::Parse("10.1.2.3/9");
  ASSERT_TRUE(network);
  EXPECT_EQ(network->ToString(), "10.0.0.0/9");
  EXPECT_TRUE(network->Contains(*IpAddress::Parse("10.127.255.255")));
  EXPECT_FALSE(network->Contains(*IpAddress::Parse("10.128.0.0")));
  EXPECT_FALSE(network->Contains(*IpAddress::Parse("::10.0.0.1")));
  EXPECT_TRUE(IpNetwork::Parse("::/0")->Contains(*IpAddress::Parse("2001:db8::1")));
  EXPECT_EQ(IpNetwork::Parse("2001:db8::1")->prefix_bits(), 128);
}

TEST(IpNetworkTest, RefusesBadPrefixes) {
  for (const char* text :
       {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "/8"}) {
    EXPECT_FALSE(IpNetwork::Parse(text)) << text;
  }
}

TEST(MacAddressTest, ReadsAndPrints) {
  const auto mac = MacAddress::Parse("02-00-5E-10-00-01");
  ASSERT_TRUE(mac);
  EXPECT_EQ(mac->ToString(), "02:00:5e:10:00:01");
  EXPECT_FALSE(mac->IsGroup());
  EXPECT_TRUE(MacAddress::Parse("ff:ff:ff:ff:ff:ff")->IsGroup());
  EXPECT_FALSE(MacAddress::Parse("02:00:5e:10:00"));
  EXPECT_FALSE(MacAddress::Parse("02:00:5e:10:00:0g"));
  EXPECT_FALSE(MacAddress::Parse("02.00.5e.10.00.01"));
}

TEST(MappedAddressTest, IsIpv4AndNothingElseIs) {
  const auto text = [](std::string_view address) {
    return Unmapped(*IpAddress::Parse(address)).ToString();
  };
  EXPECT_EQ(text("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(text("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(text("::fffe:c000:201"), "::fffe:c000:201");
  EXPECT_EQ(text("2001:db8::ffff:c000:201"), "2001:db8::ffff:c000:201");
  EXPECT_EQ(Unmapped(IpAddress()), IpAddress());
}

}  // namespace
}  // namespace wiregauge
