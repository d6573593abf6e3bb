// SPDX-License-Identifier: Apache-2.0
#include "dpi/metadata_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "base/text.h"
#include "packets.h"

namespace wiregauge::dpi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string U8(size_t value) { return std::string(1, static_cast<char>(value)); }
std::string U16(size_t value) { return U8(value >> 8) + U8(value); }
std::string U24(size_t value) { return U8(value >> 16) + U16(value); }
std::string U32(size_t value) { return U16(value >> 16) + U16(value); }
std::string Vector16(const std::string& text) { return U16(text.size()) + text; }

// TLS's handshake, a message in a record.
std::string Message(uint8_t type, const std::string& body) {
  return U8(type) + U24(body.size()) + body;
}
std::string Record(const std::string& bytes) { return U8(22) + U16(0x0303) + Vector16(bytes); }
std::string ServerHello(uint16_t version, uint16_t cipher) {
  return Message(2, U16(version) + std::string(32, 's') + U8(0) + U16(cipher) + U8(0));
}

// DER.
std::string Element(uint8_t tag, const std::string& contents) {
  const size_t size = contents.size();
  const std::string length = size < 0x80 ? U8(size) : U8(0x82) + U16(size);
  return U8(tag) + length + contents;
}
std::string Name(const std::string& organisation, const std::string& common_name) {
  const auto attribute = [](const char* id, const std::string& value) {
    return Element(0x31, Element(0x30, Element(0x06, id) + Element(0x0c, value)));
  };
  return Element(0x30,
                 attribute("\x55\x04\x0a", organisation) + attribute("\x55\x04\x03", common_name));
}
std::string Certificate(const std::string& subject) {
  const std::string validity = Element(0x17, "200102030405Z") + Element(0x18, "20510102030405Z");
  const std::string inside = Element(0xa0, Element(2, U8(2))) + Element(2, U8(1)) +
                             Element(0x30, "") + Name("CA, Inc.", "root") +
                             Element(0x30, validity) + subject + std::string(200, 'k');
  return Element(0x30, Element(0x30, inside));
}
std::string CertificateWithNames(const std::string& names) {
  const std::string extension =
      Element(0x30, Element(6, "\x55\x1d\x11") + Element(4, Element(0x30, names)));
  const std::string inside = Element(2, U8(1)) + Element(0x30, "") + Name("o", "ca") +
                             Element(0x30, "") + Name("o", "cn") + Element(0x30, "key") +
                             Element(0xa3, Element(0x30, extension));
  return Element(0x30, Element(0x30, inside));
}

// DNS: a response to "a." with these records, whose owner is the question's name.
std::string Response(uint16_t answers, const std::string& records) {
  return U16(0x1234) + U16(0x8180) + U16(1) + U16(answers) + U32(0) + U8(1) + "a" + U8(0) +
         U16(16) + U16(1) + records;
}
std::string DnsRecordOf(uint16_t type, const std::string& value, uint16_t dns_class = 1) {
  return U16(0xc00c) + U16(type) + U16(dns_class) + U32(300) + Vector16(value);
}
std::string DnsNameOf(const std::string& label) { return U8(label.size()) + label + U8(0); }
std::string CertificateMessage(const std::string& der) {
  const std::string one = U24(der.size()) + der;
  return Message(11, U24(one.size()) + one);
}

// A flow whose sides send in order, as segments or datagrams.
class MetadataReaderTest : public ::testing::Test {
 protected:
  static constexpr bool kClient = true, kServer = false;

