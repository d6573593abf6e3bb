// SPDX-License-Identifier: Apache-2.0
#include "alerts/alert_counts.h"

#include <algorithm>
#include <string_view>

#include "alerts/alert_content.h"

namespace wiregauge::alerts {
namespace {

size_t IndexOf(const model::AlertContent& content) { return static_cast<size_t>(content.severity); }

}  // namespace

void AlertCounts::CountRaised(const model::AlertContent& content) {
  ++CountsOf(content.type).raised[IndexOf(content)];
  Host* const host = HostOf(content.subject);
  if (host == nullptr) return;
  ++host->counts.total;
  host->round = ++round_;
}

void AlertCounts::CountEngaged(const model::AlertContent& content) {
  ++CountsOf(content.type).engaged[IndexOf(content)];
  if (Host* const host = HostOf(content.subject)) ++host->counts.engaged;
}

void AlertCounts::CountEnded(const model::AlertContent& content) {
  --CountsOf(content.type).engaged[IndexOf(content)];
  if (Host* const host = HostOf(content.subject)) --host->counts.engaged;
}

TypeCounts& AlertCounts::CountsOf(const std::string& type) {
  const auto known = numbers_.find(type);
  if (known != numbers_.end()) return types_[known->second];
  if (types_.size() + 1 >= kMostTypes && type != kOtherType) {
    return CountsOf(std::string(kOtherType));
  }
  numbers_.emplace(type, types_.size());
  types_.push_back({type, {}, {}});
  return types_.back();
}

// Null: it is about no host.
AlertCounts::Host* AlertCounts::HostOf(const model::AlertSubject& subject) {
  if (subject.kind != model::SubjectKind::kHost) return nullptr;
  const auto host = model::ParseHostOfAlert(subject.name);
  if (!host) return nullptr;
  told_.reset();
  if (hosts_.size() > kMostHosts) ForgetOldHosts();
  return &hosts_[{subject.interface, host->ip, host->vlan}];
}

// Half of them, so that it is seldom; what is engaged stays.
void AlertCounts::ForgetOldHosts() {
  std::vector<uint64_t> rounds;
  for (const auto& [key, host] : hosts_) {
    if (host.counts.engaged == 0) rounds.push_back(host.round);
  }
  if (rounds.empty()) return;
  const auto middle = rounds.begin() + static_cast<ptrdiff_t>(rounds.size() / 2);
  std::ranges::nth_element(rounds, middle);
  std::erase_if(hosts_, [limit = *middle](const auto& entry) {
    return entry.second.counts.engaged == 0 && entry.second.round <= limit;
  });
}

std::shared_ptr<const model::HostAlerts> AlertCounts::hosts() {
  if (told_ == nullptr) {
    std::vector<model::HostAlerts::Row> rows;
    rows.reserve(hosts_.size());
    for (const auto& [key, host] : hosts_) {
      const auto& [interface, ip, vlan] = key;
      rows.push_back({interface, ip, vlan, host.counts});
    }
    told_ = std::make_shared<const model::HostAlerts>(std::move(rows));
  }
  return told_;
}

}  // namespace wiregauge::alerts
