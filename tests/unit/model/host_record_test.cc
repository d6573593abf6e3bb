// SPDX-License-Identifier: Apache-2.0
#include "model/host_record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace wiregauge::model {
namespace {

Tally TallyOf(uint64_t bytes) { return {{{1, bytes}, {}}, 1}; }

using Top = TopTallies<uint16_t>;

uint64_t BytesOf(const Tally& tally) { return tally.traffic.sent.bytes; }

Tally SumOf(const Top& top) {
  Tally sum = top.other;
  for (const auto& item : top.items) sum += item.tally;
  return sum;
}

// A stream with what is known of it without any bound.
class Stream {
 public:
  void Send(uint16_t key, uint64_t bytes) {
    top_.Add(key, TallyOf(bytes));
    bytes_[key] += bytes;
  }
  const Top& top() const { return top_; }

  uint64_t Sum() const {
    uint64_t sum = 0;
    for (const auto& [key, bytes] : bytes_) sum += bytes;
    return sum;
  }
  // Nothing that `top` says of a key is wrong, and no key that is missing has more than it says.
  void Check(const Top& top) const {
    std::set<uint16_t> listed;
    for (const auto& item : top.items) {
      EXPECT_TRUE(listed.insert(item.key).second) << item.key;
      const uint64_t bytes = bytes_.at(item.key);
      EXPECT_LE(BytesOf(item.tally), bytes) << item.key;
      EXPECT_GE(BytesOf(item.tally) + item.most_unlisted_bytes, bytes) << item.key;
    }
    for (const auto& [key, bytes] : bytes_) {
      if (listed.contains(key)) continue;
      EXPECT_LE(bytes, top.most_unlisted_bytes) << key;
    }
    EXPECT_EQ(BytesOf(SumOf(top)), Sum());
  }

