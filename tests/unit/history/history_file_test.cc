// SPDX-License-Identifier: Apache-2.0
#include "history/history_file.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <numeric>

namespace wiregauge::history {
namespace {

using namespace std::chrono_literals;

constexpr int64_t kStart = 1'700'000'000 / 86400 * 86400;  // of a day
constexpr Retention kLong = {24h, 24h * 30, 24h * 365};

class HistoryFileTest : public testing::Test {
 protected:
  HistoryFileTest() {
    std::string name = testing::TempDir() + "history_XXXXXX";
    folder_ = mkdtemp(name.data());
    Reopen();
    source_ = *file_->SourceRow("eth0");
  }
  ~HistoryFileTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/history.db"; }
  void Reopen() {
    file_.reset();
    auto opened = HistoryFile::Open(path());
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    file_.emplace(std::move(opened).value());
  }
  int64_t Add(const std::string& measure, SeriesType type, uint32_t step_seconds) {
    const auto row = file_->AddSeries(source_, {.source = "eth0",
                                                .key = {"interface", "", measure},
                                                .type = type,
                                                .step_seconds = step_seconds});
    EXPECT_TRUE(row.ok());
    return *row;
  }
  // Every second of the hour (or each step) has its number in it.
  Hour Numbered(int64_t start, uint32_t row, SeriesType type, uint32_t step_seconds) {
    Hour hour(start);
    for (int64_t second = 0; second < 3600; second += step_seconds) {
      EXPECT_TRUE(hour.Put(row, type, step_seconds, start + second, second));
    }
    return hour;
  }
  void Write(const Hour& hour) {
    auto transaction = store::Transaction::Begin(file_->database());
    ASSERT_TRUE(file_->WriteHour(source_, hour, [](uint32_t n) { return int64_t{n}; }).ok());
    ASSERT_TRUE(transaction->Commit().ok());
  }
  std::vector<Point> Read(size_t tier, int64_t row, uint32_t step, int64_t from, int64_t to) {
    auto reader = HistoryReader::Open(path());
    EXPECT_TRUE(reader.ok());
    EXPECT_TRUE(reader->Begin().ok());
    auto points = reader->Read(tier, row, step, from, to);
    reader->End();
    EXPECT_TRUE(points.ok());
    return *points;
  }
  static int64_t SumOf(const std::vector<Point>& points) {
    return std::accumulate(points.begin(), points.end(), int64_t{0},
                           [](int64_t sum, const Point& point) { return sum + point.sum; });
  }

