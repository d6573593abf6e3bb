// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "model/flow_record.h"
#include "publish/stream/flow_view.h"
#include "snapshot/flow_tape.h"

namespace wiregauge::stream {

// One client's place on the tape: which of the kept records it is still to get. Records are looked
// at when they are new, so that it is known which of those that leave the tape it has missed. Not
// thread-safe.
class FlowCursor {
 public:
  struct Missed {
    uint64_t records = 0;
    bool exact = true;  // false: some left the tape before they were looked at
  };
  enum class Turn : uint8_t {
    kAll,   // there is nothing more now
    kMore,  // there is more
    kHeld,  // there is more, and it was not taken
  };

  FlowCursor(std::unique_ptr<FlowView> view, uint64_t next_record)
      : view_(std::move(view)), next_record_(next_record), looked_at_(next_record) {}

  const FlowView& view() const { return *view_; }
  // Whoever has got everything before it, and begins there, misses nothing.
  uint64_t next_record() const { return next_record_; }

  // Looks at what is new. When the tape has passed this place, it moves to the middle of what is
  // kept, so that it does not lose a little again and again.
  std::optional<Missed> LookAtNew(const snapshot::FlowTape& tape);

  // Calls take(number, record) for what is to come, until it gives false; some `most_records` at a
  // time.
  template <typename Take>
  Turn Advance(const snapshot::FlowTape& tape, size_t most_records, Take take) {
    const auto stretch = tape.ReadFrom(next_record_, most_records);
    if (stretch.first_record > next_record_) return Turn::kMore;
    if (stretch.batches.empty()) return Turn::kAll;
    uint64_t number = stretch.first_record;
    for (const auto& batch : stretch.batches) {
      for (const model::FlowRecord& flow : *batch) {
        if (number >= looked_at_ && !view_->shows_all()) return Turn::kMore;
        if (number >= next_record_) {
          if (IsWanted(number) && !take(number, flow)) return Turn::kHeld;
          MoveTo(number + 1);
        }
        ++number;
      }
    }
    return Turn::kMore;
  }

 private:
  bool IsWanted(uint64_t number) const {
    return view_->shows_all() || (!wanted_.empty() && wanted_.front() == number);
  }
  // How many of those before it were wanted.
  uint64_t MoveTo(uint64_t number);
  void Look(const snapshot::FlowTape& tape);

  const std::unique_ptr<FlowView> view_;
  uint64_t next_record_;
  // Unless it shows all: what has been looked at, and what of that is wanted and to come.
  uint64_t looked_at_;
  std::deque<uint64_t> wanted_;
  uint64_t unseen_ = 0;  // left the tape before
};

}  // namespace wiregauge::stream
