// SPDX-License-Identifier: Apache-2.0
#include "flow/live_flow.h"

#include <algorithm>

namespace wiregauge::flow {
namespace {

using decode::TcpFlags;
using model::TcpState;

constexpr uint8_t kTcp = 6, kIcmp = 1, kIcmpv6 = 58;

bool Has(uint8_t flags, uint8_t wanted) { return (flags & wanted) == wanted; }

bool IsTcp(const decode::DecodedPacket& packet) {
  return packet.l4_protocol == kTcp && packet.has_l4_header;
}

// Nothing when the clock went back in between.
std::optional<Duration> Half(Duration duration) {
  if (duration < Duration::zero()) return std::nullopt;
  return duration / 2;
}

// The rule of live_flow.h: each half's time is the latency of the end that answers last.
void FollowHandshake(LiveFlow& flow, Sender sender, const decode::TcpHeader& tcp, Timestamp time) {
  model::FlowRecord& record = flow.record;
  const bool syn = Has(tcp.flags, TcpFlags::kSyn);
  const bool ack = Has(tcp.flags, TcpFlags::kAck);
  if (flow.handshake_done) return;
  if (sender == Sender::kClient && syn && !ack) {
    flow.syn_time = time;
    flow.syn_sequence = tcp.sequence;
    if (record.tcp_state == TcpState::kNone) record.tcp_state = TcpState::kSynSent;
  } else if (sender == Sender::kServer && syn && ack) {
    if (!flow.syn_time || tcp.acknowledgement != *flow.syn_sequence + 1) return;
    flow.syn_ack_time = time;
    flow.syn_ack_sequence = tcp.sequence;
    record.server.network_latency = Half(time - *flow.syn_time);
    flow.syn_time.reset();
  } else if (sender == Sender::kClient && ack && !syn) {
    if (!flow.syn_ack_time) return;
    if (record.tcp_state == TcpState::kSynSent) record.tcp_state = TcpState::kEstablished;
    if (tcp.acknowledgement != flow.syn_ack_sequence + 1) return;
    record.client.network_latency = Half(time - *flow.syn_ack_time);
    flow.handshake_done = true;
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
  if ((packet.l4_protocol == kIcmp || packet.l4_protocol == kIcmpv6) && packet.has_l4_header) {
    record.icmp_type = packet.icmp_type;
    record.icmp_code = packet.icmp_code;
  }
}

SegmentFindings Update(LiveFlow& flow, Sender sender, const decode::DecodedPacket& packet,
                       const PacketView& view, Timestamp now) noexcept {
  model::FlowRecord& record = flow.record;
  model::FlowEndpoint& end = End(record, sender);
  flow.last_active = now;
  end.sent.Add(view.wire_bytes);
  end.payload_bytes_sent += packet.payload_bytes;
  record.ports_seen |= packet.has_ports;
  record.first_seen = std::min(record.first_seen, view.time);
  record.report_start = std::min(record.report_start, view.time);
  record.last_seen = std::max(record.last_seen, view.time);
  record.rate.Add(now, view.wire_bytes);
  if (!IsTcp(packet)) return {};
  end.tcp_flags |= packet.tcp.flags;
  FollowHandshake(flow, sender, packet.tcp, view.time);
  FollowState(flow, sender, packet.tcp.flags);
  const bool from_client = sender == Sender::kClient;
  const SegmentFindings findings =
      Follow(from_client ? flow.client_stream : flow.server_stream,
             from_client ? flow.server_stream : flow.client_stream, packet.tcp,
             packet.payload_bytes, view.time, record.handshake_rtt());
  findings.CountIn(end.tcp);
  return findings;
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
  const TcpStream& own = from_client ? flow.client_stream : flow.server_stream;
  const TcpStream& other = from_client ? flow.server_stream : flow.client_stream;
  return !is_behind(own.next_sequence) && !is_behind(other.last_acknowledgement);
}

model::EndReason EndReasonOf(const LiveFlow& flow, model::EndReason otherwise) noexcept {
  if (flow.record.tcp_state == TcpState::kReset) return model::EndReason::kTcpRst;
  if (flow.record.tcp_state == TcpState::kClosed) return model::EndReason::kTcpFin;
  return otherwise;
}

}  // namespace wiregauge::flow
