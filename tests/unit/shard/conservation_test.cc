// SPDX-License-Identifier: Apache-2.0
// The ledger's sums (model/interface_counters.h), exactly, on every capture.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "engine_runs.h"

namespace wiregauge::shard {
namespace {

using model::Traffic;

FileRun RunFile(const EngineOptions& options) {
  const auto catalogue = dpi::MakeCatalogue();
  SystemClock clock;
  RecordingSink sink;
  auto engine = Engine::Start(options, catalogue, clock, &sink);
  EXPECT_TRUE(engine.ok()) << engine.error().message;
  FileRun run;
  EXPECT_TRUE((*engine)->WaitForFiles(std::chrono::minutes(2)));
  run.snapshot = (*engine)->Get(snapshot::Detail::kRows, Duration::zero());
  (*engine)->Stop();
  run.records = std::move(sink.records);
  return run;
}

template <typename Array>
Traffic Sum(const Array& parts) {
  Traffic sum;
  for (const Traffic& part : parts) sum += part;
  return sum;
}

// Of both ends, since the last report.
model::TcpHealth TcpHealthOf(const model::FlowRecord& record) {
  model::TcpHealth sum;
  for (const auto& end : {record.client.tcp, record.server.tcp}) sum += end;
  for (const auto& told : {record.reported.client.tcp, record.reported.server.tcp}) sum -= told;
  return sum;
}

// The VLANs' rows sum to the interface, direction by direction.
void ExpectVlansBalance(const snapshot::Snapshot& snapshot) {
  const model::InterfaceCounters& counters = snapshot.interfaces[0].counters;
  Traffic traffic;
  model::LocalMatrix matrix{};
  uint64_t flows = 0, active_flows = 0, hosts = 0;
  for (const snapshot::VlanRow& row : VlansOf(snapshot)) {
    traffic += row.vlan.traffic;
    matrix += row.vlan.local_matrix;
    flows += row.vlan.flows;
    active_flows += row.active_flows;
    hosts += row.hosts;
  }
  EXPECT_EQ(counters.received, traffic);
  EXPECT_EQ(counters.in_flows, matrix.Sum());
  for (const bool sender : {false, true}) {
    EXPECT_EQ(counters.local_matrix[sender][false], matrix[sender][false]);
    EXPECT_EQ(counters.local_matrix[sender][true], matrix[sender][true]);
  }
  EXPECT_EQ(counters.flows_created, flows);
  EXPECT_EQ(counters.active_flows, active_flows);
  EXPECT_EQ(counters.active_hosts, hosts);
}

void ExpectBalanced(const FileRun& run) {
  ASSERT_EQ(run.snapshot->detail, snapshot::Detail::kRows);
  const model::InterfaceCounters& c = run.snapshot->interfaces[0].counters;
  Traffic applications, hosts, records, ended_rows;
  model::LatencyHistogram handshakes_of_applications, latencies_of_applications;
  for (const auto& application : c.applications) {
    applications += application.traffic;
    handshakes_of_applications += application.handshakes;
    latencies_of_applications += application.application_latencies;
  }
  for (const auto& host : run.snapshot->hosts) hosts += host.traffic.sent;
  model::LatencyHistogram handshakes;
  uint64_t requests = 0;
  Duration request_time{};
  model::TcpHealth tcp, tcp_sent, tcp_received;
  for (const auto& host : run.snapshot->hosts) {
    tcp_sent += host.tcp_sent;
    tcp_received += host.tcp_received;
  }
  for (const auto& record : run.records) {
    records += record.unreported_client() + record.unreported_server();
    tcp += TcpHealthOf(record);
    if (record.state != model::FlowState::kEnded) continue;
    if (const auto round_trip = record.handshake_rtt()) handshakes.Add(*round_trip);
    requests += record.application_latency.requests;
    request_time += record.application_latency.sum;
  }
  run.snapshot->ForEachFlow([&](const model::FlowRecord& flow) { ended_rows += flow.traffic(); });

  EXPECT_EQ(c.received, Sum(c.l3) + Sum(c.undecodable));
  EXPECT_EQ(Sum(c.l3), c.in_flows + c.l3[2] + c.l3[3]);
  EXPECT_EQ(c.in_flows, Sum(c.l4));
  EXPECT_EQ(c.in_flows, applications);
  EXPECT_EQ(c.detecting, Traffic{});
  EXPECT_EQ(c.in_flows, hosts + c.departed_hosts.sent);
  EXPECT_EQ(c.in_flows, records);
  EXPECT_EQ(c.in_flows, c.ended_flows_traffic);
  EXPECT_EQ(c.in_flows, ended_rows);
  EXPECT_EQ(c.in_flows, Sum(c.local_matrix[0]) + Sum(c.local_matrix[1]));
  ExpectVlansBalance(*run.snapshot);
  for (size_t kind = 0; kind < model::kPlaceKinds; ++kind) {
    const model::PlaceTally sum =
        PlacesOf(*run.snapshot, static_cast<model::PlaceKind>(kind), {}).Sum();
    EXPECT_EQ(c.in_flows, sum.sent) << kind;
    EXPECT_EQ(c.in_flows, sum.received) << kind;
    EXPECT_EQ(c.flows_created, sum.flows_as_client) << kind;
    EXPECT_EQ(c.flows_created, sum.flows_as_server) << kind;
  }
  EXPECT_EQ(c.received.packets, std::accumulate(c.packet_sizes.packets.begin(),
                                                c.packet_sizes.packets.end(), uint64_t{0}));
  EXPECT_EQ(c.flows_created + c.flows_ended[size_t(model::EndReason::kActiveTimeout)],
            run.records.size());
  EXPECT_EQ(c.active_flows, 0u);
  EXPECT_EQ(c.tcp, tcp);
  if (c.departed_hosts.sent.packets == 0) {
    EXPECT_EQ(c.tcp, tcp_sent);
    EXPECT_EQ(c.tcp, tcp_received);
  }
  EXPECT_EQ(c.handshakes, handshakes);
  EXPECT_EQ(c.handshakes, handshakes_of_applications);
  EXPECT_EQ(c.application_latencies, latencies_of_applications);
  EXPECT_EQ(c.application_latencies.count(), requests);
  EXPECT_EQ(c.application_latencies.sum, request_time);
}

// What must be the same whatever the workers: all but what libndpi's caches decide.
auto Facts(const model::FlowRecord& r) {
  return std::make_tuple(
      r.id, r.first_seen, r.last_seen, r.report_start, r.l4_protocol, r.vlan, r.client.ip,
      r.client.port, r.server.ip, r.server.port, r.client.sent.bytes, r.server.sent.bytes,
      r.client.sent.packets, r.server.sent.packets, r.client.payload_bytes_sent,
      r.server.payload_bytes_sent, r.client.tcp_flags, r.server.tcp_flags, r.tcp_state,
      r.end_reason, r.client.network_latency, r.server.network_latency,
      r.reported.client.sent.bytes, TcpHealthOf(r).retransmitted_packets,
      TcpHealthOf(r).lost_segments, TcpHealthOf(r).out_of_order_packets,
      std::string(r.history.letters()), r.application_latency.requests, r.application_latency.sum,
      r.client.interarrival.gaps(), r.server.interarrival.gaps());
}

std::vector<model::FlowRecord> Sorted(std::vector<model::FlowRecord> records) {
  std::sort(records.begin(), records.end(),
            [](const auto& a, const auto& b) { return Facts(a) < Facts(b); });
  return records;
}

class CaptureTest : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(CaptureTest, EverySumHoldsAndWorkersDoNotMatter) {
  const FileRun one = RunFile(FileOptions(GetParam(), 1));
  ExpectBalanced(one);
  const auto expected = Sorted(one.records);
  size_t other_application = 0;
  for (const uint32_t workers : {2u, 4u}) {
    const FileRun several = RunFile(FileOptions(GetParam(), workers));
    ExpectBalanced(several);
    const auto records = Sorted(several.records);
    ASSERT_EQ(records.size(), expected.size());
    for (size_t i = 0; i < records.size(); ++i) {
      EXPECT_EQ(Facts(records[i]), Facts(expected[i])) << "record " << i;
      other_application += records[i].application != expected[i].application;
    }
    EXPECT_EQ(several.snapshot->hosts.size(), one.snapshot->hosts.size());
  }
  RecordProperty("records", static_cast<int>(expected.size()));
  RecordProperty("other_application", static_cast<int>(other_application));
}

TEST_P(CaptureTest, TunnelsAndShortTimeoutsKeepTheSums) {
  using namespace std::chrono_literals;
  EngineOptions options = FileOptions(GetParam(), 2);
  options.decode = {true, true, true, true};
  options.limits.flow_idle_timeout = 1s;
  options.limits.flow_active_timeout = 2s;
  options.limits.tcp_closed_timeout = 0s;
  options.limits.host_idle_timeout = 1s;
  ExpectBalanced(RunFile(options));
}

TEST_P(CaptureTest, EvictionKeepsTheSums) {
  EngineOptions options = FileOptions(GetParam(), 1);
  options.limits.flow_table_bytes = 100'000;
  options.limits.host_table_bytes = 50'000;
  ExpectBalanced(RunFile(options));
}

std::string NameOf(const testing::TestParamInfo<std::filesystem::path>& info) {
  std::string name = info.param.filename();
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Captures, CaptureTest, testing::ValuesIn(AllCaptures()), NameOf);

TEST(CaptureTest, ThereAreCaptures) { EXPECT_FALSE(AllCaptures().empty()); }

}  // namespace
}  // namespace wiregauge::shard
