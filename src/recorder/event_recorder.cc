// SPDX-License-Identifier: Apache-2.0
#include "recorder/event_recorder.h"

#include <utility>

namespace wiregauge::recorder {

void EventRecorder::Look(const snapshot::InterfaceView& view, int64_t unix_second) {
  const std::string before = std::exchange(state_, view.state);
  if (before != view.state) {
    std::string text = interface_ + " is " + view.state;
    if (!view.problem.empty()) text += ": " + view.problem;
    Tell(unix_second, "interface_" + view.state, std::move(text));
  }
  LookForDrops(view, unix_second);
}

void EventRecorder::LookAtFile(int64_t unix_second, bool is_last) {
  if (!std::exchange(has_started_, true)) {
    TellOfFile(unix_second, "capture_started", "the first packet of " + interface_);
  }
  if (is_last) {
    TellOfFile(unix_second, "capture_ended", "the last packet of " + interface_ + " that was read");
  }
}

// A flood of drops is one event.
void EventRecorder::LookForDrops(const snapshot::InterfaceView& view, int64_t unix_second) {
  const uint64_t dropped = view.drops.kernel_packets + view.drops.interface_packets;
  const uint64_t before = std::exchange(dropped_packets_, dropped);
  if (dropped <= before) return;
  const bool was_quiet = !last_drop_ || unix_second - *last_drop_ > kQuietSeconds;
  last_drop_ = unix_second;
  if (was_quiet) {
    Tell(unix_second, "packets_dropped",
         interface_ + " began to lose packets: " + std::to_string(dropped - before) +
             " in this second");
  }
}

void EventRecorder::Tell(int64_t unix_second, std::string kind, std::string text) {
  history_.RecordEvent({unix_second * 1000, interface_, std::move(kind), std::move(text)});
}

// Its packets are told again when it is read again.
void EventRecorder::TellOfFile(int64_t unix_second, std::string kind, std::string text) {
  history_.RecordEvent(source_, {unix_second * 1000, interface_, std::move(kind), std::move(text)});
}

}  // namespace wiregauge::recorder
