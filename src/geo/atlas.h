// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/mac_address.h"
#include "geo/address_database.h"
#include "geo/prefix_map.h"
#include "model/place.h"

namespace wiregauge::geo {

// Where addresses are: local networks and pools of the settings, country, city and autonomous
// system of the databases. The longest prefix wins. Asked once for each host that comes into a
// table, never for a packet.
//
// Thread-safety: immutable.
class Atlas final : public model::PlaceNames {
 public:
  // Knows no place.
  Atlas() = default;
  // Either database may be null: then that is not known.
  Atlas(std::vector<model::LocalNetwork> networks, std::vector<model::Pool> pools,
        std::unique_ptr<const AddressDatabase> countries,
        std::unique_ptr<const AddressDatabase> autonomous_systems);

  // The pool is the address' one.
  model::Place Locate(const IpAddress& ip) const noexcept;

  bool has_pools_by_mac() const { return !pools_by_mac_.empty(); }
  // The pool of a machine: a MAC address that is in one goes before the IP address.
  uint16_t PoolOf(const IpAddress& ip, const MacAddress& mac) const noexcept;

  std::optional<std::string> AsName(const model::Place& place) const override;
  std::optional<std::string> City(const model::Place& place) const override;

 private:
  PrefixMap networks_by_prefix_, pools_by_prefix_;
  std::map<MacAddress, uint16_t> pools_by_mac_;
  std::unique_ptr<const AddressDatabase> countries_, autonomous_systems_;
};

}  // namespace wiregauge::geo
