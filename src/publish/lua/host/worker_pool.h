// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "publish/lua/host/runtime.h"
#include "publish/lua/host/script_set.h"
#include "publish/lua/host/script_thread.h"

namespace wiregauge::lua {

// What a worker does with its state.
class Job {
 public:
  virtual ~Job() = default;
  virtual void Run(Runtime& runtime, const ScriptSet& set) = 0;
};

// The threads that answer requests with scripts, each with a state of its own. Thread-safe.
class WorkerPool {
 public:
  struct Options {
    size_t workers = 2;
    size_t most_waiting = 256;
    Limits limits;
  };

  // Borrows the services.
  WorkerPool(const Options& options, Services& services, std::shared_ptr<const ScriptSet> set);
  // Ends what runs at its limits; what waits is not run.
  ~WorkerPool();

  // False, and the job untouched: too many are waiting.
  bool Submit(std::unique_ptr<Job>& job) WIREGAUGE_EXCLUDES(mutex_);
  // Each worker takes the new set before its next job.
  void SetScripts(std::shared_ptr<const ScriptSet> set) WIREGAUGE_EXCLUDES(mutex_);

  struct Facts {
    size_t waiting = 0, busy = 0;
    std::vector<size_t> memory_bytes;  // of each worker's state
    uint64_t states_thrown_away = 0;
  };
  Facts facts() const WIREGAUGE_EXCLUDES(mutex_);

 private:
  struct Worker {
    std::unique_ptr<Runtime> runtime;
    std::shared_ptr<const ScriptSet> set;
    std::atomic<size_t> memory_bytes{0};
  };

  void Work(Worker& worker) WIREGAUGE_EXCLUDES(mutex_);
  // Gives the worker a state with the newest scripts, unless it has one.
  bool Renew(Worker& worker, const std::shared_ptr<const ScriptSet>& set);

  const Options options_;
  Services& services_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<std::unique_ptr<Job>> waiting_ WIREGAUGE_GUARDED_BY(mutex_);
  std::shared_ptr<const ScriptSet> set_ WIREGAUGE_GUARDED_BY(mutex_);
  size_t busy_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  size_t idle_ WIREGAUGE_GUARDED_BY(mutex_) = 0;  // that wait to be woken
  bool stopping_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  std::atomic<uint64_t> thrown_away_{0};
  std::deque<Worker> workers_;
  std::deque<ScriptThread> threads_;
};

}  // namespace wiregauge::lua
