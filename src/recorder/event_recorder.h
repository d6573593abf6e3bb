// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "history/history.h"
#include "snapshot/snapshot.h"

namespace wiregauge::recorder {

// Tells what happens to one live interface: kind interface_<state> when its state changes, and
// packets_dropped when it begins to lose packets after a quiet time. Not thread-safe.
class EventRecorder {
 public:
  // Borrows the history.
  EventRecorder(history::History& history, std::string interface)
      : history_(history), interface_(std::move(interface)) {}

  // How it stands at the end of that second.
  void Look(const snapshot::InterfaceView& view, int64_t unix_second);

 private:
  static constexpr int64_t kQuietSeconds = 60;

  void Tell(int64_t unix_second, std::string kind, std::string text);
  void LookForDrops(const snapshot::InterfaceView& view, int64_t unix_second);

  history::History& history_;
  const std::string interface_;
  std::string state_;  // empty: not looked at yet
  uint64_t dropped_packets_ = 0;
  std::optional<int64_t> last_drop_;
};

}  // namespace wiregauge::recorder
