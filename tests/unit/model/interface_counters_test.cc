// SPDX-License-Identifier: Apache-2.0
#include "model/interface_counters.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace wiregauge::model {
namespace {

using namespace std::chrono_literals;

TEST(LatencyHistogramTest, BoundsAscendAndAreInclusive) {
  EXPECT_TRUE(std::is_sorted(kLatencyBounds.begin(), kLatencyBounds.end()));
  for (size_t i = 0; i < kLatencyBounds.size(); ++i) {
    LatencyHistogram latencies;
    latencies.Add(kLatencyBounds[i]);
    EXPECT_EQ(latencies.classes[i], 1u);
    latencies.Add(kLatencyBounds[i] + 1ns);
    EXPECT_EQ(latencies.classes[i + 1], 1u);
  }
}

TEST(LatencyHistogramTest, PartsAddUp) {
  InterfaceCounters a, b;
  a.handshakes.Add(1ms);
  a.handshakes.Add(11s);
  b.handshakes.Add(1ms);
  b.Merge(a);
  EXPECT_EQ(b.handshakes.count(), 3u);
  EXPECT_EQ(b.handshakes.sum, 11s + 2ms);
  EXPECT_EQ(b.handshakes.classes[3], 2u);
  EXPECT_EQ(b.handshakes.classes.back(), 1u);
}

}  // namespace
}  // namespace wiregauge::model
