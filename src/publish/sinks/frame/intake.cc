// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/intake.h"

#include <utility>
#include <vector>

namespace wiregauge::sinks {

uint64_t Intake::Put(Item item) {
  std::vector<Item> gone;  // freed without the lock
  uint64_t records = 0;
  {
    MutexLock lock(mutex_);
    if (closed_) return item.batch->size();
    bytes_ += item.bytes;
    items_.push_back(std::move(item));
    while (bytes_ > most_bytes_ && !items_.empty()) {
      bytes_ -= items_.front().bytes;
      records += items_.front().batch->size();
      gone.push_back(std::move(items_.front()));
      items_.pop_front();
    }
    changed_.NotifyOne();
  }
  return records;
}

bool Intake::WaitForRoom(size_t bytes, SteadyTime deadline) {
  MutexLock lock(mutex_);
  const auto is_full = [&]() WIREGAUGE_REQUIRES(mutex_) {
    return bytes_ > 0 && bytes_ + bytes > most_bytes_;
  };
  while (is_full() && !closed_) {
    if (!released_.WaitUntil(lock, deadline)) break;
  }
  return !is_full();
}

std::optional<Intake::Item> Intake::Take(std::optional<SteadyTime> deadline) {
  MutexLock lock(mutex_);
  while (items_.empty()) {
    if (closed_) return std::nullopt;
    if (!deadline) {
      changed_.Wait(lock);
    } else if (!changed_.WaitUntil(lock, *deadline)) {
      if (items_.empty()) return std::nullopt;
    }
  }
  Item item = std::move(items_.front());
  items_.pop_front();
  return item;
}

void Intake::Release(const Item& item) {
  MutexLock lock(mutex_);
  bytes_ -= item.bytes;
  released_.NotifyOne();
}

void Intake::Close() {
  MutexLock lock(mutex_);
  closed_ = true;
  changed_.NotifyAll();
}

bool Intake::is_done() const {
  MutexLock lock(mutex_);
  return closed_ && items_.empty();
}

size_t Intake::bytes() const {
  MutexLock lock(mutex_);
  return bytes_;
}

std::optional<Timestamp> Intake::oldest() const {
  MutexLock lock(mutex_);
  return items_.empty() ? std::nullopt : std::optional(items_.front().offered_at);
}

}  // namespace wiregauge::sinks
