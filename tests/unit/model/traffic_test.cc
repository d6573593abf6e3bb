// SPDX-License-Identifier: Apache-2.0
#include "model/traffic.h"

#include <gtest/gtest.h>

#include <numeric>

namespace wiregauge::model {
namespace {

using namespace std::chrono_literals;

Timestamp At(Duration time) { return Timestamp(1'000'000s + time); }

TEST(RateMeterTest, NowIsTheLastFullSecondInBits) {
  RateMeter meter;
  meter.Add(At(100ms), 100);
  meter.Add(At(900ms), 25);
  EXPECT_EQ(meter.At(At(950ms)).bits_per_second_now, 0u);
  EXPECT_EQ(meter.At(At(1s)).bits_per_second_now, 1000u);
  EXPECT_EQ(meter.At(At(1s)).packets_per_second_now, 2u);
  EXPECT_EQ(meter.At(At(2s)).bits_per_second_now, 0u);
  EXPECT_EQ(meter.At(At(2s)).bits_per_second_peak, 1000u);
}

TEST(RateMeterTest, AfterTheEndOnlyThePeakIsLeft) {
  RateMeter meter;
  meter.Add(At(100ms), 100);
  EXPECT_EQ(meter.AfterEnd().bits_per_second_now, 0u);
  EXPECT_EQ(meter.AfterEnd().packets_per_second_now, 0u);
  EXPECT_EQ(meter.AfterEnd().bits_per_second_peak, 800u);
  EXPECT_EQ(meter.AfterEnd().packets_per_second_peak, 1u);
}

TEST(RateMeterTest, ThePeakOfMergedMetersIsAtMostTheSum) {
  RateMeter a, b;
  a.Add(At(0s), 100);
  b.Add(At(1s), 50);
  a.Merge(b);
  EXPECT_EQ(a.At(At(1s)).bits_per_second_now, 800u);
  EXPECT_EQ(a.At(At(1s)).bits_per_second_peak, 1200u);
}

TEST(RateMeterTest, AGapIsNotASecond) {
  RateMeter meter;
  meter.Add(At(0s), 100);
  meter.Add(At(5s), 10);
  EXPECT_EQ(meter.At(At(5s)).bits_per_second_now, 0u);
  EXPECT_EQ(meter.At(At(6s)).bits_per_second_now, 80u);
}

TEST(RateMeterTest, MergedMetersOfOneThingAddUp) {
  RateMeter a, b;
  a.Add(At(0s), 100);
  a.Add(At(1s), 1);
  b.Add(At(0s), 50);
  b.Merge(a);
  EXPECT_EQ(b.At(At(1s)).bits_per_second_now, 1200u);
  EXPECT_EQ(b.At(At(2s)).bits_per_second_now, 8u);
  a.Merge(RateMeter{});
  EXPECT_EQ(a.At(At(1s)).bits_per_second_now, 800u);
}

TEST(RateMeterTest, KnownLaterCountsAllAtOnce) {
  RateMeter meter;
  meter.Add(At(0s), Traffic{3, 300});
  EXPECT_EQ(meter.At(At(1s)).packets_per_second_now, 3u);
  EXPECT_EQ(meter.At(At(1s)).bits_per_second_now, 2400u);
}

TEST(PacketSizesTest, EachSizeHasOneClassAndBoundsAreInclusive) {
  PacketSizes sizes;
  for (const uint32_t bytes : {1u, 64u, 65u, 1518u, 1519u, 9000u, 9001u, 65535u}) sizes.Add(bytes);
  EXPECT_EQ(sizes.packets, (std::array<uint64_t, 10>{2, 1, 0, 0, 0, 1, 1, 0, 1, 2}));
  PacketSizes twice = sizes;
  twice += sizes;
  EXPECT_EQ(std::accumulate(twice.packets.begin(), twice.packets.end(), uint64_t{0}), 16u);
}

TEST(L4Test, NamesAndClasses) {
  EXPECT_EQ(L4ProtocolName(6), "TCP");
  EXPECT_EQ(L4ProtocolName(251), "251");
  EXPECT_EQ(L4ClassOf(58), L4Class::kIcmpv6);
  EXPECT_EQ(L4ClassOf(47), L4Class::kOther);
  EXPECT_STREQ(L4ClassName(L4Class::kSctp), "sctp");
}

}  // namespace
}  // namespace wiregauge::model
