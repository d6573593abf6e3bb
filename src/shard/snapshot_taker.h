// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "base/mutex.h"
#include "base/time.h"
#include "snapshot/name_supplement.h"
#include "snapshot/shard_slice.h"
#include "snapshot/slice_exchange.h"
#include "snapshot/snapshot.h"

namespace wiregauge::shard {

// Makes snapshots out of all shards' slices for whoever asks; callers that come together share one.
// A shard that does not answer is waited for once: until it has, its last slice stands for it.
// Thread-safe.
class SnapshotTaker {
 public:
  struct ShardExchange {
    snapshot::SliceExchange* exchange;
    uint16_t interface_index;
  };

  // What snapshots point to, the same in all of them.
  struct Catalogues {
    std::shared_ptr<const model::ApplicationCatalogue> applications;
    std::shared_ptr<const model::MacVendors> vendors;
  };

  // Borrows the clock and `names`, which may be null.
  SnapshotTaker(Catalogues catalogues, std::vector<snapshot::InterfaceFacts> interfaces,
                std::vector<ShardExchange> shards, const Clock& clock,
                snapshot::NameSupplement* names);

  std::shared_ptr<const snapshot::Snapshot> Get(snapshot::Detail detail, Duration max_age)
      WIREGAUGE_EXCLUDES(mutex_);

 private:
  using SnapshotPtr = std::shared_ptr<const snapshot::Snapshot>;
  using SlicePtr = std::shared_ptr<const snapshot::ShardSlice>;

  // One shard, as the taking thread sees it.
  struct Shard {
    snapshot::SliceExchange* exchange;
    uint16_t interface_index;
    uint64_t ticket = 0;
    // The oldest request that it has not answered in time, and its detail.
    struct Missed {
      uint64_t ticket;
      snapshot::Detail detail;
    };
    std::optional<Missed> missed;
  };

  // The newest snapshot that has the detail; null when there is none yet.
  SnapshotPtr Newest(snapshot::Detail detail) const WIREGAUGE_REQUIRES(mutex_);
  bool IsFresh(const SnapshotPtr& snapshot, Duration max_age) const;
  // Called by one thread at a time: the one that has set taking_.
  SnapshotPtr Take(snapshot::Detail detail);
  // Lets the next one in; `made` is null when nothing came of it.
  void EndTaking(const SnapshotPtr& made) WIREGAUGE_EXCLUDES(mutex_);
  SlicePtr Await(Shard& shard, snapshot::Detail detail, SteadyTime deadline);

  const Catalogues catalogues_;
  const std::vector<snapshot::InterfaceFacts> interfaces_;
  std::vector<Shard> shards_;
  const Clock& clock_;
  snapshot::NameSupplement* const names_;

  Mutex mutex_;
  CondVar taken_;
  bool taking_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  SnapshotPtr counters_ WIREGAUGE_GUARDED_BY(mutex_);
  SnapshotPtr rows_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::shard
