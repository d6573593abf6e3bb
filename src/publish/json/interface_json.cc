// SPDX-License-Identifier: Apache-2.0
#include "publish/json/interface_json.h"

#include <algorithm>
#include <array>
#include <vector>

#include "publish/json/common.h"
#include "publish/json/text_forms.h"

namespace wiregauge::json {
namespace {

using model::InterfaceCounters;

void WriteNamed(Writer& writer, std::string_view name, const model::Traffic& traffic) {
  if (!writer.DynamicKey(name)) return;
  writer.BeginObject();
  WriteTraffic(writer, traffic);
  writer.EndObject();
}

void WriteSplits(Writer& writer, const InterfaceCounters& counters) {
  if (writer.BeginObject("l3")) {
    for (size_t i = 0; i < counters.l3.size(); ++i) {
      WriteNamed(writer, model::L3ClassName(i), counters.l3[i]);
    }
    writer.EndObject();
  }
  if (writer.BeginObject("undecodable")) {
    for (size_t i = 1; i < counters.undecodable.size(); ++i) {
      WriteNamed(writer, model::UndecodableReasonName(i), counters.undecodable[i]);
    }
    writer.EndObject();
  }
  WriteTraffic(writer, "in_flows", counters.in_flows);
  if (writer.BeginObject("l4")) {
    for (size_t i = 0; i < counters.l4.size(); ++i) {
      WriteNamed(writer, model::L4ClassName(static_cast<model::L4Class>(i)), counters.l4[i]);
    }
    writer.EndObject();
  }
  WriteTraffic(writer, "detecting", counters.detecting);
}

void WriteTopApplications(Writer& writer, const InterfaceCounters& counters,
                          const model::ApplicationCatalogue& catalogue) {
  if (!writer.BeginArray("applications")) return;
  std::vector<size_t> ids;
  for (size_t id = 0; id < counters.applications.size(); ++id) {
    if (counters.applications[id].traffic.packets != 0) ids.push_back(id);
  }
  const size_t count = std::min(ids.size(), kInterfaceApplications);
  const auto bigger = [&](size_t a, size_t b) {
    const uint64_t bytes_a = counters.applications[a].traffic.bytes;
    const uint64_t bytes_b = counters.applications[b].traffic.bytes;
    return bytes_a != bytes_b ? bytes_a > bytes_b : a < b;
  };
  std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count), ids.end(),
                    bigger);
  for (size_t i = 0; i < count; ++i) {
    writer.BeginObject();
    writer.Field("id", std::to_string(ids[i]));
    writer.Field("name", catalogue.ApplicationName(static_cast<uint16_t>(ids[i])));
    WriteTraffic(writer, counters.applications[ids[i]].traffic);
    writer.Field("flows", counters.applications[ids[i]].flows);
    writer.EndObject();
  }
  writer.EndArray();
}

// The mean and the classes into the open object.
void WriteLatencies(Writer& writer, const model::LatencyHistogram& latencies) {
  const uint64_t count = latencies.count();
  if (count > 0) {
    writer.Field("avg", ToMilliseconds(latencies.sum / static_cast<int64_t>(count)));
  } else {
    writer.Field("avg", nullptr);
  }
  if (!writer.BeginArray("histogram")) return;
  for (size_t i = 0; i < latencies.classes.size(); ++i) {
    writer.BeginObject();
    if (i < model::kLatencyBounds.size()) {
      writer.Field("upper_bound_ms", ToMilliseconds(model::kLatencyBounds[i]));
    } else {
      writer.Field("upper_bound_ms", nullptr);
    }
    writer.Field("count", latencies.classes[i]);
    writer.EndObject();
  }
  writer.EndArray();
}

void WriteTcp(Writer& writer, const InterfaceCounters& counters) {
  if (!writer.BeginObject("tcp")) return;
  WriteTcpHealth(writer, counters.tcp);
  writer.Field("handshakes", counters.handshakes.count());
  if (writer.BeginObject("handshake_rtt_ms")) {
    WriteLatencies(writer, counters.handshakes);
    writer.EndObject();
  }
  writer.EndObject();
}

