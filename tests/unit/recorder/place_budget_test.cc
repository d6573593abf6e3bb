// SPDX-License-Identifier: Apache-2.0
#include "recorder/place_budget.h"

#include <gtest/gtest.h>

#include "series_folder.h"

namespace wiregauge::recorder {
namespace {

constexpr int64_t kStart = 1'700'000'000 / 86400 * 86400;

TEST(PlaceBudget, TheHeaviestHaveSeriesAndOtherIsTheRest) {
  SeriesFolder folder;
  SeriesStep step(folder.history(), folder.history().AddSource("eth0"), 60);
  PlaceBudget budget({.name = "vlan", .zero = "0", .measures = 2}, 2);
  for (uint64_t minute = 1; minute <= 3; ++minute) {
    const std::vector<PlaceBudget::Row> rows = {
        {0, {1000 * minute, 10 * minute}}, {7, {500 * minute, 5}}, {9, {300 * minute, 1}}};
    budget.Record(rows, {5 * minute}, step);
    step.Flush(kStart + static_cast<int64_t>(minute - 1) * 60, false);
  }
  const auto sum = [&](const char* object, const char* measure) {
    return folder.SumOf({"vlan", object, measure}, kStart);
  };
  EXPECT_EQ(sum("0", "bytes"), 3000);
  EXPECT_EQ(sum("0", "packets"), 30);
  EXPECT_EQ(sum("7", "bytes"), 1500);
  EXPECT_EQ(sum("other", "bytes"), 900 + 15);
  EXPECT_FALSE(folder.Has({"vlan", "9", "bytes"}));
  EXPECT_FALSE(folder.Has({"vlan", "0", "bytes_sent"})) << "nobody counts that";
  EXPECT_EQ(budget.TakeCut(), 3u);
}

}  // namespace
}  // namespace wiregauge::recorder
