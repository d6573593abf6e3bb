// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

#include "base/time.h"

namespace wiregauge::sinks {

// How long to wait before the next attempt: half a second, doubled with each failure up to 30 s,
// give or take a fifth, so that many senders do not come back at once. Not thread-safe.
class Backoff {
 public:
  static constexpr Duration kFirst = std::chrono::milliseconds(500);
  static constexpr Duration kMost = std::chrono::seconds(30);
  static constexpr double kJitter = 0.2;

  void Reset() { next_ = kFirst; }
  Duration Next() {
    const Duration base = next_;
    next_ = std::min(next_ * 2, kMost);
    const double factor = std::uniform_real_distribution<double>(1 - kJitter, 1 + kJitter)(random_);
    return std::chrono::duration_cast<Duration>(base * factor);
  }

 private:
  Duration next_ = kFirst;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace wiregauge::sinks
