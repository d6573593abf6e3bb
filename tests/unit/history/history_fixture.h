// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "history/history.h"

namespace wiregauge::history {

constexpr int64_t kStart = 1'700'000'000 / 86400 * 86400;  // of a day

// A History in a folder of its own, with a counter by second and a gauge by minute.
class HistoryTest : public testing::Test {
 protected:
  HistoryTest() {
    std::string name = testing::TempDir() + "history_XXXXXX";
    folder_ = mkdtemp(name.data());
    using namespace std::chrono_literals;
    options_ = {.path = folder_ + "/history.db",
                .keep = {24h, 24h * 30, 24h * 365},
                .max_file_bytes = 1 << 30,
                .flush_interval = 1h,
                .retry_interval = 10ms,
                .max_waiting_bytes = 1 << 20};
  }
  ~HistoryTest() override {
    history_.reset();
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
    std::filesystem::remove_all(folder_);
  }

  // `path`: eth0 is a capture file, else a live interface.
  void Start(const std::string& path = {}) {
    Open();
    Add(path);
  }
  void Open() {
    history_.reset();
    history_ = std::make_unique<History>(options_, clock_);
    history_->Start();
  }
  void Add(const std::string& path) {
    source_ = history_->AddSource("eth0", path);
    bytes_ = history_->AddSeries(source_, {"interface", "", "bytes"}, SeriesType::kCounter, 1);
    hosts_ = history_->AddSeries(source_, {"interface", "", "hosts"}, SeriesType::kGauge, 60);
  }
  void Record(int64_t second, int64_t bytes, bool may_wait = false) {
    const Value values[] = {{bytes_, bytes}};
    history_->Record(source_, second, values, may_wait);
  }
  std::vector<Point> Read(size_t tier, int64_t from, int64_t to) {
    const auto points = history_->Read(bytes_, tier, from, to);
    EXPECT_TRUE(points.ok());
    return points->points;
  }
  int64_t SumIn(size_t tier, int64_t from, int64_t to) {
    const auto points = Read(tier, from, to);
    return std::accumulate(points.begin(), points.end(), int64_t{0},
                           [](int64_t sum, const Point& point) { return sum + point.sum; });
  }

  SystemClock clock_;
  std::string folder_;
  HistoryOptions options_;
  std::unique_ptr<History> history_;
  uint32_t source_ = 0, bytes_ = 0, hosts_ = 0;
};

}  // namespace wiregauge::history
