// SPDX-License-Identifier: Apache-2.0
// What needs no server; with one: tests/e2e/test_reverse_dns.py.
#include "reverse_dns/resolver.h"

#include <gtest/gtest.h>

namespace wiregauge::reverse_dns {
namespace {

class StillClock final : public Clock {
 public:
  Timestamp Now() const override { return Timestamp(std::chrono::minutes(1'000'000)); }
};

model::HostRecord Host(const char* ip, bool local) {
  model::HostRecord host;
  host.ip = *IpAddress::Parse(ip);
  host.local = local;
  return host;
}

TEST(CanBeAskedFor, OnlyWhatServersCanKnow) {
  for (const char* const good : {"192.0.2.1", "10.0.0.1", "2001:db8::1", "fd00::1"}) {
    EXPECT_TRUE(CanBeAskedFor(*IpAddress::Parse(good))) << good;
  }
  for (const char* const bad : {"0.0.0.0", "127.0.0.1", "169.254.1.1", "224.0.0.251",
                                "255.255.255.255", "::", "::1", "fe80::1", "ff02::1"}) {
    EXPECT_FALSE(CanBeAskedFor(*IpAddress::Parse(bad))) << bad;
  }
}

// Port 9 answers nothing, or refuses: no name comes, and nobody waits for one.
TEST(Resolver, CompletingWaitsForNobody) {
  const StillClock clock;
  ResolverOptions options;
  options.servers = {*NameServer::Parse("127.0.0.1:9")};
  options.cache.most_waiting = 2;
  options.most_under_way = 0;
  auto resolver = Resolver::Start(options, clock);
  ASSERT_TRUE(resolver.ok());
  snapshot::Snapshot snapshot;
  snapshot.hosts = {Host("192.0.2.1", false), Host("10.0.0.1", true), Host("10.0.0.1", true),
                    Host("192.0.2.2", false), Host("224.0.0.1", false)};
  auto names = std::make_shared<model::HostNames>();
  names->Tell(model::NameSource::kDns, "known.example.org", clock.Now());
  snapshot.hosts[3].names = names;
  snapshot.hosts.push_back(Host("192.0.2.3", false));
  (*resolver)->Complete(snapshot);
  // The local one, once, and the first of the others; for the last one there is no room.
  EXPECT_EQ(snapshot.reverse_lookups.waiting, 2u);
  EXPECT_EQ(snapshot.reverse_lookups.dropped_queue_full, 1u);
  EXPECT_EQ(snapshot.hosts[0].names, nullptr);
  EXPECT_EQ(snapshot.hosts[3].names, names);
  EXPECT_TRUE(snapshot.names.empty());
}

}  // namespace
}  // namespace wiregauge::reverse_dns
