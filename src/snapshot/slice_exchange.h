// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

#include "base/mutex.h"
#include "snapshot/shard_slice.h"

namespace wiregauge::snapshot {

// Where one shard and the readers meet. Readers ask and wait; the shard looks at `wanted` between
// batches of packets (one relaxed load) and answers with an immutable slice. Thread-safe.
class SliceExchange {
 public:
  // Reader: asks for a new slice; `Await` the returned ticket.
  uint64_t Request(Detail detail);
  // Reader: the first slice that was begun after the request; null when the deadline passes first.
  std::shared_ptr<const ShardSlice> Await(uint64_t ticket, Detail detail,
                                          std::chrono::steady_clock::time_point deadline);
  // Reader: the newest slice with at least this detail, or null.
  std::shared_ptr<const ShardSlice> Newest(Detail detail);

  // Shard: is there a request that no slice has answered?
  bool wanted() const { return wanted_.load(std::memory_order_relaxed); }
  // Shard: begins to answer; what is asked for from now on needs another slice.
  struct Order {
    Detail detail = Detail::kCounters;
    uint64_t ticket = 0;
  };
  Order Take();
  void Publish(const Order& order, std::shared_ptr<const ShardSlice> slice);
  // Shard: it has ended. Its last slice answers all requests from now on; it is made, by a reader,
  // when one asks for it, so what it is made of does not change any more.
  using MakeSlice = std::function<std::shared_ptr<const ShardSlice>(Detail)>;
  void Close(MakeSlice make_last);

 private:
  std::shared_ptr<const ShardSlice> NewestOf(Detail detail) WIREGAUGE_REQUIRES(mutex_);

  std::atomic<bool> wanted_{false};
  Mutex mutex_;
  CondVar published_;
  uint64_t requested_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  Detail requested_detail_ WIREGAUGE_GUARDED_BY(mutex_) = Detail::kCounters;
  // Tickets up to these are answered, by slices of that detail.
  uint64_t answered_counters_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  uint64_t answered_rows_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  MakeSlice make_last_ WIREGAUGE_GUARDED_BY(mutex_);  // empty until the shard has ended
  std::shared_ptr<const ShardSlice> counters_ WIREGAUGE_GUARDED_BY(mutex_);
  std::shared_ptr<const ShardSlice> rows_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::snapshot
