// SPDX-License-Identifier: Apache-2.0
#include "shard/slice_maker.h"

#include <limits>
#include <utility>

namespace wiregauge::shard {
namespace {

std::vector<std::shared_ptr<const model::FlowBatch>> AsBatches(
    std::vector<model::FlowRecord> rows) {
  std::vector<std::shared_ptr<const model::FlowBatch>> batches;
  if (!rows.empty()) batches.push_back(std::make_shared<model::FlowBatch>(std::move(rows)));
  return batches;
}

}  // namespace

void SliceMaker::Begin(const snapshot::SliceExchange::Order& order, snapshot::ShardSlice slice) {
  order_ = order;
  slice_ = std::move(slice);
  slice_.detail = order.detail;
  slice_.counters = tables_.Counters();
  slice_.vlans = tables_.vlans();
  if (order.detail != snapshot::Detail::kRows) return;
  tables_.BeginRows();
  slice_.places = tables_.places();
  const auto& kept = tables_.ended_flows().kept();
  slice_.ended_flows.assign(kept.begin(), kept.end());
}

bool SliceMaker::Continue(size_t most_rows) {
  if (order_->detail != snapshot::Detail::kRows) return true;
  if (!tables_.CopySome(most_rows)) return false;
  TakeRows();
  return true;
}

void SliceMaker::TakeRows() {
  slice_.active_flows = AsBatches(tables_.TakeFlows());
  slice_.hosts = tables_.TakeHosts();
  slice_.names = tables_.TakeNames();
  slice_.devices = tables_.TakeDevices();
}

void SliceMaker::PublishTo(snapshot::SliceExchange& exchange) {
  exchange.Publish(*order_, std::make_shared<const snapshot::ShardSlice>(std::move(slice_)));
  order_.reset();
  slice_ = {};
}

std::shared_ptr<const snapshot::ShardSlice> SliceMaker::MakeWhole(snapshot::Detail detail,
                                                                  snapshot::ShardSlice slice) {
  Begin({detail, 0}, std::move(slice));
  while (!Continue(std::numeric_limits<size_t>::max())) {
  }
  order_.reset();
  return std::make_shared<const snapshot::ShardSlice>(std::exchange(slice_, {}));
}

std::shared_ptr<const snapshot::ShardSlice> SliceMaker::MakeLast(snapshot::Detail detail,
                                                                 snapshot::ShardSlice slice) {
  slice.last = true;
  return MakeWhole(detail, std::move(slice));
}

}  // namespace wiregauge::shard
