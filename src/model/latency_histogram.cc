// SPDX-License-Identifier: Apache-2.0
#include "model/latency_histogram.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace wiregauge::model {

size_t LatencyClassOf(Duration latency) {
  const auto bound = std::lower_bound(kLatencyBounds.begin(), kLatencyBounds.end(), latency);
  return static_cast<size_t>(bound - kLatencyBounds.begin());
}

void LatencyHistogram::Add(Duration latency) {
  ++classes[LatencyClassOf(latency)];
  sum += latency;
}

uint64_t LatencyHistogram::count() const {
  return std::accumulate(classes.begin(), classes.end(), uint64_t{0});
}

LatencyHistogram& LatencyHistogram::operator+=(const LatencyHistogram& other) {
  std::transform(classes.begin(), classes.end(), other.classes.begin(), classes.begin(),
                 std::plus<>());
  sum += other.sum;
  return *this;
}

}  // namespace wiregauge::model
