// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "snapshot/shard_slice.h"

namespace wiregauge::snapshot {
namespace {

const IpAddress kA = *IpAddress::Parse("10.0.0.1");
const IpAddress kB = *IpAddress::Parse("10.0.0.2");

model::HostRecord Host(const IpAddress& ip, uint64_t bytes, uint16_t interface_index = 0) {
  model::HostRecord host;
  host.ip = ip;
  host.interface_index = interface_index;
  host.traffic.sent = {1, bytes};
  return host;
}

std::shared_ptr<ShardSlice> Slice(std::vector<model::HostRecord> hosts, uint16_t index = 0) {
  auto slice = std::make_shared<ShardSlice>();
  slice->detail = Detail::kRows;
  slice->interface_index = index;
  slice->state = "open";
  slice->counters.active_hosts = hosts.size();
  slice->counters.received = {hosts.size(), 100};
  slice->flow_captures.started = 1;
  slice->flow_captures.captured = {2, 200};
  slice->hosts = std::move(hosts);
  slice->vlans = {{}};
  slice->vlans[0].traffic = {1, 10};
  slice->vlans[0].interface_index = index;
  return slice;
}

TEST(MergeTest, PartialRowsOfOneInterfaceAreSummed) {
  const auto snapshot = Merge({}, nullptr, {{"eth0", "eth0", true, 2}}, Detail::kRows,
                              {Slice({Host(kA, 5), Host(kB, 1)}), Slice({Host(kA, 7)})});
  EXPECT_EQ(snapshot->detail, Detail::kRows);
  ASSERT_EQ(snapshot->hosts.size(), 2u);
  EXPECT_EQ(FindHost(*snapshot, kA, 0, std::nullopt)->traffic.sent, (model::Traffic{2, 12}));
  EXPECT_EQ(snapshot->interfaces[0].counters.active_hosts, 2u) << "not 3: one is in both shards";
  EXPECT_EQ(snapshot->interfaces[0].counters.received.packets, 3u);
  EXPECT_EQ(snapshot->interfaces[0].flow_captures.started, 2u);
  EXPECT_EQ(snapshot->interfaces[0].flow_captures.captured, (model::Traffic{4, 400}));
  ASSERT_EQ(snapshot->vlans.size(), 1u);
  EXPECT_EQ(snapshot->vlans[0].traffic.bytes, 20u);
}

TEST(MergeTest, InterfacesStayApart) {
  const auto snapshot =
      Merge({}, nullptr, {{"a", "a", true, 1}, {"b", "b", true, 1}}, Detail::kRows,
            {Slice({Host(kA, 5, 0)}, 0), Slice({Host(kA, 7, 1)}, 1)});
  EXPECT_EQ(snapshot->hosts.size(), 2u);
  EXPECT_EQ(FindHost(*snapshot, kA, 0, 1)->traffic.sent.bytes, 7u);
  EXPECT_EQ(FindHost(*snapshot, kA, 0, std::nullopt)->traffic.sent.bytes, 12u);
  EXPECT_FALSE(FindHost(*snapshot, kB, 0, std::nullopt));
  EXPECT_FALSE(FindHost(*snapshot, kA, 9, std::nullopt));
  EXPECT_EQ(snapshot->FindInterface("b"), 1);
  EXPECT_FALSE(snapshot->FindInterface("c"));
}

TEST(MergeTest, TheWorstStateIsTheInterfaces) {
  auto good = Slice({}), gone = Slice({});
  gone->state = "gone";
  gone->problem = "eth0: no such device";
  for (const auto& order : {std::vector<std::shared_ptr<const ShardSlice>>{good, gone},
                            std::vector<std::shared_ptr<const ShardSlice>>{gone, good}}) {
    const auto snapshot = Merge({}, nullptr, {{"eth0", "eth0", true, 2}}, Detail::kRows, order);
    EXPECT_EQ(snapshot->interfaces[0].state, "gone");
    EXPECT_EQ(snapshot->interfaces[0].problem, "eth0: no such device");
  }
}

TEST(MergeTest, FinalOnlyWhenEveryShardHasEnded) {
  auto last = Slice({}), running = Slice({}, 1);
  last->last = true;
  const std::vector<InterfaceFacts> two = {{"a", "a", false, 1}, {"b", "b", true, 1}};
  EXPECT_FALSE(Merge({}, nullptr, two, Detail::kRows, {last, running})->final);
  running->last = true;
  EXPECT_TRUE(Merge({}, nullptr, two, Detail::kRows, {last, running})->final);
}

// Two workers saw one remote host each behind the same device: together it is a router.
TEST(MergeTest, HostsTellARoutersAddress) {
  const MacAddress router = *MacAddress::Parse("02:00:00:00:00:fe");
  const MacAddress server = *MacAddress::Parse("02:00:00:00:00:01");
  const auto make = [&](std::string_view remote) {
    auto slice = Slice({Host(*IpAddress::Parse(remote), 1), Host(kA, 1), Host(kB, 1)});
    slice->hosts[0].mac = slice->hosts[1].mac = router;
    slice->hosts[1].local = slice->hosts[2].local = true;
    slice->hosts[2].mac = server;
    slice->devices.resize(2);
    slice->devices[0].mac = router;
    slice->devices[0].forwarding.Add(*IpAddress::Parse(remote));
    slice->devices[1].mac = server;
    return slice;
  };
  const std::vector<InterfaceFacts> two_workers = {{"eth0", "eth0", true, 2}};
  auto mark = [](const Snapshot& snapshot, const IpAddress& ip) {
    return FindHost(snapshot, ip, 0, std::nullopt)->mac_is_router;
  };
  const IpAddress remote = *IpAddress::Parse("192.0.2.1");
  const auto one = Merge({}, nullptr, two_workers, Detail::kRows, {make("192.0.2.1")});
  EXPECT_EQ(mark(*one, remote), std::nullopt);
  EXPECT_EQ(mark(*one, kA), false);
  EXPECT_EQ(mark(*one, kB), false);
  const auto both =
      Merge({}, nullptr, two_workers, Detail::kRows, {make("192.0.2.1"), make("192.0.2.2")});
  EXPECT_EQ(mark(*both, remote), true);
  EXPECT_EQ(mark(*both, kA), true);
  EXPECT_EQ(mark(*both, kB), false);
}

TEST(TalliesOfTest, ActiveFlowsAddWhatTheyHaveNotReported) {
  auto slice = Slice({Host(kA, 0)});
  model::FlowRecord flow;
  flow.client.ip = kA;
  flow.server.ip = kB;
  flow.server.port = 53;
  flow.client.sent = {3, 300};
  flow.reported.client.sent = {2, 200};
  slice->active_flows = {std::make_shared<model::FlowBatch>(model::FlowBatch{flow})};
  const auto snapshot = Merge({}, nullptr, {{"a", "a", true, 1}}, Detail::kRows, {slice});
  const auto tallies = TalliesOf(*snapshot, snapshot->hosts[0], std::nullopt);
  ASSERT_EQ(tallies.peers.items.size(), 1u);
  EXPECT_EQ(tallies.peers.items[0].tally.traffic.sent, (model::Traffic{1, 100}));
  EXPECT_EQ(tallies.peers.items[0].tally.flows, 0u) << "counted with its first report";
  EXPECT_TRUE(TalliesOf(*snapshot, snapshot->hosts[0], 4).peers.items.empty());
}

}  // namespace
}  // namespace wiregauge::snapshot
