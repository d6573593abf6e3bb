// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <lua.hpp>
#include <optional>
#include <string_view>

#include "base/ip_address.h"

namespace wiregauge::lua::compat {

// A host as ntopng calls it: "192.0.2.1" without VLAN, "192.0.2.1@5" in one.
struct HostName {
  IpAddress ip;
  uint16_t vlan = 0;
};
std::optional<HostName> ParseHost(std::string_view text);

// Arguments (host [, vlan]): the text's VLAN, or else the number's. Nothing when the text names no
// host.
std::optional<HostName> HostArguments(lua_State* lua, int index);

// Hosts by address or prefix, in one VLAN or in any: "10.0.0.0/8", "192.0.2.1@5".
class HostSet {
 public:
  static std::optional<HostSet> Parse(std::string_view text);
  // Just this one.
  explicit HostSet(const HostName& host)
      : network_(host.ip, host.ip.version() == 4 ? uint8_t{32} : uint8_t{128}), vlan_(host.vlan) {}

  bool Holds(const IpAddress& ip, uint16_t vlan) const {
    return (!vlan_ || *vlan_ == vlan) && network_.Contains(ip);
  }

 private:
  HostSet(const IpNetwork& network, std::optional<uint16_t> vlan)
      : network_(network), vlan_(vlan) {}

  IpNetwork network_;
  std::optional<uint16_t> vlan_;
};

}  // namespace wiregauge::lua::compat
