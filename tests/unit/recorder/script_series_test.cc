// SPDX-License-Identifier: Apache-2.0
#include "recorder/script_series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <limits>
#include <thread>

#include "timeseries/archive.h"
#include "unit/base/fixed_clock.h"

namespace wiregauge::recorder {
namespace {

using namespace std::chrono_literals;
using history::SeriesType;
using testing::ElementsAre;
using testing::HasSubstr;
using Values = std::vector<std::optional<double>>;

constexpr int64_t kStart = 1'700'000'000 / 86400 * 86400;

// Script series of a service with the interface eth0 and the file a.pcap, on disk.
class ScriptSeriesTest : public testing::Test {
 protected:
  ScriptSeriesTest() {
    std::string name = testing::TempDir() + "scripts_XXXXXX";
    folder_ = mkdtemp(name.data());
    Open();
  }
  ~ScriptSeriesTest() override {
    series_.reset();
    history_.reset();
    std::filesystem::remove_all(folder_);
  }

  // As when the service starts again.
  void Open(size_t most = 10) {
    series_.reset();
    history_.reset();
    history_ =
        std::make_unique<history::History>(history::HistoryOptions{.path = folder_ + "/history.db",
                                                                   .keep = {24h, 720h, 8760h},
                                                                   .max_file_bytes = 1 << 30,
                                                                   .flush_interval = 1h,
                                                                   .retry_interval = 10ms,
                                                                   .max_waiting_bytes = 1 << 24},
                                           clock_);
    history_->Start();
    EXPECT_TRUE(history_->Flush(10s));
    series_ = std::make_unique<ScriptSeries>(*history_, most, clock_);
    series_->AddInterface("eth0", history_->AddSource("eth0"), true);
    series_->AddInterface("a.pcap", history_->AddSource("a.pcap", "/x/a.pcap"), false);
  }
  void At(int64_t second) { clock_.now = Timestamp(std::chrono::seconds(kStart + second)); }
  Status Add(const ScriptPoint& point) { return series_->Add(point); }
  void AddAt(int64_t second, ScriptPoint point) {
    At(second);
    const Status status = Add(point);
    EXPECT_TRUE(status.ok()) << status.error().message;
  }
  std::string ErrorOf(const ScriptPoint& point) {
    const Status status = Add(point);
    return status.ok() ? std::string() : status.error().message;
  }

  std::vector<std::string> Names() {
    std::vector<std::string> names;
    const auto catalogue = timeseries::Archive(*history_).catalogue(nullptr);
    for (const timeseries::Metric& metric : catalogue->metrics()) names.push_back(metric.name);
    return names;
  }
  Values Ask(const char* name, int64_t from, int64_t to, uint32_t step,
             std::optional<timeseries::Aggregation> aggregation = {}) {
    const timeseries::Archive archive(*history_);
    const auto catalogue = archive.catalogue(nullptr);
    const timeseries::Metric* const metric = catalogue->Find(name);
    if (metric == nullptr) return {};
    const auto lines = archive.Evaluate(
        *metric,
        {.range = {kStart + from, kStart + to}, .step_seconds = step, .aggregation = aggregation});
    EXPECT_TRUE(lines.ok()) << lines.error().message;
    return lines->front().values;
  }

  static ScriptPoint Gauge(double value, uint32_t step = 1) {
    return {.name = "load", .value = value, .step_seconds = step};
  }
  static ScriptPoint Counter(double value, uint32_t step = 1) {
    return {.name = "failures",
            .interface = "eth0",
            .type = SeriesType::kCounter,
            .value = value,
            .step_seconds = step};
  }

