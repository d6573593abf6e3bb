// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <unordered_map>

#include "snapshot/shard_slice.h"

namespace wiregauge::snapshot {
namespace {

size_t HashBytes(const void* data, size_t size) {
  return std::hash<std::string_view>()({static_cast<const char*>(data), size});
}

// Rows of several shards by their key; one shard's rows pass through as they are.
template <typename Row, typename Key, typename Hash>
class RowMerger {
 public:
  explicit RowMerger(std::vector<Row>& rows) : rows_(rows) {}

  void Add(const Key& key, const Row& row) {
    const auto [at, is_new] = index_.try_emplace(key, rows_.size());
    if (is_new) {
      rows_.push_back(row);
    } else {
      rows_[at->second].Merge(row);
    }
  }

 private:
  std::vector<Row>& rows_;
  std::unordered_map<Key, size_t, Hash> index_;
};

struct HostKey {
  uint16_t interface_index, vlan;
  IpAddress ip;
  bool operator==(const HostKey&) const = default;
};
struct HostKeyHash {
  size_t operator()(const HostKey& key) const {
    return HashBytes(key.ip.storage().data(), key.ip.storage().size()) ^
           (size_t{key.vlan} << 16 | key.interface_index);
  }
};
struct DeviceKey {
  uint16_t interface_index;
  MacAddress mac;
  bool operator==(const DeviceKey&) const = default;
};
struct DeviceKeyHash {
  size_t operator()(const DeviceKey& key) const {
    return HashBytes(key.mac.bytes.data(), key.mac.bytes.size()) ^ key.interface_index;
  }
};

// The worst state of an interface's workers, with its sentence.
int Badness(const std::string& state) {
  if (state == "failed") return 4;
  if (state == "gone") return 3;
  if (state == "cut") return 2;
  return state == "ended" ? 1 : 0;
}

void MergeInterface(InterfaceView& view, const ShardSlice& slice, bool first) {
  view.counters.Merge(slice.counters);
  view.drops.kernel_packets += slice.drops.kernel_packets;
  view.drops.interface_packets += slice.drops.interface_packets;
  view.flow_captures += slice.flow_captures;
  // A worker that has had no packet of a pipe does not know it.
  if (slice.link_type) view.link_type = slice.link_type;
  if (first || Badness(slice.state) > Badness(view.state)) {
    view.state = slice.state;
    view.problem = slice.problem;
  }
}

void MergeVlans(std::vector<model::VlanRecord>& vlans, const ShardSlice& slice) {
  for (const model::VlanRecord& part : slice.vlans) {
    const auto known = std::find_if(vlans.begin(), vlans.end(), [&](const model::VlanRecord& vlan) {
      return vlan.vlan == part.vlan && vlan.interface_index == part.interface_index;
    });
    if (known == vlans.end()) {
      vlans.push_back(part);
    } else {
      known->Merge(part);
    }
  }
}

void MergeRows(Snapshot& merged, const std::vector<std::shared_ptr<const ShardSlice>>& slices) {
  RowMerger<model::HostRecord, HostKey, HostKeyHash> hosts(merged.hosts);
  RowMerger<model::DeviceRecord, DeviceKey, DeviceKeyHash> devices(merged.devices);
  merged.places.resize(merged.interfaces.size());
  for (const auto& slice : slices) {
    merged.places[slice->interface_index].Merge(slice->places);
    const bool alone = merged.interfaces[slice->interface_index].workers == 1;
    merged.active_flows.insert(merged.active_flows.end(), slice->active_flows.begin(),
                               slice->active_flows.end());
    merged.ended_flows.insert(merged.ended_flows.end(), slice->ended_flows.begin(),
                              slice->ended_flows.end());
    if (alone) {
      merged.hosts.insert(merged.hosts.end(), slice->hosts.begin(), slice->hosts.end());
      merged.devices.insert(merged.devices.end(), slice->devices.begin(), slice->devices.end());
      continue;
    }
    for (const model::HostRecord& host : slice->hosts) {
      hosts.Add({host.interface_index, host.vlan, host.ip}, host);
    }
    for (const model::DeviceRecord& device : slice->devices) {
      devices.Add({device.interface_index, device.mac}, device);
    }
  }
}

// A host's MAC address is a router's when that device sent for several remote hosts. A local host's
// is its own otherwise; of a remote one that alone has it, it cannot be told.
void MarkRouters(Snapshot& merged) {
  std::unordered_map<DeviceKey, bool, DeviceKeyHash> is_router;
  for (const model::DeviceRecord& device : merged.devices) {
    is_router.emplace(DeviceKey{device.interface_index, device.mac}, device.forwarding.is_router());
  }
  for (model::HostRecord& host : merged.hosts) {
    if (host.mac.IsGroup()) continue;
    const auto device = is_router.find({host.interface_index, host.mac});
    if (device == is_router.end()) continue;
    if (device->second || host.local) host.mac_is_router = device->second;
  }
}

// A shard may know names of a host that has no flow there: the host's row gets them too.
void MergeNames(Snapshot& merged, const std::vector<std::shared_ptr<const ShardSlice>>& slices) {
  bool any = false;
  for (const auto& slice : slices) {
    any = any || !slice->names.empty();
    for (const model::NamedAddress& address : slice->names) merged.names.Add(address);
  }
  for (model::HostRecord& host : merged.hosts) {
    auto known = any ? merged.names.Find({host.ip, host.vlan, host.interface_index}) : nullptr;
    if (host.names != nullptr) {
      merged.names.Add({host.ip, host.vlan, host.interface_index, host.names});
      if (known != nullptr) known = merged.names.Find({host.ip, host.vlan, host.interface_index});
    }
    if (known != nullptr) host.names = std::move(known);
  }
}

void CountHosts(Snapshot& merged) {
  for (InterfaceView& interface : merged.interfaces) {
    interface.counters.active_hosts = interface.counters.idle_hosts = 0;
    interface.counters.devices = 0;
  }
  for (const model::HostRecord& host : merged.hosts) {
    model::InterfaceCounters& counters = merged.interfaces[host.interface_index].counters;
    ++(host.active ? counters.active_hosts : counters.idle_hosts);
  }
  for (const model::DeviceRecord& device : merged.devices) {
    ++merged.interfaces[device.interface_index].counters.devices;
  }
}

}  // namespace

std::shared_ptr<Snapshot> Merge(SteadyTime taken_at,
                                std::shared_ptr<const model::ApplicationCatalogue> catalogue,
                                const std::vector<InterfaceFacts>& interfaces, Detail detail,
                                const std::vector<std::shared_ptr<const ShardSlice>>& slices) {
  auto merged = std::make_shared<Snapshot>();
  merged->taken_at = taken_at;
  merged->catalogue = std::move(catalogue);
  for (const InterfaceFacts& facts : interfaces) {
    InterfaceView view;
    view.name = facts.name;
    view.source = facts.source;
    view.live = facts.live;
    view.workers = facts.workers;
    merged->interfaces.push_back(std::move(view));
  }
  std::vector<bool> seen(interfaces.size());
  merged->final = !slices.empty();
  for (const auto& slice : slices) {
    const uint16_t index = slice->interface_index;
    MergeInterface(merged->interfaces[index], *slice, !seen[index]);
    seen[index] = true;
    MergeVlans(merged->vlans, *slice);
    merged->final = merged->final && slice->last;
  }
  merged->detail = detail;
  if (detail == Detail::kRows) {
    MergeRows(*merged, slices);
    MarkRouters(*merged);
    MergeNames(*merged, slices);
    CountHosts(*merged);
  }
  return merged;
}

}  // namespace wiregauge::snapshot
