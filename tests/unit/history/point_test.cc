// SPDX-License-Identifier: Apache-2.0
#include "history/point.h"

#include <gtest/gtest.h>

namespace wiregauge::history {
namespace {

TEST(PointTest, RollsUpWithoutLosingAnything) {
  const std::vector<Point> points = {Point::Of(5), {}, Point::Of(1), Point::Of(9), {}, {}, {}};
  const std::vector<Point> rolled = RollUp(points, 3);
  ASSERT_EQ(rolled.size(), 3u);
  EXPECT_EQ(rolled[0], (Point{2, 6, 1, 5, 1}));
  EXPECT_EQ(rolled[1], Point::Of(9));
  EXPECT_TRUE(rolled[2].is_gap()) << "a gap, not 0";
}

TEST(PointTest, RollingUpTwiceIsRollingUpOnce) {
  std::vector<Point> points;
  for (int i = 0; i < 60; ++i) points.push_back(i % 7 == 0 ? Point{} : Point::Of(i * i));
  EXPECT_EQ(RollUp(RollUp(points, 6), 10), RollUp(points, 60));
}

TEST(PointTest, ASumThatDoesNotFitIsTheGreatestOrTheLeastNumber) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(RollUp(std::vector<Point>{Point::Of(kMost), Point::Of(1)}, 2)[0],
            (Point{2, kMost, 1, kMost, 1}));
  EXPECT_EQ(BoundedSum(kLeast + 1, -2), kLeast);
  EXPECT_EQ(BoundedSum(kMost, kLeast), -1);
  EXPECT_EQ(BoundedSum(-5, 3), -2);
}

TEST(PointTest, TwoRunsOfACounterAddUpInTheStepTheyShare) {
  std::vector<Point> points = {Point::Of(1), Point::Of(2), {}};
  const std::vector<Point> newer = {{}, Point::Of(3), Point::Of(4)};
  Overlay(points, newer, SeriesType::kCounter, 1);
  EXPECT_EQ(points, (std::vector<Point>{Point::Of(1), Point::Of(5), Point::Of(4)}));
}

TEST(PointTest, OfAGaugeTheNewerValueHolds) {
  std::vector<Point> points = {Point::Of(1), Point::Of(2)};
  const std::vector<Point> newer = {{}, Point::Of(3)};
  Overlay(points, newer, SeriesType::kGauge, 1);
  EXPECT_EQ(points, (std::vector<Point>{Point::Of(1), Point::Of(3)}));
}

TEST(PointTest, RolledUpPointsOfTwoRunsAddUp) {
  std::vector<Point> points = {{40, 100, 1, 9, 3}};
  const std::vector<Point> newer = {{21, 10, 0, 4, 2}};
  Overlay(points, newer, SeriesType::kCounter, 60);
  EXPECT_EQ(points[0], (Point{60, 110, 0, 9, 2})) << "one step is in both";
}

}  // namespace
}  // namespace wiregauge::history
