// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "capture/packet_source.h"

namespace wiregauge::capture {

struct LiveOptions {
  std::string interface;
  std::string filter;  // BPF expression, pcap-filter(7); empty takes everything
  bool promiscuous = true;
  uint32_t snap_length_bytes = 0;
  uint64_t ring_bytes = 0;    // the kernel's buffer of each worker
  uint32_t workers = 1;       // handles joined by PACKET_FANOUT_HASH
  uint32_t worker = 0;        // which of them this is
  uint16_t fanout_group = 0;  // the same in all workers of one interface, unique in the process
};

// Opens one worker's handle. Errors: kNotFound (no such interface), kPermissionDenied, kUnavailable
// (down), kInvalidArgument (filter).
Result<std::unique_ptr<PacketSource>> OpenLive(const LiveOptions& options);

struct InterfaceInfo {
  std::string name;
  std::string description;
  std::vector<IpNetwork> networks;  // its addresses with their prefix lengths
  bool up = false;
  bool loopback = false;
};

Result<std::vector<InterfaceInfo>> ListInterfaces();
// The interface of the IPv4 or else IPv6 default route (/proc/net/route, /proc/net/ipv6_route).
Result<std::string> DefaultRouteInterface();

// "1.10.3 (with TPACKET_V3)": pcap_lib_version.
std::string LibraryVersion();

}  // namespace wiregauge::capture
