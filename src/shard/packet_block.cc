// SPDX-License-Identifier: Apache-2.0
#include "shard/packet_block.h"

#include <algorithm>

namespace wiregauge::shard {

PacketBlock::PacketBlock() {
  bytes_.reserve(kFullBytes);
  packets_.reserve(kFullPackets);
}

bool PacketBlock::Add(const PacketView& packet) {
  const size_t bytes = bytes_.size() + packet.captured.size();
  const bool has_room = bytes <= bytes_.capacity() && packets_.size() < kFullPackets;
  if (!has_room && !empty()) return false;
  bytes_.reserve(bytes);
  bytes_.insert(bytes_.end(), packet.captured.begin(), packet.captured.end());
  packets_.push_back(packet);
  packets_.back().captured = std::span(bytes_).last(packet.captured.size());
  return true;
}

void PacketBlock::Clear() {
  bytes_.clear();
  packets_.clear();
}

std::unique_ptr<PacketBlock> BlockQueue::TakeEmpty() {
  auto used = used_.TryPop();
  if (!used) return std::make_unique<PacketBlock>();
  (*used)->Clear();
  return std::move(*used);
}

size_t BlockSource::Poll(capture::PacketHandler& handler, size_t max_packets,
                         Duration wait) noexcept {
  if (left_.empty()) {
    if (block_ != nullptr) queue_->GiveBack(std::move(block_));
    auto block = queue_->PopUntil(std::chrono::steady_clock::now() + wait);
    if (!block) {
      if (queue_->closed_and_empty()) state_ = capture::SourceState::kEnded;
      return 0;
    }
    block_ = std::move(*block);
    left_ = block_->packets();
    link_type_ = left_.front().link_type;
  }
  const auto packets = left_.first(std::min(left_.size(), max_packets));
  left_ = left_.subspan(packets.size());
  handler.OnPackets(packets);
  return packets.size();
}

}  // namespace wiregauge::shard
