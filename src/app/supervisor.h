// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "snapshot/snapshot.h"

namespace wiregauge::app {

// Whether the engine works, for the watchdog: the snapshot is not older than `most_age`, unless all
// has ended and there is nothing left to take one of, and no worker of a live interface is missing
// in it.
bool IsAlive(const snapshot::Snapshot& snapshot, SteadyTime now, Duration most_age);

// The service manager (sd_notify). Everything is nothing when there is none.
class Supervisor {
 public:
  void Ready(const std::string& status);
  void Reloading();
  void Stopping();
  void Alive();  // for the watchdog

  // How often Alive is wanted at least; nothing when there is no watchdog.
  static std::optional<Duration> WatchdogInterval();
};

}  // namespace wiregauge::app
