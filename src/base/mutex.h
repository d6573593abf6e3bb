// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

// Lock annotations that clang checks (-Wthread-safety, an error in the dev-clang preset). Macros,
// because attributes take no other form.
#if defined(__clang__)
#define WIREGAUGE_ANNOTATION(x) __attribute__((x))
#else
#define WIREGAUGE_ANNOTATION(x)
#endif
#define WIREGAUGE_GUARDED_BY(x) WIREGAUGE_ANNOTATION(guarded_by(x))
#define WIREGAUGE_REQUIRES(...) WIREGAUGE_ANNOTATION(requires_capability(__VA_ARGS__))
#define WIREGAUGE_EXCLUDES(...) WIREGAUGE_ANNOTATION(locks_excluded(__VA_ARGS__))

namespace wiregauge {

// std::mutex with annotations. Hold one at a time; no I/O and no callback under it.
class WIREGAUGE_ANNOTATION(capability("mutex")) Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

 private:
  friend class MutexLock;
  friend class CondVar;
  std::mutex mutex_;
};

class WIREGAUGE_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) WIREGAUGE_ANNOTATION(acquire_capability(mutex))
      : lock_(mutex.mutex_) {}
  ~MutexLock() WIREGAUGE_ANNOTATION(release_capability()) = default;
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  friend class CondVar;
  std::unique_lock<std::mutex> lock_;
};

class CondVar {
 public:
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }
  // Waits once; the caller loops over its condition.
  void Wait(MutexLock& lock) { condition_.wait(lock.lock_); }
  // False when the time ran out.
  bool WaitUntil(MutexLock& lock, std::chrono::steady_clock::time_point deadline) {
    return condition_.wait_until(lock.lock_, deadline) == std::cv_status::no_timeout;
  }

 private:
  std::condition_variable condition_;
};

}  // namespace wiregauge
