// SPDX-License-Identifier: Apache-2.0
// Against Debian 12's ClickHouse server (18.16.1). Debian 13 has none: there these are skipped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/text.h"
#include "http_receivers.h"
#include "publish/sinks/targets/clickhouse_schema.h"
#include "publish/sinks/targets/types.h"
#include "test_settings.h"
#include "through_faults.h"

namespace wiregauge::sinks {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ClickHouseServerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!ClickHouseServer::IsInstalled()) GTEST_SKIP() << "clickhouse-server is not installed";
    server_ = std::make_unique<ClickHouseServer>();
  }
  config::Sink Settings() const { return HttpSettings("clickhouse", server_->url()); }
  std::string Ask(const std::string& statement) const { return server_->Ask(statement); }
  std::vector<std::string> Ids() const {
    std::vector<std::string> ids;
    const std::string text = Ask("SELECT RECORD_ID FROM flows.flows FINAL ORDER BY RECORD_ID");
    for (const std::string_view line : Split(text, '\n')) ids.emplace_back(line);
    return ids;
  }
  void ExpectAll(const RunningSink& sink, size_t count) const {
    EXPECT_EQ(Ids(), MixedIds(count));
    ExpectDelivered(sink, count);
  }

  std::unique_ptr<ClickHouseServer> server_;
};

TEST_F(ClickHouseServerTest, HasEveryRecordWithItsValues) {
  RunningSink sink(Settings());
  sink.Offer(0, 3000);
  ASSERT_TRUE(sink.Reach(3000));
  ExpectAll(sink, 3000);
  EXPECT_EQ(sink.state().warning, "");
  EXPECT_EQ(Ask("SELECT count() FROM flows.flows"), "3000");
  uint64_t in_bytes = 0;
  for (uint64_t number = 0; number < 3000; ++number) {
    in_bytes += MakeMixedFlow(number).client.sent.bytes;
  }
  EXPECT_EQ(Ask("SELECT sum(IN_BYTES) FROM flows.flows"), std::to_string(in_bytes));
  EXPECT_EQ(
      Ask("SELECT countIf(CLIENT_NW_LATENCY_MS IS NULL), countIf(CLIENT_NW_LATENCY_MS = 0) > 0 "
          "FROM flows.flows"),
      "1125\t1");
  EXPECT_EQ(Ask("SELECT IPV4_SRC_ADDR, L4_SRC_PORT, HTTP_URL, LAST_SWITCHED, ntop_timestamp, "
                "SRC_LOCAL, L7_RISK_NAMES, IN_RETRANSMISSIONS FROM flows.flows WHERE FLOW_ID = 6"),
            "10.0.0.6\t1029\t/it\\'s\"\\\\\\n\\t\x01\xEF\xBF\xBD€😀?n=5\t2026-11-27 22:53:20\t"
            "2026-11-27 22:53:20\t1\t[]\t2");
}

TEST_F(ClickHouseServerTest, SumsInItsViews) {
  RunningSink sink(Settings());
  sink.Offer(0, 6000);  // two minutes
  ASSERT_TRUE(sink.Reach(6000));
  EXPECT_EQ(Ask("SELECT sum(records), sum(in_bytes) = (SELECT sum(IN_BYTES) FROM flows.flows), "
                "uniqExact(time), uniqExact(application) FROM flows.flows_by_application_1m"),
            "6000\t1\t3\t5");
  EXPECT_EQ(Ask("SELECT sum(records), countIf(client = ''), countIf(server = '') "
                "FROM flows.flows_by_hosts_1h"),
            "6000\t0\t0");
}

TEST_F(ClickHouseServerTest, MakesOneOfWhatComesTwice) {
  RunningSink sink(Settings());
  sink.Offer(0, 1000);
  sink.Offer(0, 1000);
  ASSERT_TRUE(sink.Reach(2000));
  EXPECT_EQ(Ids(), MixedIds(1000));
}

TEST_F(ClickHouseServerTest, GetsColumnsThatAreMissing) {
  config::Sink settings = Settings();
  settings.fields = {"IN_BYTES", "OUT_BYTES"};
  {
    RunningSink sink(settings);
    sink.Offer(0, 100);
    ASSERT_TRUE(sink.Reach(100));
  }
  RunningSink sink(Settings());
  sink.Offer(100, 100);
  ASSERT_TRUE(sink.Reach(100));
  EXPECT_EQ(Ids(), MixedIds(200));
  EXPECT_EQ(Ask("SELECT count() FROM system.columns WHERE database = 'flows' AND table = 'flows'"),
            std::to_string(AllFields().size()));
  EXPECT_EQ(Ask("SELECT countIf(PROTOCOL = 0) FROM flows.flows"), "100");  // those of before
}

TEST_F(ClickHouseServerTest, GetsItsTableAgainWhenItIsGone) {
  RunningSink sink(Settings());
  sink.Offer(0, 100);
  ASSERT_TRUE(sink.Reach(100));
  EXPECT_EQ(Ask("DROP DATABASE flows"), "");
  sink.Offer(100, 5000);
  ASSERT_TRUE(sink.Reach(5100));
  EXPECT_EQ(Ask("SELECT count() FROM flows.flows"), "5000");
}