void WriteApplicationLatency(Writer& writer, const InterfaceCounters& counters) {
  if (!writer.BeginObject("application_latency_ms")) return;
  writer.Field("requests", counters.application_latencies.count());
  WriteLatencies(writer, counters.application_latencies);
  writer.EndObject();
}

void WriteDrop(Writer& writer, std::string_view stage, std::string_view reason, uint64_t packets) {
  writer.BeginObject();
  writer.Field("stage", stage);
  writer.Field("reason", reason);
  writer.Field("packets", packets);
  writer.EndObject();
}

void WriteDrops(Writer& writer, const snapshot::InterfaceView& interface) {
  if (!writer.BeginArray("drops")) return;
  WriteDrop(writer, "interface", "no_buffer", interface.drops.interface_packets);
  WriteDrop(writer, "kernel", "ring_full", interface.drops.kernel_packets);
  for (size_t i = 1; i < model::kDecodeErrors; ++i) {
    WriteDrop(writer, "decode", model::UndecodableReasonName(i),
              interface.counters.undecodable[i].packets);
  }
  writer.EndArray();
}

void WriteTables(Writer& writer, const InterfaceCounters& counters) {
  if (writer.BeginObject("flows")) {
    writer.Field("active", counters.active_flows);
    writer.Field("created", counters.flows_created);
    WriteEndedFlows(writer, counters);
    writer.Field("active_timeout_reports",
                 counters.flows_ended[static_cast<size_t>(model::EndReason::kActiveTimeout)]);
    writer.Field("records_dropped", counters.records_dropped);
    writer.Field("fragments_unmatched", counters.fragments_unmatched);
    writer.EndObject();
  }
  if (writer.BeginObject("hosts")) {
    writer.Field("active", counters.active_hosts);
    writer.Field("idle", counters.idle_hosts);
    writer.Field("expired", counters.hosts_expired);
    writer.Field("evicted", counters.hosts_evicted);
    writer.Field("names_dropped", counters.names_dropped);
    if (writer.BeginObject("departed")) {
      WriteTwoWay(writer, counters.departed_hosts);
      writer.EndObject();
    }
    writer.EndObject();
  }
  if (writer.BeginObject("memory")) {
    writer.Field("flow_table_bytes", counters.flow_table_bytes);
    writer.Field("host_table_bytes", counters.host_table_bytes);
    writer.EndObject();
  }
}

