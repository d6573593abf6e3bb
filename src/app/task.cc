// SPDX-License-Identifier: Apache-2.0
#include "app/task.h"

namespace wiregauge::app {

Task::Task(Signals& signals, std::function<void()> work)
    : signals_(signals), thread_([this, work = std::move(work)] {
        work();
        done_.store(true);
        signals_.Wake();
      }) {}

Task::~Task() { thread_.join(); }

int Task::Wait() {
  while (true) {
    if (const auto signal = Wait(std::chrono::hours(1))) return *signal;
  }
}

std::optional<int> Task::Wait(Duration most) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  while (!done_.load()) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= Duration::zero()) return std::nullopt;
    if (const int signal = signals_.Wait(left); signal != 0) return signal;
  }
  return 0;
}

}  // namespace wiregauge::app
