// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "base/mutex.h"
#include "publish/http/server.h"

namespace wiregauge::metrics {

// Counts the requests that the HTTP server answered. Label values come from the server's routes and
// methods, never from a client. Routes come and go, a count stays; there are kMostRoutes, in the
// order in which they were first asked for, and "other" for the rest. Thread-safe; the lock is held
// for an addition or a copy.
class RequestMetrics {
 public:
  // Upper bounds of the duration classes, in seconds.
  static constexpr std::array<double, 13> kBounds = {
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};

  static constexpr size_t kMostRoutes = 500;

  struct Durations {
    std::array<uint64_t, kBounds.size() + 1> counts{};
    double seconds = 0;
  };
  struct Counts {
    std::map<std::tuple<std::string, std::string, int>, uint64_t> requests;  // route, method, code
    std::map<std::string, Durations> durations;                              // by route
  };

  void Observe(const http::Observation& observation) WIREGAUGE_EXCLUDES(mutex_);
  Counts counts() const WIREGAUGE_EXCLUDES(mutex_);

 private:
  bool HasRoomFor(const std::string& route) const WIREGAUGE_REQUIRES(mutex_);

  mutable Mutex mutex_;
  Counts counts_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::metrics
