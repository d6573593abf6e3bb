// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "decode/packet.h"
#include "model/tcp_health.h"

namespace wiregauge::flow {

// What a segment says about the network between the ends. The words are those of Wireshark's TCP
// analysis (its user's guide, section 7.5), and so are the rules.
enum class SegmentKind : uint8_t {
  kExpected,         // carries on where the last one ended, or carries nothing
  kAfterGap,         // segments in front of it were not captured, or are still to come
  kKeepAlive,        // at most one byte, one in front of the next expected
  kZeroWindowProbe,  // one byte at the next expected, when the receiver had no room
  kRetransmitted,    // its bytes were sent before
  kOutOfOrder,       // fills a gap so soon that it was rather overtaken than sent again
};

struct SegmentFindings {
  SegmentKind kind = SegmentKind::kExpected;
  bool zero_window = false;  // it announces that its sender has no room

  bool worth_counting() const {
    return zero_window || (kind != SegmentKind::kExpected && kind != SegmentKind::kZeroWindowProbe);
  }
  // Counts them in the health of what sent the segment.
  template <typename Number>
  void CountIn(model::TcpHealthOf<Number>& health) const;
};

// One end's sending, as it was captured. Sequence numbers are compared modulo 2^32 (RFC 9293,
// section 3.4), so that a wrap is no event; selective acknowledgements are not looked at.
struct TcpStream {
  std::optional<uint32_t> next_sequence;  // one after the highest byte that was seen
  Timestamp next_sequence_time;           // of the segment that reached it
  std::optional<uint32_t> last_acknowledgement;
  Timestamp last_acknowledgement_time;
  uint16_t window = 0;  // as it stands in the header
  bool window_seen = false;
  uint8_t duplicate_acknowledgements = 0;
};

// Takes in a segment and tells what it is. `sender` and `receiver` are the two streams of one
// connection; `rtt` is the round trip of its handshake when that was seen: within one of them a
// segment that fills a gap counts as overtaken.
SegmentFindings Follow(TcpStream& sender, const TcpStream& receiver, const decode::TcpHeader& tcp,
                       uint32_t payload_bytes, Timestamp time,
                       std::optional<Duration> rtt) noexcept;

template <typename Number>
void SegmentFindings::CountIn(model::TcpHealthOf<Number>& health) const {
  health.lost_segments += kind == SegmentKind::kAfterGap;
  health.keep_alives += kind == SegmentKind::kKeepAlive;
  health.retransmitted_packets += kind == SegmentKind::kRetransmitted;
  health.out_of_order_packets += kind == SegmentKind::kOutOfOrder;
  health.zero_windows += zero_window;
}

}  // namespace wiregauge::flow
