// SPDX-License-Identifier: Apache-2.0
#include "alerts/settled_clock.h"

#include <gtest/gtest.h>

#include "unit/base/fixed_clock.h"

namespace wiregauge::alerts {
namespace {

using namespace std::chrono_literals;

TEST(SettledClockTest, IsBelievedAfterAnHourWithoutALeap) {
  FixedClock clock(Timestamp(1'000'000s));
  SettledClock settled(clock);
  const auto pass = [&](Duration time) {
    clock.now += time;
    clock.steady_now += time;
  };
  EXPECT_FALSE(settled.Now());
  pass(59min);
  EXPECT_FALSE(settled.Now());
  pass(1min);
  EXPECT_EQ(settled.Now(), clock.now);
  clock.now += 30s;
  EXPECT_EQ(settled.Now(), clock.now) << "set right by a little";
  clock.now += 24h;
  EXPECT_FALSE(settled.Now());
  pass(1h);
  EXPECT_EQ(settled.Now(), clock.now);
  clock.now -= 24h;
  EXPECT_FALSE(settled.Now());
}

}  // namespace
}  // namespace wiregauge::alerts
