// SPDX-License-Identifier: Apache-2.0
#include "dissect/x509.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/dissect/handshakes.h"

namespace wiregauge::dissect {
namespace {

using testing::Bytes;
using testing::Certificate;
using testing::CommonName;
using testing::Element;
using ::testing::ElementsAre;
using testing::GeneralizedTime;
using ::testing::IsEmpty;
using testing::Join;
using testing::NameAttribute;
using testing::ToBytes;
using testing::UtcTime;

std::vector<std::string> Values(DistinguishedName name) {
  std::vector<std::string> all;
  DistinguishedNameAttribute attribute;
  while (name.Next(attribute)) {
    all.push_back(std::string(attribute.label) + "=" +
                  std::string(attribute.value.begin(), attribute.value.end()));
  }
  return all;
}

std::vector<std::string> Names(AlternativeNames names) {
  std::vector<std::string> all;
  AlternativeName name;
  while (names.Next(name)) {
    all.push_back(name.address ? name.address->ToString() : std::string(name.dns_name));
  }
  return all;
}

// What follows the subject: a key and these extensions, in one list.
Bytes Extensions(const Bytes& extensions) {
  return Join({Element(0x30, Bytes(64, 'k')), Element(0xa3, Element(0x30, extensions))});
}

Bytes AlternativeNamesExtension(const Bytes& names) {
  return Element(0x30, Join({Element(6, {0x55, 0x1d, 0x11}), Element(4, Element(0x30, names))}));
}

std::vector<std::string> NamesBehindTheSubject(const Bytes& rest) {
  const Bytes der = Certificate({.issuer = {}, .subject = {}, .validity = {}, .rest = rest});
  const auto certificate = ParseCertificate(der);
  if (!certificate) return {"no certificate"};
  return Names(certificate->alternative_names);
}

// OpenSSL's: DNS:WWW.Example.org, email:root@example.org, DNS:*.example.net, IP:192.0.2.1,
// URI:https://example.org/, IP:2001:db8::1, RID:1.2.3, DNS:last.example.org, behind two critical
// extensions and in front of two others.
constexpr uint8_t kByOpenssl[] = {
    0x30, 0x82, 0x01, 0xfa, 0x30, 0x82, 0x01, 0xa0, 0xa0, 0x03, 0x02, 0x01, 0x02, 0x02, 0x01, 0x01,
    0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02, 0x30, 0x1a, 0x31, 0x18,
    0x30, 0x16, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x0f, 0x77, 0x77, 0x77, 0x2e, 0x65, 0x78, 0x61,
    0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x6f, 0x72, 0x67, 0x30, 0x1e, 0x17, 0x0d, 0x32, 0x36, 0x31, 0x31,
    0x32, 0x37, 0x30, 0x37, 0x34, 0x38, 0x33, 0x30, 0x5a, 0x17, 0x0d, 0x33, 0x36, 0x31, 0x31, 0x32,
    0x34, 0x30, 0x37, 0x34, 0x38, 0x33, 0x30, 0x5a, 0x30, 0x1a, 0x31, 0x18, 0x30, 0x16, 0x06, 0x03,
    0x55, 0x04, 0x03, 0x0c, 0x0f, 0x77, 0x77, 0x77, 0x2e, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65,
    0x2e, 0x6f, 0x72, 0x67, 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02,
    0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04, 0x0f,
    0x62, 0x8e, 0xe0, 0x0b, 0xc0, 0x50, 0x40, 0x0a, 0xdb, 0x1c, 0x1a, 0xe3, 0x20, 0xf3, 0xae, 0xbc,
    0x01, 0x4a, 0x6f, 0xd9, 0xf6, 0x58, 0x45, 0x38, 0xa7, 0x30, 0xfa, 0xac, 0xc4, 0x0f, 0x6f, 0xf4,
    0xcd, 0xe4, 0xe0, 0x8d, 0x31, 0x0e, 0xda, 0xfe, 0xd6, 0x11, 0xf9, 0x8a, 0xd9, 0x01, 0xaa, 0x9a,
    0x1f, 0x64, 0xfa, 0xaa, 0x97, 0x5c, 0x91, 0xda, 0x74, 0xf9, 0xb0, 0xaf, 0xd6, 0x69, 0x50, 0xa3,
    0x81, 0xd6, 0x30, 0x81, 0xd3, 0x30, 0x0c, 0x06, 0x03, 0x55, 0x1d, 0x13, 0x01, 0x01, 0xff, 0x04,
    0x02, 0x30, 0x00, 0x30, 0x0e, 0x06, 0x03, 0x55, 0x1d, 0x0f, 0x01, 0x01, 0xff, 0x04, 0x04, 0x03,
    0x02, 0x07, 0x80, 0x30, 0x7f, 0x06, 0x03, 0x55, 0x1d, 0x11, 0x04, 0x78, 0x30, 0x76, 0x82, 0x0f,
    0x57, 0x57, 0x57, 0x2e, 0x45, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x6f, 0x72, 0x67, 0x81,
    0x10, 0x72, 0x6f, 0x6f, 0x74, 0x40, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x6f, 0x72,
    0x67, 0x82, 0x0d, 0x2a, 0x2e, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x6e, 0x65, 0x74,
    0x87, 0x04, 0xc0, 0x00, 0x02, 0x01, 0x86, 0x14, 0x68, 0x74, 0x74, 0x70, 0x73, 0x3a, 0x2f, 0x2f,
    0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x6f, 0x72, 0x67, 0x2f, 0x87, 0x10, 0x20, 0x01,
    0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x88, 0x02,
    0x2a, 0x03, 0x82, 0x10, 0x6c, 0x61, 0x73, 0x74, 0x2e, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65,
    0x2e, 0x6f, 0x72, 0x67, 0x30, 0x13, 0x06, 0x03, 0x55, 0x1d, 0x25, 0x04, 0x0c, 0x30, 0x0a, 0x06,
    0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01, 0x30, 0x1d, 0x06, 0x03, 0x55, 0x1d, 0x0e,
    0x04, 0x16, 0x04, 0x14, 0x8b, 0x3f, 0x39, 0x59, 0xc5, 0x36, 0x88, 0x29, 0x74, 0x2a, 0xb5, 0xbb,
    0xf3, 0x7c, 0xeb, 0xc1, 0xd7, 0x17, 0x9e, 0xbf, 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x04, 0x03, 0x02, 0x03, 0x48, 0x00, 0x30, 0x45, 0x02, 0x21, 0x00, 0xed, 0x16, 0x5b, 0x95,
    0xf4, 0xd9, 0x0e, 0x59, 0x5f, 0x33, 0x5d, 0x0e, 0x48, 0xb0, 0x7a, 0x56, 0xf7, 0x16, 0x3d, 0x14,
    0x55, 0x4e, 0xec, 0x19, 0x20, 0xd8, 0x5c, 0x3b, 0xe5, 0x78, 0xcd, 0x16, 0x02, 0x20, 0x53, 0xab,
    0x5b, 0x63, 0x26, 0xe4, 0x2c, 0x36, 0x8b, 0x7d, 0x1e, 0x3c, 0x3e, 0xcf, 0x80, 0x80, 0xae, 0x20,
    0x1b, 0x38, 0x41, 0x37, 0x8c, 0x72, 0x26, 0x4e, 0x5f, 0xe8, 0xca, 0x16, 0x07, 0x60};

std::string NotBefore(const Bytes& time) {
  const Bytes der = Certificate({.issuer = {}, .subject = {}, .validity = time, .rest = {}});
  const auto certificate = ParseCertificate(der);
  if (!certificate || !certificate->not_before) return "none";
  return FormatRfc3339(*certificate->not_before);
}

TEST(X509, ReadsNamesAndTimes) {
  const Bytes der = testing::UsualCertificate(1);
  const auto certificate = ParseCertificate(der);
  ASSERT_TRUE(certificate);
  EXPECT_THAT(Values(certificate->issuer), ElementsAre("CN=root"));
  EXPECT_THAT(Values(certificate->subject), ElementsAre("CN=www.example.org"));
  EXPECT_EQ(FormatRfc3339(*certificate->not_before), "2020-01-02T03:04:05.000000Z");
  EXPECT_EQ(FormatRfc3339(*certificate->not_after), "2030-01-02T03:04:05.000000Z");
}

TEST(X509, ReadsACertificateOfVersion1) {
  const Bytes inside = Join({Element(2, {1}), Element(0x30, {}), Element(0x30, CommonName("ca")),
                             Element(0x30, {}), Element(0x30, CommonName("old"))});
  const Bytes der = Element(0x30, Element(0x30, inside));
  const auto certificate = ParseCertificate(der);
  ASSERT_TRUE(certificate);
  EXPECT_THAT(Values(certificate->subject), ElementsAre("CN=old"));
  EXPECT_EQ(certificate->not_before, std::nullopt);
}

TEST(X509, ReadsManyAlternativeNames) {
  const Bytes der = testing::UsualCertificate(2000);
  ASSERT_GT(der.size(), 40'000u);
  const auto certificate = ParseCertificate(der);
  EXPECT_THAT(Values(certificate->subject), ElementsAre("CN=www.example.org"));
  const auto names = Names(certificate->alternative_names);
  ASSERT_EQ(names.size(), 2000u);
  EXPECT_EQ(names.front(), "name0.example.org");
  EXPECT_EQ(names.back(), "name1999.example.org");
}

TEST(X509, ReadsNamesAndAddressesOfACertificateOfOpenssl) {
  const auto certificate = ParseCertificate(kByOpenssl);
  ASSERT_TRUE(certificate);
  EXPECT_THAT(Values(certificate->subject), ElementsAre("CN=www.example.org"));
  EXPECT_EQ(FormatRfc3339(*certificate->not_after), "2036-11-24T07:48:30.000000Z");
  EXPECT_THAT(Names(certificate->alternative_names),
              ElementsAre("WWW.Example.org", "*.example.net", "192.0.2.1", "2001:db8::1",
                          "last.example.org"));
  for (size_t size = 0; size < sizeof kByOpenssl; ++size) {
    EXPECT_FALSE(ParseCertificate(std::span(kByOpenssl).first(size))) << size;
  }
}

// The lengths around what is cut stay true.
TEST(X509, AlternativeNamesThatAreCutAreReadAsFarAsTheyGo) {
  const Bytes one = Element(0x82, ToBytes("a.example.org")), names = Join({one, one, one});
  for (size_t size = 0; size <= names.size(); ++size) {
    const Bytes cut(names.begin(), names.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_EQ(NamesBehindTheSubject(Extensions(AlternativeNamesExtension(cut))).size(),
              size / one.size())
        << size;
  }
  const Bytes rest = Extensions(AlternativeNamesExtension(names));
  for (size_t size = 0; size < rest.size(); ++size) {
    const Bytes cut(rest.begin(), rest.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_THAT(NamesBehindTheSubject(cut), IsEmpty()) << size;
  }
}

TEST(X509, AlternativeNamesStandWhereTheyMay) {
  const Bytes names = AlternativeNamesExtension(Element(0x82, ToBytes("a")));
  const Bytes others = AlternativeNamesExtension(Element(0x82, ToBytes("b")));
  const Bytes key = Element(0x30, {}), unknown = Element(0x30, Element(6, {0x2a, 3}));
  EXPECT_THAT(NamesBehindTheSubject(Extensions(Join({unknown, names}))), ElementsAre("a"));
  EXPECT_THAT(NamesBehindTheSubject(Extensions(Join({names, others}))), ElementsAre("a"))
      << "twice is wrong: the first counts";
  EXPECT_THAT(NamesBehindTheSubject(Join({key, Element(0x81, {0, 1}), Element(0x82, {0, 2}),
                                          Element(0xa3, Element(0x30, names))})),
              ElementsAre("a"))
      << "behind identifiers of issuer and subject";
  const Bytes critical = Join({Element(6, {0x55, 0x1d, 0x11}), Element(1, {0xff}),
                               Element(4, Element(0x30, Element(0x82, ToBytes("c"))))});
  EXPECT_THAT(NamesBehindTheSubject(Extensions(Element(0x30, critical))), ElementsAre("c"));
  EXPECT_THAT(NamesBehindTheSubject(Join({key, names})), IsEmpty()) << "no extensions";
  EXPECT_THAT(NamesBehindTheSubject(Join({key, Element(0xa3, {})})), IsEmpty());
  EXPECT_THAT(NamesBehindTheSubject(Extensions({})), IsEmpty());
}

TEST(X509, OnlyNamesAndAddressesAreAlternativeNames) {
  const Bytes names =
      Join({Element(0x82, {}), Element(0x87, {}), Element(0x87, {1, 2, 3}), Element(0x87, Bytes(8)),
            Element(0x87, Bytes(17)), Element(0x81, ToBytes("mail")), Element(0x86, ToBytes("uri")),
            Element(0xa4, ToBytes("directory")), Element(0xa0, ToBytes("other")),
            Element(0x82, {'x', 0, 0xff}), Element(0x87, {192, 0, 2, 9})});
  EXPECT_THAT(NamesBehindTheSubject(Extensions(AlternativeNamesExtension(names))),
              ElementsAre(std::string("x\0\xff", 3), "192.0.2.9"));
}

TEST(X509, ReadsBothKindsOfTime) {
  EXPECT_EQ(NotBefore(UtcTime("491231235959Z")), "2049-12-31T23:59:59.000000Z");
  EXPECT_EQ(NotBefore(UtcTime("500101000000Z")), "1950-01-01T00:00:00.000000Z");
  EXPECT_EQ(NotBefore(UtcTime("0001020304Z")), "2000-01-02T03:04:00.000000Z") << "no seconds";
  EXPECT_EQ(NotBefore(GeneralizedTime("20500101000000Z")), "2050-01-01T00:00:00.000000Z");
  EXPECT_EQ(NotBefore(GeneralizedTime("20240229120000.5Z")), "2024-02-29T12:00:00.000000Z");
}

TEST(X509, WhatIsNoTimeIsUnknown) {
  for (const char* text :
       {"", "Z", "20010203040", "200102030405", "200102030405+0100", "20010203040xZ",
        "201302030405Z", "200002030405Z", "200100030405Z", "200132030405Z", "200230030405Z",
        "200102240405Z", "200102036005Z", "200102030461Z", "2001020304-5Z", " 00102030405Z"}) {
    EXPECT_EQ(NotBefore(UtcTime(text)), "none") << text;
  }
  EXPECT_EQ(NotBefore(GeneralizedTime("99991231235959Z")), "none") << "RFC 5280: no expiration";
  EXPECT_EQ(NotBefore(GeneralizedTime("00000101000000Z")), "none");
  EXPECT_EQ(NotBefore(Element(0x16, ToBytes("200102030405Z"))), "none") << "another type";
}

TEST(X509, NamesHoldAnyBytes) {
  const Bytes subject =
      Join({CommonName(std::string_view("caf\xe9\0", 5)),
            NameAttribute("\x55\x04\x0a", {0, 'B', 0, 0xfc}, 0x1e),
            NameAttribute("\x2a\x03\x04", ToBytes("x")), NameAttribute("\x55\x04\x0b", {})});
  const Bytes der = Certificate({.issuer = {}, .subject = subject, .validity = {}, .rest = {}});
  DistinguishedName name = ParseCertificate(der)->subject;
  EXPECT_THAT(Values(name), ElementsAre(std::string("CN=caf\xe9\0", 8),
                                        std::string("O=\0B\0\xfc", 6), "=x", "OU="));
  DistinguishedNameAttribute attribute;
  ASSERT_TRUE(name.Next(attribute) && !attribute.is_utf16);
  ASSERT_TRUE(name.Next(attribute) && attribute.is_utf16);
  ASSERT_TRUE(name.Next(attribute));
  EXPECT_THAT(attribute.object_id, ElementsAre(0x2a, 3, 4));
}

TEST(X509, ASetMayHoldSeveralAttributes) {
  const Bytes pair = Join({Element(6, {0x55, 4, 6}), Element(0x13, ToBytes("DE"))});
  const Bytes other = Join({Element(6, {0x55, 4, 3}), Element(0x0c, ToBytes("a"))});
  const Bytes set = Element(0x31, Join({Element(0x30, pair), Element(0x30, other)}));
  EXPECT_THAT(Values(DistinguishedName(set)), ElementsAre("C=DE", "CN=a"));
}

TEST(X509, ANameThatIsDamagedEnds) {
  const Bytes name = Join({CommonName("first"), CommonName("second")});
  for (size_t size = 0; size < name.size(); ++size) {
    const Bytes cut(name.begin(), name.begin() + static_cast<ptrdiff_t>(size));
    const size_t first = CommonName("first").size();
    EXPECT_EQ(Values(DistinguishedName(cut)).size(), size >= first ? 1u : 0u) << size;
  }
  EXPECT_THAT(Values(DistinguishedName(Element(0x31, {}))), IsEmpty()) << "an empty set";
}

TEST(X509, EveryTruncationIsNone) {
  const Bytes der = testing::UsualCertificate(20);
  for (size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(ParseCertificate(std::span(der).first(size))) << size;
  }
}

TEST(X509, ALengthThatLiesIsHarmless) {
  const Bytes der = testing::UsualCertificate(2);
  for (size_t at = 0; at < der.size(); ++at) {
    for (const uint8_t value : {0x00, 0x7f, 0x80, 0x84, 0x85, 0xff}) {
      Bytes changed = der;
      changed[at] = value;
      if (const auto certificate = ParseCertificate(changed)) {
        EXPECT_LE(Values(certificate->issuer).size() + Values(certificate->subject).size(), 2u);
        EXPECT_LE(Names(certificate->alternative_names).size(), 4u);
      }
    }
  }
  EXPECT_FALSE(ParseCertificate(Bytes{0x30, 0x80, 0x30, 0x80, 0, 0})) << "indefinite is not DER";
  EXPECT_FALSE(ParseCertificate(Bytes{0x30, 0x85, 0, 0, 0, 0, 1, 0}));
  EXPECT_FALSE(ParseCertificate(Bytes{0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0}));
}

}  // namespace
}  // namespace wiregauge::dissect
