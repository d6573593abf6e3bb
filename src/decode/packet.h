// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/ip_address.h"
#include "base/mac_address.h"
#include "base/packet_view.h"

namespace wiregauge::decode {

// The class of a frame by what its innermost layer-3 header is. Every decodable frame has one.
enum class L3Class : uint8_t { kIpv4, kIpv6, kArp, kOther };

// Why a frame or packet could not be decoded. kNone is success. "truncated" says that the capture
// stored too little (snap length); "malformed" that the bytes contradict themselves.
enum class DecodeError : uint8_t {
  kNone,
  kLinkTruncated,  // shorter than its link-layer header (with tags, labels, PPPoE)
  kIpv4Truncated,  // ends inside the IPv4 header or its options
  kIpv4Malformed,  // version, header length or total length are wrong
  kIpv6Truncated,  // ends inside the IPv6 header or an extension header
  kIpv6Malformed,  // version is wrong or extension headers do not end
  kTunnelTooDeep,  // more than kMaxEncapsulations headers of encapsulation
  kCount,
};

inline constexpr int kMaxEncapsulations = 8;

// "link_truncated", "ipv4_malformed", ...: the reason in metrics and the ledger.
const char* DecodeErrorName(DecodeError error);

// Encapsulations that were taken off to reach the innermost IP header, as bits.
enum class Tunnel : uint16_t {
  kNone = 0,
  kVlan = 1 << 0,
  kMpls = 1 << 1,
  kPppoe = 1 << 2,
  kIpInIp = 1 << 3,  // IPv4 or IPv6 in IPv4, IPv4 or IPv6 in IPv6 (RFC 2003, 2473, 4213)
  kGre = 1 << 4,     // RFC 2784, 2890; also PPTP's version 1 (RFC 2637)
  kVxlan = 1 << 5,   // RFC 7348
  kGtpU = 1 << 6,    // 3GPP TS 29.281
};

// Which IP tunnels are looked into. A tunnel that is not looked into is a flow of its own between
// its end points. VLAN tags, MPLS labels and PPPoE are always taken off.
struct Options {
  bool ip_in_ip = false;
  bool gre = false;
  bool vxlan = false;  // UDP port 4789
  bool gtp_u = false;  // UDP port 2152
};

// Bits of a TCP header's byte 13.
struct TcpFlags {
  static constexpr uint8_t kFin = 0x01, kSyn = 0x02, kRst = 0x04, kPsh = 0x08, kAck = 0x10,
                           kUrg = 0x20, kEce = 0x40, kCwr = 0x80;
};

// Options of a segment with SYN; other segments' are not read. As they were sent: a scale may be
// above the 14 that RFC 7323 allows.
struct TcpSynOptions {
  bool stored = false;                    // all of them were; else nothing below is known
  bool sack_permitted = false;            // RFC 2018
  bool timestamps = false;                // RFC 7323
  std::optional<uint16_t> mss_bytes{};    // RFC 9293, section 3.7.1
  std::optional<uint8_t> window_scale{};  // RFC 7323
};

struct TcpHeader {
  uint32_t sequence = 0;
  uint32_t acknowledgement = 0;
  uint16_t window = 0;  // as sent, not scaled
  uint8_t flags = 0;
  TcpSynOptions syn_options{};
};

// A frame taken apart. Plain data; the spans point into the PacketView it was made from.
struct DecodedPacket {
  L3Class l3_class = L3Class::kOther;
  // Of the innermost payload of the link layer, in the frame itself; 0 when it has none.
  uint16_t ether_type = 0;
  uint16_t vlan = 0;            // outermost 802.1Q/802.1ad identifier, 0 when untagged
  uint16_t inner_vlan = 0;      // the second tag of QinQ
  uint16_t tunnels = 0;         // Tunnel bits
  MacAddress src_mac, dst_mac;  // zero for link types without addresses
  uint16_t arp_operation = 0;   // kArp: 1 request, 2 reply (RFC 826); 0 when it was not stored
  // kArp: the IPv4 address that the frame's sender says it has; 0 when it has none yet (RFC 5227),
  // or speaks for another hardware address.
  uint32_t arp_sender_ipv4 = 0;

  // From here on only for kIpv4 and kIpv6: the innermost IP packet.
  IpAddress src, dst;
  uint8_t l4_protocol = 0;  // IANA number after extension headers
  uint8_t hop_limit = 0;    // TTL
  bool is_fragment = false;
  bool is_first_fragment = false;  // offset 0: carries the L4 header
  uint32_t fragment_id = 0;
  bool has_ports = false;  // TCP, UDP, SCTP with enough bytes for them
  uint16_t src_port = 0, dst_port = 0;
  // The L4 header's fixed part was stored and its lengths are sane; tcp/icmp below are valid. The
  // snap length may have cut TCP options.
  bool has_l4_header = false;
  TcpHeader tcp;
  uint8_t icmp_type = 0, icmp_code = 0;

  // The IP packet from its first byte: what was stored of it, without link-layer padding.
  std::span<const uint8_t> ip_packet;
  // The L4 payload that was stored ...
  std::span<const uint8_t> payload;
  // ... and its length on the wire by the IP length fields, 0 in later fragments' case: their
  // bytes.
  uint32_t payload_bytes = 0;
};

// Takes a frame apart. Never throws, never allocates, reads nothing outside the view. On an error
// `packet` still holds what was decoded up to there (MAC addresses, VLAN).
[[nodiscard]] DecodeError Decode(const PacketView& view, const Options& options,
                                 DecodedPacket& packet) noexcept;

}  // namespace wiregauge::decode
