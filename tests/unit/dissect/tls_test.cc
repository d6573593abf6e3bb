// SPDX-License-Identifier: Apache-2.0
#include "dissect/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/dissect/handshakes.h"

namespace wiregauge::dissect {
namespace {

using testing::AlpnExtension;
using testing::Bytes;
using testing::ClientHelloBody;
using testing::DtlsMessage;
using testing::DtlsRecord;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Join;
using testing::ServerHelloBody;
using testing::ServerNameExtension;
using testing::TlsExtension;
using testing::ToBytes;
using testing::UsualClientHello;

std::vector<std::string> NamesOf(AlpnNames names) {
  std::vector<std::string> all;
  std::string_view name;
  while (names.Next(name)) all.emplace_back(name);
  return all;
}

std::vector<unsigned> TypesOf(std::span<const uint8_t> extensions) {
  std::vector<unsigned> types;
  ForEachTlsExtension(extensions,
                      [&](uint16_t type, std::span<const uint8_t>) { types.push_back(type); });
  return types;
}

Bytes First(const Bytes& bytes, size_t count) {
  return {bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(count)};
}

TEST(TlsClientHello, ReadsWhatAClientOffers) {
  const Bytes body = UsualClientHello();
  const auto hello = ParseClientHello(body, false);
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->legacy_version, 0x0303);
  EXPECT_EQ(hello->server_name, "www.example.org");
  EXPECT_THAT(NamesOf(hello->alpn), ElementsAre("h2", "http/1.1"));
  EXPECT_THAT(hello->ciphers, ElementsAre(0x3a, 0x3a, 0x13, 0x01, 0xc0, 0x2f));
  EXPECT_THAT(hello->groups, ElementsAre(0xda, 0xda, 0, 29, 0, 23));
  EXPECT_THAT(hello->point_formats, ElementsAre(0));
  EXPECT_THAT(TypesOf(hello->extensions), ElementsAre(0x7a7a, 0, 10, 11, 16, 43));
}

TEST(TlsClientHello, ReadsWhatSsl3Has) {
  const auto hello = ParseClientHello(ClientHelloBody(0x0300, {4, 5}, {}), false);
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->legacy_version, 0x0300);
  EXPECT_EQ(hello->server_name, "");
  EXPECT_THAT(TypesOf(hello->extensions), IsEmpty());
}

TEST(TlsClientHello, HasACookieInDtls) {
  Bytes body = UsualClientHello();
  body.insert(body.begin() + 2 + 32 + 5, {3, 'c', 'c', 'c'});
  const auto hello = ParseClientHello(body, true);
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->server_name, "www.example.org");
}

// The bytes behind the message are not its own: a span ends where the message was cut.
TEST(TlsClientHello, EveryTruncationIsReadAsFarAsItGoes) {
  const Bytes body = UsualClientHello();
  const size_t fixed = ClientHelloBody(0x0303, {0x3a3a, 0x1301, 0xc02f}, {}).size();
  for (size_t size = 0; size < body.size(); ++size) {
    const Bytes cut = First(body, size);
    const auto hello = ParseClientHello(cut, false);
    ASSERT_EQ(hello.has_value(), size >= fixed) << size;
    if (!hello) continue;
    EXPECT_TRUE(hello->server_name.empty() || hello->server_name == "www.example.org") << size;
    EXPECT_TRUE(NamesOf(hello->alpn).empty() || NamesOf(hello->alpn).size() == 2) << size;
    EXPECT_LT(TypesOf(hello->extensions).size(), 6u) << size;
  }
}

TEST(TlsClientHello, ALengthThatLiesEndsReading) {
  const Bytes body = UsualClientHello();
  const size_t session = 2 + 32, ciphers = session + 5, compressions = ciphers + 2 + 6;
  for (const size_t at : {session, ciphers, compressions}) {
    Bytes lying = body;
    lying[at] = 0xff;
    EXPECT_FALSE(ParseClientHello(lying, false)) << at;
  }
  Bytes longer = body, shorter = body;
  longer[compressions + 2] = 0xff;  // all extensions together
  EXPECT_EQ(ParseClientHello(longer, false)->server_name, "www.example.org");
  shorter[compressions + 2] = 0;
  shorter[compressions + 3] = 9;  // the first, and half of the next
  EXPECT_THAT(TypesOf(ParseClientHello(shorter, false)->extensions), ElementsAre(0x7a7a));
}

TEST(TlsClientHello, AServerNameThatIsNoneIsEmpty) {
  const auto name_of = [](const Bytes& extension) {
    const Bytes body = ClientHelloBody(0x0303, {1}, extension);
    return std::string(ParseClientHello(body, false)->server_name);
  };
  EXPECT_EQ(name_of(TlsExtension(0, {})), "") << "as a server confirms it";
  EXPECT_EQ(name_of(TlsExtension(0, {0, 4, 1, 0, 1, 'x'})), "") << "of another type";
  EXPECT_EQ(name_of(TlsExtension(0, {0, 4, 0, 0, 9, 'x'})), "") << "longer than its extension";
  EXPECT_EQ(name_of(TlsExtension(0, {0, 99, 0, 0, 1, 'x'})), "x") << "the list's length is unused";
  EXPECT_EQ(name_of(ServerNameExtension(std::string_view("a\0\xff", 3))), std::string("a\0\xff", 3))
      << "any bytes";
  EXPECT_EQ(name_of(ServerNameExtension(std::string(16000, 'n'))).size(), 16000u);
}

