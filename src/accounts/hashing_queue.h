// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <set>

#include "accounts/credential_cache.h"
#include "base/mutex.h"

namespace wiregauge::accounts {

// Who may hash a password now: one at a time. Who is known goes before strangers, and of these few
// may wait, so that threads stay free for the others. Who asks for what is under way already waits
// for its end. Thread-safe.
class HashingQueue {
 public:
  using Key = CredentialCache::Key;

  enum class Turn {
    kMine,      // hash, then Leave()
    kFollowed,  // another thread had the same key and has left
    kNone,      // too many wait, or it took too long
  };

  HashingQueue(size_t most_strangers, std::chrono::milliseconds longest_wait)
      : most_strangers_(most_strangers), longest_wait_(longest_wait) {}

  Turn Enter(const Key& key, bool is_known) WIREGAUGE_EXCLUDES(mutex_);
  void Leave(const Key& key) WIREGAUGE_EXCLUDES(mutex_);

 private:
  using Time = std::chrono::steady_clock::time_point;

  Turn Follow(MutexLock& lock, const Key& key, Time deadline) WIREGAUGE_REQUIRES(mutex_);
  bool AwaitTurn(MutexLock& lock, bool is_known, Time deadline) WIREGAUGE_REQUIRES(mutex_);
  bool IsTurn(bool is_known) const WIREGAUGE_REQUIRES(mutex_);

  const size_t most_strangers_;
  const std::chrono::milliseconds longest_wait_;

  Mutex mutex_;
  CondVar changed_;
  bool hashing_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  size_t known_waiting_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  std::set<Key> strangers_ WIREGAUGE_GUARDED_BY(mutex_);  // who hash or wait to
  std::set<Key> under_way_ WIREGAUGE_GUARDED_BY(mutex_);  // theirs and of those who are known
};

}  // namespace wiregauge::accounts
