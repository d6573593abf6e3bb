// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.h"

namespace wiregauge::api {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

TEST(ApplicationsTest, SumIsWhatTheInterfacesReceived) {
  World world;
  uint64_t packets = 0, bytes = 0;
  const Json page = world.GetJson("/api/v1/applications");
  for (const Json& row : page.at("items")) {
    packets += row.at("packets").get<uint64_t>();
    bytes += row.at("bytes").get<uint64_t>();
    uint64_t parts = 0;
    for (const Json& part : row.at("interfaces")) parts += part.at("bytes").get<uint64_t>();
    EXPECT_EQ(parts, row.at("bytes").get<uint64_t>()) << row;
  }
  uint64_t received_packets = 0, received_bytes = 0;
  const Json interfaces = world.GetJson("/api/v1/interfaces");
  for (const Json& interface : interfaces.at("items")) {
    received_packets += interface.at("received").at("packets").get<uint64_t>();
    received_bytes += interface.at("received").at("bytes").get<uint64_t>();
  }
  EXPECT_EQ(packets, received_packets);
  EXPECT_EQ(bytes, received_bytes);
  EXPECT_EQ(bytes, 4720U);
}

TEST(ApplicationsTest, PseudoRows) {
  World world;
  const Json rows = world.GetJson("/api/v1/applications?text=detecting,not").at("items");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("id"), "detecting");
  EXPECT_EQ(rows[0].at("bytes"), 550);
  EXPECT_EQ(rows[1].at("id"), "not_ip");
  EXPECT_EQ(rows[1].at("bytes"), 100);
  for (const char* const name : {"category", "breed", "flows", "throughput_bps"}) {
    EXPECT_TRUE(rows[1].at(name).is_null()) << name;
  }
}

TEST(ApplicationsTest, Filters) {
  World world;
  EXPECT_THAT(world.Items("/api/v1/applications?category=web", "name"),
              ElementsAre("TLS", "Google"));
  EXPECT_THAT(world.Items("/api/v1/applications?all=true&category=network", "name"),
              UnorderedElementsAre("DNS", "ICMP", "SSH"));
  EXPECT_THAT(world.Items("/api/v1/applications?interface=lan", "id"),
              UnorderedElementsAre("4", "detecting", "not_ip"));
  EXPECT_EQ(world.GetProblem("/api/v1/applications?all=yes", 400).at("parameter"), "all");
  EXPECT_EQ(world.GetProblem("/api/v1/applications?category=x", 400).at("parameter"), "category");
}

TEST(InterfacesTest, ListAndOne) {
  World world;
  EXPECT_THAT(world.Items("/api/v1/interfaces", "name"), ElementsAre("eth0", "lan"));
  EXPECT_THAT(world.Items("/api/v1/interfaces?sort=received.bytes", "name"),
              ElementsAre("lan", "eth0"));
  const Json eth0 = world.GetJson("/api/v1/interfaces/eth0");
  EXPECT_EQ(eth0.at("received").at("bytes"), 3730);
  EXPECT_EQ(eth0.at("undecodable").at("link_truncated").at("packets"), 1);
  EXPECT_EQ(eth0.at("flows").at("ended").at("tcp_fin"), 1);
  EXPECT_EQ(world.GetJson("/api/v1/interfaces/eth0?fields=name,l4.tcp.bytes"),
            (Json{{"name", "eth0"}, {"l4", {{"tcp", {{"bytes", 3300}}}}}}));
  EXPECT_EQ(world.GetProblem("/api/v1/interfaces/eth9", 404).at("parameter"), "interface");
  EXPECT_THAT(world.GetProblem("/api/v1/interfaces/eth9", 404).at("detail").get<std::string>(),
              testing::HasSubstr("eth9"));
}

TEST(RatesTest, NothingFlowsAfterTheEndOfASource) {
  World world;
  snapshot::Snapshot& tables = world.tables();
  snapshot::InterfaceView& interface = tables.interfaces[0];
  model::RateMeter rate;
  rate.Add(interface.counters.now - std::chrono::seconds(1), 100);
  rate.Add(interface.counters.now, 25);
  interface.counters.rate = rate;
  for (auto& application : interface.counters.applications) application.rate = rate;
  for (auto& host : tables.hosts) host.rate = rate;
  for (auto& device : tables.devices) device.rate = rate;
  for (auto& vlan : tables.vlans) vlan.rate = rate;
  for (const char* const state : {"open", "gone", "ended", "cut", "failed"}) {
    interface.state = state;
    const bool flows = state == std::string_view("open") || state == std::string_view("gone");
    const Json expected{{"now", flows ? 800 : 0}, {"peak", 800}};
    EXPECT_EQ(world.GetJson("/api/v1/interfaces/eth0")["throughput_bps"], expected) << state;
    for (const char* const rows : {"hosts?", "devices?", "vlans?", "applications?text=tls&"}) {
      const std::string target = "/api/v1/" + std::string(rows) + "interface=eth0&limit=1";
      EXPECT_EQ(world.GetJson(target)["items"][0]["throughput_bps"], expected) << state << target;
    }
  }
}

TEST(Layer2Test, DevicesAndVlans) {
  World world;
  EXPECT_THAT(world.Items("/api/v1/devices?mac=02:00:5E:10:00:01", "addresses"),
              ElementsAre(Json{"10.0.0.1"}));
  EXPECT_THAT(world.Items("/api/v1/devices?text=10.0.0.1", "interface"), ElementsAre("eth0"));
  EXPECT_THAT(world.Items("/api/v1/devices?interface=lan", "mac"), ElementsAre());
  EXPECT_EQ(world.GetProblem("/api/v1/devices?mac=x", 400).at("parameter"), "mac");
  EXPECT_THAT(world.Items("/api/v1/devices?mac_vendor=zeta,ALPHA&sort=-mac", "mac_vendor"),
              ElementsAre("alpha", "Zeta, Inc"));
  EXPECT_THAT(world.Items("/api/v1/devices?sort=mac_vendor", "mac_vendor"),
              ElementsAre("alpha", "Zeta, Inc", nullptr));
  EXPECT_THAT(world.Items("/api/v1/devices?is_router=true", "mac"),
              ElementsAre("00:00:5e:00:53:02"));
  EXPECT_EQ(world.Items("/api/v1/devices?is_router=false", "mac").size(), 2U);
  EXPECT_THAT(world.Items("/api/v1/devices?text=inc", "mac"), ElementsAre("00:00:5e:00:53:02"));
  EXPECT_THAT(world.Items("/api/v1/vlans", "vlan"), ElementsAre(0, 0, 7));
  EXPECT_THAT(world.Items("/api/v1/vlans?vlan=7", "interface"), ElementsAre("lan"));
  const Json eth0 = world.GetJson("/api/v1/vlans?interface=eth0").at("items")[0];
  EXPECT_EQ(eth0.at("flows"), 3);
  EXPECT_EQ(eth0.at("active_flows"), 1);
  EXPECT_EQ(eth0.at("hosts"), world.Items("/api/v1/hosts?interface=eth0&vlan=0", "host").size());
  uint64_t bytes = 0;
  for (const auto& [direction, traffic] : eth0.at("local_matrix").items()) {
    bytes += traffic.at("bytes").get<uint64_t>();
  }
  EXPECT_EQ(bytes, 3630U) << "all but the frames that are in no flow";
  EXPECT_THAT(world.Items("/api/v1/vlans?sort=-local_matrix.local_to_remote.bytes&limit=1", "vlan"),
              ElementsAre(0));
}

}  // namespace
}  // namespace wiregauge::api
