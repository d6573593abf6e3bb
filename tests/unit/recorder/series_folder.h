// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "history/history.h"
#include "unit/history/history_folder.h"

namespace wiregauge::recorder {

// A history in a folder of its own, and what its series hold.
class SeriesFolder {
 public:
  history::History& history() { return folder_.history(); }
  const Clock& clock() const { return clock_; }

  bool Has(const history::SeriesKey& key) {
    for (const history::SeriesInfo& info : folder_.history().AllSeries()) {
      if (info.key == key) return true;
    }
    return false;
  }
  std::vector<history::Point> Read(const history::SeriesKey& key, int64_t from, int64_t to) {
    for (const history::SeriesInfo& info : folder_.history().AllSeries()) {
      if (info.key != key) continue;
      const auto points =
          folder_.history().Read(info.id, history::OwnTier(info.step_seconds), from, to);
      EXPECT_TRUE(points.ok());
      return points->points;
    }
    ADD_FAILURE() << "no series " << key.kind << ' ' << key.object << ' ' << key.measure;
    return {};
  }
  // The sum over its points in a day.
  int64_t SumOf(const history::SeriesKey& key, int64_t from) {
    int64_t sum = 0;
    for (const history::Point& point : Read(key, from, from + 86400)) sum += point.sum;
    return sum;
  }

 private:
  SystemClock clock_;
  history::HistoryFolder folder_{clock_};
};

}  // namespace wiregauge::recorder
