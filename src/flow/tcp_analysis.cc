// SPDX-License-Identifier: Apache-2.0
#include "flow/tcp_analysis.h"

#include <algorithm>

namespace wiregauge::flow {
namespace {

using decode::TcpFlags;

// What fills a gap within this time of the segment behind the gap was overtaken, when the
// handshake's round trip is not known.
constexpr Duration kReorderedWithin = std::chrono::milliseconds(3);
// A retransmission that follows duplicate acknowledgements this soon was caused by them.
constexpr Duration kFastRetransmitWithin = std::chrono::milliseconds(20);
constexpr uint8_t kDuplicatesForFastRetransmit = 2;

// a - b on the circle of sequence numbers: below 0 when a comes before b.
int32_t Distance(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b); }

// A segment with its place in the stream.
struct Segment {
  uint32_t sequence = 0, end = 0;  // end: one after its last byte; SYN and FIN count as one
  uint32_t payload_bytes = 0;
  uint8_t flags = 0;
  Timestamp time;

  bool Has(uint8_t any) const { return (flags & any) != 0; }
  bool takes_room() const { return payload_bytes > 0 || Has(TcpFlags::kSyn | TcpFlags::kFin); }
};

bool IsZeroWindowProbe(const TcpStream& sender, const TcpStream& receiver, const Segment& segment) {
  return segment.payload_bytes == 1 && sender.next_sequence == segment.sequence &&
         receiver.window_seen && receiver.window == 0;
}

bool IsKeepAlive(const TcpStream& sender, const Segment& segment) {
  return segment.payload_bytes <= 1 && sender.next_sequence &&
         segment.sequence == *sender.next_sequence - 1 &&
         !segment.Has(TcpFlags::kSyn | TcpFlags::kFin | TcpFlags::kRst);
}

// Of a segment that begins before the next expected byte.
SegmentKind KindOfOldSegment(const TcpStream& sender, const TcpStream& receiver,
                             const Segment& segment, std::optional<Duration> rtt) {
  const bool fast = receiver.duplicate_acknowledgements >= kDuplicatesForFastRetransmit &&
                    receiver.last_acknowledgement == segment.sequence &&
                    segment.time - receiver.last_acknowledgement_time < kFastRetransmitWithin;
  if (fast) return SegmentKind::kRetransmitted;
  const bool soon = segment.time - sender.next_sequence_time < rtt.value_or(kReorderedWithin);
  const bool reaches_the_end = segment.end == *sender.next_sequence;
  return soon && !reaches_the_end ? SegmentKind::kOutOfOrder : SegmentKind::kRetransmitted;
}

SegmentKind KindOf(const TcpStream& sender, const TcpStream& receiver, const Segment& segment,
                   std::optional<Duration> rtt) {
  if (IsZeroWindowProbe(sender, receiver, segment)) return SegmentKind::kZeroWindowProbe;
  if (!sender.next_sequence) return SegmentKind::kExpected;
  if (IsKeepAlive(sender, segment)) return SegmentKind::kKeepAlive;
  const int32_t ahead = Distance(segment.sequence, *sender.next_sequence);
  if (ahead > 0 && !segment.Has(TcpFlags::kRst)) return SegmentKind::kAfterGap;
  if (!segment.takes_room()) return SegmentKind::kExpected;
  const bool acknowledged =
      segment.payload_bytes > 0 && receiver.last_acknowledgement &&
      Distance(segment.sequence + segment.payload_bytes, *receiver.last_acknowledgement) <= 0;
  if (acknowledged) return SegmentKind::kRetransmitted;
  // More than one byte from the last expected one on: new data behind a probe of a closed window.
  const bool behind_probe = ahead == -1 && segment.payload_bytes > 1;
  if (ahead >= 0 || behind_probe) return SegmentKind::kExpected;
  return KindOfOldSegment(sender, receiver, segment, rtt);
}

// The acknowledgement and the window that the segment carries.
void TakeIn(TcpStream& sender, const Segment& segment, const decode::TcpHeader& tcp) {
  const bool again = sender.last_acknowledgement == tcp.acknowledgement && !segment.takes_room() &&
                     sender.window == tcp.window && tcp.window != 0 &&
                     sender.next_sequence == segment.sequence;
  if (segment.Has(TcpFlags::kAck)) {
    if (again) {
      sender.duplicate_acknowledgements =
          static_cast<uint8_t>(std::min<int>(sender.duplicate_acknowledgements + 1, UINT8_MAX));
    } else {
      sender.duplicate_acknowledgements = 0;
    }
    sender.last_acknowledgement = tcp.acknowledgement;
    sender.last_acknowledgement_time = segment.time;
  }
  sender.window = tcp.window;
  sender.window_seen = true;
}

}  // namespace

SegmentFindings Follow(TcpStream& sender, const TcpStream& receiver, const decode::TcpHeader& tcp,
                       uint32_t payload_bytes, Timestamp time,
                       std::optional<Duration> rtt) noexcept {
  const bool takes_one = (tcp.flags & (TcpFlags::kSyn | TcpFlags::kFin)) != 0;
  const Segment segment{.sequence = tcp.sequence,
                        .end = tcp.sequence + payload_bytes + (takes_one ? 1 : 0),
                        .payload_bytes = payload_bytes,
                        .flags = tcp.flags,
                        .time = time};
  const SegmentFindings findings{
      .kind = KindOf(sender, receiver, segment, rtt),
      .zero_window =
          tcp.window == 0 && !segment.Has(TcpFlags::kSyn | TcpFlags::kFin | TcpFlags::kRst)};
  // A RST may carry any numbers, and anybody may have sent it.
  if (segment.Has(TcpFlags::kRst)) return findings;
  TakeIn(sender, segment, tcp);
  const bool further = !sender.next_sequence || Distance(segment.end, *sender.next_sequence) > 0;
  if (further && findings.kind != SegmentKind::kZeroWindowProbe) {
    sender.next_sequence = segment.end;
    sender.next_sequence_time = time;
  }
  return findings;
}

}  // namespace wiregauge::flow
