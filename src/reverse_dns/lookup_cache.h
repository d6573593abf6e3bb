// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/ip_address.h"
#include "base/time.h"
#include "model/host_names.h"
#include "model/reverse_lookups.h"

namespace wiregauge::reverse_dns {

struct CacheLimits {
  size_t most_waiting = 4096;
  size_t most_results = 65536;
};

// What is known of addresses' names, that there is none included, and the addresses that wait to be
// asked for. Bounded; when it is full the result that ends first leaves. Not thread-safe.
class LookupCache {
 public:
  explicit LookupCache(const CacheLimits& limits) : limits_(limits) {}

  // What an address needs before its name is known as of now.
  struct Known {
    std::shared_ptr<const model::HostNames> names;  // null: none that is known
    bool is_due = false;                            // to be asked for, and not yet waiting
  };
  Known Find(const IpAddress& ip, Timestamp now) const;

  // An address that is due waits; false, and counted, when there is no room.
  bool Enqueue(const IpAddress& ip);
  // The one that waits longest; it is under way then. Nothing: none waits.
  std::optional<IpAddress> Take();
  // The result of one that was taken. A failure leaves the name that was known before.
  void Store(const IpAddress& ip, model::LookupResult result, const std::string& name,
             Timestamp now, Timestamp ends);

  size_t room() const { return limits_.most_waiting - waiting_.size(); }
  model::ReverseLookupCounters counters() const;

 private:
  struct Hash {
    size_t operator()(const IpAddress& ip) const;
  };
  struct Entry {
    std::shared_ptr<const model::HostNames> names;
    std::optional<Timestamp> ends;  // nothing: no result yet
    bool asked_for = false;         // waits or is under way
  };

  void MakeRoom();

  const CacheLimits limits_;
  std::unordered_map<IpAddress, Entry, Hash> entries_;
  std::set<std::pair<Timestamp, IpAddress>> by_end_;  // entries with a result
  std::deque<IpAddress> waiting_;
  size_t under_way_ = 0;
  model::ReverseLookupCounters counters_;
};

}  // namespace wiregauge::reverse_dns
