// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace wiregauge::history {

// A counter's points are what was counted in each step; a gauge's are its values at the end of it.
enum class SeriesType : uint8_t { kCounter, kGauge };

// What a series is of, within its source: kind "host", object "192.0.2.1", measure "bytes_sent".
struct SeriesKey {
  std::string kind;
  std::string object;  // empty for the interface itself
  std::string measure;

  auto operator<=>(const SeriesKey&) const = default;
};

struct SeriesInfo {
  int64_t id = 0;
  std::string source;  // an interface's or a file's name; empty: the service itself
  SeriesKey key;
  SeriesType type = SeriesType::kCounter;
  uint32_t step_seconds = 1;  // of the points as they came; divides an hour
};

// Which seconds of a source were recorded, since 1970.
struct Recorded {
  int64_t newest = 0;  // the one recorded last; 0: none was
  // Of all there are: a clock may have leapt, and what expired counts, too.
  int64_t first = std::numeric_limits<int64_t>::max();
  int64_t last = std::numeric_limits<int64_t>::min();

  void Add(int64_t unix_second) {
    newest = unix_second;
    first = std::min(first, unix_second);
    last = std::max(last, unix_second);
  }
};

// The resolutions in which points are kept, the finest first. A series' own points are in the
// finest one whose step is not smaller than the series' own; from there they are rolled up into the
// next.
struct Tier {
  uint32_t step_seconds;        // of its points, unless the series' own step is longer
  uint32_t chunk_span_seconds;  // of one piece on disk; starts are multiples of it
};
inline constexpr std::array<Tier, 3> kTiers = {{{1, 3600}, {60, 3600}, {3600, 86400}}};
inline constexpr uint32_t kHourSeconds = 3600;

// The beginning of the step that holds the second; before 1970, too.
constexpr int64_t FloorTo(int64_t unix_second, int64_t step_seconds) {
  const int64_t into = unix_second % step_seconds;
  return unix_second - (into < 0 ? into + step_seconds : into);
}

// The tier of a series' own points.
constexpr size_t OwnTier(uint32_t step_seconds) {
  return step_seconds < kTiers[1].step_seconds ? 0 : 1;
}
// The step of its points in a tier, which is its own tier or a coarser one.
constexpr uint32_t StepIn(size_t tier, uint32_t own_step_seconds) {
  return tier == OwnTier(own_step_seconds) ? own_step_seconds : kTiers[tier].step_seconds;
}

}  // namespace wiregauge::history
