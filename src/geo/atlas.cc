// SPDX-License-Identifier: Apache-2.0
#include "geo/atlas.h"

#include <utility>

namespace wiregauge::geo {

Atlas::Atlas(std::vector<model::LocalNetwork> networks, std::vector<model::Pool> pools,
             std::unique_ptr<const AddressDatabase> countries,
             std::unique_ptr<const AddressDatabase> autonomous_systems)
    : PlaceNames(std::move(networks), std::move(pools)),
      countries_(std::move(countries)),
      autonomous_systems_(std::move(autonomous_systems)) {
  uint16_t number = 0;
  for (const model::LocalNetwork& network : this->networks()) {
    ++number;
    for (const IpNetwork& prefix : network.prefixes) networks_by_prefix_.Add(prefix, number);
  }
  number = 0;
  for (const model::Pool& pool : this->pools()) {
    ++number;
    for (const IpNetwork& prefix : pool.prefixes) pools_by_prefix_.Add(prefix, number);
    for (const MacAddress& mac : pool.macs) pools_by_mac_.emplace(mac, number);
  }
}

model::Place Atlas::Locate(const IpAddress& ip) const noexcept {
  model::Place place;
  place.network = networks_by_prefix_.Find(ip);
  place.pool = pools_by_prefix_.Find(ip);
  if (countries_ != nullptr) {
    const uint32_t entry = countries_->Find(ip);
    place.country = countries_->Country(entry);
    if (countries_->HasCity(entry)) place.city = entry;
  }
  if (autonomous_systems_ != nullptr) {
    const uint32_t entry = autonomous_systems_->Find(ip);
    place.asn = autonomous_systems_->AsNumber(entry);
    if (place.asn != 0 && autonomous_systems_->HasAsName(entry)) place.as_name = entry;
  }
  return place;
}

uint16_t Atlas::PoolOf(const IpAddress& ip, const MacAddress& mac) const noexcept {
  const auto by_mac = pools_by_mac_.find(mac);
  return by_mac != pools_by_mac_.end() ? by_mac->second : pools_by_prefix_.Find(ip);
}

std::optional<std::string> Atlas::AsName(const model::Place& place) const {
  if (place.as_name == 0 || autonomous_systems_ == nullptr) return std::nullopt;
  return autonomous_systems_->AsName(place.as_name);
}

std::optional<std::string> Atlas::City(const model::Place& place) const {
  if (place.city == 0 || countries_ == nullptr) return std::nullopt;
  return countries_->City(place.city);
}

}  // namespace wiregauge::geo
