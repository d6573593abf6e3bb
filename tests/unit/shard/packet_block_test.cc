// SPDX-License-Identifier: Apache-2.0
#include "shard/packet_block.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace wiregauge::shard {
namespace {

using namespace std::chrono_literals;

// `bytes` are an IPv4 packet, or no sound frame at all.
flow::KeyedFrame FrameOf(const std::vector<uint8_t>& bytes, uint64_t number) {
  PacketView view;
  view.link_type = LinkType::kRawIp;
  view.captured = bytes;
  view.wire_bytes = static_cast<uint32_t>(bytes.size());
  view.number = number;
  return {view, {}, KeyedHash(KeyedHash::Secret{})};
}

// A UDP datagram with a payload of that length.
std::vector<uint8_t> Datagram(uint16_t payload_bytes) {
  const auto high = [](int value) { return static_cast<uint8_t>(value >> 8); };
  const auto low = [](int value) { return static_cast<uint8_t>(value); };
  const int total = payload_bytes + 28, udp = payload_bytes + 8;
  std::vector<uint8_t> bytes = {0x45, 0,  high(total), low(total), 0, 0,  0, 0, 64, 17, 0,
                                0,    10, 0,           0,          1, 10, 0, 0, 2,  0,  1,
                                0,    2,  high(udp),   low(udp),   0, 0};
  for (uint16_t i = 0; i < payload_bytes; ++i) bytes.push_back(static_cast<uint8_t>(i));
  return bytes;
}

// Fills the block with copies of a packet; how many it took.
size_t Fill(PacketBlock& block, const std::vector<uint8_t>& bytes) {
  size_t count = 0;
  while (block.Add(FrameOf(bytes, count + 1))) ++count;
  return count;
}

TEST(PacketBlockTest, KeepsWhatItTookUntilItIsFull) {
  PacketBlock block;
  const std::vector<uint8_t> bytes = Datagram(1372);
  const size_t count = Fill(block, bytes);
  ASSERT_GT(count, 100u);
  ASSERT_EQ(block.frames().size(), count);
  for (size_t i = 0; i < count; ++i) {
    const flow::KeyedFrame& frame = block.frames()[i];
    EXPECT_EQ(frame.view.number, i + 1);
    EXPECT_TRUE(std::ranges::equal(frame.view.captured, bytes)) << i;
    EXPECT_NE(frame.view.captured.data(), bytes.data());
    // What was decoded lies in the block's copy.
    EXPECT_EQ(frame.packet.ip_packet.data(), frame.view.captured.data());
    EXPECT_EQ(frame.packet.payload.data(), frame.view.captured.data() + 28);
    EXPECT_EQ(frame.packet.payload.size(), 1372u);
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
  ASSERT_TRUE(block.Add(FrameOf(small, 1)));
  EXPECT_FALSE(block.Add(FrameOf(jumbo, 2)));
  block.Clear();
  ASSERT_TRUE(block.Add(FrameOf(jumbo, 2)));
  EXPECT_EQ(block.frames()[0].view.captured.size(), jumbo.size());
  EXPECT_TRUE(std::ranges::equal(block.frames()[0].view.captured, jumbo));
}

class Numbers final : public FrameHandler {
 public:
  void OnTick(const snapshot::TickSink::Tick& tick) noexcept override {
    seconds.push_back(tick.unix_second);
  }
  void OnFrames(std::span<const flow::KeyedFrame> frames) noexcept override {
    for (const flow::KeyedFrame& frame : frames) seen.push_back(frame.view.number);
  }
  std::vector<uint64_t> seen;
  std::vector<int64_t> seconds;
};

TEST(BlockSourceTest, HandsOnAllPacketsInOrderAndEndsWithTheQueue) {
  auto queue = std::make_shared<BlockQueue>();
  const std::vector<uint8_t> bytes(60);
  for (const uint64_t first : {1, 4}) {
    auto block = queue->TakeEmpty();
    for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(block->Add(FrameOf(bytes, first + i)));
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

TEST(BlockSourceTest, ASecondIsToldBehindItsLastFrame) {
  auto queue = std::make_shared<BlockQueue>();
  const std::vector<uint8_t> bytes(60);
  auto block = queue->TakeEmpty();
  for (uint64_t i = 1; i <= 3; ++i) ASSERT_TRUE(block->Add(FrameOf(bytes, i)));
  block->EndSecond({100, 101});
  queue->Push(std::move(block));
  block = queue->TakeEmpty();
  EXPECT_TRUE(block->empty());
  block->EndSecond({101, std::nullopt});  // another worker had its frames
  EXPECT_FALSE(block->empty());
  queue->Push(std::move(block));
  queue->Close();
  BlockSource source(queue, std::nullopt);
  Numbers numbers;
  source.Poll(numbers, 2, 0s);
  EXPECT_TRUE(numbers.seconds.empty());
  source.Poll(numbers, 2, 0s);
  EXPECT_EQ(numbers.seconds, (std::vector<int64_t>{100}));
  source.Poll(numbers, 2, 0s);
  EXPECT_EQ(numbers.seconds, (std::vector<int64_t>{100, 101}));
  EXPECT_EQ(numbers.seen.size(), 3u);
}

}  // namespace
}  // namespace wiregauge::shard
