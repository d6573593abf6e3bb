// SPDX-License-Identifier: Apache-2.0
#include "app/supervisor.h"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstdint>

namespace wiregauge::app {

bool IsAlive(const snapshot::Snapshot& snapshot, SteadyTime now, Duration most_age) {
  // The last known slice of a worker that does not answer stands in a snapshot that is new. That a
  // file's storage does not answer is no reason to begin anew.
  const bool stalled = std::ranges::any_of(snapshot.interfaces, [](const auto& interface) {
    return interface.live && interface.state == "stalled";
  });
  return !stalled && (snapshot.final || now - snapshot.taken_at <= most_age);
}

void Supervisor::Ready(const std::string& status) {
  sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}

void Supervisor::Reloading() {
  // Type=notify-reload (systemd 253) wants the time; older ones ignore it.
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds)).c_str());
}

void Supervisor::Stopping() { sd_notify(0, "STOPPING=1\nSTATUS=Stopping"); }

void Supervisor::Alive() { sd_notify(0, "WATCHDOG=1"); }

std::optional<Duration> Supervisor::WatchdogInterval() {
  uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::microseconds(microseconds) / 2;
}

}  // namespace wiregauge::app
