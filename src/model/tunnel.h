// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

namespace wiregauge::model {

// Names of the bits of FlowRecord::tunnels, lowest first: decode::Tunnel.
inline constexpr std::array<const char*, 7> kTunnelNames = {"vlan", "mpls",  "pppoe", "ip_in_ip",
                                                            "gre",  "vxlan", "gtp_u"};

}  // namespace wiregauge::model
