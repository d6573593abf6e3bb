// SPDX-License-Identifier: Apache-2.0
// The first byte chooses the parser; the rest is a message.
#include <cstdint>
#include <span>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "dissect/dhcp.h"
#include "dissect/dns.h"
#include "dissect/http.h"
#include "dissect/netbios.h"
#include "dissect/ssh.h"
#include "dissect/tls.h"
#include "dissect/x509.h"

namespace {

using namespace wiregauge::dissect;  // NOLINT(google-build-using-namespace): all of it is fuzzed

using Bytes = std::span<const uint8_t>;

void CheckText(const NameText& text) {
  WIREGAUGE_CHECK(text.view().size() <= NameText::kMostBytes);
  WIREGAUGE_CHECK(wiregauge::ToValidUtf8(text.view()) == text.view());
  for (const char c : text.view()) WIREGAUGE_CHECK(static_cast<unsigned char>(c) >= 0x20);
}

void CheckInside(std::string_view part, Bytes whole) {
  if (part.empty()) return;
  const auto* const begin = reinterpret_cast<const char*>(whole.data());
  WIREGAUGE_CHECK(part.data() >= begin && part.data() + part.size() <= begin + whole.size());
}

void CheckInside(Bytes part, Bytes whole) {
  CheckInside({reinterpret_cast<const char*>(part.data()), part.size()}, whole);
}

void CheckName(const DnsMessage& message, size_t at) {
  NameText text;
  const bool is_name = message.ExpandName(at, text);
  WIREGAUGE_CHECK(is_name == !text.empty());
  CheckText(text);
  if (is_name) static_cast<void>(ParseReverseName(text.view()));
}

void CheckDns(Bytes bytes) {
  const auto message = DnsMessage::Parse(bytes);
  if (!message) return;
  if (message->question()) CheckName(*message, message->question()->name_at);
  DnsRecords records = message->Records();
  DnsRecord record;
  size_t count = 0;
  for (; records.Next(record); ++count) {
    CheckName(*message, record.owner_at);
    if (const auto target = record.TargetAt()) CheckName(*message, *target);
    WIREGAUGE_CHECK(!record.Address() || record.data.size() >= 4);
    static_cast<void>(record.SrvPort());
    DnsStrings strings(record.data);
    std::string_view string;
    while (strings.Next(string)) CheckInside(string, bytes);
  }
  WIREGAUGE_CHECK(count * 11 <= bytes.size());
  WIREGAUGE_CHECK(message->ResponseCode() < 4096);
  Bytes payload = bytes, whole;
  while (TakeTcpMessage(payload, whole)) WIREGAUGE_CHECK(whole.size() + 2 <= bytes.size());
}

void CheckNetbios(Bytes bytes) {
  const auto message = NetbiosMessage::Parse(bytes);
  if (!message) return;
  NetbiosName name;
  if (message->ReadQuestion(name)) CheckText(name.text);
  NetbiosEntries entries = message->Entries();
  NetbiosEntry entry;
  size_t count = 0;
  for (; entries.Next(entry); ++count) CheckText(entry.name.text);
  WIREGAUGE_CHECK(count * 6 <= bytes.size());
}

void CheckFqdn(Bytes bytes) {
  NameText name;
  WIREGAUGE_CHECK(ReadClientFqdn(bytes, name) == !name.empty());
  CheckText(name);
}

void CheckDhcp(Bytes bytes) {
  const auto message = ParseDhcp(bytes);
  if (!message) return;
  CheckInside(message->host_name, bytes);
  CheckInside(message->vendor_class, bytes);
  CheckFqdn(message->client_fqdn);
}

void CheckHttp(Bytes bytes) {
  const auto head = ParseHttpHead(bytes);
  WIREGAUGE_CHECK(!head || MayBeHttp(bytes));
  if (!head) return;
  for (const std::string_view part : {head->method_text, head->target, head->host, head->user_agent,
                                      head->content_type, HostWithoutPort(head->host)}) {
    CheckInside(part, bytes);
  }
  WIREGAUGE_CHECK(head->is_request ? !head->target.empty() || !head->complete
                                   : head->status >= 100 && head->status <= 599);
}

void CheckAlpn(AlpnNames names, Bytes whole) {
  std::string_view name;
  size_t bytes = 0;
  for (; names.Next(name); bytes += name.size() + 1) CheckInside(name, whole);
  WIREGAUGE_CHECK(bytes <= whole.size());
}

void CheckExtensions(Bytes extensions, Bytes whole) {
  CheckInside(extensions, whole);
  ForEachTlsExtension(extensions, [&](uint16_t, Bytes value) { CheckInside(value, extensions); });
}

void CheckHellos(Bytes body) {
  for (const bool is_dtls : {false, true}) {
    const auto client = ParseClientHello(body, is_dtls);
    if (!client) continue;
    CheckInside(client->server_name, body);
    for (const Bytes part : {client->ciphers, client->groups, client->point_formats}) {
      CheckInside(part, body);
    }
    CheckAlpn(client->alpn, body);
    CheckExtensions(client->extensions, body);
  }
  if (const auto server = ParseServerHello(body)) {
    CheckAlpn(server->alpn, body);
    CheckExtensions(server->extensions, body);
  }
  if (const auto certificate = FirstCertificate(body)) CheckInside(*certificate, body);
}

void CheckTls(Bytes bytes) {
  CheckHellos(bytes);
  DtlsMessages messages(bytes);
  uint8_t type = 0;
  Bytes body;
  size_t count = 0;
  for (; messages.Next(type, body); ++count) {
    CheckInside(body, bytes);
    CheckHellos(body);
  }
  WIREGAUGE_CHECK(count * 12 <= bytes.size());
}

void CheckDistinguishedName(DistinguishedName name, Bytes whole) {
  DistinguishedNameAttribute attribute;
  size_t count = 0;
  for (; name.Next(attribute); ++count) {
    CheckInside(attribute.object_id, whole);
    CheckInside(attribute.value, whole);
  }
  WIREGAUGE_CHECK(count * 6 <= whole.size());
}

void CheckAlternativeNames(AlternativeNames names, Bytes whole) {
  AlternativeName name;
  size_t count = 0;
  for (; names.Next(name); ++count) {
    CheckInside(name.dns_name, whole);
    WIREGAUGE_CHECK(name.dns_name.empty() == name.address.has_value());
  }
  WIREGAUGE_CHECK(count * 3 <= whole.size());
}

void CheckX509(Bytes bytes) {
  const auto certificate = ParseCertificate(bytes);
  if (!certificate) return;
  CheckDistinguishedName(certificate->issuer, bytes);
  CheckDistinguishedName(certificate->subject, bytes);
  CheckAlternativeNames(certificate->alternative_names, bytes);
}

void CheckSsh(Bytes bytes) {
  const auto opening = ParseSshOpening(bytes);
  if (!opening) return;
  WIREGAUGE_CHECK(opening->banner.size() < 255);
  CheckInside(opening->banner, bytes);
  if (!opening->key_exchange) return;
  const SshKeyExchange& lists = *opening->key_exchange;
  for (const std::string_view list :
       {lists.key_exchange, lists.encryption[0], lists.encryption[1], lists.mac[0], lists.mac[1],
        lists.compression[0], lists.compression[1]}) {
    CheckInside(list, bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  constexpr void (*kChecks[])(Bytes) = {CheckDns,  CheckNetbios, CheckDhcp, CheckHttp,
                                        CheckFqdn, CheckTls,     CheckX509, CheckSsh};
  kChecks[data[0] % std::size(kChecks)](Bytes(data, size).subspan(1));
  return 0;
}
