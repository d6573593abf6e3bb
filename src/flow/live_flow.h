// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>

#include "base/packet_view.h"
#include "decode/packet.h"
#include "dpi/classifier.h"
#include "flow/dns_queries.h"
#include "flow/flow_key.h"
#include "flow/history.h"
#include "flow/sender.h"
#include "flow/tcp_analysis.h"
#include "model/flow_record.h"

namespace wiregauge::flow {

// A flow while packets come: the record that will be reported, and what is needed to keep it. Owned
// by one shard's flow table.
//
// The handshake is timed from the last SYN before its answer, over the first SYN|ACK that
// acknowledges it, to the first ACK of just that; what comes later changes nothing. Where the
// client's ACK was not captured, the server's first one of what the client sent behind it stands
// for it: a little late. A SYN|ACK or ACK with a number far from the right one was damaged, unless
// the right one follows. A SYN that comes again after its SYN|ACK begins anew if it is answered
// anew. A RST that acknowledges just the SYN refuses it: that is the end of the handshake, whose
// client's half nobody saw. README.md tells why.
//
// What every packet reads or writes stands first, and the record's own such part next to it.
struct LiveFlow {
  FlowKey key;
  Timestamp last_active;        // by the source's clock, by which flows age
  Timestamp reported_at;        // by the same, of the last report or the first packet
  dpi::DetectionPtr detection;  // null once the application is settled
  bool client_is_low = false;   // which end of the key is the client
  bool handshake_done = false;  // the record's latencies are final
  bool client_fin = false, server_fin = false;
  HistoryWriter history;
  std::array<TcpStream, 2> streams;    // by Sender
  std::optional<Duration> round_trip;  // the record's handshake_rtt, when that is final
  // When the newest byte came of a request that is not answered yet.
  std::optional<Timestamp> request_time;
  model::FlowRecord record;
  std::optional<uint32_t> syn_sequence;   // of the client's SYN
  std::optional<Timestamp> syn_time;      // of its newest copy, until it is answered
  uint32_t syn_ack_sequence = 0;          // of the SYN|ACK below
  std::optional<Timestamp> syn_ack_time;  // of the first answer to the SYN that was answered last
  Timestamp answered_syn_time;            // when that SYN came
  HistoryWriter::Repeats history_repeats;
  DnsQueries dns_queries;
};

// What a packet told, for what else counts it.
struct Findings {
  SegmentFindings segment;
  // The packet begins the answer to a request.
  std::optional<Duration> application_latency;
};

// Whether the first packet's sender is the flow's client (contract, section 2): the sender of a SYN
// and the receiver of a SYN|ACK; for TCP joined midway the end with the higher port; else the first
// sender.
bool SrcIsClient(const decode::DecodedPacket& packet, Ports ports) noexcept;

// Fills key, ends and first times from the flow's first packet. `now` here and below is the time by
// the source's PacketClock. Counters start at 0: Update counts it.
void Begin(LiveFlow& flow, const FlowKey& key, bool src_is_low, const decode::DecodedPacket& packet,
           Ports ports, const PacketView& view, Timestamp now) noexcept;

inline Sender SenderOf(const LiveFlow& flow, bool src_is_low) noexcept {
  return src_is_low == flow.client_is_low ? Sender::kClient : Sender::kServer;
}

// Counts a packet and follows the connection.
//
// A request is what the client sends until the server answers: new payload in order, or a datagram.
// It is answered by the server's next new payload in order. Segments behind a gap tell no time: a
// byte of them that was not captured may have been the last or the first. DNS over UDP has several
// requests under way: there an answer belongs to the query with its number (dns_queries.h).
Findings Update(LiveFlow& flow, Sender sender, const decode::DecodedPacket& packet,
                const PacketView& view, Timestamp now) noexcept;

// A SYN that opens a new connection on the 5-tuple of another: it must not be counted here. On a
// finished flow that is any SYN. Before that it is one from the client with another sequence number
// than its first SYN had, and, where no SYN of its sender was seen yet, one whose number is not
// just in front of what was seen (a late SYN) and does not open the connection from the other side
// as well.
bool OpensNewConnection(const LiveFlow& flow, Sender sender,
                        const decode::DecodedPacket& packet) noexcept;

// Closed by both ends or reset: only late packets are to come.
inline bool IsFinished(const LiveFlow& flow) noexcept {
  return flow.record.tcp_state == model::TcpState::kClosed ||
         flow.record.tcp_state == model::TcpState::kReset;
}

// Whether the flow has been silent for longer than `timeout`. A flow that began with the very
// packet whose time the clock did not believe yet, and does now, is as old as that packet: it is
// put on the clock first.
bool IsSilentFor(LiveFlow& flow, Timestamp now, Duration timeout) noexcept;

// The reason a flow ends with: how TCP finished, or else what made it end.
model::EndReason EndReasonOf(const LiveFlow& flow, model::EndReason otherwise) noexcept;

}  // namespace wiregauge::flow
