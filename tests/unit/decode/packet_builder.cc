// SPDX-License-Identifier: Apache-2.0
#include "packet_builder.h"

#include "base/mac_address.h"

namespace wiregauge::decode::testing {

Bytes Join(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Bytes U8(uint32_t value) { return {static_cast<uint8_t>(value)}; }
Bytes U16(uint32_t value) { return Join({U8(value >> 8), U8(value)}); }
Bytes U32(uint32_t value) { return Join({U16(value >> 16), U16(value)}); }
Bytes Text(std::string_view text) { return {text.begin(), text.end()}; }
Bytes Zeros(size_t count) { return Bytes(count, 0); }

Bytes Mac(std::string_view text) {
  const MacAddress mac = MacAddress::Parse(text).value();
  return {mac.bytes.begin(), mac.bytes.end()};
}

IpAddress Ip(std::string_view text) { return IpAddress::Parse(text).value(); }

namespace {

Bytes IpBytes(std::string_view text) {
  const IpAddress address = Ip(text);
  return {address.bytes().begin(), address.bytes().end()};
}

}  // namespace

Bytes Ethernet(uint16_t ether_type, const Bytes& payload) {
  return Join({Mac(kDstMac), Mac(kSrcMac), U16(ether_type), payload});
}

Bytes InnerEthernet(uint16_t ether_type, const Bytes& payload) {
  return Join({Mac("02:00:00:00:00:12"), Mac("02:00:00:00:00:11"), U16(ether_type), payload});
}

Bytes Ethernet8023(const Bytes& llc) { return Ethernet(static_cast<uint16_t>(llc.size()), llc); }

Bytes Snap(uint32_t oui, uint16_t ether_type, const Bytes& payload) {
  return Join({{0xaa, 0xaa, 0x03}, U8(oui >> 16), U16(oui), U16(ether_type), payload});
}

Bytes Tag(uint16_t identifier, uint16_t ether_type, const Bytes& payload) {
  constexpr uint16_t kPriority5 = 0xa000;
  return Join({U16(kPriority5 | identifier), U16(ether_type), payload});
}

Bytes Mpls(std::initializer_list<uint32_t> labels, const Bytes& payload) {
  Bytes stack;
  size_t left = labels.size();
  for (const uint32_t label : labels) {
    const uint32_t bottom_of_stack = --left == 0 ? 0x100 : 0;
    stack = Join({stack, U32(label << 12 | bottom_of_stack | 64)});
  }
  return Join({stack, payload});
}

Bytes Pppoe(const Bytes& ppp, uint8_t code) {
  return Join({U8(0x11), U8(code), U16(0x1234), U16(static_cast<uint32_t>(ppp.size())), ppp});
}

Bytes Ppp(uint16_t protocol, const Bytes& payload) { return Join({U16(protocol), payload}); }

Bytes LinuxCooked(uint16_t hardware_type, uint16_t protocol, const Bytes& payload) {
  return Join({U16(0), U16(hardware_type), U16(6), Mac(kSrcMac), U16(0), U16(protocol), payload});
}

Bytes LinuxCookedV2(uint16_t hardware_type, uint16_t protocol, const Bytes& payload) {
  return Join({U16(protocol), U16(0), U32(3), U16(hardware_type), U8(0), U8(6), Mac(kSrcMac),
               U16(0), payload});
}

Bytes Arp(uint16_t operation) {
  return Join({U16(1), U16(0x0800), U8(6), U8(4), U16(operation), Mac(kSrcMac), IpBytes(kSrc4),
               Mac("00:00:00:00:00:00"), IpBytes(kDst4)});
}

Bytes Ipv4(const Ipv4Fields& fields, const Bytes& payload) {
  const size_t header_bytes = 20 + fields.options.size();
  const auto total = static_cast<uint16_t>(header_bytes + payload.size());
  return Join({U8(fields.version_and_ihl.value_or(0x40 | header_bytes / 4)), U8(0),
               U16(fields.total_length.value_or(total)), U16(fields.id),
               U16(fields.flags_and_offset), U8(64), U8(fields.protocol), U16(0),
               IpBytes(fields.src), IpBytes(fields.dst), fields.options, payload});
}

Bytes Ipv6(const Ipv6Fields& fields, const Bytes& payload) {
  const auto length = static_cast<uint16_t>(payload.size());
  return Join({U32(uint32_t{fields.version} << 28), U16(fields.payload_length.value_or(length)),
               U8(fields.next_header), U8(63), IpBytes(fields.src), IpBytes(fields.dst), payload});
}

Bytes Extension(uint8_t next_header, uint8_t length, const Bytes& payload) {
  return Join({U8(next_header), U8(length), Zeros((size_t{length} + 1) * 8 - 2), payload});
}

Bytes Fragment6(uint8_t next_header, uint16_t offset_and_flags, uint32_t id, const Bytes& payload) {
  return Join({U8(next_header), U8(0), U16(offset_and_flags), U32(id), payload});
}

Bytes Authentication(uint8_t next_header, uint8_t length, const Bytes& payload) {
  return Join({U8(next_header), U8(length), Zeros((size_t{length} + 2) * 4 - 2), payload});
}

Bytes Tcp(const TcpFields& fields, const Bytes& payload) {
  const uint8_t words = fields.data_offset.value_or(5 + fields.options.size() / 4);
  return Join({U16(fields.src_port), U16(fields.dst_port), U32(fields.sequence),
               U32(fields.acknowledgement), U8(uint32_t{words} << 4), U8(fields.flags),
               U16(fields.window), U32(0), fields.options, payload});
}

Bytes Udp(const UdpFields& fields, const Bytes& payload) {
  const auto length = static_cast<uint16_t>(8 + payload.size());
  return Join({U16(fields.src_port), U16(fields.dst_port), U16(fields.length.value_or(length)),
               U16(0), payload});
}

Bytes Sctp(const Bytes& payload) { return Join({U16(2905), U16(2906), U32(7), U32(0), payload}); }

Bytes Icmp(uint8_t type, uint8_t code, const Bytes& payload) {
  return Join({U8(type), U8(code), U16(0), U32(0), payload});
}

Bytes Gre(uint16_t flags, uint16_t protocol, const Bytes& optional_fields, const Bytes& payload) {
  return Join({U16(flags), U16(protocol), optional_fields, payload});
}

Bytes Vxlan(uint8_t flags, const Bytes& frame) {
  return Join({U8(flags), Zeros(3), U32(77 << 8), frame});
}

Bytes GtpU(uint8_t flags, uint8_t message, const Bytes& optional_fields, const Bytes& payload) {
  const auto length = static_cast<uint32_t>(optional_fields.size() + payload.size());
  return Join({U8(flags), U8(message), U16(length), U32(99), optional_fields, payload});
}

}  // namespace wiregauge::decode::testing
