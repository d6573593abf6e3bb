// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/packet_view.h"
#include "capture/packet_source.h"
#include "shard/bounded_queue.h"

namespace wiregauge::shard {

// Packets copied out of a source, to be handed to another thread.
class PacketBlock {
 public:
  void Add(const PacketView& packet);
  bool IsFull() const { return bytes_.size() >= kFullBytes || packets_.size() >= kFullPackets; }
  bool empty() const { return packets_.empty(); }
  size_t size() const { return packets_.size(); }
  // The view is valid as long as the block is not changed.
  PacketView At(size_t i) const;

 private:
  static constexpr size_t kFullBytes = 256 * 1024;
  static constexpr size_t kFullPackets = 1024;

  struct Packet {
    PacketView view;  // captured points nowhere: the bytes are at `offset`
    size_t offset = 0, length = 0;
  };
  std::vector<uint8_t> bytes_;
  std::vector<Packet> packets_;
};

// The reading end of a feed, as a source of one shard. Ends when the feed closes the queue.
class BlockSource final : public capture::PacketSource {
 public:
  using Queue = BoundedQueue<std::unique_ptr<PacketBlock>>;

  // The link type as far as it is known; the packets tell it too.
  BlockSource(std::shared_ptr<Queue> queue, std::optional<LinkType> link_type)
      : queue_(std::move(queue)), link_type_(link_type) {}

  size_t Poll(capture::PacketHandler& handler, size_t max_packets, Duration wait) noexcept override;
  capture::SourceState state() const noexcept override { return state_; }
  const std::string& problem() const noexcept override { return problem_; }
  capture::SourceDrops drops() noexcept override { return {}; }
  std::optional<LinkType> link_type() const noexcept override { return link_type_; }

 private:
  std::shared_ptr<Queue> queue_;
  std::optional<LinkType> link_type_;
  std::unique_ptr<PacketBlock> block_;
  size_t next_ = 0;
  capture::SourceState state_ = capture::SourceState::kOpen;
  std::string problem_;
};

}  // namespace wiregauge::shard
