// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "history/history.h"

namespace wiregauge::recorder {

// The series of one source that have the same step, and their values for the step that is over. Not
// thread-safe.
class SeriesStep {
 public:
  // How many seconds of each step longer than one are known: the object is the step's length. A
  // step has fewer than it is long at both ends of a recording, or when the clock leapt.
  static constexpr std::string_view kCovered = "step", kCoveredSeconds = "covered_seconds";

  // Borrows the history.
  SeriesStep(history::History& history, uint32_t source, uint32_t step_seconds)
      : history_(history), source_(source), seconds_(step_seconds) {}

  uint32_t seconds() const { return seconds_; }
  // The beginning of the step that was recorded last.
  std::optional<int64_t> last_start() const { return last_start_; }

  // A counter stands at `value` now; it began at 0.
  void Count(std::string_view kind, std::string_view object, std::string_view measure,
             uint64_t value);
  // A counter has grown.
  void Grow(std::string_view kind, std::string_view object, std::string_view measure,
            uint64_t growth);
  void Gauge(std::string_view kind, std::string_view object, std::string_view measure,
             uint64_t value);

  // One second more of the step is known.
  void CountSecond() { ++covered_seconds_; }

  // Makes a series before it has a value: its number is for Put().
  uint32_t Add(std::string_view kind, std::string_view object, std::string_view measure,
               history::SeriesType type) {
    return history_.AddSeries(
        source_, {std::string(kind), std::string(object), std::string(measure)}, type, seconds_);
  }
  // What a counter has grown, or how a gauge stands: Grow() and Gauge() without a look for the
  // name.
  void Put(uint32_t series, uint64_t value) {
    values_.push_back({series, static_cast<int64_t>(value)});
  }

  // Records them for the step that holds `unix_second`, and how many seconds of it they cover.
  void Flush(int64_t unix_second, bool may_wait);

 private:
  struct Known {
    uint32_t series = 0;
    uint64_t last = 0;  // what the counter was
  };
  Known& Find(std::string_view kind, std::string_view object, std::string_view measure,
              history::SeriesType type);

  history::History& history_;
  const uint32_t source_;
  const uint32_t seconds_;
  std::unordered_map<std::string, Known> known_;  // by kind, object and measure
  std::vector<history::Value> values_;
  uint64_t covered_seconds_ = 0;  // since the last one was recorded
  std::optional<int64_t> last_start_;
};

}  // namespace wiregauge::recorder
