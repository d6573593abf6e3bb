// SPDX-License-Identifier: Apache-2.0
#include "model/host_record.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace wiregauge::model {
namespace {

Tally TallyOf(uint64_t bytes) { return {{{1, bytes}, {}}, 1}; }

TEST(TopTalliesTest, TheSumIsExactAndBigOnesStay) {
  TopTallies<uint16_t> top;
  uint64_t bytes = 0;
  for (uint16_t key = 0; key < 1000; ++key) {
    top.Add(key, TallyOf(key + 1u));
    bytes += key + 1u;
  }
  Tally sum = top.other;
  for (const auto& [key, tally] : top.items) sum += tally;
  EXPECT_EQ(sum.traffic.sent.bytes, bytes);
  EXPECT_EQ(sum.flows, 1000u);
  EXPECT_EQ(top.items.size(), TopTallies<uint16_t>::kMost);
  EXPECT_TRUE(std::any_of(top.items.begin(), top.items.end(),
                          [](const auto& item) { return item.first == 999; }));
}

TEST(TopTalliesTest, MergeAddsEqualKeys) {
  TopTallies<uint16_t> a, b;
  a.Add(7, TallyOf(10));
  b.Add(7, TallyOf(5));
  b.Add(8, TallyOf(1));
  a.Merge(b);
  ASSERT_EQ(a.items.size(), 2u);
  EXPECT_EQ(a.items[0].second.traffic.sent.bytes, 15u);
  EXPECT_EQ(a.items[0].second.flows, 2u);
}

TEST(HostTalliesTest, AFlowIsCountedOnceHoweverOftenItIsReported) {
  FlowRecord flow;
  flow.l4_protocol = 6;
  flow.server.port = 443;
  flow.server.ip = *IpAddress::Parse("10.0.0.2");
  flow.client.sent = {2, 200};
  flow.server.sent = {3, 3000};
  HostTallies client;
  client.AddUnreported(flow, true);
  flow.reported = {flow.client.counters(), flow.server.counters()};
  flow.client.sent = {5, 500};
  client.AddUnreported(flow, true);
  ASSERT_EQ(client.ports.items.size(), 1u);
  EXPECT_EQ(client.ports.items[0].first, (PortKey{6, 443, false}));
  EXPECT_EQ(client.ports.items[0].second.flows, 1u);
  EXPECT_EQ(client.ports.items[0].second.traffic.sent, (Traffic{5, 500}));
  EXPECT_EQ(client.ports.items[0].second.traffic.received, (Traffic{3, 3000}));
  EXPECT_EQ(client.peers.items[0].first, flow.server.ip);
}

TEST(HostRecordTest, PartsOfTwoShardsAddUp) {
  HostRecord a, b;
  a.traffic.sent = {1, 100};
  b.traffic.sent = {2, 50};
  b.flows_as_client = 3;
  a.first_seen = a.last_seen = Timestamp(std::chrono::seconds(10));
  b.first_seen = b.last_seen = Timestamp(std::chrono::seconds(5));
  b.tallies = std::make_shared<HostTallies>();
  a.Merge(b);
  EXPECT_EQ(a.traffic.sent, (Traffic{3, 150}));
  EXPECT_EQ(a.flows_as_client, 3u);
  EXPECT_EQ(a.first_seen, Timestamp(std::chrono::seconds(5)));
  EXPECT_EQ(a.last_seen, Timestamp(std::chrono::seconds(10)));
  EXPECT_NE(a.tallies, nullptr);
}

TEST(DeviceRecordTest, KeepsABoundedListOfAddresses) {
  DeviceRecord a;
  for (int i = 0; i < 20; ++i) {
    DeviceRecord b;
    b.addresses = {*IpAddress::Parse("10.0.0." + std::to_string(i % 12))};
    a.Merge(b);
  }
  EXPECT_EQ(a.addresses.size(), DeviceRecord::kMostAddresses);
}

}  // namespace
}  // namespace wiregauge::model
