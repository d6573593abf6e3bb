// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/time.h"

namespace wiregauge {

// The clock that a source's packets make, by which everything ages. It follows the newest time; a
// packet that is late moves nothing. A leap of more than kLeap, forward or back, is believed when
// the next packet confirms it: a single damaged time stamp moves nothing either, and captures that
// were put one behind the other age by each one's own time. Owned by one thread.
class PacketClock {
 public:
  static constexpr Duration kLeap = std::chrono::hours(1);

  // Takes in the time of the source's next packet, and tells what time it is now.
  Timestamp Advance(Timestamp packet_time);
  Timestamp now() const { return now_; }  // 1970 before the first packet

 private:
  Timestamp now_{};
  bool started_ = false;
  std::optional<Timestamp> leap_;  // where the last packet would have it go
};

// Whether what was last seen at `last` has been silent for longer than `timeout`. What lies more
// than a leap in the future is of a time before the clock went back, and is over.
inline bool IsSilent(Timestamp now, Timestamp last, Duration timeout) {
  const Duration silence = now - last;
  return silence > timeout || silence < -PacketClock::kLeap;
}

// Whether a packet's own time is one that the clock believes, late packets' included.
inline bool IsOnClock(Timestamp now, Timestamp packet_time) {
  const Duration ahead = packet_time - now;
  return ahead <= PacketClock::kLeap && ahead >= -PacketClock::kLeap;
}

}  // namespace wiregauge
