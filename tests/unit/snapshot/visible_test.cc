// SPDX-License-Identifier: Apache-2.0
#include "snapshot/visible.h"

#include <gtest/gtest.h>

namespace wiregauge::snapshot {
namespace {

const IpAddress kA = *IpAddress::Parse("10.0.0.1");
const IpAddress kB = *IpAddress::Parse("192.0.2.2");

// Three interfaces; a host, a flow from kA to kB, a VLAN, a device and a name on each.
std::shared_ptr<Snapshot> MakeSnapshot() {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->detail = Detail::kRows;
  auto flows = std::make_shared<model::FlowBatch>();
  for (uint16_t i = 0; i < 3; ++i) {
    InterfaceView interface;
    interface.name = "eth" + std::to_string(i);
    snapshot->interfaces.push_back(interface);
    model::HostRecord host;
    host.ip = i == 1 ? kB : kA;
    host.interface_index = i;
    snapshot->hosts.push_back(host);
    model::FlowRecord flow;
    flow.id = i;
    flow.interface_index = i;
    flow.client.ip = kA;
    flow.server.ip = kB;
    flows->push_back(flow);
    model::VlanRecord vlan;
    vlan.interface_index = i;
    snapshot->vlans.push_back(vlan);
    model::DeviceRecord device;
    device.interface_index = i;
    snapshot->devices.push_back(device);
  }
  snapshot->places.resize(3);
  snapshot->active_flows.push_back(flows);
  return snapshot;
}

TEST(VisiblePart, RowsPointAtTheInterfacesThatAreLeft) {
  const auto part = VisiblePart(
      *MakeSnapshot(),
      {.user = "x", .role = model::Role::kViewer, .interfaces = {"eth2", "eth1"}, .networks = {}});
  ASSERT_EQ(part->interfaces.size(), 2U);
  EXPECT_EQ(part->interfaces[0].name, "eth1");
  EXPECT_EQ(part->FindInterface("eth0"), std::nullopt);
  ASSERT_EQ(part->hosts.size(), 2U);
  EXPECT_EQ(part->hosts[0].ip, kB);
  EXPECT_EQ(part->hosts[0].interface_index, 0);
  EXPECT_EQ(part->hosts[1].interface_index, 1);
  EXPECT_EQ(part->FindFlow(0), nullptr);
  EXPECT_EQ(part->FindFlow(2)->interface_index, 1);
  EXPECT_EQ(part->vlans.size(), 2U);
  EXPECT_EQ(part->devices.size(), 2U);
  EXPECT_EQ(part->places.size(), 2U);
}

TEST(VisiblePart, ToANetworkNothingIsLeftThatItDoesNotTellApart) {
  const auto part = VisiblePart(*MakeSnapshot(), {.user = "x",
                                                  .role = model::Role::kViewer,
                                                  .interfaces = {},
                                                  .networks = {*IpNetwork::Parse("192.0.2.0/24")}});
  ASSERT_EQ(part->hosts.size(), 1U);
  EXPECT_EQ(part->hosts[0].interface_index, 1);
  EXPECT_EQ(part->active_flows.at(0)->size(), 3U);  // kB is the server of all
  EXPECT_TRUE(part->vlans.empty());
  EXPECT_TRUE(part->devices.empty());
  EXPECT_TRUE(part->places.empty());
}

TEST(VisibleParts, AreSharedWhileTheWholeIsTheSame) {
  VisibleParts parts;
  const model::Identity one{
      .user = "x", .role = model::Role::kViewer, .interfaces = {"eth0"}, .networks = {}};
  model::Identity other = one;
  other.interfaces = {"eth1"};
  auto whole = MakeSnapshot();
  const auto first = parts.Get(whole, one);
  model::Identity same = one;
  same.user = "y";
  EXPECT_EQ(parts.Get(whole, same), first);
  EXPECT_NE(parts.Get(whole, other), first);
  EXPECT_NE(parts.Get(MakeSnapshot(), one), first);
  for (size_t i = 0; i < 2 * VisibleParts::kMostParts; ++i) {
    other.interfaces = {"eth" + std::to_string(i)};
    parts.Get(whole, other);
  }
  EXPECT_NE(parts.Get(whole, one), first);  // others needed its place
}

}  // namespace
}  // namespace wiregauge::snapshot
