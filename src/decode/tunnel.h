// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/link.h"
#include "decode/numbers.h"
#include "decode/packet.h"

namespace wiregauge::decode {

inline constexpr uint16_t kVxlanPort = 4789;
inline constexpr uint16_t kGtpUserPort = 2152;

// Whether the innermost IP packet so far may be a tunnel that is to be looked into. Asked for every
// packet. A fragment holds a part of what is carried: all fragments are the tunnel's own flow.
[[nodiscard]] inline bool MayBeTunnel(const Options& options,
                                      const DecodedPacket& packet) noexcept {
  switch (packet.l4_protocol) {
    case ip_protocol::kUdp:
      return packet.has_l4_header && !packet.is_fragment &&
             ((options.vxlan && packet.dst_port == kVxlanPort) ||
              (options.gtp_u &&
               (packet.dst_port == kGtpUserPort || packet.src_port == kGtpUserPort)));
    case ip_protocol::kIpv4:
    case ip_protocol::kIpv6:
      return options.ip_in_ip && !packet.is_fragment;
    case ip_protocol::kGre:
      return options.gre && !packet.is_fragment;
    default:
      return false;
  }
}

// Takes off the headers of the tunnel and of the frame in it, given MayBeTunnel(outer). In `inside`
// ether_type stays 0 when there is no tunnel; an error other than kTunnelTooDeep says that it is
// not understood.
[[nodiscard]] Layer EnterTunnel(const Options& options, const DecodedPacket& outer,
                                LinkState& inside) noexcept;

}  // namespace wiregauge::decode
