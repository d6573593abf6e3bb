// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "snapshot/slice_exchange.h"
#include "tables/tables.h"

namespace wiregauge::shard {

// Copies a shard's tables into a slice in pieces. The slice shows one instant: that of Begin.
// Not thread-safe; owned by the shard.
class SliceMaker {
 public:
  explicit SliceMaker(tables::Tables& tables) : tables_(tables) {}

  bool running() const { return order_.has_value(); }
  // `slice` comes with the source's state; counters, VLANs and (with kRows) rows are added.
  void Begin(const snapshot::SliceExchange::Order& order, snapshot::ShardSlice slice);
  // Copies a piece; true when the slice is complete.
  bool Continue(size_t most_rows);
  // Everything at once, when none is running.
  std::shared_ptr<const snapshot::ShardSlice> MakeWhole(snapshot::Detail detail,
                                                        snapshot::ShardSlice slice);
  // The same for a shard that has ended.
  std::shared_ptr<const snapshot::ShardSlice> MakeLast(snapshot::Detail detail,
                                                       snapshot::ShardSlice slice);
  // After Continue said true.
  void PublishTo(snapshot::SliceExchange& exchange);

 private:
  void TakeRows();

  tables::Tables& tables_;
  std::optional<snapshot::SliceExchange::Order> order_;
  snapshot::ShardSlice slice_;
};

}  // namespace wiregauge::shard
