// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "world.h"

namespace wiregauge::api {
namespace {

TEST(LedgerTest, BalancesWhenNothingIsMissing) {
  World world;
  world.tables().interfaces[0].drops = {.kernel_packets = 3, .interface_packets = 2};
  const Json ledger = world.GetJson("/api/v1/ledger");
  EXPECT_EQ(ledger.at("balanced"), true);
  ASSERT_EQ(ledger.at("interfaces").size(), 2U);
  const Json& eth0 = ledger.at("interfaces")[0];
  EXPECT_EQ(eth0.at("interface"), "eth0");
  EXPECT_EQ(eth0.at("offered").at("packets"),
            eth0.at("offered").at("received_packets").get<uint64_t>() + 5);
  for (const Json& equation : eth0.at("equations")) {
    EXPECT_EQ(equation.at("balanced"), true) << equation;
    uint64_t bytes = 0;
    for (const Json& term : equation.at("terms")) bytes += term.at("bytes").get<uint64_t>();
    EXPECT_EQ(bytes, equation.at("total").at("bytes").get<uint64_t>());
  }
  EXPECT_TRUE(ledger.at("total").at("interface").is_null());
  EXPECT_EQ(ledger.at("total").at("flows").at("created"), 5);
}

// Every number of the books is looked at: when one is off, they do not balance.
TEST(LedgerTest, FindsEachNumberThatIsOff) {
  using Spoil = void (*)(snapshot::Snapshot&);
  const Spoil spoils[] = {
      [](snapshot::Snapshot& s) { ++s.interfaces[0].counters.received.packets; },
      [](snapshot::Snapshot& s) { ++s.interfaces[0].counters.l3[3].bytes; },
      [](snapshot::Snapshot& s) { ++s.interfaces[0].counters.undecodable[6].bytes; },
      [](snapshot::Snapshot& s) { ++s.interfaces[0].counters.in_flows.bytes; },
      [](snapshot::Snapshot& s) { ++s.interfaces[0].counters.l4[5].packets; },
      [](snapshot::Snapshot& s) { ++s.interfaces[0].counters.detecting.bytes; },
      [](snapshot::Snapshot& s) { ++s.interfaces[0].counters.applications[2].traffic.bytes; },
      [](snapshot::Snapshot& s) { ++s.interfaces[0].counters.departed_hosts.sent.bytes; },
      [](snapshot::Snapshot& s) { ++s.interfaces[0].counters.departed_hosts.received.bytes; },
      [](snapshot::Snapshot& s) { ++s.hosts[0].traffic.sent.packets; },
      [](snapshot::Snapshot& s) { ++s.interfaces[0].counters.ended_flows_traffic.bytes; },
      [](snapshot::Snapshot& s) {
        auto flows = std::make_shared<model::FlowBatch>(*s.active_flows[0]);
        flows->front().reported.client.sent.bytes = 1;
        s.active_flows[0] = flows;
      },
      [](snapshot::Snapshot& s) { ++s.interfaces[0].counters.flows_created; },
      [](snapshot::Snapshot& s) { s.places[0] = model::PlaceTallies(); },
      [](snapshot::Snapshot& s) { ++s.vlans[0].traffic.bytes; },
      [](snapshot::Snapshot& s) { ++s.vlans[0].local_matrix[true][false].bytes; },
      [](snapshot::Snapshot& s) { ++s.interfaces[0].counters.flows_ended[0]; },
  };
  size_t number = 0;
  for (const Spoil spoil : spoils) {
    World world;
    spoil(world.tables());
    const Json ledger = world.GetJson("/api/v1/ledger");
    EXPECT_EQ(ledger.at("balanced"), false) << number;
    EXPECT_EQ(ledger.at("interfaces")[0].at("balanced"), false) << number;
    EXPECT_EQ(ledger.at("interfaces")[1].at("balanced"), true) << number;
    ++number;
  }
}

}  // namespace
}  // namespace wiregauge::api
