// SPDX-License-Identifier: Apache-2.0
#include "model/traffic.h"

#include <algorithm>
#include <functional>

namespace wiregauge::model {

Rates RateMeter::At(Timestamp now) const {
  const auto second = static_cast<uint32_t>(UnixSeconds(now));
  uint64_t bytes = 0;
  uint64_t packets = 0;
  if (second <= second_) {
    bytes = last_bytes_;
    packets = last_packets_;
  } else if (second == second_ + 1) {
    bytes = bytes_;
    packets = packets_;
  }
  return {bytes * 8, peak_bytes_ * 8, packets, peak_packets_};
}

void RateMeter::Merge(const RateMeter& other) {
  RateMeter later = other;
  if (later.second_ > second_) {
    Turn(later.second_);
  } else if (second_ > later.second_) {
    later.Turn(second_);
  }
  bytes_ += later.bytes_;
  packets_ += later.packets_;
  last_bytes_ += later.last_bytes_;
  last_packets_ += later.last_packets_;
  peak_bytes_ += later.peak_bytes_;
  peak_packets_ += later.peak_packets_;
}

PacketSizes& PacketSizes::operator+=(const PacketSizes& other) {
  std::transform(packets.begin(), packets.end(), other.packets.begin(), packets.begin(),
                 std::plus<>());
  return *this;
}

const char* L4ClassName(L4Class l4_class) {
  switch (l4_class) {
    case L4Class::kTcp:
      return "tcp";
    case L4Class::kUdp:
      return "udp";
    case L4Class::kSctp:
      return "sctp";
    case L4Class::kIcmp:
      return "icmp";
    case L4Class::kIcmpv6:
      return "icmpv6";
    case L4Class::kOther:
    case L4Class::kCount:
      break;
  }
  return "other";
}

std::string L4ProtocolName(uint8_t l4_protocol) {
  switch (l4_protocol) {
    case 1:
      return "ICMP";
    case 2:
      return "IGMP";
    case 4:
      return "IPIP";
    case 6:
      return "TCP";
    case 8:
      return "EGP";
    case 9:
      return "IGP";
    case 17:
      return "UDP";
    case 33:
      return "DCCP";
    case 41:
      return "IPv6";
    case 46:
      return "RSVP";
    case 47:
      return "GRE";
    case 50:
      return "ESP";
    case 51:
      return "AH";
    case 58:
      return "ICMPv6";
    case 59:
      return "IPv6-NoNxt";
    case 88:
      return "EIGRP";
    case 89:
      return "OSPF";
    case 94:
      return "IPIP";
    case 103:
      return "PIM";
    case 112:
      return "VRRP";
    case 115:
      return "L2TP";
    case 132:
      return "SCTP";
    case 136:
      return "UDPLite";
    case 137:
      return "MPLS-in-IP";
    default:
      return std::to_string(l4_protocol);
  }
}

}  // namespace wiregauge::model
