// SPDX-License-Identifier: Apache-2.0
#include "dissect/dns.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/dissect/messages.h"

namespace wiregauge::dissect {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the builders

std::string Name(const DnsMessage& message, size_t at) {
  NameText text;
  return message.ExpandName(at, text) ? std::string(text.view()) : "none";
}

TEST(Dns, ReadsAQuery) {
  const Bytes bytes = Join({DnsHeaderBytes(0x0100, {.questions = 1}),
                            DnsQuestionBytes(DnsName("wWw.Example.org"), DnsType::kAaaa)});
  const auto message = DnsMessage::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->header().id, 0x1234);
  EXPECT_FALSE(message->header().is_response);
  EXPECT_TRUE(message->header().recursion_desired);
  EXPECT_EQ(message->question()->type, DnsType::kAaaa);
  EXPECT_EQ(Name(*message, message->question()->name_at), "wWw.Example.org");
  EXPECT_TRUE(message->IsPlausible());
  EXPECT_TRUE(message->Records().complete());
}

TEST(Dns, ReadsAnAnswerWithItsChain) {
  const Bytes bytes = AnswerWithCname();
  const auto message = DnsMessage::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->header().is_response);
  EXPECT_EQ(message->ResponseCode(), 0);
  DnsRecords records = message->Records();
  DnsRecord record;
  ASSERT_TRUE(records.Next(record));
  EXPECT_EQ(record.type, DnsType::kCname);
  EXPECT_EQ(Name(*message, record.owner_at), "www.example.org");
  EXPECT_EQ(Name(*message, record.TargetAt().value()), "host.example.org");
  EXPECT_FALSE(record.Address());
  ASSERT_TRUE(records.Next(record));
  EXPECT_EQ(Name(*message, record.owner_at), "host.example.org");
  EXPECT_EQ(record.ttl_s, 300u);
  EXPECT_EQ(record.Address(), IpAddress::Parse("192.0.2.80"));
  EXPECT_FALSE(records.complete());
  ASSERT_TRUE(records.Next(record));
  EXPECT_EQ(record.section, DnsSection::kAdditional);
  EXPECT_FALSE(records.Next(record));
  EXPECT_TRUE(records.complete());
}

TEST(Dns, ReadsServicesOfMulticastDns) {
  const Bytes bytes =
      Join({DnsHeaderBytes(0x8400, {.answers = 3}),
            DnsRecordBytes(DnsName("_ipp._tcp.local"), DnsType::kPtr,
                           Join({{7}, ToBytes("Büro 2"), Pointer(12)})),
            DnsRecordBytes(DnsName("p._ipp._tcp.local"), DnsType::kSrv,
                           Join({{0, 0, 0, 0, 0x02, 0x77}, DnsName("printer.local")}), 0x8001),
            DnsRecordBytes(DnsName("printer.local"), DnsType::kAaaa,
                           {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 0x8001)});
  const auto message = DnsMessage::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->question());
  DnsRecords records = message->Records();
  DnsRecord record;
  ASSERT_TRUE(records.Next(record));
  EXPECT_EQ(Name(*message, record.TargetAt().value()), "Büro 2._ipp._tcp.local");
  EXPECT_FALSE(record.SrvPort());
  ASSERT_TRUE(records.Next(record));
  EXPECT_EQ(Name(*message, record.TargetAt().value()), "printer.local");
  EXPECT_EQ(record.SrvPort(), 631);
  ASSERT_TRUE(records.Next(record));
  EXPECT_EQ(record.Address(), IpAddress::Parse("fe80::1"));
  EXPECT_TRUE(records.complete());
}

TEST(Dns, AddressesHaveTheirLengthAndClass) {
  DnsRecord record;
  const Bytes four = {192, 0, 2, 1}, sixteen(16);
  record.type = DnsType::kA;
  record.dns_class = kDnsClassInternet;
  record.data = sixteen;
  EXPECT_FALSE(record.Address());
  record.data = four;
  EXPECT_TRUE(record.Address());
  record.dns_class = 3;  // CHAOS
  EXPECT_FALSE(record.Address());
}

