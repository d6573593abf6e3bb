// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "shard/capture_desk.h"
#include "shard/flow_capture.h"
#include "snapshot/flow_captures.h"
#include "snapshot/snapshot.h"

namespace wiregauge::shard {

// All flow captures of the process, within their budget. Knows each interface's desks, and asks all
// of them, since only a shard knows which flows it has. Thread-safe.
class CaptureKeeper final : public snapshot::FlowCaptures {
 public:
  // By interface: the desks of its shards. They, the source and the clock outlive the keeper.
  using Desks = std::vector<std::vector<CaptureDesk*>>;

  CaptureKeeper(const snapshot::FlowCaptureBudget& budget, Desks desks,
                snapshot::SnapshotSource& snapshots, const Clock& clock);

  const snapshot::FlowCaptureBudget& budget() const override { return budget_; }
  uint64_t memory_bytes() override WIREGAUGE_EXCLUDES(mutex_);
  Result<model::FlowCaptureRecord> Start(uint64_t flow_id,
                                         const model::FlowCaptureLimits& limits) override
      WIREGAUGE_EXCLUDES(mutex_);
  std::vector<model::FlowCaptureRecord> List() override WIREGAUGE_EXCLUDES(mutex_);
  std::optional<model::FlowCaptureRecord> Find(uint64_t id) override;
  std::optional<std::string> ReadFile(uint64_t id) override;
  std::optional<model::FlowCaptureRecord> Stop(uint64_t id) override;
  bool Remove(uint64_t id) override WIREGAUGE_EXCLUDES(mutex_);

 private:
  using CapturePtr = std::shared_ptr<FlowCapture>;

  enum class Standing : uint8_t {
    kAsked,      // no shard has taken it yet
    kShown,      // readers see it
    kForgotten,  // they do not; it leaves as soon as no shard writes to it
  };
  struct Entry {
    CapturePtr capture;
    Standing standing = Standing::kAsked;
    bool is_settled = false;  // it is done, and takes only what it needs

    uint64_t memory_bytes() const;
  };

  CapturePtr FindCapture(uint64_t id) WIREGAUGE_EXCLUDES(mutex_);
  // Takes the capture in; an error when it may not be.
  Status Admit(const CapturePtr& capture) WIREGAUGE_EXCLUDES(mutex_);
  Status CheckRunning(uint64_t flow_id) const WIREGAUGE_REQUIRES(mutex_);
  // Moves finished captures out, the oldest first, until there is room; none when that does not do.
  bool MakeRoom(uint64_t bytes, std::vector<Entry>& leaving) WIREGAUGE_REQUIRES(mutex_);
  Status Ask(const CapturePtr& capture);
  void SetStanding(const CapturePtr& capture, Standing standing) WIREGAUGE_EXCLUDES(mutex_);
  // Notices what is done since.
  void Settle() WIREGAUGE_REQUIRES(mutex_);
  uint64_t Used() const WIREGAUGE_REQUIRES(mutex_);

  const snapshot::FlowCaptureBudget budget_;
  const Desks desks_;
  snapshot::SnapshotSource& snapshots_;
  const Clock& clock_;

  Mutex mutex_;
  uint64_t last_id_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  std::vector<Entry> entries_ WIREGAUGE_GUARDED_BY(mutex_);  // oldest first
};

}  // namespace wiregauge::shard
