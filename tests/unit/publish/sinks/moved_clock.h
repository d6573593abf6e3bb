// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "base/time.h"

namespace wiregauge::sinks {

// A clock that is put forward.
class MovedClock final : public Clock {
 public:
  Timestamp Now() const override { return system_.Now() + forward_.load(); }
  SteadyTime SteadyNow() const override { return system_.SteadyNow() + forward_.load(); }
  void Forward(Duration duration) { forward_ = forward_.load() + duration; }

 private:
  const SystemClock system_;
  std::atomic<Duration> forward_{Duration::zero()};
};

}  // namespace wiregauge::sinks