  FixedClock clock_{Timestamp(std::chrono::seconds(kStart))};
  std::string folder_;
  std::unique_ptr<history::History> history_;
  std::unique_ptr<ScriptSeries> series_;
};

TEST_F(ScriptSeriesTest, APointStandsAtTheSecondInWhichItWasTold) {
  AddAt(1, Gauge(0.125));
  AddAt(2, Gauge(-3));
  AddAt(2, Counter(2));
  AddAt(2, Counter(5));
  AddAt(4, Gauge(1));
  AddAt(4, Gauge(7.5));
  series_->Record(kStart + 3);
  EXPECT_EQ(Ask("script_load", 0, 5, 1),
            (Values{std::nullopt, 0.125, -3, std::nullopt, std::nullopt}));
  series_->Record(kStart + 4);
  EXPECT_EQ(Ask("script_load", 4, 5, 1), (Values{7.5}));
  EXPECT_EQ(Ask("interface_eth0_script_failures", 1, 4, 1),
            (Values{std::nullopt, 7, std::nullopt}));
}

TEST_F(ScriptSeriesTest, StepsOfEveryLengthSurviveARestartWithoutDuplicates) {
  constexpr uint32_t kSteps[] = {1, 10, 60, 300, 3600};
  const auto name_of = [](uint32_t step) { return "every_" + std::to_string(step); };
  const auto tell = [&](int64_t second) {
    for (const uint32_t step : kSteps) {
      const std::string name = name_of(step);
      AddAt(second, {.name = name, .value = 2, .step_seconds = step});
      AddAt(second, {.name = name,
                     .interface = "eth0",
                     .type = SeriesType::kCounter,
                     .value = 3,
                     .step_seconds = step});
    }
    series_->Record(kStart + second);
  };
  tell(10);
  tell(3600);
  ASSERT_TRUE(history_->Flush(10s));
  const auto names = Names();
  EXPECT_EQ(names.size(), 10u);
  Open();
  EXPECT_EQ(Names(), names);
  tell(3605);
  EXPECT_EQ(Names(), names);
  for (const uint32_t step : kSteps) {
    const std::string gauge = "script_" + name_of(step);
    const std::string counter = "interface_eth0_" + gauge;
    EXPECT_EQ(Ask(gauge.c_str(), 0, 7200, 3600), (Values{2, 2})) << gauge;
    EXPECT_EQ(Ask(counter.c_str(), 0, 7200, 3600), (Values{3, 6})) << counter;
    EXPECT_EQ(Ask(counter.c_str(), 0, 7200, 7200), (Values{9})) << counter;
  }
}

TEST_F(ScriptSeriesTest, AFilesPointsStandWhereItsPacketsDo) {
  const ScriptPoint point{.name = "rows", .interface = "a.pcap", .value = 4, .step_seconds = 1};
  EXPECT_THAT(ErrorOf(point), HasSubstr("nothing of a.pcap is recorded yet"));
  At(1'000'000);
  series_->TellSecond(1, kStart + 7);
  ASSERT_TRUE(Add(point).ok());
  series_->TellSecond(1, kStart + 9);
  series_->Record(kStart);
  ASSERT_TRUE(Add(point).ok());
  series_->Record(kStart);
  EXPECT_EQ(Ask("interface_a.pcap_script_rows", 7, 11, 1),
            (Values{std::nullopt, std::nullopt, 4, std::nullopt}));
}

TEST_F(ScriptSeriesTest, AFileWhoseNameIsALiveInterfacesIsRefused) {
  const uint32_t file = history_->AddSource("eth0", "/x/eth0");
  series_->TellSecond(1, kStart);
  EXPECT_FALSE(history_->IsRecorded(file));
  EXPECT_THAT(ErrorOf(Counter(1)), HasSubstr("eth0 is not recorded"));
}

TEST_F(ScriptSeriesTest, WhatHasNotTheFormIsRefused) {
  const std::string long_name(49, 'a'), long_object(65, 'a');
  ScriptPoint point = Gauge(1);
  for (const std::string& name : {std::string(), std::string("Load"), std::string("a b"),
                                  std::string("a:b"), std::string("\xff"), long_name}) {
    point.name = name;
    EXPECT_THAT(ErrorOf(point), HasSubstr("the name of a series")) << name;
  }
  point = Gauge(1);
  for (const std::string& object : {std::string("\xff"), std::string("a\nb"), long_object}) {
    point.object = object;
    EXPECT_THAT(ErrorOf(point), HasSubstr("the object of a series")) << object;
    point.object = {};
    point.unit = object;
    EXPECT_THAT(ErrorOf(point), HasSubstr("the unit of a series")) << object;
    point.unit = {};
  }
  for (const uint32_t step : {0u, 7u, 7200u}) {
    EXPECT_THAT(ErrorOf(Gauge(1, step)), HasSubstr("divides an hour")) << step;
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double value : {1.1e12, -1.1e12, kInfinity, -kInfinity, std::nan("")}) {
    EXPECT_THAT(ErrorOf(Gauge(value)), HasSubstr("from -10^12 to 10^12")) << value;
  }
  for (const double value : {-1.0, 0.5}) {
    EXPECT_THAT(ErrorOf(Counter(value)), HasSubstr("whole numbers")) << value;
  }
  point = Gauge(1);
  point.interface = "eth1";
  EXPECT_THAT(ErrorOf(point), HasSubstr("no interface \"eth1\""));
  EXPECT_EQ(Names(), std::vector<std::string>());
}

TEST_F(ScriptSeriesTest, ANameKeepsItsTypeUnitAndStep) {
  AddAt(1, Gauge(5, 60));
  AddAt(2, Gauge(6, 1));
  ScriptPoint counter = Gauge(1);
  counter.type = SeriesType::kCounter;
  ScriptPoint in_ms = Gauge(1);
  in_ms.unit = "ms";
  const auto check = [&] {
    EXPECT_THAT(ErrorOf(counter), HasSubstr("\"load\" is a gauge already"));
    EXPECT_THAT(ErrorOf(in_ms), HasSubstr("a gauge of the unit \"ms\" another name"));
  };
  check();
  series_->Record(std::nullopt);
  EXPECT_EQ(Ask("script_load", 0, 60, 60), (Values{6}));
  Open();
  check();
  AddAt(70, Gauge(7, 1));
  series_->Record(std::nullopt);
  EXPECT_EQ(Ask("script_load", 0, 120, 60), (Values{6, 7}));
  EXPECT_EQ(Names().size(), 1u);
}

TEST_F(ScriptSeriesTest, ThereAreNoMoreThanTheBudgetAlsoOfEarlierRuns) {
  Open(2);
  AddAt(1, Gauge(1));
  AddAt(1, Counter(1));
  ScriptPoint more = Gauge(1);
  more.object = "another";
  EXPECT_THAT(ErrorOf(more), HasSubstr("2 series, as many as history.max_script_series allows"));
  series_->Record(std::nullopt);
  Open(2);
  EXPECT_THAT(ErrorOf(more), HasSubstr("history.max_script_series"));
  EXPECT_THAT(ErrorOf(more), HasSubstr("history.max_script_series"));
  EXPECT_EQ(history_->state().series_cut.at("script"), 2u);
  AddAt(2, Gauge(2));
}

TEST_F(ScriptSeriesTest, ObjectsAreLinesOfOneMetric) {
  for (const char* const object : {"192.0.2.53", "Frankfurt am Main", "\xc3\xa4"}) {
    AddAt(1, {.name = "loss", .object = object, .unit = "percent", .value = 0, .step_seconds = 1});
  }
  AddAt(1, {.name = "loss", .unit = "percent", .value = 9, .step_seconds = 1});
  series_->Record(std::nullopt);
  EXPECT_THAT(Names(), ElementsAre("allscript_loss", "script_loss", "script_loss:192.0.2.53",
                                   "script_loss:Frankfurt am Main", "script_loss:\xc3\xa4"));
}

TEST_F(ScriptSeriesTest, ARecorderThatIsAwayLosesNothingThatWasCounted) {
  for (int64_t second = 0; second < 200; ++second) AddAt(second, Counter(1));
  series_->Record(kStart + 200);
  EXPECT_EQ(Ask("interface_eth0_script_failures", 0, 3600, 3600), (Values{200}));
}

TEST_F(ScriptSeriesTest, PointsFromBeforeAClockWasSetBackAreRecordedAllTheSame) {
  AddAt(1000, Counter(1));
  AddAt(1, Counter(1));
  series_->Record(kStart + 1);
  EXPECT_EQ(Ask("interface_eth0_script_failures", 0, 3600, 3600), (Values{2}));
}

TEST_F(ScriptSeriesTest, ManyThreadsCountAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int n = 0; n < 500; ++n) {
        EXPECT_TRUE(Add(Counter(1)).ok());
        if (n % 100 == 0) Names();
      }
    });
  }
  for (int i = 0; i < 100; ++i) series_->Record(kStart);
  for (std::thread& thread : threads) thread.join();
  series_->Record(kStart);
  EXPECT_EQ(Ask("interface_eth0_script_failures", 0, 1, 1), (Values{2000}));
}

TEST(ScriptSeries, WithoutHistoryAPointIsAnErrorThatSaysSo) {
  const Status status = AddPoint(nullptr, {.name = "load"});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(status.error().message, HasSubstr("history.enabled is false"));
}

}  // namespace
}  // namespace wiregauge::recorder
