// SPDX-License-Identifier: Apache-2.0
#include "tables/timer_wheel.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace wiregauge::tables {
namespace {

struct Links {
  std::vector<TimerLinks>* links;
  TimerLinks& operator()(uint32_t number) const { return (*links)[number]; }
};

class TimerWheelTest : public testing::Test {
 protected:
  std::vector<uint32_t> AdvanceTo(int64_t second) {
    std::vector<uint32_t> due;
    wheel_.Advance(second, [&](uint32_t number) {
      due.push_back(number);
      wheel_.Cancel(number);
    });
    return due;
  }
  void SetUp() override { AdvanceTo(1'700'000'000); }

  std::vector<TimerLinks> links_ = std::vector<TimerLinks>(1000);
  TimerWheel<Links> wheel_{Links{&links_}};
  const int64_t now_ = 1'700'000'000;
};

TEST_F(TimerWheelTest, EntriesComeDueAtTheirSecondInTheOrderTheyWereSet) {
  wheel_.Set(3, now_ + 2);
  wheel_.Set(1, now_ + 2);
  wheel_.Set(2, now_ + 1);
  EXPECT_EQ(AdvanceTo(now_ + 1), (std::vector<uint32_t>{2}));
  EXPECT_EQ(AdvanceTo(now_ + 2), (std::vector<uint32_t>{3, 1}));
  EXPECT_TRUE(AdvanceTo(now_ + 1000).empty());
}

TEST_F(TimerWheelTest, TheNextOneIsToldAhead) {
  for (const uint32_t number : {3, 1, 2}) wheel_.Set(number, now_ + 1);
  std::vector<uint32_t> told;
  const auto due = [&](uint32_t number) {
    told.push_back(number);
    wheel_.Cancel(number);
  };
  wheel_.Advance(now_ + 1, due, [&](uint32_t next) { told.push_back(100 + next); });
  EXPECT_EQ(told, (std::vector<uint32_t>{101, 3, 102, 1, 2}));
}

TEST_F(TimerWheelTest, SettingAgainMovesAndCancellingForgets) {
  wheel_.Set(1, now_ + 1);
  wheel_.Set(1, now_ + 3);
  wheel_.Set(2, now_ + 3);
  wheel_.Cancel(2);
  EXPECT_TRUE(AdvanceTo(now_ + 2).empty());
  EXPECT_EQ(AdvanceTo(now_ + 3), (std::vector<uint32_t>{1}));
}

TEST_F(TimerWheelTest, AFarDeadlineComesEarlyAndIsSetAnew) {
  const int64_t deadline = now_ + 5000;
  wheel_.Set(1, deadline);
  int64_t fired = 0;
  for (int64_t second = now_ + 1; fired == 0; ++second) {
    wheel_.Advance(second, [&](uint32_t number) {
      if (second < deadline) return wheel_.Set(number, deadline);
      fired = second;
      wheel_.Cancel(number);
    });
  }
  EXPECT_EQ(fired, deadline);
}

TEST_F(TimerWheelTest, ALeapVisitsEverythingOnce) {
  for (uint32_t i = 0; i < 600; ++i) wheel_.Set(i, now_ + 1 + i);
  EXPECT_EQ(AdvanceTo(now_ + 1'000'000).size(), 600u);
}

TEST_F(TimerWheelTest, FirstIsTheNextOne) {
  EXPECT_EQ(wheel_.First(), TimerLinks::kNone);
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    int64_t soonest = INT64_MAX;
    std::vector<int64_t> deadlines;
    for (uint32_t i = 0; i < 5; ++i) {
      deadlines.push_back(now_ + round + 1 + static_cast<int64_t>(random() % 500));
      wheel_.Set(i, deadlines.back());
      soonest = std::min(soonest, deadlines.back());
    }
    ASSERT_EQ(deadlines[wheel_.First()], soonest);
    for (uint32_t i = 0; i < 5; ++i) wheel_.Cancel(i);
    AdvanceTo(now_ + round + 1);
  }
}

}  // namespace
}  // namespace wiregauge::tables
