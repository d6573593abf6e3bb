// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "history/series.h"

namespace wiregauge::history {

// The least and the greatest number stand for sums that do not fit.
inline int64_t BoundedSum(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
}

// What a series did in one step of a tier: over the own steps in it of which something is known. No
// such step: a gap, which is not 0.
struct Point {
  uint32_t known = 0;  // own steps
  int64_t sum = 0, min = 0, max = 0, last = 0;

  static Point Of(int64_t value) { return {1, value, value, value, value}; }
  bool is_gap() const { return known == 0; }
  // Takes in what came behind it.
  void Append(const Point& later) {
    if (later.is_gap()) return;
    min = is_gap() ? later.min : std::min(min, later.min);
    max = is_gap() ? later.max : std::max(max, later.max);
    last = later.last;
    sum = BoundedSum(sum, later.sum);
    known += later.known;
  }
  bool operator==(const Point&) const = default;
};

// Takes in points of the same steps that another run of the process has counted: counters add up,
// of a gauge the newer value holds. `most_known` is how many own steps one point has: 1 for own
// points.
void Overlay(std::span<Point> points, std::span<const Point> newer, SeriesType type,
             uint32_t most_known);

// Rolls up: each point of the answer is of `ratio` points. The last one may be of fewer.
std::vector<Point> RollUp(std::span<const Point> points, size_t ratio);

}  // namespace wiregauge::history
