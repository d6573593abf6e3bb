// SPDX-License-Identifier: Apache-2.0
#include "recorder/sticky_top.h"

#include <gtest/gtest.h>

#include <map>

namespace wiregauge::recorder {
namespace {

using Top = StickyTop<int, 1>;
using Rows = std::vector<Top::Row>;

std::map<int, uint64_t> GrownOf(const Top& top) {
  std::map<int, uint64_t> grown;
  top.ForEach([&](int key, const Top::Values& values) { grown[key] = values[0]; });
  return grown;
}

using Grown = std::map<int, uint64_t>;

TEST(StickyTop, TheHeaviestAreLetInWhileThereIsRoom) {
  Top top(2);
  top.Update(
      Rows{{1, {10}, 10, true}, {2, {30}, 30, true}, {3, {20}, 20, true}, {4, {0}, 0, true}});
  EXPECT_EQ(GrownOf(top), (Grown{{2, 30}, {3, 20}}));
  EXPECT_EQ(top.TakeCut(), 1u) << "a row without traffic is nothing to tell of";
  EXPECT_EQ(top.TakeCut(), 0u);
}

TEST(StickyTop, WhoWasThereBeforeGrowsFromItsEntryOn) {
  Top top(2);
  top.Update(Rows{{1, {1000}, 10, false}});
  EXPECT_EQ(GrownOf(top), (Grown{{1, 0}}));
  top.Update(Rows{{1, {1200}, 10, false}});
  EXPECT_EQ(GrownOf(top), (Grown{{1, 200}}));
}

TEST(StickyTop, AMemberThatIsAwayGrowsByNothingAndCountsAgainWhenItIsBack) {
  Top top(2);
  top.Update(Rows{{1, {10}, 10, true}});
  top.Update(Rows{});
  EXPECT_EQ(GrownOf(top), (Grown{{1, 0}}));
  top.Update(Rows{{1, {7}, 7, true}});
  EXPECT_EQ(GrownOf(top), (Grown{{1, 7}}));
  top.Update(Rows{{1, {5}, 5, false}});
  EXPECT_EQ(GrownOf(top), (Grown{{1, 0}})) << "a part of the row has left";
  top.Update(Rows{{1, {3}, 3, true}});
  EXPECT_EQ(GrownOf(top), (Grown{{1, 3}})) << "it has left and come back";
}

TEST(StickyTop, AMemberLosesItsPlaceOnlyToWhoIsMuchHeavierAndNotOften) {
  Top top(2);
  top.Update(Rows{{1, {100}, 100, true}, {2, {900}, 900, true}});
  top.Update(Rows{{1, {200}, 100, false}, {2, {1800}, 900, false}, {3, {350}, 350, true}});
  EXPECT_EQ(GrownOf(top).count(3), 0u) << "not four times as heavy";
  uint64_t one = 200, two = 1800;
  for (int update = 0; update < 1500; ++update) {
    top.Update(Rows{{1, {one += 100}, 100, false}, {2, {two += 900}, 900, false}});
  }
  top.Update(Rows{{1, {one}, 100, false}, {2, {two}, 900, false}, {3, {5000}, 5000, true}});
  EXPECT_EQ(GrownOf(top), (Grown{{2, 0}, {3, 5000}}));
  for (int key = 4; key < 20; ++key) {
    top.Update(Rows{{2, {two}, 900, false}, {3, {5000}, 9, false}, {key, {99999}, 99999, true}});
  }
  EXPECT_EQ(GrownOf(top).size(), 2u);
  EXPECT_EQ(GrownOf(top).count(19), 0u) << "as many places as there are change hands in a day";
}

TEST(Remainder, SeriesAndOtherTogetherGrowAsTheTotals) {
  Remainder<1> rest;
  rest.Tell({30});
  EXPECT_EQ(rest.Take({100})[0], 70u);
  rest.Tell({5});
  EXPECT_EQ(rest.Take({100})[0], 0u) << "a series told more than there is";
  EXPECT_EQ(rest.Take({110})[0], 5u) << "made up for";
}

}  // namespace
}  // namespace wiregauge::recorder
