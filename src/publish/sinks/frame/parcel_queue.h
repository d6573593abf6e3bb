// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "model/sink_state.h"
#include "publish/sinks/frame/parcel.h"

namespace wiregauge::sinks {

// Parcels between who packs and who sends, in order. One thread puts, one thread takes; the rest is
// thread-safe.
class ParcelQueue {
 public:
  struct Put {
    uint64_t made_room = 0;  // older records that had to go: kSpoolFull
    uint64_t left_out = 0;   // records of this parcel, when nobody waits any more: kShutdown
  };
  struct Taken {
    std::shared_ptr<const Parcel> parcel{};
    uint64_t damaged = 0;  // records before it that cannot be read any more
  };
  struct State {
    uint64_t bytes_in_memory = 0;
    uint64_t spool_bytes = 0, max_spool_bytes = 0;  // of what waits there
    std::string spool_problem{};
    std::optional<Timestamp> oldest_waiting{};
  };

  virtual ~ParcelQueue() = default;

  // May wait for room, until it is abandoned.
  virtual Put Add(Parcel parcel) = 0;
  // The oldest parcel that was not settled, which stays the queue's. Null: the time ran out, or
  // there is nothing more.
  virtual Taken Take(SteadyTime deadline) = 0;
  // What was taken is with the receiver, or rejected. `totals`: as the ledger stands now.
  virtual void Settle(const model::SinkLedger& totals) = 0;
  // So many records were dropped before they came here: a ledger that outlives the process has to
  // know. By any thread; does not wait.
  virtual void NoteQueueFull(uint64_t records) = 0;
  // Nothing is added any more.
  virtual void Close() = 0;
  virtual bool is_done() const = 0;  // closed, and all is settled
  // Nobody waits any more: Add keeps what it can at once and drops the rest, Take gives null.
  virtual void Abandon() = 0;
  // What waits outlives the process.
  virtual bool persistent() const = 0;
  virtual State state() const = 0;
};

}  // namespace wiregauge::sinks
