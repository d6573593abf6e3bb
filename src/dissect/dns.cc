// SPDX-License-Identifier: Apache-2.0
#include "dissect/dns.h"

#include <algorithm>
#include <array>

#include "base/byte_reader.h"

namespace wiregauge::dissect {
namespace {

constexpr size_t kMostMessageBytes = 65535;
constexpr size_t kMostNameBytes = 255;
constexpr uint8_t kPointerBits = 0xc0;

// The first two bits of a label's length: 00 is a label, 11 a pointer, the others are no more used
// (RFC 6891 section 5, RFC 2673).
bool IsPointer(uint8_t length) { return (length & kPointerBits) == kPointerBits; }
bool IsLabel(uint8_t length) { return (length & kPointerBits) == 0; }

bool ReadHeader(ByteReader& reader, DnsHeader& header, bool& reserved_bit) {
  uint16_t flags = 0;
  if (!reader.Read16(header.id) || !reader.Read16(flags) || !reader.Read16(header.questions) ||
      !reader.Read16(header.answers) || !reader.Read16(header.authorities) ||
      !reader.Read16(header.additionals)) {
    return false;
  }
  header.is_response = (flags & 0x8000) != 0;
  header.opcode = flags >> 11 & 15;
  header.authoritative = (flags & 0x0400) != 0;
  header.truncated = (flags & 0x0200) != 0;
  header.recursion_desired = (flags & 0x0100) != 0;
  header.recursion_available = (flags & 0x0080) != 0;
  header.response_code = flags & 15;
  reserved_bit = (flags & 0x0040) != 0;
  return true;
}

// Moves behind a name, without following its pointer.
bool SkipName(ByteReader& reader) {
  uint8_t length = 0;
  for (size_t name_bytes = 0; reader.Read8(length); name_bytes += length + size_t{1}) {
    if (IsPointer(length)) return reader.Skip(1);
    if (!IsLabel(length) || name_bytes + length >= kMostNameBytes) return false;
    if (length == 0) return true;
    if (!reader.Skip(length)) return false;
  }
  return false;
}

size_t PositionOf(const ByteReader& reader, std::span<const uint8_t> bytes) {
  return bytes.size() - reader.remaining();
}

bool ReadQuestion(ByteReader& reader, std::span<const uint8_t> bytes, DnsQuestion& question) {
  question.name_at = static_cast<uint16_t>(PositionOf(reader, bytes));
  return SkipName(reader) && reader.Read16(question.type) && reader.Read16(question.dns_class);
}

// Takes the last label off a name; empty when there is none.
std::string_view TakeLastLabel(std::string_view& name) {
  const size_t dot = name.rfind('.');
  const std::string_view label = dot == std::string_view::npos ? name : name.substr(dot + 1);
  name = dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
  return label;
}

bool TakeSuffix(std::string_view& name, std::string_view suffix) {
  if (name.size() < suffix.size()) return false;
  const std::string_view end = name.substr(name.size() - suffix.size());
  const auto same = [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  };
  if (!std::equal(end.begin(), end.end(), suffix.begin(), same)) return false;
  name.remove_suffix(suffix.size());
  return true;
}

std::optional<uint8_t> ParseOctet(std::string_view label) {
  if (label.empty() || label.size() > 3) return std::nullopt;
  unsigned value = 0;
  for (const char c : label) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value <= 255 ? std::optional(static_cast<uint8_t>(value)) : std::nullopt;
}

std::optional<uint8_t> ParseNibble(std::string_view label) {
  if (label.size() != 1) return std::nullopt;
  const char c = label[0];
  if (c >= '0' && c <= '9') return static_cast<uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

std::optional<IpAddress> ParseReverseIpv4(std::string_view name) {
  std::array<uint8_t, 4> bytes;
  for (uint8_t& byte : bytes) {
    const auto octet = ParseOctet(TakeLastLabel(name));
    if (!octet) return std::nullopt;
    byte = *octet;
  }
  return name.empty() ? std::optional(IpAddress::V4(bytes)) : std::nullopt;
}

std::optional<IpAddress> ParseReverseIpv6(std::string_view name) {
  std::array<uint8_t, 16> bytes;
  for (uint8_t& byte : bytes) {
    const auto high = ParseNibble(TakeLastLabel(name));
    const auto low = ParseNibble(TakeLastLabel(name));
    if (!high || !low) return std::nullopt;
    byte = static_cast<uint8_t>(*high << 4 | *low);
  }
  return name.empty() ? std::optional(IpAddress::V6(bytes)) : std::nullopt;
}

}  // namespace

std::optional<IpAddress> DnsRecord::Address() const noexcept {
  if (!is_internet()) return std::nullopt;
  if (type == DnsType::kA && data.size() == 4) return IpAddress::V4(data.first<4>());
  if (type == DnsType::kAaaa && data.size() == 16) return IpAddress::V6(data.first<16>());
  return std::nullopt;
}

std::optional<uint16_t> DnsRecord::TargetAt() const noexcept {
  size_t before = 0;
  switch (type) {
    case DnsType::kCname:
    case DnsType::kNs:
    case DnsType::kPtr:
    case DnsType::kSoa:
      break;
    case DnsType::kMx:
      before = 2;
      break;
    case DnsType::kSrv:
      before = 6;
      break;
    default:
      return std::nullopt;
  }
  if (data.size() <= before) return std::nullopt;
  return static_cast<uint16_t>(data_at + before);
}

std::optional<uint16_t> DnsRecord::SrvPort() const noexcept {
  ByteReader reader(data);
  uint16_t port = 0;
  if (type != DnsType::kSrv || !reader.Skip(4) || !reader.Read16(port)) return std::nullopt;
  return port;
}

bool DnsStrings::Next(std::string_view& string) noexcept {
  ByteReader reader(rest_);
  uint8_t length = 0;
  std::span<const uint8_t> bytes;
  if (!reader.Read8(length) || !reader.ReadBytes(length, bytes)) return false;
  string = AsText(bytes);
  rest_ = reader.rest();
  return true;
}

DnsRecords::DnsRecords(std::span<const uint8_t> bytes, const DnsHeader& header, size_t at) noexcept
    : bytes_(bytes),
      at_(at),
      left_{header.answers, header.authorities, header.additionals},
      failed_(at == 0) {}

bool DnsRecords::Next(DnsRecord& record) noexcept {
  const auto* const section =
      std::find_if(left_, left_ + 3, [](uint16_t left) { return left > 0; });
  if (failed_ || section == left_ + 3) return false;
  ByteReader reader(bytes_.subspan(at_));
  uint16_t data_bytes = 0;
  record.section = static_cast<DnsSection>(section - left_);
  record.owner_at = static_cast<uint16_t>(at_);
  failed_ = !(SkipName(reader) && reader.Read16(record.type) && reader.Read16(record.dns_class) &&
              reader.Read32(record.ttl_s) && reader.Read16(data_bytes));
  record.data_at = static_cast<uint16_t>(PositionOf(reader, bytes_));
  failed_ = failed_ || !reader.ReadBytes(data_bytes, record.data);
  if (failed_) return false;
  at_ = PositionOf(reader, bytes_);
  --left_[section - left_];
  return true;
}

std::optional<DnsMessage> DnsMessage::Parse(std::span<const uint8_t> bytes) noexcept {
  DnsMessage message(bytes.first(std::min(bytes.size(), kMostMessageBytes)));
  ByteReader reader(message.bytes_);
  if (!ReadHeader(reader, message.header_, message.reserved_bit_)) return std::nullopt;
  bool whole = true;
  for (unsigned i = 0; i < message.header_.questions && whole; ++i) {
    DnsQuestion question;
    whole = ReadQuestion(reader, message.bytes_, question);
    if (i > 0) continue;
    if (!whole) return std::nullopt;
    message.question_ = question;
  }
  if (whole) message.records_at_ = PositionOf(reader, message.bytes_);
  return message;
}

bool DnsMessage::IsPlausible() const noexcept {
  constexpr uint8_t kUnassigned = 3, kLastKnown = 6;  // IANA: 0 to 2, 4 to 6
  return header_.opcode <= kLastKnown && header_.opcode != kUnassigned && !reserved_bit_;
}

uint16_t DnsMessage::ResponseCode() const noexcept {
  DnsRecords records = Records();
  DnsRecord record;
  while (records.Next(record)) {
    if (record.section != DnsSection::kAdditional || record.type != DnsType::kOpt) continue;
    return static_cast<uint16_t>((record.ttl_s >> 24) << 4 | header_.response_code);
  }
  return header_.response_code;
}

DnsRecords DnsMessage::Records() const noexcept { return {bytes_, header_, records_at_}; }

bool DnsMessage::ExpandName(size_t at, NameText& text) const noexcept {
  text.Clear();
  size_t name_bytes = 0;
  size_t limit = bytes_.size();  // a pointer must point in front of where this run of labels began
  while (at < limit) {
    ByteReader reader(bytes_.subspan(at));
    const size_t run_began_at = at;
    uint8_t length = 0;
    while (reader.Read8(length) && IsLabel(length)) {
      std::span<const uint8_t> label;
      if (length == 0) {
        if (text.empty()) text.AppendText(std::string_view("."));
        return true;
      }
      name_bytes += length + size_t{1};
      if (name_bytes >= kMostNameBytes || !reader.ReadBytes(length, label)) break;
      text.AppendLabel(label);
    }
    uint8_t low = 0;
    if (!IsPointer(length) || !reader.Read8(low)) break;
    at = size_t{length & 0x3fu} << 8 | low;
    limit = run_began_at;
  }
  text.Clear();
  return false;
}

bool TakeTcpMessage(std::span<const uint8_t>& payload, std::span<const uint8_t>& message) noexcept {
  ByteReader reader(payload);
  uint16_t length = 0;
  if (!reader.Read16(length) || !reader.ReadBytes(length, message)) return false;
  payload = reader.rest();
  return true;
}

std::optional<IpAddress> ParseReverseName(std::string_view name) noexcept {
  if (TakeSuffix(name, ".in-addr.arpa")) return ParseReverseIpv4(name);
  if (TakeSuffix(name, ".ip6.arpa")) return ParseReverseIpv6(name);
  return std::nullopt;
}

}  // namespace wiregauge::dissect
