// SPDX-License-Identifier: Apache-2.0
#include "recorder/recorder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "series_folder.h"

namespace wiregauge::recorder {
namespace {

constexpr int64_t kStart = 1'700'000'000 / 3600 * 3600;

std::shared_ptr<const model::ApplicationCatalogue> Catalogue() {
  auto catalogue = std::make_shared<model::ApplicationCatalogue>();
  catalogue->applications = {{"Unknown", 0, ""}, {"HTTP", 1, ""}, {"DNS", 2, ""}};
  catalogue->categories = {"Unspecified", "Web", "Network"};
  return catalogue;
}

class RecorderTest : public testing::Test {
 protected:
  ~RecorderTest() override { recorder_.reset(); }

  void Make(bool live, uint32_t workers) {
    recorder_ = std::make_unique<Recorder>(
        folder_.history(), places_, Catalogue(),
        std::vector<snapshot::InterfaceFacts>{{"eth0", "eth0", live, workers}}, SeriesBudget{},
        folder_.clock());
  }
  // What one worker has counted by the end of a second: so many packets of 100 bytes of HTTP.
  void Tell(int64_t second, std::optional<int64_t> next, uint64_t packets) {
    recorder_->OnTick(0, {second, next}, [&](snapshot::Detail detail) {
      auto slice = std::make_shared<snapshot::ShardSlice>();
      slice->detail = detail;
      slice->counters.received = slice->counters.in_flows = {packets, packets * 100};
      slice->counters.applications.resize(3);
      slice->counters.applications[1].traffic = {packets, packets * 100};
      slice->counters.active_flows = packets;
      return slice;
    });
  }
  std::vector<history::Point> Read(const history::SeriesKey& key, int64_t from, int64_t to) {
    return folder_.Read(key, from, to);
  }

  class NoSnapshots final : public snapshot::SnapshotSource {
   public:
    std::shared_ptr<const snapshot::Snapshot> Get(snapshot::Detail, Duration) override {
      ADD_FAILURE() << "a file tells its seconds itself";
      return std::make_shared<snapshot::Snapshot>();
    }
  };

