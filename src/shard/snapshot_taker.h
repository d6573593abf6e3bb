// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "base/mutex.h"
#include "base/time.h"
#include "snapshot/shard_slice.h"
#include "snapshot/slice_exchange.h"
#include "snapshot/snapshot.h"

namespace wiregauge::shard {

// Makes snapshots out of all shards' slices for whoever asks; callers that come together share one.
// Thread-safe.
class SnapshotTaker {
 public:
  SnapshotTaker(std::shared_ptr<const model::ApplicationCatalogue> catalogue,
                std::vector<snapshot::InterfaceFacts> interfaces,
                std::vector<snapshot::SliceExchange*> exchanges, const Clock& clock);

  std::shared_ptr<const snapshot::Snapshot> Get(snapshot::Detail detail, Duration max_age)
      WIREGAUGE_EXCLUDES(mutex_);

 private:
  using SnapshotPtr = std::shared_ptr<const snapshot::Snapshot>;
  using SlicePtr = std::shared_ptr<const snapshot::ShardSlice>;

  // The newest snapshot that has the detail; null when there is none.
  SnapshotPtr Newest(snapshot::Detail detail) const WIREGAUGE_REQUIRES(mutex_);
  bool IsFresh(const SnapshotPtr& snapshot, Duration max_age) const;
  SnapshotPtr Take(snapshot::Detail detail);
  std::vector<SlicePtr> Collect(snapshot::Detail detail);

  const std::shared_ptr<const model::ApplicationCatalogue> catalogue_;
  const std::vector<snapshot::InterfaceFacts> interfaces_;
  const std::vector<snapshot::SliceExchange*> exchanges_;
  const Clock& clock_;

  Mutex mutex_;
  CondVar taken_;
  bool taking_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  SnapshotPtr counters_ WIREGAUGE_GUARDED_BY(mutex_);
  SnapshotPtr rows_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::shard