TEST(Dns, AnAuthorityBeginsWithItsPrimaryServer) {
  const Bytes data = Join({DnsName("ns.example.org"), DnsName("root.example.org"), Bytes(20)});
  const Bytes bytes = Join({DnsHeaderBytes(0x8180, {.answers = 1}),
                            DnsRecordBytes(DnsName("example.org"), DnsType::kSoa, data)});
  const auto message = DnsMessage::Parse(bytes);
  DnsRecords records = message->Records();
  DnsRecord record;
  ASSERT_TRUE(records.Next(record));
  EXPECT_EQ(Name(*message, record.TargetAt().value()), "ns.example.org");
}

TEST(Dns, TextIsMadeOfStrings) {
  const Bytes data = {3, 'a', 0, 0xff, 0, 1, 'b'};
  DnsStrings strings(data);
  std::string_view string;
  ASSERT_TRUE(strings.Next(string));
  EXPECT_EQ(string, std::string_view("a\0\xff", 3));
  ASSERT_TRUE(strings.Next(string));
  EXPECT_EQ(string, "");
  EXPECT_FALSE(strings.complete());
  ASSERT_TRUE(strings.Next(string));
  EXPECT_EQ(string, "b");
  EXPECT_FALSE(strings.Next(string));
  EXPECT_TRUE(strings.complete());
}

TEST(DnsHostile, AStringThatPromisesTooMuchIsNone) {
  const Bytes whole = {2, 'a', 'b', 3, 'c', 'd', 'e'};
  for (size_t size = 0; size <= whole.size(); ++size) {
    DnsStrings strings(std::span<const uint8_t>(whole).first(size));
    std::string_view string;
    size_t count = 0;
    while (strings.Next(string)) ++count;
    EXPECT_EQ(count, size < 3 ? 0u : size < 7 ? 1u : 2u) << size;
    EXPECT_EQ(strings.complete(), size == 0 || size == 3 || size == 7) << size;
  }
}

TEST(Dns, TellsTheResponseCodeOfAnOptRecord) {
  const Bytes badvers = Join({DnsHeaderBytes(0x8000, {.additionals = 1}),
                              DnsRecordBytes({0}, DnsType::kOpt, {}, 1232, 0x01000000)});
  EXPECT_EQ(DnsMessage::Parse(badvers)->ResponseCode(), 16);
  EXPECT_EQ(DnsMessage::Parse(DnsHeaderBytes(0x8003, {}))->ResponseCode(), 3);
}

TEST(Dns, TheRootHasAName) {
  const Bytes bytes =
      Join({DnsHeaderBytes(0, {.questions = 1}), DnsQuestionBytes({0}, DnsType::kNs)});
  const auto message = DnsMessage::Parse(bytes);
  EXPECT_EQ(Name(*message, message->question()->name_at), ".");
}

TEST(Dns, KnowsWhatLooksLikeDns) {
  EXPECT_TRUE(DnsMessage::Parse(DnsHeaderBytes(0x2800, {}))->IsPlausible()) << "an update";
  EXPECT_FALSE(DnsMessage::Parse(DnsHeaderBytes(0x1800, {}))->IsPlausible()) << "operation 3";
  EXPECT_FALSE(DnsMessage::Parse(DnsHeaderBytes(0x7800, {}))->IsPlausible()) << "operation 15";
  EXPECT_FALSE(DnsMessage::Parse(DnsHeaderBytes(0x0040, {}))->IsPlausible()) << "reserved bit";
}

