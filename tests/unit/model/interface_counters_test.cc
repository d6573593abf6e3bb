// SPDX-License-Identifier: Apache-2.0
#include "model/interface_counters.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace wiregauge::model {
namespace {

using namespace std::chrono_literals;

TEST(HandshakeTimesTest, BoundsAscendAndAreInclusive) {
  EXPECT_TRUE(std::is_sorted(kHandshakeBounds.begin(), kHandshakeBounds.end()));
  for (size_t i = 0; i < kHandshakeBounds.size(); ++i) {
    HandshakeTimes times;
    times.Add(kHandshakeBounds[i]);
    EXPECT_EQ(times.handshakes[i], 1u);
    times.Add(kHandshakeBounds[i] + 1ns);
    EXPECT_EQ(times.handshakes[i + 1], 1u);
  }
}

TEST(HandshakeTimesTest, PartsAddUp) {
  InterfaceCounters a, b;
  a.handshakes.Add(1ms);
  a.handshakes.Add(11s);
  b.handshakes.Add(1ms);
  b.Merge(a);
  EXPECT_EQ(b.handshakes.count(), 3u);
  EXPECT_EQ(b.handshakes.sum, 11s + 2ms);
  EXPECT_EQ(b.handshakes.handshakes[3], 2u);
  EXPECT_EQ(b.handshakes.handshakes.back(), 1u);
}

}  // namespace
}  // namespace wiregauge::model
