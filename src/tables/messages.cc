// SPDX-License-Identifier: Apache-2.0
#include "tables/messages.h"

#include <algorithm>

#include "dissect/dhcp.h"
#include "dissect/dns.h"
#include "dissect/http.h"
#include "dissect/netbios.h"

namespace wiregauge::tables {
namespace {

using dissect::DnsMessage;
using dissect::DnsRecord;
using dissect::DnsRecords;
using dissect::DnsSection;
using dissect::DnsType;
using dissect::NameText;
using model::NameSource;

constexpr uint8_t kTcp = 6, kUdp = 17;
constexpr uint16_t kDnsPort = 53, kDhcpServerPort = 67, kDhcpClientPort = 68, kNetbiosPort = 137,
                   kMulticastDnsPort = 5353, kLlmnrPort = 5355;
constexpr uint8_t kMostPayloadsBeforeHttp = 8;
// A message's records that are looked at: more is no answer anybody uses.
constexpr int kMostRecords = 128;

static_assert(static_cast<size_t>(dissect::HttpMethod::kCount) == model::kHttpMethods);

MessageKind UdpKindOf(uint16_t port) {
  switch (port) {
    case kDnsPort:
      return MessageKind::kDns;
    case kDhcpServerPort:
    case kDhcpClientPort:
      return MessageKind::kDhcp;
    case kNetbiosPort:
      return MessageKind::kNetbios;
    case kMulticastDnsPort:
      return MessageKind::kMulticastDns;
    case kLlmnrPort:
      return MessageKind::kLlmnr;
    default:
      return MessageKind::kNone;
  }
}

MessageKind KindOf(uint8_t l4_protocol, uint16_t one_port, uint16_t other_port) {
  if (l4_protocol == kTcp) {
    const bool is_dns = one_port == kDnsPort || other_port == kDnsPort;
    return is_dns ? MessageKind::kDnsOverTcp : MessageKind::kMayBeHttp;
  }
  if (l4_protocol != kUdp) return MessageKind::kNone;
  const MessageKind kind = UdpKindOf(one_port);
  return kind != MessageKind::kNone ? kind : UdpKindOf(other_port);
}

// Addresses that stand for one machine on a network.
bool CanBeNamed(const IpAddress& ip) {
  const auto bytes = ip.bytes();
  const bool first_is_zero = bytes[0] == 0 && (ip.version() == 4 || bytes[1] == 0);
  return !first_is_zero && !ip.IsMulticast() && !ip.IsBroadcast() &&
         !(ip.version() == 4 && bytes[0] == 127);
}

// The end of the chain of CNAME records that begins with the question (RFC 1034 section 3.6.2), as
// text in lower case.
void FollowAliases(const DnsMessage& message, const NameText& question, NameText& end) {
  end = question;
  NameText owner;
  DnsRecords records = message.Records();
  DnsRecord record;
  for (int i = 0; i < kMostRecords && records.Next(record); ++i) {
    if (record.section != DnsSection::kAnswer) return;
    if (record.type != DnsType::kCname || !message.ExpandName(record.owner_at, owner)) continue;
    owner.MakeLowerCase();
    const auto target = record.TargetAt();
    if (owner.view() != end.view() || !target || !message.ExpandName(*target, owner)) continue;
    end = owner;
    end.MakeLowerCase();
  }
}

// Whether the host is named by the whole of what a request asks: not by what a proxy is to fetch.
bool NamesItsServer(const dissect::HttpHead& head) {
  return head.method != dissect::HttpMethod::kConnect &&
         (head.target.starts_with('/') || head.target == "*");
}

}  // namespace

MessageState MessageStateOf(uint8_t l4_protocol, uint16_t one_port, uint16_t other_port) noexcept {
  const MessageKind kind = KindOf(l4_protocol, one_port, other_port);
  return {kind, kind == MessageKind::kMayBeHttp ? kMostPayloadsBeforeHttp : uint8_t{0}};
}

void MessageReader::Read(MessageState& state, std::span<const uint8_t> payload, bool is_cut,
                         const MessagePlace& place) noexcept {
  switch (state.kind) {
    case MessageKind::kNone:
      break;
    case MessageKind::kMayBeHttp:
    case MessageKind::kHttp:
      ReadHttp(state, payload, place);
      break;
    case MessageKind::kDns:
      ReadDns(payload, is_cut, place);
      break;
    case MessageKind::kDnsOverTcp:
      ReadDnsOverTcp(payload, place);
      break;
    case MessageKind::kMulticastDns:
      NameOwners(payload, NameSource::kMdns, place);
      break;
    case MessageKind::kLlmnr:
      NameOwners(payload, NameSource::kLlmnr, place);
      break;
    case MessageKind::kDhcp:
      ReadDhcp(payload, place);
      break;
    case MessageKind::kNetbios:
      ReadNetbios(payload, place);
      break;
  }
}

void MessageReader::ReadHttp(MessageState& state, std::span<const uint8_t> payload,
                             const MessagePlace& place) {
  const auto head = dissect::MayBeHttp(payload) ? dissect::ParseHttpHead(payload) : std::nullopt;
  if (!head) {
    if (state.kind == MessageKind::kMayBeHttp && --state.payloads_left == 0) state = {};
    return;
  }
  state.kind = MessageKind::kHttp;
  if (!head->is_request) {
    const size_t status_class = head->status / 100u - 1;
    hosts_.ChangeHttp(place.src,
                      [&](model::HostHttp& http) { ++http.as_server.responses[status_class]; });
    hosts_.ChangeHttp(place.dst,
                      [&](model::HostHttp& http) { ++http.as_client.responses[status_class]; });
    return;
  }
  NameText host;
  host.AppendText(dissect::HostWithoutPort(head->host));
  host.MakeLowerCase();
  const auto method = static_cast<size_t>(head->method);
  hosts_.ChangeHttp(place.src, [&](model::HostHttp& http) { ++http.as_client.requests[method]; });
  hosts_.ChangeHttp(place.dst, [&](model::HostHttp& http) {
    ++http.as_server.requests[method];
    http.virtual_hosts.Add(host.view(), 1);
  });
  if (NamesItsServer(*head) && IsHostName(host.view())) {
    hosts_.Tell(place.dst, NameSource::kHttpHost, host.view(), place.time);
  }
}

void MessageReader::ReadDns(std::span<const uint8_t> payload, bool is_cut,
                            const MessagePlace& place) {
  const auto message = DnsMessage::Parse(payload);
  if (message && message->IsPlausible()) {
    CountDns(*message, place);
  } else if (!is_cut) {
    hosts_.ChangeDns(place.src, [](model::HostDns& dns) { ++dns.malformed_sent; });
    hosts_.ChangeDns(place.dst, [](model::HostDns& dns) { ++dns.malformed_received; });
  }
}

void MessageReader::ReadDnsOverTcp(std::span<const uint8_t> payload, const MessagePlace& place) {
  std::span<const uint8_t> bytes;
  while (dissect::TakeTcpMessage(payload, bytes)) {
    const auto message = DnsMessage::Parse(bytes);
    if (message && message->IsPlausible()) CountDns(*message, place);
  }
}

void MessageReader::CountDns(const DnsMessage& message, const MessagePlace& place) {
  const dissect::DnsHeader& header = message.header();
  if (!header.is_response) {
    const bool is_query = header.opcode == 0 && message.question();
    const size_t type = model::DnsQueryTypeClass(is_query ? message.question()->type : uint16_t{0});
    hosts_.ChangeDns(place.src, [&](model::HostDns& dns) { ++dns.as_client.queries[type]; });
    hosts_.ChangeDns(place.dst, [&](model::HostDns& dns) { ++dns.as_server.queries[type]; });
    return;
  }
  const size_t code = model::DnsResponseCodeClass(message.ResponseCode());
  const auto count = [&](model::DnsMessages& messages) {
    ++messages.responses[code];
    messages.truncated_responses += header.truncated;
  };
  hosts_.ChangeDns(place.src, [&](model::HostDns& dns) { count(dns.as_server); });
  hosts_.ChangeDns(place.dst, [&](model::HostDns& dns) { count(dns.as_client); });
  if (place.src_port == kDnsPort && header.opcode == 0) NameAnswers(message, place);
}

void MessageReader::NameAnswers(const DnsMessage& message, const MessagePlace& place) {
  NameText question, end, owner;
  if (!message.question() || !message.ExpandName(message.question()->name_at, question)) return;
  question.MakeLowerCase();
  FollowAliases(message, question, end);
  DnsRecords records = message.Records();
  DnsRecord record;
  for (int i = 0; i < kMostRecords && records.Next(record); ++i) {
    if (record.section != DnsSection::kAnswer) return;
    const auto ip = record.Address();
    if ((!ip && record.type != DnsType::kPtr) || !message.ExpandName(record.owner_at, owner)) {
      continue;
    }
    owner.MakeLowerCase();
    if (ip) {
      Tell(*ip, NameSource::kDns, (owner.view() == end.view() ? question : owner).view(), place);
      continue;
    }
    const auto reverse = dissect::ParseReverseName(owner.view());
    const auto target = record.TargetAt();
    if (reverse && target && message.ExpandName(*target, owner)) {
      Tell(*reverse, NameSource::kReverseDns, owner.view(), place);
    }
  }
}

void MessageReader::NameOwners(std::span<const uint8_t> payload, NameSource source,
                               const MessagePlace& place) {
  const uint16_t port = source == NameSource::kMdns ? kMulticastDnsPort : kLlmnrPort;
  const auto message = DnsMessage::Parse(payload);
  if (!message || !message->IsPlausible() || !message->header().is_response) return;
  if (place.src_port != port || message->header().response_code != 0) return;
  NameText owner;
  DnsRecords records = message->Records();
  DnsRecord record;
  for (int i = 0; i < kMostRecords && records.Next(record); ++i) {
    const auto ip = record.Address();
    if (!ip || !message->ExpandName(record.owner_at, owner)) continue;
    Tell(*ip, source, owner.view(), place);
  }
}

void MessageReader::ReadDhcp(std::span<const uint8_t> payload, const MessagePlace& place) {
  const auto message = dissect::ParseDhcp(payload);
  if (!message) return;
  std::optional<IpAddress> ip;
  if (message->type == dissect::DhcpType::kRequest) {
    ip = message->requested_address ? message->requested_address : message->client_address;
  } else if (message->type == dissect::DhcpType::kAcknowledge) {
    ip = message->your_address;
  }
  if (!ip) return;
  NameText name;
  name.AppendText(message->host_name);
  if (!name.empty() || dissect::ReadClientFqdn(message->client_fqdn, name)) {
    Tell(*ip, NameSource::kDhcp, name.view(), place);
  }
}

void MessageReader::ReadNetbios(std::span<const uint8_t> payload, const MessagePlace& place) {
  using dissect::NetbiosSuffix;
  const auto message = dissect::NetbiosMessage::Parse(payload);
  if (!message || message->response_code() != 0) return;
  const bool is_answer =
      message->is_response() && message->operation() == dissect::NetbiosOperation::kQuery;
  if (!is_answer && !message->IsClaim()) return;
  dissect::NetbiosEntries entries = message->Entries();
  dissect::NetbiosEntry entry;
  for (int i = 0; i < kMostRecords && entries.Next(entry); ++i) {
    const uint8_t suffix = entry.name.suffix;
    if (entry.is_group || entry.name.text.empty()) continue;
    if (suffix != NetbiosSuffix::kWorkstation && suffix != NetbiosSuffix::kFileServer) continue;
    Tell(entry.address ? *entry.address : place.src.record.ip, NameSource::kNetbios,
         entry.name.text.view(), place);
  }
}

void MessageReader::Tell(const IpAddress& ip, NameSource source, std::string_view name,
                         const MessagePlace& place) {
  if (CanBeNamed(ip) && name != ".") hosts_.Tell(ip, place.vlan, source, name, place.time);
}

bool IsHostName(std::string_view text) noexcept {
  const bool all = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
  return all && model::HostNames::IsName(text) && !IpAddress::Parse(text);
}

}  // namespace wiregauge::tables
