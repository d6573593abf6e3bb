// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "base/packet_view.h"
#include "decode/packet.h"
#include "packet_builder.h"

namespace wiregauge::decode::testing {

// A decoded frame together with the bytes its spans point into.
struct Decoded {
  Bytes frame;
  DecodeError error = DecodeError::kNone;
  DecodedPacket packet = {};
};

struct How {
  LinkType link_type = LinkType::kEthernet;
  Options options = {};
  uint32_t wire_bytes = 0;  // 0: all of the frame was stored
};

// The vector's heap block does not move with the struct, so the spans stay valid.
inline Decoded DecodeBytes(Bytes frame, const How& how = {}) {
  Decoded decoded{.frame = std::move(frame)};
  PacketView view;
  view.captured = decoded.frame;
  const auto stored_bytes = static_cast<uint32_t>(decoded.frame.size());
  view.wire_bytes = how.wire_bytes != 0 ? how.wire_bytes : stored_bytes;
  view.link_type = how.link_type;
  decoded.error = Decode(view, how.options, decoded.packet);
  return decoded;
}

inline std::string_view AsText(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline constexpr Options kAllTunnels{.ip_in_ip = true, .gre = true, .vxlan = true, .gtp_u = true};

// UDP from 192.0.2.1:50000 to 198.51.100.2:53, or the same in IPv6, with payload "query".
inline Bytes PlainIpv4() { return Ipv4({}, Udp({}, Text("query"))); }
inline Bytes PlainIpv6() { return Ipv6({}, Udp({}, Text("query"))); }

inline bool HasTunnel(const DecodedPacket& packet, Tunnel tunnel) {
  return (packet.tunnels & static_cast<uint16_t>(tunnel)) != 0;
}

}  // namespace wiregauge::decode::testing
