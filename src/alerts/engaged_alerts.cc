// SPDX-License-Identifier: Apache-2.0
#include "alerts/engaged_alerts.h"

namespace wiregauge::alerts {

AlertPtr EngagedAlerts::Find(std::string_view type, const model::AlertSubject& subject) const {
  const auto at = ids_.find(Key(type, subject));
  return at == ids_.end() ? nullptr : by_id_.at(at->second).alert;
}

AlertPtr EngagedAlerts::Find(uint64_t id) const {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? nullptr : at->second.alert;
}

void EngagedAlerts::Put(AlertPtr alert, SteadyTime now) {
  Entry& entry = by_id_[alert->id];
  if (entry.expires_at) expiries_.erase({*entry.expires_at, alert->id});
  entry.expires_at.reset();
  if (alert->ttl) {
    entry.expires_at = now + *alert->ttl;
    expiries_.emplace(*entry.expires_at, alert->id);
  }
  ids_.insert_or_assign(KeyOf(*alert), alert->id);
  entry.alert = std::move(alert);
}

AlertPtr EngagedAlerts::Take(uint64_t id) {
  const auto at = by_id_.find(id);
  if (at == by_id_.end()) return nullptr;
  AlertPtr alert = std::move(at->second.alert);
  if (at->second.expires_at) expiries_.erase({*at->second.expires_at, id});
  ids_.erase(KeyOf(*alert));
  by_id_.erase(at);
  return alert;
}

AlertPtr EngagedAlerts::TakeExpired(SteadyTime now) {
  if (expiries_.empty() || expiries_.begin()->first > now) return nullptr;
  return Take(expiries_.begin()->second);
}

void EngagedAlerts::Renumber(uint64_t higher) {
  std::map<uint64_t, Entry> by_id;
  expiries_.clear();
  for (auto& [id, entry] : by_id_) {
    auto alert = std::make_shared<model::Alert>(*entry.alert);
    alert->id += higher;
    if (entry.expires_at) expiries_.emplace(*entry.expires_at, alert->id);
    ids_.insert_or_assign(KeyOf(*alert), alert->id);
    by_id[id + higher] = {std::move(alert), entry.expires_at};
  }
  by_id_ = std::move(by_id);
}

std::vector<AlertPtr> EngagedAlerts::All() const {
  std::vector<AlertPtr> all;
  all.reserve(by_id_.size());
  for (const auto& [id, entry] : by_id_) all.push_back(entry.alert);
  return all;
}

}  // namespace wiregauge::alerts
