// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Numbers of the IEEE and IANA registries that more than one layer needs.
namespace wiregauge::decode {

namespace ether_type {
inline constexpr uint16_t kNone = 0;
inline constexpr uint16_t kSmallest = 0x0600;  // below it is a length, IEEE 802.3 3.2.6
inline constexpr uint16_t kIpv4 = 0x0800;
inline constexpr uint16_t kArp = 0x0806;
inline constexpr uint16_t kErspan3 = 0x22eb;
inline constexpr uint16_t kTransparentEthernet = 0x6558;  // RFC 7637 names it for GRE
inline constexpr uint16_t kVlan = 0x8100;
inline constexpr uint16_t kIpv6 = 0x86dd;
inline constexpr uint16_t kPpp = 0x880b;
inline constexpr uint16_t kMpls = 0x8847;
inline constexpr uint16_t kMplsUpstream = 0x8848;  // "multicast" until RFC 5332
inline constexpr uint16_t kPppoeSession = 0x8864;
inline constexpr uint16_t kProviderVlan = 0x88a8;
inline constexpr uint16_t kErspan = 0x88be;
inline constexpr uint16_t kOldProviderVlan = 0x9100;
}  // namespace ether_type

namespace ip_protocol {
inline constexpr uint8_t kHopByHop = 0;
inline constexpr uint8_t kIcmp = 1;
inline constexpr uint8_t kIpv4 = 4;
inline constexpr uint8_t kTcp = 6;
inline constexpr uint8_t kUdp = 17;
inline constexpr uint8_t kIpv6 = 41;
inline constexpr uint8_t kRouting = 43;
inline constexpr uint8_t kFragment = 44;
inline constexpr uint8_t kGre = 47;
inline constexpr uint8_t kAuthentication = 51;
inline constexpr uint8_t kIcmpv6 = 58;
inline constexpr uint8_t kDestinationOptions = 60;
inline constexpr uint8_t kSctp = 132;
inline constexpr uint8_t kMobility = 135;
inline constexpr uint8_t kHip = 139;
inline constexpr uint8_t kShim6 = 140;
}  // namespace ip_protocol

}  // namespace wiregauge::decode
