// SPDX-License-Identifier: Apache-2.0
#include "publish/api/flow_sorts.h"

#include "publish/json/flow_json.h"

namespace wiregauge::api {
namespace {

using Flow = model::FlowRecord;
using View = snapshot::Snapshot;

model::Rates RatesOf(const Flow& flow, const View& snapshot) {
  return json::FlowRates(flow, snapshot.interfaces[flow.interface_index].rates_at());
}

SortKey PortKey(const Flow& flow, uint16_t port) {
  return flow.has_ports() ? KeyOf(uint64_t{port}) : kNotKnown;
}

// What one end's segments told, of TCP flows.
template <model::FlowEndpoint model::FlowRecord::*End, uint32_t model::FlowTcpHealth::*Count>
SortKey TcpKey(const Flow& flow, const View&) {
  const bool is_tcp = model::L4ClassOf(flow.l4_protocol) == model::L4Class::kTcp;
  return is_tcp ? KeyOf(uint64_t{(flow.*End).tcp.*Count}) : kNotKnown;
}

template <typename Number>
SortKey MaybeKey(const std::optional<Number>& number) {
  return number ? KeyOf(uint64_t{*number}) : kNotKnown;
}

// A window, as the object shows it.
template <model::FlowEndpoint model::FlowRecord::*End,
          model::FlowEndpoint model::FlowRecord::*Other>
SortKey WindowKey(const Flow& flow, const View&) {
  return MaybeKey(model::WindowBytes(flow.*End, flow.*Other));
}

// What the SYN of one end told.
template <model::FlowEndpoint model::FlowRecord::*End, auto model::TcpSyn::*Member>
SortKey SynKey(const Flow& flow, const View&) {
  const std::optional<model::TcpSyn>& syn = (flow.*End).syn;
  return syn && syn->options_known ? MaybeKey((*syn).*Member) : kNotKnown;
}

template <model::FlowEndpoint model::FlowRecord::*End>
SortKey InitialWindowKey(const Flow& flow, const View&) {
  const std::optional<model::TcpSyn>& syn = (flow.*End).syn;
  return syn ? KeyOf(uint64_t{syn->window_bytes}) : kNotKnown;
}

template <model::FlowEndpoint model::FlowRecord::*End, double model::Spread::*Value>
SortKey InterarrivalKey(const Flow& flow, const View&) {
  const auto spread = (flow.*End).interarrival.Milliseconds();
  return spread ? KeyOf(std::optional<double>((*spread).*Value)) : kNotKnown;
}

template <model::FlowEndpoint model::FlowRecord::*End, double model::Spread::*Value>
SortKey LengthKey(const Flow& flow, const View&) {
  const model::FlowEndpoint& end = flow.*End;
  const auto spread = end.packet_lengths.Bytes(end.sent.packets, end.sent.bytes);
  return spread ? KeyOf(std::optional<double>((*spread).*Value)) : kNotKnown;
}

template <Duration model::ApplicationLatency::*Value>
SortKey ApplicationLatencyKey(const Flow& flow, const View&) {
  const model::ApplicationLatency& latency = flow.application_latency;
  return latency.requests > 0 ? KeyOf(std::optional<Duration>(latency.*Value)) : kNotKnown;
}

constexpr SortField<Flow> kSorts[] = {
    {"id", [](const Flow& f, const View&) { return KeyOf(f.id); }},
    {"vlan", [](const Flow& f, const View&) { return KeyOf(uint64_t{f.vlan}); }},
    {"ip_version",
     [](const Flow& f, const View&) { return KeyOf(uint64_t{f.client.ip.version()}); }},
    {"l4.id", [](const Flow& f, const View&) { return KeyOf(uint64_t{f.l4_protocol}); }},
    {"first_seen", [](const Flow& f, const View&) { return KeyOf(f.first_seen); }},
    {"last_seen", [](const Flow& f, const View&) { return KeyOf(f.last_seen); }},
    {"duration_ms",
     [](const Flow& f, const View&) {
       return KeyOf(std::optional<Duration>(f.last_seen - f.first_seen));
     }},
    {"client.port", [](const Flow& f, const View&) { return PortKey(f, f.client.port); }},
    {"client.asn", [](const Flow& f, const View&) { return NumberOrNone(f.client.place.asn); }},
    {"client.packets_sent",
     [](const Flow& f, const View&) { return KeyOf(f.client.sent.packets); }},
    {"client.bytes_sent", [](const Flow& f, const View&) { return KeyOf(f.client.sent.bytes); }},
    {"client.payload_bytes_sent",
     [](const Flow& f, const View&) { return KeyOf(f.client.payload_bytes_sent); }},
    {"client.tcp.syn.mss_bytes", SynKey<&Flow::client, &model::TcpSyn::mss_bytes>},
    {"client.tcp.syn.window_scale", SynKey<&Flow::client, &model::TcpSyn::window_scale>},
    {"client.tcp.initial_window_bytes", InitialWindowKey<&Flow::client>},
    {"client.tcp.window_bytes", WindowKey<&Flow::client, &Flow::server>},
    {"client.tcp.retransmitted_packets",
     TcpKey<&Flow::client, &model::FlowTcpHealth::retransmitted_packets>},
    {"client.tcp.out_of_order_packets",
     TcpKey<&Flow::client, &model::FlowTcpHealth::out_of_order_packets>},
    {"client.tcp.lost_segments", TcpKey<&Flow::client, &model::FlowTcpHealth::lost_segments>},
    {"client.tcp.keep_alives", TcpKey<&Flow::client, &model::FlowTcpHealth::keep_alives>},
    {"client.tcp.zero_windows", TcpKey<&Flow::client, &model::FlowTcpHealth::zero_windows>},
    {"client.interarrival_ms.min", InterarrivalKey<&Flow::client, &model::Spread::min>},
    {"client.interarrival_ms.avg", InterarrivalKey<&Flow::client, &model::Spread::avg>},
    {"client.interarrival_ms.max", InterarrivalKey<&Flow::client, &model::Spread::max>},
    {"client.interarrival_ms.stddev", InterarrivalKey<&Flow::client, &model::Spread::stddev>},
    {"client.packet_length_bytes.min", LengthKey<&Flow::client, &model::Spread::min>},
    {"client.packet_length_bytes.avg", LengthKey<&Flow::client, &model::Spread::avg>},
    {"client.packet_length_bytes.max", LengthKey<&Flow::client, &model::Spread::max>},
    {"client.packet_length_bytes.stddev", LengthKey<&Flow::client, &model::Spread::stddev>},
    {"client.network_latency_ms",
     [](const Flow& f, const View&) { return KeyOf(f.client.network_latency); }},
    {"server.port", [](const Flow& f, const View&) { return PortKey(f, f.server.port); }},
    {"server.asn", [](const Flow& f, const View&) { return NumberOrNone(f.server.place.asn); }},
    {"server.packets_sent",
     [](const Flow& f, const View&) { return KeyOf(f.server.sent.packets); }},
    {"server.bytes_sent", [](const Flow& f, const View&) { return KeyOf(f.server.sent.bytes); }},
    {"server.payload_bytes_sent",
     [](const Flow& f, const View&) { return KeyOf(f.server.payload_bytes_sent); }},
    {"server.tcp.syn.mss_bytes", SynKey<&Flow::server, &model::TcpSyn::mss_bytes>},
    {"server.tcp.syn.window_scale", SynKey<&Flow::server, &model::TcpSyn::window_scale>},
    {"server.tcp.initial_window_bytes", InitialWindowKey<&Flow::server>},
    {"server.tcp.window_bytes", WindowKey<&Flow::server, &Flow::client>},
    {"server.tcp.retransmitted_packets",
     TcpKey<&Flow::server, &model::FlowTcpHealth::retransmitted_packets>},
    {"server.tcp.out_of_order_packets",
     TcpKey<&Flow::server, &model::FlowTcpHealth::out_of_order_packets>},
    {"server.tcp.lost_segments", TcpKey<&Flow::server, &model::FlowTcpHealth::lost_segments>},
    {"server.tcp.keep_alives", TcpKey<&Flow::server, &model::FlowTcpHealth::keep_alives>},
    {"server.tcp.zero_windows", TcpKey<&Flow::server, &model::FlowTcpHealth::zero_windows>},
    {"server.interarrival_ms.min", InterarrivalKey<&Flow::server, &model::Spread::min>},
    {"server.interarrival_ms.avg", InterarrivalKey<&Flow::server, &model::Spread::avg>},
    {"server.interarrival_ms.max", InterarrivalKey<&Flow::server, &model::Spread::max>},
    {"server.interarrival_ms.stddev", InterarrivalKey<&Flow::server, &model::Spread::stddev>},
    {"server.packet_length_bytes.min", LengthKey<&Flow::server, &model::Spread::min>},
    {"server.packet_length_bytes.avg", LengthKey<&Flow::server, &model::Spread::avg>},
    {"server.packet_length_bytes.max", LengthKey<&Flow::server, &model::Spread::max>},
    {"server.packet_length_bytes.stddev", LengthKey<&Flow::server, &model::Spread::stddev>},
    {"server.network_latency_ms",
     [](const Flow& f, const View&) { return KeyOf(f.server.network_latency); }},
    {"packets", [](const Flow& f, const View&) { return KeyOf(f.traffic().packets); }},
    {"bytes", [](const Flow& f, const View&) { return KeyOf(f.traffic().bytes); }},
    {"goodput_ratio",
     [](const Flow& f, const View&) {
       return KeyOf(json::GoodputRatio(f, json::FlowCounters::kTotals));
     }},
    {"throughput_bps.now",
     [](const Flow& f, const View& s) { return KeyOf(RatesOf(f, s).bits_per_second_now); }},
    {"throughput_bps.peak",
     [](const Flow& f, const View& s) { return KeyOf(RatesOf(f, s).bits_per_second_peak); }},
    {"packets_per_second.now",
     [](const Flow& f, const View& s) { return KeyOf(RatesOf(f, s).packets_per_second_now); }},
    {"packets_per_second.peak",
     [](const Flow& f, const View& s) { return KeyOf(RatesOf(f, s).packets_per_second_peak); }},
    {"handshake_rtt_ms", [](const Flow& f, const View&) { return KeyOf(f.handshake_rtt()); }},
    {"application_latency_ms.min", ApplicationLatencyKey<&model::ApplicationLatency::min>},
    {"application_latency_ms.avg",
     [](const Flow& f, const View&) {
       const model::ApplicationLatency& latency = f.application_latency;
       if (latency.requests == 0) return kNotKnown;
       return KeyOf(std::optional<Duration>(latency.sum / latency.requests));
     }},
    {"application_latency_ms.max", ApplicationLatencyKey<&model::ApplicationLatency::max>},
    {"application_latency_ms.requests",
     [](const Flow& f, const View&) { return KeyOf(uint64_t{f.application_latency.requests}); }},
    {"icmp.type", [](const Flow& f, const View&) { return MaybeKey(f.icmp_type); }},
    {"icmp.code", [](const Flow& f, const View&) { return MaybeKey(f.icmp_code); }},
};

}  // namespace

std::span<const SortField<Flow>> FlowSorts() { return kSorts; }

}  // namespace wiregauge::api
