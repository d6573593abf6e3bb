// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/byte_reader.h"

// Messages of the TLS handshake (RFC 5246, RFC 8446; SSL 3.0 is RFC 6101) and of DTLS's (RFC 6347),
// without their records. Nothing here allocates; views point into the message. Any thread.
namespace wiregauge::dissect {

struct TlsContent {  // RFC 8446 section 5.1
  static constexpr uint8_t kChangeCipherSpec = 20, kAlert = 21, kHandshake = 22, kData = 23;
};
struct TlsHandshakeType {  // RFC 8446 section 4
  static constexpr uint8_t kClientHello = 1, kServerHello = 2, kCertificate = 11, kHelloDone = 14;
};
inline constexpr size_t kTlsRecordHeaderBytes = 5, kTlsMessageHeaderBytes = 4;
inline constexpr uint16_t kTls13 = 0x0304;

// Numbers that mean nothing, which clients send among others (RFC 8701, section 2).
constexpr bool IsGrease(uint16_t value) {
  return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

// Names of ALPN (RFC 7301 section 3.1), in order. Any bytes; a name that is cut ends the list.
class AlpnNames {
 public:
  AlpnNames() = default;
  explicit AlpnNames(std::span<const uint8_t> list) noexcept : rest_(list) {}
  bool Next(std::string_view& name) noexcept;

 private:
  std::span<const uint8_t> rest_;
};

struct TlsClientHello {
  std::string_view server_name;  // RFC 6066 section 3; any bytes
  AlpnNames alpn;
  // What JA3 is made of: two bytes a value, in the client's order, but for the formats' one.
  uint16_t legacy_version = 0;
  std::span<const uint8_t> ciphers, groups, point_formats;
  std::span<const uint8_t> extensions;  // all of them: for ForEachTlsExtension
};

struct TlsServerHello {
  uint16_t version = 0;  // chosen: of supported_versions (RFC 8446 section 4.2.1), or the old field
  uint16_t legacy_version = 0;
  uint16_t cipher = 0;
  AlpnNames alpn;
  std::span<const uint8_t> extensions;
};

// The body of a hello, behind its type and length. Nothing unless the part in front of the
// extensions is whole; extensions after a damaged or cut one are missing.
std::optional<TlsClientHello> ParseClientHello(std::span<const uint8_t> body,
                                               bool is_dtls) noexcept;
std::optional<TlsServerHello> ParseServerHello(std::span<const uint8_t> body) noexcept;

// Calls visit(type, data) for each whole extension (RFC 8446 section 4.2).
template <typename Visit>
void ForEachTlsExtension(std::span<const uint8_t> extensions, Visit visit) {
  ByteReader reader(extensions);
  uint16_t type = 0, length = 0;
  std::span<const uint8_t> data;
  while (reader.Read16(type) && reader.Read16(length) && reader.ReadBytes(length, data)) {
    visit(type, data);
  }
}

// The first certificate's DER of a Certificate message's body before TLS 1.3, which may be a part
// of the message: nothing unless that certificate is whole.
std::optional<std::span<const uint8_t>> FirstCertificate(std::span<const uint8_t> body) noexcept;

// Handshake messages in one DTLS datagram, as far as each is in one piece and not encrypted.
class DtlsMessages {
 public:
  explicit DtlsMessages(std::span<const uint8_t> datagram) noexcept : records_(datagram) {}
  bool Next(uint8_t& type, std::span<const uint8_t>& body) noexcept;

 private:
  bool NextRecord() noexcept;

  std::span<const uint8_t> records_, messages_;
};

}  // namespace wiregauge::dissect
