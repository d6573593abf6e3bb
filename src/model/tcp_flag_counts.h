// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wiregauge::model {

// Segments that open, refuse and end connections (RFC 9293, section 3.1). One with several of these
// flags counts for each, but for a SYN with an ACK, which is no SYN.
struct TcpFlagCounts {
  uint64_t syn_packets = 0;
  uint64_t syn_ack_packets = 0;
  uint64_t fin_packets = 0;
  uint64_t rst_packets = 0;

  bool operator==(const TcpFlagCounts&) const = default;
  TcpFlagCounts& operator+=(const TcpFlagCounts& other) {
    syn_packets += other.syn_packets;
    syn_ack_packets += other.syn_ack_packets;
    fin_packets += other.fin_packets;
    rst_packets += other.rst_packets;
    return *this;
  }
};

}  // namespace wiregauge::model
