// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "base/mutex.h"
#include "model/flow_record.h"
#include "shard/bounded_queue.h"
#include "snapshot/flow_sink.h"

namespace wiregauge::shard {

// The thread that hands records to the sink, so that no sink can hold up a shard. Thread-safe.
class Exporter {
 public:
  using Batch = std::shared_ptr<const model::FlowBatch>;

  explicit Exporter(snapshot::FlowSink& sink);
  ~Exporter();

  // Live capture: false when there is no room; the records are not taken then.
  bool Offer(Batch batch);
  // Files: waits for room.
  void Hand(Batch batch);
  // Waits until everything that was taken is with the sink.
  void Drain();

 private:
  void Run() noexcept;

  snapshot::FlowSink& sink_;
  BoundedQueue<Batch> queue_;
  Mutex mutex_;
  CondVar done_;
  uint64_t taken_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  uint64_t delivered_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  std::thread thread_;
};

}  // namespace wiregauge::shard
