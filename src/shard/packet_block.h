// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "flow/keyed_frame.h"
#include "shard/bounded_queue.h"
#include "shard/frame_source.h"

namespace wiregauge::shard {

// Frames copied out of a source and decoded, to be handed to another thread. Not thread-safe.
class PacketBlock {
 public:
  PacketBlock();

  // False when it has no room. An empty one takes any frame.
  bool Add(const flow::KeyedFrame& frame);
  void Clear();
  bool empty() const { return frames_.empty() && !tick_; }
  // No frame of this second comes behind the block's.
  void EndSecond(const snapshot::TickSink::Tick& tick) { tick_ = tick; }
  const std::optional<snapshot::TickSink::Tick>& tick() const { return tick_; }
  // Their bytes are the block's, until it is cleared.
  std::span<const flow::KeyedFrame> frames() const { return frames_; }

 private:
  static constexpr size_t kFullBytes = 512 * 1024;
  static constexpr size_t kFullFrames = 2048;

  std::vector<uint8_t> bytes_;  // moves only while there are no frames
  std::vector<flow::KeyedFrame> frames_;
  std::optional<snapshot::TickSink::Tick> tick_;
};

// Blocks on their way from a file's reader to one shard, and back: memory that was in use just now
// is used again. Thread-safe.
class BlockQueue {
 public:
  // Waits for room, or for the queue to be closed.
  void Push(std::unique_ptr<PacketBlock> block) { filled_.Push(std::move(block)); }
  std::optional<std::unique_ptr<PacketBlock>> PopUntil(
      std::chrono::steady_clock::time_point deadline) {
    return filled_.PopUntil(deadline);
  }
  void GiveBack(std::unique_ptr<PacketBlock> block) { used_.TryPush(std::move(block)); }
  std::unique_ptr<PacketBlock> TakeEmpty();
  // No block is added any more; those inside can still be taken.
  void Close() { filled_.Close(); }
  bool closed_and_empty() { return filled_.closed_and_empty(); }

 private:
  static constexpr size_t kMostBlocks = 4;

  BoundedQueue<std::unique_ptr<PacketBlock>> filled_{kMostBlocks, kMostBlocks / 2},
      used_{kMostBlocks};
};

// The reading end of a feed, as a source of one shard. Ends when the feed closes the queue.
class BlockSource final : public FrameSource {
 public:
  // The link type as far as it is known; the packets tell it too.
  BlockSource(std::shared_ptr<BlockQueue> queue, std::optional<LinkType> link_type)
      : queue_(std::move(queue)), link_type_(link_type) {}

  size_t Poll(FrameHandler& handler, size_t max_frames, Duration wait) noexcept override;
  capture::SourceState state() const noexcept override { return state_; }
  const std::string& problem() const noexcept override { return problem_; }
  capture::SourceDrops drops() noexcept override { return {}; }
  std::optional<LinkType> link_type() const noexcept override { return link_type_; }

 private:
  std::shared_ptr<BlockQueue> queue_;
  std::optional<LinkType> link_type_;
  std::unique_ptr<PacketBlock> block_;
  std::span<const flow::KeyedFrame> left_;        // of the block
  std::optional<snapshot::TickSink::Tick> tick_;  // to be told when none is left
  capture::SourceState state_ = capture::SourceState::kOpen;
  std::string problem_;
};

}  // namespace wiregauge::shard
