// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/mutex.h"
#include "snapshot/snapshot.h"

namespace wiregauge::snapshot {

// Gives the snapshot that it holds; keeps what it was asked for last.
class FixedSource final : public SnapshotSource {
 public:
  std::shared_ptr<const Snapshot> Get(Detail detail, Duration max_age) override {
    const MutexLock lock(mutex_);
    asked_detail = detail;
    asked_age = max_age;
    return std::make_shared<Snapshot>(snapshot);
  }

  Snapshot snapshot;
  Detail asked_detail = Detail::kCounters;
  Duration asked_age{};

 private:
  Mutex mutex_;
};

}  // namespace wiregauge::snapshot
