// SPDX-License-Identifier: Apache-2.0
#include "model/name_index.h"

#include <algorithm>
#include <functional>

namespace wiregauge::model {

size_t NameIndex::KeyHash::operator()(const Key& key) const {
  const auto& bytes = key.ip.storage();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return std::hash<std::string_view>()(text) ^ (size_t{key.vlan} << 16 | key.interface_index);
}

void NameIndex::Add(const NamedAddress& address) {
  const Key key{address.ip, address.vlan, address.interface_index};
  const auto [known, is_new] = names_.try_emplace(key, address.names);
  interfaces_ = std::max<uint16_t>(interfaces_, static_cast<uint16_t>(key.interface_index + 1));
  if (is_new) return;
  auto sum = std::make_shared<HostNames>(*known->second);
  sum->Merge(*address.names);
  known->second = std::move(sum);
}

std::shared_ptr<const HostNames> NameIndex::Find(const Key& key) const {
  const auto known = names_.find(key);
  return known == names_.end() ? nullptr : known->second;
}

std::string_view NameIndex::NameOf(const IpAddress& ip, uint16_t vlan,
                                   std::optional<uint16_t> interface_index) const {
  const uint16_t first = interface_index.value_or(0);
  const auto end = interface_index ? static_cast<uint16_t>(first + 1) : interfaces_;
  const HostName* best = nullptr;
  for (uint16_t interface = first; interface < end; ++interface) {
    const auto known = names_.find({ip, vlan, interface});
    const HostName* const name = known == names_.end() ? nullptr : known->second->best();
    if (name != nullptr && (best == nullptr || name->source < best->source)) best = name;
  }
  return best == nullptr ? std::string_view() : best->name;
}

}  // namespace wiregauge::model
