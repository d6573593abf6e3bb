// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "base/mutex.h"
#include "snapshot/snapshot.h"

namespace wiregauge::metrics {

// Gives what it was told to give.
class FixedSource final : public snapshot::SnapshotSource {
 public:
  std::shared_ptr<const snapshot::Snapshot> Get(snapshot::Detail detail,
                                                Duration max_age) override {
    const MutexLock lock(mutex);
    asked_detail = detail;
    asked_age = max_age;
    return snapshot;
  }

  Mutex mutex;
  std::shared_ptr<const snapshot::Snapshot> snapshot;
  snapshot::Detail asked_detail = snapshot::Detail::kCounters;
  Duration asked_age{};
};

class FixedClock final : public Clock {
 public:
  Timestamp Now() const override { return now; }

  Timestamp now{};
};

}  // namespace wiregauge::metrics
