// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "publish/grafana/script_targets.h"
#include "publish/grafana/tables.h"
#include "timeseries/catalogue.h"

namespace wiregauge::grafana {

// What one target names. Each once, in the order in which the target names them.
struct Resolved {
  std::vector<const timeseries::Metric*> metrics;
  std::vector<const Table*> tables;
  std::vector<const ScriptTarget*> scripts;
};

// Finds what the targets of one request name. Borrows what it looks in. Not thread-safe.
class Resolver {
 public:
  // Of all targets of the request: what they name, and how often all names are gone through.
  static constexpr size_t kMostResolved = 1000, kMostScans = 100;

  Resolver(const timeseries::Catalogue& catalogue, const std::vector<Table>& tables,
           const std::vector<ScriptTarget>& scripts)
      : catalogue_(catalogue), tables_(tables), scripts_(scripts) {}

  // The metric, table or script of exactly this name, or else everything whose name the target,
  // taken as a template (target.h), stands for; nothing for one that is not known.
  // kInvalidArgument: that is too much.
  Result<Resolved> Resolve(std::string_view target);

 private:
  class Finder;

  const timeseries::Catalogue& catalogue_;
  const std::vector<Table>& tables_;
  const std::vector<ScriptTarget>& scripts_;
  size_t resolved_ = 0, scans_ = 0;
};

}  // namespace wiregauge::grafana
