// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

namespace wiregauge::app {

// TERM, INT and HUP as something one thread waits for; SIGPIPE is ignored. Make it before any
// thread is started: they inherit that the signals are blocked. One waits; Wake is thread-safe.
class Signals {
 public:
  // What of a signal that the process was started to ignore, as nohup and a shell's background do.
  enum class Ignored : uint8_t { kStayIgnored, kAreHeard };

  explicit Signals(Ignored ignored = Ignored::kAreHeard);
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

// Keeps HUP waiting from the first moment on: a reload that is asked for while the process starts
// must not end it.
void HoldHangUp();
void ReleaseHangUp();

std::string SignalName(int number);  // "TERM"

}  // namespace wiregauge::app
