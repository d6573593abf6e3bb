// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_key.h"

namespace wiregauge::flow {
namespace {

// Addresses and ports; `src_is_low` tells which end is which.
FlowKey OrderEnds(const IpAddress& src_ip, const IpAddress& dst_ip, Ports ports,
                  bool& src_is_low) noexcept {
  const std::array<uint8_t, 16>& src = src_ip.storage();
  const std::array<uint8_t, 16>& dst = dst_ip.storage();
  const int order = std::memcmp(src.data(), dst.data(), src.size());
  src_is_low = order < 0 || (order == 0 && ports.src <= ports.dst);
  FlowKey key;
  key.low_ip = src_is_low ? src : dst;
  key.high_ip = src_is_low ? dst : src;
  key.low_port = src_is_low ? ports.src : ports.dst;
  key.high_port = src_is_low ? ports.dst : ports.src;
  key.ip_version = src_ip.version();
  return key;
}

}  // namespace

FlowKey MakeFlowKey(const decode::DecodedPacket& packet, Ports ports, bool& src_is_low) noexcept {
  FlowKey key = OrderEnds(packet.src, packet.dst, ports, src_is_low);
  key.vlan = packet.vlan;
  key.l4_protocol = packet.l4_protocol;
  return key;
}

FlowKey KeyOf(const model::FlowRecord& record) noexcept {
  bool client_is_low = false;
  FlowKey key = OrderEnds(record.client.ip, record.server.ip,
                          {record.client.port, record.server.port}, client_is_low);
  key.vlan = record.vlan;
  key.l4_protocol = record.l4_protocol;
  return key;
}

}  // namespace wiregauge::flow
