// SPDX-License-Identifier: Apache-2.0
#include "timeseries/pieces.h"

#include <gtest/gtest.h>

namespace wiregauge::timeseries {
namespace {

constexpr int64_t kDay = 86400;

std::vector<Piece> Cut(Range range, uint32_t own_step_seconds, int64_t seconds_kept_from = 0) {
  return CutIntoPieces(range, own_step_seconds,
                       [&](size_t tier) { return tier == 0 ? seconds_kept_from : 0; });
}

TEST(Pieces, WholeHoursAreReadAsHoursAndTheirEndsInFinerTiers) {
  EXPECT_EQ(Cut({kDay - 70, kDay + 7265}, 1),
            (std::vector<Piece>{{0, {kDay - 70, kDay - 60}},
                                {1, {kDay - 60, kDay}},
                                {2, {kDay, kDay + 7200}},
                                {1, {kDay + 7200, kDay + 7260}},
                                {0, {kDay + 7260, kDay + 7265}}}));
}

TEST(Pieces, NothingIsFinerThanTheSeries) {
  EXPECT_EQ(Cut({kDay + 5, kDay + 95}, 60), (std::vector<Piece>{{1, {kDay + 5, kDay + 95}}}));
  EXPECT_EQ(Cut({kDay + 5, kDay + 9}, 10), (std::vector<Piece>{{0, {kDay + 5, kDay + 9}}}));
}

TEST(Pieces, WhatIsNotKeptIsTakenOutOfTheNextTier) {
  EXPECT_EQ(Cut({kDay + 5, kDay + 9}, 1, 2 * kDay),
            (std::vector<Piece>{{1, {kDay + 5, kDay + 9}}}));
}

TEST(Pieces, AnEmptyRangeHasNone) { EXPECT_TRUE(Cut({5, 5}, 1).empty()); }

}  // namespace
}  // namespace wiregauge::timeseries
