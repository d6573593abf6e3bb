// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace wiregauge::app {

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
