// SPDX-License-Identifier: Apache-2.0
#include "decode/tunnel.h"

namespace wiregauge::decode {
namespace {

// GRE's first 16 bits: RFC 1701, 2784, 2890; PPTP's version 1: RFC 2637 section 4.1.
struct GreFlags {
  static constexpr uint16_t kChecksum = 0x8000, kRouting = 0x4000, kKey = 0x2000,
                            kSequence = 0x1000, kAcknowledgement = 0x0080, kVersion = 0x0007;
};

// RFC 1701: source route entries (family, offset, length, data) up to an empty one.
bool SkipGreRouting(Layer& layer) noexcept {
  for (;;) {
    const auto entry = layer.Take<4>();
    if (!entry) return false;
    if (Load32<0>(*entry) == 0) return true;
    if (!layer.Skip((*entry)[3])) return false;
  }
}

// ERSPAN carries the mirrored frame as Ethernet. Type I has no header and, unlike type II, no GRE
// sequence number; type III has a header of 12 bytes and 8 more when its last bit is set.
// draft-foschiano-erspan-03.
Layer ReadErspan(uint16_t type, bool has_sequence, Layer layer, LinkState& inside) noexcept {
  if (type == ether_type::kErspan3) {
    const auto header = layer.Take<12>();
    if (!header) return {};
    const bool has_subheader = ((*header)[11] & 1) != 0;
    if (has_subheader && !layer.Skip(8)) return {};
  } else if (has_sequence && !layer.Skip(8)) {
    return {};
  }
  return ReadEthernet(layer, inside);
}

Layer EnterGreVersion0(uint16_t flags, uint16_t protocol, Layer layer, LinkState& inside) noexcept {
  const bool has_checksum = (flags & (GreFlags::kChecksum | GreFlags::kRouting)) != 0;
  const bool has_key = (flags & GreFlags::kKey) != 0;
  const bool has_sequence = (flags & GreFlags::kSequence) != 0;
  const uint32_t optional_fields = uint32_t{has_checksum} + has_key + has_sequence;
  if (!layer.Skip(optional_fields * 4)) return {};
  if ((flags & GreFlags::kRouting) != 0 && !SkipGreRouting(layer)) return {};
  if (!inside.Enter(Tunnel::kGre)) return {};
  switch (protocol) {
    case ether_type::kTransparentEthernet:
      return ReadEthernet(layer, inside);
    case ether_type::kErspan:
    case ether_type::kErspan3:
      return ReadErspan(protocol, has_sequence, layer, inside);
    default:
      return ReadEtherType(protocol, layer, inside);
  }
}

// PPTP: the key holds length and call, and there is a payload only with a sequence number.
Layer EnterGreVersion1(uint16_t flags, uint16_t protocol, Layer layer, LinkState& inside) noexcept {
  constexpr uint16_t kPayload = GreFlags::kKey | GreFlags::kSequence;
  if (protocol != ether_type::kPpp || (flags & kPayload) != kPayload) return {};
  const bool has_acknowledgement = (flags & GreFlags::kAcknowledgement) != 0;
  if (!layer.Skip(has_acknowledgement ? 12 : 8)) return {};
  if (!inside.Enter(Tunnel::kGre)) return {};
  return ReadPpp(layer, inside);
}

Layer EnterGre(Layer layer, LinkState& inside) noexcept {
  const auto gre = layer.Take<4>();
  if (!gre) return {};
  const uint16_t flags = Load16<0>(*gre);
  const uint16_t protocol = Load16<2>(*gre);
  switch (flags & GreFlags::kVersion) {
    case 0:
      return EnterGreVersion0(flags, protocol, layer, inside);
    case 1:
      return EnterGreVersion1(flags, protocol, layer, inside);
    default:
      return {};
  }
}

// RFC 7348 section 5: the I flag must be set, all other bits are to be ignored.
Layer EnterVxlan(Layer layer, LinkState& inside) noexcept {
  const auto vxlan = layer.Take<8>();
  if (!vxlan || ((*vxlan)[0] & 0x08) == 0) return {};
  if (!inside.Enter(Tunnel::kVxlan)) return {};
  return ReadEthernet(layer, inside);
}

// 3GPP TS 29.281 section 5.2: each has its length in words of 4 bytes first, the next one's type
// last.
bool SkipGtpExtensions(uint8_t next_extension, Layer& layer) noexcept {
  while (next_extension != 0) {
    const auto first = layer.Peek<1>();
    const uint32_t bytes = first ? uint32_t{(*first)[0]} * 4 : 0;
    if (bytes == 0 || bytes > layer.stored().size()) return false;
    next_extension = layer.stored()[bytes - 1];
    layer.SkipOnWire(bytes);
  }
  return true;
}

// 3GPP TS 29.281 section 5.1: version 1, protocol type GTP, message G-PDU.
Layer EnterGtpUser(Layer layer, LinkState& inside) noexcept {
  constexpr uint8_t kVersionAndType = 0xf0, kVersion1Gtp = 0x30, kUserData = 0xff;
  constexpr uint8_t kExtension = 0x04, kOptionalFields = 0x07;
  const auto gtp = layer.Take<8>();
  if (!gtp) return {};
  const uint8_t flags = (*gtp)[0];
  if ((flags & kVersionAndType) != kVersion1Gtp || (*gtp)[1] != kUserData) return {};
  if ((flags & kOptionalFields) != 0) {
    const auto optional = layer.Take<4>();
    if (!optional) return {};
    const bool has_extension = (flags & kExtension) != 0;
    if (has_extension && !SkipGtpExtensions((*optional)[3], layer)) return {};
  }
  if (!inside.Enter(Tunnel::kGtpU)) return {};
  return ReadByVersion(layer, inside);
}

}  // namespace

Layer EnterTunnel(const Options& options, const DecodedPacket& outer, LinkState& inside) noexcept {
  const Layer layer(outer.payload, outer.payload_bytes);
  switch (outer.l4_protocol) {
    case ip_protocol::kUdp: {
      const bool is_vxlan = options.vxlan && outer.dst_port == kVxlanPort;
      return is_vxlan ? EnterVxlan(layer, inside) : EnterGtpUser(layer, inside);
    }
    case ip_protocol::kGre:
      return EnterGre(layer, inside);
    default:
      return inside.Enter(Tunnel::kIpInIp) ? ReadByVersion(layer, inside) : Layer();
  }
}

}  // namespace wiregauge::decode
