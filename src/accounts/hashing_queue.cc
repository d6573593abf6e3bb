// SPDX-License-Identifier: Apache-2.0
#include "accounts/hashing_queue.h"

namespace wiregauge::accounts {

HashingQueue::Turn HashingQueue::Enter(const Key& key, bool is_known) {
  const Time deadline = std::chrono::steady_clock::now() + longest_wait_;
  MutexLock lock(mutex_);
  if (under_way_.contains(key)) return Follow(lock, key, deadline);
  if (!is_known && strangers_.size() >= most_strangers_) return Turn::kNone;
  under_way_.insert(key);
  if (!is_known) strangers_.insert(key);
  if (AwaitTurn(lock, is_known, deadline)) {
    hashing_ = true;
    return Turn::kMine;
  }
  under_way_.erase(key);
  strangers_.erase(key);
  changed_.NotifyAll();
  return Turn::kNone;
}

void HashingQueue::Leave(const Key& key) {
  const MutexLock lock(mutex_);
  hashing_ = false;
  under_way_.erase(key);
  strangers_.erase(key);
  changed_.NotifyAll();
}

HashingQueue::Turn HashingQueue::Follow(MutexLock& lock, const Key& key, Time deadline) {
  while (under_way_.contains(key)) {
    if (!changed_.WaitUntil(lock, deadline) && under_way_.contains(key)) return Turn::kNone;
  }
  return Turn::kFollowed;
}

bool HashingQueue::AwaitTurn(MutexLock& lock, bool is_known, Time deadline) {
  if (is_known) ++known_waiting_;
  bool in_time = true;
  while (in_time && !IsTurn(is_known)) in_time = changed_.WaitUntil(lock, deadline);
  if (is_known) --known_waiting_;
  return IsTurn(is_known);
}

bool HashingQueue::IsTurn(bool is_known) const {
  return !hashing_ && (is_known || known_waiting_ == 0);
}

}  // namespace wiregauge::accounts
