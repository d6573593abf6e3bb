// SPDX-License-Identifier: Apache-2.0
#include "dissect/x509.h"

#include <algorithm>
#include <chrono>

#include "base/byte_reader.h"

namespace wiregauge::dissect {
namespace {

constexpr uint8_t kBoolean = 0x01, kInteger = 0x02, kOctetString = 0x04, kObjectId = 0x06,
                  kUtcTime = 0x17, kGeneralizedTime = 0x18, kBmpString = 0x1e, kSequence = 0x30,
                  kSet = 0x31, kDnsName = 0x82, kIpAddress = 0x87, kVersion = 0xa0,
                  kExtensions = 0xa3;

// One element: its tag and contents. Lengths of up to four bytes; DER has no indefinite ones.
bool ReadElement(ByteReader& reader, uint8_t& tag, std::span<const uint8_t>& contents) {
  uint8_t first = 0;
  if (!reader.Read8(tag) || !reader.Read8(first)) return false;
  size_t length = first;
  if (first >= 0x80) {
    const int bytes = first & 0x7f;
    if (bytes == 0 || bytes > 4) return false;
    length = 0;
    for (int i = 0; i < bytes; ++i) {
      uint8_t byte = 0;
      if (!reader.Read8(byte)) return false;
      length = length << 8 | byte;
    }
  }
  return reader.ReadBytes(length, contents);
}

bool ReadTagged(ByteReader& reader, uint8_t wanted, std::span<const uint8_t>& contents) {
  uint8_t tag = 0;
  return ReadElement(reader, tag, contents) && tag == wanted;
}

struct LabelOf {
  std::string_view object_id;  // DER contents
  std::string_view label;
};

// The labels of RFC 4514 section 3 and OpenSSL's for what that has not.
constexpr LabelOf kLabels[] = {
    {"\x55\x04\x03", "CN"},
    {"\x55\x04\x04", "SN"},
    {"\x55\x04\x05", "serialNumber"},
    {"\x55\x04\x06", "C"},
    {"\x55\x04\x07", "L"},
    {"\x55\x04\x08", "ST"},
    {"\x55\x04\x09", "street"},
    {"\x55\x04\x0a", "O"},
    {"\x55\x04\x0b", "OU"},
    {"\x55\x04\x0c", "title"},
    {"\x55\x04\x0d", "description"},
    {"\x55\x04\x0f", "businessCategory"},
    {"\x55\x04\x11", "postalCode"},
    {"\x55\x04\x2a", "GN"},
    {"\x55\x04\x61", "organizationIdentifier"},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", "emailAddress"},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x02", "unstructuredName"},
    {"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", "UID"},
    {"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", "DC"},
    {"\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x01", "jurisdictionL"},
    {"\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x02", "jurisdictionST"},
    {"\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03", "jurisdictionC"},
};

std::string_view LabelFor(std::span<const uint8_t> object_id) {
  for (const LabelOf& known : kLabels) {
    if (known.object_id == AsText(object_id)) return known.label;
  }
  return {};
}

// `digits` decimal digits at `at`; -1 when there are none.
int Decimal(std::span<const uint8_t> text, size_t at, size_t digits) {
  int value = 0;
  for (size_t i = at; i < at + digits; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// YYMMDDHHMM[SS]Z, or the same with four digits of the year; fractions of a second are left out.
std::optional<Timestamp> ParseTime(uint8_t tag, std::span<const uint8_t> text) {
  const size_t year_digits = tag == kUtcTime ? 2 : 4;
  if (tag != kUtcTime && tag != kGeneralizedTime) return std::nullopt;
  if (text.empty() || text.back() != 'Z') return std::nullopt;
  int year = Decimal(text, 0, year_digits);
  const int month = Decimal(text, year_digits, 2), day = Decimal(text, year_digits + 2, 2);
  const int hour = Decimal(text, year_digits + 4, 2), minute = Decimal(text, year_digits + 6, 2);
  const bool has_seconds = text.size() > year_digits + 9;
  const int second = has_seconds ? Decimal(text, year_digits + 8, 2) : 0;
  if (year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  if (tag == kUtcTime) year += year < 50 ? 2000 : 1900;  // RFC 5280 section 4.1.2.5.1
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (month < 1 || day < 1 || !date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch();
  // A timestamp counts nanoseconds: the years it cannot hold are no time.
  constexpr auto kMost = std::chrono::duration_cast<std::chrono::days>(Duration::max());
  if (days >= kMost || days <= -kMost) return std::nullopt;
  return Timestamp(days + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                   std::chrono::seconds(second));
}

std::optional<Timestamp> ReadTime(ByteReader& reader) {
  uint8_t tag = 0;
  std::span<const uint8_t> text;
  return ReadElement(reader, tag, text) ? ParseTime(tag, text) : std::nullopt;
}

// Of an extension's fields behind its object identifier: [critical], the value.
std::span<const uint8_t> NamesOfExtension(ByteReader fields) {
  uint8_t tag = 0;
  std::span<const uint8_t> element, names;
  if (!ReadElement(fields, tag, element)) return {};
  if (tag == kBoolean && !ReadElement(fields, tag, element)) return {};
  ByteReader value(element);
  return tag == kOctetString && ReadTagged(value, kSequence, names) ? names
                                                                    : std::span<const uint8_t>();
}

// The contents of the first subjectAltName in the fields that follow a certificate's subject: its
// key, identifiers that nobody uses, extensions (RFC 5280 section 4.1).
std::span<const uint8_t> FindAlternativeNames(ByteReader fields) {
  constexpr std::string_view kSubjectAltName = "\x55\x1d\x11";
  uint8_t tag = 0;
  std::span<const uint8_t> element, list, extension, object_id;
  do {
    if (!ReadElement(fields, tag, element)) return {};
  } while (tag != kExtensions);
  ByteReader outside(element);
  if (!ReadTagged(outside, kSequence, list)) return {};
  ByteReader extensions(list);
  while (ReadTagged(extensions, kSequence, extension)) {
    ByteReader inside(extension);
    if (!ReadTagged(inside, kObjectId, object_id)) return {};
    if (AsText(object_id) == kSubjectAltName) return NamesOfExtension(inside);
  }
  return {};
}

std::optional<IpAddress> AddressIn(std::span<const uint8_t> bytes) {
  if (bytes.size() == 4) return IpAddress::V4(bytes.first<4>());
  if (bytes.size() == 16) return IpAddress::V6(bytes.first<16>());
  return std::nullopt;
}

}  // namespace

bool DistinguishedName::Next(DistinguishedNameAttribute& attribute) noexcept {
  if (attributes_.empty()) {
    ByteReader sets(sets_);
    if (!ReadTagged(sets, kSet, attributes_)) return false;
    sets_ = sets.rest();
  }
  ByteReader attributes(attributes_);
  std::span<const uint8_t> pair;
  if (!ReadTagged(attributes, kSequence, pair)) return false;
  attributes_ = attributes.rest();
  ByteReader reader(pair);
  uint8_t tag = 0;
  if (!ReadTagged(reader, kObjectId, attribute.object_id) ||
      !ReadElement(reader, tag, attribute.value)) {
    return false;
  }
  attribute.label = LabelFor(attribute.object_id);
  attribute.is_utf16 = tag == kBmpString;
  return true;
}

bool AlternativeNames::Next(AlternativeName& name) noexcept {
  ByteReader names(names_);
  uint8_t tag = 0;
  std::span<const uint8_t> value;
  while (ReadElement(names, tag, value)) {
    name = {};
    if (tag == kDnsName) name.dns_name = AsText(value);
    if (tag == kIpAddress) name.address = AddressIn(value);
    names_ = names.rest();
    if (!name.dns_name.empty() || name.address) return true;
  }
  names_ = {};
  return false;
}

std::optional<X509Certificate> ParseCertificate(std::span<const uint8_t> der) noexcept {
  ByteReader outside(der);
  std::span<const uint8_t> certificate, signed_part, element, validity, issuer, subject;
  if (!ReadTagged(outside, kSequence, certificate)) return std::nullopt;
  ByteReader inside(certificate);
  if (!ReadTagged(inside, kSequence, signed_part)) return std::nullopt;
  ByteReader fields(signed_part);
  if (!fields.rest().empty() && fields.rest()[0] == kVersion &&
      !ReadTagged(fields, kVersion, element)) {
    return std::nullopt;
  }
  if (!ReadTagged(fields, kInteger, element) ||   // serial number
      !ReadTagged(fields, kSequence, element) ||  // signature's algorithm
      !ReadTagged(fields, kSequence, issuer) || !ReadTagged(fields, kSequence, validity) ||
      !ReadTagged(fields, kSequence, subject)) {
    return std::nullopt;
  }
  ByteReader times(validity);
  X509Certificate parsed;
  parsed.issuer = DistinguishedName(issuer);
  parsed.subject = DistinguishedName(subject);
  parsed.alternative_names = AlternativeNames(FindAlternativeNames(fields));
  parsed.not_before = ReadTime(times);
  parsed.not_after = ReadTime(times);
  return parsed;
}

}  // namespace wiregauge::dissect
