// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/flow_record.h"

namespace wiregauge::model {

// A TCP flow that has carried data, but whose data (both directions' L4 payload) are less than 2 in
// 5 of its frame bytes: the rest is headers, handshake and what was sent for nothing. Keystrokes
// and polling look like this, and so do transfers that do not get on.
inline bool HasLowGoodput(const FlowRecord& flow) {
  constexpr uint8_t kTcp = 6;
  const uint64_t payload_bytes = flow.client.payload_bytes_sent + flow.server.payload_bytes_sent;
  return flow.l4_protocol == kTcp && payload_bytes > 0 &&
         payload_bytes * 5 < (flow.client.sent.bytes + flow.server.sent.bytes) * 2;
}

}  // namespace wiregauge::model
