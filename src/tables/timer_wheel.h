// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace wiregauge::tables {

// Links of an entry in a TimerWheel. An entry is in at most one slot.
struct TimerLinks {
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t previous = kNone, next = kNone;
  uint16_t slot = UINT16_MAX;  // UINT16_MAX: not in the wheel
};

// Deadlines in whole seconds for the entries of one table, by entry number. Setting and cancelling
// are O(1); a packet never touches the wheel: deadlines are checked, and set anew, when they come
// due. In one slot entries keep the order in which they were set. Not thread-safe.
//
// `Links` gives the links of an entry: TimerLinks& operator()(uint32_t number).
template <typename Links>
class TimerWheel {
 public:
  static constexpr uint32_t kSlots = 512;
  struct Nothing {
    void operator()(uint32_t) const {}
  };

  explicit TimerWheel(Links links) : links_(links) {
    head_.fill(TimerLinks::kNone);
    tail_.fill(TimerLinks::kNone);
  }

  // After the first Advance. Deadlines further away than the wheel is long come due early, at its
  // end: the owner sets them anew.
  void Set(uint32_t number, int64_t deadline_second) {
    Cancel(number);
    int64_t away = deadline_second - now_;
    if (away < 1) away = 1;
    if (away > kSlots - 1) away = kSlots - 1;
    const auto slot = static_cast<uint16_t>((now_ + away) & (kSlots - 1));
    TimerLinks& own = links_(number);
    own.slot = slot;
    own.next = TimerLinks::kNone;
    own.previous = tail_[slot];
    (tail_[slot] == TimerLinks::kNone ? head_[slot] : links_(tail_[slot]).next) = number;
    tail_[slot] = number;
    used_[slot / 64] |= uint64_t{1} << (slot % 64);
  }

  void Cancel(uint32_t number) {
    TimerLinks& own = links_(number);
    if (own.slot == UINT16_MAX) return;
    const uint16_t slot = own.slot;
    (own.previous == TimerLinks::kNone ? head_[slot] : links_(own.previous).next) = own.next;
    (own.next == TimerLinks::kNone ? tail_[slot] : links_(own.next).previous) = own.previous;
    own = TimerLinks{};
    if (head_[slot] == TimerLinks::kNone) used_[slot / 64] &= ~(uint64_t{1} << (slot % 64));
  }

  // Moves the time to `second`, also back, and calls due(number) for each entry whose deadline was
  // reached. `due` must Set or Cancel the entry (erasing it is cancelling). Before that it calls
  // ahead(number) for the one behind it in its slot, if there is one.
  template <typename Due, typename Ahead = Nothing>
  void Advance(int64_t second, Due due, Ahead ahead = {}) {
    if (!started_) {
      now_ = second;
      started_ = true;
    }
    // The time went back: what is set comes due within a turn.
    now_ = std::min(now_, second);
    if (second == now_) return;
    const int64_t steps = second - now_ < kSlots ? second - now_ : kSlots;
    const int64_t first = now_ + 1;
    now_ = second;
    for (int64_t step = 0; step < steps; ++step) {
      FireSlot(static_cast<uint16_t>((first + step) & (kSlots - 1)), due, ahead);
    }
  }

  // The entry whose deadline is next, or kNone.
  uint32_t First() const {
    for (uint32_t away = 1; away <= kSlots; ++away) {
      const auto slot = static_cast<uint16_t>((now_ + away) & (kSlots - 1));
      const uint64_t rest = used_[slot / 64] >> (slot % 64);
      if (rest == 0) {
        away += 63 - slot % 64;
        continue;
      }
      return head_[slot + std::countr_zero(rest)];
    }
    return TimerLinks::kNone;
  }

 private:
  // Entries that are set again for this very slot (a whole turn later) are behind the last one.
  template <typename Due, typename Ahead>
  void FireSlot(uint16_t slot, Due& due, Ahead& ahead) {
    const uint32_t last = tail_[slot];
    while (head_[slot] != TimerLinks::kNone) {
      const uint32_t number = head_[slot];
      const uint32_t next = links_(number).next;
      if (next != TimerLinks::kNone) ahead(next);
      due(number);
      if (number == last) return;
    }
  }

  Links links_;
  std::array<uint32_t, kSlots> head_{}, tail_{};
  std::array<uint64_t, kSlots / 64> used_{};
  int64_t now_ = 0;
  bool started_ = false;
};

}  // namespace wiregauge::tables