TEST(DnsHostile, EveryTruncationIsReadAsFarAsItGoes) {
  const Bytes whole = AnswerWithCname();
  constexpr size_t kQuestionEnd = 12 + 17 + 4;
  for (size_t size = 0; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    const auto message = DnsMessage::Parse(cut);
    ASSERT_EQ(message.has_value(), size >= kQuestionEnd) << size;
    if (!message) continue;
    DnsRecords records = message->Records();
    DnsRecord record;
    int count = 0;
    while (records.Next(record)) ++count;
    EXPECT_LT(count, 3) << size;
    EXPECT_FALSE(records.complete()) << size;
    EXPECT_FALSE(records.Next(record)) << "it stays at its end";
  }
}

TEST(DnsHostile, CompressionLoopsEnd) {
  const Bytes self = Join({DnsHeaderBytes(0, {.questions = 1}), DnsQuestionBytes(Pointer(12), 1)});
  EXPECT_EQ(Name(*DnsMessage::Parse(self), 12), "none");
  const Bytes forward =
      Join({DnsHeaderBytes(0, {.questions = 1}), DnsQuestionBytes(Pointer(14), 1)});
  EXPECT_EQ(Name(*DnsMessage::Parse(forward), 12), "none");
  // "a" and a pointer to where it stands itself.
  const Bytes own = Join(
      {DnsHeaderBytes(0, {.questions = 1}), DnsQuestionBytes(Join({{1, 'a'}, Pointer(12)}), 1)});
  EXPECT_EQ(Name(*DnsMessage::Parse(own), 12), "none");
  // Two names that point to each other.
  const Bytes two = Join({DnsHeaderBytes(0, {.questions = 2}), DnsQuestionBytes(Pointer(18), 1),
                          DnsQuestionBytes(Pointer(12), 1)});
  EXPECT_EQ(Name(*DnsMessage::Parse(two), 12), "none");
  EXPECT_EQ(Name(*DnsMessage::Parse(two), 18), "none");
}

TEST(DnsHostile, LongChainsOfPointersAreFollowed) {
  Bytes bytes = Join({DnsHeaderBytes(0, {.questions = 1}), DnsQuestionBytes(DnsName("a"), 1)});
  size_t at = 12;
  for (int i = 0; i < 200; ++i) {
    const size_t next = bytes.size();
    Append(bytes, Pointer(static_cast<unsigned>(at)));
    at = next;
  }
  EXPECT_EQ(Name(*DnsMessage::Parse(bytes), at), "a");
}

TEST(DnsHostile, NamesHaveAtMost255Bytes) {
  const std::string label(49, 'x');
  std::string name = label;
  for (int i = 0; i < 4; ++i) name += "." + label;  // 5 * 50 + 1 = 251
  const auto expanded = [](std::string_view text) {
    const Bytes bytes =
        Join({DnsHeaderBytes(0, {.questions = 1}), DnsQuestionBytes(DnsName(text), 1)});
    const auto message = DnsMessage::Parse(bytes);
    return message ? Name(*message, 12) : "no message";
  };
  EXPECT_EQ(expanded(name + ".abc"), name + ".abc");  // 255
  EXPECT_EQ(expanded(name + ".abcd"), "no message");  // 256
  // Longer than that only through a pointer.
  const Bytes joined =
      Join({DnsHeaderBytes(0, {.questions = 2}), DnsQuestionBytes(DnsName(name), 1),
            DnsQuestionBytes(Join({{4}, ToBytes("abcd"), Pointer(12)}), 1)});
  EXPECT_EQ(Name(*DnsMessage::Parse(joined), 12 + 251 + 4), "none");
}

TEST(DnsHostile, LongestNameOfEscapedBytesFits) {
  Bytes name;
  for (int i = 0; i < 3; ++i) {
    name.push_back(63);
    Append(name, Bytes(63, 0xff));
  }
  name.push_back(61);
  Append(name, Bytes(61, 0xff));
  name.push_back(0);
  const Bytes bytes = Join({DnsHeaderBytes(0, {.questions = 1}), DnsQuestionBytes(name, 1)});
  EXPECT_EQ(Name(*DnsMessage::Parse(bytes), 12).size(), (3 * 63 + 61) * 4 + 3u);
}

