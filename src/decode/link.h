// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/packet_view.h"
#include "decode/layer.h"
#include "decode/packet.h"

namespace wiregauge::decode {

// The headers below layer 3 as they are taken off: addresses, tags and the EtherType of what comes
// next (0: no EtherType's business) go into `packet`, which starts as constructed.
struct LinkState {
  DecodedPacket& packet;
  int encapsulations = 0;  // taken off so far
  // The EtherType of MPLS, or an unknown one: then what it carries, packet.ether_type, was guessed
  // from the payload.
  uint16_t guessed_from = 0;
  DecodeError error = DecodeError::kNone;

  // Counts one more encapsulation: false, and an error, when there are too many.
  [[nodiscard]] bool Enter(Tunnel tunnel) noexcept {
    packet.tunnels = static_cast<uint16_t>(packet.tunnels | static_cast<uint16_t>(tunnel));
    if (++encapsulations <= kMaxEncapsulations) return true;
    error = DecodeError::kTunnelTooDeep;
    return false;
  }
  Layer Fail(DecodeError why) noexcept {
    error = why;
    return {};
  }
};

// Each gives what is left after the headers below layer 3. Errors in `state`: kLinkTruncated,
// kTunnelTooDeep, and kIpv4Malformed where there must be IP and is neither version.

[[nodiscard]] Layer ReadLink(LinkType link_type, Layer layer, LinkState& state) noexcept;

// Entries for what tunnels carry.
[[nodiscard]] Layer ReadEthernet(Layer layer, LinkState& state) noexcept;
[[nodiscard]] Layer ReadPpp(Layer layer, LinkState& state) noexcept;
[[nodiscard]] Layer ReadByVersion(Layer layer, LinkState& state) noexcept;
[[nodiscard]] Layer ReadEtherType(uint16_t type, Layer layer, LinkState& state) noexcept;

}  // namespace wiregauge::decode
