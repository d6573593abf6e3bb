// SPDX-License-Identifier: Apache-2.0
#include "publish/json/flow_json.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <vector>

#include "model/tunnel.h"
#include "publish/json/common.h"
#include "publish/json/community_id.h"
#include "publish/json/flow_metadata_json.h"
#include "publish/json/text_forms.h"

namespace wiregauge::json {
namespace {

constexpr uint8_t kTcp = 6;

struct Counters {
  model::EndCounters client, server;
  Timestamp first_seen;
};

Counters CountersOf(const model::FlowRecord& flow, FlowCounters which) {
  Counters counters{flow.client.counters(), flow.server.counters(), flow.first_seen};
  if (which == FlowCounters::kSinceLastReport) {
    counters.client -= flow.reported.client;
    counters.server -= flow.reported.server;
    counters.first_seen = flow.report_start;
  }
  return counters;
}

std::optional<double> Ratio(const Counters& counters) {
  const uint64_t bytes = counters.client.sent.bytes + counters.server.sent.bytes;
  if (bytes == 0) return std::nullopt;
  const uint64_t payload = counters.client.payload_bytes + counters.server.payload_bytes;
  return std::round(1e4 * static_cast<double>(payload) / static_cast<double>(bytes)) / 1e4;
}

std::optional<double> Milliseconds(const std::optional<Duration>& duration) {
  if (!duration) return std::nullopt;
  return ToMilliseconds(*duration);
}

void WriteApplication(Writer& writer, const model::FlowRecord& flow, const FlowContext& context) {
  if (!writer.BeginObject("application")) return;
  const model::Classification& application = flow.application;
  const model::ApplicationCatalogue& catalogue = context.catalogue;
  const uint16_t index = model::ApplicationIndex(application);
  const bool carried =
      application.master != 0 && application.app != 0 && application.master != application.app;
  writer.Field("id", catalogue.Id(application));
  if (writer.Key("name")) {
    if (carried) {
      writer.Value(catalogue.Name(application));
    } else {
      writer.Value(catalogue.ApplicationName(index));
    }
  }
  if (writer.Key("master")) {
    if (carried) {
      writer.Value(catalogue.ApplicationName(application.master));
    } else {
      writer.Value(nullptr);
    }
  }
  writer.Field("app", catalogue.ApplicationName(index));
  writer.Field("category", catalogue.CategoryName(application.category));
  if (writer.Key("breed")) {
    if (index < catalogue.applications.size() && !catalogue.applications[index].breed.empty()) {
      writer.Value(catalogue.applications[index].breed);
    } else {
      writer.Value(nullptr);
    }
  }
  writer.Field("confidence", model::ConfidenceName(application.confidence));
  writer.Field("encrypted", application.encrypted);
  writer.Field("detecting", flow.detecting);
  writer.EndObject();
}

void WriteSpread(Writer& writer, Name name, const std::optional<model::Spread>& spread) {
  if (!writer.BeginObject(name)) return;
  const auto field = [&](Name part, double model::Spread::*value) {
    if (!writer.Key(part)) return;
    if (spread) {
      writer.Value(std::round(1e6 * ((*spread).*value)) / 1e6);
    } else {
      writer.Value(nullptr);
    }
  };
  field("min", &model::Spread::min);
  field("avg", &model::Spread::avg);
  field("max", &model::Spread::max);
  field("stddev", &model::Spread::stddev);
  writer.EndObject();
}

void WriteSyn(Writer& writer, const std::optional<model::TcpSyn>& syn) {
  if (!syn || !syn->options_known) return writer.Field("syn", nullptr);
  if (!writer.BeginObject("syn")) return;
  writer.Field("mss_bytes", syn->mss_bytes);
  writer.Field("window_scale", syn->window_scale);
  writer.Field("sack_permitted", syn->sack_permitted);
  writer.Field("timestamps", syn->timestamps);
  writer.EndObject();
}

void WriteTcp(Writer& writer, const model::FlowEndpoint& end, const model::FlowEndpoint& other,
              const model::FlowTcpHealth& health) {
  static constexpr std::array<std::string_view, 8> kNames = {"fin", "syn", "rst", "psh",
                                                             "ack", "urg", "ece", "cwr"};
  if (!writer.BeginObject("tcp")) return;
  if (writer.BeginArray("flags")) {
    for (size_t bit = 0; bit < kNames.size(); ++bit) {
      if ((end.tcp_flags >> bit & 1) != 0) writer.Value(kNames[bit]);
    }
    writer.EndArray();
  }
  WriteSyn(writer, end.syn);
  writer.Field("initial_window_bytes",
               end.syn ? std::optional(end.syn->window_bytes) : std::nullopt);
  writer.Field("window_bytes", model::WindowBytes(end, other));
  WriteTcpHealth(writer, health);
  writer.EndObject();
}

std::string_view NameOfEnd(const model::FlowRecord& flow, const IpAddress& ip,
                           const model::HostNames* own, const model::NameIndex* names) {
  if (own != nullptr && own->best() != nullptr) return own->best()->name;
  return names != nullptr ? names->NameOf(ip, flow.vlan, flow.interface_index) : std::string_view();
}

void WriteEndpoint(Writer& writer, const model::FlowRecord& flow,
                   const model::FlowEndpoint& endpoint, const model::EndCounters& counters,
                   std::string_view name, const model::PlaceNames* places) {
  writer.Field("ip", TextForm(endpoint.ip).view());
  if (writer.Key("port")) {
    if (flow.has_ports()) {
      writer.Value(endpoint.port);
    } else {
      writer.Value(nullptr);
    }
  }
  WriteName(writer, name);
  WriteMac(writer, endpoint.mac);
  writer.Field("local", endpoint.local);
  WritePlace(writer, endpoint.place, places);
  writer.Field("packets_sent", counters.sent.packets);
  writer.Field("bytes_sent", counters.sent.bytes);
  writer.Field("payload_bytes_sent", counters.payload_bytes);
  if (flow.l4_protocol == kTcp) {
    const bool is_client = &endpoint == &flow.client;
    WriteTcp(writer, endpoint, is_client ? flow.server : flow.client, counters.tcp);
  }
  WriteSpread(writer, "interarrival_ms", endpoint.interarrival.Milliseconds());
  WriteSpread(writer, "packet_length_bytes",
              endpoint.packet_lengths.Bytes(endpoint.sent.packets, endpoint.sent.bytes));
  writer.Field("network_latency_ms", Milliseconds(endpoint.network_latency));
  writer.EndObject();
}

void WriteRisks(Writer& writer, uint64_t risks, const model::ApplicationCatalogue& catalogue) {
  if (!writer.BeginArray("risks")) return;
  for (; risks != 0; risks &= risks - 1) {
    const auto id = static_cast<size_t>(std::countr_zero(risks));
    writer.BeginObject();
    writer.Field("id", id);
    if (id < catalogue.risks.size()) {
      writer.Field("name", catalogue.risks[id].name);
      writer.Field("severity", catalogue.risks[id].severity);
    } else {
      writer.Field("name", nullptr);
      writer.Field("severity", nullptr);
    }
    writer.EndObject();
  }
  writer.EndArray();
}

void WriteTunnels(Writer& writer, uint16_t tunnels) {
  if (!writer.BeginArray("tunnels")) return;
  for (size_t bit = 0; bit < model::kTunnelNames.size(); ++bit) {
    if ((tunnels >> bit & 1) != 0) writer.Value(model::kTunnelNames[bit]);
  }
  writer.EndArray();
}

void WriteIcmp(Writer& writer, const model::FlowRecord& flow) {
  if (!flow.icmp_type || !writer.BeginObject("icmp")) return;
  writer.Field("type", *flow.icmp_type);
  writer.Field("code", flow.icmp_code);
  writer.EndObject();
}

void WriteIdentity(Writer& writer, const model::FlowRecord& flow, const FlowContext& context) {
  writer.Field("id", flow.id);
  writer.Field("interface", context.interface_name);
  writer.Field("vlan", flow.vlan);
  writer.Field("ip_version", flow.client.ip.version());
  WriteL4(writer, flow.l4_protocol);
  const bool ended = flow.state == model::FlowState::kEnded;
  writer.Field("state", ended ? "ended" : "active");
  if (writer.Key("end_reason")) {
    if (flow.end_reason) {
      writer.Value(model::EndReasonName(*flow.end_reason));
    } else {
      writer.Value(nullptr);
    }
  }
}

void WriteApplicationLatency(Writer& writer, const model::ApplicationLatency& latency) {
  if (!writer.BeginObject("application_latency_ms")) return;
  const auto known = [&](Duration value) {
    return latency.requests > 0 ? std::optional(ToMilliseconds(value)) : std::nullopt;
  };
  writer.Field("min", known(latency.min));
  writer.Field("avg", known(latency.sum / std::max(latency.requests, uint32_t{1})));
  writer.Field("max", known(latency.max));
  writer.Field("requests", latency.requests);
  writer.EndObject();
}

void WriteWhatIsKnown(Writer& writer, const model::FlowRecord& flow,
                      const model::ApplicationCatalogue& catalogue) {
  writer.Field("handshake_rtt_ms", Milliseconds(flow.handshake_rtt()));
  WriteApplicationLatency(writer, flow.application_latency);
  if (writer.Key("tcp_state")) {
    if (flow.tcp_state == model::TcpState::kNone) {
      writer.Value(nullptr);
    } else {
      writer.Value(model::TcpStateName(flow.tcp_state));
    }
  }
  if (writer.Key("community_id")) {
    if (const auto id = CommunityId::Of(flow)) {
      writer.Value(id->view());
    } else {
      writer.Value(nullptr);
    }
  }
  writer.Field("history", flow.history.letters());
  WriteFlowMetadata(writer, flow.metadata.get(), catalogue);
  WriteIcmp(writer, flow);
}

constexpr std::string_view kFields[] = {
    "id",
    "interface",
    "vlan",
    "ip_version",
    "l4.id",
    "l4.name",
    "state",
    "end_reason",
    "first_seen",
    "last_seen",
    "duration_ms",
    "application.id",
    "application.name",
    "application.master",
    "application.app",
    "application.category",
    "application.breed",
    "application.confidence",
    "application.encrypted",
    "application.detecting",
    "client.ip",
    "client.port",
    "client.name",
    "client.mac",
    "client.local",
    "client.network",
    "client.pool",
    "client.asn",
    "client.as_name",
    "client.country",
    "client.city",
    "client.packets_sent",
    "client.bytes_sent",
    "client.payload_bytes_sent",
    "client.tcp.flags",
    "client.tcp.syn.mss_bytes",
    "client.tcp.syn.window_scale",
    "client.tcp.syn.sack_permitted",
    "client.tcp.syn.timestamps",
    "client.tcp.initial_window_bytes",
    "client.tcp.window_bytes",
    "client.tcp.retransmitted_packets",
    "client.tcp.out_of_order_packets",
    "client.tcp.lost_segments",
    "client.tcp.keep_alives",
    "client.tcp.zero_windows",
    "client.interarrival_ms.min",
    "client.interarrival_ms.avg",
    "client.interarrival_ms.max",
    "client.interarrival_ms.stddev",
    "client.packet_length_bytes.min",
    "client.packet_length_bytes.avg",
    "client.packet_length_bytes.max",
    "client.packet_length_bytes.stddev",
    "client.network_latency_ms",
    "server.ip",
    "server.port",
    "server.name",
    "server.mac",
    "server.local",
    "server.network",
    "server.pool",
    "server.asn",
    "server.as_name",
    "server.country",
    "server.city",
    "server.packets_sent",
    "server.bytes_sent",
    "server.payload_bytes_sent",
    "server.tcp.flags",
    "server.tcp.syn.mss_bytes",
    "server.tcp.syn.window_scale",
    "server.tcp.syn.sack_permitted",
    "server.tcp.syn.timestamps",
    "server.tcp.initial_window_bytes",
    "server.tcp.window_bytes",
    "server.tcp.retransmitted_packets",
    "server.tcp.out_of_order_packets",
    "server.tcp.lost_segments",
    "server.tcp.keep_alives",
    "server.tcp.zero_windows",
    "server.interarrival_ms.min",
    "server.interarrival_ms.avg",
    "server.interarrival_ms.max",
    "server.interarrival_ms.stddev",
    "server.packet_length_bytes.min",
    "server.packet_length_bytes.avg",
    "server.packet_length_bytes.max",
    "server.packet_length_bytes.stddev",
    "server.network_latency_ms",
    "packets",
    "bytes",
    "goodput_ratio",
    "throughput_bps.now",
    "throughput_bps.peak",
    "packets_per_second.now",
    "packets_per_second.peak",
    "handshake_rtt_ms",
    "application_latency_ms.min",
    "application_latency_ms.avg",
    "application_latency_ms.max",
    "application_latency_ms.requests",
    "tcp_state",
    "community_id",
    "history",
    "icmp.type",
    "icmp.code",
    "tunnels",
    "risks.id",
    "risks.name",
    "risks.severity",
};

}  // namespace

void WriteFlow(Writer& writer, const model::FlowRecord& flow, const FlowContext& context,
               FlowCounters which) {
  const Counters counters = CountersOf(flow, which);
  writer.BeginObject();
  WriteIdentity(writer, flow, context);
  writer.Field("first_seen", TextForm(counters.first_seen).view());
  writer.Field("last_seen", TextForm(flow.last_seen).view());
  writer.Field("duration_ms", ToMilliseconds(flow.last_seen - counters.first_seen));
  WriteApplication(writer, flow, context);
  if (writer.BeginObject("client")) {
    WriteEndpoint(writer, flow, flow.client, counters.client, NameOfClient(flow, context.names),
                  context.places);
  }
  if (writer.BeginObject("server")) {
    WriteEndpoint(writer, flow, flow.server, counters.server, NameOfServer(flow, context.names),
                  context.places);
  }
  WriteTraffic(writer, counters.client.sent + counters.server.sent);
  writer.Field("goodput_ratio", Ratio(counters));
  WriteRates(writer, FlowRates(flow, context.now));
  WriteWhatIsKnown(writer, flow, context.catalogue);
  WriteTunnels(writer, flow.tunnels);
  WriteRisks(writer, flow.application.risks, context.catalogue);
  writer.EndObject();
}

std::string_view NameOfClient(const model::FlowRecord& flow, const model::NameIndex* names) {
  return NameOfEnd(flow, flow.client.ip, flow.client_names.get(), names);
}

std::string_view NameOfServer(const model::FlowRecord& flow, const model::NameIndex* names) {
  return NameOfEnd(flow, flow.server.ip, flow.server_names.get(), names);
}

const FieldCatalogue& FlowFields() {
  static const FieldCatalogue catalogue = [] {
    const auto metadata = FlowMetadataFields();
    std::vector<std::string_view> fields(std::begin(kFields), std::end(kFields));
    fields.insert(fields.end(), metadata.begin(), metadata.end());
    return FieldCatalogue(fields);
  }();
  return catalogue;
}

model::Rates FlowRates(const model::FlowRecord& flow, Timestamp now) {
  return flow.state == model::FlowState::kActive ? flow.rate.At(now) : flow.rate.AfterEnd();
}

std::optional<double> GoodputRatio(const model::FlowRecord& flow, FlowCounters counters) {
  return Ratio(CountersOf(flow, counters));
}

}  // namespace wiregauge::json