  void Tcp(bool from_client, std::string_view bytes, size_t segment = SIZE_MAX) {
    while (!bytes.empty()) {
      const std::string_view piece = bytes.substr(0, segment);
      Segment(from_client, sequence_[from_client], piece);
      sequence_[from_client] += static_cast<uint32_t>(piece.size());
      bytes.remove_prefix(piece.size());
    }
  }
  void Segment(bool from_client, uint32_t sequence, std::string_view bytes) {
    decode::DecodedPacket packet = PacketOf(6, from_client, bytes);
    packet.tcp.sequence = sequence;
    reader_.Read(packet, from_client);
  }
  void Udp(bool from_client, std::string_view bytes) {
    reader_.Read(PacketOf(17, from_client, bytes), from_client);
  }
  decode::DecodedPacket PacketOf(uint8_t protocol, bool from_client, std::string_view bytes) const {
    decode::DecodedPacket packet;
    packet.l4_protocol = protocol;
    packet.has_ports = packet.has_l4_header = true;
    packet.src_port = from_client ? 40000 : server_port_;
    packet.dst_port = from_client ? server_port_ : 40000;
    packet.payload = {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
    packet.payload_bytes = static_cast<uint32_t>(bytes.size());
    return packet;
  }

  MetadataReader reader_;
  uint16_t server_port_ = 80;
  // Close to the wrap.
  std::array<uint32_t, 2> sequence_ = {0xfffffff0, 0xffffff00};
};

TEST_F(MetadataReaderTest, PairsTheFirstRequestWithItsFinalResponse) {
  Tcp(kClient,
      "POST /form?a=1 HTTP/1.1\r\nHost: www.example.org:8080\r\nUser-Agent: curl/8\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_TRUE(reader_.WantsMore());
  Tcp(kServer, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(reader_.WantsMore());
  Tcp(kServer, "HTTP/1.1 302 Found\r\nContent-Type: text/html\r\n\r\n");
  EXPECT_FALSE(reader_.WantsMore());
  Tcp(kClient, "GET /second HTTP/1.1\r\nHost: other.example.org\r\n\r\n");
  Tcp(kServer, "HTTP/1.1 404 Not Found\r\n\r\n");
  const auto http = std::move(reader_.Take().http);
  ASSERT_NE(http, nullptr);
  EXPECT_EQ(http->method, "POST");
  EXPECT_EQ(http->host, "www.example.org:8080");
  EXPECT_EQ(http->url, "/form?a=1");
  EXPECT_EQ(http->user_agent, "curl/8");
  EXPECT_EQ(http->status, 302);
  EXPECT_EQ(http->content_type, "text/html");
}

TEST_F(MetadataReaderTest, ReadsHeadsThatAreSplitAtEveryByte) {
  Tcp(kClient, "GET /a HTTP/1.1\r\nHost: split.example.org\r\n\r\n", 1);
  Tcp(kServer, "HTTP/1.1 204 No Content\r\nContent-Type: a/b\r\n\r\n", 1);
  const auto http = std::move(reader_.Take().http);
  ASSERT_NE(http, nullptr);
  EXPECT_EQ(http->host, "split.example.org");
  EXPECT_EQ(http->status, 204);
  EXPECT_EQ(http->content_type, "a/b");
}

TEST_F(MetadataReaderTest, AnInterimResponseInTheSameSegmentIsSkipped) {
  Tcp(kClient, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  Tcp(kServer, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(reader_.Take().http->status, 200);
}

TEST_F(MetadataReaderTest, AnAnswerToARequestThatWasNotSeenIsNotPaired) {
  Tcp(kServer, "HTTP/1.1 500 Oops\r\nContent-Type: x/y\r\n\r\n");
  Tcp(kClient, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto http = std::move(reader_.Take().http);
  EXPECT_EQ(http->method, "GET");
  EXPECT_EQ(http->status, std::nullopt);
  EXPECT_EQ(http->content_type, "");
}

TEST_F(MetadataReaderTest, SmugglingLikeHeadersAreNobodysHost) {
  Tcp(kClient,
      "GET / HTTP/1.1\r\nHost : spaced.example.org\r\nX: y\r\n Host: folded.example.org\r\n"
      "Host: real.example.org\r\nHost: second.example.org\r\nTransfer-Encoding: chunked\r\n"
      "Content-Length: 4\r\n\r\n");
  EXPECT_EQ(reader_.Take().http->host, "real.example.org");
}

TEST_F(MetadataReaderTest, AHostNameOf64KibIsCutAndNotKept) {
  const std::string head = "GET / HTTP/1.1\r\nHost: " + std::string(65536, 'h');
  Tcp(kClient, head, 1400);
  EXPECT_FALSE(reader_.Take().http->host.size() > model::kMostMetadataText);
}

TEST_F(MetadataReaderTest, TextIsValidUtf8) {
  Tcp(kClient, "GET /\xff\xfe HTTP/1.1\r\nHost: caf\xe9.example.org\r\nUser-Agent: \xc3\r\n\r\n");
  const auto http = std::move(reader_.Take().http);
  EXPECT_EQ(http->host, "caf\xEF\xBF\xBD.example.org");
  EXPECT_EQ(http->url, ToValidUtf8(http->url));
  EXPECT_EQ(http->user_agent, "\xEF\xBF\xBD");
}

TEST_F(MetadataReaderTest, ReadsBothHellosAndTheCertificateSplitAtEveryByte) {
  const std::string server =
      Record(ServerHello(0x0303, 0xc02f)) +
      Record(CertificateMessage(Certificate(Name("Ex\xc3\xa4mple", "www.example.org"))));
  for (size_t segment = 1; segment <= server.size(); ++segment) {
    reader_ = {};
    Tcp(kClient, TlsClientHello("www.example.org"), segment);
    Tcp(kServer, server, segment);
    EXPECT_FALSE(reader_.WantsMore());
    const auto tls = std::move(reader_.Take().tls);
    ASSERT_NE(tls, nullptr) << segment;
    EXPECT_EQ(tls->server_name, "www.example.org");
    EXPECT_EQ(tls->version, 0x0303);
    EXPECT_EQ(tls->cipher, 0xc02f);
    EXPECT_EQ(tls->ja3_client.size(), 32u);
    EXPECT_EQ(tls->ja3_server.size(), 32u);
    EXPECT_EQ(tls->issuer, "O=CA\\, Inc., CN=root");
    EXPECT_EQ(tls->subject, "O=Ex\xc3\xa4mple, CN=www.example.org");
    EXPECT_EQ(FormatRfc3339(*tls->not_before), "2020-01-02T03:04:05.000000Z");
    EXPECT_EQ(FormatRfc3339(*tls->not_after), "2051-01-02T03:04:05.000000Z");
  }
}

TEST_F(MetadataReaderTest, ReadsAlternativeNamesOfTheCertificate) {
  const std::string names = Element(0x82, "WWW.Example.org") + Element(0x82, "*.example.net") +
                            Element(0x87, U32(0xc0000201)) + Element(0x81, "root@example.org");
  Tcp(kServer, Record(ServerHello(0x0303, 0xc02f)) +
                   Record(CertificateMessage(CertificateWithNames(names))));
  EXPECT_THAT(reader_.Take().tls->alternative_names,
              ElementsAre("www.example.org", "*.example.net", "192.0.2.1"));
}

TEST_F(MetadataReaderTest, ReadsAMessageThatSpansRecords) {
  const std::string hello = TlsClientHello("Spans.Example.org").substr(5);
  Tcp(kClient, Record(hello.substr(0, 50)) + Record(hello.substr(50)));
  EXPECT_EQ(reader_.Take().tls->server_name, "spans.example.org") << "in lower case";
}

TEST_F(MetadataReaderTest, ASegmentThatIsSentTwiceCountsOnceAndAGapEndsReading) {
  const std::string hello = TlsClientHello("www.example.org");
  const uint32_t start = 0xfffffff8;
  Segment(kClient, start, hello.substr(0, 20));
  Segment(kClient, start, hello.substr(0, 30));  // again, with more
  Segment(kClient, start + 30, hello.substr(30));
  EXPECT_EQ(reader_.Take().tls->server_name, "www.example.org");

  reader_ = {};
  Segment(kClient, 1, hello.substr(0, 20));
  Segment(kClient, 31, hello.substr(30));
  Segment(kClient, 21, hello.substr(20, 10));
  EXPECT_EQ(reader_.Take().tls, nullptr);
}

TEST_F(MetadataReaderTest, ReadsTlsAfterStartTls) {
  server_port_ = 25;
  Tcp(kServer, "220 ready\r\n");
  Tcp(kClient, "STARTTLS\r\n");
  EXPECT_TRUE(reader_.WantsMore());
  Tcp(kServer, "220 go ahead\r\n");
  Tcp(kClient, TlsClientHello("mail.example.org"));
  Tcp(kServer, Record(ServerHello(0x0301, 5)));
  const auto tls = std::move(reader_.Take().tls);
  ASSERT_NE(tls, nullptr);
  EXPECT_EQ(tls->server_name, "mail.example.org");
  EXPECT_EQ(tls->version, 0x0301);
}

// HASSH: md5 of "kex;c2s;mac1;none" and "kex;s2c;mac2;zlib".
TEST_F(MetadataReaderTest, TellsWhoIsWhoInSshWhoeverSpeaksFirst) {
  const auto list = [](const std::string& text) { return U32(text.size()) + text; };
  const std::string message = U8(20) + std::string(16, 'c') + list("kex") + list("key") +
                              list("c2s") + list("s2c") + list("mac1") + list("mac2") +
                              list("none") + list("zlib") + list("") + list("") +
                              std::string(5, '\0');
  const std::string packet = U32(message.size() + 1) + U8(0) + message;
  server_port_ = 22;
  Tcp(kServer, "SSH-2.0-Server_1\r\n");
  Tcp(kClient, "SSH-2.0-Client_2 comment\n" + packet, 100);
  EXPECT_TRUE(reader_.WantsMore());
  Tcp(kServer, packet, 3);
  EXPECT_FALSE(reader_.WantsMore());
  const auto ssh = std::move(reader_.Take().ssh);
  EXPECT_EQ(ssh->client, "SSH-2.0-Client_2 comment");
  EXPECT_EQ(ssh->server, "SSH-2.0-Server_1");
  EXPECT_EQ(ssh->hassh_client, "6fcb39895c9433aa5eaf75fab3ad3eec");
  EXPECT_EQ(ssh->hassh_server, "68197e1679a1e4053d9718578462f689");
}

TEST_F(MetadataReaderTest, ReadsAQueryAndItsAnswer) {
  server_port_ = 53;
  Udp(kClient, DnsQuery("www.example.net"));
  EXPECT_TRUE(reader_.WantsMore());
  std::string other = DnsAnswer("other.example.net");
  other[0] = 'x';  // to another question
  Udp(kServer, other);
  EXPECT_TRUE(reader_.WantsMore());
  Udp(kServer, DnsAnswer("www.example.net"));
  EXPECT_FALSE(reader_.WantsMore());
  const auto dns = std::move(reader_.Take().dns);
  EXPECT_EQ(dns->query, "www.example.net");
  EXPECT_EQ(dns->type, 1);
  EXPECT_EQ(dns->response_code, 0);
  EXPECT_THAT(dns->answers, ElementsAre("93.184.216.34"));
}

TEST_F(MetadataReaderTest, EveryRecordIsAnAnswer) {
  server_port_ = 53;
  Udp(kServer,
      Response(9, DnsRecordOf(1, U32(0xc0000201)) + DnsRecordOf(5, DnsNameOf("b")) +
                      DnsRecordOf(6, DnsNameOf("ns") + DnsNameOf("root") + std::string(20, 0)) +
                      DnsRecordOf(15, U16(10) + DnsNameOf("mx")) +
                      DnsRecordOf(16, U8(4) + "v=sp" + U8(0) + U8(2) + "f1") +
                      DnsRecordOf(16, U8(0)) + DnsRecordOf(62347, U32(0x0a000001)) +
                      DnsRecordOf(257, "") + DnsRecordOf(2, U16(0xc00c))));
  EXPECT_THAT(reader_.Take().dns->answers, ElementsAre("192.0.2.1", "b", "ns", "mx", "v=spf1", "",
                                                       "\\# 4 0A000001", "\\# 0", "a"));
}

// Of types that are known, what is not of their form.
TEST_F(MetadataReaderTest, AnAnswerThatIsDamagedIsToldByItsBytes) {
  server_port_ = 53;
  Udp(kServer, Response(8, DnsRecordOf(1, "abc") + DnsRecordOf(1, "abcd", 3) + DnsRecordOf(16, "") +
                               DnsRecordOf(16, U8(2) + "a") + DnsRecordOf(5, U16(0xffff)) +
                               DnsRecordOf(15, U16(1)) + DnsRecordOf(6, "") + DnsRecordOf(28, "")));
  EXPECT_THAT(reader_.Take().dns->answers,
              ElementsAre("\\# 3 616263", "\\# 4 61626364", "\\# 0", "\\# 2 0261", "\\# 2 FFFF",
                          "\\# 2 0001", "\\# 0", "\\# 0"));
}

TEST_F(MetadataReaderTest, AnAnswerIsBounded) {
  server_port_ = 53;
  std::string text;
  for (int i = 0; i < 8; ++i) text += U8(255) + std::string(255, '\xff');
  Udp(kServer, Response(2, DnsRecordOf(16, text) + DnsRecordOf(10, std::string(2000, '\n'))));
  const auto answers = reader_.Take().dns->answers;
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].size(), model::kMostMetadataText / 3 * 3);
  EXPECT_EQ(ToValidUtf8(answers[0]), answers[0]);
  EXPECT_EQ(answers[1].size(), model::kMostMetadataText);
  EXPECT_EQ(answers[1].substr(0, 12), "\\# 2000 0A0A") << "the length of all of it";
}

TEST_F(MetadataReaderTest, ReadsDnsOverTcpInPieces) {
  server_port_ = 53;
  Tcp(kClient, Vector16(DnsQuery("www.example.net")), 5);
  Tcp(kServer, Vector16(DnsAnswer("www.example.net")), 9);
  EXPECT_THAT(reader_.Take().dns->answers, ElementsAre("93.184.216.34"));
}

TEST_F(MetadataReaderTest, AMulticastQueryWaitsForNoAnswer) {
  server_port_ = 5353;
  Udp(kClient, DnsQuery("printer.local"));
  EXPECT_FALSE(reader_.WantsMore());
  EXPECT_THAT(reader_.Take().dns->answers, IsEmpty());
}

TEST_F(MetadataReaderTest, ReadsSsdpAndQuicVersions) {
  server_port_ = 1900;
  Udp(kClient, "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n\r\n");
  EXPECT_FALSE(reader_.WantsMore());
  EXPECT_EQ(reader_.Take().http->method, "M-SEARCH");
  reader_ = {};
  server_port_ = 443;
  Udp(kClient, U8(0xc3) + U32(1) + std::string(20, 'x'));
  EXPECT_EQ(reader_.Take().quic_version, 1u);
  Udp(kClient, U8(0x0d) + std::string(8, 'i') + "Q043" + std::string(20, 'x'));
  EXPECT_EQ(reader_.Take().quic_version, 0x51303433u);
}

// All of a side's message that has not ended, nothing of one that is too long or has ended.
TEST_F(MetadataReaderTest, TellsTheMemoryOfWhatItKeeps) {
  EXPECT_EQ(reader_.bytes(), 0u);
  const std::string hello = Record(Message(1, std::string(20'000, 'x')));
  Tcp(kClient, hello.substr(0, 10'000));
  EXPECT_GE(reader_.bytes(), 9'000u);
  EXPECT_LE(reader_.bytes(), MetadataReader::kMostKept);
  Tcp(kClient, hello.substr(10'000));
  EXPECT_EQ(reader_.bytes(), 0u);
  Tcp(kServer, "HTTP/1.1 200 OK\r\nContent-Type: " + std::string(500, 't') + "\r\n\r\n");
  EXPECT_GE(reader_.bytes(), sizeof(model::HttpMetadata) + 500);
  reader_.Take();
  EXPECT_EQ(reader_.bytes(), 0u);
}

// Whatever comes, a flow's metadata takes no more than model/flow_metadata.h says.
TEST_F(MetadataReaderTest, EverySplitOfEveryMessageIsHarmless) {
  const std::string messages[] = {
      TlsClientHello("www.example.org"), HttpGet("www.example.org"),
      Record(ServerHello(0x0303, 1)) + Record(CertificateMessage(Certificate(Name("o", "cn")))),
      Vector16(DnsAnswer("a.example.org")),
      "SSH-2.0-x\r\n" + U32(0xffffffff) + std::string(40, 20)};
  for (const std::string& message : messages) {
    for (size_t cut = 0; cut <= message.size(); ++cut) {
      reader_ = {};
      Tcp(kClient, message.substr(0, cut));
      Tcp(kServer, message.substr(cut));
      Udp(kClient, message.substr(0, cut));
      EXPECT_LE(reader_.bytes(), 2 * MetadataReader::kMostKept + model::kMostFlowMetadataBytes);
      reader_.Take();
    }
  }
}

}  // namespace
}  // namespace wiregauge::dpi
