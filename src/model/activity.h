// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace wiregauge::model {

// Minutes since the Unix epoch. What lies before it is minute 0.
uint32_t MinuteOf(Timestamp time);

// The minutes that are too old for Activity's own bits. Takes no memory until there is one.
struct OlderMinutes {
  std::vector<uint64_t> words;  // bit m % 1440 is minute m

  bool empty() const { return words.empty(); }
  size_t owned_bytes() const { return words.capacity() * sizeof(words[0]); }
};

// In which minutes of the last 24 hours something was there. The newest 64 minutes are bits in the
// object, the others are an OlderMinutes that its owner keeps beside it and that belongs to it.
//
// A plain value. Time that goes back, which a PacketClock lets happen only by leaps, begins anew.
class Activity {
 public:
  static constexpr uint32_t kMinutes = 24 * 60;

  bool IsNewest(uint32_t minute) const { return newest_ == minute; }
  // Whether Mark will write to `older`.
  bool WritesOlder(uint32_t minute, const OlderMinutes& older) const;
  void Mark(uint32_t minute, OlderMinutes& older);

  // Adds what another shard saw of the same thing.
  void Merge(OlderMinutes& older, const Activity& part, const OlderMinutes& parts_older);

  // The active minutes of the 24 hours that end with `now`'s minute, ascending.
  std::vector<uint32_t> Minutes(const OlderMinutes& older, uint32_t now) const;

 private:
  static constexpr uint32_t kRecent = 64;
  static constexpr uint32_t kNever = UINT32_MAX;

  uint64_t Leaving(uint32_t ahead) const;
  // Makes `minute`, which is newer, the newest one.
  void MoveTo(uint32_t minute, OlderMinutes& older);
  bool Holds(uint32_t minute, const OlderMinutes& older) const;

  uint32_t newest_ = kNever;
  uint64_t recent_ = 0;  // bit n: minute newest_ - n
};

}  // namespace wiregauge::model
