// SPDX-License-Identifier: Apache-2.0
// Fingerprints against published values, and the metadata's texts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "dpi/metadata_text.h"
#include "model/flow_metadata.h"
#include "unit/dissect/handshakes.h"

namespace wiregauge::dpi {
namespace {

using dissect::testing::Bytes;
using dissect::testing::ClientHelloBody;
using dissect::testing::Element;
using dissect::testing::GroupsExtension;
using dissect::testing::Join;
using dissect::testing::NameAttribute;
using dissect::testing::PointFormatsExtension;
using dissect::testing::ServerNameExtension;
using dissect::testing::TlsExtension;
using dissect::testing::ToBytes;
using ::testing::ElementsAre;

std::string ClientJa3(const Bytes& body) { return Ja3(*dissect::ParseClientHello(body, false)); }
std::string ServerJa3(const Bytes& body) { return Ja3(*dissect::ParseServerHello(body)); }

const std::vector<unsigned> kCiphers = {47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4};

// The examples of https://github.com/salesforce/ja3.
TEST(Ja3, IsWhatItsAuthorsPublished) {
  EXPECT_EQ(ClientJa3(ClientHelloBody(769, kCiphers,
                                      Join({ServerNameExtension("x"), GroupsExtension({23, 24, 25}),
                                            PointFormatsExtension({0})}))),
            "ada70206e40642a3e4461f35503241d5");
  EXPECT_EQ(ClientJa3(ClientHelloBody(769, {4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99}, {})),
            "de350869b8c85de67a350c8d186f11e6");
}

// RFC 8701 section 2: among ciphers, extensions and groups.
TEST(Ja3, DoesNotKnowGrease) {
  for (unsigned grease = 0x0a0a; grease <= 0xfafa; grease += 0x1010) {
    std::vector<unsigned> ciphers = kCiphers;
    ciphers.insert(ciphers.begin(), grease);
    ciphers.push_back(grease);
    const Bytes extensions = Join({TlsExtension(grease, {}), ServerNameExtension("x"),
                                   GroupsExtension({grease, 23, 24, 25}),
                                   PointFormatsExtension({0}), TlsExtension(grease, {0})});
    EXPECT_EQ(ClientJa3(ClientHelloBody(769, ciphers, extensions)),
              "ada70206e40642a3e4461f35503241d5")
        << grease;
  }
  EXPECT_NE(ClientJa3(ClientHelloBody(769, {0x0a1a}, {})), ClientJa3(ClientHelloBody(769, {}, {})));
}

// Values that threat lists hold: "771,4865,51-43" and "771,4866,43-51".
TEST(Ja3, OfServersIsWhatIsPublished) {
  const Bytes key_share = TlsExtension(51, Bytes(36)), version = TlsExtension(43, {3, 4});
  EXPECT_EQ(ServerJa3(dissect::testing::ServerHelloBody(771, 4865, Join({key_share, version}))),
            "eb1d94daa7e0344597e756a1fb6e7054");
  EXPECT_EQ(ServerJa3(dissect::testing::ServerHelloBody(771, 4866, Join({version, key_share}))),
            "15af977ce25de452b96affa2addb1036");
}

// The examples of https://github.com/salesforce/hassh: OpenSSH_7.7p1 Ubuntu-4 and CyberDuck 6.7.1.
TEST(Hassh, IsWhatItsAuthorsPublished) {
  dissect::SshKeyExchange lists;
  lists.key_exchange =
      "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
      "ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,"
      "diffie-hellman-group18-sha512,diffie-hellman-group-exchange-sha1,"
      "diffie-hellman-group14-sha256,diffie-hellman-group14-sha1,ext-info-c";
  lists.encryption[0] =
      "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,"
      "aes256-gcm@openssh.com";
  lists.mac[0] =
      "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,"
      "hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64@openssh.com,"
      "umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1";
  lists.compression[0] = "none,zlib@openssh.com,zlib";
  EXPECT_EQ(Hassh(lists, true), "06046964c022c6407d15a27b12a6a4fb");

  lists.key_exchange =
      "curve25519-sha256@libssh.org,diffie-hellman-group-exchange-sha256,ecdh-sha2-nistp521,"
      "ecdh-sha2-nistp384,ecdh-sha2-nistp256,diffie-hellman-group-exchange-sha1,"
      "diffie-hellman-group1-sha1,diffie-hellman-group14-sha1,diffie-hellman-group14-sha256,"
      "diffie-hellman-group15-sha512,diffie-hellman-group16-sha512,diffie-hellman-group17-sha512,"
      "diffie-hellman-group18-sha512,diffie-hellman-group14-sha256@ssh.com,"
      "diffie-hellman-group15-sha256,diffie-hellman-group15-sha256@ssh.com,"
      "diffie-hellman-group15-sha384@ssh.com,diffie-hellman-group16-sha256,"
      "diffie-hellman-group16-sha384@ssh.com,diffie-hellman-group16-sha512@ssh.com,"
      "diffie-hellman-group18-sha512@ssh.com";
  lists.encryption[0] =
      "aes128-cbc,aes128-ctr,aes192-cbc,aes192-ctr,aes256-cbc,aes256-ctr,blowfish-cbc,"
      "blowfish-ctr,cast128-cbc,cast128-ctr,idea-cbc,idea-ctr,serpent128-cbc,serpent128-ctr,"
      "serpent192-cbc,serpent192-ctr,serpent256-cbc,serpent256-ctr,3des-cbc,3des-ctr,"
      "twofish128-cbc,twofish128-ctr,twofish192-cbc,twofish192-ctr,twofish256-cbc,"
      "twofish256-ctr,twofish-cbc,arcfour,arcfour128,arcfour256";
  lists.mac[0] = "hmac-sha1,hmac-sha1-96,hmac-md5,hmac-md5-96,hmac-sha2-256,hmac-sha2-512";
  lists.compression[0] = "zlib@openssh.com,zlib,none";
  EXPECT_EQ(Hassh(lists, true), "8a8ae540028bf433cd68356c1b9e8d5b");
}

// Its own lists are those it sends by.
TEST(Hassh, OfAServerHasTheOtherDirection) {
  dissect::SshKeyExchange lists;
  lists.encryption = {"a", "b"};
  lists.mac = {"c", "d"};
  lists.compression = {"e", "f"};
  dissect::SshKeyExchange turned = lists;
  std::swap(turned.encryption[0], turned.encryption[1]);
  std::swap(turned.mac[0], turned.mac[1]);
  std::swap(turned.compression[0], turned.compression[1]);
  EXPECT_EQ(Hassh(lists, false), Hassh(turned, true));
  EXPECT_NE(Hassh(lists, false), Hassh(lists, true));
}

std::string NameText(const Bytes& sets) { return MetadataText(dissect::DistinguishedName(sets)); }

TEST(MetadataText, WritesDistinguishedNames) {
  EXPECT_EQ(NameText(Join({NameAttribute("\x55\x04\x06", ToBytes("DE")),
                           NameAttribute("\x55\x04\x0a", ToBytes("A, \"B\" <c>")),
                           NameAttribute("\x2a\x86\x48", ToBytes("x"))})),
            "C=DE, O=A\\, \\\"B\\\" \\<c\\>, 1.2.840=x");
  EXPECT_EQ(NameText(NameAttribute("\x55\x04\x0a", {0, 'B', 0, 0xfc, 0x20, 0xac}, 0x1e)),
            "O=B\xc3\xbc\xe2\x82\xac")
      << "a BMPString";
}

TEST(MetadataText, IsValidUtf8AndBounded) {
  EXPECT_EQ(NameText(NameAttribute("\x55\x04\x03", ToBytes("caf\xe9"))), "CN=caf\xEF\xBF\xBD");
  EXPECT_EQ(NameText(NameAttribute("\x55\x04\x03", {0xd8, 0x00, 0}, 0x1e)),
            "CN=\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD")
      << "half a surrogate pair, and half a character";
  Bytes many;
  for (int i = 0; i < 100; ++i) {
    const Bytes one = NameAttribute("\x55\x04\x0b", ToBytes(std::string(99, '\xff')));
    many.insert(many.end(), one.begin(), one.end());
  }
  const std::string text = NameText(many);
  EXPECT_LE(text.size(), model::kMostMetadataText);
  EXPECT_GT(text.size(), model::kMostMetadataText - 4);
  EXPECT_EQ(ToValidUtf8(text), text);
}

TEST(MetadataText, HasTheFirstAlpnNamesOnly) {
  Bytes list;
  for (size_t i = 0; i < 2 * model::kMostAlpn; ++i) list.insert(list.end(), {1, 'h'});
  EXPECT_EQ(MetadataTexts(dissect::AlpnNames(list)).size(), model::kMostAlpn);
  EXPECT_THAT(MetadataTexts(dissect::AlpnNames(Bytes{2, 'h', '2', 1, 0xff, 9})),
              ElementsAre("h2", "\xEF\xBF\xBD"));
}

TEST(MetadataText, HasTheFirstAlternativeNamesInLowerCase) {
  Bytes names = Join({Element(0x82, ToBytes("WWW.caf\xe9.Org")), Element(0x87, {192, 0, 2, 1}),
                      Element(0x82, ToBytes(std::string(400, '\xff')))});
  const auto texts = MetadataTexts(dissect::AlternativeNames(names));
  ASSERT_EQ(texts.size(), 3u);
  EXPECT_EQ(texts[0], "www.caf\xEF\xBF\xBD.org");
  EXPECT_EQ(texts[1], "192.0.2.1");
  EXPECT_EQ(texts[2].size(), model::kMostAlternativeNameText) << "85 characters of 3 bytes";
  EXPECT_EQ(ToValidUtf8(texts[2]), texts[2]);
  for (int i = 0; i < 5; ++i) names = Join({names, names});
  EXPECT_EQ(MetadataTexts(dissect::AlternativeNames(names)).size(), model::kMostAlternativeNames);
}

}  // namespace
}  // namespace wiregauge::dpi
