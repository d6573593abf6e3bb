// SPDX-License-Identifier: Apache-2.0
#include "publish/prometheus/exporter.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "scrape.h"
#include "traffic_model.h"
#include "unit/base/fixed_clock.h"
#include "unit/snapshot/fixed_source.h"

namespace wiregauge::metrics {
namespace {

constexpr Timestamp kTakenAt{std::chrono::seconds(1'700'000'100)};

IpAddress Address(uint8_t last) { return IpAddress::V4(std::array<uint8_t, 4>{192, 0, 2, last}); }

model::HostRecord Host(uint8_t last, uint16_t vlan, uint64_t sent, uint64_t received) {
  model::HostRecord host;
  host.ip = Address(last);
  host.vlan = vlan;
  host.first_seen = host.last_seen = kTakenAt;
  host.traffic = {{1, sent}, {1, received}};
  return host;
}

// One interface with a bit of everything; its counters obey the ledger.
snapshot::InterfaceView BusyInterface(std::string name) {
  snapshot::InterfaceView view;
  view.name = std::move(name);
  view.source = "/captures/a \"b\"\\c\n.pcap";
  view.link_type = LinkType::kEthernet;
  view.state = "ended";
  view.drops = {7, 3};
  view.flow_captures = {5, {1, 0, 2, 0, 1}, {30, 3000}, 4};
  model::InterfaceCounters& counters = view.counters;
  counters.received = {14, 1400};
  counters.l3 = {{{6, 600}, {4, 400}, {1, 100}, {1, 100}}};
  counters.undecodable[1] = {1, 100};
  counters.undecodable[6] = {1, 100};
  counters.in_flows = {10, 1000};
  counters.l4[0] = {9, 900};
  counters.l4[1] = {1, 100};
  counters.detecting = {2, 200};
  counters.applications.resize(4);
  counters.applications[1] = {{5, 500}, 2, {}};
  counters.applications[2] = {{2, 200}, 1, {}};
  counters.applications[3] = {{1, 100}, 1, {}};
  counters.packet_sizes.packets[0] = 3;
  counters.packet_sizes.packets[1] = 10;
  counters.packet_sizes.packets.back() = 1;
  counters.applications[1].handshakes.Add(std::chrono::microseconds(100));
  counters.applications[1].handshakes.Add(std::chrono::milliseconds(30));
  counters.applications[2].handshakes.Add(std::chrono::seconds(11));
  counters.applications[2].application_latencies.Add(std::chrono::milliseconds(20));
  counters.flows_created = 5;
  counters.flows_ended[static_cast<size_t>(model::EndReason::kTcpFin)] = 4;
  counters.flows_ended[static_cast<size_t>(model::EndReason::kActiveTimeout)] = 9;
  counters.active_flows = 1;
  counters.active_hosts = 2;
  counters.now = kTakenAt;
  return view;
}

ScriptState OneScript() {
  static constexpr double kBounds[] = {0.5};
  ScriptState state;
  state.scripts = {{.script = "routes/top.lua",
                    .runs = {{"ok", 3}, {"error", 1}},
                    .durations = {3, 1},
                    .seconds = 1.5}};
  state.duration_bounds = kBounds;
  state.good = 1;
  state.old = 2;
  state.waiting = 5;
  state.worker_memory_bytes = {1000, 2000};
  state.flow_tape.missed_records = 9;
  state.key_values = {.available = true, .refused = 4, .entries_given_up = 6};
  return state;
}

model::SinkState OneSink() {
  model::SinkState sink;
  sink.name = "elk";
  sink.failing = true;
  sink.ledger = {.offered = 10, .delivered = 5};
  sink.ledger.dropped[static_cast<size_t>(model::SinkDropReason::kQueueFull)] = 2;
  sink.spooled = true;
  sink.oldest_waiting = FixedClock().Now() - std::chrono::seconds(3);
  return sink;
}

stream::StreamState OneStream() {
  return {.clients = 2,
          .accepted = 9,
          .refused = 1,
          .flow_events = 40,
          .gap_events = 3,
          .skipped_records = 77,
          .ended = {4, 1, 2, 0},
          .ring_records = 20,
          .ring_bytes = 16000};
}

class ExporterTest : public testing::Test {
 protected:
  ExporterTest() {
    auto catalogue = std::make_shared<model::ApplicationCatalogue>();
    catalogue->applications = {
        {"Unknown", 0, "Unrated"}, {"DNS", 0, "Safe"}, {"TLS", 0, "Safe"}, {"DNS", 0, "Safe"}};
    snapshot_.catalogue = catalogue;
    snapshot_.taken_at = clock_.steady_now - std::chrono::milliseconds(1500);
    snapshot_.detail = snapshot::Detail::kRows;
    snapshot_.interfaces.push_back(BusyInterface("eth0"));
    snapshot_.hosts = {Host(1, 0, 600, 400), Host(2, 42, 400, 600)};
  }

  http::Response Serve() {
    source_.snapshot = snapshot_;
    return exporter_.Serve();
  }

  static alerts::TypeCounts Type(std::string name, uint64_t engaged, uint64_t raised) {
    alerts::TypeCounts counts{std::move(name), {}, {}};
    counts.engaged[static_cast<size_t>(model::Severity::kError)] = engaged;
    counts.raised[static_cast<size_t>(model::Severity::kError)] = raised;
    return counts;
  }

  alerts::AlertState alerts_{.available = true,
                             .lost = {1, 2, 3, 4},
                             .types = {Type("interface_gone", 1, 3), Type("host_threshold", 2, 5)}};
  snapshot::Snapshot snapshot_;
  snapshot::FixedSource source_;
  FixedClock clock_;
  RequestMetrics requests_;
  Exporter exporter_{
      {.limits = {10, 1000},
       .build = {{"version", "0.1.0"}, {"revision", "abc"}},
       .accounts_readable = [] { return true; },
       .store = [] { return history::HistoryState{.available = true, .points_lost = 3}; },
       .alerts = [this] { return alerts_; },
       .scripts = OneScript,
       .sinks = [] { return std::vector<model::SinkState>{OneSink()}; },
       .stream = OneStream},
      source_,
      clock_,
      requests_};
};

// What promtool says of the text; empty when it has no remark.
std::string PromtoolRemarks(const std::string& text) {
  const std::string path = testing::TempDir() + "wiregauge_exporter_test.prom";
  std::ofstream(path) << text;
  FILE* const pipe = popen(("promtool check metrics < '" + path + "' 2>&1").c_str(), "r");
  if (pipe == nullptr) return "cannot run promtool";
  std::string said;
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) said += part.data();
  const int status = pclose(pipe);
  std::remove(path.c_str());
  if (status != 0) said += "exit " + std::to_string(WEXITSTATUS(status));
  return said;
}

TEST_F(ExporterTest, TellsAlertsByTypeAndSeverity) {
  const std::string text = Serve().body;
  for (const std::string line :
       {R"(wiregauge_alerts_engaged{severity="error",type="host_threshold"} 2)",
        R"(wiregauge_alerts_engaged{severity="info",type="host_threshold"} 0)",
        R"(wiregauge_alerts_raised_total{severity="error",type="interface_gone"} 3)",
        R"(wiregauge_alerts_lost_total{reason="invalid"} 1)",
        R"(wiregauge_alerts_lost_total{reason="max_engaged"} 2)",
        R"(wiregauge_alerts_lost_total{reason="max_past"} 3)",
        R"(wiregauge_alerts_lost_total{reason="queue_full"} 4)", "wiregauge_alerts_store_up 1",
        R"(wiregauge_series_dropped_total{family="wiregauge_alerts_engaged"} 0)"}) {
    EXPECT_NE(text.find(line + "\n"), std::string::npos) << line;
  }
  EXPECT_EQ(text.find("type=\"other\""), std::string::npos);
}

TEST_F(ExporterTest, TypesOfAlertsBeyondTheBudgetAreOther) {
  Exporter exporter({.limits = {10, 15}, .build = {}, .alerts = [this] { return alerts_; }},
                    source_, clock_, requests_);
  source_.snapshot = snapshot_;
  alerts_.types.push_back(Type("third", 4, 7));
  alerts_.types.push_back(Type("other", 1, 1));
  std::string text;
  for (int i = 0; i < 2; ++i) text = exporter.Serve().body;
  for (const std::string line :
       {R"(wiregauge_alerts_engaged{severity="error",type="interface_gone"} 1)",
        R"(wiregauge_alerts_engaged{severity="error",type="host_threshold"} 2)",
        R"(wiregauge_alerts_engaged{severity="error",type="other"} 5)",
        R"(wiregauge_alerts_raised_total{severity="error",type="other"} 8)",
        R"(wiregauge_series_dropped_total{family="wiregauge_alerts_raised_total"} 20)"}) {
    EXPECT_NE(text.find(line + "\n"), std::string::npos) << line;
  }
  EXPECT_EQ(text.find("type=\"third\""), std::string::npos);
}

TEST_F(ExporterTest, EveryFamilyIsThereWithTypeAndHelp) {
  requests_.Observe({"/metrics", "GET", 200, 0.01});
  Serve();  // the duration of a scrape is told by the next one
  const Scrape scrape(Serve().body);
  for (const FamilyInfo& info : AllFamilies()) {
    const std::string name(info.name);
    ASSERT_TRUE(scrape.types.contains(name)) << name;
    EXPECT_EQ(scrape.types.at(name), FamilyTypeName(info.type));
    EXPECT_EQ(scrape.helps.at(name), info.help);
  }
  EXPECT_EQ(scrape.types.size(), AllFamilies().size());
}

TEST_F(ExporterTest, SinksTellWhereTheRecordsWent) {
  const std::string text = Serve().body;
  for (const char* const line :
       {"wiregauge_sink_records_offered_total{sink=\"elk\"} 10\n",
        "wiregauge_sink_records_delivered_total{sink=\"elk\"} 5\n",
        "wiregauge_sink_records_dropped_total{sink=\"elk\",reason=\"queue_full\"} 2\n",
        "wiregauge_sink_records_dropped_total{sink=\"elk\",reason=\"rejected\"} 0\n",
        "wiregauge_sink_records_waiting{sink=\"elk\"} 3\n", "wiregauge_sink_up{sink=\"elk\"} 0\n",
        "wiregauge_sink_spool_up{sink=\"elk\"} 1\n",
        "wiregauge_sink_oldest_waiting_seconds{sink=\"elk\"} 3\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
}

TEST_F(ExporterTest, TheStoreTellsHowItStands) {
  Serve();
  Exporter exporter({.limits = {10, 1000},
                     .build = {},
                     .store =
                         [] {
                           return history::HistoryState{
                               .available = true, .points_lost = 3, .series_cut = {{"host", 7}}};
                         }},
                    source_, clock_, requests_);
  const std::string text = exporter.Serve().body;
  for (const char* line :
       {"wiregauge_store_up 1\n", "wiregauge_store_points_lost_total{reason=\"queue_full\"} 3\n",
        "wiregauge_series_dropped_total{family=\"history_host\"} 7\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
}

TEST_F(ExporterTest, ScriptsTellHowTheyStand) {
  const std::string text = Serve().body;
  for (const char* line :
       {"wiregauge_lua_runs_total{script=\"routes/top.lua\",result=\"error\"} 1\n",
        "wiregauge_lua_run_seconds_bucket{script=\"routes/top.lua\",le=\"0.5\"} 3\n",
        "wiregauge_lua_run_seconds_count{script=\"routes/top.lua\"} 4\n",
        "wiregauge_stream_clients 2\n", "wiregauge_stream_ended_total{reason=\"stalled\"} 1\n",
        "wiregauge_stream_events_total{event=\"gap\"} 3\n",
        "wiregauge_stream_skipped_records_total 77\n", "wiregauge_lua_scripts{state=\"old\"} 2\n",
        "wiregauge_lua_waiting 5\n", "wiregauge_lua_worker_memory_bytes{worker=\"1\"} 2000\n",
        "wiregauge_flow_tape_missed_records_total 9\n", "wiregauge_key_value_up 1\n",
        "wiregauge_key_value_lost_total{reason=\"full\"} 4\n",
        "wiregauge_key_value_lost_total{reason=\"given_up\"} 6\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
}

TEST_F(ExporterTest, EverySampleHasTheLabelsOfItsFamily) {
  requests_.Observe({"/metrics", "GET", 200, 0.01});
  const Scrape scrape(Serve().body);
  for (const FamilyInfo& info : AllFamilies()) {
    if (info.name == "wiregauge_build_info") continue;
    for (const Scrape::Sample& sample : scrape.samples) {
      if (sample.name != info.name) continue;
      size_t labels = 0;
      for (const std::string_view label : info.labels) {
        if (label.empty()) continue;
        ++labels;
        EXPECT_TRUE(sample.labels.contains(std::string(label))) << info.name << " " << label;
      }
      EXPECT_EQ(sample.labels.size(), labels) << info.name;
    }
  }
}

TEST_F(ExporterTest, PromtoolHasNoRemark) {
  snapshot_.interfaces[0].name = "a \"quoted\" \\ name\nin two lines";
  snapshot_.interfaces.push_back(BusyInterface("bad \xff utf-8"));
  snapshot_.interfaces.push_back(BusyInterface("bad \xfe utf-8"));  // the same once repaired
  snapshot_.interfaces.push_back(BusyInterface(""));
  requests_.Observe({"/api/v1/flows/{id}", "GET", 200, 0.01});
  requests_.Observe({"", "", 400, 0.01});
  Serve();
  EXPECT_EQ(PromtoolRemarks(Serve().body), "");
}

TEST_F(ExporterTest, PromtoolIsListenedTo) {
  EXPECT_NE(PromtoolRemarks("# TYPE wrong counter\nwrong 1\n"), "");
}

TEST_F(ExporterTest, AnswersInTextFormat) {
  const http::Response response = Serve();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(ExporterTest, AsksForRowsOfAtMostASecond) {
  Serve();
  EXPECT_EQ(source_.asked_detail, snapshot::Detail::kRows);
  EXPECT_EQ(source_.asked_age, std::chrono::seconds(1));
}

TEST_F(ExporterTest, TellsTheInterface) {
  const Scrape scrape(Serve().body);
  EXPECT_EQ(scrape.Sum("wiregauge_build_info", {{"version", "0.1.0"}, {"revision", "abc"}}), 1);
  EXPECT_EQ(scrape.Count("wiregauge_interface_info", {{"source", snapshot_.interfaces[0].source},
                                                      {"kind", "file"},
                                                      {"link_type", "ethernet"}}),
            1u);
  EXPECT_EQ(scrape.Count("wiregauge_interface_up"), 1u);
  EXPECT_EQ(scrape.Sum("wiregauge_interface_up"), 0);
  EXPECT_EQ(scrape.Sum("wiregauge_interface_dropped_packets_total", {{"stage", "kernel"}}), 7);
  EXPECT_EQ(scrape.Sum("wiregauge_interface_dropped_packets_total", {{"stage", "interface"}}), 3);
  EXPECT_EQ(
      scrape.Sum("wiregauge_interface_undecodable_packets_total", {{"reason", "tunnel_too_deep"}}),
      1);
  EXPECT_EQ(scrape.Count("wiregauge_interface_undecodable_packets_total", {{"reason", "none"}}),
            0u);
  EXPECT_EQ(scrape.Sum("wiregauge_interface_last_packet_timestamp_seconds"), 1'700'000'100);
  EXPECT_EQ(scrape.Sum("wiregauge_snapshot_age_seconds"), 1.5);

  snapshot_.interfaces[0].state = "open";
  EXPECT_EQ(Scrape(Serve().body).Sum("wiregauge_interface_up"), 1);
}

TEST_F(ExporterTest, TellsTheCapturesOfFlows) {
  const Scrape scrape(Serve().body);
  EXPECT_EQ(scrape.Sum("wiregauge_flow_captures_started_total"), 5);
  EXPECT_EQ(scrape.Sum("wiregauge_flow_captures_ended_total"), 4);
  EXPECT_EQ(scrape.Sum("wiregauge_flow_captures_ended_total", {{"reason", "time"}}), 2);
  EXPECT_EQ(scrape.Sum("wiregauge_flow_captures_ended_total", {{"reason", "stopped"}}), 1);
  EXPECT_EQ(scrape.Sum("wiregauge_flow_capture_packets_total"), 30);
  EXPECT_EQ(scrape.Sum("wiregauge_flow_capture_bytes_total"), 3000);
  EXPECT_EQ(scrape.Sum("wiregauge_flow_capture_dropped_packets_total", {{"reason", "link_type"}}),
            4);
}

TEST_F(ExporterTest, AReportOfAFlowThatGoesOnIsNoEnd) {
  const Scrape scrape(Serve().body);
  EXPECT_EQ(scrape.Sum("wiregauge_flows_ended_total", {{"reason", "tcp_fin"}}), 4);
  EXPECT_EQ(scrape.Sum("wiregauge_active_timeout_reports_total"), 9);
  EXPECT_EQ(scrape.Sum("wiregauge_flows_ended_total") + scrape.Sum("wiregauge_active_flows"),
            scrape.Sum("wiregauge_flows_created_total"));
}

TEST_F(ExporterTest, AnInterfaceWithoutPacketsHasNoLastPacket) {
  snapshot_.interfaces.push_back({});
  const Scrape scrape(Serve().body);
  EXPECT_EQ(scrape.Count("wiregauge_interface_last_packet_timestamp_seconds"), 1u);
  EXPECT_EQ(scrape.Count("wiregauge_interface_packets_total"), 2u);
}

TEST_F(ExporterTest, PacketSizesAreCumulative) {
  const Scrape scrape(Serve().body);
  const std::string bucket = "wiregauge_packet_size_bytes_bucket";
  EXPECT_EQ(scrape.Sum(bucket, {{"le", "64"}}), 3);
  EXPECT_EQ(scrape.Sum(bucket, {{"le", "127"}}), 13);
  EXPECT_EQ(scrape.Sum(bucket, {{"le", "9000"}}), 13);
  EXPECT_EQ(scrape.Sum(bucket, {{"le", "+Inf"}}), 14);
  EXPECT_EQ(scrape.Sum("wiregauge_packet_size_bytes_sum"), 1400);
}

TEST_F(ExporterTest, HandshakesAreCumulative) {
  const Scrape scrape(Serve().body);
  const std::string bucket = "wiregauge_tcp_handshake_rtt_seconds_bucket";
  EXPECT_EQ(scrape.Sum(bucket, {{"le", "0.0001"}}), 1);  // a bound belongs to its class
  EXPECT_EQ(scrape.Sum(bucket, {{"le", "0.025"}}), 1);
  EXPECT_EQ(scrape.Sum(bucket, {{"le", "0.05"}}), 2);
  EXPECT_EQ(scrape.Sum(bucket, {{"le", "10"}}), 2);
  EXPECT_EQ(scrape.Sum(bucket, {{"le", "+Inf"}}), 3);
  EXPECT_EQ(scrape.Sum("wiregauge_tcp_handshake_rtt_seconds_count"), 3);
  EXPECT_DOUBLE_EQ(scrape.Sum("wiregauge_tcp_handshake_rtt_seconds_sum"), 11.0301);
  const auto handshakes_of = [&](size_t id) {
    return scrape.Sum("wiregauge_tcp_handshake_rtt_seconds_count",
                      {{"application", snapshot_.catalogue->applications[id].name}});
  };
  EXPECT_EQ(handshakes_of(1), 2);
  EXPECT_EQ(handshakes_of(2), 1);
  EXPECT_EQ(scrape.Count("wiregauge_tcp_handshake_rtt_seconds_count"), 3u) << "and other, no more";
}

TEST_F(ExporterTest, RequestsAreByApplication) {
  const Scrape scrape(Serve().body);
  const std::string family = "wiregauge_application_latency_seconds";
  EXPECT_EQ(scrape.Sum(family + "_bucket", {{"le", "0.01"}}), 0);
  EXPECT_EQ(scrape.Sum(family + "_bucket", {{"le", "0.025"}}), 1);
  EXPECT_EQ(scrape.Sum(family + "_count", {{"application", "TLS"}}), 1);
  EXPECT_DOUBLE_EQ(scrape.Sum(family + "_sum"), 0.02);
  EXPECT_EQ(scrape.Count(family + "_count"), 2u) << "and other, no more";
}

TEST_F(ExporterTest, ApplicationsOfOneNameStayApart) {
  const Scrape scrape(Serve().body);
  const std::string bytes = "wiregauge_application_bytes_total";
  EXPECT_EQ(scrape.Sum(bytes, {{"application", "DNS"}}), 500);
  EXPECT_EQ(scrape.Sum(bytes, {{"application", "DNS#3"}}), 100);
  EXPECT_EQ(scrape.Sum(bytes, {{"application", "not_ip"}}), 200);
  EXPECT_EQ(scrape.Sum(bytes, {{"application", "undecodable"}}), 200);
  EXPECT_EQ(scrape.Sum(bytes) + scrape.Sum("wiregauge_detecting_bytes"), 1400);
  EXPECT_EQ(scrape.Count(bytes, {{"application", "Unknown"}}), 0u);  // no traffic, no series
  EXPECT_EQ(scrape.Sum("wiregauge_application_flows_total"), 4);
}

TEST_F(ExporterTest, HostsOfAFirstScrapeHaveAllTheirBytes) {
  const Scrape scrape(Serve().body);
  const std::string bytes = "wiregauge_host_bytes_total";
  EXPECT_EQ(scrape.Sum(bytes, {{"host", "192.0.2.1"}, {"direction", "sent"}}), 600);
  EXPECT_EQ(scrape.Sum(bytes, {{"host", "192.0.2.2@42"}, {"direction", "received"}}), 600);
  EXPECT_EQ(scrape.Sum(bytes, {{"host", "other"}}), 0);
  EXPECT_EQ(scrape.Sum("wiregauge_series_dropped_total"), 0);
}

// Both hosts were first seen at the very time of the first snapshot: the second is not new later.
TEST_F(ExporterTest, AHostThatWasThereIsNotTakenForNew) {
  Exporter small({{1, 1000}, {}}, source_, clock_, requests_);
  source_.snapshot = snapshot_;
  small.Serve();
  snapshot_.interfaces[0].counters.in_flows += {2, 3000};
  snapshot_.hosts[1].traffic.sent += {2, 3000};
  source_.snapshot = snapshot_;
  const Scrape scrape(small.Serve().body);
  const Scrape::Labels second = {{"host", "192.0.2.2@42"}, {"direction", "sent"}};
  EXPECT_EQ(scrape.Count("wiregauge_host_bytes_total", second), 1u);
  EXPECT_EQ(scrape.Sum("wiregauge_host_bytes_total", second), 0);
  EXPECT_EQ(scrape.Sum("wiregauge_host_bytes_total", {{"direction", "sent"}}), 4000);
}

TEST_F(ExporterTest, WhatTheBudgetCutIsCounted) {
  Exporter small({{1, 8}, {}}, source_, clock_, requests_);
  source_.snapshot = snapshot_;
  small.Serve();
  const Scrape scrape(small.Serve().body);
  const std::string dropped = "wiregauge_series_dropped_total";
  EXPECT_EQ(scrape.Sum(dropped, {{"family", "wiregauge_host_bytes_total"}}), 4);  // 2 in 2 scrapes
  EXPECT_EQ(scrape.Sum(dropped, {{"family", "wiregauge_application_bytes_total"}}), 0);
  EXPECT_EQ(scrape.Sum("wiregauge_host_bytes_total", {{"host", "other"}, {"direction", "sent"}}),
            400);
}

TEST_F(ExporterTest, ASnapshotWithoutRowsTellsNothingNew) {
  const std::map<std::string, double> before = Scrape(Serve().body).Monotonic();
  snapshot_.detail = snapshot::Detail::kCounters;
  snapshot_.hosts.clear();
  snapshot_.interfaces[0].counters.received.Add(100);
  const std::map<std::string, double> after = Scrape(Serve().body).Monotonic();
  for (const auto& [key, value] : before) {
    if (key.starts_with("wiregauge_host_bytes") || key.starts_with("wiregauge_interface_bytes")) {
      EXPECT_EQ(after.at(key), value) << key;
    }
  }
}

TEST_F(ExporterTest, TellsWhetherAccountsCanBeRead) {
  EXPECT_EQ(Scrape(Serve().body).Sum("wiregauge_accounts_up"), 1);
  Exporter without({{10, 1000}, {}}, source_, clock_, requests_);
  EXPECT_EQ(Scrape(without.Serve().body).Count("wiregauge_accounts_up"), 0U);
  Exporter exporter({.limits = {10, 1000}, .build = {}, .accounts_readable = [] { return false; }},
                    source_, clock_, requests_);
  const Scrape scrape(exporter.Serve().body);
  EXPECT_EQ(scrape.Count("wiregauge_accounts_up"), 1U);
  EXPECT_EQ(scrape.Sum("wiregauge_accounts_up"), 0);
}

TEST_F(ExporterTest, WhatIsFinalDoesNotAge) {
  snapshot_.final = true;
  EXPECT_EQ(Scrape(Serve().body).Sum("wiregauge_snapshot_age_seconds"), 0);
}

TEST_F(ExporterTest, AClockThatIsSetChangesNoAge) {
  clock_.now -= std::chrono::hours(1);
  EXPECT_EQ(Scrape(Serve().body).Sum("wiregauge_snapshot_age_seconds"), 1.5);
}

TEST_F(ExporterTest, AnswersTheRoute) {
  source_.snapshot = snapshot_;
  http::Router router;
  RegisterRoutes(router, exporter_);
  http::Request request;
  request.path = "/metrics";
  request.segments = {"metrics"};
  const http::Router::Answer answer = router.Dispatch(request);
  EXPECT_EQ(answer.response.status, 200);
  EXPECT_EQ(answer.path_template, "/metrics");
  EXPECT_EQ(Scrape(answer.response.body).Count("wiregauge_build_info"), 1u);
}

TEST_F(ExporterTest, ScrapesAtTheSameTimeAreAllWhole) {
  TrafficModel traffic({});
  traffic.Run(500);
  source_.snapshot = *traffic.Take();
  std::vector<std::string> bodies(4);
  {
    std::vector<std::jthread> threads;
    for (std::string& body : bodies) {
      threads.emplace_back([&] {
        requests_.Observe({"/metrics", "GET", 200, 0.01});
        body = exporter_.Serve().body;
      });
    }
  }
  for (const std::string& body : bodies) {
    const Scrape scrape(body);
    EXPECT_EQ(scrape.Sum("wiregauge_host_bytes_total", {{"direction", "sent"}}),
              scrape.Sum("wiregauge_l4_bytes_total"));
  }
}

}  // namespace
}  // namespace wiregauge::metrics