  SeriesFolder folder_;
  model::PlaceNames places_;
  NoSnapshots none_;
  std::unique_ptr<Recorder> recorder_;
};

TEST_F(RecorderTest, AFilesSecondsAreTheSumOverItsWorkers) {
  Make(false, 2);
  recorder_->Start(none_);
  Tell(kStart, kStart + 1, 5);
  Tell(kStart + 1, kStart + 12, 7);
  Tell(kStart, kStart + 1, 1);
  Tell(kStart + 1, kStart + 12, 1);
  Tell(kStart + 12, std::nullopt, 10);
  Tell(kStart + 12, std::nullopt, 3);
  recorder_->Stop();
  const auto packets = Read({"interface", "", "packets"}, kStart, kStart + 13);
  ASSERT_EQ(packets.size(), 13u);
  EXPECT_EQ(packets[0], history::Point::Of(6));
  EXPECT_EQ(packets[1], history::Point::Of(2));
  EXPECT_EQ(packets[12], history::Point::Of(5));
  const auto http = Read({"application", "HTTP", "bytes"}, kStart, kStart + 20);
  EXPECT_EQ(http, (std::vector<history::Point>{history::Point::Of(800), history::Point::Of(500)}));
  EXPECT_EQ(Read({"category", "Web", "packets"}, kStart, kStart + 10)[0], history::Point::Of(8));
}

TEST_F(RecorderTest, SecondsOfAFileWithoutPacketsAreZero) {
  Make(false, 1);
  recorder_->Start(none_);
  Tell(kStart, kStart + 3, 5);
  Tell(kStart + 3, kStart + 3 + 7200, 6);  // longer than the clock would go on by itself
  Tell(kStart + 3 + 7200, std::nullopt, 7);
  recorder_->Stop();
  const auto packets = Read({"interface", "", "packets"}, kStart, kStart + 8);
  EXPECT_EQ(packets[1], history::Point::Of(0));
  EXPECT_EQ(packets[2], history::Point::Of(0));
  EXPECT_EQ(packets[3], history::Point::Of(1));
  EXPECT_TRUE(packets[4].is_gap()) << "a leap of the clock is a gap";
  const auto flows = Read({"interface", "", "active_flows"}, kStart, kStart + 4);
  EXPECT_EQ(flows[2], history::Point::Of(5)) << "a gauge stays as it was";
}

TEST_F(RecorderTest, ALiveLookThatComesTooLateForTheEndOfAStepEndsItAllTheSame) {
  snapshot::Snapshot snapshot;
  snapshot.catalogue = Catalogue();
  snapshot.interfaces.emplace_back().live = true;
  snapshot.places.resize(1);
  InterfaceRecorder recorder(folder_.history(), places_, folder_.history().AddSource("eth0"), false,
                             SeriesBudget{});
  uint64_t packets = 0;
  for (int64_t second = kStart + 50; second < kStart + 75; ++second) {
    packets += 2;
    if (second == kStart + 59) continue;  // the process was stopped
    snapshot.detail = recorder.DetailForLate(second, second + 1);
    EXPECT_EQ(snapshot.detail == snapshot::Detail::kRows, second == kStart + 60);
    snapshot.interfaces[0].counters.received = {packets, packets * 100};
    snapshot.interfaces[0].counters.l4[0] = {packets, packets * 100};
    recorder.Record(snapshot, 0, second, second + 1);
  }
  const auto l4 = Read({"l4", "tcp", "packets"}, kStart + 50, kStart + 70);
  EXPECT_EQ(l4, (std::vector<history::Point>{history::Point::Of(22), history::Point::Of(18)}));
  const auto minute = Read({"autonomous_system", "other", "bytes"}, kStart, kStart + 60);
  EXPECT_FALSE(minute[0].is_gap());
}

TEST_F(RecorderTest, ALongerStepTellsHowManySecondsOfItAreKnown) {
  Make(false, 1);
  recorder_->Start(none_);
  Tell(kStart + 55, kStart + 57, 5);
  Tell(kStart + 57, kStart + 64, 6);
  Tell(kStart + 64, std::nullopt, 7);
  recorder_->Stop();
  const auto tens = Read({"step", "10", "covered_seconds"}, kStart + 50, kStart + 70);
  EXPECT_EQ(tens, (std::vector<history::Point>{history::Point::Of(5), history::Point::Of(5)}));
  const auto minutes = Read({"step", "60", "covered_seconds"}, kStart, kStart + 120);
  EXPECT_EQ(minutes, tens);
}

TEST_F(RecorderTest, AStepEndsWhenTheClockGoesBack) {
  Make(false, 1);
  recorder_->Start(none_);
  Tell(kStart + 65, kStart + 5, 5);
  Tell(kStart + 5, std::nullopt, 6);
  recorder_->Stop();
  const auto http = Read({"application", "HTTP", "packets"}, kStart, kStart + 70);
  EXPECT_EQ(http.front(), history::Point::Of(1));
  EXPECT_EQ(http.back(), history::Point::Of(5));
}

TEST_F(RecorderTest, WhatIsNoIpIsAmongTheApplicationsFromTheBeginning) {
  Make(false, 1);
  EXPECT_TRUE(folder_.Has({"application", "not_ip", "bytes"}));
  recorder_->Start(none_);
  recorder_->OnTick(0, {kStart, std::nullopt}, [](snapshot::Detail detail) {
    auto slice = std::make_shared<snapshot::ShardSlice>();
    slice->detail = detail;
    slice->counters.received = {3, 300};
    slice->counters.l3[2] = {2, 120};
    slice->counters.undecodable[0] = {1, 180};
    return slice;
  });
  recorder_->Stop();
  for (const char* const kind : {"application", "category", "l4"}) {
    EXPECT_EQ(Read({kind, "not_ip", "bytes"}, kStart, kStart + 1)[0], history::Point::Of(120));
    EXPECT_EQ(Read({kind, "undecodable", "bytes"}, kStart, kStart + 1)[0], history::Point::Of(180));
  }
}

// An interface that is seen by the clock on the wall, in the state that it is told to have.
class OneLive final : public snapshot::SnapshotSource {
 public:
  std::shared_ptr<const snapshot::Snapshot> Get(snapshot::Detail detail, Duration) override {
    auto snapshot = std::make_shared<snapshot::Snapshot>();
    snapshot->detail = detail;
    snapshot->catalogue = Catalogue();
    snapshot->interfaces.emplace_back().live = true;
    snapshot->interfaces[0].state = is_gone ? "gone" : "open";
    snapshot->interfaces[0].counters.received = {1, 100};
    snapshot->places.resize(1);
    ++looks;
    return snapshot;
  }

