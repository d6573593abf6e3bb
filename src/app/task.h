// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "app/signals.h"
#include "base/time.h"

namespace wiregauge::app {

// Work on a thread of its own, so that signals are heard meanwhile.
class Task {
 public:
  // Calls `work` at once. Borrows `signals`.
  Task(Signals& signals, std::function<void()> work);
  ~Task();  // waits for `work` to return
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  // The number of the next signal; 0 when `work` has returned.
  int Wait();
  // The same; nothing when `most` is over before.
  std::optional<int> Wait(Duration most);

 private:
  Signals& signals_;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace wiregauge::app
