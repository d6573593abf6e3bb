// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>

#include "base/mutex.h"
#include "publish/sinks/frame/parcel_queue.h"

namespace wiregauge::sinks {

// A few parcels, so that one is packed while another is sent. Who adds waits for room: the records
// behind wait in the intake, which is bounded.
class MemoryQueue final : public ParcelQueue {
 public:
  static constexpr size_t kMostParcels = 2;  // the one that is being sent included

  Put Add(Parcel parcel) override WIREGAUGE_EXCLUDES(mutex_);
  Taken Take(SteadyTime deadline) override WIREGAUGE_EXCLUDES(mutex_);
  void Settle(const model::SinkLedger& totals) override WIREGAUGE_EXCLUDES(mutex_);
  void NoteQueueFull(uint64_t) override {}
  void Close() override WIREGAUGE_EXCLUDES(mutex_);
  bool is_done() const override WIREGAUGE_EXCLUDES(mutex_);
  void Abandon() override WIREGAUGE_EXCLUDES(mutex_);
  bool persistent() const override { return false; }
  State state() const override WIREGAUGE_EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<std::shared_ptr<const Parcel>> parcels_ WIREGAUGE_GUARDED_BY(mutex_);
  bool closed_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  bool abandoned_ WIREGAUGE_GUARDED_BY(mutex_) = false;
};

}  // namespace wiregauge::sinks
