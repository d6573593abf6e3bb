// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "base/mutex.h"
#include "base/time.h"
#include "model/flow_record.h"

namespace wiregauge::sinks {

// Batches of records on their way to one sink, bounded in bytes. The oldest go when there is no
// room: whoever puts something in never waits. Thread-safe.
class Intake {
 public:
  struct Item {
    std::shared_ptr<const model::FlowBatch> batch;
    size_t bytes = 0;  // as model::BytesOf counts
    Timestamp offered_at;
  };

  explicit Intake(size_t most_bytes) : most_bytes_(most_bytes) {}

  // How many records had to go, of this item or of older ones.
  uint64_t Put(Item item) WIREGAUGE_EXCLUDES(mutex_);
  // Until so many bytes have room, or nothing takes any. False: the time ran out.
  bool WaitForRoom(size_t bytes, SteadyTime deadline) WIREGAUGE_EXCLUDES(mutex_);
  // The oldest item, which takes its room until it is released. Nothing: the time ran out, or it is
  // closed and empty.
  std::optional<Item> Take(std::optional<SteadyTime> deadline) WIREGAUGE_EXCLUDES(mutex_);
  void Release(const Item& item) WIREGAUGE_EXCLUDES(mutex_);
  // Nothing comes any more; what is in it can be taken.
  void Close() WIREGAUGE_EXCLUDES(mutex_);
  bool is_done() const WIREGAUGE_EXCLUDES(mutex_);  // closed and empty

  size_t bytes() const WIREGAUGE_EXCLUDES(mutex_);
  std::optional<Timestamp> oldest() const WIREGAUGE_EXCLUDES(mutex_);

 private:
  const size_t most_bytes_;
  mutable Mutex mutex_;
  CondVar changed_, released_;
  std::deque<Item> items_ WIREGAUGE_GUARDED_BY(mutex_);
  size_t bytes_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  bool closed_ WIREGAUGE_GUARDED_BY(mutex_) = false;
};

}  // namespace wiregauge::sinks
