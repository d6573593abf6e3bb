// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "model/flow_capture.h"
#include "shard/flow_capture.h"
#include "tables/tables.h"

namespace wiregauge::shard {

// Where one shard takes orders for flow captures, and the ones that run there.
//
// Thread-safe in two halves: Hand() is any thread's, the rest the shard's, which calls Serve()
// between batches of packets: one relaxed load when there is nothing to do. Invariant: a capture
// that a flow's entry points to is in `running_`.
class CaptureDesk {
 public:
  explicit CaptureDesk(tables::Tables& tables) : tables_(tables) {}

  // The shard answers it soon. A shard that has ended declines at once; one that leaves too many
  // orders unanswered gets no more, and this one stays unanswered.
  void Hand(std::shared_ptr<FlowCapture> capture);

  void Serve() {
    if (!has_mail_.load(std::memory_order_relaxed) && running_.empty()) [[likely]]
      return;
    TakeOrders();
    LookAfterRunning();
  }
  // The shard has ended all its flows: nothing runs, and nothing is taken any more.
  void Close();
  // What the captures of this shard have come to.
  model::FlowCaptureCounters Counters() const;

 private:
  void TakeOrders();
  void LookAfterRunning();

  tables::Tables& tables_;
  std::vector<std::shared_ptr<FlowCapture>> running_;
  model::FlowCaptureCounters over_;  // of those that run no more

  std::atomic<bool> has_mail_{false};
  Mutex mutex_;
  std::vector<std::shared_ptr<FlowCapture>> mail_ WIREGAUGE_GUARDED_BY(mutex_);
  bool closed_ WIREGAUGE_GUARDED_BY(mutex_) = false;
};

}  // namespace wiregauge::shard
