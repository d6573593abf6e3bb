// SPDX-License-Identifier: Apache-2.0
#include "snapshot/slice_exchange.h"

#include <algorithm>
#include <limits>

namespace wiregauge::snapshot {

uint64_t SliceExchange::Request(Detail detail) {
  MutexLock lock(mutex_);
  requested_detail_ = std::max(requested_detail_, detail);
  wanted_.store(!make_last_, std::memory_order_relaxed);
  return ++requested_;
}

std::shared_ptr<const ShardSlice> SliceExchange::Await(
    uint64_t ticket, Detail detail, std::chrono::steady_clock::time_point deadline) {
  MutexLock lock(mutex_);
  const uint64_t& answered = detail == Detail::kRows ? answered_rows_ : answered_counters_;
  while (answered < ticket) {
    if (!published_.WaitUntil(lock, deadline) && answered < ticket) return nullptr;
  }
  return NewestOf(detail);
}

std::shared_ptr<const ShardSlice> SliceExchange::Newest(Detail detail) {
  MutexLock lock(mutex_);
  return NewestOf(detail);
}

std::shared_ptr<const ShardSlice> SliceExchange::NewestOf(Detail detail) {
  std::shared_ptr<const ShardSlice>& slice = detail == Detail::kRows ? rows_ : counters_;
  if (make_last_ && (slice == nullptr || !slice->last)) {
    slice = make_last_(detail);
    if (detail == Detail::kRows) counters_ = slice;
  }
  return slice;
}

SliceExchange::Order SliceExchange::Take() {
  MutexLock lock(mutex_);
  wanted_.store(false, std::memory_order_relaxed);
  const Order order{requested_detail_, requested_};
  requested_detail_ = Detail::kCounters;
  return order;
}

void SliceExchange::Publish(const Order& order, std::shared_ptr<const ShardSlice> slice) {
  MutexLock lock(mutex_);
  answered_counters_ = std::max(answered_counters_, order.ticket);
  if (slice->detail == Detail::kRows) {
    answered_rows_ = std::max(answered_rows_, order.ticket);
    rows_ = slice;
  }
  counters_ = std::move(slice);
  published_.NotifyAll();
}

void SliceExchange::Close(MakeSlice make_last) {
  MutexLock lock(mutex_);
  make_last_ = std::move(make_last);
  wanted_.store(false, std::memory_order_relaxed);
  answered_counters_ = answered_rows_ = std::numeric_limits<uint64_t>::max();
  published_.NotifyAll();
}

}  // namespace wiregauge::snapshot
