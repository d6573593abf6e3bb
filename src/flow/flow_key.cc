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
  const bool client_is_low = IsLow(client.ip, server.ip, {client.port, server.port});
  const model::FlowEndpoint& low = client_is_low ? client : server;
  const model::FlowEndpoint& high = client_is_low ? server : client;
  return {.low_ip = low.ip.storage(),
          .high_ip = high.ip.storage(),
          .low_port = low.port,
          .high_port = high.port,
          .vlan = record.vlan,
          .l4_protocol = record.l4_protocol,
          .ip_version = client.ip.version()};
}

}  // namespace wiregauge::flow