TEST(TlsClientHello, AnAlpnNameThatIsCutEndsTheList) {
  const Bytes list = testing::Vector16({2, 'h', '2', 0, 9, 'h', 't'});
  const Bytes body = ClientHelloBody(0x0303, {1}, TlsExtension(16, list));
  EXPECT_THAT(NamesOf(ParseClientHello(body, false)->alpn), ElementsAre("h2", ""));
}

TEST(TlsServerHello, ReadsWhatAServerChooses) {
  const Bytes old = ServerHelloBody(0x0303, 0xc02f, AlpnExtension({"h2"}));
  const auto hello = ParseServerHello(old);
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->version, 0x0303);
  EXPECT_EQ(hello->cipher, 0xc02f);
  EXPECT_THAT(NamesOf(hello->alpn), ElementsAre("h2"));

  const auto tls13 = ParseServerHello(ServerHelloBody(0x0303, 0x1301, TlsExtension(43, {3, 4})));
  EXPECT_EQ(tls13->version, kTls13);
  EXPECT_EQ(tls13->legacy_version, 0x0303);
  EXPECT_EQ(ParseServerHello(ServerHelloBody(0x0301, 5, {}))->version, 0x0301);
  const Bytes half = ServerHelloBody(0x0303, 5, TlsExtension(43, {3}));
  EXPECT_EQ(ParseServerHello(half)->version, 0x0303) << "half a version is none";
}

TEST(TlsServerHello, EveryTruncationIsReadAsFarAsItGoes) {
  const Bytes body = ServerHelloBody(0x0303, 0x1301,
                                     Join({TlsExtension(51, Bytes(36)), TlsExtension(43, {3, 4})}));
  const size_t fixed = ServerHelloBody(0x0303, 0x1301, {}).size();
  for (size_t size = 0; size < body.size(); ++size) {
    const auto hello = ParseServerHello(First(body, size));
    ASSERT_EQ(hello.has_value(), size >= fixed) << size;
    EXPECT_EQ(hello ? hello->version : 0x0303, 0x0303) << size;
  }
}

TEST(TlsCertificateMessage, TheFirstOneIsReadAsSoonAsItIsWhole) {
  const Bytes first(300, 'a');
  const Bytes body = testing::CertificateBody({first, Bytes(200, 'b')});
  for (size_t size = 0; size <= body.size(); ++size) {
    const Bytes cut = First(body, size);
    const auto certificate = FirstCertificate(cut);
    ASSERT_EQ(certificate.has_value(), size >= 6 + first.size()) << size;
    EXPECT_TRUE(!certificate || std::equal(first.begin(), first.end(), certificate->begin()));
  }
  EXPECT_FALSE(FirstCertificate(testing::CertificateBody({}))) << "a client that has none";
  EXPECT_FALSE(FirstCertificate(testing::CertificateBody({Bytes()})));
  EXPECT_FALSE(FirstCertificate(Bytes{0, 0, 9, 0xff, 0xff, 0xff, 1, 2, 3}));
}

std::vector<std::string> MessagesIn(const Bytes& datagram) {
  DtlsMessages messages(datagram);
  std::vector<std::string> all;
  uint8_t type = 0;
  std::span<const uint8_t> body;
  while (messages.Next(type, body)) {
    all.push_back(std::to_string(type) + " " + std::string(body.begin(), body.end()));
  }
  return all;
}

TEST(DtlsMessagesTest, ReadsMessagesAndRecordsInOneDatagram) {
  const Bytes datagram = Join(
      {DtlsRecord(
           0, Join({DtlsMessage(2, 3, 0, ToBytes("abc")), DtlsMessage(11, 4, 0, ToBytes("defg"))})),
       DtlsRecord(0, DtlsMessage(14, 0, 0, {})), DtlsRecord(1, Bytes(40, 'e'))});
  EXPECT_THAT(MessagesIn(datagram), ElementsAre("2 abc", "11 defg", "14 "));
  for (size_t size = 0; size < datagram.size(); ++size) {
    EXPECT_LE(MessagesIn(First(datagram, size)).size(), 3u);
  }
}

TEST(DtlsMessagesTest, LeavesOutFragmentsAndWhatIsEncrypted) {
  const Bytes fragments =
      Join({DtlsMessage(11, 6, 0, ToBytes("abc")), DtlsMessage(11, 6, 3, ToBytes("def")),
            DtlsMessage(14, 1, 0, ToBytes("x"))});
  EXPECT_THAT(MessagesIn(DtlsRecord(0, fragments)), ElementsAre("14 x"));
  EXPECT_THAT(MessagesIn(DtlsRecord(1, DtlsMessage(14, 1, 0, ToBytes("x")))), IsEmpty());
  Bytes other = DtlsRecord(0, DtlsMessage(14, 1, 0, ToBytes("x")));
  other[0] = TlsContent::kAlert;
  EXPECT_THAT(MessagesIn(other), IsEmpty());
}

TEST(DtlsMessagesTest, ALengthThatLiesEndsItsRecord) {
  Bytes lying = DtlsMessage(11, 3, 0, ToBytes("abc"));
  lying[11] = 200;  // of the fragment
  const Bytes good = DtlsMessage(14, 1, 0, ToBytes("x"));
  EXPECT_THAT(MessagesIn(Join({DtlsRecord(0, lying), DtlsRecord(0, good)})), ElementsAre("14 x"));
}

}  // namespace
}  // namespace wiregauge::dissect