// They waited while the settings were changed.
TEST_F(ClickHouseServerTest, TakesRecordsOfBeforeFieldsWereFewer) {
  const SystemClock clock;
  const Surroundings with{.context = MakeContext(), .clock = clock, .data_dir = "."};
  const auto before = MakeClickHouse(Settings(), with);
  config::Sink settings = Settings();
  settings.fields = {"IN_BYTES"};
  const auto now = MakeClickHouse(settings, with);
  ASSERT_TRUE(before.ok() && now.ok());
  Parcel parcel;
  before->encoder->Append(MakeMixedFlow(0), parcel);
  const Delivery delivery = now->target->Deliver(parcel, Interrupt());
  EXPECT_EQ(delivery.result, Delivery::Result::kDone) << delivery.problem;
  EXPECT_EQ(Ids(), MixedIds(1));
}

// Who made it wants to know, and not to miss a column's values.
TEST_F(ClickHouseServerTest, WaitsForAColumnThatATableMadeByHandLacks) {
  ASSERT_EQ(Ask("CREATE DATABASE flows"), "");
  ASSERT_EQ(Ask("CREATE TABLE flows.flows (RECORD_ID String, LAST_SWITCHED DateTime) ENGINE = Log"),
            "");
  config::Sink settings = Settings();
  settings.manage_schema = false;
  settings.fields = {"IN_BYTES"};
  RunningSink sink(settings);
  sink.Offer(0, 10);
  ASSERT_TRUE(sink.WaitForProblem());
  EXPECT_THAT(sink.state().problem, HasSubstr("IN_BYTES"));
  EXPECT_EQ(sink.state().ledger.waiting(), 10u);
}

TEST_F(ClickHouseServerTest, WithoutATableItIsSaidSo) {
  config::Sink settings = Settings();
  settings.manage_schema = false;
  RunningSink sink(settings);
  sink.Offer(0, 10);
  ASSERT_TRUE(sink.WaitForProblem());
  EXPECT_THAT(sink.state().problem, HasSubstr("doesn't exist"));
  const std::string schema = ClickHouseSchema(settings);
  for (size_t at = 0, end; (end = schema.find(";\n", at)) != std::string::npos; at = end + 2) {
    EXPECT_EQ(Ask(schema.substr(at, end - at)), "");
  }
  ASSERT_TRUE(sink.Reach(10));
  ExpectAll(sink, 10);
}

TEST_F(ClickHouseServerTest, LetsInWhoHasThePassword) {
  config::Sink settings = Settings();
  settings.user = "writer";
  settings.password = "wrong";
  {
    RunningSink sink(settings);
    sink.Offer(0, 5000);
    ASSERT_TRUE(sink.WaitForProblem());
    EXPECT_THAT(sink.state().problem, HasSubstr("user or password is wrong"));
  }
  settings.password = "secret";
  RunningSink sink(settings);
  sink.Offer(0, 10);
  ASSERT_TRUE(sink.Reach(10));
  ExpectAll(sink, 10);
}

TEST_F(ClickHouseServerTest, DoesNotLetAReaderWrite) {
  config::Sink settings = Settings();
  settings.user = "reader";
  RunningSink sink(settings);
  sink.Offer(0, 10);
  ASSERT_TRUE(sink.WaitForProblem());
  EXPECT_THAT(sink.state().problem, HasSubstr("may not write there"));
  EXPECT_THAT(sink.state().warning, HasSubstr("schema could not be made"));
  EXPECT_EQ(sink.state().ledger.waiting(), 10u);
}

TEST_F(ClickHouseServerTest, TakesPackedRequests) {
  config::Sink settings = Settings();
  settings.compression = "gzip";
  RunningSink sink(settings);
  sink.Offer(0, 2000);
  ASSERT_TRUE(sink.Reach(2000));
  ExpectAll(sink, 2000);
}

// A row that the table does not take is found by halves; the others get there.
TEST_F(ClickHouseServerTest, RefusesABadRowAlone) {
  const SystemClock clock;
  auto parts =
      MakeClickHouse(Settings(), {.context = MakeContext(), .clock = clock, .data_dir = "."});
  ASSERT_TRUE(parts.ok());
  Parcel parcel;
  for (uint64_t number = 0; number < 3; ++number) {
    if (number == 1) {
      parcel.buffer().append("{\"RECORD_ID\":\"x\",\"IN_BYTES\":\"many\"}\n");
      parcel.EndRecord();
    }
    parts->encoder->Append(MakeMixedFlow(number), parcel);
  }
  const Interrupt stop;
  const Delivery delivery = parts->target->Deliver(parcel, stop);
  EXPECT_EQ(delivery.result, Delivery::Result::kSplit);
  EXPECT_EQ(Ask("SELECT count() FROM flows.flows"), "0");
  EXPECT_EQ(parts->target->Deliver(parcel.Range(1, 2), stop).result, Delivery::Result::kSplit);
  EXPECT_EQ(parts->target->Deliver(parcel.Range(2, 4), stop).result, Delivery::Result::kDone);
  EXPECT_EQ(Ask("SELECT count() FROM flows.flows"), "2");
}

TEST_F(ClickHouseServerTest, HasAllOf200000RecordsThoughItWasAway) {
  config::Sink settings = Settings();
  settings.timeout = 2s;
  RunningSink sink(settings);
  SendThroughFaults(sink, server_->program(), [&] { server_->Start(); });
  const std::string all = std::to_string(kRecordsThroughFaults);
  EXPECT_EQ(Ask("SELECT count(), uniqExact(FLOW_ID), min(FLOW_ID), max(FLOW_ID) "
                "FROM flows.flows FINAL"),
            all + "\t" + all + "\t1\t" + all);
  ExpectDelivered(sink, kRecordsThroughFaults);
  RecordProperty("twice_until_merged",
                 Ask("SELECT count() - uniqExact(RECORD_ID) FROM flows.flows"));
}

}  // namespace
}  // namespace wiregauge::sinks
