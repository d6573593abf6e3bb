// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/record/field.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "flow_records.h"

namespace wiregauge::sinks {
namespace {

// Null: the record does not have it.
nlohmann::json Read(const char* name, const model::FlowRecord& flow) {
  static const auto context = MakeContext();
  JsonMembers members;
  FindField(name)->write(Reading(flow, *context), {JsonKey(name), members});
  if (members.view().empty()) return nullptr;
  return nlohmann::json::parse("{" + std::string(members.view().substr(1)) + "}").at(name);
}

TEST(Fields, AreCalledOnceAndNeverWhatReceiversKeepForThemselves) {
  std::set<std::string_view> names;
  for (const Field& field : AllFields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_FALSE(field.help.empty()) << field.name;
    EXPECT_TRUE(field.help.ends_with('.')) << field.name;
    EXPECT_EQ(FindField(field.name), &field);
  }
  // Of the contract, and what Logstash owns (type, tags, host, port, message, @version).
  for (const char* const name : {"IPV4_SRC_ADDR",
                                 "IPV4_DST_ADDR",
                                 "IPV6_SRC_ADDR",
                                 "IPV6_DST_ADDR",
                                 "L4_SRC_PORT",
                                 "L4_DST_PORT",
                                 "PROTOCOL",
                                 "L7_PROTO",
                                 "L7_PROTO_NAME",
                                 "TCP_FLAGS",
                                 "IN_PKTS",
                                 "IN_BYTES",
                                 "OUT_PKTS",
                                 "OUT_BYTES",
                                 "FIRST_SWITCHED",
                                 "LAST_SWITCHED",
                                 "ntop_timestamp",
                                 "CLIENT_NW_LATENCY_MS",
                                 "SERVER_NW_LATENCY_MS",
                                 "HTTP_HOST",
                                 "HTTP_URL",
                                 "HTTP_METHOD",
                                 "HTTP_RET_CODE",
                                 "DNS_QUERY",
                                 "SSL_SERVER_NAME",
                                 "INTERFACE",
                                 "NTOPNG_INSTANCE_NAME",
                                 "FLOW_ID",
                                 "COMMUNITY_ID",
                                 "APPL_LATENCY_MS",
                                 "IN_RETRANSMISSIONS",
                                 "OUT_RETRANSMISSIONS",
                                 "IN_OUT_OF_ORDER",
                                 "OUT_OUT_OF_ORDER",
                                 "IN_LOST",
                                 "OUT_LOST",
                                 "SRC_VLAN",
                                 "IN_SRC_MAC",
                                 "OUT_DST_MAC",
                                 "SRC_IP_COUNTRY",
                                 "DST_IP_COUNTRY",
                                 "SRC_AS",
                                 "DST_AS",
                                 "L7_CATEGORY",
                                 "L7_RISK",
                                 "FLOW_END_REASON",
                                 "TOTAL_IN_BYTES",
                                 "TOTAL_OUT_BYTES",
                                 "TOTAL_IN_PKTS",
                                 "TOTAL_OUT_PKTS"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
  for (const char* const name : {"type", "tags", "host", "port", "message", "@version"}) {
    EXPECT_FALSE(names.contains(name)) << name;
  }
}

TEST(Fields, OfAFlow) {
  const model::FlowRecord flow = MakeTcpFlow(17);
  EXPECT_EQ(Read("FLOW_ID", flow), 17u);
  EXPECT_EQ(Read("IPV4_SRC_ADDR", flow), "10.0.0.1");
  EXPECT_EQ(Read("IPV4_DST_ADDR", flow), "192.0.2.7");
  EXPECT_EQ(Read("IPV6_SRC_ADDR", flow), nullptr);
  EXPECT_EQ(Read("L4_SRC_PORT", flow), 40000u);
  EXPECT_EQ(Read("L4_DST_PORT", flow), 443u);
  EXPECT_EQ(Read("PROTOCOL", flow), 6u);
  EXPECT_EQ(Read("L7_PROTO", flow), 2u);
  EXPECT_EQ(Read("L7_PROTO_NAME", flow), "TLS.Google");
  EXPECT_EQ(Read("TCP_FLAGS", flow), 0x1bu | 0x12u);
  EXPECT_EQ(Read("IN_BYTES", flow), 600u);
  EXPECT_EQ(Read("OUT_BYTES", flow), 4000u);
  EXPECT_EQ(Read("FIRST_SWITCHED", flow), 1'795'567'376u);
  EXPECT_EQ(Read("LAST_SWITCHED", flow), 1'795'567'377u);
  EXPECT_EQ(Read("FLOW_END_MILLISECONDS", flow), 1'795'567'377'500u);
  EXPECT_EQ(Read("FLOW_END_REASON", flow), "tcp_fin");
  EXPECT_EQ(Read("INTERFACE", flow), "eth0");
  EXPECT_EQ(Read("NTOPNG_INSTANCE_NAME", flow), "probe's");
}

TEST(Fields, WhatIsNotKnownIsNothing) {
  model::FlowRecord flow = MakeTcpFlow(1);
  for (const char* const name : {"CLIENT_NW_LATENCY_MS", "APPL_LATENCY_MS", "SRC_VLAN", "SRC_AS",
                                 "SRC_IP_COUNTRY", "IN_SRC_MAC", "HTTP_HOST", "DNS_QUERY",
                                 "SSL_SERVER_NAME", "ICMP_TYPE", "INFO", "SRC_NAME"}) {
    EXPECT_EQ(Read(name, flow), nullptr) << name;
  }
  flow.l4_protocol = 1;
  for (const char* const name : {"TCP_FLAGS", "IN_LOST", "L4_SRC_PORT"}) {
    EXPECT_EQ(Read(name, flow), nullptr) << name;
  }
}

TEST(Fields, AReportTellsWhatIsNewAndTheTotals) {
  model::FlowRecord flow = MakeTcpFlow(1);
  flow.reported.client.sent = {5, 500};
  flow.report_start = kFirstSeen + std::chrono::seconds(1);
  EXPECT_EQ(Read("IN_BYTES", flow), 100u);
  EXPECT_EQ(Read("TOTAL_IN_BYTES", flow), 600u);
  EXPECT_EQ(Read("IN_PKTS", flow), 1u);
  EXPECT_EQ(Read("TOTAL_IN_PKTS", flow), 6u);
  EXPECT_EQ(Read("FIRST_SWITCHED", flow), 1'795'567'377u);
  EXPECT_EQ(Read("FLOW_START_MILLISECONDS", flow), 1'795'567'376'000u);
}

TEST(RecordIds, AreOfOneRecordAndTheSameEachTime) {
  const auto context = MakeContext();
  const auto id_of = [&](const model::FlowRecord& flow) {
    return std::string(RecordId(Reading(flow, *context)).view());
  };
  const std::string id = id_of(MakeTcpFlow(1));
  EXPECT_THAT(id, testing::MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(id, id_of(MakeTcpFlow(1)));
  std::set<std::string> ids;
  for (uint64_t flow = 0; flow < 10'000; ++flow) ids.insert(id_of(MakeTcpFlow(flow)));
  EXPECT_EQ(ids.size(), 10'000u);
  model::FlowRecord other = MakeTcpFlow(1);
  other.first_seen += std::chrono::nanoseconds(1);  // another process' flow of that number
  EXPECT_NE(id_of(other), id);
  other = MakeTcpFlow(1);
  other.report_start += std::chrono::seconds(300);  // its next record
  EXPECT_NE(id_of(other), id);
  other = MakeTcpFlow(1);
  other.interface_index = 1;
  EXPECT_NE(id_of(other), id);
}

TEST(RecordIds, AreTheSameWhereverACaptureStandsAmongTheSources) {
  static const model::PlaceNames places;
  const auto catalogue = MakeContext()->shared_catalogue();
  const RecordContext alone(catalogue, places, {"a.pcap"}, "probe");
  const RecordContext second(catalogue, places, {"b.pcap", "a.pcap"}, "probe");
  model::FlowRecord flow = MakeTcpFlow(7);
  const std::string id(RecordId(Reading(flow, alone)).view());
  flow.interface_index = 1;
  flow.id += uint64_t{1} << model::FlowRecord::kNumberBits;
  EXPECT_EQ(RecordId(Reading(flow, second)).view(), id);
}

}  // namespace
}  // namespace wiregauge::sinks
