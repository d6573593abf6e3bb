// SPDX-License-Identifier: Apache-2.0
#include "app/task.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <latch>

namespace wiregauge::app {
namespace {

constexpr Duration kLong = std::chrono::seconds(60);

TEST(Task, EndsTheWaitWhenItIsDone) {
  Signals signals;
  bool called = false;
  Task task(signals, [&] { called = true; });
  EXPECT_EQ(task.Wait(), 0);
  EXPECT_TRUE(called);
}

TEST(Task, SignalsAreHeardWhileItWorks) {
  Signals signals;
  std::latch hold(1);
  Task task(signals, [&] { hold.wait(); });
  for (const int number : {SIGINT, SIGHUP, SIGTERM}) {
    kill(getpid(), number);
    EXPECT_EQ(task.Wait(), number);
  }
  EXPECT_EQ(task.Wait(std::chrono::milliseconds(20)), std::nullopt);
  hold.count_down();
  EXPECT_EQ(task.Wait(kLong), 0);
}

TEST(Task, ASignalAfterItsEndIsForTheNextOne) {
  Signals signals;
  Task task(signals, [] {});
  EXPECT_EQ(task.Wait(), 0);
  kill(getpid(), SIGTERM);
  EXPECT_EQ(task.Wait(kLong), 0);
  EXPECT_EQ(signals.Wait(kLong), SIGTERM);
}

}  // namespace
}  // namespace wiregauge::app
