// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/resolve.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "publish/grafana/target.h"

namespace wiregauge::grafana {

using timeseries::Catalogue;
using timeseries::Metric;

// Collects what patterns name, each thing once.
class Resolver::Finder {
 public:
  Finder(const Catalogue& catalogue, const std::vector<Table>& tables,
         const std::vector<ScriptTarget>& scripts)
      : catalogue_(catalogue), tables_(tables), scripts_(scripts) {}

  void AddNamed(std::string_view name) {
    if (const Metric* const metric = catalogue_.Find(name)) Add(metric, found_.metrics);
    const auto table = std::ranges::find(tables_, name, &Table::name);
    if (table != tables_.end()) Add(&*table, found_.tables);
    const auto script = std::ranges::find(scripts_, name, &ScriptTarget::name);
    if (script != scripts_.end()) Add(&*script, found_.scripts);
  }
  void AddMatching(std::string_view pattern) {
    for (const Metric& metric : catalogue_.metrics()) {
      if (MatchesPattern(pattern, metric.name)) Add(&metric, found_.metrics);
    }
    for (const Table& table : tables_) {
      if (MatchesPattern(pattern, table.name)) Add(&table, found_.tables);
    }
    for (const ScriptTarget& script : scripts_) {
      if (MatchesPattern(pattern, script.name)) Add(&script, found_.scripts);
    }
  }
  size_t size() const { return seen_.size(); }
  Resolved Take() { return std::move(found_); }

 private:
  template <typename Thing>
  void Add(const Thing* thing, std::vector<const Thing*>& to) {
    if (seen_.insert(thing).second) to.push_back(thing);
  }

  const Catalogue& catalogue_;
  const std::vector<Table>& tables_;
  const std::vector<ScriptTarget>& scripts_;
  Resolved found_;
  std::unordered_set<const void*> seen_;
};

Result<Resolved> Resolver::Resolve(std::string_view target) {
  Finder finder(catalogue_, tables_, scripts_);
  finder.AddNamed(target);
  if (finder.size() == 0) {
    const auto patterns = ExpandTarget(target);
    if (!patterns.ok()) return patterns.error();
    for (const std::string& pattern : *patterns) {
      if (!HasAnyText(pattern)) {
        finder.AddNamed(pattern);
      } else if (++scans_ <= kMostScans) {
        finder.AddMatching(pattern);
      } else {
        return Error{ErrorCode::kInvalidArgument,
                     "The targets have * in more than " + std::to_string(kMostScans) + " names."};
      }
    }
  }
  resolved_ += finder.size();
  if (resolved_ > kMostResolved) {
    return Error{ErrorCode::kInvalidArgument, "The targets stand for more than " +
                                                  std::to_string(kMostResolved) +
                                                  " metrics: narrow them down."};
  }
  return finder.Take();
}

}  // namespace wiregauge::grafana