constexpr std::string_view kFields[] = {
    "id",
    "name",
    "source",
    "live",
    "link_type",
    "state",
    "problem",
    "workers",
    "packet_time",
    "received.packets",
    "received.bytes",
    "throughput_bps.now",
    "throughput_bps.peak",
    "packets_per_second.now",
    "packets_per_second.peak",
    "l3.ipv4.packets",
    "l3.ipv4.bytes",
    "l3.ipv6.packets",
    "l3.ipv6.bytes",
    "l3.arp.packets",
    "l3.arp.bytes",
    "l3.other.packets",
    "l3.other.bytes",
    "undecodable.link_truncated.packets",
    "undecodable.link_truncated.bytes",
    "undecodable.ipv4_truncated.packets",
    "undecodable.ipv4_truncated.bytes",
    "undecodable.ipv4_malformed.packets",
    "undecodable.ipv4_malformed.bytes",
    "undecodable.ipv6_truncated.packets",
    "undecodable.ipv6_truncated.bytes",
    "undecodable.ipv6_malformed.packets",
    "undecodable.ipv6_malformed.bytes",
    "undecodable.tunnel_too_deep.packets",
    "undecodable.tunnel_too_deep.bytes",
    "in_flows.packets",
    "in_flows.bytes",
    "l4.tcp.packets",
    "l4.tcp.bytes",
    "l4.udp.packets",
    "l4.udp.bytes",
    "l4.sctp.packets",
    "l4.sctp.bytes",
    "l4.icmp.packets",
    "l4.icmp.bytes",
    "l4.icmpv6.packets",
    "l4.icmpv6.bytes",
    "l4.other.packets",
    "l4.other.bytes",
    "detecting.packets",
    "detecting.bytes",
    "applications.id",
    "applications.name",
    "applications.packets",
    "applications.bytes",
    "applications.flows",
    "packet_sizes.upper_bound_bytes",
    "packet_sizes.packets",
    "local_matrix.local_to_local.packets",
    "local_matrix.local_to_local.bytes",
    "local_matrix.local_to_remote.packets",
    "local_matrix.local_to_remote.bytes",
    "local_matrix.remote_to_local.packets",
    "local_matrix.remote_to_local.bytes",
    "local_matrix.remote_to_remote.packets",
    "local_matrix.remote_to_remote.bytes",
    "tcp.retransmitted_packets",
    "tcp.out_of_order_packets",
    "tcp.lost_segments",
    "tcp.keep_alives",
    "tcp.zero_windows",
    "tcp.handshakes",
    "tcp.handshake_rtt_ms.avg",
    "tcp.handshake_rtt_ms.histogram.upper_bound_ms",
    "tcp.handshake_rtt_ms.histogram.count",
    "application_latency_ms.requests",
    "application_latency_ms.avg",
    "application_latency_ms.histogram.upper_bound_ms",
    "application_latency_ms.histogram.count",
    "drops.stage",
    "drops.reason",
    "drops.packets",
    "flows.active",
    "flows.created",
    "flows.ended.idle",
    "flows.ended.tcp_fin",
    "flows.ended.tcp_rst",
    "flows.ended.evicted",
    "flows.ended.shutdown",
    "flows.ended.end_of_file",
    "flows.active_timeout_reports",
    "flows.records_dropped",
    "flows.fragments_unmatched",
    "hosts.active",
    "hosts.idle",
    "hosts.expired",
    "hosts.evicted",
    "hosts.names_dropped",
    "hosts.departed.packets_sent",
    "hosts.departed.bytes_sent",
    "hosts.departed.packets_received",
    "hosts.departed.bytes_received",
    "memory.flow_table_bytes",
    "memory.host_table_bytes",
};

}  // namespace

void WriteInterface(Writer& writer, const snapshot::InterfaceView& interface, size_t index,
                    const model::ApplicationCatalogue& catalogue) {
  const InterfaceCounters& counters = interface.counters;
  writer.BeginObject();
  writer.Field("id", index);
  writer.Field("name", interface.name);
  writer.Field("source", interface.source);
  writer.Field("live", interface.live);
  writer.Field("link_type", interface.link_type ? std::optional(LinkTypeName(*interface.link_type))
                                                : std::nullopt);
  writer.Field("state", interface.state);
  if (writer.Key("problem")) {
    if (interface.problem.empty()) {
      writer.Value(nullptr);
    } else {
      writer.Value(interface.problem);
    }
  }
  writer.Field("workers", interface.workers);
  if (writer.Key("packet_time")) {
    if (counters.now == Timestamp{}) {
      writer.Value(nullptr);
    } else {
      writer.Value(TextForm(counters.now).view());
    }
  }
  WriteTraffic(writer, "received", counters.received);
  WriteRates(writer, counters.rate.At(interface.rates_at()));
  WriteSplits(writer, counters);
  WriteTopApplications(writer, counters, catalogue);
  WritePacketSizes(writer, "packet_sizes", counters.packet_sizes);
  WriteLocalMatrix(writer, counters.local_matrix);
  WriteTcp(writer, counters);
  WriteApplicationLatency(writer, counters);
  WriteDrops(writer, interface);
  WriteTables(writer, counters);
  writer.EndObject();
}

const FieldCatalogue& InterfaceFields() {
  static const FieldCatalogue catalogue(kFields);
  return catalogue;
}

}  // namespace wiregauge::json
