// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "snapshot/shard_slice.h"

namespace wiregauge::snapshot {

// Takes what the shards of a capture file have counted, second by second of the packets' own time,
// however fast the file is read.
class TickSink {
 public:
  using MakeSlice = std::function<std::shared_ptr<const ShardSlice>(Detail)>;

  virtual ~TickSink() = default;
  // A second with packets (since 1970), and the next one that has any; nothing behind the last one,
  // when all flows have ended. It is before this one when the source's clock has gone back.
  struct Tick {
    int64_t unix_second = 0;
    std::optional<int64_t> next;
  };

  // One shard has counted all its packets of this second and the ones before, and none behind it;
  // the slice that `make` gives shows that. Every shard of a source tells the same ticks in the
  // same order. Called on the shards' threads, which wait.
  virtual void OnTick(uint16_t interface_index, const Tick& tick, const MakeSlice& make) = 0;
};

}  // namespace wiregauge::snapshot
