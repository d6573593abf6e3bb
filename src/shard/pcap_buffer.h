// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/packet_view.h"

namespace wiregauge::shard {

// A pcap file that grows in memory: one thread appends, any thread reads what is there so far.
//
// Thread-safety: Append on one thread at a time; size() and Copy() on any; Trim() on one, after the
// last Append. Invariants: what was written never changes or moves, so readers need no lock; the
// bytes in [0, size()) are a whole pcap file.
class PcapBuffer {
 public:
  // Room for `most_bytes`, its header included. Pages cost memory once they are written to, never
  // more is asked for. Null when the system refuses.
  static std::unique_ptr<PcapBuffer> Create(LinkType link_type, uint32_t snap_length_bytes,
                                            size_t most_bytes);
  ~PcapBuffer();
  PcapBuffer(const PcapBuffer&) = delete;
  PcapBuffer& operator=(const PcapBuffer&) = delete;

  // At most the snap length of the frame. False, and nothing is written, when it does not fit.
  bool Append(const PacketView& packet) noexcept;

  LinkType link_type() const noexcept { return link_type_; }
  uint32_t snap_length_bytes() const noexcept { return snap_length_bytes_; }
  size_t size() const noexcept { return size_.load(std::memory_order_acquire); }
  std::string Copy() const;

  // Gives back the pages behind the end.
  void Trim() noexcept;
  // What it may cost, by pages.
  size_t memory_bytes() const noexcept { return memory_bytes_; }

 private:
  PcapBuffer(uint8_t* memory, size_t memory_bytes, size_t most_bytes, LinkType link_type,
             uint32_t snap_length_bytes);
  void Write(std::span<const uint8_t> bytes, size_t at) noexcept;

  uint8_t* const memory_;  // of mmap
  size_t memory_bytes_;    // the same
  const size_t most_bytes_;
  const LinkType link_type_;
  const uint32_t snap_length_bytes_;
  std::atomic<size_t> size_{0};
};

}  // namespace wiregauge::shard
