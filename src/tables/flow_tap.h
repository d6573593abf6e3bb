// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/packet_view.h"

namespace wiregauge::tables {

// Somebody who wants the packets of one flow as they come. Called on the shard's thread.
class FlowTap {
 public:
  virtual ~FlowTap() = default;

  // A packet of the flow, after it was counted; `now` is the time by the source's clock. False: it
  // wants no more, and is not called again.
  virtual bool OnPacket(const PacketView& view, Timestamp now) noexcept = 0;
  // The flow has left the table; nothing is called after that.
  virtual void OnFlowEnd() noexcept = 0;
};

}  // namespace wiregauge::tables
