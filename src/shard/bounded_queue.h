// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "base/mutex.h"

namespace wiregauge::shard {

// A queue between threads with room for `most` items. Items are large (blocks of packets, batches
// of records), so that a lock an item costs nothing. Thread-safe.
template <typename Item>
class BoundedQueue {
 public:
  explicit BoundedQueue(size_t most) : BoundedQueue(most, 1) {}
  // Who waits for room is woken when there is room for so many: waking costs more than an item.
  BoundedQueue(size_t most, size_t room_to_wake)
      : most_(most), most_to_wake_(most - room_to_wake) {}

  // Waits for room. False (and the item is gone) when the queue was closed.
  bool Push(Item item) {
    MutexLock lock(mutex_);
    while (items_.size() >= most_ && !closed_) changed_.Wait(lock);
    return Add(std::move(item));
  }
  // False when there is no room or the queue was closed.
  bool TryPush(Item item) {
    MutexLock lock(mutex_);
    return items_.size() < most_ && Add(std::move(item));
  }
  // Waits for an item; nothing once the queue is closed and empty.
  std::optional<Item> Pop() {
    MutexLock lock(mutex_);
    while (items_.empty() && !closed_) changed_.Wait(lock);
    return Take();
  }
  // The same, at most until the deadline.
  std::optional<Item> PopUntil(std::chrono::steady_clock::time_point deadline) {
    MutexLock lock(mutex_);
    while (items_.empty() && !closed_ && changed_.WaitUntil(lock, deadline)) {
    }
    return Take();
  }
  // An item if there is one now.
  std::optional<Item> TryPop() {
    MutexLock lock(mutex_);
    return Take();
  }
  // No item is added any more; those inside can still be taken.
  void Close() {
    MutexLock lock(mutex_);
    closed_ = true;
    changed_.NotifyAll();
  }
  bool closed_and_empty() {
    MutexLock lock(mutex_);
    return closed_ && items_.empty();
  }

 private:
  bool Add(Item item) WIREGAUGE_REQUIRES(mutex_) {
    if (closed_) return false;
    items_.push_back(std::move(item));
    changed_.NotifyAll();
    return true;
  }
  std::optional<Item> Take() WIREGAUGE_REQUIRES(mutex_) {
    if (items_.empty()) return std::nullopt;
    std::optional<Item> item = std::move(items_.front());
    items_.pop_front();
    if (items_.size() <= most_to_wake_) changed_.NotifyAll();
    return item;
  }

  const size_t most_, most_to_wake_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<Item> items_ WIREGAUGE_GUARDED_BY(mutex_);
  bool closed_ WIREGAUGE_GUARDED_BY(mutex_) = false;
};

}  // namespace wiregauge::shard
