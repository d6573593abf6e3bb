// SPDX-License-Identifier: Apache-2.0
#include "decode/ip.h"

#include <new>

#include "base/byte_reader.h"
#include "decode/l4.h"
#include "decode/numbers.h"

namespace wiregauge::decode {
namespace {

constexpr uint32_t kIpv4FixedBytes = 20;
constexpr uint32_t kIpv6FixedBytes = 40;
// RFC 8200 section 4.1 has seven at most, each once.
constexpr int kMaxExtensionHeaders = 16;
constexpr uint32_t kLongestWithoutJumbo = 65535;

// Builds the value in its place. Assignment would build it on the stack and copy it, and the copy
// waits for the narrower writes it reads back: half of the time that decoding takes.
template <typename Value, typename Make>
void BuildIn(Value& place, Make make) noexcept {
  ::new (static_cast<void*>(&place)) Value(make());
}

// What follows the IP headers: the L4 header, or a later fragment's bytes.
void ReadPayload(Layer layer, DecodedPacket& packet) noexcept {
  if (!packet.is_fragment || packet.is_first_fragment) return ReadL4(layer, packet);
  packet.payload = layer.stored();
  packet.payload_bytes = layer.wire_bytes();
}

// RFC 2675 section 2: the length of a jumbogram, an option of the hop-by-hop header; 0 when there
// is none. `options` is what that header holds after its two first bytes.
uint32_t JumboPayloadBytes(std::span<const uint8_t> options) noexcept {
  constexpr uint8_t kPad1 = 0, kJumbo = 0xc2;
  ByteReader reader(options);
  uint8_t type = 0;
  while (reader.Read8(type)) {
    if (type == kPad1) continue;
    uint8_t option_bytes = 0;
    if (!reader.Read8(option_bytes)) return 0;
    uint32_t payload_bytes = 0;
    if (type == kJumbo && option_bytes == 4) {
      return reader.Read32(payload_bytes) ? payload_bytes : 0;
    }
    if (!reader.Skip(option_bytes)) return 0;
  }
  return 0;
}

// Cuts `layer`, which starts behind the fixed IPv6 header, to the payload length.
DecodeError CutToPayloadLength(uint16_t length, uint8_t next_header, Layer& layer) noexcept {
  uint32_t payload_bytes = length;
  if (length == 0 && next_header == ip_protocol::kHopByHop) {
    const auto start = layer.Peek<2>();
    const uint32_t header_bytes = start ? (uint32_t{(*start)[1]} + 1) * 8 : 0;
    if (start && header_bytes <= layer.stored().size()) {
      payload_bytes = JumboPayloadBytes(layer.stored().subspan(2, header_bytes - 2));
    }
  }
  // Segments the network card will cut up are longer than the field can say, and have 0 in it.
  if (payload_bytes == 0 && layer.wire_bytes() > kLongestWithoutJumbo) {
    payload_bytes = layer.wire_bytes();
  }
  if (payload_bytes > layer.wire_bytes()) return DecodeError::kIpv6Malformed;
  layer.Truncate(payload_bytes);
  return DecodeError::kNone;
}

// A header that ends behind the packet's own end contradicts it; else the capture stored too
// little.
DecodeError TooShort(Layer layer, uint32_t header_bytes) noexcept {
  return header_bytes > layer.wire_bytes() ? DecodeError::kIpv6Malformed
                                           : DecodeError::kIpv6Truncated;
}

// RFC 8200 section 4.5. An "atomic" fragment (RFC 6946) is a whole packet.
DecodeError ReadFragmentHeader(Layer& layer, DecodedPacket& packet, uint8_t& next) noexcept {
  const auto fragment = layer.Take<8>();
  if (!fragment) return TooShort(layer, 8);
  next = (*fragment)[0];
  const uint16_t offset_and_flags = Load16<2>(*fragment);
  const bool at_start = offset_and_flags >> 3 == 0;
  const bool more_fragments = (offset_and_flags & 1) != 0;
  if (at_start && !more_fragments) return DecodeError::kNone;
  packet.is_fragment = true;
  packet.is_first_fragment = at_start;
  packet.fragment_id = Load32<4>(*fragment);
  return DecodeError::kNone;
}

bool IsExtensionHeader(uint8_t protocol) noexcept {
  switch (protocol) {
    case ip_protocol::kHopByHop:
    case ip_protocol::kRouting:
    case ip_protocol::kFragment:
    case ip_protocol::kAuthentication:
    case ip_protocol::kDestinationOptions:
    case ip_protocol::kMobility:
    case ip_protocol::kHip:
    case ip_protocol::kShim6:
      return true;
    default:
      return false;
  }
}

// Takes the extension headers off `layer`; packet.l4_protocol goes in as the first one's number and
// comes out as what follows the last. ESP (50) hides what follows, "no next header" (59) is an end.
DecodeError SkipExtensionHeaders(Layer& layer, DecodedPacket& packet) noexcept {
  for (int headers = 0; IsExtensionHeader(packet.l4_protocol); ++headers) {
    if (headers == kMaxExtensionHeaders) return DecodeError::kIpv6Malformed;
    if (packet.l4_protocol == ip_protocol::kFragment) {
      const DecodeError error = ReadFragmentHeader(layer, packet, packet.l4_protocol);
      if (error != DecodeError::kNone) return error;
      if (packet.is_fragment && !packet.is_first_fragment) break;
      continue;
    }
    const auto start = layer.Peek<2>();
    if (!start) return TooShort(layer, 2);
    // RFC 4302 section 2.2 counts AH in words of 4 bytes, less 2; the others count 8 bytes, less 1.
    const uint32_t header_bytes = packet.l4_protocol == ip_protocol::kAuthentication
                                      ? (uint32_t{(*start)[1]} + 2) * 4
                                      : (uint32_t{(*start)[1]} + 1) * 8;
    if (!layer.Skip(header_bytes)) return TooShort(layer, header_bytes);
    packet.l4_protocol = (*start)[0];
  }
  return DecodeError::kNone;
}

}  // namespace

DecodeError ReadIpv4(Layer layer, DecodedPacket& packet) noexcept {
  const auto fixed = layer.Peek<kIpv4FixedBytes>();
  if (!fixed) return DecodeError::kIpv4Truncated;
  const uint32_t header_bytes = uint32_t{(*fixed)[0] & 0x0fu} * 4;
  if ((*fixed)[0] >> 4 != 4 || header_bytes < kIpv4FixedBytes) return DecodeError::kIpv4Malformed;
  // 0: a segment that the network card will cut up, and that has no length of its own yet.
  const uint16_t length = Load16<2>(*fixed);
  const uint32_t total_bytes = length != 0 ? length : layer.wire_bytes();
  if (total_bytes < header_bytes || total_bytes > layer.wire_bytes()) {
    return DecodeError::kIpv4Malformed;
  }
  layer.Truncate(total_bytes);

  packet.l3_class = L3Class::kIpv4;
  packet.ip_packet = layer.stored();
  BuildIn(packet.src, [&] { return IpAddress::V4(fixed->subspan<12, 4>()); });
  BuildIn(packet.dst, [&] { return IpAddress::V4(fixed->subspan<16, 4>()); });
  packet.hop_limit = (*fixed)[8];
  packet.l4_protocol = (*fixed)[9];
  const uint16_t flags_and_offset = Load16<6>(*fixed);
  constexpr uint16_t kMoreFragments = 0x2000, kOffset = 0x1fff;
  packet.is_fragment = (flags_and_offset & (kMoreFragments | kOffset)) != 0;
  packet.is_first_fragment = packet.is_fragment && (flags_and_offset & kOffset) == 0;
  if (packet.is_fragment) packet.fragment_id = Load16<4>(*fixed);

  if (!layer.Skip(header_bytes)) return DecodeError::kIpv4Truncated;
  ReadPayload(layer, packet);
  return DecodeError::kNone;
}

DecodeError ReadIpv6(Layer layer, DecodedPacket& packet) noexcept {
  const Layer whole = layer;
  const auto fixed = layer.Take<kIpv6FixedBytes>();
  if (!fixed) return DecodeError::kIpv6Truncated;
  if ((*fixed)[0] >> 4 != 6) return DecodeError::kIpv6Malformed;
  DecodeError error = CutToPayloadLength(Load16<4>(*fixed), (*fixed)[6], layer);
  if (error != DecodeError::kNone) return error;

  packet.l3_class = L3Class::kIpv6;
  packet.ip_packet = whole.stored().first(kIpv6FixedBytes + layer.stored().size());
  BuildIn(packet.src, [&] { return IpAddress::V6(fixed->subspan<8, 16>()); });
  BuildIn(packet.dst, [&] { return IpAddress::V6(fixed->subspan<24, 16>()); });
  packet.hop_limit = (*fixed)[7];
  packet.l4_protocol = (*fixed)[6];
  error = SkipExtensionHeaders(layer, packet);
  if (error != DecodeError::kNone) return error;
  ReadPayload(layer, packet);
  return DecodeError::kNone;
}

}  // namespace wiregauge::decode
