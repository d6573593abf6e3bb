// SPDX-License-Identifier: Apache-2.0
#include "recorder/host_recorder.h"

#include <gtest/gtest.h>

#include "series_folder.h"

namespace wiregauge::recorder {
namespace {

constexpr int64_t kStart = 1'700'000'000 / 86400 * 86400;

// Snapshots of one interface, minute by minute.
class HostRecorderTest : public testing::Test {
 protected:
  HostRecorderTest() {
    auto catalogue = std::make_shared<model::ApplicationCatalogue>();
    catalogue->applications = {{"Unknown", 0, ""}, {"HTTP", 0, ""}, {"DNS", 0, ""}};
    catalogue->categories = {"Unspecified"};
    tables_.catalogue = catalogue;
    tables_.detail = snapshot::Detail::kRows;
    tables_.interfaces.emplace_back().name = "eth0";
    source_ = folder_.history().AddSource("eth0");
    step_ = std::make_unique<SeriesStep>(folder_.history(), source_, 60);
    SetNow(0);
  }

  void SetNow(int64_t second) {
    now_ = kStart + second;
    tables_.interfaces[0].counters.now = Time();
  }
  Timestamp Time() const { return Timestamp(std::chrono::seconds(now_)); }
  void Record() {
    recorder_->Record(tables_, 0, *step_);
    step_->Flush(now_, false);
    SetNow(now_ - kStart + 60);
  }
  model::HostRecord& Host(std::string_view text, bool local) {
    const IpAddress ip = *IpAddress::Parse(text);
    for (model::HostRecord& host : tables_.hosts) {
      if (host.ip == ip) return host;
    }
    model::HostRecord& host = tables_.hosts.emplace_back();
    host.ip = ip;
    host.local = local;
    host.first_seen = Time();
    return host;
  }
  // Bytes from one to the other, in flows that have ended.
  void Send(std::string_view from, bool from_local, std::string_view to, bool to_local,
            uint64_t bytes, uint16_t application) {
    model::FlowRecord flow;
    flow.client.ip = *IpAddress::Parse(from);
    flow.server.ip = *IpAddress::Parse(to);
    flow.client.sent = {1, bytes};
    flow.application = {.master = 0, .app = application, .category = 0};
    for (const bool is_client : {true, false}) {
      model::HostRecord& host = is_client ? Host(from, from_local) : Host(to, to_local);
      (is_client ? host.traffic.sent : host.traffic.received) += {1, bytes};
      host.last_seen = Time();
      ++(is_client ? host.flows_as_client : host.flows_as_server);
      auto tallies = host.tallies ? std::make_shared<model::HostTallies>(*host.tallies)
                                  : std::make_shared<model::HostTallies>();
      tallies->AddUnreported(flow, is_client);
      host.tallies = tallies;
    }
    tables_.interfaces[0].counters.in_flows += {1, bytes};
    ++tables_.interfaces[0].counters.flows_created;
  }
  int64_t Sum(const std::string& host, const std::string& measure) {
    return folder_.SumOf({"host", host, measure}, kStart);
  }

