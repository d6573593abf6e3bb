// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "history/history.h"

namespace wiregauge::recorder {

// A history in a folder of its own, and what its series hold.
class SeriesFolder {
 public:
  SeriesFolder() {
    using namespace std::chrono_literals;
    std::string name = testing::TempDir() + "recorder_XXXXXX";
    folder_ = mkdtemp(name.data());
    history_ = std::make_unique<history::History>(
        history::HistoryOptions{.path = folder_ + "/history.db",
                                .keep = {24h, 24h * 30, 24h * 365},
                                .max_file_bytes = 1 << 30,
                                .flush_interval = 1h,
                                .retry_interval = 10ms,
                                .max_waiting_bytes = 1 << 20},
        clock_);
    history_->Start();
  }
  ~SeriesFolder() {
    history_.reset();
    std::filesystem::remove_all(folder_);
  }
  SeriesFolder(const SeriesFolder&) = delete;
  SeriesFolder& operator=(const SeriesFolder&) = delete;

  history::History& history() { return *history_; }
  const Clock& clock() const { return clock_; }

  bool Has(const history::SeriesKey& key) const {
    for (const history::SeriesInfo& info : history_->AllSeries()) {
      if (info.key == key) return true;
    }
    return false;
  }
  std::vector<history::Point> Read(const history::SeriesKey& key, int64_t from, int64_t to) {
    for (const history::SeriesInfo& info : history_->AllSeries()) {
      if (info.key != key) continue;
      const auto points = history_->Read(info.id, history::OwnTier(info.step_seconds), from, to);
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
  std::string folder_;
  std::unique_ptr<history::History> history_;
};

}  // namespace wiregauge::recorder
