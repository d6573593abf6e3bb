// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/memory_queue.h"

#include <utility>

namespace wiregauge::sinks {

ParcelQueue::Put MemoryQueue::Add(Parcel parcel) {
  MutexLock lock(mutex_);
  while (parcels_.size() >= kMostParcels && !abandoned_) changed_.Wait(lock);
  if (abandoned_) return {.left_out = parcel.size()};
  parcels_.push_back(std::make_shared<const Parcel>(std::move(parcel)));
  changed_.NotifyAll();
  return {};
}

ParcelQueue::Taken MemoryQueue::Take(SteadyTime deadline) {
  MutexLock lock(mutex_);
  while (parcels_.empty() && !closed_ && !abandoned_) {
    if (!changed_.WaitUntil(lock, deadline)) break;
  }
  if (parcels_.empty() || abandoned_) return {};
  return {.parcel = parcels_.front()};
}

void MemoryQueue::Settle(const model::SinkLedger&) {
  std::shared_ptr<const Parcel> settled;  // freed without the lock
  MutexLock lock(mutex_);
  settled = std::move(parcels_.front());
  parcels_.pop_front();
  changed_.NotifyAll();
}

void MemoryQueue::Close() {
  MutexLock lock(mutex_);
  closed_ = true;
  changed_.NotifyAll();
}

bool MemoryQueue::is_done() const {
  MutexLock lock(mutex_);
  return closed_ && parcels_.empty();
}

void MemoryQueue::Abandon() {
  MutexLock lock(mutex_);
  abandoned_ = true;
  changed_.NotifyAll();
}

ParcelQueue::State MemoryQueue::state() const {
  MutexLock lock(mutex_);
  State state;
  for (const auto& parcel : parcels_) state.bytes_in_memory += parcel->bytes();
  if (!parcels_.empty()) state.oldest_waiting = parcels_.front()->oldest_offered_at;
  return state;
}

}  // namespace wiregauge::sinks
