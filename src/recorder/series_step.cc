// SPDX-License-Identifier: Apache-2.0
#include "recorder/series_step.h"

#include <string>
#include <utility>

namespace wiregauge::recorder {

using history::SeriesType;

void SeriesStep::Count(std::string_view kind, std::string_view object, std::string_view measure,
                       uint64_t value) {
  Known& known = Find(kind, object, measure, SeriesType::kCounter);
  const uint64_t growth = value > known.last ? value - known.last : 0;
  known.last = value;
  Put(known.series, growth);
}

void SeriesStep::Grow(std::string_view kind, std::string_view object, std::string_view measure,
                      uint64_t growth) {
  Put(Find(kind, object, measure, SeriesType::kCounter).series, growth);
}

void SeriesStep::Gauge(std::string_view kind, std::string_view object, std::string_view measure,
                       uint64_t value) {
  Put(Find(kind, object, measure, SeriesType::kGauge).series, value);
}

SeriesStep::Known& SeriesStep::Find(std::string_view kind, std::string_view object,
                                    std::string_view measure, SeriesType type) {
  std::string key;
  key.reserve(kind.size() + object.size() + measure.size() + 2);
  key.append(kind).append(1, '\n').append(object).append(1, '\n').append(measure);
  const auto [at, is_new] = known_.try_emplace(std::move(key));
  if (is_new) at->second.series = Add(kind, object, measure, type);
  return at->second;
}

void SeriesStep::Flush(int64_t unix_second, bool may_wait) {
  if (seconds_ > 1) {
    Grow(kCovered, std::to_string(seconds_), kCoveredSeconds, std::exchange(covered_seconds_, 0));
  }
  history_.Record(source_, unix_second, values_, may_wait);
  values_.clear();
  last_start_ = history::FloorTo(unix_second, seconds_);
}

}  // namespace wiregauge::recorder
