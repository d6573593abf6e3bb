// SPDX-License-Identifier: Apache-2.0
#include "decode/link.h"

#include <algorithm>
#include <cstring>

#include "decode/numbers.h"

namespace wiregauge::decode {
namespace {

// No label stack in use comes near; the limit bounds the work on one frame.
constexpr int kMaxMplsLabels = 32;

constexpr uint8_t kCiscoUnicast = 0x0f;
constexpr uint8_t kCiscoMulticast = 0x8f;

template <size_t kOffset, size_t N>
void LoadMac(std::span<const uint8_t, N> header, MacAddress& mac) noexcept {
  static_assert(kOffset + 6 <= N);
  std::memcpy(mac.bytes.data(), &header[kOffset], 6);
}

// The EtherType an IP packet would have had, by its version; 0 for anything else.
uint16_t EtherTypeOfVersion(uint8_t first_byte) noexcept {
  switch (first_byte >> 4) {
    case 4:
      return ether_type::kIpv4;
    case 6:
      return ether_type::kIpv6;
    default:
      return ether_type::kNone;
  }
}

// RFC 3032 section 2.1. A pseudo-wire's control word starts with 0 (RFC 4385), so it is left alone.
Layer ReadMpls(Layer layer, LinkState& state) noexcept {
  if (!state.Enter(Tunnel::kMpls)) return {};
  for (int labels = 1;; ++labels) {
    if (labels > kMaxMplsLabels) return state.Fail(DecodeError::kTunnelTooDeep);
    const auto label = layer.Take<4>();
    if (!label) return state.Fail(DecodeError::kLinkTruncated);
    const bool bottom_of_stack = ((*label)[2] & 1) != 0;
    if (bottom_of_stack) break;
  }
  const auto first_byte = layer.Peek<1>();
  const uint16_t type = first_byte ? EtherTypeOfVersion((*first_byte)[0]) : ether_type::kNone;
  if (type == ether_type::kNone) return layer;
  state.guessed_from = state.packet.ether_type;
  state.packet.ether_type = type;
  return layer;
}

// RFC 1661 section 2, RFC 1662 section 3.1: both the address and control bytes and the upper byte
// of the protocol may have been left out.
Layer ReadPppProtocol(Layer layer, LinkState& state) noexcept {
  const auto start = layer.Peek<2>();
  if (start && (*start)[0] == 0xff && (*start)[1] == 0x03) layer.SkipOnWire(2);
  const auto first = layer.Take<1>();
  if (!first) return state.Fail(DecodeError::kLinkTruncated);
  uint16_t protocol = (*first)[0];
  if ((protocol & 1) == 0) {
    const auto second = layer.Take<1>();
    if (!second) return state.Fail(DecodeError::kLinkTruncated);
    protocol = static_cast<uint16_t>(protocol << 8 | (*second)[0]);
  }
  switch (protocol) {
    case 0x0021:
      state.packet.ether_type = ether_type::kIpv4;
      return layer;
    case 0x0057:
      state.packet.ether_type = ether_type::kIpv6;
      return layer;
    case 0x0281:
      return ReadEtherType(ether_type::kMpls, layer, state);
    case 0x0283:
      return ReadEtherType(ether_type::kMplsUpstream, layer, state);
    default:
      state.packet.ether_type = ether_type::kNone;
      return layer;
  }
}

// RFC 2516 section 4. Only session data (code 0) carries PPP.
Layer ReadPppoe(Layer layer, LinkState& state) noexcept {
  const auto session = layer.Take<6>();
  if (!session) return state.Fail(DecodeError::kLinkTruncated);
  if ((*session)[0] != 0x11 || (*session)[1] != 0) return layer;
  if (!state.Enter(Tunnel::kPppoe)) return {};
  return ReadPppProtocol(layer, state);
}

void KeepVlan(uint16_t identifier, DecodedPacket& packet) noexcept {
  if (identifier == 0) return;  // a priority tag is no VLAN, IEEE 802.1Q section 9.6
  packet.tunnels |= static_cast<uint16_t>(Tunnel::kVlan);
  if (packet.vlan == 0) {
    packet.vlan = identifier;
  } else if (packet.inner_vlan == 0) {
    packet.inner_vlan = identifier;
  }
}

// IEEE 802.2: an 802.3 frame's payload. Only SNAP with OUI 0 has an EtherType (RFC 1042).
Layer ReadLlc(Layer layer, LinkState& state) noexcept {
  state.packet.ether_type = ether_type::kNone;
  const auto llc = layer.Peek<3>();
  if (!llc) return state.Fail(DecodeError::kLinkTruncated);
  if ((*llc)[0] != 0xaa || (*llc)[1] != 0xaa || (*llc)[2] != 0x03) return layer;
  const auto snap = layer.Take<8>();
  if (!snap) return state.Fail(DecodeError::kLinkTruncated);
  const bool has_ether_type = (*snap)[3] == 0 && (*snap)[4] == 0 && (*snap)[5] == 0;
  if (!has_ether_type || Load16<6>(*snap) < ether_type::kSmallest) return layer;
  return ReadEtherType(Load16<6>(*snap), layer, state);
}

// Counts as one encapsulation whatever its identifier is.
Layer ReadVlanTag(Layer layer, LinkState& state) noexcept {
  const auto tag = layer.Take<4>();
  if (!tag) return state.Fail(DecodeError::kLinkTruncated);
  if (!state.Enter(Tunnel::kNone)) return {};
  KeepVlan(Load16<0>(*tag) & 0x0fff, state.packet);
  const uint16_t type = Load16<2>(*tag);
  return type < ether_type::kSmallest ? ReadLlc(layer, state) : ReadEtherType(type, layer, state);
}

// Hardware types (ARPHRD_) whose cooked header's protocol field is no EtherType, as the LINUX_SLL
// page of tcpdump.org lists them: Frame Relay, netlink, 802.11 with its three monitor headers.
bool HasEtherType(uint16_t hardware_type) noexcept {
  switch (hardware_type) {
    case 770:
    case 801:
    case 802:
    case 803:
    case 824:
      return false;
    default:
      return true;
  }
}

Layer ReadCookedProtocol(uint16_t hardware_type, uint16_t protocol, Layer layer,
                         LinkState& state) noexcept {
  constexpr uint16_t kLlc = 4;
  if (!HasEtherType(hardware_type)) return layer;
  if (protocol == kLlc) return ReadLlc(layer, state);
  if (protocol < ether_type::kSmallest) return layer;
  return ReadEtherType(protocol, layer, state);
}

Layer ReadLinuxCooked(Layer layer, LinkState& state) noexcept {
  const auto cooked = layer.Take<16>();
  if (!cooked) return state.Fail(DecodeError::kLinkTruncated);
  if (Load16<4>(*cooked) == 6) LoadMac<6>(*cooked, state.packet.src_mac);
  return ReadCookedProtocol(Load16<2>(*cooked), Load16<14>(*cooked), layer, state);
}

Layer ReadLinuxCookedV2(Layer layer, LinkState& state) noexcept {
  const auto cooked = layer.Take<20>();
  if (!cooked) return state.Fail(DecodeError::kLinkTruncated);
  if ((*cooked)[11] == 6) LoadMac<12>(*cooked, state.packet.src_mac);
  return ReadCookedProtocol(Load16<8>(*cooked), Load16<0>(*cooked), layer, state);
}

// The address family in either byte order: files travel between hosts. AF_INET is 2 everywhere,
// AF_INET6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS.
Layer ReadFamily(Layer layer, LinkState& state) noexcept {
  const auto word = layer.Take<4>();
  if (!word) return state.Fail(DecodeError::kLinkTruncated);
  uint32_t family = Load32<0>(*word);
  if ((family & 0xffff) == 0) family = family >> 24 | (family >> 8 & 0xff00);
  switch (family) {
    case 2:
      state.packet.ether_type = ether_type::kIpv4;
      break;
    case 10:
    case 24:
    case 28:
    case 30:
      state.packet.ether_type = ether_type::kIpv6;
      break;
    default:
      break;
  }
  return layer;
}

Layer ReadCiscoHdlc(Layer layer, LinkState& state) noexcept {
  const auto hdlc = layer.Take<4>();
  if (!hdlc) return state.Fail(DecodeError::kLinkTruncated);
  if ((*hdlc)[0] != kCiscoUnicast && (*hdlc)[0] != kCiscoMulticast) return layer;
  return ReadEtherType(Load16<2>(*hdlc), layer, state);
}

// RFC 1071: the sum over a header with its checksum in place is all ones.
bool HasRightChecksum(std::span<const uint8_t> header) noexcept {
  uint32_t sum = 0;
  for (size_t at = 0; at + 1 < header.size(); at += 2) {
    sum += static_cast<uint32_t>(header[at] << 8 | header[at + 1]);
  }
  sum = (sum & 0xffff) + (sum >> 16);
  return (sum & 0xffff) + (sum >> 16) == 0xffff;
}

// An EtherType nobody assigned (a vendor's header switch, a damaged frame) may still stand before
// an IPv4 packet. The header's checksum tells: one in 65,536 other payloads that look alike has it
// too.
bool HoldsIpv4(Layer layer) noexcept {
  const auto first = layer.Peek<1>();
  if (!first || (*first)[0] >> 4 != 4) return false;
  const size_t header_bytes = ((*first)[0] & 15u) * 4;
  return header_bytes >= 20 && header_bytes <= layer.stored().size() &&
         HasRightChecksum(layer.stored().first(header_bytes));
}

}  // namespace

// Recursion through tags ends: each is one of at most kMaxEncapsulations.
Layer ReadEtherType(uint16_t type, Layer layer, LinkState& state) noexcept {
  state.packet.ether_type = type;
  switch (type) {
    case ether_type::kVlan:
    case ether_type::kProviderVlan:
    case ether_type::kOldProviderVlan:
      return ReadVlanTag(layer, state);
    case ether_type::kMpls:
    case ether_type::kMplsUpstream:
      return ReadMpls(layer, state);
    case ether_type::kPppoeSession:
      return ReadPppoe(layer, state);
    case ether_type::kIpv4:
    case ether_type::kIpv6:
    case ether_type::kArp:
      return layer;
    default:
      if (!HoldsIpv4(layer)) return layer;
      state.guessed_from = type;
      state.packet.ether_type = ether_type::kIpv4;
      return layer;
  }
}

Layer ReadEthernet(Layer layer, LinkState& state) noexcept {
  const auto ethernet = layer.Take<14>();
  if (!ethernet) return state.Fail(DecodeError::kLinkTruncated);
  LoadMac<0>(*ethernet, state.packet.dst_mac);
  LoadMac<6>(*ethernet, state.packet.src_mac);
  const uint16_t type = Load16<12>(*ethernet);
  return type < ether_type::kSmallest ? ReadLlc(layer, state) : ReadEtherType(type, layer, state);
}

// libpcap's DLT_PPP and DLT_PPP_SERIAL may hold Cisco HDLC, known by its first byte.
Layer ReadPpp(Layer layer, LinkState& state) noexcept {
  const auto first = layer.Peek<1>();
  if (first && ((*first)[0] == kCiscoUnicast || (*first)[0] == kCiscoMulticast)) {
    return ReadCiscoHdlc(layer, state);
  }
  return ReadPppProtocol(layer, state);
}

Layer ReadByVersion(Layer layer, LinkState& state) noexcept {
  const auto first = layer.Peek<1>();
  if (!first) return state.Fail(DecodeError::kLinkTruncated);
  state.packet.ether_type = EtherTypeOfVersion((*first)[0]);
  if (state.packet.ether_type == ether_type::kNone) state.error = DecodeError::kIpv4Malformed;
  return layer;
}

Layer ReadLink(LinkType link_type, Layer layer, LinkState& state) noexcept {
  switch (link_type) {
    case LinkType::kEthernet:
      return ReadEthernet(layer, state);
    case LinkType::kLinuxCooked:
      return ReadLinuxCooked(layer, state);
    case LinkType::kLinuxCookedV2:
      return ReadLinuxCookedV2(layer, state);
    case LinkType::kRawIp:
      return ReadByVersion(layer, state);
    case LinkType::kBsdNull:
    case LinkType::kBsdLoop:
      return ReadFamily(layer, state);
    case LinkType::kPpp:
    case LinkType::kPppHdlc:
      return ReadPpp(layer, state);
    case LinkType::kPppEthernet:
      return ReadPppoe(layer, state);
    case LinkType::kCiscoHdlc:
      return ReadCiscoHdlc(layer, state);
  }
  return state.Fail(DecodeError::kLinkTruncated);
}

}  // namespace wiregauge::decode
