// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/keyed_hash.h"
#include "decode/frame.h"

namespace wiregauge::flow {

// A decoded frame with what finds its flow: a file's reader has the time for it, which the shard
// lacks. Plain data; the bytes are the view's.
struct KeyedFrame : decode::DecodedFrame {
  // `hash` is the one of the flow table.
  KeyedFrame(const PacketView& packet_view, const decode::Options& options,
             const KeyedHash& hash) noexcept;

  // An IP packet whose ports stand in itself. A fragment's are known to who keeps the first ones.
  bool is_keyed = false;
  // From here on only of a keyed one.
  bool src_is_low = false;  // which end of the FlowKey sent it
  uint64_t key_hash = 0;    // of its FlowKey
};

}  // namespace wiregauge::flow
