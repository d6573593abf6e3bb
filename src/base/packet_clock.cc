// SPDX-License-Identifier: Apache-2.0
#include "base/packet_clock.h"

#include <algorithm>

namespace wiregauge {
namespace {

bool IsNear(Timestamp a, Timestamp b) {
  const Duration distance = a - b;
  return distance <= PacketClock::kLeap && distance >= -PacketClock::kLeap;
}

}  // namespace

Timestamp PacketClock::Advance(Timestamp packet_time) {
  if (!started_ || (leap_ && IsNear(*leap_, packet_time) && !IsNear(now_, packet_time))) {
    started_ = true;
    leap_.reset();
    return now_ = packet_time;
  }
  if (!IsNear(now_, packet_time)) {
    leap_ = packet_time;
    return now_;
  }
  leap_.reset();
  return now_ = std::max(now_, packet_time);
}

}  // namespace wiregauge
