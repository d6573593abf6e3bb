// SPDX-License-Identifier: Apache-2.0
#include "tables/ended_flows.h"

#include <utility>

namespace wiregauge::tables {
namespace {

size_t BytesOf(const model::FlowBatch& batch) {
  size_t bytes = batch.capacity() * sizeof(model::FlowRecord);
  for (const model::FlowRecord& record : batch) {
    if (record.metadata != nullptr) bytes += record.metadata->bytes();
  }
  return bytes;
}

}  // namespace

void EndedFlows::Add(const model::FlowRecord& record) {
  if (open_ == nullptr) {
    open_ = std::make_shared<model::FlowBatch>();
    open_->reserve(kBatchRecords);
  }
  open_->push_back(record);
  if (open_->size() == kBatchRecords) Close();
}

void EndedFlows::Close() {
  if (open_ == nullptr) return;
  if (open_->size() < kBatchRecords / 2) open_->shrink_to_fit();
  const Batch closed = std::exchange(open_, nullptr);
  outgoing_.push_back(closed);
  if (kept_bytes_ == 0) return;
  used_bytes_ += BytesOf(*closed);
  kept_.push_back(closed);
  while (used_bytes_ > kept_bytes_) {
    used_bytes_ -= BytesOf(*kept_.front());
    kept_.pop_front();
  }
}

std::vector<EndedFlows::Batch> EndedFlows::TakeBatches() { return std::exchange(outgoing_, {}); }

}  // namespace wiregauge::tables
