// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace wiregauge::model {

// Upper bounds of the classes of a latency; the last class has none.
inline constexpr std::array<Duration, 16> kLatencyBounds = [] {
  using namespace std::chrono_literals;
  return std::array<Duration, 16>{100us, 250us, 500us, 1ms,   2500us, 5ms,    10ms, 25ms,
                                  50ms,  100ms, 250ms, 500ms, 1s,     2500ms, 5s,   10s};
}();
inline constexpr size_t kLatencyClasses = kLatencyBounds.size() + 1;

// The index of the class that a latency belongs to; a bound is of the class below it.
size_t LatencyClassOf(Duration latency);

// Latencies of one kind by their class: of handshakes, of requests. Counters: they never go down.
struct LatencyHistogram {
  std::array<uint64_t, kLatencyClasses> classes{};  // how many in each, not cumulative
  Duration sum{};

  void Add(Duration latency);
  uint64_t count() const;
  LatencyHistogram& operator+=(const LatencyHistogram& other);
  bool operator==(const LatencyHistogram&) const = default;
};

}  // namespace wiregauge::model
