// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.h"

namespace wiregauge {

// Tells the time that it was told.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(Timestamp time = {}) : now(time) {}
  Timestamp Now() const override { return now; }

  Timestamp now;
};

}  // namespace wiregauge
