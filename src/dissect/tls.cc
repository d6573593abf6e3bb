// SPDX-License-Identifier: Apache-2.0
#include "dissect/tls.h"

#include "base/byte_reader.h"

namespace wiregauge::dissect {
namespace {

constexpr size_t kRandomBytes = 32;
constexpr uint16_t kServerName = 0, kGroups = 10, kPointFormats = 11, kAlpn = 16,
                   kSupportedVersions = 43;

// A vector with its length in front, of 8 or 16 bits; what the message has of it when it is cut.
bool ReadVector8(ByteReader& reader, std::span<const uint8_t>& bytes) {
  uint8_t length = 0;
  return reader.Read8(length) && reader.ReadBytes(length, bytes);
}

bool ReadVector16(ByteReader& reader, std::span<const uint8_t>& bytes) {
  uint16_t length = 0;
  return reader.Read16(length) && reader.ReadBytes(length, bytes);
}

bool Read24(ByteReader& reader, uint32_t& value) {
  uint8_t high = 0;
  uint16_t low = 0;
  if (!reader.Read8(high) || !reader.Read16(low)) return false;
  value = uint32_t{high} << 16 | low;
  return true;
}

// Version, random and session of either hello.
bool ReadStart(ByteReader& reader, uint16_t& version) {
  std::span<const uint8_t> session;
  return reader.Read16(version) && reader.Skip(kRandomBytes) && ReadVector8(reader, session);
}

// What there is of the extensions, their length taken off.
std::span<const uint8_t> ReadExtensions(ByteReader& reader) {
  uint16_t length = 0;
  if (!reader.Read16(length)) return {};
  reader.Truncate(length);
  return reader.rest();
}

std::string_view HostNameIn(std::span<const uint8_t> extension) {
  ByteReader reader(extension);
  uint8_t type = 0;
  std::span<const uint8_t> name;
  const bool is_host = reader.Skip(2) && reader.Read8(type) && type == 0;
  return is_host && ReadVector16(reader, name) ? AsText(name) : std::string_view();
}

AlpnNames AlpnIn(std::span<const uint8_t> extension) {
  ByteReader reader(extension);
  std::span<const uint8_t> list;
  return ReadVector16(reader, list) ? AlpnNames(list) : AlpnNames();
}

}  // namespace

bool AlpnNames::Next(std::string_view& name) noexcept {
  ByteReader reader(rest_);
  std::span<const uint8_t> bytes;
  if (!ReadVector8(reader, bytes)) return false;
  name = AsText(bytes);
  rest_ = reader.rest();
  return true;
}

std::optional<TlsClientHello> ParseClientHello(std::span<const uint8_t> body,
                                               bool is_dtls) noexcept {
  ByteReader reader(body);
  TlsClientHello hello;
  std::span<const uint8_t> cookie, compressions;
  if (!ReadStart(reader, hello.legacy_version) || (is_dtls && !ReadVector8(reader, cookie)) ||
      !ReadVector16(reader, hello.ciphers) || !ReadVector8(reader, compressions)) {
    return std::nullopt;
  }
  hello.extensions = ReadExtensions(reader);
  ForEachTlsExtension(hello.extensions, [&](uint16_t type, std::span<const uint8_t> data) {
    ByteReader value(data);
    if (type == kServerName) hello.server_name = HostNameIn(data);
    if (type == kAlpn) hello.alpn = AlpnIn(data);
    if (type == kGroups && !ReadVector16(value, hello.groups)) hello.groups = {};
    if (type == kPointFormats && !ReadVector8(value, hello.point_formats)) {
      hello.point_formats = {};
    }
  });
  return hello;
}

std::optional<TlsServerHello> ParseServerHello(std::span<const uint8_t> body) noexcept {
  ByteReader reader(body);
  TlsServerHello hello;
  uint8_t compression = 0;
  if (!ReadStart(reader, hello.legacy_version) || !reader.Read16(hello.cipher) ||
      !reader.Read8(compression)) {
    return std::nullopt;
  }
  hello.version = hello.legacy_version;
  hello.extensions = ReadExtensions(reader);
  ForEachTlsExtension(hello.extensions, [&](uint16_t type, std::span<const uint8_t> data) {
    ByteReader value(data);
    uint16_t version = 0;
    if (type == kSupportedVersions && value.Read16(version)) hello.version = version;
    if (type == kAlpn) hello.alpn = AlpnIn(data);
  });
  return hello;
}

std::optional<std::span<const uint8_t>> FirstCertificate(std::span<const uint8_t> body) noexcept {
  ByteReader reader(body);
  uint32_t list = 0, length = 0;
  std::span<const uint8_t> certificate;
  if (!Read24(reader, list) || !Read24(reader, length) || length == 0 ||
      !reader.ReadBytes(length, certificate)) {
    return std::nullopt;
  }
  return certificate;
}

bool DtlsMessages::NextRecord() noexcept {
  ByteReader reader(records_);
  uint8_t type = 0;
  uint16_t version = 0, epoch = 0;
  std::span<const uint8_t> body;
  constexpr size_t kSequenceBytes = 6;
  const bool is_record = reader.Read8(type) && reader.Read16(version) && version >> 8 == 0xfe &&
                         reader.Read16(epoch) && reader.Skip(kSequenceBytes) &&
                         ReadVector16(reader, body);
  if (!is_record || type != TlsContent::kHandshake || epoch != 0) return false;
  messages_ = body;
  records_ = reader.rest();
  return true;
}

bool DtlsMessages::Next(uint8_t& type, std::span<const uint8_t>& body) noexcept {
  while (!messages_.empty() || NextRecord()) {
    ByteReader reader(messages_);
    uint32_t length = 0, offset = 0, here = 0;
    const bool whole = reader.Read8(type) && Read24(reader, length) && reader.Skip(2) &&
                       Read24(reader, offset) && Read24(reader, here) &&
                       reader.ReadBytes(here, body);
    messages_ = whole ? reader.rest() : std::span<const uint8_t>();
    if (whole && offset == 0 && here == length) return true;
  }
  return false;
}

}  // namespace wiregauge::dissect
