// SPDX-License-Identifier: Apache-2.0
#include "shard/packet_block.h"

#include <algorithm>

namespace wiregauge::shard {

void PacketBlock::Add(const PacketView& packet) {
  packets_.push_back({packet, bytes_.size(), packet.captured.size()});
  bytes_.insert(bytes_.end(), packet.captured.begin(), packet.captured.end());
}

PacketView PacketBlock::At(size_t i) const {
  PacketView view = packets_[i].view;
  view.captured = std::span(bytes_).subspan(packets_[i].offset, packets_[i].length);
  return view;
}

size_t BlockSource::Poll(capture::PacketHandler& handler, size_t max_packets,
                         Duration wait) noexcept {
  if (block_ == nullptr || next_ == block_->size()) {
    auto block = queue_->PopUntil(std::chrono::steady_clock::now() + wait);
    if (!block) {
      if (queue_->closed_and_empty()) state_ = capture::SourceState::kEnded;
      return 0;
    }
    block_ = std::move(*block);
    next_ = 0;
    link_type_ = block_->At(0).link_type;
  }
  const size_t end = std::min(block_->size(), next_ + max_packets);
  const size_t count = end - next_;
  for (; next_ < end; ++next_) handler.OnPacket(block_->At(next_));
  return count;
}

}  // namespace wiregauge::shard
