// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "model/alert.h"

namespace wiregauge::alerts {

using AlertPtr = std::shared_ptr<const model::Alert>;

// The alerts that are engaged, each once by its type and subject. Not thread-safe.
class EngagedAlerts {
 public:
  // Null: there is none.
  AlertPtr Find(std::string_view type, const model::AlertSubject& subject) const;
  AlertPtr Find(uint64_t id) const;

  // A new one, or what has become of the one of the same id, type and subject. One with a ttl
  // expires that long after `now`.
  void Put(AlertPtr alert, SteadyTime now);
  // Takes it out; null: there is none.
  AlertPtr Take(uint64_t id);
  // Takes one out that has expired by `now`; null: none has.
  AlertPtr TakeExpired(SteadyTime now);
  // The same ones under ids that are so much higher.
  void Renumber(uint64_t higher);

  size_t size() const { return by_id_.size(); }
  // The oldest first.
  std::vector<AlertPtr> All() const;

 private:
  using Key = std::pair<std::string, model::AlertSubject>;
  struct Entry {
    AlertPtr alert;
    std::optional<SteadyTime> expires_at;
  };

  static Key KeyOf(const model::Alert& alert) {
    return {alert.content.type, alert.content.subject};
  }

  std::map<uint64_t, Entry> by_id_;
  std::map<Key, uint64_t> ids_;
  std::set<std::pair<SteadyTime, uint64_t>> expiries_;
};

}  // namespace wiregauge::alerts
