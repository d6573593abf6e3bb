// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ip_address.h"
#include "model/host_names.h"

namespace wiregauge::model {

// The names of all addresses of a snapshot, also of addresses that are no host's now. Built once,
// then immutable and for any thread.
class NameIndex {
 public:
  struct Key {
    IpAddress ip;
    uint16_t vlan = 0;
    uint16_t interface_index = 0;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };

  // Names of an address that is there already are merged with what is known.
  void Add(const NamedAddress& address);

  // Null when there is none.
  std::shared_ptr<const HostNames> Find(const Key& key) const;
  // The best one; empty when there is none. On any interface when none is named.
  std::string_view NameOf(const IpAddress& ip, uint16_t vlan,
                          std::optional<uint16_t> interface_index) const;

  bool empty() const { return names_.empty(); }
  // Calls visit(const Key&, const HostNames&) for each address, in no order.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (const auto& [key, names] : names_) visit(key, *names);
  }

 private:
  std::unordered_map<Key, std::shared_ptr<const HostNames>, KeyHash> names_;
  uint16_t interfaces_ = 0;  // one more than the highest index
};

}  // namespace wiregauge::model
