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

TEST(X509, ManyAlternativeNamesDoNotMatter) {
  const Bytes der = testing::UsualCertificate(2000);
  ASSERT_GT(der.size(), 40'000u);
  EXPECT_THAT(Values(ParseCertificate(der)->subject), ElementsAre("CN=www.example.org"));
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
      }
    }
  }
  EXPECT_FALSE(ParseCertificate(Bytes{0x30, 0x80, 0x30, 0x80, 0, 0})) << "indefinite is not DER";
  EXPECT_FALSE(ParseCertificate(Bytes{0x30, 0x85, 0, 0, 0, 0, 1, 0}));
  EXPECT_FALSE(ParseCertificate(Bytes{0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0}));
}

}  // namespace
}  // namespace wiregauge::dissect
