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

TEST(Signals, EachWakeEndsOneWait) {
  Signals signals;
  signals.Wake();
  EXPECT_EQ(signals.Wait(kLong), 0);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(signals.Wait(std::chrono::milliseconds(20)), 0);
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(20));
}

TEST(Signals, WhatNohupIgnoresStaysIgnored) {
  const auto old = std::signal(SIGHUP, SIG_IGN);
  {
    Signals signals(Signals::Ignored::kStayIgnored);
    ReleaseHangUp();  // the tests before have blocked it
    kill(getpid(), SIGHUP);
    kill(getpid(), SIGINT);
    EXPECT_EQ(signals.Wait(kLong), SIGINT);
    EXPECT_EQ(signals.Wait(Duration::zero()), 0);
  }
  {
    Signals signals(Signals::Ignored::kAreHeard);
    kill(getpid(), SIGHUP);
    EXPECT_EQ(signals.Wait(kLong), SIGHUP);
  }
  std::signal(SIGHUP, old);
}

TEST(Signals, AHangUpThatIsHeldIsHeardLater) {
  HoldHangUp();
  kill(getpid(), SIGHUP);  // would end this test
  Signals signals;
  EXPECT_EQ(signals.Wait(kLong), SIGHUP);
}

TEST(Signals, HaveNames) {
  EXPECT_EQ(SignalName(SIGTERM), "TERM");
  EXPECT_EQ(SignalName(SIGHUP), "HUP");
  EXPECT_EQ(SignalName(12345), "12345");
}

}  // namespace
}  // namespace wiregauge::app
