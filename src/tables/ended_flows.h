// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

#include "model/flow_record.h"

namespace wiregauge::tables {

// Collects the records a shard makes into batches: each goes out once (TakeBatches), and the newest
// ones stay readable up to a budget. Batches are immutable once they are closed. Not thread-safe.
class EndedFlows {
 public:
  using Batch = std::shared_ptr<const model::FlowBatch>;
  static constexpr size_t kBatchRecords = 256;

  explicit EndedFlows(size_t kept_bytes) : kept_bytes_(kept_bytes) { open_.reserve(kBatchRecords); }

  void Add(const model::FlowRecord& record);
  // Closes the batch that is being filled, if there is one.
  void Close();
  // Closed batches that were not handed out yet, in order.
  std::vector<Batch> TakeBatches();
  bool has_batches() const { return !outgoing_.empty(); }
  // The newest closed batches, oldest first.
  const std::deque<Batch>& kept() const { return kept_; }

 private:
  size_t kept_bytes_;
  size_t used_bytes_ = 0;
  model::FlowBatch open_;  // has room for a whole batch, however small most of them are
  std::vector<Batch> outgoing_;
  std::deque<Batch> kept_;
  std::deque<size_t> bytes_of_kept_;  // each: they are not counted again when they go
};

}  // namespace wiregauge::tables