  SeriesFolder folder_;
  snapshot::Snapshot tables_;
  uint32_t source_ = 0;
  int64_t now_ = 0;
  std::unique_ptr<SeriesStep> step_;
  std::unique_ptr<HostRecorder> recorder_ = std::make_unique<HostRecorder>(SeriesBudget{10, 10});
};

TEST_F(HostRecorderTest, EveryByteIsInTheSeriesOfItsSenderAndItsReceiver) {
  Send("10.0.0.1", true, "192.0.2.1", false, 1000, 1);
  Record();
  Send("10.0.0.1", true, "192.0.2.1", false, 500, 1);
  Send("192.0.2.1", false, "10.0.0.2", true, 70, 2);
  Record();
  const auto sent = folder_.Read({"host", "10.0.0.1", "bytes_sent"}, kStart, kStart + 120);
  EXPECT_EQ(sent, (std::vector<history::Point>{history::Point::Of(1000), history::Point::Of(500)}));
  EXPECT_EQ(Sum("192.0.2.1", "bytes_received"), 1500);
  EXPECT_EQ(Sum("192.0.2.1", "bytes_sent"), 70);
  EXPECT_EQ(Sum("10.0.0.2", "bytes_received"), 70);
  EXPECT_EQ(Sum("10.0.0.1", "flows"), 2);
  EXPECT_EQ(Sum("other", "bytes_sent"), 0);
  const auto of = [&](const char* object) {
    return folder_.SumOf({"host_application", object, "bytes"}, kStart);
  };
  EXPECT_EQ(of("192.0.2.1 HTTP"), 1500);
  EXPECT_EQ(of("192.0.2.1 DNS"), 70);
  EXPECT_EQ(of("192.0.2.1 other"), 0);
}

TEST_F(HostRecorderTest, WhatHasNoSeriesIsOther) {
  recorder_ = std::make_unique<HostRecorder>(SeriesBudget{1, 1});
  for (int minute = 0; minute < 3; ++minute) {
    Send("10.0.0.1", true, "192.0.2.1", false, 100'000, 1);
    Send("10.0.0.2", true, "192.0.2.2", false, 700, 1);
    Record();
  }
  EXPECT_FALSE(folder_.Has({"host", "10.0.0.2", "bytes_sent"}));
  EXPECT_EQ(
      Sum("10.0.0.1", "bytes_sent") + Sum("192.0.2.1", "bytes_sent") + Sum("other", "bytes_sent"),
      3 * 100'700);
  EXPECT_EQ(Sum("other", "bytes_received"), 3 * 700);
  EXPECT_GT(recorder_->TakeCutHosts(), 0u);
}

TEST_F(HostRecorderTest, AHostThatLeavesTheTableTakesNothingAway) {
  Send("10.0.0.1", true, "192.0.2.1", false, 1000, 1);
  Record();
  tables_.hosts.clear();
  tables_.interfaces[0].counters.in_flows += {1, 50};  // its last packet, which nobody saw
  Record();
  Send("10.0.0.1", true, "192.0.2.1", false, 30, 1);
  Record();
  EXPECT_EQ(Sum("10.0.0.1", "bytes_sent"), 1030);
  EXPECT_EQ(Sum("other", "bytes_sent"), 50);
}

TEST_F(HostRecorderTest, WhoLosesItsSeriesAndGetsItBackTellsNothingTwice) {
  recorder_ = std::make_unique<HostRecorder>(SeriesBudget{1, 10});
  const auto send = [&](const char* host, uint64_t bytes) {
    Send(host, true, "192.0.2.1", false, bytes, 1);
  };
  uint64_t sent = 0;
  for (int minute = 0; minute < 1500; ++minute) {  // until a place may change hands
    send("10.0.0.1", 100'000);
    sent += 100'000;
    Record();
  }
  for (int minute = 0; minute < 1500; ++minute) {
    send("10.0.0.2", 9'000'000);
    Record();
  }
  EXPECT_TRUE(folder_.Has({"host", "10.0.0.2", "bytes_sent"}));
  for (int minute = 0; minute < 1500; ++minute) {
    send("10.0.0.1", 90'000'000);
    Record();
  }
  const auto points =
      folder_.Read({"host_application", "10.0.0.1 HTTP", "bytes"}, kStart, kStart + 5000 * 60);
  for (const history::Point& point : points) {
    if (!point.is_gap()) {
      ASSERT_LE(point.sum, 90'000'000);
    }
  }
}

TEST_F(HostRecorderTest, AfterAClockThatWentBackNewHostsAreNewAllTheSame) {
  Send("10.0.0.1", true, "192.0.2.1", false, 10, 1);
  SetNow(100'000);
  Record();
  SetNow(600);
  Send("10.0.0.1", true, "192.0.2.1", false, 10, 1);
  Record();
  Send("10.0.0.8", true, "192.0.2.1", false, 10'000, 1);
  Record();
  EXPECT_EQ(Sum("10.0.0.8", "bytes_sent"), 10'000);
}

TEST_F(HostRecorderTest, WhoWasThereBeforeTheClockWentBackIsNotNewEachTime) {
  SetNow(10'000);
  Send("10.0.0.1", true, "192.0.2.1", false, 1000, 1);
  Record();
  SetNow(600);
  for (int minute = 0; minute < 5; ++minute) {
    Send("10.0.0.1", true, "192.0.2.1", false, 1, 1);
    if (minute == 2) Host("10.0.0.1", true).first_seen = Time();
    Record();
  }
  EXPECT_EQ(Sum("10.0.0.1", "bytes_sent"), 1005);
  EXPECT_EQ(Sum("192.0.2.1", "bytes_received"), 1005);
}

TEST_F(HostRecorderTest, AFlowCountsForItsApplicationWhenThatIsSettled) {
  Host("10.0.0.1", true).traffic.sent = {1, 1};
  auto batch = std::make_shared<model::FlowBatch>();
  model::FlowRecord& flow = batch->emplace_back();
  flow.client.ip = *IpAddress::Parse("10.0.0.1");
  flow.server.ip = *IpAddress::Parse("192.0.2.1");
  flow.client.sent = {1, 400};
  flow.detecting = true;
  tables_.active_flows = {batch};
  Record();
  batch->front().detecting = false;
  batch->front().application = {.master = 0, .app = 2, .category = 0};
  batch->front().client.sent = {2, 500};
  Record();
  EXPECT_EQ(folder_.SumOf({"host_application", "10.0.0.1 DNS", "bytes"}, kStart), 500);
  EXPECT_FALSE(folder_.Has({"host_application", "10.0.0.1 Unknown", "bytes"}));
}

}  // namespace
}  // namespace wiregauge::recorder
