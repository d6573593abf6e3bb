// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ip_address.h"

// Packets for tests, built from the inside out: Ethernet(0x0800, Ipv4({.protocol = 6}, Tcp({},
// ...))). Lengths are right unless a field overrides them; checksums are 0.
namespace wiregauge::decode::testing {

using Bytes = std::vector<uint8_t>;

Bytes Join(std::initializer_list<Bytes> parts);
Bytes U8(uint32_t value);
Bytes U16(uint32_t value);
Bytes U32(uint32_t value);
Bytes Text(std::string_view text);
Bytes Zeros(size_t count);

inline constexpr std::string_view kSrcMac = "02:00:00:00:00:01";
inline constexpr std::string_view kDstMac = "02:00:00:00:00:02";
inline constexpr std::string_view kSrc4 = "192.0.2.1", kDst4 = "198.51.100.2";
inline constexpr std::string_view kSrc6 = "2001:db8::1", kDst6 = "2001:db8::2";

Bytes Mac(std::string_view text);
IpAddress Ip(std::string_view text);

// Layer 2.
Bytes Ethernet(uint16_t ether_type, const Bytes& payload);
Bytes InnerEthernet(uint16_t ether_type, const Bytes& payload);  // other MAC addresses
Bytes Ethernet8023(const Bytes& llc);                            // with a length
Bytes Snap(uint32_t oui, uint16_t ether_type, const Bytes& payload);
Bytes Tag(uint16_t identifier, uint16_t ether_type, const Bytes& payload);  // after its TPID
Bytes Mpls(std::initializer_list<uint32_t> labels, const Bytes& payload);
Bytes Pppoe(const Bytes& ppp, uint8_t code = 0);
Bytes Ppp(uint16_t protocol, const Bytes& payload);
Bytes LinuxCooked(uint16_t hardware_type, uint16_t protocol, const Bytes& payload);
Bytes LinuxCookedV2(uint16_t hardware_type, uint16_t protocol, const Bytes& payload);
Bytes Arp(uint16_t operation);

// Layer 3.
struct Ipv4Fields {
  uint8_t protocol = 17;
  std::string_view src = kSrc4, dst = kDst4;
  uint16_t id = 0;
  uint16_t flags_and_offset = 0;
  Bytes options = {};  // a multiple of 4 bytes
  std::optional<uint16_t> total_length = {};
  std::optional<uint8_t> version_and_ihl = {};
};
Bytes Ipv4(const Ipv4Fields& fields, const Bytes& payload);

struct Ipv6Fields {
  uint8_t next_header = 17;
  std::string_view src = kSrc6, dst = kDst6;
  std::optional<uint16_t> payload_length = {};
  uint8_t version = 6;
};
Bytes Ipv6(const Ipv6Fields& fields, const Bytes& payload);
// Hop-by-hop, routing, destination options, mobility, HIP, shim6: (length + 1) * 8 bytes.
Bytes Extension(uint8_t next_header, uint8_t length, const Bytes& payload);
Bytes Fragment6(uint8_t next_header, uint16_t offset_and_flags, uint32_t id, const Bytes& payload);
Bytes Authentication(uint8_t next_header, uint8_t length, const Bytes& payload);

// Layer 4.
struct TcpFields {
  uint16_t src_port = 40000, dst_port = 443;
  uint32_t sequence = 1, acknowledgement = 2;
  uint8_t flags = 0x18;
  uint16_t window = 512;
  Bytes options = {};  // a multiple of 4 bytes
  std::optional<uint8_t> data_offset = {};
};
Bytes Tcp(const TcpFields& fields, const Bytes& payload);

struct UdpFields {
  uint16_t src_port = 50000, dst_port = 53;
  std::optional<uint16_t> length = {};
};
Bytes Udp(const UdpFields& fields, const Bytes& payload);
Bytes Sctp(const Bytes& payload);  // ports 2905 and 2906
Bytes Icmp(uint8_t type, uint8_t code, const Bytes& payload);

// Tunnels.
Bytes Gre(uint16_t flags, uint16_t protocol, const Bytes& optional_fields, const Bytes& payload);
Bytes Vxlan(uint8_t flags, const Bytes& frame);
// `optional_fields` are what the E, S and PN flags ask for.
Bytes GtpU(uint8_t flags, uint8_t message, const Bytes& optional_fields, const Bytes& payload);

}  // namespace wiregauge::decode::testing
