// SPDX-License-Identifier: Apache-2.0
#include "tables/ended_flows.h"

#include <iterator>
#include <utility>

#include "model/batch_bytes.h"

namespace wiregauge::tables {

void EndedFlows::Add(const model::FlowRecord& record) {
  open_.push_back(record);
  if (open_.size() == kBatchRecords) Close();
}

void EndedFlows::Close() {
  if (open_.empty()) return;
  const auto closed = std::make_shared<model::FlowBatch>();
  if (open_.size() < kBatchRecords / 2) {
    closed->assign(std::move_iterator(open_.begin()), std::move_iterator(open_.end()));
    open_.clear();
  } else {
    closed->swap(open_);
    open_.reserve(kBatchRecords);
  }
  outgoing_.push_back(closed);
  if (kept_bytes_ == 0) return;
  kept_.push_back(closed);
  bytes_of_kept_.push_back(model::BytesOf(*closed));
  used_bytes_ += bytes_of_kept_.back();
  while (used_bytes_ > kept_bytes_) {
    used_bytes_ -= bytes_of_kept_.front();
    kept_.pop_front();
    bytes_of_kept_.pop_front();
  }
}

std::vector<EndedFlows::Batch> EndedFlows::TakeBatches() { return std::exchange(outgoing_, {}); }

}  // namespace wiregauge::tables