 private:
  Top top_;
  std::map<uint16_t, uint64_t> bytes_;
};

const Top::Item* Find(const Top& top, uint16_t key) {
  const auto item = std::ranges::find(top.items, key, &Top::Item::key);
  return item == top.items.end() ? nullptr : &*item;
}

TEST(TopTalliesTest, IsExactAsLongAsThereIsRoom) {
  Stream stream;
  for (uint16_t key = 0; key < Top::kMost; ++key) stream.Send(key, key + 1);
  stream.Check(stream.top());
  EXPECT_EQ(stream.top().most_unlisted_bytes, 0u);
  EXPECT_EQ(stream.top().other.flows, 0u);
  stream.Send(0, 5);
  EXPECT_EQ(BytesOf(Find(stream.top(), 0)->tally), 6u);
}

// Whoever never sends much at once, and comes last, becomes the biggest one.
TEST(TopTalliesTest, ANewcomerWithManySmallFlowsGetsIn) {
  Stream stream;
  for (uint16_t key = 0; key < Top::kMost; ++key) stream.Send(key, 10'000);
  for (int i = 0; i < 100'000; ++i) stream.Send(5000, 100);
  stream.Check(stream.top());
  const Top::Item* const newcomer = Find(stream.top(), 5000);
  ASSERT_NE(newcomer, nullptr);
  EXPECT_EQ(BytesOf(newcomer->tally), 10'000'000u);
  EXPECT_EQ(newcomer->most_unlisted_bytes, 10'000u);
  EXPECT_EQ(SumOf(stream.top()).flows, 100'128u);
}

// Between any two flows of the same key come more new keys than there is room: the worst order.
TEST(TopTalliesTest, AScanDoesNotHideWhatIsBig) {
  Stream stream;
  uint16_t scanned = 10'000;
  for (int round = 0; round < 50; ++round) {
    for (uint16_t key = 0; key < 5; ++key) stream.Send(key, 60'000 * (key + 1));
    for (size_t i = 0; i < 2 * Top::kMost; ++i) stream.Send(scanned++, 60);
  }
  stream.Check(stream.top());
  EXPECT_EQ(stream.top().items.size(), Top::kMost);
  for (uint16_t key = 0; key < 5; ++key) {
    const Top::Item* const big = Find(stream.top(), key);
    ASSERT_NE(big, nullptr) << key;
    EXPECT_EQ(BytesOf(big->tally), 50 * 60'000 * (key + 1));
    EXPECT_EQ(big->most_unlisted_bytes, 0u) << "never left";
  }
}

TEST(TopTalliesTest, EveryKeyAboveItsShareIsThere) {
  Stream stream;
  uint32_t state = 1;
  for (int i = 0; i < 20'000; ++i) {
    state = state * 1664525 + 1013904223;
    const uint16_t key = (state >> 16) % 997;
    stream.Send(key % (key % 31 + 1) * 7, 40 + key);
  }
  stream.Check(stream.top());
  EXPECT_LE(stream.top().most_unlisted_bytes, stream.Sum() / Top::kMost);
}

TEST(TopTalliesTest, MergeAddsEqualKeys) {
  Top a, b;
  a.Add(7, TallyOf(10));
  b.Add(7, TallyOf(5));
  b.Add(8, TallyOf(1));
  a.Merge(b);
  ASSERT_EQ(a.items.size(), 2u);
  EXPECT_EQ(a.items[0].tally.traffic.sent.bytes, 15u);
  EXPECT_EQ(a.items[0].tally.flows, 2u);
}

// One stream over three shards: together they say what is true of it, in whatever order.
TEST(TopTalliesTest, ThePartsOfShardsAddUpInAnyOrder) {
  Stream all;
  std::array<Stream, 3> shards;
  for (uint32_t i = 0; i < 6000; ++i) {
    const uint16_t key = i * i % 601;
    const uint64_t bytes = 40 + i % 97;
    all.Send(key, bytes);
    shards[i % 3].Send(key, bytes);
  }
  std::array<size_t, 3> order = {0, 1, 2};
  std::map<uint16_t, std::pair<uint64_t, uint64_t>> first;
  do {
    Top sum = shards[order[0]].top();
    sum.Merge(shards[order[1]].top());
    sum.Merge(shards[order[2]].top());
    all.Check(sum);
    std::map<uint16_t, std::pair<uint64_t, uint64_t>> items;
    for (const auto& item : sum.items) {
      items[item.key] = {BytesOf(item.tally), item.most_unlisted_bytes};
    }
    if (first.empty()) first = items;
    EXPECT_EQ(items, first);
  } while (std::ranges::next_permutation(order).found);
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
  EXPECT_EQ(client.ports.items[0].key, (PortKey{6, 443, false}));
  EXPECT_EQ(client.ports.items[0].tally.flows, 1u);
  EXPECT_EQ(client.ports.items[0].tally.traffic.sent, (Traffic{5, 500}));
  EXPECT_EQ(client.ports.items[0].tally.traffic.received, (Traffic{3, 3000}));
  EXPECT_EQ(client.peers.items[0].key, flow.server.ip);
}

TEST(HostTalliesTest, PortsThatDidNotOpenAreInOther) {
  FlowRecord flow;
  flow.l4_protocol = 6;
  flow.server.port = 81;
  flow.client.syn.emplace();
  flow.client.sent = {1, 60};
  flow.server.sent = {1, 54};  // RST
  HostTallies server;
  server.AddUnreported(flow, false);
  EXPECT_TRUE(server.ports.items.empty());
  EXPECT_EQ(server.ports.other.traffic.sent, (Traffic{1, 54}));
  EXPECT_EQ(server.ports.other.flows, 1u);
  ASSERT_EQ(server.peers.items.size(), 1u);

  flow.server.syn.emplace();  // SYN|ACK
  server.AddUnreported(flow, false);
  ASSERT_EQ(server.ports.items.size(), 1u);
  flow.server.syn.reset();  // joined midway, or the answer was not captured
  flow.client.payload_bytes_sent = 10;
  flow.server.port = 82;
  server.AddUnreported(flow, false);
  EXPECT_EQ(server.ports.items.size(), 2u);
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
