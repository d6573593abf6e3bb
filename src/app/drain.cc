// SPDX-License-Identifier: Apache-2.0
#include "app/drain.h"

#include <csignal>

namespace wiregauge::app {

Drain::Drain(Signals& signals, std::function<void()> stop)
    : signals_(signals), thread_([this, stop = std::move(stop)] {
        stop();
        stopped_.store(true);
        signals_.Wake();
      }) {}

Drain::~Drain() { thread_.join(); }

Drain::Outcome Drain::Wait(Duration most) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  while (!stopped_.load()) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= Duration::zero()) return Outcome::kTimeIsUp;
    const int signal = signals_.Wait(left);
    if (signal == SIGTERM || signal == SIGINT) return Outcome::kSecondSignal;
  }
  return Outcome::kStopped;
}

}  // namespace wiregauge::app