TEST(DnsHostile, UnusedKindsOfLabelsAreNoNames) {
  for (const uint8_t length : {0x40, 0x41, 0x80, 0xbf}) {
    const Bytes bytes =
        Join({DnsHeaderBytes(0, {.questions = 1}), DnsQuestionBytes({length, 'a', 0}, 1)});
    EXPECT_FALSE(DnsMessage::Parse(bytes)) << int{length};
  }
}

TEST(DnsHostile, CountsThatPromiseTooMuchHaveNoEffect) {
  const Bytes bytes =
      Join({DnsHeaderBytes(0x8000, {.questions = 65535, .answers = 65535}),
            DnsQuestionBytes(DnsName("a"), 1), DnsRecordBytes(Pointer(12), 1, {192, 0, 2, 1})});
  const auto message = DnsMessage::Parse(bytes);
  ASSERT_TRUE(message);
  DnsRecords records = message->Records();
  DnsRecord record;
  EXPECT_FALSE(records.Next(record)) << "nobody knows where the records begin";
  EXPECT_EQ(message->ResponseCode(), 0);
}

TEST(DnsHostile, ARecordMustNotReachBeyondTheMessage) {
  Bytes bytes = Join({DnsHeaderBytes(0x8000, {.answers = 1}), DnsRecordBytes({0}, 16, Bytes(10))});
  bytes.pop_back();
  DnsRecords records = DnsMessage::Parse(bytes)->Records();
  DnsRecord record;
  EXPECT_FALSE(records.Next(record));
}

TEST(DnsHostile, BytesBeyond65535AreNoPartOfIt) {
  Bytes bytes =
      Join({DnsHeaderBytes(0x8000, {.answers = 2}), DnsRecordBytes({0}, 16, Bytes(65500))});
  Append(bytes, DnsRecordBytes({0}, 16, Bytes(65500)));
  DnsRecords records = DnsMessage::Parse(bytes)->Records();
  DnsRecord record;
  EXPECT_TRUE(records.Next(record));
  EXPECT_FALSE(records.Next(record));
}

TEST(DnsOverTcp, TakesWholeMessagesOnly) {
  Bytes bytes = Join({{0, 3}, ToBytes("abc"), {0, 0}, {0, 9}, ToBytes("x")});
  std::span<const uint8_t> payload(bytes), message;
  ASSERT_TRUE(TakeTcpMessage(payload, message));
  EXPECT_EQ(message.size(), 3u);
  ASSERT_TRUE(TakeTcpMessage(payload, message));
  EXPECT_TRUE(message.empty());
  EXPECT_FALSE(TakeTcpMessage(payload, message));
  EXPECT_EQ(payload.size(), 3u) << "what is not whole stays";
}

TEST(DnsReverseName, GivesItsAddress) {
  EXPECT_EQ(ParseReverseName("80.2.0.192.in-addr.arpa"), IpAddress::Parse("192.0.2.80"));
  EXPECT_EQ(ParseReverseName("80.2.0.192.IN-ADDR.ARPA"), IpAddress::Parse("192.0.2.80"));
  EXPECT_EQ(ParseReverseName("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6."
                             "arpa"),
            IpAddress::Parse("2001:db8::1"));
}

TEST(DnsReverseName, IsWholeOrNone) {
  for (const char* name : {"", ".in-addr.arpa", "2.0.192.in-addr.arpa", "256.2.0.192.in-addr.arpa",
                           "x.2.0.192.in-addr.arpa", "lb._dns-sd._udp.2.0.192.in-addr.arpa",
                           "1.80.2.0.192.in-addr.arpa", "0001.2.0.192.in-addr.arpa",
                           "8.b.d.0.1.0.0.2.ip6.arpa", "example.org", "in-addr.arpa"}) {
    EXPECT_FALSE(ParseReverseName(name)) << name;
  }
}

}  // namespace
}  // namespace wiregauge::dissect
