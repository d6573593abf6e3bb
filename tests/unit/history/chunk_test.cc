// SPDX-License-Identifier: Apache-2.0
#include "history/chunk.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace wiregauge::history {
namespace {

constexpr size_t kMost = 3600;

void ExpectKept(const std::vector<Point>& points) {
  const auto decoded = DecodeChunk(EncodeChunk(points), kMost);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, points);
}

std::vector<Point> RandomPoints(size_t count, int64_t most) {
  std::mt19937_64 random(7);
  std::vector<Point> points;
  for (size_t i = 0; i < count; ++i) {
    const auto value = static_cast<int64_t>(random() % static_cast<uint64_t>(most));
    points.push_back(random() % 10 == 0 ? Point{} : Point::Of(value));
  }
  return points;
}

TEST(ChunkTest, KeepsEveryPoint) {
  constexpr int64_t kLow = std::numeric_limits<int64_t>::min();
  constexpr int64_t kHigh = std::numeric_limits<int64_t>::max();
  ExpectKept({});
  ExpectKept({{}, {}});
  ExpectKept({Point::Of(0)});
  ExpectKept({Point::Of(kHigh), Point::Of(kLow), {}, Point::Of(-1)});
  ExpectKept({{60, kHigh, kLow, kHigh, -5}, {}, {3, 9, 1, 5, 3}, {1, 7, 7, 7, 7}});
  ExpectKept(RandomPoints(kMost, 1'000'000));
  ExpectKept(RollUp(RandomPoints(kMost, 1'000'000), 60));
}

TEST(ChunkTest, IsShort) {
  const std::vector<Point> constant(kMost, Point::Of(123'456));
  EXPECT_LT(EncodeChunk(constant).size(), 20u);
  std::vector<Point> growing;
  for (int i = 0; i < 3600; ++i) growing.push_back(Point::Of(1'000'000'000 + i));
  EXPECT_LT(EncodeChunk(growing).size(), kMost + 30);
  EXPECT_LT(EncodeChunk(RandomPoints(kMost, 1 << 20)).size(), kMost * 3 + 2000);
}

TEST(ChunkTest, RefusesWhatItDidNotWrite) {
  const auto bytes = EncodeChunk(RollUp(RandomPoints(600, 1000), 10));
  ASSERT_TRUE(DecodeChunk(bytes, 60).ok());
  EXPECT_FALSE(DecodeChunk(bytes, 59).ok()) << "more points than the span has";
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(DecodeChunk(std::span(bytes).first(length), 60).ok()) << length;
  }
  auto longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(DecodeChunk(longer, 60).ok());
  auto newer = bytes;
  newer[0] = 2;
  EXPECT_EQ(DecodeChunk(newer, 60).error().code, ErrorCode::kDataLoss);
}

TEST(ChunkTest, RandomBytesAreHarmless) {
  std::mt19937 random(1);
  auto bytes = EncodeChunk(RandomPoints(100, 1000));
  for (int i = 0; i < 20'000; ++i) {
    auto damaged = bytes;
    damaged[random() % damaged.size()] = static_cast<uint8_t>(random());
    damaged[random() % damaged.size()] = static_cast<uint8_t>(random());
    const auto decoded = DecodeChunk(damaged, kMost);
    if (decoded.ok()) {
      EXPECT_LE(decoded->size(), kMost);
    }
  }
}

}  // namespace
}  // namespace wiregauge::history
