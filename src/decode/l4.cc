// SPDX-License-Identifier: Apache-2.0
#include "decode/l4.h"

#include "decode/numbers.h"

namespace wiregauge::decode {
namespace {

void SetPayload(Layer payload, DecodedPacket& packet) noexcept {
  packet.payload = payload.stored();
  packet.payload_bytes = payload.wire_bytes();
}

void ReadPorts(Layer layer, DecodedPacket& packet) noexcept {
  const auto ports = layer.Peek<4>();
  if (!ports) return;
  packet.src_port = Load16<0>(*ports);
  packet.dst_port = Load16<2>(*ports);
  packet.has_ports = true;
}

// RFC 9293 section 3.1: a kind, and but for two of them a length that includes both bytes. What
// stands before a length that cannot be is believed.
TcpSynOptions ReadSynOptions(std::span<const uint8_t> options) noexcept {
  constexpr uint8_t kEnd = 0, kNoOperation = 1, kMss = 2, kWindowScale = 3, kSackPermitted = 4,
                    kTimestamps = 8;
  TcpSynOptions read{.stored = true};
  while (!options.empty() && options[0] != kEnd) {
    if (options[0] == kNoOperation) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options[1] < 2 || options[1] > options.size()) break;
    const std::span<const uint8_t> value = options.subspan(2, options[1] - 2u);
    if (options[0] == kMss && value.size() == 2) {
      read.mss_bytes = static_cast<uint16_t>(value[0] << 8 | value[1]);
    }
    if (options[0] == kWindowScale && value.size() == 1) read.window_scale = value[0];
    read.sack_permitted |= options[0] == kSackPermitted && value.empty();
    read.timestamps |= options[0] == kTimestamps && value.size() == 8;
    options = options.subspan(options[1]);
  }
  return read;
}

// RFC 9293 section 3.1. Options may be cut by the snap length: the fixed part is what is needed.
void ReadTcp(Layer layer, DecodedPacket& packet) noexcept {
  constexpr uint32_t kFixedBytes = 20;
  const auto fixed = layer.Peek<kFixedBytes>();
  if (!fixed) return ReadPorts(layer, packet);
  packet.src_port = Load16<0>(*fixed);
  packet.dst_port = Load16<2>(*fixed);
  packet.has_ports = true;
  const uint32_t header_bytes = uint32_t{(*fixed)[12]} >> 4 << 2;
  if (header_bytes < kFixedBytes || header_bytes > layer.wire_bytes()) return;
  packet.has_l4_header = true;
  packet.tcp.sequence = Load32<4>(*fixed);
  packet.tcp.acknowledgement = Load32<8>(*fixed);
  packet.tcp.flags = (*fixed)[13];
  packet.tcp.window = Load16<14>(*fixed);
  if ((packet.tcp.flags & TcpFlags::kSyn) != 0 && header_bytes <= layer.stored().size()) {
    packet.tcp.syn_options =
        ReadSynOptions(layer.stored().subspan(kFixedBytes, header_bytes - kFixedBytes));
  }
  layer.SkipOnWire(header_bytes);
  SetPayload(layer, packet);
}

// RFC 768. A length of 0 stands for "longer than 65535" in jumbograms (RFC 2675 section 4) and in
// segments that are cut up by the network card.
void ReadUdp(Layer layer, DecodedPacket& packet) noexcept {
  constexpr uint32_t kHeaderBytes = 8;
  ReadPorts(layer, packet);
  const auto udp = layer.Peek<kHeaderBytes>();
  if (!udp) return;
  const uint16_t udp_bytes = Load16<4>(*udp);
  if (udp_bytes != 0) {
    if (udp_bytes < kHeaderBytes) return;
    layer.Truncate(udp_bytes);
  }
  packet.has_l4_header = true;
  layer.SkipOnWire(kHeaderBytes);
  SetPayload(layer, packet);
}

// RFC 9260 section 3.1: the common header.
void ReadSctp(Layer layer, DecodedPacket& packet) noexcept {
  ReadPorts(layer, packet);
  if (!layer.Take<12>()) return;
  packet.has_l4_header = true;
  SetPayload(layer, packet);
}

// RFC 792 and RFC 4443: type, code, checksum and the four bytes every message has after them.
void ReadIcmp(Layer layer, DecodedPacket& packet) noexcept {
  const auto icmp = layer.Take<8>();
  if (!icmp) return;
  packet.has_l4_header = true;
  packet.icmp_type = (*icmp)[0];
  packet.icmp_code = (*icmp)[1];
  SetPayload(layer, packet);
}

}  // namespace

void ReadL4(Layer payload, DecodedPacket& packet) noexcept {
  switch (packet.l4_protocol) {
    case ip_protocol::kTcp:
      return ReadTcp(payload, packet);
    case ip_protocol::kUdp:
      return ReadUdp(payload, packet);
    case ip_protocol::kSctp:
      return ReadSctp(payload, packet);
    case ip_protocol::kIcmp:
    case ip_protocol::kIcmpv6:
      return ReadIcmp(payload, packet);
    default:
      return SetPayload(payload, packet);
  }
}

}  // namespace wiregauge::decode
