// SPDX-License-Identifier: Apache-2.0
#include "dpi/metadata_reader.h"

#include <algorithm>
#include <string_view>

#include "base/byte_reader.h"
#include "base/text.h"
#include "dissect/dhcp.h"
#include "dissect/netbios.h"
#include "dissect/ssh.h"
#include "dissect/tls.h"
#include "dissect/x509.h"
#include "dpi/metadata_text.h"

namespace wiregauge::dpi {
namespace {

constexpr uint8_t kTcp = 6, kUdp = 17;
constexpr uint16_t kDnsPort = 53, kMulticastDnsPort = 5353, kLlmnrPort = 5355, kDhcpServerPort = 67,
                   kDhcpClientPort = 68, kNetbiosPort = 137;

bool HasPort(const decode::DecodedPacket& packet, uint16_t port) {
  return packet.src_port == port || packet.dst_port == port;
}

// As far as it came: a record's header that a segment cuts can still be one.
bool MayBeTls(std::span<const uint8_t> bytes) {
  static constexpr uint8_t kVersionMajor = 3;
  if (bytes[0] != dissect::TlsContent::kHandshake) return false;
  if (bytes.size() > 1 && bytes[1] != kVersionMajor) return false;
  constexpr size_t kType = dissect::kTlsRecordHeaderBytes;
  return bytes.size() <= kType || bytes[kType] == dissect::TlsHandshakeType::kClientHello ||
         bytes[kType] == dissect::TlsHandshakeType::kServerHello;
}

// Also of the first bytes of a head, which MayBeHttp wants more of.
bool MayBeginHttp(std::span<const uint8_t> bytes) {
  constexpr size_t kEnough = 16;
  if (bytes.size() >= kEnough) return dissect::MayBeHttp(bytes);
  static constexpr std::string_view kBeginnings[] = {
      "GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "CONNECT ", "HTTP/1."};
  const std::string_view text = AsText(bytes);
  return std::any_of(std::begin(kBeginnings), std::end(kBeginnings), [text](std::string_view one) {
    return text.starts_with(one.substr(0, text.size()));
  });
}

// A client's STARTTLS in SMTP, IMAP and others, or AUTH TLS in FTP (RFC 3207, 3501, 4217).
bool AnnouncesTls(std::span<const uint8_t> bytes) {
  constexpr size_t kMostLine = 32;
  constexpr std::string_view kEnd = "tls\r\n";
  if (bytes.size() > kMostLine || bytes.size() < kEnd.size()) return false;
  if (bytes.back() != '\n') return false;
  return ToLower(AsText(bytes.last(kEnd.size()))) == kEnd;
}

// Where the head that begins the bytes ends: behind its empty line.
size_t EndOfHead(std::string_view text) {
  const size_t crlf = text.find("\r\n\r\n"), lf = text.find("\n\n");
  const size_t end = std::min(crlf == std::string_view::npos ? crlf : crlf + 4,
                              lf == std::string_view::npos ? lf : lf + 2);
  return std::min(end, text.size());
}

std::string FingerprintOf(std::span<const uint8_t> requested_options) {
  std::string text;
  for (const uint8_t option : requested_options) {
    if (!text.empty()) text += ',';
    text += std::to_string(option);
  }
  return MetadataText(text);
}

}  // namespace

template <typename Part>
Part& MetadataReader::Make(std::unique_ptr<Part>& part) {
  parts_changed_ = true;
  if (part == nullptr) part = std::make_unique<Part>();
  return *part;
}

size_t MetadataReader::bytes() noexcept {
  if (parts_changed_) {
    using model::BytesOf;
    parts_bytes_ = BytesOf(parts_.http) + BytesOf(parts_.dns) + BytesOf(parts_.tls) +
                   BytesOf(parts_.ssh) + BytesOf(parts_.dhcp) + BytesOf(parts_.netbios);
    parts_changed_ = false;
  }
  return sides_[0].kept.capacity() + sides_[1].kept.capacity() + parts_bytes_;
}

MetadataReader::Parts MetadataReader::Take() noexcept {
  parts_changed_ = true;
  return std::move(parts_);
}

void MetadataReader::Read(const decode::DecodedPacket& packet, bool from_client) noexcept {
  if (packet.payload.empty() || !packet.has_ports) return;
  if (packet.l4_protocol == kUdp) {
    ReadDatagram(packet);
  } else if (packet.l4_protocol == kTcp && packet.has_l4_header) {
    ReadSegment(packet, from_client);
  }
}

bool MetadataReader::WantsMore() const noexcept {
  if (request_seen_ && !response_seen_) return true;
  if (parts_.dns != nullptr && !dns_answered_) return true;
  if ((client_hello_seen_ || tls_announced_) && !server_hello_seen_) return true;
  if (parts_.ssh != nullptr && !(sides_[0].ssh_read && sides_[1].ssh_read)) return true;
  return std::any_of(sides_.begin(), sides_.end(),
                     [](const Side& side) { return side.reading != Protocol::kNone; });
}

void MetadataReader::ReadDatagram(const decode::DecodedPacket& packet) noexcept {
  const std::span<const uint8_t> bytes = packet.payload;
  if (HasPort(packet, kDnsPort) || HasPort(packet, kLlmnrPort)) {
    ReadDns(bytes, false);
  } else if (HasPort(packet, kMulticastDnsPort)) {
    ReadDns(bytes, true);
  } else if (HasPort(packet, kDhcpServerPort) || HasPort(packet, kDhcpClientPort)) {
    ReadDhcp(bytes);
  } else if (HasPort(packet, kNetbiosPort)) {
    ReadNetbios(bytes);
  } else if (bytes[0] == dissect::TlsContent::kHandshake) {
    dissect::DtlsMessages messages(bytes);
    uint8_t type = 0;
    std::span<const uint8_t> body;
    while (messages.Next(type, body)) TakeHandshake(type, body, true, true);
  } else if (dissect::MayBeHttp(bytes)) {
    if (parts_.http == nullptr) TakeHead(bytes);  // as SSDP sends it; answers come in other flows
    response_seen_ = true;
  } else {
    ReadQuicVersion(bytes);
  }
}

void MetadataReader::ReadSegment(const decode::DecodedPacket& packet, bool from_client) noexcept {
  Side& side = sides_[from_client ? 0 : 1];
  std::span<const uint8_t> bytes = packet.payload;
  if (side.reading == Protocol::kNone) {
    side.reading = WhatBegins(side, packet);
    tls_announced_ = tls_announced_ || AnnouncesTls(bytes);
    if (side.reading == Protocol::kNone) return;
    side.next_sequence = packet.tcp.sequence;
  }
  // Sequence numbers wrap: what is behind is known already, what is ahead leaves a gap.
  const uint32_t known = side.next_sequence - packet.tcp.sequence;
  if (known >= uint32_t{1} << 31) return Stop(side);
  if (known >= bytes.size()) return;
  bytes = bytes.subspan(known);
  side.next_sequence += static_cast<uint32_t>(bytes.size());
  ReadBytes(side, bytes, from_client);
  if (packet.payload.size() < packet.payload_bytes) Stop(side);  // the snap length made a gap
}

void MetadataReader::ReadBytes(Side& side, std::span<const uint8_t> bytes,
                               bool from_client) noexcept {
  switch (side.reading) {
    case Protocol::kNone:
      break;
    case Protocol::kHttp:
      ReadHttp(side, bytes);
      break;
    case Protocol::kTls:
      ReadTls(side, bytes);
      break;
    case Protocol::kSsh:
      ReadSsh(side, bytes, from_client);
      break;
    case Protocol::kDns:
      ReadTcpDns(side, bytes);
      break;
  }
}

MetadataReader::Protocol MetadataReader::WhatBegins(const Side& side,
                                                    const decode::DecodedPacket& packet) noexcept {
  const std::span<const uint8_t> bytes = packet.payload;
  if (!side.tls_read && MayBeTls(bytes)) return Protocol::kTls;
  constexpr std::string_view kSsh = "SSH-";
  if (AsText(bytes).starts_with(kSsh)) return side.ssh_read ? Protocol::kNone : Protocol::kSsh;
  if (!side.http_read && MayBeginHttp(bytes)) return Protocol::kHttp;
  return HasPort(packet, kDnsPort) ? Protocol::kDns : Protocol::kNone;
}

bool MetadataReader::Keep(Side& side, std::span<const uint8_t> bytes) noexcept {
  const size_t size = side.kept.size() + bytes.size();
  if (size > kMostKept) return false;
  if (size > side.kept.capacity()) side.kept.reserve(std::min(2 * size, kMostKept));
  side.kept.insert(side.kept.end(), bytes.begin(), bytes.end());
  return true;
}

void MetadataReader::Stop(Side& side) noexcept {
  side.http_read |= side.reading == Protocol::kHttp;
  side.tls_read |= side.reading == Protocol::kTls;
  side.ssh_read |= side.reading == Protocol::kSsh;
  side.reading = Protocol::kNone;
  std::vector<uint8_t>().swap(side.kept);  // its memory, too
}

void MetadataReader::ReadHttp(Side& side, std::span<const uint8_t> bytes) noexcept {
  if (!side.kept.empty()) {
    if (!Keep(side, bytes)) return Stop(side);
    bytes = side.kept;
  }
  if (TakeHead(bytes)) {
    // An interim response is no answer: the next head of this side is read as well.
    const bool interim = parts_.http != nullptr && request_seen_ && !response_seen_ &&
                         AsText(bytes).starts_with("HTTP/");
    Stop(side);
    side.http_read = !interim;
  } else if (side.kept.empty() && !Keep(side, bytes)) {
    Stop(side);
  }
}

// True when nothing more is to be read of it. A head that is not whole tells what it has.
bool MetadataReader::TakeHead(std::span<const uint8_t> bytes) noexcept {
  while (true) {
    const auto head = dissect::ParseHttpHead(bytes);
    if (!head) return AsText(bytes).find('\n') != std::string_view::npos;
    if (head->is_request) {
      TakeRequest(*head);
      return head->complete;
    }
    constexpr uint16_t kSwitchingProtocols = 101, kFirstFinal = 200;
    if (head->status >= kFirstFinal || head->status == kSwitchingProtocols) {
      TakeResponse(*head);
      return head->complete;
    }
    bytes = bytes.subspan(EndOfHead(AsText(bytes)));
    if (bytes.empty()) return true;
  }
}

// A response that came before belongs to a request that was not seen.
void MetadataReader::TakeRequest(const dissect::HttpHead& head) noexcept {
  model::HttpMetadata& http = Make(parts_.http);
  http = {};
  http.method = MetadataText(head.method_text);
  http.host = MetadataText(head.host);
  http.url = MetadataText(head.target);
  http.user_agent = MetadataText(head.user_agent);
  request_seen_ = true;
  response_seen_ = false;
  for (Side& side : sides_) side.http_read &= side.reading == Protocol::kHttp;
}

void MetadataReader::TakeResponse(const dissect::HttpHead& head) noexcept {
  model::HttpMetadata& http = Make(parts_.http);
  http.status = head.status;
  http.content_type = MetadataText(head.content_type);
  response_seen_ = true;
}

void MetadataReader::ReadTls(Side& side, std::span<const uint8_t> bytes) noexcept {
  while (!bytes.empty()) {
    if (side.record_left == 0 && !ReadRecordHeader(side, bytes)) return;
    const size_t count = std::min<size_t>(side.record_left, bytes.size());
    side.record_left = static_cast<uint16_t>(side.record_left - count);
    if (side.record_type == dissect::TlsContent::kHandshake) {
      if (!Keep(side, bytes.first(count)) || ReadHandshake(side)) return Stop(side);
    }
    bytes = bytes.subspan(count);
  }
}

// False when it has not all come, or nothing in the clear follows.
bool MetadataReader::ReadRecordHeader(Side& side, std::span<const uint8_t>& bytes) noexcept {
  const size_t count = std::min(side.header.size() - side.header_size, bytes.size());
  std::copy_n(bytes.begin(), count, side.header.begin() + side.header_size);
  side.header_size = static_cast<uint8_t>(side.header_size + count);
  bytes = bytes.subspan(count);
  if (side.header_size < side.header.size()) return false;
  side.header_size = 0;
  side.record_type = side.header[0];
  side.record_left = static_cast<uint16_t>(side.header[3] << 8 | side.header[4]);
  const bool is_clear = side.record_type == dissect::TlsContent::kHandshake ||
                        side.record_type == dissect::TlsContent::kAlert;
  if (!is_clear || side.header[1] != 3) Stop(side);
  return is_clear && side.header[1] == 3;
}

// Takes whole messages off what is kept. True when nothing more of this side is wanted.
bool MetadataReader::ReadHandshake(Side& side) noexcept {
  size_t at = 0;
  bool done = false;
  while (!done && side.kept.size() - at >= dissect::kTlsMessageHeaderBytes) {
    const uint8_t* const header = &side.kept[at];
    const size_t length = static_cast<size_t>(header[1] << 16 | header[2] << 8 | header[3]);
    const size_t here = side.kept.size() - at - dissect::kTlsMessageHeaderBytes;
    const bool whole = length <= here;
    done =
        TakeHandshake(header[0], {header + dissect::kTlsMessageHeaderBytes, std::min(length, here)},
                      whole, false);
    if (!whole) break;
    at += dissect::kTlsMessageHeaderBytes + length;
  }
  side.kept.erase(side.kept.begin(), side.kept.begin() + static_cast<ptrdiff_t>(at));
  return done;
}

// True when the side that sent it has nothing more to tell. Only a certificate is read before its
// message is whole: the chain behind it is long.
bool MetadataReader::TakeHandshake(uint8_t type, std::span<const uint8_t> body, bool whole,
                                   bool is_dtls) noexcept {
  if (type == dissect::TlsHandshakeType::kCertificate && server_hello_seen_) {
    const auto certificate = dissect::FirstCertificate(body);
    if (certificate && !certificate_seen_) TakeCertificate(*certificate);
    return certificate || whole;
  }
  if (!whole) return false;
  if (type == dissect::TlsHandshakeType::kClientHello) {
    if (const auto hello = dissect::ParseClientHello(body, is_dtls); hello && !client_hello_seen_) {
      model::TlsMetadata& tls = Make(parts_.tls);
      tls.server_name = ToLower(MetadataText(hello->server_name));
      tls.ja3_client = Ja3(*hello);
      if (auto alpn = MetadataTexts(hello->alpn); !alpn.empty()) tls.alpn = std::move(alpn);
      client_hello_seen_ = true;
    }
    return true;
  }
  if (type == dissect::TlsHandshakeType::kServerHello) {
    const auto hello = dissect::ParseServerHello(body);
    if (!hello || server_hello_seen_) return true;
    model::TlsMetadata& tls = Make(parts_.tls);
    tls.version = hello->version;
    tls.cipher = hello->cipher;
    tls.ja3_server = Ja3(*hello);
    if (tls.alpn.empty()) tls.alpn = MetadataTexts(hello->alpn);
    server_hello_seen_ = true;
    return !is_dtls && hello->version >= dissect::kTls13;
  }
  return type == dissect::TlsHandshakeType::kHelloDone;
}

void MetadataReader::TakeCertificate(std::span<const uint8_t> der) noexcept {
  certificate_seen_ = true;
  const auto certificate = dissect::ParseCertificate(der);
  if (!certificate) return;
  model::TlsMetadata& tls = Make(parts_.tls);
  tls.subject = MetadataText(certificate->subject);
  tls.issuer = MetadataText(certificate->issuer);
  tls.alternative_names = MetadataTexts(certificate->alternative_names);
  tls.not_before = certificate->not_before;
  tls.not_after = certificate->not_after;
}

void MetadataReader::ReadSsh(Side& side, std::span<const uint8_t> bytes,
                             bool from_client) noexcept {
  if (!Keep(side, bytes)) return Stop(side);
  const auto opening = dissect::ParseSshOpening(side.kept);
  if (!opening) return;
  model::SshMetadata& ssh = Make(parts_.ssh);
  std::string& banner = from_client ? ssh.client : ssh.server;
  if (banner.empty()) banner = MetadataText(opening->banner);
  if (!opening->key_exchange) return;
  (from_client ? ssh.hassh_client : ssh.hassh_server) = Hassh(*opening->key_exchange, from_client);
  Stop(side);
}

void MetadataReader::ReadTcpDns(Side& side, std::span<const uint8_t> bytes) noexcept {
  if (!Keep(side, bytes)) return Stop(side);
  std::span<const uint8_t> rest = side.kept, message;
  if (!dissect::TakeTcpMessage(rest, message)) return;
  ReadDns(message, false);
  Stop(side);
}

void MetadataReader::ReadDns(std::span<const uint8_t> bytes, bool is_multicast) noexcept {
  if (dns_answered_) return;
  const auto message = dissect::DnsMessage::Parse(bytes);
  if (!message || !message->IsPlausible()) return;
  const dissect::DnsHeader& header = message->header();
  const bool is_new = parts_.dns == nullptr;
  if (!is_new && (!header.is_response || header.id != dns_id_)) return;
  if (is_new && !header.is_response && !message->question()) return;
  model::DnsMetadata& dns = Make(parts_.dns);
  if (is_new) dns_id_ = header.id;
  if (is_new && message->question()) {
    dissect::NameText name;
    if (message->ExpandName(message->question()->name_at, name)) {
      dns.query = MetadataText(name.view());
    }
    dns.type = message->question()->type;
  }
  if (header.is_response) TakeAnswers(*message);
  // Of multicast DNS the answers come from others, in flows of their own.
  dns_answered_ = header.is_response || is_multicast;
}

void MetadataReader::TakeAnswers(const dissect::DnsMessage& message) noexcept {
  parts_.dns->response_code = message.ResponseCode();
  dissect::DnsRecords records = message.Records();
  dissect::DnsRecord record;
  auto& answers = parts_.dns->answers;
  while (answers.size() < model::kMostDnsAnswers && records.Next(record) &&
         record.section == dissect::DnsSection::kAnswer) {
    answers.push_back(MetadataText(message, record));
  }
}

void MetadataReader::ReadDhcp(std::span<const uint8_t> bytes) noexcept {
  const auto message = dissect::ParseDhcp(bytes);
  if (parts_.dhcp != nullptr || !message || !message->from_client) return;
  model::DhcpMetadata& dhcp = Make(parts_.dhcp);
  dissect::NameText name;
  dhcp.host_name = MetadataText(message->host_name);
  if (dhcp.host_name.empty() && dissect::ReadClientFqdn(message->client_fqdn, name)) {
    dhcp.host_name = MetadataText(name.view());
  }
  dhcp.vendor_class = MetadataText(message->vendor_class);
  dhcp.fingerprint = FingerprintOf(message->requested_options);
}

void MetadataReader::ReadNetbios(std::span<const uint8_t> bytes) noexcept {
  if (parts_.netbios != nullptr) return;
  const auto message = dissect::NetbiosMessage::Parse(bytes);
  if (!message) return;
  dissect::NetbiosName name;
  dissect::NetbiosEntry entry;
  if (message->ReadQuestion(name)) {
    Make(parts_.netbios).name = MetadataText(name.text.view());
  } else if (auto entries = message->Entries(); entries.Next(entry)) {
    Make(parts_.netbios).name = MetadataText(entry.name.text.view());
  }
}

// Of a long header (RFC 8999 section 5.1), or of Google's older public header, which has it behind
// a connection identifier of 8 bytes. The last one counts: a server may refuse the first.
void MetadataReader::ReadQuicVersion(std::span<const uint8_t> bytes) noexcept {
  constexpr uint8_t kLongHeader = 0x80, kVersionFlag = 0x01, kConnectionIdFlag = 0x08;
  size_t at = 1;
  if ((bytes[0] & kLongHeader) == 0) {
    constexpr uint8_t kGoogle = kVersionFlag | kConnectionIdFlag;
    if ((bytes[0] & kGoogle) != kGoogle) return;
    at = 9;
  }
  if (bytes.size() < at + 4) return;
  const uint32_t version = static_cast<uint32_t>(bytes[at]) << 24 | bytes[at + 1] << 16 |
                           bytes[at + 2] << 8 | bytes[at + 3];
  if (version != 0) parts_.quic_version = version;  // 0: a server tells the versions it takes
}

}  // namespace wiregauge::dpi
