// SPDX-License-Identifier: Apache-2.0
#include "base/packet_clock.h"

#include <gtest/gtest.h>

namespace wiregauge {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp At(std::chrono::seconds seconds) { return Timestamp(seconds); }

TEST(PacketClock, FollowsTheNewestTime) {
  PacketClock clock;
  EXPECT_EQ(clock.now(), Timestamp{});
  EXPECT_EQ(clock.Advance(At(1'000'000s)), At(1'000'000s));
  EXPECT_EQ(clock.Advance(At(1'000'010s)), At(1'000'010s));
  EXPECT_EQ(clock.Advance(At(999'000s)), At(1'000'010s)) << "late";
  EXPECT_EQ(clock.Advance(At(1'003'610s)), At(1'003'610s)) << "an hour is no leap";
  EXPECT_EQ(clock.now(), At(1'003'610s));
}

TEST(PacketClock, ASingleLeapMovesNothing) {
  for (const auto wrong : {4'000'000'000s, 1'010'000s, 5s}) {
    PacketClock clock;
    clock.Advance(At(1'000'000s));
    EXPECT_EQ(clock.Advance(At(wrong)), At(1'000'000s));
    EXPECT_EQ(clock.Advance(At(1'000'001s)), At(1'000'001s));
    EXPECT_EQ(clock.Advance(At(wrong)), At(1'000'001s)) << "confirmed by its neighbour alone";
  }
}

TEST(PacketClock, ALeapThatTheNextPacketConfirmsIsMade) {
  for (const auto there : {4'000'000'000s, 5s}) {
    PacketClock clock;
    clock.Advance(At(1'000'000s));
    clock.Advance(At(there));
    EXPECT_EQ(clock.Advance(At(there + 2s)), At(there + 2s));
    EXPECT_EQ(clock.Advance(At(there + 1s)), At(there + 2s));
  }
}

TEST(PacketClock, AWrongFirstTimeIsLeftBehind) {
  PacketClock clock;
  clock.Advance(At(4'000'000'000s));
  clock.Advance(At(1'000s));
  EXPECT_EQ(clock.Advance(At(1'001s)), At(1'001s));
}

TEST(IsSilent, AfterTheTimeoutOrFromBeforeALeapBack) {
  EXPECT_FALSE(IsSilent(At(1'000s), At(990s), 10s));
  EXPECT_TRUE(IsSilent(At(1'000s), At(989s), 10s));
  EXPECT_FALSE(IsSilent(At(1'000s), At(1'500s), 10s)) << "the clock has to catch up";
  EXPECT_TRUE(IsSilent(At(1'000s), At(4'601s), 10s));
}

}  // namespace
}  // namespace wiregauge
