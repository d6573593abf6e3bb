// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "unit/dissect/messages.h"

// Openings of TLS, DTLS and SSH and X.509 certificates, built by hand.
namespace wiregauge::dissect::testing {

// With the length in front, of 8, 16 or 24 bits.
Bytes Vector8(const Bytes& bytes);
Bytes Vector16(const Bytes& bytes);
Bytes Vector24(const Bytes& bytes);
Bytes Numbers(const std::vector<unsigned>& values);  // two bytes each

Bytes TlsExtension(unsigned type, const Bytes& value);
Bytes ServerNameExtension(std::string_view name);
Bytes AlpnExtension(std::initializer_list<std::string_view> names);
Bytes GroupsExtension(const std::vector<unsigned>& groups);
Bytes PointFormatsExtension(const Bytes& formats);
// Without extensions there is no length of them either, as SSL 3.0 has it.
Bytes ClientHelloBody(unsigned version, const std::vector<unsigned>& ciphers,
                      const Bytes& extensions);
Bytes ServerHelloBody(unsigned version, unsigned cipher, const Bytes& extensions);
Bytes CertificateBody(std::initializer_list<Bytes> certificates);
Bytes TlsMessage(uint8_t type, const Bytes& body);
Bytes TlsRecord(const Bytes& messages);
// One fragment of a DTLS message of `length` bytes in all.
Bytes DtlsMessage(uint8_t type, unsigned length, unsigned offset, const Bytes& fragment);
Bytes DtlsRecord(unsigned epoch, const Bytes& messages);
// A client's usual first message: www.example.org, h2 and http/1.1, GREASE.
Bytes UsualClientHello();

// DER: the length in its shortest form.
Bytes Element(uint8_t tag, const Bytes& contents);
// One attribute in a set of its own; `object_id` is DER contents.
Bytes NameAttribute(std::string_view object_id, const Bytes& value, uint8_t string_tag = 0x0c);
Bytes CommonName(std::string_view value);
struct CertificateParts {
  Bytes issuer, subject;  // sets of attributes
  Bytes validity;         // two times
  Bytes rest;             // what follows the subject
};
Bytes Certificate(const CertificateParts& parts);
Bytes UtcTime(std::string_view text);
Bytes GeneralizedTime(std::string_view text);
// v3, of www.example.org, with this many alternative names.
Bytes UsualCertificate(size_t alternative_names);

struct SshLists {
  std::string_view key_exchange, host_key;
  std::string_view encryption[2], mac[2], compression[2];
};
Bytes SshKeyExchangePacket(const SshLists& lists);

}  // namespace wiregauge::dissect::testing
