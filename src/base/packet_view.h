// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/time.h"

namespace wiregauge {

// How a captured frame begins; named after libpcap's DLT_ values.
enum class LinkType : uint8_t {
  kEthernet,       // DLT_EN10MB
  kLinuxCooked,    // DLT_LINUX_SLL
  kLinuxCookedV2,  // DLT_LINUX_SLL2
  kRawIp,          // DLT_RAW, DLT_IPV4, DLT_IPV6
  kBsdNull,        // DLT_NULL: address family in the byte order of the capturing host
  kBsdLoop,        // DLT_LOOP: the same in network order
  kPpp,            // DLT_PPP, with or without HDLC framing
  kPppHdlc,        // DLT_PPP_SERIAL
  kPppEthernet,    // DLT_PPP_ETHER: a PPPoE session without the Ethernet header
  kCiscoHdlc,      // DLT_C_HDLC
};

const char* LinkTypeName(LinkType type);  // "ethernet", "linux_cooked", ...

// One frame as it was captured. A view: the bytes belong to the source and are valid only during
// the call that hands them over.
struct PacketView {
  Timestamp time;                     // as stored: it may be late, early or damaged
  std::span<const uint8_t> captured;  // what was stored: up to the snap length
  uint32_t wire_bytes = 0;            // the frame's length on the wire: what is counted
  // 1, 2, 3 ... unique in the interface. For a file: the position in it, whatever the workers. For
  // several workers on a live interface: n * workers + worker.
  uint64_t number = 0;
  LinkType link_type = LinkType::kEthernet;
  // The time by its source's PacketClock, where one reader hands the packets of a source to
  // several. Nothing: the receiver gets all of them and keeps that clock itself.
  std::optional<Timestamp> clock{};
};

}  // namespace wiregauge
