// SPDX-License-Identifier: Apache-2.0
#include "reverse_dns/lookup_cache.h"

#include <functional>
#include <string_view>

namespace wiregauge::reverse_dns {

using model::LookupResult;

size_t LookupCache::Hash::operator()(const IpAddress& ip) const {
  const auto& bytes = ip.storage();
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

LookupCache::Known LookupCache::Find(const IpAddress& ip, Timestamp now) const {
  const auto known = entries_.find(ip);
  if (known == entries_.end()) return {nullptr, true};
  const Entry& entry = known->second;
  return {entry.names, !entry.asked_for && (!entry.ends || *entry.ends <= now)};
}

bool LookupCache::Enqueue(const IpAddress& ip) {
  if (room() == 0) {
    ++counters_.dropped_queue_full;
    return false;
  }
  entries_[ip].asked_for = true;
  waiting_.push_back(ip);
  return true;
}

std::optional<IpAddress> LookupCache::Take() {
  if (waiting_.empty()) return std::nullopt;
  const IpAddress ip = waiting_.front();
  waiting_.pop_front();
  ++under_way_;
  return ip;
}

void LookupCache::Store(const IpAddress& ip, LookupResult result, const std::string& name,
                        Timestamp now, Timestamp ends) {
  --under_way_;
  ++counters_.results[static_cast<size_t>(result)];
  Entry& entry = entries_[ip];
  entry.asked_for = false;
  if (entry.ends) by_end_.erase({*entry.ends, ip});
  entry.ends = ends;
  by_end_.emplace(ends, ip);
  if (result == LookupResult::kNoName) entry.names = nullptr;
  if (result == LookupResult::kName) {
    auto names = std::make_shared<model::HostNames>();
    names->Tell(model::NameSource::kReverseDns, name, now);
    entry.names = std::move(names);
  }
  MakeRoom();
}

// Those that are asked for stay: their number is bounded by itself.
void LookupCache::MakeRoom() {
  while (by_end_.size() > limits_.most_results) {
    const auto first = by_end_.begin();
    const auto entry = entries_.find(first->second);
    if (entry->second.asked_for) {
      entry->second.ends.reset();
      entry->second.names = nullptr;
    } else {
      entries_.erase(entry);
    }
    by_end_.erase(first);
    ++counters_.dropped_cache_full;
  }
}

model::ReverseLookupCounters LookupCache::counters() const {
  model::ReverseLookupCounters counters = counters_;
  counters.waiting = waiting_.size() + under_way_;
  counters.cached = by_end_.size();
  return counters;
}

}  // namespace wiregauge::reverse_dns
