// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.h"

namespace wiregauge::app {

// TERM, INT and HUP as something one thread waits for; SIGPIPE is ignored. Make it before any
// thread is started: they inherit that the signals are blocked. One waits; Wake is thread-safe.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The next signal's number; 0 when `most` is over or somebody called Wake.
  int Wait(Duration most);
  void Wake();

 private:
  int signal_fd_;
  int wake_fd_;
};

}  // namespace wiregauge::app
