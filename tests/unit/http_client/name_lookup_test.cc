// SPDX-License-Identifier: Apache-2.0
#include "http_client/name_lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <thread>

#include "base/interrupt.h"
#include "unit/base/fixed_clock.h"

namespace wiregauge::http_client {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr Duration kLong = std::chrono::seconds(30);

std::vector<std::string> IpsOf(const NameLookup::Found& found) {
  std::vector<std::string> ips;
  for (const SocketAddress& address : *found) ips.push_back(address.ip());
  return ips;
}

// Asks until a lookup has been finished and used.
bool LeavesSoon(NameWatch& watch, const std::string& ip) {
  const auto deadline = std::chrono::steady_clock::now() + kLong;
  while (std::chrono::steady_clock::now() < deadline) {
    if (watch.HasLeft(ip)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

TEST(NameLookup, FindsAddressesWithTheirPort) {
  const Interrupt never;
  NameLookup lookup("localhost", 5510);
  EXPECT_FALSE(lookup.Take());
  lookup.Start();
  const auto found = lookup.Wait(kLong, never.fd());
  ASSERT_TRUE(found && found->ok());
  EXPECT_THAT(IpsOf(*found), Contains("127.0.0.1"));
  const sockaddr* const first = (**found)[0].get();
  const in_port_t port = first->sa_family == AF_INET6
                             ? reinterpret_cast<const sockaddr_in6*>(first)->sin6_port
                             : reinterpret_cast<const sockaddr_in*>(first)->sin_port;
  EXPECT_EQ(ntohs(port), 5510);
  EXPECT_FALSE(lookup.is_under_way());
  EXPECT_FALSE(lookup.Take());  // once
}

TEST(NameLookup, NumbersAreAddresses) {
  const Interrupt never;
  for (const std::string ip : {"192.0.2.1", "2001:db8::1"}) {
    NameLookup lookup(ip, 1);
    lookup.Start();
    const auto found = lookup.Wait(kLong, never.fd());
    ASSERT_TRUE(found && found->ok()) << ip;
    EXPECT_THAT(IpsOf(*found), testing::ElementsAre(ip));
  }
}

TEST(NameLookup, SaysWhichNameHasNone) {
  const Interrupt never;
  NameLookup lookup("no-such-name.invalid", 1);
  lookup.Start();
  const auto found = lookup.Wait(kLong, never.fd());
  ASSERT_TRUE(found && !found->ok());
  EXPECT_EQ(found->error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(found->error().message, HasSubstr("no-such-name.invalid: "));
}

TEST(NameWatch, SeesThatANameHasLeft) {
  FixedClock clock;
  NameWatch watch("localhost", 1, clock);
  watch.Restart();
  clock.steady_now += NameWatch::kInterval;
  EXPECT_TRUE(LeavesSoon(watch, "192.0.2.1"));
}

TEST(NameWatch, AsksNoSoonerThanItsInterval) {
  FixedClock clock;
  NameWatch watch("localhost", 1, clock);
  watch.Restart();
  clock.steady_now += NameWatch::kInterval / 2;
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(watch.HasLeft("192.0.2.1"));
}

TEST(NameWatch, AFailedLookupTellsNothing) {
  const Interrupt never;
  NameLookup lookup("no-such-name.invalid", 1);
  FixedClock clock;
  NameWatch watch("no-such-name.invalid", 1, clock);
  // As many lookups as it takes: the other one is as slow as these.
  for (int i = 0; i < 3; ++i) {
    clock.steady_now += NameWatch::kInterval;
    EXPECT_FALSE(watch.HasLeft("192.0.2.1"));
    lookup.Start();
    EXPECT_TRUE(lookup.Wait(kLong, never.fd()));
    EXPECT_FALSE(watch.HasLeft("192.0.2.1"));
  }
}

}  // namespace
}  // namespace wiregauge::http_client
