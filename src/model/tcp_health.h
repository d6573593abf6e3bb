// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wiregauge::model {

// What TCP segments said about the network, counted as Wireshark's TCP analysis does
// (flow/tcp_analysis.h has the rules).
template <typename Number>
struct TcpHealthOf {
  Number retransmitted_packets = 0;  // fast and spurious retransmissions included
  Number out_of_order_packets = 0;
  Number lost_segments = 0;  // gaps that were seen, however many segments are missing in one
  Number keep_alives = 0;
  Number zero_windows = 0;  // segments that announce a receive window of 0

  bool operator==(const TcpHealthOf&) const = default;
  template <typename Other>
  TcpHealthOf& operator+=(const TcpHealthOf<Other>& other) {
    retransmitted_packets += other.retransmitted_packets;
    out_of_order_packets += other.out_of_order_packets;
    lost_segments += other.lost_segments;
    keep_alives += other.keep_alives;
    zero_windows += other.zero_windows;
    return *this;
  }
  template <typename Other>
  TcpHealthOf& operator-=(const TcpHealthOf<Other>& other) {
    retransmitted_packets -= other.retransmitted_packets;
    out_of_order_packets -= other.out_of_order_packets;
    lost_segments -= other.lost_segments;
    keep_alives -= other.keep_alives;
    zero_windows -= other.zero_windows;
    return *this;
  }
};

using TcpHealth = TcpHealthOf<uint64_t>;
using FlowTcpHealth = TcpHealthOf<uint32_t>;  // of one end of one flow: many are kept

}  // namespace wiregauge::model
