// SPDX-License-Identifier: Apache-2.0
#include "app/signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace wiregauge::app {
namespace {

constexpr Duration kLong = std::chrono::seconds(60);

TEST(Signals, ArriveOneByOne) {
  Signals signals;
  for (const int number : {SIGHUP, SIGTERM, SIGINT}) {
    kill(getpid(), number);
    EXPECT_EQ(signals.Wait(kLong), number);
  }
  EXPECT_EQ(signals.Wait(Duration::zero()), 0);
}

TEST(Signals, WakeEndsTheWait) {
  Signals signals;
  signals.Wake();
  EXPECT_EQ(signals.Wait(kLong), 0);
}

}  // namespace
}  // namespace wiregauge::app
