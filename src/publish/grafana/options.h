// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "publish/json/parsed.h"
#include "timeseries/archive.h"

namespace wiregauge::grafana {

// The target of a query in which nothing is chosen yet.
inline constexpr std::string_view kPlaceholder = "select metric";

inline constexpr size_t kDefaultRows = 20, kMostRows = 1000;

// What simPod JSON's editor lets choose beside the metric: of a target, in "payload", or "data" as
// it was called until 0.2.
struct Options {
  std::optional<size_t> limit;  // rows of a table, lines of an "all..." metric
  std::optional<timeseries::Aggregation> aggregation;

  // Numbers may be text, as variables are. kInvalidArgument: a value that is none.
  static Result<Options> Read(json::ParsedValue target);
};

}  // namespace wiregauge::grafana
