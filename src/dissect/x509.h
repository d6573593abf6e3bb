// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/ip_address.h"
#include "base/time.h"

// What an X.509 certificate says of itself (RFC 5280), read from its DER (X.690) without checking a
// signature. Nothing here allocates; views point into the certificate. Any thread.
namespace wiregauge::dissect {

struct DistinguishedNameAttribute {
  std::string_view label;  // "CN", "O", ...; empty for an object identifier not known here
  std::span<const uint8_t> object_id;  // its DER contents
  std::span<const uint8_t> value;      // of a string type: any bytes
  bool is_utf16 = false;               // BMPString: two bytes a character, big-endian
};

// The attributes of a Name, in the order of the encoding.
class DistinguishedName {
 public:
  DistinguishedName() = default;
  explicit DistinguishedName(std::span<const uint8_t> contents) noexcept : sets_(contents) {}
  bool Next(DistinguishedNameAttribute& attribute) noexcept;

 private:
  std::span<const uint8_t> sets_, attributes_;
};

// A host the certificate is for: by name, or else by address.
struct AlternativeName {
  std::string_view dns_name;  // any bytes; a wildcard is "*.example.org"
  std::optional<IpAddress> address;
};

// The dNSName and iPAddress entries of a subjectAltName (RFC 5280 section 4.2.1.6), in the order of
// the encoding; what other kinds of names there are is left out.
class AlternativeNames {
 public:
  AlternativeNames() = default;
  explicit AlternativeNames(std::span<const uint8_t> contents) noexcept : names_(contents) {}
  bool Next(AlternativeName& name) noexcept;

 private:
  std::span<const uint8_t> names_;
};

struct X509Certificate {
  DistinguishedName issuer, subject;
  AlternativeNames alternative_names;
  // UTCTime or GeneralizedTime, which RFC 5280 section 4.1.2.5 wants in UTC; nothing for what is no
  // time.
  std::optional<Timestamp> not_before, not_after;
};

// Nothing unless all up to the subject is whole; extensions are read as far as they go.
std::optional<X509Certificate> ParseCertificate(std::span<const uint8_t> der) noexcept;

}  // namespace wiregauge::dissect
