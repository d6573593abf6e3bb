// SPDX-License-Identifier: Apache-2.0
#include "tables/tables.h"

#include <algorithm>

#include "base/check.h"
#include "base/prefetch.h"
#include "model/goodput.h"

namespace wiregauge::tables {
namespace {

using model::EndReason;

// Devices share the hosts' budget; MAC addresses are few unless somebody floods.
constexpr size_t kMostDevices = 65536;

// The names of addresses that are no host have this part of the hosts' budget.
constexpr size_t kNamesShare = 8;

// 1.5 MB a shard; some 80,000 are announced. Those that come later count in `other`.
constexpr size_t kMostAutonomousSystems = 16384;

// The part of a host's row that every packet writes: times, traffic, rate and most of the L4 split.
constexpr size_t kHotHostBytes = 336;

constexpr uint16_t kArpRequest = 1, kArpReply = 2;  // RFC 826

constexpr uint8_t kTcp = 6, kIcmp = 1, kIcmpv6 = 58;  // IANA

void CountFlags(model::TcpFlagCounts& counts, uint8_t flags) {
  using decode::TcpFlags;
  const bool syn = (flags & TcpFlags::kSyn) != 0;
  const bool ack = (flags & TcpFlags::kAck) != 0;
  counts.syn_packets += syn && !ack;
  counts.syn_ack_packets += syn && ack;
  counts.fin_packets += (flags & TcpFlags::kFin) != 0;
  counts.rst_packets += (flags & TcpFlags::kRst) != 0;
}

size_t Index(EndReason reason) { return static_cast<size_t>(reason); }

std::span<const uint8_t> BytesOf(const flow::KeyedFrame& frame) {
  return {reinterpret_cast<const uint8_t*>(&frame), sizeof frame};
}

// To be read. What lies behind is not looked at in most packets.
void PrefetchBytes(std::span<const uint8_t> bytes) {
  constexpr size_t kMost = 320;
  for (size_t at = 0; at < std::min(bytes.size(), kMost); at += 64) {
    __builtin_prefetch(bytes.data() + at);
  }
}

}  // namespace

Tables::Tables(const TablesOptions& options, const KeyedHash& hash, dpi::Classifier& classifier)
    : options_(options),
      hash_(hash),
      classifier_(classifier),
      flow_wheel_(Links{&flows_}),
      hosts_(hash, options.interface_index,
             {options.limits.host_idle_timeout, options.limits.local_host_idle_timeout},
             options.atlas, options.limits.host_table_bytes / kNamesShare),
      message_reader_(hosts_),
      devices_(hash, options.interface_index, options.limits.host_idle_timeout, kMostDevices),
      vlans_(options.interface_index),
      fragments_(hash),
      ended_flows_(options.limits.ended_flows_bytes),
      places_(kMostAutonomousSystems) {
  counters_.applications.resize(options.applications);
}

Tables::~Tables() = default;

// The stages of a packet, each some packets behind the one before: ask for its frame, which another
// core has written, for its place in the flows' index, for its flow, for its hosts, and count it.
void Tables::Account(std::span<const flow::KeyedFrame> frames) noexcept {
  const size_t count = frames.size();
  for (size_t i = 0; i < count + 3 * kAhead; ++i) {
    if (const size_t at = i + 2 * kAhead; at < count) PrefetchBytes(BytesOf(frames[at]));
    if (i < count) Prepare(frames[i], PreparedAt(i));
    if (const size_t at = i - kAhead; at < count) PrefetchFlow(PreparedAt(at));
    if (const size_t at = i - 2 * kAhead; at < count) PrefetchHosts(PreparedAt(at));
    if (const size_t at = i - 3 * kAhead; at < count) Account(PreparedAt(at));
  }
}

void Tables::Prepare(const flow::KeyedFrame& frame, Prepared& prepared) {
  const PacketView& view = frame.view;
  prepared.frame = &frame;
  prepared.now = view.clock ? *view.clock : clock_.Advance(view.time);
  prepared.size_class = model::PacketSizes::ClassOf(view.wire_bytes);
  prepared.is_ip = frame.is_ip();
  prepared.flow = nullptr;
  if (!prepared.is_ip) return;
  const decode::DecodedPacket& packet = frame.packet;
  prepared.ports = frame.is_keyed ? flow::OwnPorts(packet) : PortsOfFragment(packet, prepared.now);
  prepared.src_is_low = frame.is_keyed ? frame.src_is_low : flow::SrcIsLow(packet, prepared.ports);
  prepared.key = flow::MakeFlowKey(packet, prepared.ports, prepared.src_is_low);
  prepared.hash = frame.is_keyed ? frame.key_hash : hash_(prepared.key.bytes());
  flows_.PrefetchIndex(prepared.hash);
}

void Tables::PrefetchFlow(Prepared& prepared) {
  if (!prepared.is_ip) return;
  prepared.flow = flows_.Prefetch(prepared.hash);
  if (prepared.flow != nullptr) return;
  hosts_.PrefetchIndex(prepared.frame->packet.src, prepared.frame->packet.vlan);
  hosts_.PrefetchIndex(prepared.frame->packet.dst, prepared.frame->packet.vlan);
}

// The flow may have ended since its entry was asked for. A frame's bytes are read again only while
// its flow is looked into; another core may have written them.
void Tables::PrefetchHosts(const Prepared& prepared) {
  if (!prepared.is_ip) return;
  const decode::DecodedPacket& packet = prepared.frame->packet;
  if (prepared.flow == nullptr) {
    PrefetchBytes(packet.ip_packet);
    hosts_.Prefetch(packet.src, packet.vlan);
    hosts_.Prefetch(packet.dst, packet.vlan);
    return;
  }
  if (!flows_.IsLive(*prepared.flow)) return;
  if (const dpi::Detection* detection = prepared.flow->flow.detection.get()) {
    PrefetchBytes(packet.ip_packet);
    dpi::Prefetch(*detection);
  }
  PrefetchToWrite(&prepared.flow->client_host->record, kHotHostBytes);
  PrefetchToWrite(&prepared.flow->server_host->record, kHotHostBytes);
}

// What a flow's end reads and writes beside the flow.
void Tables::PrefetchEnd(const FlowEntry& entry) {
  PrefetchToWrite(entry.client_host, sizeof(HostEntry));
  PrefetchToWrite(entry.server_host, sizeof(HostEntry));
  if (entry.flow.detection != nullptr) dpi::Prefetch(*entry.flow.detection);
}

void Tables::Account(const Prepared& prepared) {
  const PacketView& view = prepared.frame->view;
  const decode::DecodedPacket& packet = prepared.frame->packet;
  MoveTo(prepared.now);
  counters_.received.Add(view.wire_bytes);
  counters_.packet_sizes.AddToClass(prepared.size_class);
  counters_.rate.AddIn(now_second_, {1, view.wire_bytes});
  vlans_.Add(packet.vlan, now_second_, view.wire_bytes);
  if (prepared.frame->error == decode::DecodeError::kNone) {
    counters_.l3[static_cast<size_t>(packet.l3_class)].Add(view.wire_bytes);
  } else {
    counters_.undecodable[static_cast<size_t>(prepared.frame->error)].Add(view.wire_bytes);
  }
  if (prepared.is_ip) {
    AccountIp(prepared);
  } else {
    DeviceTable::Hint src_hint, dst_hint;
    AccountDevices(view, packet, src_hint, dst_hint);
    if (packet.arp_operation != 0) CountArp(packet, src_hint.device, dst_hint.device);
  }
}

// After AccountDevices, which has kept both rows' last state for a slice that is being taken.
void Tables::CountArp(const decode::DecodedPacket& packet, DeviceEntry* src, DeviceEntry* dst) {
  const bool is_request = packet.arp_operation == kArpRequest;
  const bool is_reply = packet.arp_operation == kArpReply;
  if (src != nullptr) {
    src->record.arp_requests_sent += is_request;
    src->record.arp_replies_sent += is_reply;
    if (packet.arp_sender_ipv4 != 0) {
      src->record.AddAddress(IpAddress::V4(packet.arp_sender_ipv4));
    }
  }
  if (dst != nullptr) {
    dst->record.arp_requests_received += is_request;
    dst->record.arp_replies_received += is_reply;
  }
}

void Tables::AccountIp(const Prepared& prepared) {
  const PacketView& view = prepared.frame->view;
  const decode::DecodedPacket& packet = prepared.frame->packet;
  FlowEntry& entry = FlowOf(prepared);
  const flow::Sender sender = flow::SenderOf(entry.flow, prepared.src_is_low);
  flow_copier_.Touch(entry);
  const bool was_finished = flow::IsFinished(entry.flow);
  const bool was_timed = entry.flow.handshake_done;
  const flow::Findings findings = flow::Update(entry.flow, sender, packet, view, now_);
  if (!was_finished && flow::IsFinished(entry.flow)) SetTimer(entry);

  const bool timed_now = !was_timed && entry.flow.handshake_done;
  if (timed_now || findings.application_latency) {
    CountLatencies(entry, timed_now, findings.application_latency);
  }
  counters_.in_flows.Add(view.wire_bytes);
  counters_.l4[static_cast<size_t>(model::L4ClassOf(packet.l4_protocol))].Add(view.wire_bytes);
  AccountHosts(entry, sender, prepared);
  if (entry.messages.kind != MessageKind::kNone) {
    ReadMessages(entry, sender, packet, view, findings.segment);
  }
  if (packet.l4_protocol == kTcp) {
    AccountTcp(entry, sender, packet, findings.segment);
  } else if (packet.l4_protocol == kIcmp || packet.l4_protocol == kIcmpv6) {
    AccountIcmp(entry, sender, packet, view);
  }
  AccountApplication(entry, sender, packet, view);
  const auto from = static_cast<size_t>(sender);
  DeviceEntry* src_device =
      AccountDevices(view, packet, entry.src_device[from], entry.dst_device[from]);
  // A device's own addresses, or what it forwards: a router's frames also carry remote hosts' ones.
  const HostEntry& src = entry.HostsOf(sender).src;
  const bool first_from_src =
      (sender == flow::Sender::kClient ? entry.flow.record.client : entry.flow.record.server)
          .sent.packets == 1;
  if (src_device != nullptr && first_from_src) {
    if (src.record.local) {
      src_device->record.AddAddress(packet.src);
    } else {
      src_device->record.forwarding.Add(packet.src);
    }
  }
  if (entry.tap != nullptr && !entry.tap->OnPacket(view, now_)) [[unlikely]]
    entry.tap = nullptr;
}

bool Tables::SetTap(const flow::FlowKey& key, uint64_t flow_id, FlowTap* tap) noexcept {
  FlowEntry* const entry = flows_.Find(key, hash_(key.bytes()));
  if (entry == nullptr || entry->flow.record.id != flow_id) return false;
  entry->tap = tap;
  return true;
}

flow::Ports Tables::PortsOfFragment(const decode::DecodedPacket& packet, Timestamp now) {
  const flow::Ports own = flow::OwnPorts(packet);
  if (packet.is_first_fragment) {
    fragments_.Remember(packet, own, now);
    return own;
  }
  const auto remembered = fragments_.Find(packet, now);
  if (!remembered) ++counters_.fragments_unmatched;
  return remembered.value_or(flow::Ports{});
}

void Tables::AccountHosts(const FlowEntry& entry, flow::Sender sender, const Prepared& prepared) {
  const PacketView& view = prepared.frame->view;
  const auto [src, dst] = entry.HostsOf(sender);
  const auto l4 = static_cast<size_t>(model::L4ClassOf(entry.flow.record.l4_protocol));
  hosts_.Touch(src);
  src.record.first_seen = std::min(src.record.first_seen, view.time);
  src.record.last_seen = std::max(src.record.last_seen, view.time);
  src.record.traffic.sent.Add(view.wire_bytes);
  src.record.l4[l4].sent.Add(view.wire_bytes);
  src.record.sent_sizes.AddToClass(prepared.size_class);
  src.record.rate.AddIn(now_second_, {1, view.wire_bytes});
  hosts_.Touch(dst);
  dst.record.first_seen = std::min(dst.record.first_seen, view.time);
  dst.record.last_seen = std::max(dst.record.last_seen, view.time);
  dst.record.traffic.received.Add(view.wire_bytes);
  dst.record.l4[l4].received.Add(view.wire_bytes);
  dst.record.received_sizes.AddToClass(prepared.size_class);
  if (&src != &dst) dst.record.rate.AddIn(now_second_, {1, view.wire_bytes});
  counters_.local_matrix[src.record.local][dst.record.local].Add(view.wire_bytes);
  // A time that the clock does not believe (yet) may be of another minute.
  if (!IsOnClock(now_, view.time)) return;
  const bool src_grown = hosts_.MarkActive(src, now_minute_);
  const bool dst_grown = hosts_.MarkActive(dst, now_minute_);
  if (src_grown || dst_grown) FitHosts();
}

// The rest of what a packet tells of its two hosts comes after AccountHosts, which has kept both
// rows' last state for a slice that is being taken.
void Tables::AccountTcp(FlowEntry& entry, flow::Sender sender, const decode::DecodedPacket& packet,
                        const flow::SegmentFindings& findings) {
  using decode::TcpFlags;
  const auto [src, dst] = entry.HostsOf(sender);
  if (findings.worth_counting()) {
    findings.CountIn(counters_.tcp);
    findings.CountIn(src.record.tcp_sent);
    findings.CountIn(dst.record.tcp_received);
  }
  const uint8_t flags = packet.tcp.flags;
  if ((flags & (TcpFlags::kSyn | TcpFlags::kFin | TcpFlags::kRst)) != 0) {
    CountFlags(src.record.tcp_flags_sent, flags);
    CountFlags(dst.record.tcp_flags_received, flags);
  }
  const bool low_goodput = model::HasLowGoodput(entry.flow.record);
  if (low_goodput != entry.low_goodput) TurnGoodput(entry);
}

void Tables::TurnGoodput(FlowEntry& entry) {
  entry.low_goodput = !entry.low_goodput;
  uint64_t& as_client = entry.client_host->record.low_goodput_flows_as_client;
  uint64_t& as_server = entry.server_host->record.low_goodput_flows_as_server;
  if (entry.low_goodput) {
    ++as_client;
    ++as_server;
  } else {
    --as_client;
    --as_server;
  }
}

void Tables::AccountIcmp(const FlowEntry& entry, flow::Sender sender,
                         const decode::DecodedPacket& packet, const PacketView& view) {
  const auto [src, dst] = entry.HostsOf(sender);
  const auto row = [&](model::HostDetails& details) -> model::TwoWay& {
    if (!packet.has_l4_header) return details.icmp.other;
    return details.icmp.RowOf({packet.l4_protocol, packet.icmp_type, packet.icmp_code});
  };
  const bool src_grown = hosts_.ChangeDetails(
      src, [&](model::HostDetails& details) { row(details).sent.Add(view.wire_bytes); });
  const bool dst_grown = hosts_.ChangeDetails(
      dst, [&](model::HostDetails& details) { row(details).received.Add(view.wire_bytes); });
  if (src_grown || dst_grown) FitHosts();
}

void Tables::ReadMessages(FlowEntry& entry, flow::Sender sender,
                          const decode::DecodedPacket& packet, const PacketView& view,
                          const flow::SegmentFindings& findings) {
  const bool is_later_fragment = packet.is_fragment && !packet.is_first_fragment;
  const bool was_seen = findings.kind == flow::SegmentKind::kRetransmitted ||
                        findings.kind == flow::SegmentKind::kKeepAlive;
  if (packet.payload.empty() || is_later_fragment || was_seen) return;
  const auto [src, dst] = entry.HostsOf(sender);
  const size_t before = hosts_.bytes();
  message_reader_.Read(entry.messages, packet.payload, packet.payload.size() < packet.payload_bytes,
                       {src, dst, entry.flow.record.vlan, packet.src_port, view.time});
  if (hosts_.bytes() > before) FitHosts();
}

void Tables::AccountApplication(FlowEntry& entry, flow::Sender sender,
                                const decode::DecodedPacket& packet, const PacketView& view) {
  flow::LiveFlow& flow = entry.flow;
  if (flow.detection == nullptr) {
    model::ApplicationCounters& application =
        counters_.applications[model::ApplicationIndex(flow.record.application)];
    application.traffic.Add(view.wire_bytes);
    application.rate.AddIn(now_second_, {1, view.wire_bytes});
    return;
  }
  counters_.detecting.Add(view.wire_bytes);
  switch (classifier_.Inspect(*flow.detection, packet, sender, now_)) {
    case dpi::Progress::kDetecting:
      break;
    case dpi::Progress::kIdentified:
      flow.record.application = classifier_.Peek(*flow.detection);
      break;
    case dpi::Progress::kDone:
      Settle(entry);
      break;
  }
}

DeviceEntry* Tables::AccountDevices(const PacketView& view, const decode::DecodedPacket& packet,
                                    DeviceTable::Hint& src_hint, DeviceTable::Hint& dst_hint) {
  DeviceEntry* src = nullptr;
  if (!packet.src_mac.IsZero()) src = devices_.FindOrInsert(packet.src_mac, view.time, src_hint);
  if (src != nullptr) {
    devices_.Touch(*src);
    src->record.first_seen = std::min(src->record.first_seen, view.time);
    src->record.last_seen = std::max(src->record.last_seen, view.time);
    src->record.traffic.sent.Add(view.wire_bytes);
    src->record.rate.AddIn(now_second_, {1, view.wire_bytes});
  }
  if (packet.dst_mac.IsZero()) return src;
  if (DeviceEntry* dst = devices_.FindOrInsert(packet.dst_mac, view.time, dst_hint)) {
    devices_.Touch(*dst);
    dst->record.first_seen = std::min(dst->record.first_seen, view.time);
    dst->record.last_seen = std::max(dst->record.last_seen, view.time);
    dst->record.traffic.received.Add(view.wire_bytes);
    dst->record.rate.AddIn(now_second_, {1, view.wire_bytes});
  }
  return src;
}

FlowEntry* Tables::FindFlow(const Prepared& prepared) {
  FlowEntry* const likely = prepared.flow;
  const bool is_it = likely != nullptr && flows_.IsLive(*likely) && likely->key() == prepared.key;
  return is_it ? likely : flows_.Find(prepared.key, prepared.hash);
}

FlowEntry& Tables::FlowOf(const Prepared& prepared) {
  FlowEntry* entry = FindFlow(prepared);
  if (entry != nullptr) {
    const bool is_over = flow::IsSilentFor(entry->flow, now_, TimeoutOf(entry->flow));
    const flow::Sender sender = flow::SenderOf(entry->flow, prepared.src_is_low);
    if (is_over || flow::OpensNewConnection(entry->flow, sender, prepared.frame->packet)) {
      End(*entry, flow::EndReasonOf(entry->flow, EndReason::kIdle));
      entry = nullptr;
    }
  }
  if (entry == nullptr) return InsertFlow(prepared);
  if (now_ - entry->flow.reported_at >= options_.limits.flow_active_timeout) {
    Report(*entry, prepared.frame->view.time);
  }
  return *entry;
}

FlowEntry& Tables::InsertFlow(const Prepared& prepared) {
  const PacketView& view = prepared.frame->view;
  const decode::DecodedPacket& packet = prepared.frame->packet;
  MakeRoom();
  FlowEntry& entry = flows_.Insert(prepared.hash);
  flow_copier_.OnInsert(entry);
  flow::Begin(entry.flow, prepared.key, prepared.src_is_low, packet, prepared.ports, view, now_);
  model::FlowRecord& record = entry.flow.record;
  record.id = (uint64_t{options_.interface_index} << model::FlowRecord::kNumberBits) + view.number;
  record.interface_index = options_.interface_index;
  record.detecting = true;
  entry.flow.detection = classifier_.Start();
  const bool from_client = flow::SenderOf(entry.flow, prepared.src_is_low) == flow::Sender::kClient;
  entry.client_host =
      &Reference(entry, true, from_client ? packet.src_mac : packet.dst_mac, view.time);
  entry.server_host =
      &Reference(entry, false, from_client ? packet.dst_mac : packet.src_mac, view.time);
  if (record.has_ports()) {
    entry.messages = MessageStateOf(record.l4_protocol, record.client.port, record.server.port);
  }
  hosts_.AddContacts(*entry.client_host, *entry.server_host);
  ++counters_.flows_created;
  SetTimer(entry);
  return entry;
}

void Tables::MakeRoom() {
  const Limits& limits = options_.limits;
  while (FlowBytes() > limits.flow_table_bytes && EvictFlow()) {
  }
  while (!HostsFit() && (hosts_.EvictOne() || EvictFlow())) {
  }
}

size_t Tables::FlowBytes() const { return flows_.bytes() + classifier_.bytes() + metadata_bytes_; }

bool Tables::HostsFit() const {
  return hosts_.bytes() + devices_.bytes() <= options_.limits.host_table_bytes;
}

void Tables::FitHosts() {
  while (!HostsFit() && hosts_.EvictOne()) {
  }
}

bool Tables::EvictFlow() {
  // The flow that would time out next. Deadlines are set anew only when they come due, so the first
  // one may have had packets since: it moves back. The bound keeps one packet's cost in hand.
  constexpr int kTries = 16;
  for (int i = 0; i < kTries; ++i) {
    const uint32_t number = flow_wheel_.First();
    if (number == TimerLinks::kNone) return false;
    FlowEntry& entry = *flows_.At(number);
    const uint16_t slot = entry.timer.slot;
    SetTimer(entry);
    if (entry.timer.slot != slot && i + 1 < kTries) continue;
    End(entry, flow::EndReasonOf(entry.flow, EndReason::kEvicted));
    return true;
  }
  return false;
}

HostEntry& Tables::Reference(FlowEntry& entry, bool as_client, const MacAddress& frame_mac,
                             Timestamp now) {
  model::FlowRecord& record = entry.flow.record;
  model::FlowEndpoint& end = as_client ? record.client : record.server;
  HostEntry& host = hosts_.Reference(end.ip, record.vlan, now);
  hosts_.PlaceByMac(host, frame_mac);
  ++(as_client ? host.record.active_flows_as_client : host.record.active_flows_as_server);
  ++(as_client ? host.record.flows_as_client : host.record.flows_as_server);
  if (!end.mac.IsZero()) host.record.mac = end.mac;
  end.local = host.record.local;
  end.place = host.record.place;
  return host;
}

void Tables::Unreference(HostEntry& host, const model::FlowRecord& record, bool as_client) {
  hosts_.AddToTallies(
      host, [&](model::HostTallies& tallies) { tallies.AddUnreported(record, as_client); });
  --(as_client ? host.record.active_flows_as_client : host.record.active_flows_as_server);
  hosts_.Unreference(host);
}

void Tables::Settle(FlowEntry& entry) {
  model::FlowRecord& record = entry.flow.record;
  dpi::Verdict verdict = classifier_.Finish(std::move(entry.flow.detection));
  record.application = verdict.application;
  record.metadata = std::move(verdict.metadata);
  if (record.metadata != nullptr) metadata_bytes_ += record.metadata->bytes();
  record.detecting = false;
  NameByHandshake(entry);
  const model::Traffic traffic = record.traffic();
  model::ApplicationCounters& application =
      counters_.applications[model::ApplicationIndex(record.application)];
  application.traffic += traffic;
  application.rate.Add(record.last_seen, traffic);
  ++application.flows;
  CountHandshake(entry.flow);
  for (size_t i = 0; i < entry.unsettled_latencies.size(); ++i) {
    application.application_latencies.classes[i] += entry.unsettled_latencies[i];
  }
  application.application_latencies.sum += record.application_latency.sum;
  counters_.detecting -= traffic;
}

void Tables::CountLatencies(FlowEntry& entry, bool handshake_ended,
                            std::optional<Duration> application_latency) {
  const model::FlowRecord& record = entry.flow.record;
  const bool settled = entry.flow.detection == nullptr;
  if (handshake_ended) {
    if (entry.flow.round_trip) counters_.handshakes.Add(*entry.flow.round_trip);
    if (settled) CountHandshake(entry.flow);
  }
  if (!application_latency) return;
  counters_.application_latencies.Add(*application_latency);
  if (settled) {
    counters_.applications[model::ApplicationIndex(record.application)].application_latencies.Add(
        *application_latency);
  } else {
    // No overflow: libndpi sees at most 10000 packets of a flow (dpi.max_*_packets).
    ++entry.unsettled_latencies[model::LatencyClassOf(*application_latency)];
  }
}

// What the client's TLS or QUIC handshake calls the server.
void Tables::NameByHandshake(FlowEntry& entry) {
  const model::FlowRecord& record = entry.flow.record;
  if (record.metadata == nullptr) return;
  const model::FlowMetadata& metadata = *record.metadata;
  std::string_view name;
  if (metadata.tls != nullptr) name = metadata.tls->server_name;
  if (metadata.quic != nullptr) name = metadata.quic->server_name;
  if (!IsHostName(name)) return;
  hosts_.Tell(*entry.server_host, model::NameSource::kTlsSni, name, record.first_seen);
  FitHosts();
}

void Tables::CountHandshake(const flow::LiveFlow& flow) {
  if (!flow.round_trip) return;
  counters_.applications[model::ApplicationIndex(flow.record.application)].handshakes.Add(
      *flow.round_trip);
}

void Tables::Report(FlowEntry& entry, Timestamp start_of_next) {
  flow_copier_.Touch(entry);
  model::FlowRecord& record = entry.flow.record;
  for (const bool client : {true, false}) {
    hosts_.AddToTallies(
        client ? *entry.client_host : *entry.server_host,
        [&](model::HostTallies& tallies) { tallies.AddUnreported(record, client); });
  }
  counters_.ended_flows_traffic += record.unreported_client() + record.unreported_server();
  places_.AddUnreported(record);
  vlans_.AddUnreported(record);
  ++counters_.flows_ended[Index(EndReason::kActiveTimeout)];
  record.end_reason = EndReason::kActiveTimeout;
  AddRecord(entry);
  record.end_reason.reset();
  record.client_names = record.server_names = nullptr;
  record.reported = {record.client.counters(), record.server.counters()};
  record.report_start = start_of_next;
  entry.flow.reported_at = now_;
}

void Tables::AddRecord(FlowEntry& entry) {
  model::FlowRecord& record = entry.flow.record;
  record.client_names = entry.client_host->names.Share();
  record.server_names = entry.server_host->names.Share();
  ended_flows_.Add(record);
}

void Tables::End(FlowEntry& entry, EndReason reason) {
  if (entry.tap != nullptr) entry.tap->OnFlowEnd();
  flow_copier_.Touch(entry);
  if (entry.flow.detection != nullptr) Settle(entry);
  model::FlowRecord& record = entry.flow.record;
  Unreference(*entry.client_host, record, true);
  Unreference(*entry.server_host, record, false);
  counters_.ended_flows_traffic += record.unreported_client() + record.unreported_server();
  places_.AddUnreported(record);
  vlans_.AddUnreported(record);
  ++counters_.flows_ended[Index(reason)];
  record.state = model::FlowState::kEnded;
  record.end_reason = reason;
  AddRecord(entry);
  flow_wheel_.Cancel(flows_.NumberOf(entry));
  if (record.metadata != nullptr) metadata_bytes_ -= record.metadata->bytes();
  flows_.Erase(entry);
  // What the flow told of its hosts takes room, and they may be free to go now.
  FitHosts();
}

void Tables::AdvanceTo(Timestamp now) noexcept { MoveTo(clock_.Advance(now)); }

void Tables::MoveTo(Timestamp now) {
  now_ = now;
  const int64_t second = UnixSeconds(now_);
  if (second == now_second_) return;
  now_second_ = second;
  now_minute_ = model::MinuteOf(now_);
  const auto due = [this](uint32_t number) {
    FlowEntry& entry = *flows_.At(number);
    if (!flow::IsSilentFor(entry.flow, now_, TimeoutOf(entry.flow))) {
      SetTimer(entry);
    } else {
      End(entry, flow::EndReasonOf(entry.flow, EndReason::kIdle));
    }
  };
  // Flows that come due are in no cache: the next one is asked for meanwhile, and what it points
  // to.
  flow_wheel_.Advance(second, due, [this](uint32_t next) {
    const FlowEntry& entry = *flows_.At(next);
    PrefetchEnd(entry);
    if (entry.timer.next != TimerLinks::kNone) flows_.PrefetchAt(entry.timer.next);
  });
  hosts_.Advance(now_);
  devices_.Advance(now_);
  ended_flows_.Close();
}

void Tables::EndAll(Timestamp now, EndReason reason) noexcept {
  if (now > now_) MoveTo(now);
  flows_.ForEach([&](FlowEntry& entry) {
    const bool idle = flow::IsSilentFor(entry.flow, now_, TimeoutOf(entry.flow));
    End(entry, flow::EndReasonOf(entry.flow, idle ? EndReason::kIdle : reason));
  });
  ended_flows_.Close();
}

void Tables::BeginRows() {
  ended_flows_.Close();
  flow_copier_.Begin(flows_);
  hosts_.BeginSlice();
  devices_.BeginSlice();
}

bool Tables::CopySome(size_t most_rows) {
  return flow_copier_.CopySome(flows_, most_rows) && hosts_.CopySome(most_rows) &&
         devices_.CopySome(most_rows);
}

model::InterfaceCounters Tables::Counters() const {
  model::InterfaceCounters counters = counters_;
  counters.active_flows = flows_.size();
  counters.active_hosts = hosts_.active();
  counters.idle_hosts = hosts_.idle();
  counters.devices = devices_.size();
  counters.departed_hosts = hosts_.departed();
  counters.hosts_expired = hosts_.expired();
  counters.hosts_evicted = hosts_.evicted();
  counters.names_dropped = hosts_.names_dropped();
  counters.flow_table_bytes = FlowBytes();
  counters.host_table_bytes = hosts_.bytes() + devices_.bytes();
  counters.now = now_;
  return counters;
}

Duration Tables::TimeoutOf(const flow::LiveFlow& flow) const {
  return flow::IsFinished(flow) ? options_.limits.tcp_closed_timeout
                                : options_.limits.flow_idle_timeout;
}

void Tables::SetTimer(FlowEntry& entry) {
  flow_wheel_.Set(flows_.NumberOf(entry),
                  UnixSeconds(entry.flow.last_active + TimeoutOf(entry.flow)) + 1);
}

}  // namespace wiregauge::tables
