// SPDX-License-Identifier: Apache-2.0
#include "model/contact_sketch.h"

#include <gtest/gtest.h>

#include <cmath>

namespace wiregauge::model {
namespace {

IpAddress Address(uint32_t number) {
  const std::array<uint8_t, 4> bytes = {
      static_cast<uint8_t>(number >> 24), static_cast<uint8_t>(number >> 16),
      static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)};
  return IpAddress::V4(bytes);
}

ContactSketch SketchOf(uint32_t first, uint32_t end) {
  ContactSketch sketch;
  for (uint32_t i = first; i < end; ++i) sketch.Add(ContactSketch::HashOf(Address(i)));
  return sketch;
}

TEST(ContactSketchTest, FewAreExact) {
  EXPECT_EQ(ContactSketch().Estimate(), 0u);
  for (const uint32_t number : {1u, 2u, 63u, 64u}) {
    ContactSketch sketch = SketchOf(0, number);
    sketch.Merge(sketch);
    EXPECT_EQ(sketch.Estimate(), number);
  }
}

// Three standard errors; the addresses are consecutive, as a scan's are.
TEST(ContactSketchTest, ManyAreEstimatedWithinTheStatedError) {
  ContactSketch sketch;
  uint32_t added = 0;
  for (const uint32_t number : {65u, 100u, 300u, 1000u, 2560u, 5000u, 20'000u, 300'000u}) {
    for (; added < number; ++added) sketch.Add(ContactSketch::HashOf(Address(added)));
    EXPECT_NEAR(static_cast<double>(sketch.Estimate()), number, number * 0.1) << number;
    EXPECT_LE(sketch.owned_bytes(), 1024u);
  }
}

TEST(ContactSketchTest, TheErrorIsOfTheStatedSize) {
  double squares = 0;
  constexpr int kTrials = 100;
  constexpr uint32_t kNumber = 10'000;
  for (uint32_t i = 0; i < kTrials; ++i) {
    const auto estimate = static_cast<double>(SketchOf(i * kNumber, (i + 1) * kNumber).Estimate());
    squares += std::pow(estimate / kNumber - 1, 2);
  }
  EXPECT_NEAR(std::sqrt(squares / kTrials), 1.04 / 32, 0.01);
}

TEST(ContactSketchTest, PartsOfShardsSayWhatOneShardSays) {
  for (const uint32_t number : {10u, 64u, 65u, 100u, 129u, 5000u}) {
    const uint64_t whole = SketchOf(0, number).Estimate();
    for (const uint32_t cut : {0u, 1u, number / 2, number}) {
      ContactSketch one = SketchOf(0, cut), other = SketchOf(cut / 2, number);
      ContactSketch backwards = other;
      backwards.Merge(one);
      one.Merge(other);
      EXPECT_EQ(one.Estimate(), whole) << number << " cut at " << cut;
      EXPECT_EQ(backwards.Estimate(), whole) << number << " cut at " << cut;
    }
  }
}

TEST(ContactSketchTest, HoldsWhatWasAdded) {
  for (const uint32_t number : {5u, 500u}) {
    const ContactSketch sketch = SketchOf(0, number);
    for (uint32_t i = 0; i < number; ++i) {
      EXPECT_TRUE(sketch.Holds(ContactSketch::HashOf(Address(i))));
    }
  }
  EXPECT_FALSE(SketchOf(0, 5).Holds(ContactSketch::HashOf(Address(5))));
}

TEST(ContactSketchTest, Ipv4AndIpv6AreDifferentAddresses) {
  std::array<uint8_t, 16> bytes{};
  bytes[0] = 10;
  EXPECT_NE(ContactSketch::HashOf(IpAddress::V6(bytes)),
            ContactSketch::HashOf(*IpAddress::Parse("10.0.0.0")));
}

}  // namespace
}  // namespace wiregauge::model
