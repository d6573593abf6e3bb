// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/packet_view.h"
#include "base/time.h"

namespace wiregauge::capture {

// Receives packets one by one. The view is valid only during the call.
class PacketHandler {
 public:
  virtual ~PacketHandler() = default;
  virtual void OnPacket(const PacketView& packet) noexcept = 0;
};

enum class SourceState : uint8_t {
  kOpen,    // packets may come
  kGone,    // the live interface is away (removed or down); the source looks for it at every poll
  kEnded,   // the file was read to its end
  kCut,     // the file stops in the middle of a packet: everything before the cut was delivered
  kFailed,  // nothing will come any more; see problem()
};

const char* SourceStateName(SourceState state);  // "open", "gone", "ended", "cut", "failed"

// What happened to packets before they reached the handler. Counts since the source was opened;
// they go on over a loss and return of the interface, and never go down.
struct SourceDrops {
  uint64_t kernel_packets = 0;     // the ring was full (ps_drop of pcap_stats)
  uint64_t interface_packets = 0;  // the NIC or its driver had no room (ps_ifdrop)
};

// Where packets come from. Owned and polled by one thread (a shard or the file reader).
class PacketSource {
 public:
  virtual ~PacketSource() = default;

  // Hands up to `max_packets` packets to the handler and returns how many. Waits for the first one
  // at most `wait` (live; for files see FileSource). 0 with state() kOpen: nothing came in time.
  virtual size_t Poll(PacketHandler& handler, size_t max_packets, Duration wait) noexcept = 0;

  virtual SourceState state() const noexcept = 0;
  // Why the source is gone, cut or failed, as a sentence that names it; empty otherwise.
  virtual const std::string& problem() const noexcept = 0;
  virtual SourceDrops drops() noexcept = 0;
  // Nothing until a pipe's header was read.
  virtual std::optional<LinkType> link_type() const noexcept = 0;
};

}  // namespace wiregauge::capture