  std::atomic<bool> is_gone = false;
  std::atomic<int> looks = 0;
};

TEST_F(RecorderTest, OfAnInterfaceThatIsAwayNothingIsKnown) {
  OneLive source;
  Make(true, 1);
  recorder_->Start(source);
  const auto wait_for_looks = [&](int more) {
    for (const int looks = source.looks + more; source.looks < looks;) std::this_thread::yield();
  };
  const int64_t begin = UnixSeconds(folder_.clock().Now());
  wait_for_looks(2);
  source.is_gone = true;
  const int64_t gone = UnixSeconds(folder_.clock().Now());
  wait_for_looks(4);
  recorder_->Stop();
  const int64_t end = UnixSeconds(folder_.clock().Now());
  uint32_t known = 0;
  for (const history::Point& point : Read({"interface", "", "bytes"}, begin - 2, end + 2)) {
    known += point.known;
  }
  EXPECT_GE(known, 2u);
  EXPECT_LE(known, static_cast<uint32_t>(gone - begin + 2));
  EXPECT_EQ(folder_.SumOf({"interface", "", "bytes"}, begin - 2), 100);
  // What the last steps had is told when it goes.
  EXPECT_EQ(folder_.SumOf({"step", "60", "covered_seconds"}, begin / 60 * 60), known);
}

TEST_F(RecorderTest, APointOfAScriptStandsAtTheNewestSecondOfItsFile) {
  Make(false, 1);
  Tell(kStart, kStart + 5, 5);
  Tell(kStart + 5, std::nullopt, 6);
  recorder_->Start(none_);
  const ScriptPoint point{.name = "load", .interface = "eth0", .value = 2, .step_seconds = 1};
  while (!recorder_->script_series().Add(point).ok()) std::this_thread::yield();
  recorder_->Stop();
  const auto load = Read({"script", "load", "gauge 1"}, kStart, kStart + 6);
  EXPECT_EQ(load[5], history::Point::Of(2 * timeseries::kScriptScale));
}

TEST_F(RecorderTest, PointsOfScriptsAreRecordedSecondBySecond) {
  OneLive source;
  Make(true, 1);
  recorder_->Start(source);
  const int64_t begin = UnixSeconds(folder_.clock().Now());
  const ScriptPoint of_interface{.name = "failures",
                                 .interface = "eth0",
                                 .type = history::SeriesType::kCounter,
                                 .value = 1,
                                 .step_seconds = 1};
  ScriptPoint of_service = of_interface;
  of_service.name = "restarts";
  of_service.interface = {};
  ASSERT_TRUE(recorder_->script_series().Add(of_interface).ok());
  ASSERT_TRUE(recorder_->script_series().Add(of_service).ok());
  const auto is_recorded = [&] {
    for (const history::SeriesInfo& info : folder_.history().AllSeries()) {
      if (info.key.kind != "script") continue;
      if (folder_.history().RecordedOf(info.id).newest == 0) return false;
    }
    return true;
  };
  while (!is_recorded()) std::this_thread::yield();
  ASSERT_TRUE(recorder_->script_series().Add(of_interface).ok());
  recorder_->Stop();
  EXPECT_EQ(folder_.SumOf({"script", "failures", "counter 1"}, begin), 2);
  EXPECT_EQ(folder_.SumOf({"script", "restarts", "counter 1"}, begin), 1);
}

TEST_F(RecorderTest, SilentStepsOfEveryLengthAreZero) {
  Make(false, 1);
  recorder_->Start(none_);
  Tell(kStart, kStart + 185, 5);
  Tell(kStart + 185, std::nullopt, 6);
  recorder_->Stop();
  const auto http = Read({"application", "HTTP", "packets"}, kStart, kStart + 190);
  ASSERT_EQ(http.size(), 19u);
  EXPECT_EQ(http[0], history::Point::Of(5));
  for (size_t step = 1; step < 18; ++step) EXPECT_EQ(http[step], history::Point::Of(0)) << step;
  EXPECT_EQ(http[18], history::Point::Of(1));
  const auto other = Read({"autonomous_system", "other", "bytes"}, kStart, kStart + 240);
  ASSERT_EQ(other.size(), 4u);
  for (const history::Point& point : other) EXPECT_EQ(point, history::Point::Of(0));
}

}  // namespace
}  // namespace wiregauge::recorder
