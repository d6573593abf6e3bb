// SPDX-License-Identifier: Apache-2.0
#include "snapshot/visible.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace wiregauge::snapshot {
namespace {

bool MaySeeAddress(const model::Identity& identity, const IpAddress& ip) {
  return identity.networks.empty() ||
         std::ranges::any_of(identity.networks,
                             [&](const IpNetwork& network) { return network.Contains(ip); });
}

// Copies what one identity may see of one snapshot.
class Copier {
 public:
  Copier(const Snapshot& from, const model::Identity& identity) : from_(from), identity_(identity) {
    to_.taken_at = from.taken_at;
    to_.final = from.final;
    to_.detail = from.detail;
    to_.catalogue = from.catalogue;
    to_.vendors = from.vendors;
  }

  Snapshot Copy() {
    CopyInterfaces();
    CopyRows(from_.hosts, to_.hosts,
             [&](const auto& host) { return MaySeeAddress(identity_, host.ip); });
    CopyFlows(from_.active_flows, to_.active_flows);
    CopyFlows(from_.ended_flows, to_.ended_flows);
    CopyNames();
    if (!identity_.networks.empty()) return std::move(to_);
    CopyRows(from_.vlans, to_.vlans, [](const auto&) { return true; });
    CopyRows(from_.devices, to_.devices, [](const auto&) { return true; });
    for (size_t i = 0; i < from_.places.size(); ++i) {
      if (indices_[i]) to_.places.push_back(from_.places[i]);
    }
    return std::move(to_);
  }

 private:
  bool SeesInterface(const std::string& name) const {
    return identity_.interfaces.empty() || std::ranges::count(identity_.interfaces, name) > 0;
  }

  void CopyInterfaces() {
    for (const InterfaceView& interface : from_.interfaces) {
      if (!SeesInterface(interface.name)) {
        indices_.emplace_back();
        continue;
      }
      indices_.emplace_back(static_cast<uint16_t>(to_.interfaces.size()));
      to_.interfaces.push_back(interface);
    }
  }

  template <typename Row, typename Sees>
  void CopyRows(const std::vector<Row>& from, std::vector<Row>& to, Sees sees) const {
    for (const Row& row : from) {
      const auto index = indices_[row.interface_index];
      if (!index || !sees(row)) continue;
      to.push_back(row);
      to.back().interface_index = *index;
    }
  }

  void CopyFlows(const std::vector<std::shared_ptr<const model::FlowBatch>>& from,
                 std::vector<std::shared_ptr<const model::FlowBatch>>& to) const {
    for (const auto& batch : from) {
      auto seen = std::make_shared<model::FlowBatch>();
      CopyRows(*batch, *seen,
               [&](const model::FlowRecord& flow) { return MaySeeFlow(identity_, flow); });
      if (!seen->empty()) to.push_back(std::move(seen));
    }
  }

  // Also of addresses outside: the other ends of flows that are seen have names.
  void CopyNames() {
    from_.names.ForEach([&](const model::NameIndex::Key& key, const model::HostNames& names) {
      const auto index = indices_[key.interface_index];
      if (!index) return;
      to_.names.Add({key.ip, key.vlan, *index, std::make_shared<const model::HostNames>(names)});
    });
  }

  const Snapshot& from_;
  const model::Identity& identity_;
  Snapshot to_;
  std::vector<std::optional<uint16_t>> indices_;  // of interfaces, there and here
};

bool SeesTheSame(const model::Identity& a, const model::Identity& b) {
  return a.interfaces == b.interfaces && a.networks == b.networks;
}

}  // namespace

bool MaySeeFlow(const model::Identity& identity, const model::FlowRecord& flow) {
  return MaySeeAddress(identity, flow.client.ip) || MaySeeAddress(identity, flow.server.ip);
}

std::shared_ptr<const Snapshot> VisiblePart(const Snapshot& snapshot,
                                            const model::Identity& identity) {
  return std::make_shared<const Snapshot>(Copier(snapshot, identity).Copy());
}

std::shared_ptr<const Snapshot> VisibleParts::Get(const std::shared_ptr<const Snapshot>& whole,
                                                  const model::Identity& identity) {
  const auto is_wanted = [&](const Part& part) {
    return SeesTheSame(part.identity, identity) && part.whole.lock() == whole;
  };
  {
    const MutexLock lock(mutex_);
    const auto found = std::ranges::find_if(parts_, is_wanted);
    if (found != parts_.end()) return found->part;
  }
  auto part = VisiblePart(*whole, identity);
  const MutexLock lock(mutex_);
  std::erase_if(parts_, [&](const Part& other) { return other.whole.expired(); });
  if (parts_.size() >= kMostParts) parts_.erase(parts_.begin());
  parts_.push_back({identity, whole, part});
  return part;
}

}  // namespace wiregauge::snapshot
