// SPDX-License-Identifier: Apache-2.0
#include "http_client/destinations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wiregauge::http_client {
namespace {

Destinations Of(const std::vector<std::string>& entries) {
  auto destinations = Destinations::Parse(entries);
  EXPECT_TRUE(destinations.ok()) << destinations.error().message;
  return std::move(destinations).value();
}

IpAddress Ip(const char* text) { return *IpAddress::Parse(text); }

TEST(Destinations, WithoutAnEntryNothingIsAllowed) {
  const Destinations none = Of({});
  EXPECT_FALSE(none.AllowsName("localhost", 80));
  EXPECT_FALSE(none.AllowsAddress(Ip("127.0.0.1"), 80));
  EXPECT_FALSE(none.AllowsSomeAddress(80));
}

TEST(Destinations, ANameIsItself) {
  const Destinations names = Of({"Example.org", "other.example:8443"});
  EXPECT_TRUE(names.AllowsName("example.org", 80));
  EXPECT_FALSE(names.AllowsName("www.example.org", 80));
  EXPECT_TRUE(names.AllowsName("other.example", 8443));
  EXPECT_FALSE(names.AllowsName("other.example", 443));
  EXPECT_FALSE(names.AllowsSomeAddress(8443));
}

TEST(Destinations, AddressesAndNetworksWithAPortOrWithout) {
  const Destinations some =
      Of({"192.0.2.1", "10.0.0.0/8:9200", "2001:db8::/32", "[2001:db9::1]:443", "[2001:dba::1]"});
  EXPECT_TRUE(some.AllowsAddress(Ip("192.0.2.1"), 1));
  EXPECT_FALSE(some.AllowsAddress(Ip("192.0.2.2"), 1));
  EXPECT_TRUE(some.AllowsAddress(Ip("10.1.2.3"), 9200));
  EXPECT_FALSE(some.AllowsAddress(Ip("10.1.2.3"), 9201));
  EXPECT_TRUE(some.AllowsAddress(Ip("2001:db8:1::2"), 1));
  EXPECT_TRUE(some.AllowsAddress(Ip("2001:db9::1"), 443));
  EXPECT_FALSE(some.AllowsAddress(Ip("2001:db9::1"), 80));
  EXPECT_TRUE(some.AllowsAddress(Ip("2001:dba::1"), 80));
  EXPECT_TRUE(some.AllowsAddress(Ip("::ffff:192.0.2.1"), 1)) << "that is the same host";
  EXPECT_FALSE(some.AllowsName("192.0.2.1", 1));
}

TEST(Destinations, WhatIsNoneIsNamed) {
  for (const char* const bad : {"",
                                ":80",
                                "example.org:",
                                "example.org:0",
                                "example.org:65536",
                                "example.org:x",
                                "*",
                                "*.example.org",
                                "http://example.org",
                                "10.0.0.0/33",
                                "10.0.0.0/8:",
                                "10.0.0",
                                "1.2.3.256",
                                "[10.0.0.1]:80",
                                "[2001:db8::1",
                                "[2001:db8::1]80",
                                "[2001:db8::1]:",
                                "a b",
                                "a..b",
                                "example.org.",
                                "user@example.org"}) {
    const auto parsed = Destinations::Parse({bad});
    ASSERT_FALSE(parsed.ok()) << bad;
    EXPECT_THAT(parsed.error().message, testing::StartsWith("\"" + std::string(bad) + "\""));
  }
}

}  // namespace
}  // namespace wiregauge::http_client
