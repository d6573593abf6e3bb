// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

// What a flow's packets tell beyond what is counted: statistics and the course of events. All are
// of the flow from its first packet on, also in the reports of a long flow: extremes and deviations
// have no difference that could be told.
namespace wiregauge::model {

// Of all values there were (not an estimate from a sample): the deviation of one value is 0.
struct Spread {
  double min = 0, avg = 0, max = 0, stddev = 0;
};

// The gaps between the packets of one sender, by the packets' own times. Exact but for the squares,
// whose sum is rounded to 53 bits: the deviation is right to a millionth of the mean.
class InterarrivalTimes {
 public:
  // Of the sender's next packet. One that is older than the packet before was captured late: it
  // makes no gap. `on_clock`: the source's clock believes the time. If it does not, and the time is
  // far from the packet before as well, it is damaged: the packet is left out.
  void Add(Timestamp time, bool on_clock) {
    const Duration gap = time - newest_;
    const bool near = gap <= kFar && gap >= -kFar;
    if (started_ && !near && !on_clock) return;
    if (started_ && near && gap < Duration::zero()) return;
    const bool is_gap = started_ && gap >= Duration::zero() && (near || newest_on_clock_);
    newest_ = time;
    newest_on_clock_ = on_clock;
    started_ = true;
    if (is_gap) Count(gap);
  }

  uint64_t gaps() const { return gaps_; }
  // In milliseconds; nothing before the second packet.
  std::optional<Spread> Milliseconds() const;

 private:
  static constexpr Duration kFar = std::chrono::hours(1);

  void Count(Duration gap) {
    ++gaps_;
    sum_ += gap;
    min_ = std::min(min_, gap);
    max_ = std::max(max_, gap);
    const auto nanoseconds = static_cast<double>(gap.count());
    sum_of_squares_ += nanoseconds * nanoseconds;
  }

  Timestamp newest_{};
  Duration min_ = Duration::max(), max_{}, sum_{};
  double sum_of_squares_ = 0;  // square nanoseconds
  uint32_t gaps_ = 0;
  bool started_ = false, newest_on_clock_ = false;
};

// The lengths of one sender's frames on the wire. Exact.
class PacketLengths {
 public:
  void Add(uint32_t wire_bytes) {
    min_ = std::min(min_, wire_bytes);
    max_ = std::max(max_, wire_bytes);
    sum_of_squares_ += uint64_t{wire_bytes} * wire_bytes;
  }
  // `packets` and `bytes` are the sums over the same frames. Nothing before the first.
  std::optional<Spread> Bytes(uint64_t packets, uint64_t bytes) const;

 private:
  uint32_t min_ = UINT32_MAX, max_ = 0;
  uint64_t sum_of_squares_ = 0;
};

// How long the server took to answer the client: from the last byte of a request to the first byte
// of its response, once for each request that was answered.
struct ApplicationLatency {
  uint32_t requests = 0;
  Duration min = Duration::max(), max{}, sum{};

  void Add(Duration latency) {
    ++requests;
    min = std::min(min, latency);
    max = std::max(max, latency);
    sum += latency;
  }
};

// What an end said of itself when it opened the connection: of its newest SYN.
struct TcpSyn {
  uint16_t window_bytes = 0;  // never scaled (RFC 7323, section 2.2)
  // Whether its options were stored whole; else the members below are not known.
  bool options_known = false;
  bool sack_permitted = false;            // RFC 2018
  bool timestamps = false;                // RFC 7323
  std::optional<uint16_t> mss_bytes{};    // RFC 9293, section 3.7.1; nothing: not told
  std::optional<uint8_t> window_scale{};  // RFC 7323: a shift, as it was sent; nothing: not told
};

// The course of a flow as letters in the order of events, after Zeek's conn.log (flow/history.h
// has the rules): the client's in upper case. Bounded.
class History {
 public:
  static constexpr size_t kMostLetters = 31;

  std::string_view letters() const { return {letters_.data(), size_}; }
  size_t room() const { return kMostLetters - size_; }
  // Nothing happens when it is full.
  void Add(char letter) {
    if (size_ < kMostLetters) letters_[size_++] = letter;
  }

 private:
  std::array<char, kMostLetters> letters_{};
  uint8_t size_ = 0;
};

}  // namespace wiregauge::model
