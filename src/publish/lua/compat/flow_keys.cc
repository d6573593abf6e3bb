// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/flow_keys.h"

#include <algorithm>
#include <string>
#include <vector>

#include "model/goodput.h"
#include "publish/json/community_id.h"
#include "publish/json/flow_json.h"
#include "publish/json/text_forms.h"
#include "publish/lua/compat/flow_facts.h"

namespace wiregauge::lua::compat {
namespace {

using model::FlowEndpoint;
using model::FlowMetadata;
using Keys = KeyTable<FlowRow>;

constexpr const char* kText = "string";
constexpr const char* kWhole = "integer";
constexpr const char* kReal = "number";
constexpr const char* kTruth = "boolean";

template <bool kIsClient>
const FlowEndpoint& End(FlowRow flow) {
  return kIsClient ? flow->client : flow->server;
}

// Nothing of an empty text: it was not seen.
std::optional<std::string_view> Known(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

template <typename Part>
const Part* PartOf(FlowRow flow, std::unique_ptr<const Part> FlowMetadata::*part) {
  return flow->metadata == nullptr ? nullptr : ((*flow->metadata).*part).get();
}
// A text of a part of the metadata that may not be there.
template <typename Part>
std::optional<std::string_view> TextOf(FlowRow flow,
                                       std::unique_ptr<const Part> FlowMetadata::*part,
                                       std::string Part::*text) {
  const Part* const found = PartOf(flow, part);
  return found == nullptr ? std::nullopt : Known((*found).*text);
}

std::optional<double> Milliseconds(const std::optional<Duration>& duration) {
  return duration ? std::optional(ToMilliseconds(*duration)) : std::nullopt;
}

double BytesPerSecond(uint64_t bits_per_second) { return static_cast<double>(bits_per_second) / 8; }

void PushSpread(lua_State* lua, const std::optional<model::Spread>& spread) {
  if (!spread) return lua_pushnil(lua);
  lua_createtable(lua, 0, 4);
  SetField(lua, "min", spread->min);
  SetField(lua, "avg", spread->avg);
  SetField(lua, "max", spread->max);
  SetField(lua, "stddev", spread->stddev);
}

void PushTexts(lua_State* lua, const std::vector<std::string>& texts) {
  lua_createtable(lua, static_cast<int>(texts.size()), 0);
  for (size_t i = 0; i < texts.size(); ++i) {
    Push(lua, texts[i]);
    lua_rawseti(lua, -2, static_cast<int>(i + 1));
  }
}

// "a,b", or nothing.
std::optional<std::string> Joined(const std::vector<std::string>& texts) {
  if (texts.empty()) return std::nullopt;
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ",") + text;
  return joined;
}

template <bool kIsClient>
void AddEnd(Keys& keys) {
  const std::string who = kIsClient ? "cli" : "srv";
  const std::string role = kIsClient ? "client" : "server";
  keys.Add(who + ".ip", kText, "Address of the " + role + ".", [](const View&, FlowRow flow) {
    return std::string(json::TextForm(End<kIsClient>(flow).ip).view());
  });
  keys.Add(who + ".port", kWhole, "Port of the " + role + "; 0 when the protocol has none.",
           [](const View&, FlowRow flow) {
             return flow->has_ports() ? End<kIsClient>(flow).port : uint16_t{0};
           });
  keys.Add(who + ".key", kWhole, "The address as a number; made of it for IPv6.",
           [](const View&, FlowRow flow) { return HostKey(End<kIsClient>(flow).ip); });
  keys.Add(who + ".host", kText, "Best name of the " + role + ", or its address.",
           [](const View& view, FlowRow flow) {
             const std::string_view name = kIsClient
                                               ? json::NameOfClient(*flow, &view.tables.names)
                                               : json::NameOfServer(*flow, &view.tables.names);
             return name.empty() ? End<kIsClient>(flow).ip.ToString() : std::string(name);
           });
  keys.Add(who + ".vlan", kWhole, "VLAN; 0: untagged.",
           [](const View&, FlowRow flow) { return flow->vlan; });
  keys.Add(who + ".mac", kText, "MAC address of its frames: a router's for a remote host.",
           [](const View&, FlowRow flow) {
             const MacAddress& mac = End<kIsClient>(flow).mac;
             return mac.IsZero() ? std::nullopt : std::optional(mac.ToString());
           });
  keys.Add(who + ".allowed_host", kTruth, "Whether the user may see it: true, as it is shown.",
           [](const View&, FlowRow) { return true; });
}

template <bool kIsClient>
void AddEndPlace(Keys& keys) {
  const std::string who = kIsClient ? "cli" : "srv";
  keys.Add(who + ".localhost", kTruth, "Whether it is in a local network.",
           [](const View&, FlowRow flow) { return End<kIsClient>(flow).local; });
  keys.Add(who + ".network_id", kWhole, "Its local network's number, from 0 on; -1: remote.",
           [](const View&, FlowRow flow) { return int{End<kIsClient>(flow).place.network} - 1; });
  keys.Add(who + ".pool_id", kWhole, "Its pool's number; 0: none.",
           [](const View&, FlowRow flow) { return End<kIsClient>(flow).place.pool; });
  keys.Add(who + ".asn", kWhole, "Its autonomous system; 0: not known.",
           [](const View&, FlowRow flow) { return End<kIsClient>(flow).place.asn; });
  keys.Add(who + ".country", kText, "Its country, ISO 3166-1 alpha-2.",
           [](const View&, FlowRow flow) {
             const model::CountryCode country = End<kIsClient>(flow).place.country;
             return country.known() ? std::optional(country.text()) : std::nullopt;
           });
  keys.Add(who + ".city", kText, "Its city.", [](const View& view, FlowRow flow) {
    return view.places().City(End<kIsClient>(flow).place);
  });
  keys.Add(who + ".private", kTruth, "Whether the address is of private use (RFC 1918, RFC 4193).",
           [](const View&, FlowRow flow) { return IsPrivate(End<kIsClient>(flow).ip); });
  keys.Add(who + ".broadmulticast", kTruth, "Whether it is a multicast or broadcast address.",
           [](const View&, FlowRow flow) {
             const IpAddress& ip = End<kIsClient>(flow).ip;
             return ip.IsMulticast() || ip.IsBroadcast();
           });
  keys.Add(kIsClient ? "src_as" : "dst_as", kWhole, "As " + who + ".asn.",
           [](const View&, FlowRow flow) { return End<kIsClient>(flow).place.asn; });
  keys.Add(kIsClient ? "src_as_name" : "dst_as_name", kText, "Name of the autonomous system.",
           [](const View& view, FlowRow flow) {
             return view.places().AsName(End<kIsClient>(flow).place);
           });
}

template <bool kIsClient>
void AddDirection(Keys& keys) {
  const std::string way = kIsClient ? "cli2srv" : "srv2cli";
  const std::string whose = kIsClient ? " that the client sent." : " that the server sent.";
  keys.Add(way + ".bytes", kWhole, "Frame bytes" + whose,
           [](const View&, FlowRow flow) { return End<kIsClient>(flow).sent.bytes; });
  keys.Add(way + ".packets", kWhole, "Packets" + whose,
           [](const View&, FlowRow flow) { return End<kIsClient>(flow).sent.packets; });
  keys.Add(way + ".goodput_bytes", kWhole, "Bytes of payload behind the L4 header" + whose,
           [](const View&, FlowRow flow) { return End<kIsClient>(flow).payload_bytes_sent; });
  keys.Add("interarrival." + way, "table<string, number>",
           "Times between packets, {min, avg, max, stddev} in milliseconds.",
           [](lua_State* lua, const View&, FlowRow flow) {
             PushSpread(lua, End<kIsClient>(flow).interarrival.Milliseconds());
           });
  const auto add_length = [&]<double model::Spread::*kPart>(const char* name) {
    keys.Add(way + ".pkt_len." + name, kReal, "Frame length in bytes.",
             [](const View&, FlowRow flow) -> std::optional<double> {
               const FlowEndpoint& end = End<kIsClient>(flow);
               const auto lengths = end.packet_lengths.Bytes(end.sent.packets, end.sent.bytes);
               return lengths ? std::optional((*lengths).*kPart) : std::nullopt;
             });
  };
  add_length.template operator()<&model::Spread::min>("min");
  add_length.template operator()<&model::Spread::max>("max");
  add_length.template operator()<&model::Spread::avg>("avg");
  add_length.template operator()<&model::Spread::stddev>("stddev");
}

template <bool kIsClient>
void AddTcpDirection(Keys& keys) {
  const std::string way = kIsClient ? "cli2srv" : "srv2cli";
  const std::string who = kIsClient ? "client" : "server";
  const auto add_count = [&]<uint32_t model::FlowTcpHealth::*kCount>(const char* name,
                                                                     const char* help) {
    keys.Add(way + name, kWhole, help, [](const View&, FlowRow flow) -> std::optional<uint32_t> {
      if (flow->l4_protocol != kTcp) return std::nullopt;
      return End<kIsClient>(flow).tcp.*kCount;
    });
  };
  using Health = model::FlowTcpHealth;
  add_count.template operator()<&Health::retransmitted_packets>(".retransmissions",
                                                                "Segments sent again.");
  add_count.template operator()<&Health::out_of_order_packets>(".out_of_order",
                                                               "Segments out of order.");
  add_count.template operator()<&Health::lost_segments>(".lost", "Gaps that were seen.");
  add_count.template operator()<&Health::keep_alives>(".keep_alive", "Keep-alives.");
  add_count.template operator()<&Health::zero_windows>(".zero_window",
                                                       "Segments announcing a window of 0.");
  keys.Add(way + ".tcp_flags", kWhole, "All TCP flags it sent, as bits of the header's octet.",
           [](const View&, FlowRow flow) -> std::optional<uint8_t> {
             if (flow->l4_protocol != kTcp) return std::nullopt;
             return End<kIsClient>(flow).tcp_flags;
           });
  keys.Add(
      "tcp.nw_latency." + who, kReal,
      "Its half of the handshake in milliseconds; absent unless that was seen.",
      [](const View&, FlowRow flow) { return Milliseconds(End<kIsClient>(flow).network_latency); });
  keys.Add("tcp.max_thpt." + way, kReal,
           "What the peer's last receive window lets through, in bits a second.",
           [](const View&, FlowRow flow) -> std::optional<double> {
             const auto window = model::WindowBytes(End<!kIsClient>(flow), End<kIsClient>(flow));
             const auto rtt = flow->handshake_rtt();
             if (!window || !rtt || rtt->count() == 0) return std::nullopt;
             return *window * 8 / ToSeconds(*rtt);
           });
}

void AddIdentity(Keys& keys) {
  keys.Add("ntopng.key", kWhole, "Number of addresses, ports, protocol and VLAN (getFlowKey).",
           [](const View&, FlowRow flow) { return FlowKey(*flow); });
  keys.Add("hash_entry_id", kWhole, "Number of the flow, unique on its interface.",
           [](const View&, FlowRow flow) { return FlowNumber(*flow); });
  keys.Add("iface_index", kWhole, "Number of the interface.",
           [](const View&, FlowRow flow) { return flow->interface_index; });
  keys.Add("vlan", kWhole, "VLAN; 0: untagged.",
           [](const View&, FlowRow flow) { return flow->vlan; });
  keys.Add("proto.l4", kText, "\"TCP\", \"UDP\", \"ICMP\", ...",
           [](const View&, FlowRow flow) { return model::L4ProtocolName(flow->l4_protocol); });
  keys.AddAlias("proto.14", "proto.l4");
  keys.Add("proto.l4_id", kWhole, "IANA number of the L4 protocol.",
           [](const View&, FlowRow flow) { return flow->l4_protocol; });
  keys.Add("community_id", kText, "Community ID, version 1.",
           [](lua_State* lua, const View&, FlowRow flow) {
             const auto id = json::CommunityId::Of(*flow);
             if (!id) return lua_pushnil(lua);
             Push(lua, id->view());
           });
  keys.Add("flow.idle", kTruth, "Whether it has ended, or had no packet for a minute.",
           [](const View& view, FlowRow flow) { return IsIdle(*flow, view); });
  keys.Add("flow.status", kWhole,
           "0: normal, 4: low goodput, 6: more than a tenth sent again or lost, 9: refused.",
           [](const View&, FlowRow flow) { return static_cast<int>(StatusOf(*flow)); });
  keys.Add("flow_end_reason", kText, "Why it has ended: \"idle\", \"tcp_fin\", ...; else absent.",
           [](const View&, FlowRow flow) -> std::optional<std::string_view> {
             if (flow->state != model::FlowState::kEnded || !flow->end_reason) return std::nullopt;
             return model::EndReasonName(*flow->end_reason);
           });
  keys.Add("unhandled_flow_risk", kWhole, "libndpi's risks as bits.",
           [](const View&, FlowRow flow) { return flow->application.risks; });
}

void AddApplication(Keys& keys) {
  keys.Add(
      "proto.ndpi", kText, "\"TLS.Google\"; \"(Too Early)\" while nothing is known.",
      [](const View& view, FlowRow flow) { return ApplicationNameOf(*flow, view.catalogue()); });
  keys.Add("proto.ndpi_id", kWhole, "libndpi's number of the application.",
           [](const View&, FlowRow flow) { return model::ApplicationIndex(flow->application); });
  keys.Add("proto.master_ndpi_id", kWhole, "Of the protocol that carries it; 0: none.",
           [](const View&, FlowRow flow) { return flow->application.master; });
  keys.Add("proto.ndpi_breed", kText, "\"Safe\", \"Acceptable\", \"Fun\", ...",
           [](const View& view, FlowRow flow) -> std::optional<std::string_view> {
             const uint16_t id = model::ApplicationIndex(flow->application);
             const auto& applications = view.catalogue().applications;
             return id < applications.size() ? Known(applications[id].breed) : std::nullopt;
           });
  keys.Add("proto.ndpi_cat", kText, "Category.", [](const View& view, FlowRow flow) {
    return view.catalogue().CategoryName(flow->application.category);
  });
  keys.Add("proto.ndpi_cat_id", kWhole, "Number of the category.",
           [](const View&, FlowRow flow) { return flow->application.category; });
  keys.Add("proto.ndpi_confidence", kText, "How it was recognised: \"dpi\", \"by_port\", ...",
           [](const View&, FlowRow flow) {
             return model::ConfidenceName(flow->application.confidence);
           });
  keys.Add("proto.is_encrypted", kTruth, "Whether it is encrypted.",
           [](const View&, FlowRow flow) { return flow->application.encrypted; });
}

void AddTraffic(Keys& keys) {
  keys.Add("bytes", kWhole, "Frame bytes in both directions.",
           [](const View&, FlowRow flow) { return flow->traffic().bytes; });
  keys.Add("packets", kWhole, "Packets in both directions.",
           [](const View&, FlowRow flow) { return flow->traffic().packets; });
  keys.Add("packets.sent", kWhole, "Packets that the client sent.",
           [](const View&, FlowRow flow) { return flow->client.sent.packets; });
  keys.Add("packets.rcvd", kWhole, "Packets that the server sent.",
           [](const View&, FlowRow flow) { return flow->server.sent.packets; });
  keys.Add("goodput_bytes", kWhole, "Bytes of payload behind the L4 header, both directions.",
           [](const View&, FlowRow flow) {
             return flow->client.payload_bytes_sent + flow->server.payload_bytes_sent;
           });
  keys.Add("flow_goodput.low", kTruth, "Whether less than 40 % of a TCP flow's bytes are payload.",
           [](const View&, FlowRow flow) { return model::HasLowGoodput(*flow); });
  keys.Add("bytes.last", kWhole, "Frame bytes in the last second that is over.",
           [](const View& view, FlowRow flow) {
             return json::FlowRates(*flow, view.now()).bits_per_second_now / 8;
           });
  keys.Add("packets.last", kWhole, "Packets in the last second that is over.",
           [](const View& view, FlowRow flow) {
             return json::FlowRates(*flow, view.now()).packets_per_second_now;
           });
}

void AddRates(Keys& keys) {
  keys.Add("throughput_bps", kReal, "**Bytes a second** in the last second that is over.",
           [](const View& view, FlowRow flow) {
             return BytesPerSecond(json::FlowRates(*flow, view.now()).bits_per_second_now);
           });
  keys.Add("top_throughput_bps", kReal, "**Bytes a second** in the busiest second.",
           [](const View& view, FlowRow flow) {
             return BytesPerSecond(json::FlowRates(*flow, view.now()).bits_per_second_peak);
           });
  keys.Add("average_throughput_bps", kReal, "**Bytes a second** from the first packet to the last.",
           [](const View&, FlowRow flow) -> std::optional<double> {
             const double seconds = ToSeconds(flow->last_seen - flow->first_seen);
             if (seconds <= 0) return std::nullopt;
             return static_cast<double>(flow->traffic().bytes) / seconds;
           });
  keys.Add("throughput_pps", kReal, "Packets a second in the last second that is over.",
           [](const View& view, FlowRow flow) {
             return json::FlowRates(*flow, view.now()).packets_per_second_now;
           });
  keys.Add("top_throughput_pps", kReal, "Packets a second in the busiest second.",
           [](const View& view, FlowRow flow) {
             return json::FlowRates(*flow, view.now()).packets_per_second_peak;
           });
  keys.Add("average_throughput_pps", kReal, "Packets a second from the first packet to the last.",
           [](const View&, FlowRow flow) -> std::optional<double> {
             const double seconds = ToSeconds(flow->last_seen - flow->first_seen);
             if (seconds <= 0) return std::nullopt;
             return static_cast<double>(flow->traffic().packets) / seconds;
           });
}

void AddTimes(Keys& keys) {
  keys.Add("seen.first", kWhole, "First packet, seconds since 1970.",
           [](const View&, FlowRow flow) { return UnixSeconds(flow->first_seen); });
  keys.Add("seen.last", kWhole, "Last packet, seconds since 1970.",
           [](const View&, FlowRow flow) { return UnixSeconds(flow->last_seen); });
  keys.Add("duration", kWhole, "seen.last - seen.first, in seconds.",
           [](const View&, FlowRow flow) {
             return UnixSeconds(flow->last_seen) - UnixSeconds(flow->first_seen);
           });
}

void AddTcp(Keys& keys) {
  keys.Add("tcp.seq_problems", kTruth, "Whether segments were sent again, lost or out of order.",
           [](const View&, FlowRow flow) -> std::optional<bool> {
             if (flow->l4_protocol != kTcp) return std::nullopt;
             return HasSequenceProblems(*flow);
           });
  keys.Add("tcp.appl_latency", kReal,
           "From a request's end to its response, the mean, in milliseconds; "
           "absent when none was answered.",
           [](const View&, FlowRow flow) -> std::optional<double> {
             const model::ApplicationLatency& latency = flow->application_latency;
             if (latency.requests == 0) return std::nullopt;
             return ToMilliseconds(latency.sum / latency.requests);
           });
  const auto add_state = [&keys]<model::TcpState kState>(const char* name, const char* help) {
    keys.Add(name, kTruth, help, [](const View&, FlowRow flow) -> std::optional<bool> {
      if (flow->l4_protocol != kTcp) return std::nullopt;
      return flow->tcp_state == kState;
    });
  };
  keys.Add("tcp_established", kTruth,
           "Whether the whole handshake was seen and not refused, whatever came later.",
           [](const View&, FlowRow flow) -> std::optional<bool> {
             if (flow->l4_protocol != kTcp) return std::nullopt;
             return WasEstablished(*flow);
           });
  add_state.template operator()<model::TcpState::kSynSent>("tcp_connecting",
                                                           "Whether nothing but a SYN was sent.");
  add_state.template operator()<model::TcpState::kClosed>("tcp_closed",
                                                          "Whether both ends have closed it.");
  add_state.template operator()<model::TcpState::kReset>("tcp_reset", "Whether a RST ended it.");
}

void AddNames(Keys& keys) {
  keys.Add("host_server_name", kText, "The name the client asked for: SNI, Host, DNS query.",
           [](const View&, FlowRow flow) { return Known(ServerNameOf(*flow)); });
  keys.Add("info", kText,
           "HTTP URL, DNS query, SSH client or server name; \"\" when none is known.",
           [](const View&, FlowRow flow) { return InfoOf(*flow); });
  keys.Add("icmp", "table<string, integer>", "{type, code} of the first packet of an ICMP flow.",
           [](lua_State* lua, const View&, FlowRow flow) {
             if (!flow->icmp_type) return lua_pushnil(lua);
             lua_createtable(lua, 0, 2);
             SetField(lua, "type", *flow->icmp_type);
             SetField(lua, "code", flow->icmp_code);
           });
}

void AddHttp(Keys& keys) {
  using Http = model::HttpMetadata;
  const auto add = [&keys]<std::string Http::*kPart>(const char* name, const char* help) {
    keys.Add(name, kText, help,
             [](const View&, FlowRow flow) { return TextOf(flow, &FlowMetadata::http, kPart); });
  };
  add.template operator()<&Http::method>("protos.http.last_method", "The first request's method.");
  add.template operator()<&Http::url>("protos.http.last_url", "The first request's target.");
  add.template operator()<&Http::host>("protos.http.server_name", "The first request's Host.");
  add.template operator()<&Http::user_agent>("protos.http.last_user_agent", "Its User-Agent.");
  keys.Add("protos.http.last_return_code", kWhole, "Status of the first response.",
           [](const View&, FlowRow flow) -> std::optional<uint16_t> {
             const Http* const http = PartOf(flow, &FlowMetadata::http);
             return http == nullptr ? std::nullopt : http->status;
           });
}

void AddDns(Keys& keys) {
  using Dns = model::DnsMetadata;
  keys.Add("protos.dns.last_query", kText, "The first name that was asked for.",
           [](const View&, FlowRow flow) { return TextOf(flow, &FlowMetadata::dns, &Dns::query); });
  keys.Add("protos.dns.last_query_type", kWhole, "Its type, IANA's number.",
           [](const View&, FlowRow flow) -> std::optional<uint16_t> {
             const Dns* const dns = PartOf(flow, &FlowMetadata::dns);
             return dns == nullptr ? std::nullopt : dns->type;
           });
  keys.Add("protos.dns.last_return_code", kWhole, "The answer's response code.",
           [](const View&, FlowRow flow) -> std::optional<uint16_t> {
             const Dns* const dns = PartOf(flow, &FlowMetadata::dns);
             return dns == nullptr ? std::nullopt : dns->response_code;
           });
}

void AddTls(Keys& keys) {
  using Tls = model::TlsMetadata;
  const auto add = [&keys]<std::string Tls::*kPart>(const char* name, const char* help) {
    keys.Add(name, kText, help,
             [](const View&, FlowRow flow) { return TextOf(flow, &FlowMetadata::tls, kPart); });
  };
  add.template operator()<&Tls::server_name>("protos.ssl.certificate", "The client's SNI.");
  add.template operator()<&Tls::subject>("protos.ssl.server_certificate",
                                         "Subject of the server's certificate.");
  add.template operator()<&Tls::server_name>("protos.tls.client_requested_server_name",
                                             "The client's SNI.");
  add.template operator()<&Tls::issuer>("protos.tls.issuerDN", "The certificate's issuer.");
  add.template operator()<&Tls::subject>("protos.tls.subjectDN", "The certificate's subject.");
  add.template operator()<&Tls::ja3_client>("protos.tls.ja3.client_hash", "JA3 of the client.");
  add.template operator()<&Tls::ja3_server>("protos.tls.ja3.server_hash", "JA3 of the server.");
  keys.Add("protos.tls_version", kWhole, "What the server chose: 771 is TLS 1.2, 772 TLS 1.3.",
           [](const View&, FlowRow flow) -> std::optional<uint16_t> {
             const Tls* const tls = PartOf(flow, &FlowMetadata::tls);
             return tls == nullptr ? std::nullopt : tls->version;
           });
}

void AddCertificate(Keys& keys) {
  using Tls = model::TlsMetadata;
  keys.Add("protos.tls.server_names", kText, "Names in the certificate, separated by commas.",
           [](const View&, FlowRow flow) -> std::optional<std::string> {
             const Tls* const tls = PartOf(flow, &FlowMetadata::tls);
             return tls == nullptr ? std::nullopt : Joined(tls->alternative_names);
           });
  keys.Add("protos.tls.client_alpn", kText, "Protocols the client offers, separated by commas.",
           [](const View&, FlowRow flow) -> std::optional<std::string> {
             const Tls* const tls = PartOf(flow, &FlowMetadata::tls);
             return tls == nullptr ? std::nullopt : Joined(tls->alpn);
           });
  const auto add_time = [&keys]<std::optional<Timestamp> Tls::*kPart>(const char* name,
                                                                      const char* help) {
    keys.Add(name, kWhole, help, [](const View&, FlowRow flow) -> std::optional<int64_t> {
      const Tls* const tls = PartOf(flow, &FlowMetadata::tls);
      if (tls == nullptr || !(tls->*kPart)) return std::nullopt;
      return UnixSeconds(*(tls->*kPart));
    });
  };
  add_time.template operator()<&Tls::not_before>("protos.tls.notBefore",
                                                 "From when on it is valid, seconds since 1970.");
  add_time.template operator()<&Tls::not_after>("protos.tls.notAfter",
                                                "Until when it is valid, seconds since 1970.");
}

void AddSsh(Keys& keys) {
  using Ssh = model::SshMetadata;
  const auto add = [&keys]<std::string Ssh::*kPart>(const char* name, const char* help) {
    keys.Add(name, kText, help,
             [](const View&, FlowRow flow) { return TextOf(flow, &FlowMetadata::ssh, kPart); });
  };
  add.template operator()<&Ssh::client>("protos.ssh.client_signature",
                                        "The client's version line.");
  add.template operator()<&Ssh::server>("protos.ssh.server_signature",
                                        "The server's version line.");
  add.template operator()<&Ssh::hassh_client>("protos.ssh.hassh.client_hash", "HASSH, client.");
  add.template operator()<&Ssh::hassh_server>("protos.ssh.hassh.server_hash", "HASSH, server.");
}

void AddRisks(Keys& keys) {
  keys.Add("risks", "string[]", "Names of libndpi's risks.",
           [](lua_State* lua, const View& view, FlowRow flow) {
             const auto& risks = view.catalogue().risks;
             std::vector<std::string> names;
             for (size_t id = 0; id < std::min<size_t>(risks.size(), 64); ++id) {
               if ((flow->application.risks >> id & 1) != 0) names.push_back(risks[id].name);
             }
             PushTexts(lua, names);
           });
}

Keys MakeKeys() {
  Keys keys(
      "Flow",
      "A flow as ntopng tells it. Bytes are those of frames on the wire. What is not known is "
      "absent (nil). Rows compute a key when it is read, within the call that gave them.");
  AddIdentity(keys);
  AddEnd<true>(keys);
  AddEnd<false>(keys);
  AddApplication(keys);
  AddTraffic(keys);
  AddRates(keys);
  AddTimes(keys);
  AddDirection<true>(keys);
  AddDirection<false>(keys);
  AddTcp(keys);
  AddTcpDirection<true>(keys);
  AddTcpDirection<false>(keys);
  AddEndPlace<true>(keys);
  AddEndPlace<false>(keys);
  AddNames(keys);
  AddHttp(keys);
  AddDns(keys);
  AddTls(keys);
  AddCertificate(keys);
  AddSsh(keys);
  AddRisks(keys);
  return keys;
}

}  // namespace

const KeyTable<FlowRow>& FlowKeys() {
  static const Keys keys = MakeKeys();
  return keys;
}

}  // namespace wiregauge::lua::compat
