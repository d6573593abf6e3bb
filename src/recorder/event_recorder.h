// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "history/history.h"
#include "snapshot/snapshot.h"

namespace wiregauge::recorder {

// Tells what happens to one interface. Of a live one: kind interface_<state> when its state
// changes, and packets_dropped when it begins to lose packets after a quiet time. Of a capture
// file, at packet time: capture_started and capture_ended. Not thread-safe.
class EventRecorder {
 public:
  // Borrows the history. `source`: as History::AddSource gave it.
  EventRecorder(history::History& history, uint32_t source, std::string interface)
      : history_(history), source_(source), interface_(std::move(interface)) {}

  // How the live interface stands at the end of that second.
  void Look(const snapshot::InterfaceView& view, int64_t unix_second);
  // The file has packets of that second; `is_last`: and none behind it.
  void LookAtFile(int64_t unix_second, bool is_last);

 private:
  static constexpr int64_t kQuietSeconds = 60;

  void Tell(int64_t unix_second, std::string kind, std::string text);
  void TellOfFile(int64_t unix_second, std::string kind, std::string text);
  void LookForDrops(const snapshot::InterfaceView& view, int64_t unix_second);

  history::History& history_;
  const uint32_t source_;
  const std::string interface_;
  std::string state_;  // empty: not looked at yet
  uint64_t dropped_packets_ = 0;
  std::optional<int64_t> last_drop_;
  bool has_started_ = false;  // a file
};

}  // namespace wiregauge::recorder