  std::string folder_;
  std::optional<HistoryFile> file_;
  int64_t source_ = 0;
};

TEST_F(HistoryFileTest, EveryTierSumsToTheSame) {
  const int64_t row = Add("bytes", SeriesType::kCounter, 1);
  Write(Numbered(kStart + 3600, static_cast<uint32_t>(row), SeriesType::kCounter, 1));
  const int64_t sum = 3599 * 3600 / 2;
  const auto seconds = Read(0, row, 1, kStart, kStart + 7200);
  EXPECT_EQ(SumOf(seconds), sum);
  EXPECT_TRUE(seconds[3599].is_gap());
  EXPECT_EQ(seconds[3601], Point::Of(1));
  const auto minutes = Read(1, row, 1, kStart + 3600, kStart + 7200);
  EXPECT_EQ(SumOf(minutes), sum);
  EXPECT_EQ(minutes[1], (Point{60, 59 * 60 / 2 + 60 * 60, 60, 119, 119}));
  const auto hours = Read(2, row, 1, kStart, kStart + 86400);
  EXPECT_EQ(SumOf(hours), sum);
  EXPECT_TRUE(hours[0].is_gap());
  EXPECT_EQ(hours[1].known, 3600u);
}

TEST_F(HistoryFileTest, LongStepsBeginInTheSecondTier) {
  const int64_t ten = Add("a", SeriesType::kGauge, 10), sixty = Add("b", SeriesType::kCounter, 60);
  Write(Numbered(kStart, static_cast<uint32_t>(ten), SeriesType::kGauge, 10));
  Write(Numbered(kStart, static_cast<uint32_t>(sixty), SeriesType::kCounter, 60));
  EXPECT_EQ(Read(0, ten, 10, kStart, kStart + 3600)[3], Point::Of(30));
  EXPECT_EQ(Read(1, ten, 10, kStart, kStart + 3600)[0], (Point{6, 150, 0, 50, 50}));
  EXPECT_TRUE(Read(0, sixty, 60, kStart, kStart + 3600)[3].is_gap());
  EXPECT_EQ(Read(1, sixty, 60, kStart, kStart + 3600)[3], Point::Of(180));
  EXPECT_EQ(Read(2, sixty, 60, kStart, kStart + 3600)[0].known, 60u);
}

TEST_F(HistoryFileTest, AnHourThatComesAgainIsAdded) {
  const auto row = static_cast<uint32_t>(Add("bytes", SeriesType::kCounter, 1));
  Hour first(kStart), second(kStart);
  first.Put(row, SeriesType::kCounter, 1, kStart + 5, 100);
  second.Put(row, SeriesType::kCounter, 1, kStart + 5, 1);
  second.Put(row, SeriesType::kCounter, 1, kStart + 9, 7);
  Write(first);
  Write(second);
  EXPECT_EQ(Read(0, row, 1, kStart, kStart + 10)[5], Point::Of(101));
  for (size_t tier = 0; tier < kTiers.size(); ++tier) {
    EXPECT_EQ(SumOf(Read(tier, row, 1, kStart, kStart + 3600)), 108) << tier;
  }
}

TEST_F(HistoryFileTest, WhatAProcessLeftOpenIsThereAfterIt) {
  const int64_t row = Add("bytes", SeriesType::kCounter, 1);
  for (const auto& [step, values] : {std::pair(0u, std::vector<int64_t>{1, 2}),
                                     std::pair(2u, std::vector<int64_t>{Hour::kGap, 4})}) {
    HourPart part;
    part.entries.push_back({row, step, values});
    ASSERT_TRUE(file_->AppendOpen(source_, kStart, part).ok());
  }
  Reopen();
  const auto points = Read(0, row, 1, kStart, kStart + 4);
  EXPECT_EQ(points, (std::vector<Point>{Point::Of(1), Point::Of(2), {}, Point::Of(4)}));
  EXPECT_EQ(*file_->database().QueryInteger("SELECT count(*) FROM open_points"), 0);
  Reopen();
  EXPECT_EQ(SumOf(Read(2, row, 1, kStart, kStart + 3600)), 7) << "not twice";
}

TEST_F(HistoryFileTest, WhatIsOldGoesTierByTier) {
  const auto row = static_cast<uint32_t>(Add("bytes", SeriesType::kCounter, 1));
  for (int64_t hour = 0; hour < 30; ++hour) {
    Write(Numbered(kStart + hour * 3600, row, SeriesType::kCounter, 1));
  }
  ASSERT_TRUE(file_->Expire(source_, kStart + 29 * 3600, kLong).ok());
  EXPECT_EQ(*file_->database().QueryInteger("SELECT min(start) FROM chunks WHERE tier = 0"),
            kStart + 6 * 3600);
  EXPECT_EQ(*file_->database().QueryInteger("SELECT min(start) FROM chunks WHERE tier = 1"),
            kStart);
}

TEST_F(HistoryFileTest, SeriesWhosePointsHaveAllExpiredGo) {
  const int64_t row = Add("bytes", SeriesType::kCounter, 1);
  const int64_t left = Add("of_a_host_that_left", SeriesType::kCounter, 1);
  const auto count = [&] { return *file_->database().QueryInteger("SELECT count(*) FROM series"); };
  Write(Numbered(kStart, static_cast<uint32_t>(left), SeriesType::kCounter, 1));
  ASSERT_TRUE(file_->ForgetExpiredSeries().ok());
  EXPECT_EQ(count(), 2);
  for (int64_t hour = 370 * 24; hour < 370 * 24 + 3; ++hour) {
    Write(Numbered(kStart + hour * 3600, static_cast<uint32_t>(row), SeriesType::kCounter, 1));
    ASSERT_TRUE(file_->Expire(source_, kStart + hour * 3600, kLong).ok());
  }
  ASSERT_TRUE(file_->ForgetExpiredSeries().ok());
  EXPECT_EQ(count(), 1);
}

TEST_F(HistoryFileTest, WhatIsOldGoesThoughTheFirstSeriesHasEndedAndOthersHaveLongSteps) {
  const auto ended = static_cast<uint32_t>(Add("ended", SeriesType::kGauge, 1));
  const auto row = static_cast<uint32_t>(Add("bytes", SeriesType::kCounter, 3600));
  Write(Numbered(kStart, ended, SeriesType::kGauge, 1));
  for (int64_t hour = 0; hour < 30; ++hour) {
    Write(Numbered(kStart + hour * 3600, row, SeriesType::kCounter, 3600));
  }
  constexpr Retention kShort = {std::chrono::hours(10), std::chrono::hours(20),
                                std::chrono::hours(100)};
  ASSERT_TRUE(file_->Expire(source_, kStart + 29 * 3600, kShort).ok());
  EXPECT_EQ(*file_->database().QueryInteger("SELECT count(*) FROM chunks WHERE tier = 0"), 0);
  EXPECT_EQ(*file_->database().QueryInteger("SELECT min(start) FROM chunks WHERE tier = 1"),
            kStart + 10 * 3600);
}

TEST_F(HistoryFileTest, AnHourThatStandsAloneInItsTimeTakesNothingAway) {
  const auto row = static_cast<uint32_t>(Add("bytes", SeriesType::kCounter, 1));
  Write(Numbered(kStart, row, SeriesType::kCounter, 1));
  for (int64_t hour = 1000; hour < 1003; ++hour) {
    Write(Numbered(kStart + hour * 3600, row, SeriesType::kCounter, 1));
    ASSERT_TRUE(file_->Expire(source_, kStart + hour * 3600, kLong).ok());
    EXPECT_EQ(*file_->database().QueryInteger("SELECT min(start) FROM chunks WHERE tier = 0"),
              hour < 1002 ? kStart : kStart + 1000 * 3600);
  }
}

TEST_F(HistoryFileTest, TheOldestGoFirstWhenTheFileIsTooBig) {
  const auto row = static_cast<uint32_t>(Add("bytes", SeriesType::kCounter, 1));
  for (int64_t hour = 0; hour < 30; ++hour) {
    Write(Numbered(kStart + hour * 3600, row, SeriesType::kCounter, 1));
  }
  const uint64_t before = *file_->UsedBytes();
  const auto dropped = file_->Shrink(before / 2);
  ASSERT_TRUE(dropped.ok()) << dropped.error().message;
  EXPECT_GT(*dropped, 0u);
  EXPECT_LE(*file_->UsedBytes(), before / 2);
  EXPECT_GT(*file_->database().QueryInteger("SELECT min(start) FROM chunks"), kStart);
  EXPECT_EQ(*file_->database().QueryInteger("SELECT max(start) FROM chunks WHERE tier = 0"),
            kStart + 29 * 3600);
  ASSERT_TRUE(file_->Shrink(0).ok()) << "ends when nothing is left";
  EXPECT_EQ(*file_->database().QueryInteger("SELECT count(*) FROM chunks"), 0);
}

TEST_F(HistoryFileTest, ForgetsASourceAlone) {
  const auto row = static_cast<uint32_t>(Add("bytes", SeriesType::kCounter, 1));
  Write(Numbered(kStart, row, SeriesType::kCounter, 1));
  Recorded recorded;
  recorded.Add(kStart + 7);
  ASSERT_TRUE(file_->SetSource(source_, "", recorded).ok());
  const int64_t other = *file_->SourceRow("eth1");
  ASSERT_NE(other, source_);
  ASSERT_TRUE(file_->AddSeries(other, {.source = "eth1", .key = {"interface", "", "bytes"}}).ok());
  ASSERT_TRUE(file_->ForgetSource(source_).ok());
  const auto all = file_->AllSeries();
  ASSERT_EQ(all->size(), 1u);
  EXPECT_EQ((*all)[0].info.source, "eth1");
  EXPECT_EQ(*file_->database().QueryInteger("SELECT count(*) FROM chunks"), 0);
}

}  // namespace
}  // namespace wiregauge::history
