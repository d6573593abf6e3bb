// SPDX-License-Identifier: Apache-2.0
#include "model/activity.h"

#include <algorithm>

namespace wiregauge::model {
namespace {

constexpr uint32_t kWordBits = 64;
constexpr size_t kWords = (Activity::kMinutes + kWordBits - 1) / kWordBits;

uint64_t& WordOf(std::vector<uint64_t>& words, uint32_t minute) {
  return words[minute % Activity::kMinutes / kWordBits];
}
uint64_t BitOf(uint32_t minute) { return uint64_t{1} << (minute % Activity::kMinutes % kWordBits); }

}  // namespace

uint32_t MinuteOf(Timestamp time) {
  return static_cast<uint32_t>(std::max<int64_t>(UnixSeconds(time), 0) / 60);
}

bool Activity::WritesOlder(uint32_t minute, const OlderMinutes& older) const {
  return !IsNewest(minute) && (!older.empty() || Leaving(minute - newest_) != 0);
}

void Activity::Mark(uint32_t minute, OlderMinutes& older) {
  const bool begins_anew = newest_ == kNever || minute < newest_;
  if (begins_anew) {
    older.words.clear();
    recent_ = 0;
    newest_ = minute;
  } else {
    MoveTo(minute, older);
  }
  recent_ |= 1;
}

// The bits that no longer fit when the newest minute moves on by `ahead`.
uint64_t Activity::Leaving(uint32_t ahead) const {
  if (ahead == 0 || ahead >= kMinutes) return 0;
  return ahead >= kRecent ? recent_ : recent_ >> (kRecent - ahead);
}

void Activity::MoveTo(uint32_t minute, OlderMinutes& older) {
  const uint32_t ahead = minute - newest_;
  if (ahead >= kMinutes) {
    older.words.clear();
    recent_ = 0;
  } else {
    if (older.empty() && Leaving(ahead) != 0) older.words.resize(kWords);
    // The minutes that leave the recent ones, or are jumped over, take the places of those of a day
    // before.
    for (uint32_t n = 0; n < ahead && !older.empty(); ++n) {
      const uint32_t leaving = newest_ + 1 + n - kRecent;
      const bool active = n < kRecent && (recent_ >> (kRecent - 1 - n) & 1) != 0;
      uint64_t& word = WordOf(older.words, leaving);
      word = active ? word | BitOf(leaving) : word & ~BitOf(leaving);
    }
    recent_ = ahead >= kRecent ? 0 : recent_ << ahead;
  }
  newest_ = minute;
}

void Activity::Merge(OlderMinutes& older, const Activity& part, const OlderMinutes& parts_older) {
  if (part.newest_ == kNever) return;
  if (newest_ == kNever) {
    *this = part;
    older = parts_older;
    return;
  }
  Activity other = part;
  OlderMinutes others_older = parts_older;
  if (other.newest_ > newest_) MoveTo(other.newest_, older);
  if (newest_ > other.newest_) other.MoveTo(newest_, others_older);
  recent_ |= other.recent_;
  if (others_older.empty()) return;
  older.words.resize(kWords);
  for (size_t i = 0; i < kWords; ++i) older.words[i] |= others_older.words[i];
}

bool Activity::Holds(uint32_t minute, const OlderMinutes& older) const {
  const uint32_t age = newest_ - minute;
  if (age < kRecent) return (recent_ >> age & 1) != 0;
  if (age >= kMinutes || older.empty()) return false;
  return (older.words[minute % kMinutes / kWordBits] & BitOf(minute)) != 0;
}

std::vector<uint32_t> Activity::Minutes(const OlderMinutes& older, uint32_t now) const {
  std::vector<uint32_t> minutes;
  if (newest_ == kNever) return minutes;
  const uint32_t last = std::min(newest_, now);
  for (uint32_t age = std::min(now, kMinutes - 1) + 1; age-- > 0;) {
    const uint32_t minute = now - age;
    if (minute > last) break;
    if (Holds(minute, older)) minutes.push_back(minute);
  }
  return minutes;
}

}  // namespace wiregauge::model
