// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "model/flow_record.h"
#include "snapshot/flow_sink.h"

namespace wiregauge::snapshot {

// The newest batches of flow records, for readers at their own pace: each begins with what comes
// after it subscribed, and reads everything once, in order. Batches are shared, not copied. Nothing
// is kept while nobody has subscribed. Bounded: the oldest batches go, and who has not read them is
// told how many records it missed. Thread-safe; OnFlows waits for no reader longer than it takes to
// copy pointers.
class FlowTape final : public FlowSink {
 public:
  using Batch = std::shared_ptr<const model::FlowBatch>;

  struct Part {
    std::vector<Batch> batches{};  // oldest first
    uint64_t missed_records = 0;   // before them: this reader was too slow
  };

  // One reader's place on the tape, which outlives it. Move-only; one thread's at a time.
  class Subscription {
   public:
    Subscription(Subscription&& other) noexcept
        : tape_(std::exchange(other.tape_, nullptr)), next_record_(other.next_record_) {}
    Subscription& operator=(Subscription&&) = delete;
    ~Subscription();

    // What came since the last time: whole batches, until they have `most_records` or all are read.
    Part Read(size_t most_records);

   private:
    friend class FlowTape;
    Subscription(FlowTape& tape, uint64_t next_record) : tape_(&tape), next_record_(next_record) {}

    FlowTape* tape_;  // null: moved from
    uint64_t next_record_;
  };

  // A stretch of the tape. Records are counted from 0 at the start of the process.
  struct Stretch {
    std::vector<Batch> batches{};  // oldest first
    uint64_t first_record = 0;     // the number of their first one; of what comes next without any
  };
  // What is kept and what is next: equal when nothing is kept.
  struct Extent {
    uint64_t oldest_record = 0, next_record = 0;
  };

  // Counters are of this process.
  struct State {
    uint64_t subscribers = 0;
    uint64_t kept_records = 0, kept_bytes = 0;
    uint64_t missed_records = 0;  // by all readers, as far as they were told
  };

  // `most_bytes`: as model::BytesOf counts. A batch that is beyond a bound alone is missed by all.
  FlowTape(size_t most_records, size_t most_bytes)
      : most_records_(most_records), most_bytes_(most_bytes) {}

  void OnFlows(const Batch& flows) noexcept override WIREGAUGE_EXCLUDES(mutex_);
  Subscription Subscribe() WIREGAUGE_EXCLUDES(mutex_);
  // Begins with what is kept for others.
  Subscription SubscribeToKept() WIREGAUGE_EXCLUDES(mutex_);
  State state() const WIREGAUGE_EXCLUDES(mutex_);

  // For who keeps its own place, while somebody subscribes: the batches that hold this record and
  // what follows, until they have `most_records`. The first one may begin before it, or behind it
  // when it is kept no longer.
  Stretch ReadFrom(uint64_t record, size_t most_records) const WIREGAUGE_EXCLUDES(mutex_);
  Extent extent() const WIREGAUGE_EXCLUDES(mutex_);

 private:
  struct Kept {
    Batch batch;
    uint64_t first_record = 0;  // its number: they are counted from the start of the process
    size_t bytes = 0;
  };

  Part Read(uint64_t& next_record, size_t most_records) WIREGAUGE_EXCLUDES(mutex_);
  void Unsubscribe() WIREGAUGE_EXCLUDES(mutex_);

  const size_t most_records_, most_bytes_;
  mutable Mutex mutex_;
  std::deque<Kept> kept_ WIREGAUGE_GUARDED_BY(mutex_);
  size_t kept_records_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  size_t kept_bytes_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  uint64_t subscribers_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  uint64_t next_record_ WIREGAUGE_GUARDED_BY(mutex_) = 0;  // the number of what comes next
  uint64_t missed_records_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
};

}  // namespace wiregauge::snapshot
