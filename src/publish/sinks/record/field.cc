// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/record/field.h"

#include <algorithm>
#include <bit>
#include <concepts>
#include <optional>
#include <utility>

#include "base/keyed_hash.h"
#include "publish/json/community_id.h"
#include "publish/json/flow_json.h"
#include "publish/json/flow_metadata_json.h"
#include "publish/json/spelling.h"
#include "publish/json/text_forms.h"

namespace wiregauge::sinks {
namespace {

constexpr uint8_t kTcp = 6;

void WriteIp(const IpAddress& ip, int version, JsonMember out) {
  if (ip.version() == version) out.WriteForm(json::TextForm(ip));
}

template <typename Number>
void WriteIfKnown(const std::optional<Number>& number, JsonMember out) {
  if (number) out.Write(*number);
}

// 0 stands for what is not known.
void WriteUnlessZero(std::unsigned_integral auto number, JsonMember out) {
  if (number != 0) out.Write(number);
}

void WriteMilliseconds(const std::optional<Duration>& duration, JsonMember out) {
  if (duration) out.Write(ToMilliseconds(*duration));
}

void WriteSeconds(Timestamp time, JsonMember out) {
  out.Write(static_cast<uint64_t>(std::max<int64_t>(0, UnixSeconds(time))));
}

void WriteMillis(Timestamp time, JsonMember out) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch();
  out.Write(static_cast<uint64_t>(std::max<int64_t>(0, millis.count())));
}

void WritePort(const Reading& reading, uint16_t port, JsonMember out) {
  if (reading.flow.has_ports()) out.Write(port);
}

void WriteMac(const MacAddress& mac, JsonMember out) {
  if (mac != MacAddress()) out.WriteForm(json::TextForm(mac));
}

void WriteTcpCount(const Reading& reading, std::unsigned_integral auto count, JsonMember out) {
  if (reading.flow.l4_protocol == kTcp) out.Write(count);
}

void WriteTcpFlags(const Reading& reading, int flags, JsonMember out) {
  WriteTcpCount(reading, static_cast<uint8_t>(flags), out);
}

void WriteCountry(const model::Place& place, JsonMember out) {
  if (place.country.known()) out.Write(place.country.text());
}

void WriteAsName(const Reading& reading, const model::Place& place, JsonMember out) {
  if (const auto name = reading.context.places().AsName(place)) out.Write(*name);
}

// A member of one part of the metadata, where the flow has that part.
template <typename Part>
const Part* PartOf(const Reading& reading, std::unique_ptr<const Part> model::FlowMetadata::*part) {
  const model::FlowMetadata* const metadata = reading.flow.metadata.get();
  return metadata == nullptr ? nullptr : (metadata->*part).get();
}

template <typename Part>
std::string_view TextOf(const Reading& reading,
                        std::unique_ptr<const Part> model::FlowMetadata::*part,
                        std::string Part::*text) {
  const Part* const found = PartOf(reading, part);
  return found == nullptr ? std::string_view() : found->*text;
}

template <typename Part>
void WritePartNumber(const Reading& reading, std::unique_ptr<const Part> model::FlowMetadata::*part,
                     std::optional<uint16_t> Part::*number, JsonMember out) {
  const Part* const found = PartOf(reading, part);
  if (found != nullptr) WriteIfKnown(found->*number, out);
}

void WriteServerNameOfTls(const Reading& reading, JsonMember out) {
  const auto tls = TextOf(reading, &model::FlowMetadata::tls, &model::TlsMetadata::server_name);
  if (!tls.empty()) return out.Write(tls);
  out.Write(TextOf(reading, &model::FlowMetadata::quic, &model::QuicMetadata::server_name));
}

void WriteJa3Client(const Reading& reading, JsonMember out) {
  const auto tls = TextOf(reading, &model::FlowMetadata::tls, &model::TlsMetadata::ja3_client);
  if (!tls.empty()) return out.Write(tls);
  out.Write(TextOf(reading, &model::FlowMetadata::quic, &model::QuicMetadata::ja3_client));
}

void WriteTlsVersion(const Reading& reading, JsonMember out) {
  const auto* const tls = PartOf(reading, &model::FlowMetadata::tls);
  if (tls != nullptr && tls->version) out.Write(model::TlsVersionName(*tls->version));
}

void WriteInfo(const Reading& reading, JsonMember out) {
  const model::FlowMetadata* const metadata = reading.flow.metadata.get();
  if (metadata != nullptr) out.Write(json::FlowInfo(*metadata, out.Scratch()));
}

void WriteRiskNames(const Reading& reading, JsonMember out) {
  const auto& known = reading.context.catalogue().risks;
  std::vector<std::string_view> names;
  for (uint64_t risks = reading.flow.application.risks; risks != 0; risks &= risks - 1) {
    const auto id = static_cast<size_t>(std::countr_zero(risks));
    if (id < known.size()) names.push_back(known[id].name);
  }
  out.Write(names);
}

void WriteApplicationLatency(const Reading& reading, JsonMember out) {
  const model::ApplicationLatency& latency = reading.flow.application_latency;
  if (latency.requests != 0) out.Write(ToMilliseconds(latency.sum / latency.requests));
}

void WriteCommunityId(const Reading& reading, JsonMember out) {
  if (const auto id = json::CommunityId::Of(reading.flow)) out.WriteForm(*id);
}

void WriteEndReason(const Reading& reading, JsonMember out) {
  const auto& reason = reading.flow.end_reason;
  if (reason) out.Write(model::EndReasonName(*reason));
}

void WriteApplicationName(const Reading& reading, JsonMember out) {
  const model::Classification& application = reading.flow.application;
  std::string& name = out.Scratch();
  reading.context.catalogue().AppendName(application, name);
  out.Write(name);
}

using T = FieldType;
using R = const Reading&;
using V = JsonMember;

constexpr Field kFields[] = {
    {"ntop_timestamp", T::kTime, "When the record's last packet was seen.",
     [](R r, V v) { v.WriteForm(json::TextForm(r.flow.last_seen)); }},
    {"RECORD_ID", T::kText,
     "Tells this record from all others, also of other flows, instances and processes; the same "
     "when it is sent again or the same capture is read again.",
     [](R r, V v) { v.WriteForm(RecordId(r)); }},
    {"FLOW_ID", T::kUint64,
     "The flow, as /api/v1/flows calls it: all records of a flow have it. Unique in the process.",
     [](R r, V v) { v.Write(r.flow.id); }},
    {"COMMUNITY_ID", T::kText, "The flow's ends, hashed as other tools do (Community ID 1).",
     WriteCommunityId},
    {"IP_PROTOCOL_VERSION", T::kUint8, "4 or 6.",
     [](R r, V v) { v.Write(static_cast<uint8_t>(r.flow.client.ip.version())); }},
    {"IPV4_SRC_ADDR", T::kIpv4, "The client.", [](R r, V v) { WriteIp(r.flow.client.ip, 4, v); }},
    {"IPV4_DST_ADDR", T::kIpv4, "The server.", [](R r, V v) { WriteIp(r.flow.server.ip, 4, v); }},
    {"IPV6_SRC_ADDR", T::kIpv6, "The client.", [](R r, V v) { WriteIp(r.flow.client.ip, 6, v); }},
    {"IPV6_DST_ADDR", T::kIpv6, "The server.", [](R r, V v) { WriteIp(r.flow.server.ip, 6, v); }},
    {"L4_SRC_PORT", T::kUint16, "The client's port; TCP, UDP and SCTP have ports.",
     [](R r, V v) { WritePort(r, r.flow.client.port, v); }},
    {"L4_DST_PORT", T::kUint16, "The server's port.",
     [](R r, V v) { WritePort(r, r.flow.server.port, v); }},
    {"PROTOCOL", T::kUint8, "Layer 4, by IANA's number: 6 is TCP, 17 is UDP.",
     [](R r, V v) { v.Write(r.flow.l4_protocol); }},
    {"L7_PROTO", T::kUint16, "The application, by libndpi's number; 0 is not recognised.",
     [](R r, V v) { v.Write(model::ApplicationIndex(r.flow.application)); }},
    {"L7_PROTO_NAME", T::kText, "The application, with what carries it: TLS.Google.",
     WriteApplicationName},
    {"L7_CATEGORY", T::kText, "The application's category: Web.",
     [](R r, V v) { v.Write(r.context.catalogue().CategoryName(r.flow.application.category)); }},
    {"L7_CONFIDENCE", T::kText, "What the application was recognised by: dpi, by_port.",
     [](R r, V v) { v.Write(model::ConfidenceName(r.flow.application.confidence)); }},
    {"L7_RISK", T::kUint64, "libndpi's risks, bit n is risk n.",
     [](R r, V v) { v.Write(r.flow.application.risks); }},
    {"L7_RISK_NAMES", T::kTexts, "The same in libndpi's words.", WriteRiskNames},
    {"TCP_FLAGS", T::kUint8, "All flags of both ends; TCP only.",
     [](R r, V v) { WriteTcpFlags(r, r.flow.client.tcp_flags | r.flow.server.tcp_flags, v); }},
    {"CLIENT_TCP_FLAGS", T::kUint8, "All flags the client sent; TCP only.",
     [](R r, V v) { WriteTcpFlags(r, r.flow.client.tcp_flags, v); }},
    {"SERVER_TCP_FLAGS", T::kUint8, "All flags the server sent; TCP only.",
     [](R r, V v) { WriteTcpFlags(r, r.flow.server.tcp_flags, v); }},
    {"TCP_STATE", T::kText, "syn_sent, established, closing, closed or reset; TCP only.",
     [](R r, V v) { v.Write(model::TcpStateName(r.flow.tcp_state)); }},
    {"IN_PKTS", T::kUint64, "Packets from client to server since the flow's last record.",
     [](R r, V v) { v.Write(r.client.sent.packets); }},
    {"IN_BYTES", T::kUint64,
     "Frame bytes on the wire from client to server since the flow's last record.",
     [](R r, V v) { v.Write(r.client.sent.bytes); }},
    {"OUT_PKTS", T::kUint64, "Packets from server to client since the flow's last record.",
     [](R r, V v) { v.Write(r.server.sent.packets); }},
    {"OUT_BYTES", T::kUint64,
     "Frame bytes on the wire from server to client since the flow's last record.",
     [](R r, V v) { v.Write(r.server.sent.bytes); }},
    {"IN_PAYLOAD_BYTES", T::kUint64,
     "Layer 4 payload from client to server since the flow's last record.",
     [](R r, V v) { v.Write(r.client.payload_bytes); }},
    {"OUT_PAYLOAD_BYTES", T::kUint64,
     "Layer 4 payload from server to client since the flow's last record.",
     [](R r, V v) { v.Write(r.server.payload_bytes); }},
    {"TOTAL_IN_PKTS", T::kUint64, "IN_PKTS summed over the flow's records so far.",
     [](R r, V v) { v.Write(r.flow.client.sent.packets); }},
    {"TOTAL_IN_BYTES", T::kUint64, "IN_BYTES summed over the flow's records so far.",
     [](R r, V v) { v.Write(r.flow.client.sent.bytes); }},
    {"TOTAL_OUT_PKTS", T::kUint64, "OUT_PKTS summed over the flow's records so far.",
     [](R r, V v) { v.Write(r.flow.server.sent.packets); }},
    {"TOTAL_OUT_BYTES", T::kUint64, "OUT_BYTES summed over the flow's records so far.",
     [](R r, V v) { v.Write(r.flow.server.sent.bytes); }},
    {"FIRST_SWITCHED", T::kSeconds,
     "The record's first packet: of the flow, or the first one behind the flow's last record.",
     [](R r, V v) { WriteSeconds(r.flow.report_start, v); }},
    {"LAST_SWITCHED", T::kSeconds, "The record's last packet.",
     [](R r, V v) { WriteSeconds(r.flow.last_seen, v); }},
    {"FLOW_START_MILLISECONDS", T::kMillis, "The flow's first packet.",
     [](R r, V v) { WriteMillis(r.flow.first_seen, v); }},
    {"FLOW_END_MILLISECONDS", T::kMillis, "The record's last packet.",
     [](R r, V v) { WriteMillis(r.flow.last_seen, v); }},
    {"FLOW_END_REASON", T::kText,
     "idle, tcp_fin, tcp_rst, evicted, shutdown or end_of_file; active_timeout: the flow goes on.",
     WriteEndReason},
    {"CLIENT_NW_LATENCY_MS", T::kFloat,
     "Half a round trip between here and the client, from the TCP handshake, in milliseconds.",
     [](R r, V v) { WriteMilliseconds(r.flow.client.network_latency, v); }},
    {"SERVER_NW_LATENCY_MS", T::kFloat,
     "Half a round trip between here and the server, from the TCP handshake, in milliseconds.",
     [](R r, V v) { WriteMilliseconds(r.flow.server.network_latency, v); }},
    {"APPL_LATENCY_MS", T::kFloat,
     "From a request's last byte to its response's first one, the mean over the flow, in "
     "milliseconds.",
     WriteApplicationLatency},
    {"IN_RETRANSMISSIONS", T::kUint32,
     "Packets the client sent again since the flow's last record; TCP only.",
     [](R r, V v) { WriteTcpCount(r, r.client.tcp.retransmitted_packets, v); }},
    {"OUT_RETRANSMISSIONS", T::kUint32,
     "Packets the server sent again since the flow's last record; TCP only.",
     [](R r, V v) { WriteTcpCount(r, r.server.tcp.retransmitted_packets, v); }},
    {"IN_OUT_OF_ORDER", T::kUint32,
     "The client's packets that came out of order since the flow's last record; TCP only.",
     [](R r, V v) { WriteTcpCount(r, r.client.tcp.out_of_order_packets, v); }},
    {"OUT_OUT_OF_ORDER", T::kUint32,
     "The server's packets that came out of order since the flow's last record; TCP only.",
     [](R r, V v) { WriteTcpCount(r, r.server.tcp.out_of_order_packets, v); }},
    {"IN_LOST", T::kUint32, "Gaps in what the client sent since the flow's last record; TCP only.",
     [](R r, V v) { WriteTcpCount(r, r.client.tcp.lost_segments, v); }},
    {"OUT_LOST", T::kUint32, "Gaps in what the server sent since the flow's last record; TCP only.",
     [](R r, V v) { WriteTcpCount(r, r.server.tcp.lost_segments, v); }},
    {"SRC_VLAN", T::kUint16, "The VLAN; untagged traffic has none.",
     [](R r, V v) { WriteUnlessZero(r.flow.vlan, v); }},
    {"IN_SRC_MAC", T::kText, "Who sent the client's frames: a router where the client is far.",
     [](R r, V v) { WriteMac(r.flow.client.mac, v); }},
    {"OUT_DST_MAC", T::kText, "Who sent the server's frames: a router where the server is far.",
     [](R r, V v) { WriteMac(r.flow.server.mac, v); }},
    {"SRC_NAME", T::kText, "The client's name, as far as it was told when the record was made.",
     [](R r, V v) { v.Write(json::NameOfClient(r.flow, nullptr)); }},
    {"DST_NAME", T::kText, "The server's name, as far as it was told when the record was made.",
     [](R r, V v) { v.Write(json::NameOfServer(r.flow, nullptr)); }},
    {"SRC_LOCAL", T::kBoolean, "Whether the client is in a local network.",
     [](R r, V v) { v.Write(r.flow.client.local); }},
    {"DST_LOCAL", T::kBoolean, "Whether the server is in a local network.",
     [](R r, V v) { v.Write(r.flow.server.local); }},
    {"SRC_IP_COUNTRY", T::kText, "The client's country: ISO 3166-1 alpha-2.",
     [](R r, V v) { WriteCountry(r.flow.client.place, v); }},
    {"DST_IP_COUNTRY", T::kText, "The server's country: ISO 3166-1 alpha-2.",
     [](R r, V v) { WriteCountry(r.flow.server.place, v); }},
    {"SRC_AS", T::kUint32, "The client's autonomous system.",
     [](R r, V v) { WriteUnlessZero(r.flow.client.place.asn, v); }},
    {"DST_AS", T::kUint32, "The server's autonomous system.",
     [](R r, V v) { WriteUnlessZero(r.flow.server.place.asn, v); }},
    {"SRC_AS_NAME", T::kText, "Whose autonomous system the client's is.",
     [](R r, V v) { WriteAsName(r, r.flow.client.place, v); }},
    {"DST_AS_NAME", T::kText, "Whose autonomous system the server's is.",
     [](R r, V v) { WriteAsName(r, r.flow.server.place, v); }},
    {"HTTP_HOST", T::kText, "The first request's Host header.",
     [](R r, V v) { v.Write(TextOf(r, &model::FlowMetadata::http, &model::HttpMetadata::host)); }},
    {"HTTP_URL", T::kText, "The first request's target.",
     [](R r, V v) { v.Write(TextOf(r, &model::FlowMetadata::http, &model::HttpMetadata::url)); }},
    {"HTTP_METHOD", T::kText, "The first request's method.",
     [](R r, V v) {
       v.Write(TextOf(r, &model::FlowMetadata::http, &model::HttpMetadata::method));
     }},
    {"HTTP_RET_CODE", T::kUint16, "The first response's status.",
     [](R r, V v) {
       WritePartNumber(r, &model::FlowMetadata::http, &model::HttpMetadata::status, v);
     }},
    {"HTTP_USER_AGENT", T::kText, "The first request's User-Agent header.",
     [](R r, V v) {
       v.Write(TextOf(r, &model::FlowMetadata::http, &model::HttpMetadata::user_agent));
     }},
    {"DNS_QUERY", T::kText, "The first question's name.",
     [](R r, V v) { v.Write(TextOf(r, &model::FlowMetadata::dns, &model::DnsMetadata::query)); }},
    {"DNS_QUERY_TYPE", T::kUint16, "The first question's type, by IANA's number: 1 is A.",
     [](R r, V v) { WritePartNumber(r, &model::FlowMetadata::dns, &model::DnsMetadata::type, v); }},
    {"DNS_RET_CODE", T::kUint16, "The first answer's response code: 3 is NXDOMAIN.",
     [](R r, V v) {
       WritePartNumber(r, &model::FlowMetadata::dns, &model::DnsMetadata::response_code, v);
     }},
    {"SSL_SERVER_NAME", T::kText, "The name the client wants of the server: TLS or QUIC SNI.",
     WriteServerNameOfTls},
    {"TLS_VERSION", T::kText, "The version the server chose: TLSv1.3.", WriteTlsVersion},
    {"JA3C_HASH", T::kText, "The client's JA3 fingerprint.", WriteJa3Client},
    {"JA3S_HASH", T::kText, "The server's JA3 fingerprint; TLS only, not QUIC.",
     [](R r,
        V v) { v.Write(TextOf(r, &model::FlowMetadata::tls, &model::TlsMetadata::ja3_server)); }},
    {"ICMP_TYPE", T::kUint8, "The first packet's type; ICMP and ICMPv6 only.",
     [](R r, V v) { WriteIfKnown(r.flow.icmp_type, v); }},
    {"ICMP_CODE", T::kUint8, "The first packet's code; ICMP and ICMPv6 only.",
     [](R r, V v) { WriteIfKnown(r.flow.icmp_code, v); }},
    {"INFO", T::kText, "One line on what the flow is for: a name, a request, a question.",
     WriteInfo},
    {"INTERFACE", T::kText, "Where the flow was seen.",
     [](R r, V v) { v.Write(r.context.InterfaceName(r.flow.interface_index)); }},
    {"NTOPNG_INSTANCE_NAME", T::kText, "Who sends this: the setting instance_name.",
     [](R r, V v) { v.Write(r.context.instance_name()); }},
};

static_assert(std::size(kFields) <= FieldSet().size());

// One function made of all fields, so that none is called through a pointer: a tenth faster.
template <size_t... kIndex>
[[gnu::flatten]] void WriteEach(const Reading& reading, const FieldSet& wanted, JsonMembers& out,
                                std::index_sequence<kIndex...>) {
  static constexpr JsonKey kKeys[] = {JsonKey(kFields[kIndex].name)...};
  ((wanted[kIndex] ? kFields[kIndex].write(reading, {kKeys[kIndex], out}) : void()), ...);
}

// What is hashed for an id, fixed in order and width.
struct IdParts {
  uint64_t origin = 0;  // instance and interface
  uint64_t flow = 0;
  int64_t first_seen_ns = 0, report_start_ns = 0, end_reason = 0;
};

// Keys that everybody may know: nobody is to be kept from choosing ids, two records just have not
// the same one by chance.
constexpr HashSecret kFirst{1}, kSecond{2};

uint64_t Hash(const HashSecret& secret, std::string_view text) {
  return SipHash(secret, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

uint64_t HashOrigin(std::string_view instance, std::string_view interface) {
  return Hash(kFirst, instance) ^ Hash(kSecond, interface);
}

}  // namespace

RecordContext::RecordContext(std::shared_ptr<const model::ApplicationCatalogue> catalogue,
                             const model::PlaceNames& places,
                             std::vector<std::string> interface_names, std::string instance_name)
    : catalogue_(std::move(catalogue)),
      places_(places),
      interface_names_(std::move(interface_names)),
      instance_name_(std::move(instance_name)),
      origin_of_none_(HashOrigin(instance_name_, "")) {
  for (const std::string& name : interface_names_) {
    origins_.push_back(HashOrigin(instance_name_, name));
  }
}

Reading::Reading(const model::FlowRecord& record, const RecordContext& with)
    : flow(record),
      context(with),
      client(record.client.counters()),
      server(record.server.counters()) {
  client -= record.reported.client;
  server -= record.reported.server;
}

std::span<const Field> AllFields() { return kFields; }

const Field* FindField(std::string_view name) {
  const auto* const found = std::ranges::find(kFields, name, &Field::name);
  return found == std::end(kFields) ? nullptr : found;
}

void WriteFields(const Reading& reading, const FieldSet& wanted, JsonMembers& out) {
  WriteEach(reading, wanted, out, std::make_index_sequence<std::size(kFields)>());
}

RecordId::RecordId(const Reading& reading) {
  const model::FlowRecord& flow = reading.flow;
  IdParts parts;
  parts.origin = reading.context.Origin(flow.interface_index);
  parts.flow = flow.number();
  parts.first_seen_ns = flow.first_seen.time_since_epoch().count();
  parts.report_start_ns = flow.report_start.time_since_epoch().count();
  parts.end_reason = flow.end_reason ? static_cast<int64_t>(*flow.end_reason) : -1;
  const auto hash = SipHash128(kFirst, {reinterpret_cast<const uint8_t*>(&parts), sizeof parts});
  char* digits = digits_.data();
  for (const uint8_t byte : hash) digits = json::SpellHexadecimal(byte, digits);
}

}  // namespace wiregauge::sinks
