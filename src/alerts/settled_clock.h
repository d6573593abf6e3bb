// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/time.h"

namespace wiregauge::alerts {

// The clock on the wall, once it can be believed: it has gone along with the steady one for an
// hour. So nothing is thrown away as too old because a clock leapt, or was wrong after power came
// back. Asked often. Not thread-safe.
class SettledClock {
 public:
  static constexpr Duration kSettles = std::chrono::hours(1), kLeap = std::chrono::minutes(1);

  explicit SettledClock(const Clock& clock) : clock_(clock) {}

  // Nothing while it cannot be believed.
  std::optional<Timestamp> Now();

 private:
  const Clock& clock_;
  std::optional<Duration> offset_;  // of the clocks when it was looked at first, or leapt
  SteadyTime since_{};
};

}  // namespace wiregauge::alerts
