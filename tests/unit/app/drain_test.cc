// SPDX-License-Identifier: Apache-2.0
#include "app/drain.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <latch>

namespace wiregauge::app {
namespace {

constexpr Duration kLong = std::chrono::seconds(60);

TEST(Drain, EndsWhenEverythingHasStopped) {
  Signals signals;
  bool called = false;
  Drain drain(signals, [&] { called = true; });
  EXPECT_EQ(drain.Wait(kLong), Drain::Outcome::kStopped);
  EXPECT_TRUE(called);
}

TEST(Drain, ASecondSignalEndsTheWait) {
  Signals signals;
  std::latch hold(1);
  Drain drain(signals, [&] { hold.wait(); });
  kill(getpid(), SIGINT);
  EXPECT_EQ(drain.Wait(kLong), Drain::Outcome::kSecondSignal);
  hold.count_down();
}

TEST(Drain, AnotherReloadDoesNot) {
  Signals signals;
  std::latch hold(1);
  Drain drain(signals, [&] { hold.wait(); });
  kill(getpid(), SIGHUP);
  EXPECT_EQ(drain.Wait(std::chrono::milliseconds(20)), Drain::Outcome::kTimeIsUp);
  hold.count_down();
  EXPECT_EQ(drain.Wait(kLong), Drain::Outcome::kStopped);
}

}  // namespace
}  // namespace wiregauge::app
