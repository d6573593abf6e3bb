// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/packet_clock.h"
#include "base/time.h"

namespace wiregauge::model {

// Packets, and frame bytes as they were on the wire.
struct Traffic {
  uint64_t packets = 0;
  uint64_t bytes = 0;

  void Add(uint32_t wire_bytes) {
    ++packets;
    bytes += wire_bytes;
  }
  Traffic& operator+=(const Traffic& other) {
    packets += other.packets;
    bytes += other.bytes;
    return *this;
  }
  Traffic& operator-=(const Traffic& other) {
    packets -= other.packets;
    bytes -= other.bytes;
    return *this;
  }
  friend Traffic operator+(Traffic a, const Traffic& b) { return a += b; }
  friend Traffic operator-(Traffic a, const Traffic& b) { return a -= b; }
  bool operator==(const Traffic&) const = default;
};

// Traffic by the places of its two ends: [sender is local][receiver is local].
struct LocalMatrix {
  std::array<std::array<Traffic, 2>, 2> traffic;

  std::array<Traffic, 2>& operator[](bool sender_is_local) { return traffic[sender_is_local]; }
  const std::array<Traffic, 2>& operator[](bool sender_is_local) const {
    return traffic[sender_is_local];
  }
  LocalMatrix& operator+=(const LocalMatrix& other) {
    for (const bool sender : {false, true}) {
      for (const bool receiver : {false, true})
        traffic[sender][receiver] += other[sender][receiver];
    }
    return *this;
  }
  Traffic Sum() const { return traffic[0][0] + traffic[0][1] + traffic[1][0] + traffic[1][1]; }
};

// Traffic of the last second and of the busiest one, by packet time. Nothing flows after an end:
// the "now" of an ended flow, and of all rows of an interface whose source has ended, is 0.
struct Rates {
  uint64_t bits_per_second_now = 0;
  uint64_t bits_per_second_peak = 0;
  uint64_t packets_per_second_now = 0;
  uint64_t packets_per_second_peak = 0;
};

// Counts traffic by whole seconds of packet time. "now" is the last second that is over, so it
// falls to 0 when nothing comes; "peak" is the busiest second so far, the running one included.
// Packets that come late count in the running second, unless the clock has leapt back
// (base/packet_clock.h).
class RateMeter {
 public:
  // Traffic that is known only now, all at once.
  void Add(Timestamp time, const Traffic& traffic) { AddIn(UnixSeconds(time), traffic); }
  void Add(Timestamp time, uint32_t wire_bytes) { Add(time, Traffic{1, wire_bytes}); }
  // In a second since 1970 that is known already.
  void AddIn(int64_t unix_second, const Traffic& traffic) {
    const auto second = static_cast<uint32_t>(unix_second);
    if (second > second_ || second_ - second > kLeapSeconds) Turn(second);
    bytes_ += traffic.bytes;
    packets_ += static_cast<uint32_t>(traffic.packets);
    if (bytes_ > peak_bytes_) peak_bytes_ = bytes_;
    if (packets_ > peak_packets_) peak_packets_ = packets_;
  }

  Rates At(Timestamp now) const;
  Rates AfterEnd() const { return {0, peak_bytes_ * 8, 0, peak_packets_}; }

  // Sums two meters of the same thing seen by two shards. "now" is exact. The peaks may lie in
  // different seconds, which are not kept: the summed peak is an upper bound, their sum.
  void Merge(const RateMeter& other);

 private:
  static constexpr uint32_t kLeapSeconds =
      std::chrono::duration_cast<std::chrono::seconds>(PacketClock::kLeap).count();

  void Turn(uint32_t second) {
    const bool next = second == second_ + 1;
    last_bytes_ = next ? bytes_ : 0;
    last_packets_ = next ? packets_ : 0;
    bytes_ = 0;
    packets_ = 0;
    second_ = second;
  }

  uint32_t second_ = 0;
  uint32_t packets_ = 0, last_packets_ = 0, peak_packets_ = 0;
  uint64_t bytes_ = 0, last_bytes_ = 0, peak_bytes_ = 0;
};

// Upper bounds of the packet size classes in bytes on the wire; the last class has none. RFC 2819's
// (RMON) classes, and two for jumbo frames and offloaded segments.
inline constexpr std::array<uint32_t, 9> kPacketSizeBounds = {64,   127,  255,  511, 1023,
                                                              1518, 2500, 6500, 9000};

struct PacketSizes {
  std::array<uint64_t, kPacketSizeBounds.size() + 1> packets{};  // by class, not cumulative

  void Add(uint32_t wire_bytes) { ++packets[ClassOf(wire_bytes)]; }
  void AddToClass(size_t size_class) { ++packets[size_class]; }
  static size_t ClassOf(uint32_t wire_bytes) {
    size_t i = 0;
    while (i < kPacketSizeBounds.size() && wire_bytes > kPacketSizeBounds[i]) ++i;
    return i;
  }
  PacketSizes& operator+=(const PacketSizes& other);
};

// The L4 protocols that have a counter of their own.
enum class L4Class : uint8_t { kTcp, kUdp, kSctp, kIcmp, kIcmpv6, kOther, kCount };
inline constexpr size_t kL4Classes = static_cast<size_t>(L4Class::kCount);
inline L4Class L4ClassOf(uint8_t l4_protocol) {
  switch (l4_protocol) {
    case 6:
      return L4Class::kTcp;
    case 17:
      return L4Class::kUdp;
    case 132:
      return L4Class::kSctp;
    case 1:
      return L4Class::kIcmp;
    case 58:
      return L4Class::kIcmpv6;
    default:
      return L4Class::kOther;
  }
}
const char* L4ClassName(L4Class l4_class);  // "tcp", "udp", "sctp", "icmp", "icmpv6", "other"
// By IANA number, as the flow object prints it: "TCP", "UDP", "ICMP", ...; the number when it has
// no name here.
std::string L4ProtocolName(uint8_t l4_protocol);

}  // namespace wiregauge::model
