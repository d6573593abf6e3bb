// SPDX-License-Identifier: Apache-2.0
#include "model/activity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace wiregauge::model {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

constexpr uint32_t kDay = Activity::kMinutes;
constexpr uint32_t kStart = 28'333'333;  // in 2023

struct Map {
  Activity activity;
  OlderMinutes older;

  void Mark(uint32_t minute) { activity.Mark(minute, older); }
  void Merge(const Map& part) { activity.Merge(older, part.activity, part.older); }
  std::vector<uint32_t> At(uint32_t now) const { return activity.Minutes(older, now); }
};

// Deterministic, neither dense nor regular.
std::vector<uint32_t> SomeMinutes(uint32_t seed, uint32_t first, uint32_t most_steps, int number) {
  std::vector<uint32_t> minutes;
  for (uint32_t minute = first; number-- > 0; minute += 1 + seed % most_steps) {
    minutes.push_back(minute);
    seed = seed * 1664525 + 1013904223;
  }
  return minutes;
}

std::vector<uint32_t> LastDayOf(const std::vector<uint32_t>& minutes, uint32_t now) {
  std::set<uint32_t> kept;
  for (const uint32_t minute : minutes) {
    if (minute <= now && now - minute < kDay) kept.insert(minute);
  }
  return {kept.begin(), kept.end()};
}

TEST(ActivityTest, MinutesBeginAtTheEpoch) {
  EXPECT_EQ(MinuteOf(Timestamp{}), 0u);
  EXPECT_EQ(MinuteOf(Timestamp(std::chrono::seconds(119))), 1u);
  EXPECT_EQ(MinuteOf(Timestamp(std::chrono::seconds(-61))), 0u);
}

TEST(ActivityTest, NothingWasEverActive) { EXPECT_THAT(Map().At(kStart), IsEmpty()); }

TEST(ActivityTest, TheFirstMinuteOfTheEpochCounts) {
  Map map;
  EXPECT_FALSE(map.activity.IsNewest(0));
  map.Mark(0);
  EXPECT_THAT(map.At(0), ElementsAre(0u));
  EXPECT_THAT(map.At(kDay - 1), ElementsAre(0u));
  EXPECT_THAT(map.At(kDay), IsEmpty());
}

TEST(ActivityTest, AnHourTakesNoMemory) {
  Map map;
  for (uint32_t i = 0; i < 64; ++i) map.Mark(kStart + i);
  EXPECT_TRUE(map.older.empty());
  EXPECT_TRUE(map.activity.WritesOlder(kStart + 64, map.older));
  map.Mark(kStart + 64);
  EXPECT_FALSE(map.older.empty());
  EXPECT_LE(map.older.owned_bytes(), 184u);
  EXPECT_EQ(map.At(kStart + 64).size(), 65u);
}

// Against a set of minutes, over three days and at every gap.
TEST(ActivityTest, HoldsTheLastDayWhateverTheGaps) {
  for (const uint32_t most_steps : {1u, 2u, 7u, 63u, 64u, 65u, 200u, 1439u, 1440u, 1441u, 3000u}) {
    Map map;
    std::vector<uint32_t> marked;
    for (const uint32_t minute : SomeMinutes(most_steps, kStart, most_steps, 700)) {
      map.Mark(minute);
      marked.push_back(minute);
      ASSERT_THAT(map.At(minute), ElementsAreArray(LastDayOf(marked, minute))) << most_steps;
    }
    const uint32_t later = marked.back() + 500;
    EXPECT_THAT(map.At(later), ElementsAreArray(LastDayOf(marked, later))) << most_steps;
  }
}

TEST(ActivityTest, PartsOfShardsAddUp) {
  for (const uint32_t most_steps : {1u, 5u, 90u, 2000u}) {
    for (const uint32_t behind : {0u, 1u, 70u, 1000u, 5000u}) {
      Map one, other;
      std::vector<uint32_t> marked = SomeMinutes(1, kStart, most_steps, 300);
      for (const uint32_t minute : marked) one.Mark(minute);
      for (const uint32_t minute : SomeMinutes(2, kStart - behind, most_steps, 250)) {
        other.Mark(minute);
        marked.push_back(minute);
      }
      const uint32_t newest = *std::max_element(marked.begin(), marked.end());
      Map backwards = other;
      backwards.Merge(one);
      one.Merge(other);
      one.Merge(Map());
      const auto expected = LastDayOf(marked, newest);
      EXPECT_THAT(one.At(newest), ElementsAreArray(expected)) << most_steps << " " << behind;
      EXPECT_THAT(backwards.At(newest), ElementsAreArray(expected)) << most_steps << " " << behind;
    }
  }
}

TEST(ActivityTest, TimeThatGoesBackBeginsAnew) {
  Map map;
  for (uint32_t i = 0; i < 200; ++i) map.Mark(kStart + i);
  map.Mark(kStart - 100);
  EXPECT_THAT(map.At(kStart - 100), ElementsAre(kStart - 100));
  EXPECT_THAT(map.At(kStart + 200), ElementsAre(kStart - 100));
}

TEST(ActivityTest, WhatLiesAheadIsNotTold) {
  Map map;
  map.Mark(kStart);
  map.Mark(kStart + 5);
  EXPECT_THAT(map.At(kStart + 3), ElementsAre(kStart));
}

}  // namespace
}  // namespace wiregauge::model
