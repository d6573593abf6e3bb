// SPDX-License-Identifier: Apache-2.0
#include "base/packet_view.h"

namespace wiregauge {

const char* LinkTypeName(LinkType type) {
  switch (type) {
    case LinkType::kEthernet:
      return "ethernet";
    case LinkType::kLinuxCooked:
      return "linux_cooked";
    case LinkType::kLinuxCookedV2:
      return "linux_cooked_v2";
    case LinkType::kRawIp:
      return "raw_ip";
    case LinkType::kBsdNull:
      return "bsd_null";
    case LinkType::kBsdLoop:
      return "bsd_loop";
    case LinkType::kPpp:
      return "ppp";
    case LinkType::kPppHdlc:
      return "ppp_hdlc";
    case LinkType::kPppEthernet:
      return "ppp_ethernet";
    case LinkType::kCiscoHdlc:
      return "cisco_hdlc";
  }
  return "unknown";
}

}  // namespace wiregauge
