// SPDX-License-Identifier: Apache-2.0
#include "publish/prometheus/request_metrics.h"

#include <algorithm>

namespace wiregauge::metrics {

void RequestMetrics::Observe(const http::Observation& observation) {
  const std::string route(observation.path_template.empty() ? "unmatched"
                                                            : observation.path_template);
  const std::string method(observation.method.empty() ? "unreadable" : observation.method);
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), observation.seconds);

  const MutexLock lock(mutex_);
  ++counts_.requests[{route, method, observation.status}];
  Durations& durations = counts_.durations[route];
  ++durations.counts[static_cast<size_t>(bound - kBounds.begin())];
  durations.seconds += observation.seconds;
}

RequestMetrics::Counts RequestMetrics::counts() const {
  const MutexLock lock(mutex_);
  return counts_;
}

}  // namespace wiregauge::metrics
