// SPDX-License-Identifier: Apache-2.0
#include "history/history.h"

#include <fstream>

#include "history_fixture.h"

namespace wiregauge::history {
namespace {

using namespace std::chrono_literals;

TEST_F(HistoryTest, WhatIsRecordedIsThereAtOnceAndInEveryTier) {
  Start();
  for (int64_t second = 0; second < 7300; ++second) Record(kStart + second, second);
  for (const bool written : {false, true}) {
    if (written) {
      ASSERT_TRUE(history_->Flush(10s));
    }
    for (size_t tier = 0; tier < kTiers.size(); ++tier) {
      EXPECT_EQ(SumIn(tier, kStart, kStart + 10800), 7299 * 7300 / 2) << tier << written;
    }
    EXPECT_EQ(Read(0, kStart + 3599, kStart + 3602),
              (std::vector<Point>{Point::Of(3599), Point::Of(3600), Point::Of(3601)}));
    EXPECT_TRUE(Read(0, kStart + 7300, kStart + 7301)[0].is_gap());
  }
}

TEST_F(HistoryTest, TheNextProcessGoesOn) {
  Start();
  for (int64_t second = 0; second < 10; ++second) Record(kStart + second, 1);
  Start();
  ASSERT_TRUE(history_->Flush(10s));
  for (int64_t second = 9; second < 20; ++second) Record(kStart + second, 1);
  EXPECT_EQ(SumIn(0, kStart, kStart + 3600), 21) << "a second that both had counts for both";
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 3600), 21);
  EXPECT_EQ(SumIn(2, kStart, kStart + 3600), 21);
  EXPECT_EQ(history_->AllSeries().size(), 2u);
}

TEST_F(HistoryTest, AFileThatIsReadAgainIsNotCountedTwice) {
  for (int run = 0; run < 2; ++run) {
    Start("/captures/eth0");
    for (int64_t second = 0; second < 4000; ++second) Record(kStart + second, 1, true);
    EXPECT_EQ(SumIn(0, kStart, kStart + 7200), 4000);
    ASSERT_TRUE(history_->Flush(10s));
    EXPECT_EQ(SumIn(0, kStart, kStart + 7200), 4000);
  }
}

TEST_F(HistoryTest, ATimeThatLeapsBackIsAnHourThatComesAgain) {
  Start();
  Record(kStart + 10, 1);
  Record(kStart + 10 * 3600, 5);
  Record(kStart + 10, 2);
  Record(kStart + 11, 3);
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 3600), 6);
  EXPECT_EQ(SumIn(2, kStart, kStart + 11 * 3600), 11);
}

TEST_F(HistoryTest, ADamagedFileIsSetAsideAndNothingOfThisProcessIsLost) {
  std::ofstream(options_.path) << std::string(10'000, 'x');
  Start();
  Record(kStart, 7);
  ASSERT_TRUE(history_->Flush(10s));
  const HistoryState state = history_->state();
  EXPECT_TRUE(state.available);
  EXPECT_EQ(state.files_set_aside, 1u);
  size_t aside = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    aside += entry.path().filename().string().starts_with("history.db.damaged-");
  }
  EXPECT_EQ(aside, 1u);
  Start();
  EXPECT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 3600), 7);
}

TEST_F(HistoryTest, WithoutAFileItServesWhatItHasAndSaysWhatItLoses) {
  options_.path = folder_ + "/none/history.db";
  options_.max_waiting_bytes = 40'000;  // one hour of seconds takes 32 KiB
  Start();
  for (int64_t second = 0; second < 3 * 3600 + 10; ++second) Record(kStart + second, 1, true);
  EXPECT_FALSE(history_->Flush(1s));
  HistoryState state = history_->state();
  EXPECT_FALSE(state.available);
  EXPECT_NE(state.problem.find("history.db.lock: "), std::string::npos) << state.problem;
  EXPECT_EQ(state.points_lost, 2u * 3600);
  EXPECT_EQ(SumIn(0, kStart, kStart + 4 * 3600), 3610);
  std::filesystem::create_directory(folder_ + "/none");
  EXPECT_TRUE(history_->Flush(10s));
  EXPECT_TRUE(history_->state().available);
  EXPECT_EQ(SumIn(0, kStart, kStart + 4 * 3600), 3610);
}

TEST_F(HistoryTest, SomebodyElsesLockIsWaitedFor) {
  Start();
  ASSERT_TRUE(history_->Flush(10s));
  auto other = store::Database::Open(options_.path, store::Database::Mode::kReadWrite, 10ms);
  {
    auto transaction = store::Transaction::Begin(*other);
    ASSERT_TRUE(transaction.ok());
    Record(kStart, 7);
    EXPECT_FALSE(history_->Flush(10s));
    EXPECT_NE(history_->state().problem.find("locked"), std::string::npos);
    EXPECT_EQ(SumIn(0, kStart, kStart + 10), 7);
  }
  EXPECT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 10), 7);
}

}  // namespace
}  // namespace wiregauge::history
