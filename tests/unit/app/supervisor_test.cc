// SPDX-License-Identifier: Apache-2.0
#include "app/supervisor.h"

#include <gtest/gtest.h>

namespace wiregauge::app {
namespace {

using std::chrono::seconds;

snapshot::Snapshot Of(std::initializer_list<const char*> states) {
  snapshot::Snapshot snapshot;
  snapshot.taken_at = SteadyTime(seconds(100));
  for (const char* const state : states) {
    snapshot::InterfaceView& interface = snapshot.interfaces.emplace_back();
    interface.live = true;
    interface.state = state;
  }
  return snapshot;
}

TEST(IsAlive, AsLongAsSnapshotsAreNew) {
  const auto snapshot = Of({"open"});
  EXPECT_TRUE(IsAlive(snapshot, SteadyTime(seconds(100)), seconds(10)));
  EXPECT_TRUE(IsAlive(snapshot, SteadyTime(seconds(110)), seconds(10)));
  EXPECT_FALSE(IsAlive(snapshot, SteadyTime(seconds(111)), seconds(10)));
}

TEST(IsAlive, NotWithASilentWorkerAmongMany) {
  EXPECT_FALSE(IsAlive(Of({"open", "stalled", "open"}), SteadyTime(seconds(100)), seconds(10)));
}

TEST(IsAlive, ThoughAFilesStorageIsSilent) {
  auto snapshot = Of({"open", "stalled"});
  snapshot.interfaces[1].live = false;
  EXPECT_TRUE(IsAlive(snapshot, SteadyTime(seconds(100)), seconds(10)));
}

TEST(IsAlive, WhenAllFilesWereReadHoweverLongAgo) {
  auto snapshot = Of({"ended"});
  snapshot.final = true;
  EXPECT_TRUE(IsAlive(snapshot, SteadyTime(seconds(100000)), seconds(10)));
}

TEST(IsAlive, WithSourcesThatGiveNothing) {
  EXPECT_TRUE(
      IsAlive(Of({"gone", "ended", "cut", "failed"}), SteadyTime(seconds(100)), seconds(10)));
  EXPECT_TRUE(IsAlive(Of({}), SteadyTime(seconds(100)), seconds(10)));
}

}  // namespace
}  // namespace wiregauge::app
