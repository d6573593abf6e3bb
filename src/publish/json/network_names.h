// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ip_address.h"

namespace wiregauge::json {

// The local networks that have a name: the aliases of the setting local_networks. Several may have
// the same one. Immutable: any thread.
class NetworkNames {
 public:
  NetworkNames() = default;
  // Networks without a name (an empty one) are left out.
  explicit NetworkNames(std::vector<std::pair<IpNetwork, std::string>> networks);

  // The name of the smallest network that holds the address, as a number for NameAt: equal for
  // equal names. Nothing when no named one does.
  std::optional<size_t> IndexOf(const IpAddress& ip) const;
  const std::string& NameAt(size_t index) const { return networks_[index].name; }

  // The networks of this name; empty when there is none.
  std::vector<IpNetwork> Named(std::string_view name) const;
  // Every name once, with commas between.
  std::string List() const;

 private:
  struct Network {
    IpNetwork network;
    std::string name;
    size_t first_of_name = 0;
  };
  std::vector<Network> networks_;  // smallest first
};

}  // namespace wiregauge::json
