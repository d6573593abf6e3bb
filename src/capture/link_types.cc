// SPDX-License-Identifier: Apache-2.0
#include "capture/link_types.h"

#include "capture/pcap_handle.h"

namespace wiregauge::capture {

Result<LinkType> LinkTypeOfDlt(int dlt) {
  // DLT_RAW has three values: 12 nearly everywhere, 14 on OpenBSD, and LINKTYPE_RAW, 101, in files.
  constexpr int kRawOfOpenBsd = 14;
  constexpr int kRawInFiles = 101;
  switch (dlt) {
    case DLT_EN10MB:
      return LinkType::kEthernet;
    case DLT_LINUX_SLL:
      return LinkType::kLinuxCooked;
    case DLT_LINUX_SLL2:
      return LinkType::kLinuxCookedV2;
    case DLT_RAW:
    case kRawOfOpenBsd:
    case kRawInFiles:
    case DLT_IPV4:
    case DLT_IPV6:
      return LinkType::kRawIp;
    case DLT_NULL:
      return LinkType::kBsdNull;
    case DLT_LOOP:
      return LinkType::kBsdLoop;
    case DLT_PPP:
      return LinkType::kPpp;
    case DLT_PPP_SERIAL:
      return LinkType::kPppHdlc;
    case DLT_PPP_ETHER:
      return LinkType::kPppEthernet;
    case DLT_C_HDLC:
      return LinkType::kCiscoHdlc;
    default:
      break;
  }
  const char* const name = pcap_datalink_val_to_name(dlt);
  return Error{ErrorCode::kInvalidArgument,
               std::string("link type ") + (name != nullptr ? name : "unknown to libpcap") + " (" +
                   std::to_string(dlt) +
                   ") is not supported; supported are Ethernet, Linux cooked (v1, v2), raw IP, BSD "
                   "null and loopback, PPP (plain, serial, PPPoE) and Cisco HDLC"};
}

}  // namespace wiregauge::capture
