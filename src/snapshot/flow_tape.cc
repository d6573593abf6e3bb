// SPDX-License-Identifier: Apache-2.0
#include "snapshot/flow_tape.h"

#include <algorithm>

#include "model/batch_bytes.h"

namespace wiregauge::snapshot {

FlowTape::Subscription::~Subscription() {
  if (tape_ != nullptr) tape_->Unsubscribe();
}

FlowTape::Part FlowTape::Subscription::Read(size_t most_records) {
  return tape_->Read(next_record_, most_records);
}

FlowTape::Subscription FlowTape::Subscribe() {
  MutexLock lock(mutex_);
  ++subscribers_;
  return {*this, next_record_};
}

FlowTape::Subscription FlowTape::SubscribeToKept() {
  MutexLock lock(mutex_);
  ++subscribers_;
  return {*this, kept_.empty() ? next_record_ : kept_.front().first_record};
}

void FlowTape::Unsubscribe() {
  std::deque<Kept> dropped;  // is freed when nothing is locked
  MutexLock lock(mutex_);
  if (--subscribers_ > 0) return;
  dropped.swap(kept_);
  kept_records_ = kept_bytes_ = 0;
}

void FlowTape::OnFlows(const Batch& flows) noexcept {
  std::vector<Batch> dropped;  // is freed when nothing is locked
  MutexLock lock(mutex_);
  const uint64_t first_record = next_record_;
  next_record_ += flows->size();
  if (subscribers_ == 0) return;
  kept_.push_back({flows, first_record, model::BytesOf(*flows)});
  kept_records_ += flows->size();
  kept_bytes_ += kept_.back().bytes;
  while (kept_records_ > most_records_ || kept_bytes_ > most_bytes_) {
    kept_records_ -= kept_.front().batch->size();
    kept_bytes_ -= kept_.front().bytes;
    dropped.push_back(std::move(kept_.front().batch));
    kept_.pop_front();
  }
}

FlowTape::Part FlowTape::Read(uint64_t& next_record, size_t most_records) {
  Part part;
  MutexLock lock(mutex_);
  const uint64_t oldest = kept_.empty() ? next_record_ : kept_.front().first_record;
  if (oldest > next_record) part.missed_records = oldest - next_record;
  missed_records_ += part.missed_records;
  next_record = std::max(next_record, oldest);
  auto at = std::ranges::lower_bound(kept_, next_record, {}, &Kept::first_record);
  for (size_t records = 0; at != kept_.end() && records < most_records; ++at) {
    records += at->batch->size();
    next_record += at->batch->size();
    part.batches.push_back(at->batch);
  }
  return part;
}

FlowTape::Stretch FlowTape::ReadFrom(uint64_t record, size_t most_records) const {
  MutexLock lock(mutex_);
  Stretch stretch{.first_record = next_record_};
  auto at = std::ranges::upper_bound(kept_, record, {}, &Kept::first_record);
  if (at != kept_.begin()) --at;
  if (at != kept_.end() && at->first_record + at->batch->size() <= record) ++at;
  if (at != kept_.end()) stretch.first_record = at->first_record;
  for (size_t records = 0; at != kept_.end() && records < most_records; ++at) {
    records += at->batch->size();
    stretch.batches.push_back(at->batch);
  }
  return stretch;
}

FlowTape::Extent FlowTape::extent() const {
  MutexLock lock(mutex_);
  const uint64_t oldest = kept_.empty() ? next_record_ : kept_.front().first_record;
  return {.oldest_record = oldest, .next_record = next_record_};
}

FlowTape::State FlowTape::state() const {
  MutexLock lock(mutex_);
  return {.subscribers = subscribers_,
          .kept_records = kept_records_,
          .kept_bytes = kept_bytes_,
          .missed_records = missed_records_};
}

}  // namespace wiregauge::snapshot
