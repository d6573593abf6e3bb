// SPDX-License-Identifier: Apache-2.0
#include "model/place_tallies.h"

#include <gtest/gtest.h>

namespace wiregauge::model {
namespace {

Place InAs(uint32_t asn) {
  Place place;
  place.asn = asn;
  return place;
}

FlowRecord FlowBetween(const Place& client, const Place& server) {
  FlowRecord flow;
  flow.client.place = client;
  flow.server.place = server;
  flow.client.sent = {2, 200};
  flow.server.sent = {3, 3000};
  return flow;
}

TEST(PlaceTableTest, CountsBothEndsOfAFlow) {
  PlaceTable table(PlaceKind::kAutonomousSystem);
  table.AddUnreported(FlowBetween(InAs(64500), InAs(64496)));
  ASSERT_EQ(table.rows().size(), 2U);
  const PlaceRow& server = table.rows()[0];  // by number
  EXPECT_EQ(server.number, 64496U);
  EXPECT_EQ(server.tally.sent, (Traffic{3, 3000}));
  EXPECT_EQ(server.tally.received, (Traffic{2, 200}));
  EXPECT_EQ(server.tally.inner, Traffic());
  EXPECT_EQ(server.tally.ingress(), (Traffic{2, 200}));
  EXPECT_EQ(server.tally.traffic(), (Traffic{5, 3200}));
  EXPECT_EQ(server.tally.flows_as_server, 1U);
  EXPECT_EQ(server.tally.flows_as_client, 0U);
  EXPECT_EQ(table.rows()[1].tally.flows_as_client, 1U);
}

TEST(PlaceTableTest, TrafficInsideIsInnerAndCountsOnce) {
  PlaceTable table(PlaceKind::kAutonomousSystem);
  table.AddUnreported(FlowBetween(InAs(64496), InAs(64496)));
  table.AddUnreported(FlowBetween(InAs(64496), InAs(0)));
  const PlaceTally& tally = table.rows()[1].tally;
  EXPECT_EQ(tally.sent, (Traffic{7, 3400}));
  EXPECT_EQ(tally.received, (Traffic{8, 6200}));
  EXPECT_EQ(tally.inner, (Traffic{5, 3200}));
  EXPECT_EQ(tally.egress(), (Traffic{2, 200}));
  EXPECT_EQ(tally.ingress(), (Traffic{3, 3000}));
  EXPECT_EQ(tally.traffic(), (Traffic{10, 6400}));
  EXPECT_EQ(tally.flows_as_client, 2U);
  EXPECT_EQ(tally.flows_as_server, 1U);
}

TEST(PlaceTableTest, WhatHasNoRoomIsInOther) {
  PlaceTable table(PlaceKind::kAutonomousSystem, 10);
  Traffic sent;
  for (uint32_t asn = 1; asn <= 1000; ++asn) {
    const FlowRecord flow = FlowBetween(InAs(asn), InAs(asn + 1));
    table.AddUnreported(flow);
    sent += flow.traffic();
  }
  EXPECT_EQ(table.rows().size(), 10U);
  EXPECT_GT(table.other().sent.bytes, 0U);
  EXPECT_EQ(table.Sum().sent, sent);
  EXPECT_EQ(table.Sum().received, sent);
  EXPECT_EQ(table.Sum().flows_as_client, 1000U);
}

TEST(PlaceTalliesTest, AFlowCountsOnceHoweverOftenItIsReported) {
  FlowRecord flow = FlowBetween(InAs(1), InAs(2));
  PlaceTallies tallies;
  tallies.AddUnreported(flow);
  flow.reported = {flow.client.counters(), flow.server.counters()};
  flow.client.sent = {5, 500};
  tallies.AddUnreported(flow);
  PlaceTallies merged;
  merged.Merge(tallies);
  for (size_t kind = 0; kind < kPlaceKinds; ++kind) {
    const PlaceTally sum = merged.Of(static_cast<PlaceKind>(kind)).Sum();
    EXPECT_EQ(sum.sent, (Traffic{8, 3500})) << kind;
    EXPECT_EQ(sum.flows_as_client, 1U) << kind;
  }
}

TEST(CountryCodeTest, IsTwoLettersAndANumber) {
  EXPECT_EQ(CountryCode::Parse("de")->text(), "DE");
  EXPECT_EQ(CountryCode::FromNumber(CountryCode::Parse("Fr")->number()).text(), "FR");
  EXPECT_EQ(CountryCode().number(), 0U);
  for (const char* bad : {"", "D", "DEU", "1A", "D ", "\xc3\x9f"}) {
    EXPECT_FALSE(CountryCode::Parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace wiregauge::model
