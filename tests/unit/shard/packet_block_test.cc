// SPDX-License-Identifier: Apache-2.0
#include "shard/packet_block.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace wiregauge::shard {
namespace {

using namespace std::chrono_literals;

PacketView ViewOf(const std::vector<uint8_t>& bytes, uint64_t number) {
  PacketView view;
  view.captured = bytes;
  view.wire_bytes = static_cast<uint32_t>(bytes.size());
  view.number = number;
  return view;
}

// Fills the block with copies of a packet; how many it took.
size_t Fill(PacketBlock& block, const std::vector<uint8_t>& bytes) {
  size_t count = 0;
  while (block.Add(ViewOf(bytes, count + 1))) ++count;
  return count;
}

TEST(PacketBlockTest, KeepsWhatItTookUntilItIsFull) {
  PacketBlock block;
  std::vector<uint8_t> bytes(1400);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  const size_t count = Fill(block, bytes);
  ASSERT_GT(count, 100u);
  ASSERT_EQ(block.packets().size(), count);
  for (size_t i = 0; i < count; ++i) {
    EXPECT_EQ(block.packets()[i].number, i + 1);
    EXPECT_TRUE(std::ranges::equal(block.packets()[i].captured, bytes)) << i;
  }
  block.Clear();
  EXPECT_TRUE(block.empty());
  EXPECT_EQ(Fill(block, bytes), count);
}

TEST(PacketBlockTest, IsFullOfManyPacketsWithoutBytesToo) {
  PacketBlock block;
  EXPECT_LT(Fill(block, {}), 100'000u);
}

TEST(PacketBlockTest, TakesAPacketOfAnySizeWhenItIsEmpty) {
  PacketBlock block;
  const std::vector<uint8_t> jumbo(4 << 20, 7), small(60, 8);
  ASSERT_TRUE(block.Add(ViewOf(small, 1)));
  EXPECT_FALSE(block.Add(ViewOf(jumbo, 2)));
  block.Clear();
  ASSERT_TRUE(block.Add(ViewOf(jumbo, 2)));
  EXPECT_EQ(block.packets()[0].captured.size(), jumbo.size());
  EXPECT_TRUE(std::ranges::equal(block.packets()[0].captured, jumbo));
}

class Numbers final : public capture::PacketHandler {
 public:
  void OnPacket(const PacketView& packet) noexcept override { seen.push_back(packet.number); }
  std::vector<uint64_t> seen;
};

TEST(BlockSourceTest, HandsOnAllPacketsInOrderAndEndsWithTheQueue) {
  auto queue = std::make_shared<BlockQueue>();
  const std::vector<uint8_t> bytes(60);
  for (const uint64_t first : {1, 4}) {
    auto block = queue->TakeEmpty();
    for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(block->Add(ViewOf(bytes, first + i)));
    queue->Push(std::move(block));
  }
  queue->Close();
  BlockSource source(queue, std::nullopt);
  Numbers numbers;
  EXPECT_EQ(source.Poll(numbers, 2, 0s), 2u);
  EXPECT_EQ(source.Poll(numbers, 2, 0s), 1u);
  EXPECT_EQ(source.Poll(numbers, 100, 0s), 3u);
  EXPECT_EQ(source.state(), capture::SourceState::kOpen);
  EXPECT_EQ(source.Poll(numbers, 100, 0s), 0u);
  EXPECT_EQ(source.state(), capture::SourceState::kEnded);
  EXPECT_EQ(numbers.seen, (std::vector<uint64_t>{1, 2, 3, 4, 5, 6}));
}

}  // namespace
}  // namespace wiregauge::shard
