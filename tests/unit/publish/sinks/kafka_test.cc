// SPDX-License-Identifier: Apache-2.0
// The sink against librdkafka's mock brokers, with kcat as the consumer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "database_receivers.h"
#include "publish/sinks/make_sink.h"
#include "publish/sinks/targets/kafka_settings.h"
#include "running_sink.h"
#include "test_settings.h"

namespace wiregauge::sinks {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;
using Messages = std::vector<KafkaConsumer::Message>;

constexpr const char* kTopic = "flows";

config::Sink SettingsFor(const std::string& bootstrap) {
  config::Sink settings = TestSettings("kafka");
  settings.brokers = {bootstrap};
  settings.topic = kTopic;
  return settings;
}

// What stands behind "NAME": up to the next comma, without quotes.
std::string MemberOf(const std::string& value, const std::string& name) {
  const size_t begin = value.find("\"" + name + "\":") + name.size() + 3;
  std::string text = value.substr(begin, value.find_first_of(",}", begin) - begin);
  std::erase(text, '"');
  return text;
}

std::multiset<std::string> IdsIn(const Messages& messages) {
  std::multiset<std::string> ids;
  for (const auto& message : messages) ids.insert(MemberOf(message.value, "RECORD_ID"));
  return ids;
}

std::vector<std::string> Distinct(const std::multiset<std::string>& ids) {
  std::vector<std::string> distinct;
  std::ranges::unique_copy(ids, std::back_inserter(distinct));
  return distinct;
}

// Each key is in one partition, and there its records are in the order in which they were offered.
void ExpectOrderWithinKeys(const Messages& messages) {
  std::map<std::string, std::pair<int, uint64_t>> last;
  for (const auto& message : messages) {
    const uint64_t id = std::stoull(MemberOf(message.value, "FLOW_ID"));
    const auto [at, is_new] = last.try_emplace(message.key, message.partition, id);
    if (is_new) continue;
    EXPECT_EQ(at->second.first, message.partition) << message.key;
    EXPECT_LE(at->second.second, id) << message.key;
    at->second.second = std::max(at->second.second, id);
  }
}

class KafkaSink : public testing::Test {
 protected:
  void SetUp() override {
    if (!IsProgram("kcat")) GTEST_SKIP() << "there is no kcat here";
  }
};

TEST_F(KafkaSink, SendsEachRecordUnderItsClient) {
  KafkaCluster cluster(1, kTopic, 4);
  KafkaConsumer consumer(cluster.bootstrap(), kTopic, cluster.folder());
  RunningSink sink(SettingsFor(cluster.bootstrap()));
  sink.Offer(0, 2000);
  ASSERT_TRUE(sink.Reach(2000));
  EXPECT_EQ(sink.state().ledger.delivered, 2000u);
  const Messages messages = consumer.Read(2000);
  ASSERT_EQ(messages.size(), 2000u);
  EXPECT_EQ(Distinct(IdsIn(messages)), MixedIds(2000));
  ExpectOrderWithinKeys(messages);
  for (const auto& message : messages) {
    const Json value = Json::parse(message.value);
    const char* const client = value.contains("IPV4_SRC_ADDR") ? "IPV4_SRC_ADDR" : "IPV6_SRC_ADDR";
    EXPECT_EQ(message.key, value.at(client).get<std::string>());
    EXPECT_EQ(message.timestamp_ms, value.at("FLOW_END_MILLISECONDS").get<int64_t>());
  }
}

TEST_F(KafkaSink, LosesNothingWhateverHappensToTheBrokers) {
  constexpr size_t kRecords = 200'000;
  KafkaCluster cluster(3, kTopic, 12);
  KafkaConsumer consumer(cluster.bootstrap(), kTopic, cluster.folder());
  RunningSink sink(SettingsFor(cluster.bootstrap()));
  sink.Offer(0, kRecords);
  ASSERT_TRUE(sink.Reach(20'000));
  cluster.Do("error 3 6");  // NOT_LEADER_OR_FOLLOWER
  ASSERT_TRUE(sink.Reach(40'000));
  cluster.Do("error 2 19");  // NOT_ENOUGH_REPLICAS
  cluster.Do("rtt 1 300");
  ASSERT_TRUE(sink.Reach(80'000));
  cluster.Do("rtt 1 0");
  cluster.program().Freeze();
  std::this_thread::sleep_for(std::chrono::seconds(2));
  cluster.program().Continue();
  ASSERT_TRUE(sink.Reach(120'000));
  for (const char* const broker : {"1", "2", "3"}) cluster.Do(std::string("down ") + broker);
  ASSERT_TRUE(sink.WaitForProblem());
  for (const char* const broker : {"1", "2", "3"}) cluster.Do(std::string("up ") + broker);
  ASSERT_TRUE(sink.Reach(kRecords));
  EXPECT_EQ(sink.state().ledger.delivered, kRecords);
  EXPECT_EQ(sink.state().ledger.dropped_sum(), 0u);
  const auto ids = IdsIn(consumer.Read(kRecords));
  EXPECT_EQ(Distinct(ids), MixedIds(kRecords));
  // What these brokers answered and we never read, they take again: they do not look at the
  // sequence numbers, by which real ones know it.
  std::cout << "twice: " << ids.size() - kRecords << "\n";
}

TEST_F(KafkaSink, NothingComesTwiceThroughErrorsAndAFrozenBroker) {
  KafkaCluster cluster(2, kTopic, 4);
  KafkaConsumer consumer(cluster.bootstrap(), kTopic, cluster.folder());
  RunningSink sink(SettingsFor(cluster.bootstrap()));
  sink.Offer(0, 5000);
  cluster.Do("error 5 6");
  ASSERT_TRUE(sink.Reach(5000));
  cluster.program().Freeze();
  sink.Offer(5000, 5000);
  std::this_thread::sleep_for(std::chrono::seconds(2));
  cluster.program().Continue();
  ASSERT_TRUE(sink.Reach(10'000));
  const Messages messages = consumer.Read(10'000);
  EXPECT_EQ(messages.size(), 10'000u);
  EXPECT_EQ(Distinct(IdsIn(messages)), MixedIds(10'000));
  ExpectOrderWithinKeys(messages);
}

TEST_F(KafkaSink, WhatIsUnderWayIsWaitedForAndNotSentAgain) {
  KafkaCluster cluster(1, kTopic, 2);
  KafkaConsumer consumer(cluster.bootstrap(), kTopic, cluster.folder());
  RunningSink sink(SettingsFor(cluster.bootstrap()));
  sink.Offer(0, 100);
  ASSERT_TRUE(sink.Reach(100));
  cluster.Do("down 1");
  sink.Offer(100, 100);
  ASSERT_TRUE(sink.WaitForProblem());
  EXPECT_EQ(sink.state().ledger.delivered, 100u);
  EXPECT_EQ(sink.state().ledger.waiting(), 100u);
  cluster.Do("up 1");
  ASSERT_TRUE(sink.Reach(200));
  EXPECT_EQ(consumer.Read(200).size(), 200u);
}

// A batch that is too large for the broker does not take its records along.
TEST_F(KafkaSink, ARefusedBatchIsSentOneByOne) {
  KafkaCluster cluster(1, kTopic, 1);
  KafkaConsumer consumer(cluster.bootstrap(), kTopic, cluster.folder());
  cluster.Do("error 1 10");  // MESSAGE_TOO_LARGE
  RunningSink sink(SettingsFor(cluster.bootstrap()));
  sink.Offer(0, 300);
  ASSERT_TRUE(sink.Reach(300));
  EXPECT_EQ(sink.state().ledger.delivered, 300u);
  EXPECT_EQ(Distinct(IdsIn(consumer.Read(300))), MixedIds(300));
}

TEST_F(KafkaSink, ARecordThatIsTooLargeIsRejected) {
  KafkaCluster cluster(1, kTopic, 1);
  config::Sink settings = SettingsFor(cluster.bootstrap());
  settings.properties = {"message.max.bytes=1000"};
  RunningSink sink(settings);
  sink.Offer(0, 100);
  ASSERT_TRUE(sink.Reach(100));
  const model::SinkLedger ledger = sink.state().ledger;
  EXPECT_GT(ledger.dropped_sum(), 0u);
  EXPECT_THAT(sink.dead_letters(), HasSubstr("longer than message.max.bytes"));
}

TEST_F(KafkaSink, SaysWhyNothingArrives) {
  const std::string nobody = "127.0.0.1:" + std::to_string(FreePort());
  config::Sink settings = SettingsFor(nobody);
  settings.drain_timeout = std::chrono::milliseconds(100);
  RunningSink sink(settings);
  sink.Offer(0, 10);
  ASSERT_TRUE(sink.WaitForProblem());
  EXPECT_THAT(sink.state().problem, HasSubstr("refused"));
  EXPECT_EQ(sink.state().address, "kafka://" + nobody + "/flows");
  sink.Stop();
  EXPECT_EQ(sink.state().ledger.dropped_sum(), 10u);
}

TEST_F(KafkaSink, StopsThoughTheBrokerIsFrozen) {
  KafkaCluster cluster(1, kTopic, 1);
  config::Sink settings = SettingsFor(cluster.bootstrap());
  settings.timeout = std::chrono::minutes(5);
  settings.drain_timeout = std::chrono::milliseconds(100);
  RunningSink sink(settings);
  sink.Offer(0, 10);
  ASSERT_TRUE(sink.Reach(10));
  cluster.program().Freeze();
  sink.Offer(10, 5000);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const auto begin = std::chrono::steady_clock::now();
  sink.Stop();
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(took, std::chrono::seconds(30));
  std::cout << "stopped after " << std::chrono::duration<double>(took).count() << " s\n";
  const model::SinkLedger ledger = sink.state().ledger;
  EXPECT_EQ(ledger.delivered + ledger.dropped_sum(), 5010u);
}

TEST(KafkaSettings, PropertiesAreCheckedAndNamed) {
  const SystemClock clock;
  const Surroundings with{.context = MakeContext(), .clock = clock, .data_dir = "/tmp"};
  const auto problem_of = [&](const std::string& property) {
    config::Sink settings = SettingsFor("127.0.0.1:9");
    settings.properties = {property};
    const Status status = CheckSink(settings, with);
    return status.ok() ? "" : status.error().message;
  };
  EXPECT_EQ(problem_of("linger.ms=50"), "");
  EXPECT_EQ(problem_of("no.such=1"), "properties: 'no.such' is no property of librdkafka");
  EXPECT_THAT(problem_of("linger.ms=soon"), HasSubstr("properties: linger.ms: "));
  EXPECT_THAT(problem_of("acks=1"), HasSubstr("acks"));  // not with an idempotent producer
  EXPECT_THAT(problem_of("ssl.key.pem=hidden"), Not(HasSubstr("hidden")));
}

TEST(KafkaSettings, FollowTheOptions) {
  config::Sink settings = SettingsFor("b1:9092");
  settings.brokers = {"b1", "b2:9093", "[2001:db8::1]:9094", "[2001:db8::2]"};
  settings.protocol = "sasl_tls";
  settings.user = "probe";
  settings.password = "secret";
  settings.ca_file = "/ca.pem";
  settings.verify_tls = false;
  settings.properties = {"sasl.mechanism=PLAIN", "client.id=a=b"};
  const KafkaSettings made = KafkaSettingsOf(settings);
  const auto own = [&](const std::string& name) {
    const auto at = std::ranges::find(made.own, name, [](const auto& pair) { return pair.first; });
    return at == made.own.end() ? "none" : at->second;
  };
  EXPECT_EQ(own("bootstrap.servers"), "b1:9092,b2:9093,[2001:db8::1]:9094,[2001:db8::2]:9092");
  EXPECT_EQ(own("security.protocol"), "sasl_ssl");
  EXPECT_EQ(own("sasl.username"), "probe");
  EXPECT_EQ(own("ssl.ca.location"), "/ca.pem");
  EXPECT_EQ(own("enable.ssl.certificate.verification"), "false");
  EXPECT_EQ(own("ssl.endpoint.identification.algorithm"), "none");
  EXPECT_EQ(own("enable.idempotence"), "true");
  EXPECT_EQ(own("acks"), "all");
  EXPECT_EQ(made.extra[0], (std::pair<std::string, std::string>("sasl.mechanism", "PLAIN")));
  EXPECT_EQ(made.extra[1], (std::pair<std::string, std::string>("client.id", "a=b")));
}

}  // namespace
}  // namespace wiregauge::sinks
