// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <unordered_map>
#include <vector>

#include "history/point.h"
#include "history/series.h"

namespace wiregauge::history {

// The own points of one source's series within one hour, as they come, by a number that the user
// chooses for each series. Plain data; not thread-safe.
class Hour {
 public:
  // A value that is not there. Nothing that is counted reaches it.
  static constexpr int64_t kGap = std::numeric_limits<int64_t>::min();

  struct Series {
    SeriesType type = SeriesType::kCounter;
    uint32_t step_seconds = 1;
    std::vector<int64_t> values;  // by step, up to the last one that is known
  };

  explicit Hour(int64_t start) : start_(start) {}

  int64_t start() const { return start_; }  // seconds since 1970, a multiple of 3600
  static int64_t StartOf(int64_t unix_second) { return FloorTo(unix_second, kHourSeconds); }

  // In the step in which `unix_second` lies; what is there already is added to, or replaced in a
  // gauge. False: that is not in this hour, and nothing happens.
  bool Put(uint32_t number, SeriesType type, uint32_t step_seconds, int64_t unix_second,
           int64_t value);

  const std::unordered_map<uint32_t, Series>& series() const { return series_; }
  uint64_t known_points() const { return known_points_; }
  size_t bytes() const { return bytes_; }

 private:
  int64_t start_;
  uint64_t known_points_ = 0;
  size_t bytes_ = 0;
  std::unordered_map<uint32_t, Series> series_;
};

// The values as points, from the hour's beginning on.
std::vector<Point> PointsOf(const Hour::Series& series);

// Some steps of an hour's series, and their form as bytes: the column `points` of `open_points`.
// For each series, by its row: the row's distance to the one before, the first step, how many there
// are (varints), and the values (zigzag varints, kGap for what is not known).
struct HourPart {
  struct Entry {
    int64_t series = 0;
    uint32_t first_step = 0;
    std::vector<int64_t> values;
  };
  std::vector<Entry> entries;

  std::vector<uint8_t> Encode() const;
  // False when these are no such bytes.
  static bool Decode(std::span<const uint8_t> bytes, HourPart& part);
};

}  // namespace wiregauge::history
