// SPDX-License-Identifier: Apache-2.0
#include "flow/keyed_frame.h"

#include "flow/flow_key.h"

namespace wiregauge::flow {

KeyedFrame::KeyedFrame(const PacketView& packet_view, const decode::Options& options,
                       const KeyedHash& hash) noexcept
    : DecodedFrame(packet_view, options), is_keyed(is_ip() && !packet.is_fragment) {
  if (!is_keyed) return;
  const Ports ports = OwnPorts(packet);
  src_is_low = SrcIsLow(packet, ports);
  key_hash = hash(MakeFlowKey(packet, ports, src_is_low).bytes());
}

}  // namespace wiregauge::flow
