// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_key.h"

namespace wiregauge::flow {

FlowKey MakeFlowKey(const decode::DecodedPacket& packet, Ports ports, bool& src_is_low) noexcept {
  const std::array<uint8_t, 16>& src = packet.src.storage();
  const std::array<uint8_t, 16>& dst = packet.dst.storage();
  const int order = std::memcmp(src.data(), dst.data(), src.size());
  src_is_low = order < 0 || (order == 0 && ports.src <= ports.dst);
  FlowKey key;
  key.low_ip = src_is_low ? src : dst;
  key.high_ip = src_is_low ? dst : src;
  key.low_port = src_is_low ? ports.src : ports.dst;
  key.high_port = src_is_low ? ports.dst : ports.src;
  key.vlan = packet.vlan;
  key.l4_protocol = packet.l4_protocol;
  key.ip_version = packet.src.version();
  return key;
}

}  // namespace wiregauge::flow
