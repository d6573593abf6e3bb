// SPDX-License-Identifier: Apache-2.0
#include "publish/prometheus/top_series.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>

namespace wiregauge::metrics {
namespace {

using Series = TopSeries<int, 1>;
using Row = Series::Row;

std::optional<uint64_t> ValueOf(const Series& series, int key) {
  std::optional<uint64_t> found;
  series.ForEach([&](int other_key, const Series::Values& values) {
    if (other_key == key) found = values[0];
  });
  return found;
}

void Update(Series& series, const std::vector<Row>& rows, uint64_t total) {
  series.Update(rows, {total});
}

TEST(TopSeries, TheHeaviestGetSeriesAndTheRestIsOther) {
  Series series(2, 10);
  Update(series, {{1, {10}, true}, {2, {30}, true}, {3, {20}, true}, {4, {0}, true}}, 60);
  EXPECT_EQ(series.size(), 2u);
  EXPECT_EQ(ValueOf(series, 2), 30u);
  EXPECT_EQ(ValueOf(series, 3), 20u);
  EXPECT_EQ(series.other()[0], 10u);
  EXPECT_EQ(series.folded(), 1u);  // a row without traffic is nothing to tell of
}

TEST(TopSeries, ALateKeyCountsFromItsEntryAndWhatItHadStaysInOther) {
  Series series(1, 10);
  Update(series, {{1, {100}, true}, {2, {10}, true}}, 110);
  Update(series, {{1, {100}}, {2, {200}}}, 300);
  EXPECT_EQ(ValueOf(series, 2), 0u);
  EXPECT_EQ(series.other()[0], 200u);
  Update(series, {{1, {100}}, {2, {250}}}, 350);
  EXPECT_EQ(ValueOf(series, 2), 50u);
  EXPECT_EQ(series.other()[0], 200u);
}

TEST(TopSeries, AKeyMustWeighTwiceTheTopToGetASeriesOnceTheTopIsFull) {
  Series series(2, 10);
  Update(series, {{1, {100}, true}, {2, {50}, true}}, 150);
  Update(series, {{1, {100}}, {2, {50}}, {3, {99}, true}}, 249);
  EXPECT_FALSE(ValueOf(series, 3));
  Update(series, {{1, {100}}, {2, {50}}, {3, {100}}}, 250);
  EXPECT_TRUE(ValueOf(series, 3));
  EXPECT_EQ(ValueOf(series, 2), 50u);  // who has a series keeps it
}

TEST(TopSeries, ASeriesOutlivesItsRowAndGoesOnWhenTheRowIsBack) {
  Series series(1, 1);
  Update(series, {{1, {100}, true}}, 100);
  Update(series, {}, 130);
  EXPECT_EQ(ValueOf(series, 1), 100u);
  EXPECT_EQ(series.other()[0], 30u);
  Update(series, {{1, {5}, true}}, 135);
  EXPECT_EQ(ValueOf(series, 1), 105u);
  EXPECT_EQ(series.other()[0], 30u);
}

TEST(TopSeries, ARowThatShrinksAddsNothingAndItsNextGrowthCounts) {
  Series series(1, 1);
  Update(series, {{1, {100}, true}}, 100);
  Update(series, {{1, {40}}}, 110);  // a part of 70 left, 10 came
  EXPECT_EQ(ValueOf(series, 1), 100u);
  EXPECT_EQ(series.other()[0], 10u);
  Update(series, {{1, {45}}}, 115);
  EXPECT_EQ(ValueOf(series, 1), 105u);
  EXPECT_EQ(series.other()[0], 10u);
}

TEST(TopSeries, TheBudgetIsNeverExceeded) {
  Series series(3, 5);
  uint64_t weight = 1, total = 0;
  for (int key = 0; key < 50; ++key) {
    total += weight;
    Update(series, {{key, {weight}, true}}, total);
    weight *= 2;
  }
  EXPECT_EQ(series.size(), 5u);
  EXPECT_EQ(series.folded(), 45u);
}

// Keys a little heavier each time: without a budget the doubling rule alone holds the number down.
TEST(TopSeries, GrowingKeysGetAFewSeriesForEachDoubling) {
  constexpr size_t kTop = 4;
  Series series(kTop, 1'000'000);
  uint64_t total = 0, weight = 1000;
  for (int key = 0; key < 700; ++key) {
    total += weight;
    Update(series, {{key, {weight}, true}}, total);
    weight += weight / 50;  // doubles every 35 keys: 20 doublings
  }
  EXPECT_GT(series.size(), kTop * 10);
  EXPECT_LE(series.size(), kTop * 21);
}

TEST(TopSeries, WithoutATopThereIsOnlyOther) {
  Series series(0, 10);
  Update(series, {{1, {100}, true}}, 100);
  EXPECT_EQ(series.size(), 0u);
  EXPECT_EQ(series.other()[0], 100u);
}

TEST(TopSeries, EqualWeightsAreTakenInTheOrderOfTheKeys) {
  Series series(2, 2);
  Update(series, {{3, {7}, true}, {1, {7}, true}, {2, {7}, true}}, 21);
  EXPECT_TRUE(ValueOf(series, 1));
  EXPECT_TRUE(ValueOf(series, 2));
}

}  // namespace
}  // namespace wiregauge::metrics
