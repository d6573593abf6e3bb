// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/time.h"
#include "model/sink_state.h"
#include "publish/sinks/frame/spool_position.h"
#include "publish/sinks/frame/spool_segment.h"

namespace wiregauge::sinks {

// What a spool knows of itself: its segments and what waits in them, what is under way, and the
// ledger. It touches no file: who keeps them removes those that it says are gone, after it has
// written the position. Not thread-safe.
class SpoolBooks {
 public:
  struct Segment {
    uint64_t number = 0;  // its first record's
    uint64_t file_bytes = 0;
    uint64_t offset = 0;              // of the first frame that is not settled
    std::deque<SpoolFrame> frames{};  // that are not settled
  };
  // Where a frame is.
  struct Place {
    uint64_t segment = 0, offset = 0;
    SpoolFrame frame;
    bool operator==(const Place& other) const {
      return segment == other.segment && offset == other.offset;
    }
  };
  struct Gone {
    uint64_t records = 0;              // that are lost with it
    std::vector<uint64_t> segments{};  // that are needed no longer
  };

  // Opening: in this order.
  void Open(const SpoolPosition& position);
  void AddSegment(Segment segment, uint64_t next_record);
  Gone SkipSettled(const SpoolPosition& position);
  Gone SetAside();

  // Writing.
  Gone MakeRoom(uint64_t bytes, uint64_t most_bytes);
  Gone BeginSegment();  // called after the next record
  void Add(const SpoolFrame& frame);
  uint64_t next_record() const { return next_record_; }
  bool has_segments() const { return !segments_.empty(); }
  bool is_last_settled() const { return segments_.empty() || segments_.back().frames.empty(); }

  // Reading. The oldest frame that waits or is under way, damaged ones too.
  std::optional<Place> front() const;
  // False: it had to make room meanwhile.
  bool Take(const Place& place);
  Gone Settle(const model::SinkLedger& totals);
  // The frame cannot be read. No records: it had to make room meanwhile.
  Gone GiveUp(const Place& place);
  bool is_empty() const { return !front() && !taken_; }

  void Drop(model::SinkDropReason reason, uint64_t records) {
    ledger_.dropped[static_cast<size_t>(reason)] += records;
  }
  SpoolPosition position() const;
  // With what waits.
  model::SinkLedger ledger() const;
  uint64_t waiting_bytes() const;
  std::optional<Timestamp> oldest_waiting() const;

 private:
  void PopFront(Gone& gone);
  uint64_t BytesOnDisk() const;

  // Without what is under way: it is settled with the parcel.
  model::SinkLedger ledger_;
  std::deque<Segment> segments_;  // oldest first
  uint64_t next_record_ = 1;
  // What was taken: where it was, unless its segment had to go meanwhile.
  std::optional<Place> taken_;
};

}  // namespace wiregauge::sinks
