// SPDX-License-Identifier: Apache-2.0
#include "timeseries/archive.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>

#include "timeseries/script_key.h"
#include "unit/history/history_folder.h"

namespace wiregauge::timeseries {
namespace {

using namespace std::chrono_literals;
using history::SeriesType;

constexpr int64_t kStart = 1'700'000'000 / 86400 * 86400;

class ArchiveTest : public testing::Test {
 protected:
  ArchiveTest() : source_(folder_.history().AddSource("eth0")) {}

  void Put(const history::SeriesKey& key, uint32_t step, int64_t second, int64_t value,
           SeriesType type = SeriesType::kCounter) {
    const history::Value values[] = {{history().AddSeries(source_, key, type, step), value}};
    history().Record(source_, second, values, true);
  }
  std::vector<Line> Ask(std::string_view name, const Question& question) {
    const auto catalogue = archive_.catalogue(nullptr);
    const Metric* const metric = catalogue->Find(name);
    if (metric == nullptr) {
      ADD_FAILURE() << "no metric " << name;
      return {};
    }
    auto lines = archive_.Evaluate(*metric, question);
    EXPECT_TRUE(lines.ok()) << lines.error().message;
    return std::move(lines).value();
  }
  history::History& history() { return folder_.history(); }
  using Values = std::vector<std::optional<double>>;

  SystemClock clock_;
  history::HistoryFolder folder_{clock_};
  Archive archive_{folder_.history()};
  const uint32_t source_;
};

TEST_F(ArchiveTest, RatesAreBitsAndPacketsPerSecondAndGapsHaveNoValue) {
  for (int64_t second = 0; second < 20; ++second) {
    if (second == 4 || second >= 10) continue;
    Put({"interface", "", "bytes"}, 1, kStart + second, 100 * second);
    Put({"interface", "", "packets"}, 1, kStart + second, second);
  }
  const Question question{.range = {kStart, kStart + 12}, .step_seconds = 1};
  const auto lines = Ask("interface_eth0_traffic_bps", question);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].from, kStart);
  EXPECT_EQ(lines[0].step_seconds, 1u);
  EXPECT_EQ(lines[0].values, (Values{0, 800, 1600, 2400, std::nullopt, 4000, 4800, 5600, 6400, 7200,
                                     std::nullopt, std::nullopt}));
  EXPECT_EQ(Ask("interface_eth0_traffic_pps", question)[0].values[3], 3);
}

TEST_F(ArchiveTest, AggregationsAreOverWhatIsKnownOfAStep) {
  for (const int64_t second : {0, 1, 2, 4}) {
    Put({"interface", "", "bytes"}, 1, kStart + second, 10 + second);
    Put({"interface", "", "dropped_packets"}, 1, kStart + second, second);
    Put({"interface", "", "active_flows"}, 1, kStart + second, 7 - second, SeriesType::kGauge);
  }
  Question question{.range = {kStart, kStart + 5}, .step_seconds = 5};
  const auto one = [&](std::string_view name, std::optional<Aggregation> aggregation) {
    question.aggregation = aggregation;
    return *Ask(name, question)[0].values.at(0);
  };
  const char* const traffic = "interface_eth0_traffic_bps";
  EXPECT_DOUBLE_EQ(one(traffic, std::nullopt), 47 * 8 / 4.0);
  EXPECT_DOUBLE_EQ(one(traffic, Aggregation::kAvg), 47 * 8 / 4.0);
  EXPECT_DOUBLE_EQ(one(traffic, Aggregation::kMin), 80);
  EXPECT_DOUBLE_EQ(one(traffic, Aggregation::kMax), 14 * 8);
  EXPECT_DOUBLE_EQ(one(traffic, Aggregation::kSum), 47 * 8);
  EXPECT_DOUBLE_EQ(one(traffic, Aggregation::kLast), 14 * 8);
  EXPECT_DOUBLE_EQ(one("interface_eth0_drops", std::nullopt), 7);
  EXPECT_DOUBLE_EQ(one("interface_eth0_active_flows", std::nullopt), (7 + 6 + 5 + 3) / 4.0);
  EXPECT_DOUBLE_EQ(one("interface_eth0_active_flows", Aggregation::kLast), 3);
}

