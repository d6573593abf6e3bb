// SPDX-License-Identifier: Apache-2.0
#include "flow/live_flow.h"

#include <algorithm>

#include "base/packet_clock.h"

namespace wiregauge::flow {
namespace {

using decode::TcpFlags;
using model::TcpState;

constexpr uint8_t kTcp = 6, kUdp = 17, kIcmp = 1, kIcmpv6 = 58;

bool Has(uint8_t flags, uint8_t wanted) { return (flags & wanted) == wanted; }

bool IsTcp(const decode::DecodedPacket& packet) {
  return packet.l4_protocol == kTcp && packet.has_l4_header;
}

// Nothing when the clock leapt in between: it went back, or by more than an hour, which no answer
// takes.
std::optional<Duration> Elapsed(Timestamp from, Timestamp to) {
  const Duration elapsed = to - from;
  if (elapsed < Duration::zero() || elapsed > PacketClock::kLeap) return std::nullopt;
  return elapsed;
}

std::optional<Duration> Half(std::optional<Duration> duration) {
  if (!duration) return std::nullopt;
  return *duration / 2;
}

// RFC 9293, section 3.10.7.1: a closed port answers a SYN with a RST that acknowledges just that.
void FollowRefusal(LiveFlow& flow, Sender sender, const decode::TcpHeader& tcp, Timestamp time) {
  const bool refuses = sender == Sender::kServer && Has(tcp.flags, TcpFlags::kAck) &&
                       !Has(tcp.flags, TcpFlags::kSyn) && flow.syn_time && !flow.syn_ack_time &&
                       tcp.acknowledgement == *flow.syn_sequence + 1;
  if (!refuses) return;
  flow.record.refused = true;
  flow.record.server.network_latency = Half(Elapsed(*flow.syn_time, time));
  flow.handshake_done = true;
  flow.round_trip = flow.record.handshake_rtt();
}

// A SYN|ACK. One that acknowledges another number is taken until the right one comes: the client
// resets the connection unless it was the answer.
void FollowAnswer(LiveFlow& flow, const decode::TcpHeader& tcp, Timestamp time) {
  if (!flow.syn_time) return;
  const bool fits = tcp.acknowledgement == *flow.syn_sequence + 1;
  if (!fits && flow.syn_ack_time) return;
  flow.answered_syn_time = *flow.syn_time;
  flow.syn_ack_time = time;
  flow.syn_ack_sequence = tcp.sequence;
  if (!fits) return;
  flow.record.server.network_latency = Half(Elapsed(*flow.syn_time, time));
  flow.syn_time.reset();
}

// Whether an ACK behind the SYN|ACK ends the handshake: the client's first one, but for one of
// later bytes, which comes too late; or the server's of what the client sent behind it, which was
// not captured then. A number that is not near is damaged.
bool EndsHandshake(const LiveFlow& flow, Sender sender, const decode::TcpHeader& tcp) {
  constexpr uint32_t kNearBytes = 1 << 24;
  const bool from_client = sender == Sender::kClient;
  const uint32_t first_byte = (from_client ? flow.syn_ack_sequence : *flow.syn_sequence) + 1;
  const uint32_t bytes = tcp.acknowledgement - first_byte;
  const bool of_bytes = bytes > 0 && bytes <= kNearBytes;
  return from_client != of_bytes;
}

// The rule of live_flow.h: each half's time is the latency of the end that answers last.
void FollowHandshake(LiveFlow& flow, Sender sender, const decode::TcpHeader& tcp, Timestamp time) {
  model::FlowRecord& record = flow.record;
  const bool syn = Has(tcp.flags, TcpFlags::kSyn);
  const bool ack = Has(tcp.flags, TcpFlags::kAck);
  if (flow.handshake_done) return;
  if (Has(tcp.flags, TcpFlags::kRst)) return FollowRefusal(flow, sender, tcp, time);
  if (sender == Sender::kClient && syn && !ack) {
    flow.syn_time = time;
    flow.syn_sequence = tcp.sequence;
    if (record.tcp_state == TcpState::kNone) record.tcp_state = TcpState::kSynSent;
  } else if (sender == Sender::kServer && syn && ack) {
    FollowAnswer(flow, tcp, time);
  } else if (ack && !syn && flow.syn_ack_time) {
    if (sender == Sender::kClient && record.tcp_state == TcpState::kSynSent) {
      record.tcp_state = TcpState::kEstablished;
    }
    if (!EndsHandshake(flow, sender, tcp)) return;
    record.server.network_latency = Half(Elapsed(flow.answered_syn_time, *flow.syn_ack_time));
    record.client.network_latency = Half(Elapsed(*flow.syn_ack_time, time));
    flow.handshake_done = true;
    flow.round_trip = record.handshake_rtt();
  }
}

void FollowState(LiveFlow& flow, Sender sender, uint8_t flags) {
  TcpState& state = flow.record.tcp_state;
  if (IsFinished(flow)) return;
  if (Has(flags, TcpFlags::kRst)) {
    state = TcpState::kReset;
    return;
  }
  if (Has(flags, TcpFlags::kFin)) {
    (sender == Sender::kClient ? flow.client_fin : flow.server_fin) = true;
    state = flow.client_fin && flow.server_fin ? TcpState::kClosed : TcpState::kClosing;
    return;
  }
  // Joined midway: data of either end. Opened in view: only the client's ACK establishes, which
  // FollowHandshake says, or the server's data when that ACK was missed.
  const bool data = !Has(flags, TcpFlags::kSyn);
  const bool missed = state == TcpState::kSynSent && sender == Sender::kServer;
  if (data && (state == TcpState::kNone || missed)) state = TcpState::kEstablished;
}

model::FlowEndpoint& End(model::FlowRecord& record, Sender sender) {
  return sender == Sender::kClient ? record.client : record.server;
}

Sender Other(Sender sender) {
  return sender == Sender::kClient ? Sender::kServer : Sender::kClient;
}

// Of what that end sends.
template <typename Flow>
auto& StreamOf(Flow& flow, Sender sender) {
  return flow.streams[static_cast<size_t>(sender)];
}

void TakeInWindow(model::FlowEndpoint& end, const decode::TcpHeader& tcp) {
  if (Has(tcp.flags, TcpFlags::kRst)) return;
  end.window = tcp.window;
  end.window_is_of_syn = Has(tcp.flags, TcpFlags::kSyn);
  if (!end.window_is_of_syn) return;
  const decode::TcpSynOptions& options = tcp.syn_options;
  end.syn = model::TcpSyn{.window_bytes = tcp.window,
                          .options_known = options.stored,
                          .sack_permitted = options.sack_permitted,
                          .timestamps = options.timestamps,
                          .mss_bytes = options.mss_bytes,
                          .window_scale = options.window_scale};
}

// Whether the packet begins the answer to a request, and how long that took. `in_order`: nothing is
// missing in front of it.
std::optional<Duration> FollowRequests(LiveFlow& flow, Sender sender, bool in_order,
                                       Timestamp time) {
  if (sender == Sender::kClient) {
    flow.request_time = in_order ? std::optional(time) : std::nullopt;
    return std::nullopt;
  }
  if (!flow.request_time) return std::nullopt;
  const auto latency = in_order ? Elapsed(*flow.request_time, time) : std::nullopt;
  flow.request_time.reset();
  if (latency) flow.record.application_latency.Add(*latency);
  return latency;
}

std::optional<Duration> FollowDns(LiveFlow& flow, Sender sender, std::span<const uint8_t> message,
                                  Timestamp time) {
  if (sender == Sender::kClient) {
    flow.dns_queries.Ask(message, time);
    return std::nullopt;
  }
  const auto asked_at = flow.dns_queries.Answer(message);
  const auto latency = asked_at ? Elapsed(*asked_at, time) : std::nullopt;
  if (latency) flow.record.application_latency.Add(*latency);
  return latency;
}

Findings FollowSegment(LiveFlow& flow, Sender sender, const decode::DecodedPacket& packet,
                       Timestamp time) {
  model::FlowRecord& record = flow.record;
  const decode::TcpHeader& tcp = packet.tcp;
  model::FlowEndpoint& end = End(record, sender);
  end.tcp_flags |= tcp.flags;
  FollowHandshake(flow, sender, tcp, time);
  FollowState(flow, sender, tcp.flags);
  TakeInWindow(end, tcp);
  Findings findings;
  findings.segment = Follow(StreamOf(flow, sender), StreamOf(flow, Other(sender)), tcp,
                            packet.payload_bytes, time, flow.round_trip);
  if (findings.segment.worth_counting()) findings.segment.CountIn(end.tcp);
  flow.history.Follow(record.history, flow.history_repeats, sender, tcp, packet.payload_bytes,
                      findings.segment);
  const bool in_order = findings.segment.kind == SegmentKind::kExpected;
  const bool is_new = in_order || findings.segment.kind == SegmentKind::kAfterGap;
  if (packet.payload_bytes > 0 && is_new && !Has(tcp.flags, TcpFlags::kRst)) {
    findings.application_latency = FollowRequests(flow, sender, in_order, time);
  }
  return findings;
}

Findings FollowDatagram(LiveFlow& flow, Sender sender, const decode::DecodedPacket& packet,
                        Timestamp time) {
  flow.history.FollowData(flow.record.history, sender);
  Findings findings;
  const bool is_datagram =
      packet.l4_protocol == kUdp && packet.has_l4_header && packet.payload_bytes > 0;
  if (!is_datagram) return findings;
  findings.application_latency = DnsQueries::IsPort(flow.record.server.port)
                                     ? FollowDns(flow, sender, packet.payload, time)
                                     : FollowRequests(flow, sender, true, time);
  return findings;
}

}  // namespace

bool SrcIsClient(const decode::DecodedPacket& packet, Ports ports) noexcept {
  if (packet.l4_protocol != kTcp) return true;
  if (IsTcp(packet) && Has(packet.tcp.flags, TcpFlags::kSyn)) {
    return !Has(packet.tcp.flags, TcpFlags::kAck);
  }
  return ports.src >= ports.dst;
}

void Begin(LiveFlow& flow, const FlowKey& key, bool src_is_low, const decode::DecodedPacket& packet,
           Ports ports, const PacketView& view, Timestamp now) noexcept {
  flow.key = key;
  flow.last_active = flow.reported_at = now;
  const bool src_is_client = SrcIsClient(packet, ports);
  flow.client_is_low = src_is_client == src_is_low;
  model::FlowRecord& record = flow.record;
  record.vlan = packet.vlan;
  record.l4_protocol = packet.l4_protocol;
  record.tunnels = packet.tunnels;
  record.first_seen = record.last_seen = record.report_start = view.time;
  model::FlowEndpoint& src = End(record, src_is_client ? Sender::kClient : Sender::kServer);
  model::FlowEndpoint& dst = End(record, src_is_client ? Sender::kServer : Sender::kClient);
  src.ip = packet.src;
  src.port = ports.src;
  src.mac = packet.src_mac;
  dst.ip = packet.dst;
  dst.port = ports.dst;
  dst.mac = packet.dst_mac;
  if (!src_is_client) HistoryWriter::BeginFlipped(record.history);
  if ((packet.l4_protocol == kIcmp || packet.l4_protocol == kIcmpv6) && packet.has_l4_header) {
    record.icmp_type = packet.icmp_type;
    record.icmp_code = packet.icmp_code;
  }
}

Findings Update(LiveFlow& flow, Sender sender, const decode::DecodedPacket& packet,
                const PacketView& view, Timestamp now) noexcept {
  model::FlowRecord& record = flow.record;
  model::FlowEndpoint& end = End(record, sender);
  flow.last_active = now;
  end.sent.Add(view.wire_bytes);
  end.packet_lengths.Add(view.wire_bytes);
  end.interarrival.Add(view.time, IsOnClock(now, view.time));
  end.payload_bytes_sent += packet.payload_bytes;
  record.ports_seen |= packet.has_ports;
  record.first_seen = std::min(record.first_seen, view.time);
  record.report_start = std::min(record.report_start, view.time);
  record.last_seen = std::max(record.last_seen, view.time);
  record.rate.Add(now, view.wire_bytes);
  if (IsTcp(packet)) return FollowSegment(flow, sender, packet, view.time);
  if (packet.l4_protocol == kTcp) return {};  // later fragments, and headers that were cut
  return FollowDatagram(flow, sender, packet, view.time);
}

bool OpensNewConnection(const LiveFlow& flow, Sender sender,
                        const decode::DecodedPacket& packet) noexcept {
  if (!IsTcp(packet) || !Has(packet.tcp.flags, TcpFlags::kSyn)) return false;
  if (Has(packet.tcp.flags, TcpFlags::kAck)) return false;
  if (IsFinished(flow)) return true;
  const bool from_client = sender == Sender::kClient;
  if (from_client && flow.syn_sequence) return packet.tcp.sequence != *flow.syn_sequence;
  const bool opened_by_both = !from_client && flow.record.tcp_state == TcpState::kSynSent;
  if (opened_by_both) return false;
  // A SYN that was captured too late has its connection's first bytes right behind it.
  constexpr uint32_t kLateByBytes = 1 << 16;
  const auto is_behind = [&](const std::optional<uint32_t>& sequence) {
    return sequence && *sequence - packet.tcp.sequence <= kLateByBytes;
  };
  const TcpStream& own = StreamOf(flow, sender);
  const TcpStream& other = StreamOf(flow, Other(sender));
  return !is_behind(own.next_sequence) && !is_behind(other.last_acknowledgement);
}

bool IsSilentFor(LiveFlow& flow, Timestamp now, Duration timeout) noexcept {
  if (!IsSilent(now, flow.last_active, timeout)) return false;
  // A leap is believed at the packet after the one that made it, so that flow has just one packet.
  const Timestamp began = flow.record.first_seen;
  const bool ahead_of_clock = flow.record.traffic().packets == 1 &&
                              !IsOnClock(flow.last_active, began) && IsOnClock(now, began);
  if (ahead_of_clock) flow.last_active = flow.reported_at = began;
  return IsSilent(now, flow.last_active, timeout);
}

model::EndReason EndReasonOf(const LiveFlow& flow, model::EndReason otherwise) noexcept {
  if (flow.record.tcp_state == TcpState::kReset) return model::EndReason::kTcpRst;
  if (flow.record.tcp_state == TcpState::kClosed) return model::EndReason::kTcpFin;
  return otherwise;
}

}  // namespace wiregauge::flow
