// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <numeric>

#include "base/byte_reader.h"
#include "base/keyed_hash.h"
#include "base/result.h"

namespace wiregauge {
namespace {

TEST(ResultTest, HoldsAValueOrAnError) {
  Result<std::unique_ptr<int>> good = std::make_unique<int>(7);
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(**good, 7);
  const Result<int> bad = Error{ErrorCode::kNotFound, "open x: not there"};
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(Status().ok());
  EXPECT_EQ(Status(Error{ErrorCode::kInternal, "no"}).error().message, "no");
}

TEST(ResultDeathTest, ReadingTheOtherSideAborts) {
  const Result<int> bad = Error{ErrorCode::kNotFound, "x"};
  EXPECT_DEATH((void)bad.value(), "broken promise");
}

TEST(ByteReaderTest, ReadsNetworkOrderAndStopsAtTheEnd) {
  const std::array<uint8_t, 8> bytes = {1, 2, 3, 4, 5, 6, 7, 8};
  ByteReader reader(bytes);
  uint8_t one = 0;
  uint16_t two = 0;
  uint32_t four = 0;
  ASSERT_TRUE(reader.Read8(one) && reader.Read16(two) && reader.Read32(four));
  EXPECT_EQ(one, 1);
  EXPECT_EQ(two, 0x0203);
  EXPECT_EQ(four, 0x04050607u);
  EXPECT_FALSE(reader.Read16(two));
  EXPECT_EQ(reader.remaining(), 1u);
  EXPECT_FALSE(reader.Skip(2));
  EXPECT_TRUE(reader.Skip(1));
  EXPECT_FALSE(reader.Read8(one));
}

TEST(ByteReaderTest, TruncateOnlyShortens) {
  const std::array<uint8_t, 4> bytes{};
  ByteReader reader(bytes);
  reader.Truncate(9);
  EXPECT_EQ(reader.remaining(), 4u);
  reader.Truncate(2);
  std::span<const uint8_t> view;
  EXPECT_FALSE(reader.ReadBytes(3, view));
  EXPECT_TRUE(reader.ReadBytes(2, view));
}

// The first vector of SipHash's reference for 128 bits: no bytes under the key 00 01 ... 0f.
TEST(SipHash128Test, IsTheReferences) {
  HashSecret secret;
  std::iota(secret.begin(), secret.end(), uint8_t{0});
  EXPECT_THAT(SipHash128(secret, {}),
              testing::ElementsAre(0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72,
                                   0x14, 0xc7, 0x55, 0x02, 0x93));
}

TEST(KeyedHashTest, DependsOnTheSecretAndOnEveryByte) {
  const KeyedHash a(KeyedHash::Secret{1}), b(KeyedHash::Secret{2});
  std::array<uint8_t, 40> key{};
  const auto low = [&key](const KeyedHash& hash) {
    return static_cast<uint32_t>(hash(std::span<const uint8_t, 40>(key)));
  };
  const uint32_t before = low(a);
  EXPECT_EQ(before, low(a));
  EXPECT_NE(before, low(b));
  for (uint8_t& byte : key) {
    byte ^= 1;
    EXPECT_NE(before, low(a));
    byte ^= 1;
  }
  EXPECT_NE(low(KeyedHash::Random()), low(KeyedHash::Random()));
}

}  // namespace
}  // namespace wiregauge
