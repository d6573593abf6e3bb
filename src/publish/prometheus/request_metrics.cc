// SPDX-License-Identifier: Apache-2.0
#include "publish/prometheus/request_metrics.h"

#include <algorithm>
#include <string_view>

namespace wiregauge::metrics {
namespace {

// Templates begin with a slash: none is one of these.
constexpr std::string_view kUnmatched = "unmatched", kOther = "other";

}  // namespace

void RequestMetrics::Observe(const http::Observation& observation) {
  std::string route(observation.path_template.empty() ? kUnmatched : observation.path_template);
  const std::string method(observation.method.empty() ? "unreadable" : observation.method);
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), observation.seconds);

  const MutexLock lock(mutex_);
  if (!HasRoomFor(route)) route = kOther;
  ++counts_.requests[{route, method, observation.status}];
  Durations& durations = counts_.durations[route];
  ++durations.counts[static_cast<size_t>(bound - kBounds.begin())];
  durations.seconds += observation.seconds;
}

bool RequestMetrics::HasRoomFor(const std::string& route) const {
  const auto& known = counts_.durations;
  return known.size() < kMostRoutes || route == kUnmatched || known.contains(route);
}

RequestMetrics::Counts RequestMetrics::counts() const {
  const MutexLock lock(mutex_);
  return counts_;
}

}  // namespace wiregauge::metrics
