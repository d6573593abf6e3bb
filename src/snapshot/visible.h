// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "base/mutex.h"
#include "model/flow_record.h"
#include "model/identity.h"
#include "snapshot/snapshot.h"

namespace wiregauge::snapshot {

// Whether somebody may see this flow, as far as networks go: one end is in one of theirs.
bool MaySeeFlow(const model::Identity& identity, const model::FlowRecord& flow);

// The part of a snapshot that somebody may see, as a snapshot of its own:
//   interfaces  those named, with all rows of theirs; others are not there at all, so indices
//   differ networks    hosts of these, and flows that have an end in one; what cannot be told apart
//   by
//               network (devices, VLANs, places) is empty, but the interfaces and their counters
//               stay: who serves those keeps them from who is kept to networks
// Rows are copied: what it costs grows with the rows that are seen.
std::shared_ptr<const Snapshot> VisiblePart(const Snapshot& snapshot,
                                            const model::Identity& identity);

// Visible parts of the newest snapshots, so that requests of one second share one. Bounded; a part
// is kept no longer than others need its place. Thread-safe; parts are made outside its lock.
class VisibleParts {
 public:
  static constexpr size_t kMostParts = 8;

  std::shared_ptr<const Snapshot> Get(const std::shared_ptr<const Snapshot>& whole,
                                      const model::Identity& identity) WIREGAUGE_EXCLUDES(mutex_);

 private:
  struct Part {
    model::Identity identity;
    std::weak_ptr<const Snapshot> whole;  // not kept alive for its part's sake
    std::shared_ptr<const Snapshot> part;
  };

  Mutex mutex_;
  std::vector<Part> parts_ WIREGAUGE_GUARDED_BY(mutex_);  // the newest last
};

// Gives visible parts of what another source gives. For one request: borrows everything.
class VisibleSource final : public SnapshotSource {
 public:
  VisibleSource(SnapshotSource& source, VisibleParts& parts, const model::Identity& identity)
      : source_(source), parts_(parts), identity_(identity) {}

  std::shared_ptr<const Snapshot> Get(Detail detail, Duration max_age) override {
    return parts_.Get(source_.Get(detail, max_age), identity_);
  }

 private:
  SnapshotSource& source_;
  VisibleParts& parts_;
  const model::Identity& identity_;
};

}  // namespace wiregauge::snapshot
