// SPDX-License-Identifier: Apache-2.0
#include "snapshot/snapshot.h"

#include <algorithm>
#include <unordered_map>

namespace wiregauge::snapshot {
namespace {

bool IsSameHost(const model::HostRecord& host, const IpAddress& ip, uint16_t vlan,
                std::optional<uint16_t> interface_index) {
  return host.ip == ip && host.vlan == vlan &&
         (!interface_index || host.interface_index == *interface_index);
}

}  // namespace

const model::FlowRecord* Snapshot::FindFlow(uint64_t id) const {
  const model::FlowRecord* found = nullptr;
  ForEachFlow([&](const model::FlowRecord& flow) {
    if (flow.id == id) found = &flow;
  });
  return found;
}

std::optional<uint16_t> Snapshot::FindInterface(std::string_view name) const {
  for (size_t i = 0; i < interfaces.size(); ++i) {
    if (interfaces[i].name == name) return static_cast<uint16_t>(i);
  }
  return std::nullopt;
}

std::optional<model::HostRecord> FindHost(const Snapshot& snapshot, const IpAddress& ip,
                                          uint16_t vlan, std::optional<uint16_t> interface_index) {
  std::optional<model::HostRecord> found;
  for (const model::HostRecord& host : snapshot.hosts) {
    if (!IsSameHost(host, ip, vlan, interface_index)) continue;
    if (found) {
      found->Merge(host);
    } else {
      found = host;
    }
  }
  return found;
}

model::HostTallies TalliesOf(const Snapshot& snapshot, const model::HostRecord& host,
                             std::optional<uint16_t> interface_index) {
  model::HostTallies tallies = host.tallies ? *host.tallies : model::HostTallies{};
  for (const auto& batch : snapshot.active_flows) {
    for (const model::FlowRecord& flow : *batch) {
      if (flow.vlan != host.vlan) continue;
      if (interface_index && flow.interface_index != *interface_index) continue;
      if (flow.client.ip == host.ip) tallies.AddUnreported(flow, true);
      if (flow.server.ip == host.ip) tallies.AddUnreported(flow, false);
    }
  }
  return tallies;
}

model::PlaceTable PlacesOf(const Snapshot& snapshot, model::PlaceKind kind,
                           std::span<const uint16_t> interfaces) {
  const auto is_chosen = [&](size_t index) {
    return interfaces.empty() || std::ranges::count(interfaces, index) > 0;
  };
  model::PlaceTable table(kind);
  for (size_t i = 0; i < snapshot.places.size(); ++i) {
    if (is_chosen(i)) table.Merge(snapshot.places[i].Of(kind));
  }
  for (const auto& batch : snapshot.active_flows) {
    for (const model::FlowRecord& flow : *batch) {
      if (is_chosen(flow.interface_index)) table.AddUnreported(flow);
    }
  }
  return table;
}

std::vector<VlanRow> VlansOf(const Snapshot& snapshot) {
  const auto key = [](uint16_t interface_index, uint16_t vlan) {
    return uint32_t{interface_index} << 16 | vlan;
  };
  std::vector<VlanRow> rows;
  std::unordered_map<uint32_t, size_t> places;
  for (const model::VlanRecord& vlan : snapshot.vlans) {
    places.emplace(key(vlan.interface_index, vlan.vlan), rows.size());
    rows.push_back({vlan});
  }
  for (const auto& batch : snapshot.active_flows) {
    for (const model::FlowRecord& flow : *batch) {
      const auto place = places.find(key(flow.interface_index, flow.vlan));
      if (place == places.end()) continue;
      rows[place->second].vlan.AddUnreported(flow);
      ++rows[place->second].active_flows;
    }
  }
  for (const model::HostRecord& host : snapshot.hosts) {
    const auto place = places.find(key(host.interface_index, host.vlan));
    if (place != places.end()) ++rows[place->second].hosts;
  }
  return rows;
}

}  // namespace wiregauge::snapshot
