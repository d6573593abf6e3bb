// SPDX-License-Identifier: Apache-2.0
#include "alerts/settled_clock.h"

#include <chrono>

namespace wiregauge::alerts {

std::optional<Timestamp> SettledClock::Now() {
  const Timestamp now = clock_.Now();
  const SteadyTime steady = clock_.SteadyNow();
  const Duration offset = now.time_since_epoch() - steady.time_since_epoch();
  if (!offset_ || std::chrono::abs(offset - *offset_) > kLeap) {
    offset_ = offset;
    since_ = steady;
  }
  if (steady - since_ < kSettles) return std::nullopt;
  return now;
}

}  // namespace wiregauge::alerts