TEST_F(ArchiveTest, ATotalIsOneValueOfTheWholeRange) {
  for (int64_t second = 0; second < 7200; ++second) {
    Put({"interface", "", "bytes"}, 1, kStart + second, 3);
  }
  const auto lines = Ask("interface_eth0_traffic_total_bytes",
                         {.range = {kStart + 1000, kStart + 5000}, .max_points = 10});
  EXPECT_EQ(lines[0].values, Values{12000});
  const auto steps = Ask("interface_eth0_traffic_total_bytes",
                         {.range = {kStart, kStart + 7200}, .step_seconds = 3600});
  EXPECT_EQ(steps[0].values, (Values{10800, 10800}));
}

TEST_F(ArchiveTest, EveryTierTellsTheSameSum) {
  for (int64_t second = 0; second < 7200; ++second) {
    Put({"interface", "", "bytes"}, 1, kStart + second, second % 7);
  }
  std::map<uint32_t, double> sums;
  for (const uint32_t step : {1u, 13u, 60u, 300u, 3600u}) {
    const auto lines = Ask(
        "interface_eth0_traffic_bps",
        {.range = {kStart, kStart + 7200}, .step_seconds = step, .aggregation = Aggregation::kSum});
    for (const auto& value : lines[0].values) sums[step] += value.value_or(0);
  }
  for (const auto& [step, sum] : sums) EXPECT_DOUBLE_EQ(sum, sums[1]) << step;
}

