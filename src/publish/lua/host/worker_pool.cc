// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/worker_pool.h"

#include <string>
#include <utility>

#include "base/log.h"

namespace wiregauge::lua {

WorkerPool::WorkerPool(const Options& options, Services& services,
                       std::shared_ptr<const ScriptSet> set)
    : options_(options), services_(services), set_(std::move(set)) {
  for (size_t i = 0; i < options.workers; ++i) {
    Worker& worker = workers_.emplace_back();
    threads_.emplace_back("lua-" + std::to_string(i), [this, &worker] { Work(worker); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  threads_.clear();
}

bool WorkerPool::Submit(std::unique_ptr<Job>& job) {
  bool wake = false;
  {
    const MutexLock lock(mutex_);
    if (stopping_ || waiting_.size() >= options_.most_waiting) return false;
    waiting_.push_back(std::move(job));
    wake = idle_ > 0;
  }
  if (wake) changed_.NotifyOne();
  return true;
}

void WorkerPool::SetScripts(std::shared_ptr<const ScriptSet> set) {
  const MutexLock lock(mutex_);
  set_ = std::move(set);
}

WorkerPool::Facts WorkerPool::facts() const {
  Facts facts;
  for (const Worker& worker : workers_) facts.memory_bytes.push_back(worker.memory_bytes);
  facts.states_thrown_away = thrown_away_;
  const MutexLock lock(mutex_);
  facts.waiting = waiting_.size();
  facts.busy = busy_;
  return facts;
}

bool WorkerPool::Renew(Worker& worker, const std::shared_ptr<const ScriptSet>& set) {
  if (worker.runtime != nullptr && worker.runtime->is_spent()) {
    worker.runtime.reset();
    ++thrown_away_;
  }
  if (worker.runtime != nullptr && worker.set == set) return true;
  worker.runtime.reset();
  auto runtime = Runtime::Make(services_);
  if (!runtime.ok()) {
    log::Error("lua", "no state can be made", {{"problem", runtime.error().message}});
    return false;
  }
  worker.runtime = std::move(runtime).value();
  worker.runtime->LoadAll(*set, options_.limits);
  worker.set = set;
  return true;
}

void WorkerPool::Work(Worker& worker) {
  while (true) {
    std::unique_ptr<Job> job;
    std::shared_ptr<const ScriptSet> set;
    {
      MutexLock lock(mutex_);
      ++idle_;
      while (waiting_.empty() && !stopping_) changed_.Wait(lock);
      --idle_;
      if (stopping_) return;
      job = std::move(waiting_.front());
      waiting_.pop_front();
      set = set_;
      ++busy_;
    }
    if (Renew(worker, set)) {
      job->Run(*worker.runtime, *set);
      worker.memory_bytes = worker.runtime->used_bytes();
    }
    job.reset();
    const MutexLock lock(mutex_);
    --busy_;
  }
}

}  // namespace wiregauge::lua
