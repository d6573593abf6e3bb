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

SortKey MaybeKey(const std::optional<uint8_t>& number) {
  return number ? KeyOf(uint64_t{*number}) : kNotKnown;
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
    {"client.tcp.retransmitted_packets",
     TcpKey<&Flow::client, &model::FlowTcpHealth::retransmitted_packets>},
    {"client.tcp.out_of_order_packets",
     TcpKey<&Flow::client, &model::FlowTcpHealth::out_of_order_packets>},
    {"client.tcp.lost_segments", TcpKey<&Flow::client, &model::FlowTcpHealth::lost_segments>},
    {"client.tcp.keep_alives", TcpKey<&Flow::client, &model::FlowTcpHealth::keep_alives>},
    {"client.tcp.zero_windows", TcpKey<&Flow::client, &model::FlowTcpHealth::zero_windows>},
    {"client.network_latency_ms",
     [](const Flow& f, const View&) { return KeyOf(f.client.network_latency); }},
    {"server.port", [](const Flow& f, const View&) { return PortKey(f, f.server.port); }},
    {"server.asn", [](const Flow& f, const View&) { return NumberOrNone(f.server.place.asn); }},
    {"server.packets_sent",
     [](const Flow& f, const View&) { return KeyOf(f.server.sent.packets); }},
    {"server.bytes_sent", [](const Flow& f, const View&) { return KeyOf(f.server.sent.bytes); }},
    {"server.payload_bytes_sent",
     [](const Flow& f, const View&) { return KeyOf(f.server.payload_bytes_sent); }},
    {"server.tcp.retransmitted_packets",
     TcpKey<&Flow::server, &model::FlowTcpHealth::retransmitted_packets>},
    {"server.tcp.out_of_order_packets",
     TcpKey<&Flow::server, &model::FlowTcpHealth::out_of_order_packets>},
    {"server.tcp.lost_segments", TcpKey<&Flow::server, &model::FlowTcpHealth::lost_segments>},
    {"server.tcp.keep_alives", TcpKey<&Flow::server, &model::FlowTcpHealth::keep_alives>},
    {"server.tcp.zero_windows", TcpKey<&Flow::server, &model::FlowTcpHealth::zero_windows>},
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
    {"icmp.type", [](const Flow& f, const View&) { return MaybeKey(f.icmp_type); }},
    {"icmp.code", [](const Flow& f, const View&) { return MaybeKey(f.icmp_code); }},
};

}  // namespace

std::span<const SortField<Flow>> FlowSorts() { return kSorts; }

}  // namespace wiregauge::api