TEST_F(ArchiveTest, StepsFollowThePointsThatAreWantedAndWhatIsKept) {
  Put({"interface", "", "bytes"}, 1, kStart - 40 * 86400, 1);
  Put({"interface", "", "bytes"}, 1, kStart, 1);
  const auto step = [&](int64_t from, size_t points) {
    return Ask("interface_eth0_traffic_bps", {.range = {from, kStart + 1}, .max_points = points})[0]
        .step_seconds;
  };
  EXPECT_EQ(step(kStart - 3599, 3600), 1u);
  EXPECT_EQ(step(kStart - 3599, 1000), 4u);
  EXPECT_EQ(step(kStart - 43199, 600), 120u) << "72 s, of points of a minute";
  EXPECT_EQ(step(kStart - 2 * 86400, 100'000), 60u) << "older than seconds are kept";
  EXPECT_EQ(step(kStart - 30 * 86400 + 1, 1000), 2640u);
  EXPECT_EQ(Ask("interface_eth0_traffic_bps", {.range = {kStart - 30, kStart + 9}, .max_points = 1})
                .front()
                .values.size(),
            1u);
  EXPECT_EQ(step(kStart - 30 * 86400 + 1, 500), 7200u);
  EXPECT_EQ(step(kStart - 40 * 86400, 100'000), 3600u);
}

TEST_F(ArchiveTest, ALongRangeIsReadWhereSomethingWasRecorded) {
  for (int64_t second = 0; second < 130; ++second) {
    Put({"interface", "", "bytes"}, 1, kStart + 50 + second, 1);
  }
  ASSERT_TRUE(history().Flush(10s));
  for (const Range range : {Range{0, 2 * kStart}, Range{kStart + 60, kStart + 120},
                            Range{kStart - 86400, kStart + 86400}}) {
    const auto total = Ask("interface_eth0_traffic_total_bytes", {.range = range});
    EXPECT_EQ(total[0].values, Values{range.to - range.from == 60 ? 60 : 130});
    const auto lines = Ask("interface_eth0_traffic_bps",
                           {.range = range, .max_points = 7, .aggregation = Aggregation::kSum});
    EXPECT_LE(lines[0].values.size(), 9u);
    double sum = 0;
    for (const auto& value : lines[0].values) sum += value.value_or(0);
    EXPECT_GE(sum, 8 * *total[0].values[0]);
  }
  EXPECT_EQ(
      Ask("interface_eth0_traffic_bps", {.range = {0, 36000}, .step_seconds = 3600})[0].values,
      Values(10, std::nullopt));
}

TEST_F(ArchiveTest, MoreThanAnAnswerHoldsIsRefused) {
  Put({"interface", "", "bytes"}, 1, kStart, 1);
  const auto catalogue = archive_.catalogue(nullptr);
  const auto answer = archive_.Evaluate(*catalogue->Find("interface_eth0_traffic_bps"),
                                        {.range = {0, 1'000'000'000'000}, .step_seconds = 1});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(ArchiveTest, AnAllMetricHasALineForEachOfTheHeaviestAndOtherIsTheRest) {
  const std::map<std::string, int64_t> applications = {
      {"TLS", 500}, {"DNS", 300}, {"SSH", 20}, {"NTP", 10}, {"Idle", 0}};
  for (const auto& [name, bytes] : applications) {
    Put({"application", name, "bytes"}, 10, kStart + 9, bytes);
  }
  const auto lines = Ask("interface_eth0_allprotocols_bps",
                         {.range = {kStart, kStart + 10}, .step_seconds = 10, .max_lines = 2});
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].name, "TLS");
  EXPECT_EQ(lines[0].values, Values{400});
  EXPECT_EQ(lines[1].name, "DNS");
  EXPECT_EQ(lines[2].name, "other");
  EXPECT_EQ(lines[2].values, Values{24});
  EXPECT_EQ(lines[2].tags, (Tags{{"interface", "eth0"}, {"application", "other"}}));
}

TEST_F(ArchiveTest, WhatComesLateWasZeroBeforeSoLinesSumToTheWholeAtEveryStep) {
  for (int64_t second = 0; second < 3600; ++second) {
    const int64_t dns = second >= 3570 ? 100 : 0;
    Put({"interface", "", "bytes"}, 1, kStart + second, 1000 + dns);
    if (second % 10 != 9) continue;
    Put({"step", "10", "covered_seconds"}, 10, kStart + second, 10);
    Put({"application", "TLS", "bytes"}, 10, kStart + second, 10'000);
    if (dns > 0) Put({"application", "DNS", "bytes"}, 10, kStart + second, 10 * dns);
  }
  for (const uint32_t step : {10u, 60u, 3600u}) {
    const Question question{.range = {kStart, kStart + 3600}, .step_seconds = step};
    const auto traffic = Ask("interface_eth0_traffic_bps", question);
    for (size_t i = 0; i < traffic[0].values.size(); ++i) {
      double sum = 0;
      for (const Line& line : Ask("interface_eth0_allprotocols_bps", question)) {
        sum += line.values[i].value();
      }
      EXPECT_DOUBLE_EQ(sum, *traffic[0].values[i]) << step << ' ' << i;
    }
  }
  const auto dns = Ask("interface_eth0_application_DNS_bps",
                       {.range = {kStart, kStart + 7200}, .step_seconds = 3600});
  EXPECT_EQ(dns[0].values, (Values{3000 * 8 / 3600.0, std::nullopt})) << "a gap stays a gap";
}

// The first and the last minute of a recording are not whole, nor is one that a crash cut short.
TEST_F(ArchiveTest, ARateIsOfTheSecondsThatWereRecorded) {
  const auto minute = [&](int64_t start, int64_t seconds) {
    Put({"step", "60", "covered_seconds"}, 60, start, seconds);
    Put({"host", "192.0.2.1", "bytes_sent"}, 60, start, 100 * seconds);
  };
  minute(kStart, 20);
  minute(kStart + 60, 60);
  minute(kStart + 120, 3);
  for (const uint32_t step : {60u, 180u, 3600u}) {
    const Question question{.range = {kStart, kStart + 180}, .step_seconds = step};
    for (const char* const name :
         {"interface_eth0_allhosts_bps", "host_192.0.2.1_interface_eth0_sent_bps"}) {
      const auto lines = Ask(name, question);
      for (const auto& value : lines[0].values) EXPECT_EQ(value, 800) << step << name;
    }
  }
  const Question most{
      .range = {kStart, kStart + 60}, .step_seconds = 60, .aggregation = Aggregation::kMax};
  EXPECT_EQ(Ask("host_192.0.2.1_interface_eth0_sent_bps", most)[0].values, Values{800});
}

TEST_F(ArchiveTest, ARankingIsOfTheRangeAlone) {
  for (int64_t minute = 0; minute < 600; ++minute) {
    Put({"step", "60", "covered_seconds"}, 60, kStart + minute * 60, 60);
    Put({"host", "192.0.2.1", "bytes_sent"}, 60, kStart + minute * 60, 6000);
    Put({"host", "192.0.2.2", "bytes_sent"}, 60, kStart + minute * 60, 60);
  }
  const auto catalogue = archive_.catalogue(nullptr);
  const Metric& all = *catalogue->Find("interface_eth0_allhosts_bps");
  for (const Range range : {Range{kStart + 600, kStart + 610}, Range{kStart + 59, kStart + 61},
                            Range{kStart + 1, kStart + 30'001}}) {
    const auto top = archive_.Top(all, range, 10);
    ASSERT_TRUE(top.ok());
    ASSERT_EQ(top->size(), 2u);
    EXPECT_EQ((*top)[0].bytes, static_cast<uint64_t>(range.to - range.from) * 100);
    EXPECT_DOUBLE_EQ((*top)[0].bits_per_second, 800);
  }
  const auto total = [&](int64_t from, int64_t to) {
    const Question question{.range = {from, to}};
    return Ask("host_192.0.2.1_interface_eth0_traffic_total_bytes", question)[0].values[0].value();
  };
  EXPECT_EQ(total(kStart, kStart + 7317) + total(kStart + 7317, kStart + 36'000),
            total(kStart, kStart + 36'000));
}

TEST_F(ArchiveTest, ATotalIsASum) {
  Put({"interface", "", "bytes"}, 1, kStart, 1);
  const auto catalogue = archive_.catalogue(nullptr);
  const auto answer =
      archive_.Evaluate(*catalogue->Find("interface_eth0_traffic_total_bytes"),
                        {.range = {kStart, kStart + 1}, .aggregation = Aggregation::kAvg});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(ArchiveTest, MoreLinesThanAnAnswerHoldsAreRefusedBeforeTheyAreRead) {
  for (int host = 0; host < 30; ++host) {
    Put({"host", "10.0.0." + std::to_string(host), "bytes_sent"}, 60, kStart + 59, 1);
  }
  const auto catalogue = archive_.catalogue(nullptr);
  const Metric& metric = *catalogue->Find("interface_eth0_allhosts_bps");
  const Question question{
      .range = {kStart - 40'000 * 60, kStart}, .step_seconds = 60, .max_lines = 100};
  const auto answer = archive_.Evaluate(metric, question);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(ArchiveTest, AHostsTrafficIsWhatItSentAndReceived) {
  Put({"host", "192.0.2.1", "bytes_sent"}, 60, kStart + 59, 600);
  Put({"host", "192.0.2.1", "bytes_received"}, 60, kStart + 59, 150);
  Put({"host", "192.0.2.1", "bytes_sent"}, 60, kStart + 119, 60);
  Put({"host", "192.0.2.1", "bytes_received"}, 60, kStart + 119, 0);
  Put({"host", "other", "bytes_sent"}, 60, kStart + 59, 6000);
  Put({"host", "198.51.100.1", "bytes_sent"}, 60, kStart + 59, 1000);
  const Range range{kStart, kStart + 120};
  EXPECT_EQ(Ask("host_192.0.2.1_interface_eth0_traffic_bps", {.range = range})[0].values,
            (Values{100, 8}));
  const auto catalogue = archive_.catalogue(nullptr);
  const auto top = archive_.Top(*catalogue->Find("interface_eth0_allhosts_bps"), range, 10);
  ASSERT_TRUE(top.ok());
  ASSERT_EQ(top->size(), 2u);
  EXPECT_EQ((*top)[0].object, "198.51.100.1");
  EXPECT_EQ((*top)[1].bytes, 810u);
  EXPECT_DOUBLE_EQ((*top)[1].bits_per_second, 54);
}

TEST_F(ArchiveTest, EventsAreToldFromMemoryAndFromTheFile) {
  history().RecordEvent({kStart * 1000 + 5, "eth0", "interface_gone", "eth0 is gone"});
  ASSERT_TRUE(history().Flush(10s));
  history().RecordEvent({kStart * 1000 + 4, "lan", "interface_open", "lan is open"});
  history().RecordEvent({kStart * 1000 + 1000, "eth0", "later", ""});
  const auto kinds = [&](const model::Identity* identity) {
    std::vector<std::string> all;
    const auto events = archive_.Events({kStart, kStart + 1}, identity);
    EXPECT_TRUE(events.ok());
    for (const history::Event& event : *events) all.push_back(event.kind);
    return all;
  };
  EXPECT_EQ(kinds(nullptr), (std::vector<std::string>{"interface_open", "interface_gone"}));
  ASSERT_TRUE(history().Flush(10s));
  EXPECT_EQ(kinds(nullptr), (std::vector<std::string>{"interface_open", "interface_gone"}));
  const model::Identity lan{.user = "l", .interfaces = {"lan"}};
  EXPECT_EQ(kinds(&lan), std::vector<std::string>{"interface_open"});
  const model::Identity net{.user = "n", .networks = {*IpNetwork::Parse("192.0.2.0/24")}};
  EXPECT_TRUE(kinds(&net).empty());
}

TEST_F(ArchiveTest, GaugesOfScriptsAreLinesAlsoWhenTheyAre0AndAreNotSummedUp) {
  const auto put = [&](const char* object, int64_t value) {
    const ScriptKey key{"rtt", object, SeriesType::kGauge, 60, "ms"};
    Put(key.Encode(), 60, kStart, value, SeriesType::kGauge);
  };
  put("a", 1500);
  put("b", 0);
  put("other", -2250);
  const auto ask = [&](size_t max_lines) {
    std::map<std::string, Values> lines;
    for (const Line& line :
         Ask("interface_eth0_allscript_rtt",
             {.range = {kStart, kStart + 60}, .step_seconds = 60, .max_lines = max_lines})) {
      lines.emplace(line.name, line.values);
    }
    return lines;
  };
  EXPECT_EQ(ask(20), (std::map<std::string, Values>{{"a", {1.5}}, {"b", {0}}, {"other", {-2.25}}}));
  EXPECT_EQ(ask(1), (std::map<std::string, Values>{{"a", {1.5}}}));
}

TEST_F(ArchiveTest, CountersOfScriptsSumToTheWholeWithOther) {
  for (const auto& [object, value] : std::map<std::string, int64_t>{{"a", 5}, {"b", 3}, {"c", 1}}) {
    Put(ScriptKey{"x", object, SeriesType::kCounter, 60, {}}.Encode(), 60, kStart, value);
  }
  const auto lines = Ask("interface_eth0_allscript_x",
                         {.range = {kStart, kStart + 60}, .step_seconds = 60, .max_lines = 1});
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].values, Values{5});
  EXPECT_EQ(lines[1].name, "other");
  EXPECT_EQ(lines[1].values, Values{4});
  EXPECT_EQ(lines[1].tags, (Tags{{"interface", "eth0"}, {"script", "x"}, {"object", "other"}}));
}

TEST_F(ArchiveTest, ASumThatDoesNotFitIsNotTold) {
  constexpr int64_t kMost = 1'000'000'000'000 * kScriptScale;
  const history::SeriesKey key = ScriptKey{"x", {}, SeriesType::kGauge, 1, {}}.Encode();
  for (int64_t second = 0; second < 86400; second += 8) {
    Put(key, 1, kStart + second, kMost, SeriesType::kGauge);
  }
  const auto ask = [&](int64_t seconds, Aggregation aggregation) {
    return Ask("interface_eth0_script_x", {.range = {kStart, kStart + seconds},
                                           .step_seconds = seconds,
                                           .aggregation = aggregation})[0]
        .values;
  };
  EXPECT_EQ(ask(3600, Aggregation::kAvg), Values{1e12});
  EXPECT_EQ(ask(86400, Aggregation::kAvg), Values{std::nullopt});
  EXPECT_EQ(ask(86400, Aggregation::kMax), Values{1e12});
  EXPECT_EQ(ask(86400, Aggregation::kLast), Values{1e12});
}

}  // namespace
}  // namespace wiregauge::timeseries
