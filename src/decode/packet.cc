// SPDX-License-Identifier: Apache-2.0
#include "decode/packet.h"

#include <algorithm>
#include <array>
#include <new>

#include "decode/ip.h"
#include "decode/layer.h"
#include "decode/link.h"
#include "decode/numbers.h"
#include "decode/tunnel.h"

namespace wiregauge::decode {
namespace {

// What `packet` holds of the link layer, and nothing about IP.
DecodedPacket LinkPart(const DecodedPacket& packet) noexcept {
  DecodedPacket part;
  part.ether_type = packet.ether_type;
  part.vlan = packet.vlan;
  part.inner_vlan = packet.inner_vlan;
  part.tunnels = packet.tunnels;
  part.src_mac = packet.src_mac;
  part.dst_mac = packet.dst_mac;
  return part;
}

// RFC 826: the operation at byte 6, whatever the address types are; with Ethernet and IPv4 (types
// 1 and 0x0800, lengths 6 and 4) the sender's two addresses from byte 8 on.
void ReadArp(Layer layer, DecodedPacket& packet) noexcept {
  constexpr std::array<uint8_t, 6> kEthernetIpv4 = {0, 1, 8, 0, 6, 4};
  packet.l3_class = L3Class::kArp;
  const auto arp = layer.Peek<8>();
  if (arp) packet.arp_operation = Load16<6>(*arp);
  const auto addresses = layer.Peek<18>();
  if (!addresses || !std::ranges::equal(addresses->first<6>(), kEthernetIpv4)) return;
  const bool is_own = std::ranges::equal(addresses->subspan<8, 6>(), packet.src_mac.bytes);
  if (is_own) packet.arp_sender_ipv4 = Load32<14>(*addresses);
}

DecodeError ReadNetwork(uint16_t type, Layer layer, DecodedPacket& packet) noexcept {
  switch (type) {
    case ether_type::kIpv4:
      return ReadIpv4(layer, packet);
    case ether_type::kIpv6:
      return ReadIpv6(layer, packet);
    case ether_type::kArp:
      ReadArp(layer, packet);
      return DecodeError::kNone;
    default:
      return DecodeError::kNone;
  }
}

bool IsIp(const DecodedPacket& packet) noexcept {
  return packet.l3_class == L3Class::kIpv4 || packet.l3_class == L3Class::kIpv6;
}

// Replaces the IP packet by the one it carries, as long as there is one. When what a tunnel carries
// is no sound IP packet, the tunnel stays a flow of its own.
DecodeError FollowTunnels(const Options& options, int encapsulations,
                          DecodedPacket& packet) noexcept {
  while (MayBeTunnel(options, packet)) {
    DecodedPacket frame;
    LinkState inside{.packet = frame, .encapsulations = encapsulations};
    const Layer layer = EnterTunnel(options, packet, inside);
    if (inside.error == DecodeError::kTunnelTooDeep) {
      packet = LinkPart(packet);
      return inside.error;
    }
    if (inside.error != DecodeError::kNone) return DecodeError::kNone;
    DecodedPacket carried = LinkPart(packet);
    carried.tunnels |= frame.tunnels;
    const DecodeError error = ReadNetwork(frame.ether_type, layer, carried);
    if (error != DecodeError::kNone || !IsIp(carried)) return DecodeError::kNone;
    packet = carried;
    encapsulations = inside.encapsulations;
  }
  return DecodeError::kNone;
}

}  // namespace

const char* DecodeErrorName(DecodeError error) {
  switch (error) {
    case DecodeError::kNone:
      return "none";
    case DecodeError::kLinkTruncated:
      return "link_truncated";
    case DecodeError::kIpv4Truncated:
      return "ipv4_truncated";
    case DecodeError::kIpv4Malformed:
      return "ipv4_malformed";
    case DecodeError::kIpv6Truncated:
      return "ipv6_truncated";
    case DecodeError::kIpv6Malformed:
      return "ipv6_malformed";
    case DecodeError::kTunnelTooDeep:
      return "tunnel_too_deep";
    case DecodeError::kCount:
      break;
  }
  return "";
}

DecodeError Decode(const PacketView& view, const Options& options, DecodedPacket& packet) noexcept {
  // In place: assigning a fresh one would build it elsewhere and copy it.
  ::new (static_cast<void*>(&packet)) DecodedPacket;
  LinkState link{.packet = packet};
  const Layer layer = ReadLink(view.link_type, Layer(view.captured, view.wire_bytes), link);
  if (link.error != DecodeError::kNone) return link.error;

  const DecodeError error = ReadNetwork(packet.ether_type, layer, packet);
  if (error != DecodeError::kNone) {
    packet = LinkPart(packet);
    if (link.guessed_from == 0) return error;
    packet.ether_type = link.guessed_from;
    return DecodeError::kNone;
  }
  return FollowTunnels(options, link.encapsulations, packet);
}

}  // namespace wiregauge::decode
