// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>

#include "app/signals.h"
#include "base/time.h"

namespace wiregauge::app {

// Stops something on a thread of its own, so that a second signal is heard meanwhile.
class Drain {
 public:
  enum class Outcome : uint8_t { kStopped, kTimeIsUp, kSecondSignal };

  // Calls `stop` at once. Borrows `signals`.
  Drain(Signals& signals, std::function<void()> stop);
  ~Drain();  // waits for `stop` to return
  Drain(const Drain&) = delete;
  Drain& operator=(const Drain&) = delete;

  Outcome Wait(Duration most);

 private:
  Signals& signals_;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

}  // namespace wiregauge::app
