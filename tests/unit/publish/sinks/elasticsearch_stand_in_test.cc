// SPDX-License-Identifier: Apache-2.0
// Against stand-ins for Elasticsearch: no server of it is in Debian.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "http_receivers.h"
#include "test_settings.h"
#include "through_faults.h"

namespace wiregauge::sinks {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kNode = "/usr/bin/node";

config::Sink Settings(const std::string& url) { return HttpSettings("elasticsearch", url); }

json StateOf(const ElasticsearchStandIn& stand_in) { return json::parse(stand_in.state()); }

void ExpectAll(const ElasticsearchStandIn& stand_in, const RunningSink& sink, size_t count) {
  EXPECT_EQ(stand_in.ids(), MixedIds(count));
  ExpectDelivered(sink, count);
}

TEST(ElasticsearchStandIn, HasEveryRecordWithItsTypes) {
  const ElasticsearchStandIn stand_in;
  RunningSink sink(Settings(stand_in.url()));
  sink.Offer(0, 3000);
  ASSERT_TRUE(sink.Reach(3000));
  ExpectAll(stand_in, sink, 3000);
  const json state = StateOf(stand_in);
  EXPECT_EQ(state["templates"], json({{"wiregauge-ntop-flows", {"ntop-flows-*"}}}));
  EXPECT_EQ(state["indices"], json::array({"ntop-flows-2026.11.27"}));
  EXPECT_EQ(sink.state().warning, "");
}

TEST(ElasticsearchStandIn, TakesTheApisOwnObject) {
  const ElasticsearchStandIn stand_in;
  config::Sink settings = Settings(stand_in.url());
  settings.format = "wiregauge";
  RunningSink sink(settings);
  sink.Offer(0, 1000);
  ASSERT_TRUE(sink.Reach(1000));
  ExpectAll(stand_in, sink, 1000);
}

TEST(ElasticsearchStandIn, OfVersion6TakesRecordsWithAType) {
  const ElasticsearchStandIn stand_in({"--major", "6"});
  config::Sink settings = Settings(stand_in.url());
  settings.mapping_type = "flow";
  RunningSink sink(settings);
  sink.Offer(0, 100);
  ASSERT_TRUE(sink.Reach(100));
  ExpectAll(stand_in, sink, 100);
  EXPECT_EQ(sink.state().warning, "");
}

TEST(ElasticsearchStandIn, TakesPackedRequests) {
  const ElasticsearchStandIn stand_in;
  config::Sink settings = Settings(stand_in.url());
  settings.compression = "gzip";
  RunningSink sink(settings);
  sink.Offer(0, 1000);
  ASSERT_TRUE(sink.Reach(1000));
  ExpectAll(stand_in, sink, 1000);
  EXPECT_EQ(StateOf(stand_in)["log"][0]["gzip"], true);
}

TEST(ElasticsearchStandIn, LetsInWhoHasThePassword) {
  const ElasticsearchStandIn stand_in({"--user", "elastic:secret"});
  config::Sink settings = Settings(stand_in.url());
  settings.user = "elastic";
  settings.password = "wrong";
  {
    RunningSink sink(settings);
    sink.Offer(0, 10);
    ASSERT_TRUE(sink.WaitForProblem());
    EXPECT_THAT(sink.state().problem, HasSubstr("user or password is wrong"));
    EXPECT_EQ(sink.state().ledger.waiting(), 10u);
  }
  settings.password = "secret";
  RunningSink sink(settings);
  sink.Offer(0, 10);
  ASSERT_TRUE(sink.Reach(10));
  ExpectAll(stand_in, sink, 10);
}

TEST(ElasticsearchStandIn, GetsEachRecordOnceWhateverItsAnswer) {
  for (const char* const mode :
       {"429", "503", "403", "drop", "late_drop", "cut", "text", "item429", "block"}) {
    const ElasticsearchStandIn stand_in;
    stand_in.SetMode(mode, 2, 0);
    RunningSink sink(Settings(stand_in.url()));
    sink.Offer(0, 2000);
    ASSERT_TRUE(sink.Reach(2000));
    SCOPED_TRACE(mode);
    ExpectAll(stand_in, sink, 2000);
    EXPECT_GT(sink.state().retries, 0u);
  }
}

TEST(ElasticsearchStandIn, GetsEachRecordOnceThoughItAnswersTooLate) {
  const ElasticsearchStandIn stand_in;
  stand_in.SetMode("slow", 1, 3);
  config::Sink settings = Settings(stand_in.url());
  settings.timeout = 1s;
  RunningSink sink(settings);
  sink.Offer(0, 500);
  ASSERT_TRUE(sink.Reach(500));
  ExpectAll(stand_in, sink, 500);
}

TEST(ElasticsearchStandIn, GetsLessAtOnceWhenItIsTooMuch) {
  const ElasticsearchStandIn stand_in;
  stand_in.SetMode("413", 0, 100'000);
  RunningSink sink(Settings(stand_in.url()));
  sink.Offer(0, 3000);
  ASSERT_TRUE(sink.Reach(3000));
  ExpectAll(stand_in, sink, 3000);
}

TEST(ElasticsearchStandIn, RefusesRecordsThatGoToTheDeadLetters) {
  const ElasticsearchStandIn stand_in;
  stand_in.SetMode("mapping", 0, 10);
  RunningSink sink(Settings(stand_in.url()));
  sink.Offer(0, 1000);
  ASSERT_TRUE(sink.Reach(1000));
  sink.Stop();
  const model::SinkLedger ledger = sink.state().ledger;
  const auto rejected = static_cast<size_t>(model::SinkDropReason::kRejected);
  EXPECT_EQ(ledger.delivered, stand_in.ids().size());
  EXPECT_EQ(ledger.dropped[rejected], 1000 - ledger.delivered);
  EXPECT_GE(ledger.dropped[rejected], 100u);
  std::istringstream letters(sink.dead_letters());
  size_t lines = 0;
  for (std::string line; std::getline(letters, line); ++lines) {
    const json letter = json::parse(line);
    EXPECT_EQ(letter["reason"],
              "400 document_parsing_exception: failed to parse field [x] of type [long]");
    EXPECT_TRUE(json::parse(letter["record"].get<std::string>()).contains("RECORD_ID"));
  }
  EXPECT_EQ(lines, ledger.dropped[rejected]);
}

TEST(ElasticsearchStandIn, GetsTheTemplateAgainWhenItWasReplaced) {
  ElasticsearchStandIn stand_in;
  RunningSink sink(Settings(stand_in.url()));
  sink.Offer(0, 100);
  ASSERT_TRUE(sink.Reach(100));
  stand_in.program().Kill();  // it forgets its templates
  sink.Offer(100, 100);
  ASSERT_TRUE(sink.WaitForProblem());
  stand_in.Start();
  ASSERT_TRUE(sink.Reach(200));
  ExpectAll(stand_in, sink, 200);
  EXPECT_EQ(StateOf(stand_in)["templates"].size(), 1u);
}

TEST(ElasticsearchStandIn, HasAllOf200000RecordsThoughItWasAway) {
  ElasticsearchStandIn stand_in({"--fast"});
  config::Sink settings = Settings(stand_in.url());
  settings.timeout = 2s;
  RunningSink sink(settings);
  SendThroughFaults(sink, stand_in.program(), [&] { stand_in.Start(); });
  std::vector<uint64_t> flows(kRecordsThroughFaults);
  std::iota(flows.begin(), flows.end(), uint64_t{1});
  EXPECT_EQ(stand_in.flow_ids(), flows);
  ExpectDelivered(sink, kRecordsThroughFaults);
}

// The stand-in that all programs here are held to, where it is at hand.
TEST(SharedElasticsearchStandIn, HasEveryRecordThroughItsFaults) {
  const char* const source = std::getenv("WIREGAUGE_SOURCE_DIR");
  const std::string script = std::string(source == nullptr ? "." : source) +
                             "/../shared/accept/receivers/es_bulk_mock.mjs";
  for (const std::string& needed : {script, std::string(kNode)}) {
    if (!std::filesystem::exists(needed)) GTEST_SKIP() << "there is no " << needed;
  }
  const uint16_t port = FreePort();
  Program program({kNode, script, std::to_string(port)}, "/dev/null");
  program.Start();
  const std::string url = "http://127.0.0.1:" + std::to_string(port);
  const auto client = http_client::Client::Create({.allowed = {"127.0.0.1"}}).value();
  const auto ask = [&](const std::string& method, const std::string& body) {
    http_client::Call call;
    call.method = method;
    call.url = url + "/_mock";
    call.body = body;
    const auto answer = client->Fetch(call);
    return answer.ok() ? answer->body : std::string();
  };
  while (ask("GET", "").empty()) std::this_thread::sleep_for(20ms);
  config::Sink settings = Settings(url);
  settings.timeout = 2s;
  settings.batch_records = 500;
  RunningSink sink(settings);
  uint64_t offered = 0;
  for (const std::string mode : {"ok", "429", "item429", "503", "413", "drop", "slow", "mapping"}) {
    const int times = mode == "413" ? 3 : 1;
    ask("POST", "{\"mode\":\"" + mode + "\",\"times\":" + std::to_string(times) + "}");
    sink.Offer(offered, 500);
    offered += 500;
    ASSERT_TRUE(sink.Reach(offered));
    const model::SinkLedger ledger = sink.state().ledger;
    EXPECT_EQ(json::parse(ask("GET", ""))["count"], ledger.delivered) << mode;
    EXPECT_EQ(ledger.dropped_sum() > 0, mode == "mapping") << mode;
  }
  EXPECT_THAT(sink.state().warning, HasSubstr("index template is refused"));
}

}  // namespace
}  // namespace wiregauge::sinks
