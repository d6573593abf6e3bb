// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.h"

namespace wiregauge {

// Tells the time that it was told.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(Timestamp time = {}) : now(time) {}
  Timestamp Now() const override { return now; }
  SteadyTime SteadyNow() const override { return steady_now; }

  Timestamp now;
  SteadyTime steady_now{};
};

}  // namespace wiregauge
