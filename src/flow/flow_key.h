// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "decode/packet.h"
#include "model/flow_record.h"

namespace wiregauge::flow {

// What makes packets one flow: both ends in a fixed order (the lower one first), the L4 protocol,
// the outer VLAN and the IP version. Both directions give the same key. Plain bytes without
// padding, so that it is compared and hashed as memory.
struct FlowKey {
  std::array<uint8_t, 16> low_ip{}, high_ip{};
  uint16_t low_port = 0, high_port = 0;  // 0 for protocols without ports
  uint16_t vlan = 0;
  uint8_t l4_protocol = 0;
  uint8_t ip_version = 0;

  // By words: five loads instead of a call, on every packet.
  bool operator==(const FlowKey& other) const {
    std::array<uint64_t, 5> a, b;
    std::memcpy(a.data(), this, sizeof a);
    std::memcpy(b.data(), &other, sizeof b);
    return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]) | (a[4] ^ b[4])) == 0;
  }
  std::span<const uint8_t, 40> bytes() const {
    return std::span<const uint8_t, 40>(reinterpret_cast<const uint8_t*>(this), 40);
  }
};
static_assert(sizeof(FlowKey) == 40);

struct Ports {
  uint16_t src = 0, dst = 0;
};

// The ports that stand in the packet; 0 where it has none.
inline Ports OwnPorts(const decode::DecodedPacket& packet) noexcept {
  return packet.has_ports ? Ports{packet.src_port, packet.dst_port} : Ports{};
}

// Addresses and ports of a key; the rest is 0.
inline FlowKey OrderEnds(const IpAddress& src, const IpAddress& dst, Ports ports,
                         bool src_is_low) noexcept {
  FlowKey key;
  key.low_ip = (src_is_low ? src : dst).storage();
  key.high_ip = (src_is_low ? dst : src).storage();
  key.low_port = src_is_low ? ports.src : ports.dst;
  key.high_port = src_is_low ? ports.dst : ports.src;
  key.ip_version = src.version();
  return key;
}

// Whether the packet's sender is the lower end of its key.
bool SrcIsLow(const decode::DecodedPacket& packet, Ports ports) noexcept;

// `src_is_low` as SrcIsLow says. Inline: made for every packet.
inline FlowKey MakeFlowKey(const decode::DecodedPacket& packet, Ports ports,
                           bool src_is_low) noexcept {
  FlowKey key = OrderEnds(packet.src, packet.dst, ports, src_is_low);
  key.vlan = packet.vlan;
  key.l4_protocol = packet.l4_protocol;
  return key;
}

// The key of the flow that a record tells of.
FlowKey KeyOf(const model::FlowRecord& record) noexcept;

}  // namespace wiregauge::flow
