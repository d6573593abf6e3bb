// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "decode/packet.h"
#include "flow/sender.h"
#include "flow/tcp_analysis.h"
#include "model/flow_statistics.h"

namespace wiregauge::flow {

// Writes a flow's history: letters in the order of events, in upper case when the client (Zeek's
// originator) sent the packet. The letters and how often they stand are those of the `history` of
// Zeek's conn.log:
//
//   s  a SYN without ACK              f  a FIN              i  FIN and RST at once
//   h  a SYN with ACK                 r  a RST              q  SYN with FIN or RST
//   a  an ACK and nothing else        d  payload            ^  the first packet's sender was taken
//   g  a gap in front of a segment    t  payload sent again    for the server
//   w  a window of 0
//
// Once for each end: a, d, i, q. Again when the sequence number is another than the last one of its
// kind: s, h, f, r. Of g, t and w the first, the 10th, the 100th and so on. Of protocols but TCP
// each end's first packet is a d. There is no c (a bad checksum): network cards compute checksums
// behind the capture point, so that a bad one says nothing.
//
// Bounded: a letter that is not its end's first of its kind is only written while there is room for
// all first ones to come, so that no storm hides what follows it. Belongs to one flow.
class HistoryWriter {
 public:
  // What decides whether letters stand again. It is apart because few segments need it. By sender.
  struct Repeats {
    std::array<std::array<uint32_t, 4>, 2> last_sequence{};  // of SYN, SYN|ACK, FIN, RST
    std::array<std::array<uint32_t, 3>, 2> events{};         // gaps, payloads again, windows of 0
  };

  // Of a flow whose first packet came from the end that is its server.
  static void BeginFlipped(model::History& history) { history.Add('^'); }

  // Most segments tell nothing new: they only cost a look at one bit.
  void Follow(model::History& history, Repeats& repeats, Sender sender,
              const decode::TcpHeader& tcp, uint32_t payload_bytes,
              const SegmentFindings& findings) {
    constexpr uint8_t kRare =
        decode::TcpFlags::kSyn | decode::TcpFlags::kFin | decode::TcpFlags::kRst;
    const bool usual = (tcp.flags & kRare) == 0 && !findings.worth_counting();
    if (usual && Seen(sender, payload_bytes > 0 ? Kind::kData : Kind::kAck)) return;
    FollowRare({history, repeats, sender}, tcp, payload_bytes, findings);
  }
  // Of any protocol but TCP.
  void FollowData(model::History& history, Sender sender) {
    if (!Seen(sender, Kind::kData)) Write(history, sender, Kind::kData);
  }

 private:
  // The first ones are in Repeats::last_sequence, those from kGap on in Repeats::events.
  enum class Kind : uint8_t {
    kSyn,
    kSynAck,
    kFin,
    kReset,
    kData,
    kAck,
    kFinReset,
    kSynMixed,
    kGap,
    kSentAgain,
    kZeroWindow,
    kCount,
  };
  struct Target {
    model::History& history;
    Repeats& repeats;
    Sender sender;
  };

  static uint32_t BitOf(Sender sender, Kind kind) {
    return 1U << (static_cast<uint32_t>(kind) + (sender == Sender::kClient ? 0U : 16U));
  }
  bool Seen(Sender sender, Kind kind) const { return (seen_ & BitOf(sender, kind)) != 0; }

  void FollowRare(const Target& to, const decode::TcpHeader& tcp, uint32_t payload_bytes,
                  const SegmentFindings& findings);
  void FollowFlags(const Target& to, const decode::TcpHeader& tcp);
  void Once(const Target& to, Kind kind);
  void Numbered(const Target& to, Kind kind, uint32_t sequence);
  void Counted(const Target& to, Kind kind);
  void Write(model::History& history, Sender sender, Kind kind);

  uint32_t seen_ = 0;  // BitOf what was written
};

}  // namespace wiregauge::flow
