// SPDX-License-Identifier: Apache-2.0
#include "shard/packet_block.h"

#include <algorithm>
#include <utility>

namespace wiregauge::shard {

PacketBlock::PacketBlock() {
  bytes_.reserve(kFullBytes);
  frames_.reserve(kFullFrames);
}

bool PacketBlock::Add(const flow::KeyedFrame& frame) {
  const std::span<const uint8_t> captured = frame.view.captured;
  const size_t end = bytes_.size() + captured.size();
  const bool has_room = end <= bytes_.capacity() && frames_.size() < kFullFrames;
  if (!has_room && !empty()) return false;
  bytes_.reserve(end);
  bytes_.insert(bytes_.end(), captured.begin(), captured.end());
  frames_.push_back(frame);
  frames_.back().MoveTo(bytes_.data() + end - captured.size());
  return true;
}

void PacketBlock::Clear() {
  bytes_.clear();
  frames_.clear();
  tick_.reset();
}

std::unique_ptr<PacketBlock> BlockQueue::TakeEmpty() {
  auto used = used_.TryPop();
  if (!used) return std::make_unique<PacketBlock>();
  (*used)->Clear();
  return std::move(*used);
}

size_t BlockSource::Poll(FrameHandler& handler, size_t max_frames, Duration wait) noexcept {
  if (left_.empty()) {
    if (block_ != nullptr) queue_->GiveBack(std::move(block_));
    auto block = queue_->PopUntil(std::chrono::steady_clock::now() + wait);
    if (!block) {
      if (queue_->closed_and_empty()) state_ = capture::SourceState::kEnded;
      return 0;
    }
    block_ = std::move(*block);
    left_ = block_->frames();
    tick_ = block_->tick();
    if (!left_.empty()) link_type_ = left_.front().view.link_type;
  }
  const auto frames = left_.first(std::min(left_.size(), max_frames));
  left_ = left_.subspan(frames.size());
  if (!frames.empty()) handler.OnFrames(frames);
  if (left_.empty() && tick_) handler.OnTick(*std::exchange(tick_, std::nullopt));
  return frames.size();
}

}  // namespace wiregauge::shard
