// SPDX-License-Identifier: Apache-2.0
#include "shard/exporter.h"

#include <utility>

namespace wiregauge::shard {
namespace {

// About 90 MiB of records: some seconds of a busy link.
constexpr size_t kMostBatches = 512;

}  // namespace

Exporter::Exporter(snapshot::FlowSink& sink)
    : sink_(sink), queue_(kMostBatches), thread_([this] { Run(); }) {}

Exporter::~Exporter() {
  queue_.Close();
  thread_.join();
}

bool Exporter::Offer(Batch batch) {
  {
    MutexLock lock(mutex_);
    ++taken_;
  }
  if (queue_.TryPush(std::move(batch))) return true;
  MutexLock lock(mutex_);
  --taken_;
  return false;
}

void Exporter::Hand(Batch batch) {
  {
    MutexLock lock(mutex_);
    ++taken_;
  }
  queue_.Push(std::move(batch));
}

void Exporter::Drain() {
  MutexLock lock(mutex_);
  while (delivered_ < taken_) done_.Wait(lock);
}

void Exporter::Run() noexcept {
  while (const auto batch = queue_.Pop()) {
    sink_.OnFlows(*batch);
    MutexLock lock(mutex_);
    ++delivered_;
    done_.NotifyAll();
  }
}

}  // namespace wiregauge::shard
