// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_key.h"

namespace wiregauge::flow {
namespace {

bool IsLow(const IpAddress& src, const IpAddress& dst, Ports ports) noexcept {
  const int order = std::memcmp(src.storage().data(), dst.storage().data(), src.storage().size());
  return order < 0 || (order == 0 && ports.src <= ports.dst);
}

}  // namespace

bool SrcIsLow(const decode::DecodedPacket& packet, Ports ports) noexcept {
  return IsLow(packet.src, packet.dst, ports);
}

FlowKey KeyOf(const model::FlowRecord& record) noexcept {
  const model::FlowEndpoint &client = record.client, &server = record.server;
  const Ports ports{client.port, server.port};
  FlowKey key = OrderEnds(client.ip, server.ip, ports, IsLow(client.ip, server.ip, ports));
  key.vlan = record.vlan;
  key.l4_protocol = record.l4_protocol;
  return key;
}

}  // namespace wiregauge::flow
