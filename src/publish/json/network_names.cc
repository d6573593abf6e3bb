// SPDX-License-Identifier: Apache-2.0
#include "publish/json/network_names.h"

#include <algorithm>

namespace wiregauge::json {

NetworkNames::NetworkNames(std::vector<std::pair<IpNetwork, std::string>> networks) {
  std::stable_sort(networks.begin(), networks.end(), [](const auto& a, const auto& b) {
    return a.first.prefix_bits() > b.first.prefix_bits();
  });
  for (auto& [network, name] : networks) {
    if (name.empty()) continue;
    size_t first = 0;
    while (first < networks_.size() && networks_[first].name != name) ++first;
    networks_.push_back({network, std::move(name), first});
  }
}

std::optional<size_t> NetworkNames::IndexOf(const IpAddress& ip) const {
  for (const Network& known : networks_) {
    if (known.network.Contains(ip)) return known.first_of_name;
  }
  return std::nullopt;
}

std::vector<IpNetwork> NetworkNames::Named(std::string_view name) const {
  std::vector<IpNetwork> named;
  for (const Network& known : networks_) {
    if (known.name == name) named.push_back(known.network);
  }
  return named;
}

std::string NetworkNames::List() const {
  std::string list;
  for (size_t i = 0; i < networks_.size(); ++i) {
    if (networks_[i].first_of_name == i) list += (list.empty() ? "" : ", ") + networks_[i].name;
  }
  return list;
}

}  // namespace wiregauge::json
