// SPDX-License-Identifier: Apache-2.0
#include "flow/history.h"

#include <bit>

namespace wiregauge::flow {
namespace {

using decode::TcpFlags;

bool IsPowerOfTen(uint32_t number) {
  while (number >= 10 && number % 10 == 0) number /= 10;
  return number == 1;
}

}  // namespace

void HistoryWriter::FollowRare(const Target& to, const decode::TcpHeader& tcp,
                               uint32_t payload_bytes, const SegmentFindings& findings) {
  FollowFlags(to, tcp);
  if (findings.kind == SegmentKind::kAfterGap) Counted(to, Kind::kGap);
  const bool ends_or_opens = (tcp.flags & (TcpFlags::kSyn | TcpFlags::kFin | TcpFlags::kRst)) != 0;
  const bool reset = (tcp.flags & TcpFlags::kRst) != 0;  // its payload is a remark, RFC 9293 3.5.3
  if (payload_bytes > 0 && !reset && findings.kind != SegmentKind::kKeepAlive) {
    if (findings.kind == SegmentKind::kRetransmitted) Counted(to, Kind::kSentAgain);
    Once(to, Kind::kData);
  } else if (!ends_or_opens && (tcp.flags & TcpFlags::kAck) != 0) {
    Once(to, Kind::kAck);
  }
  if (findings.zero_window) Counted(to, Kind::kZeroWindow);
}

void HistoryWriter::FollowFlags(const Target& to, const decode::TcpHeader& tcp) {
  const bool syn = (tcp.flags & TcpFlags::kSyn) != 0;
  const bool fin = (tcp.flags & TcpFlags::kFin) != 0;
  const bool reset = (tcp.flags & TcpFlags::kRst) != 0;
  if (syn && (fin || reset)) return Once(to, Kind::kSynMixed);
  if (fin && reset) return Once(to, Kind::kFinReset);
  if (syn) {
    const bool ack = (tcp.flags & TcpFlags::kAck) != 0;
    return Numbered(to, ack ? Kind::kSynAck : Kind::kSyn, tcp.sequence);
  }
  if (fin) Numbered(to, Kind::kFin, tcp.sequence);
  if (reset) Numbered(to, Kind::kReset, tcp.sequence);
}

void HistoryWriter::Once(const Target& to, Kind kind) {
  if (!Seen(to.sender, kind)) Write(to.history, to.sender, kind);
}

void HistoryWriter::Numbered(const Target& to, Kind kind, uint32_t sequence) {
  uint32_t& last =
      to.repeats.last_sequence[static_cast<size_t>(to.sender)][static_cast<size_t>(kind)];
  if (Seen(to.sender, kind) && last == sequence) return;
  last = sequence;
  Write(to.history, to.sender, kind);
}

void HistoryWriter::Counted(const Target& to, Kind kind) {
  const size_t which = static_cast<size_t>(kind) - static_cast<size_t>(Kind::kGap);
  uint32_t& events = to.repeats.events[static_cast<size_t>(to.sender)][which];
  if (events == UINT32_MAX) return;
  ++events;
  if (IsPowerOfTen(events)) Write(to.history, to.sender, kind);
}

void HistoryWriter::Write(model::History& history, Sender sender, Kind kind) {
  constexpr char kLetters[2][static_cast<size_t>(Kind::kCount) + 1] = {"SHFRDAIQGTW",
                                                                       "shfrdaiqgtw"};
  constexpr size_t kFirsts = 2 * static_cast<size_t>(Kind::kCount);
  static_assert(kFirsts < model::History::kMostLetters, "each end's first ones and a ^");
  const size_t still_to_come = kFirsts - static_cast<size_t>(std::popcount(seen_));
  if (Seen(sender, kind) && history.room() <= still_to_come) return;
  seen_ |= BitOf(sender, kind);
  history.Add(kLetters[static_cast<size_t>(sender)][static_cast<size_t>(kind)]);
}

}  // namespace wiregauge::flow
