// SPDX-License-Identifier: Apache-2.0
#include "tables/messages.h"

#include <gtest/gtest.h>

#include <map>

#include "unit/dissect/messages.h"

namespace wiregauge::tables {
namespace {

using namespace dissect::testing;  // NOLINT(google-build-using-namespace): the builders
using namespace std::chrono_literals;
using model::NameSource;

constexpr uint8_t kTcp = 6, kUdp = 17;

class MessagesTest : public testing::Test {
 protected:
  HostEntry& Host(const char* ip) { return hosts_.Reference(*IpAddress::Parse(ip), 0, Time()); }
  static Timestamp Time(Duration after = 0s) { return Timestamp(1'700'000'000s + after); }

  // A payload from 10.0.0.1 to 192.0.2.53.
  void Read(MessageKind kind, const Bytes& payload, uint16_t src_port, Duration after = 0s,
            bool is_cut = false) {
    MessageState state{kind, 1};
    reader_.Read(state, payload, is_cut, {client_, server_, 0, src_port, Time(after)});
  }
  // "source name" of each name of an address that is a host by now.
  std::vector<std::string> Names(const char* ip) {
    const auto row = Host(ip).ToRow();
    std::vector<std::string> names;
    if (row.names == nullptr) return names;
    for (const auto& name : row.names->all()) {
      names.push_back(std::string(model::NameSourceName(name.source)) + " " + name.name);
    }
    return names;
  }
  using Strings = std::vector<std::string>;

  HostTable hosts_{KeyedHash(KeyedHash::Secret{}),
                   0,
                   {600s, 600s},
                   std::make_shared<geo::Atlas>(),
                   size_t{1} << 20};
  MessageReader reader_{hosts_};
  HostEntry& client_ = Host("10.0.0.1");
  HostEntry& server_ = Host("192.0.2.53");
};

Bytes Query(std::string_view name, unsigned type) {
  return Join({DnsHeaderBytes(0x0100, {.questions = 1}), DnsQuestionBytes(DnsName(name), type)});
}

TEST(MessageStateTest, FollowsThePorts) {
  EXPECT_EQ(MessageStateOf(kUdp, 40000, 53).kind, MessageKind::kDns);
  EXPECT_EQ(MessageStateOf(kUdp, 53, 40000).kind, MessageKind::kDns);
  EXPECT_EQ(MessageStateOf(kTcp, 40000, 53).kind, MessageKind::kDnsOverTcp);
  EXPECT_EQ(MessageStateOf(kTcp, 40000, 8080).kind, MessageKind::kMayBeHttp);
  EXPECT_EQ(MessageStateOf(kUdp, 68, 67).kind, MessageKind::kDhcp);
  EXPECT_EQ(MessageStateOf(kUdp, 137, 137).kind, MessageKind::kNetbios);
  EXPECT_EQ(MessageStateOf(kUdp, 5353, 5353).kind, MessageKind::kMulticastDns);
  EXPECT_EQ(MessageStateOf(kUdp, 40000, 5355).kind, MessageKind::kLlmnr);
  EXPECT_EQ(MessageStateOf(kUdp, 40000, 443).kind, MessageKind::kNone);
  EXPECT_EQ(MessageStateOf(132, 53, 53).kind, MessageKind::kNone) << "SCTP";
}

TEST_F(MessagesTest, DnsIsCountedAtBothEnds) {
  Read(MessageKind::kDns, Query("www.example.org", 28), 40000);
  const auto asked = client_.ToRow(), answers = server_.ToRow();
  EXPECT_EQ(asked.dns->as_client.queries[model::DnsQueryTypeClass(28)], 1u);
  EXPECT_EQ(answers.dns->as_server.queries[model::DnsQueryTypeClass(28)], 1u);

  Read(MessageKind::kDns, DnsHeaderBytes(0x8383, {}), 53);  // the server's is the other direction
  EXPECT_EQ(client_.ToRow().dns->as_server.responses[model::DnsResponseCodeClass(3)], 1u);
  EXPECT_EQ(client_.ToRow().dns->as_server.truncated_responses, 1u);
  EXPECT_EQ(server_.ToRow().dns->as_client.responses[model::DnsResponseCodeClass(3)], 1u);
  EXPECT_EQ(asked.dns->as_server.responses[3], 0u) << "a row that was taken does not change";
}

TEST_F(MessagesTest, DatagramsThatAreNoDnsAreCounted) {
  Read(MessageKind::kDns, ToBytes("no message"), 40000);
  Read(MessageKind::kDns, DnsHeaderBytes(0x0040, {}), 40000);
  Read(MessageKind::kDns, ToBytes("cut"), 40000, 0s, true);
  EXPECT_EQ(client_.ToRow().dns->malformed_sent, 2u);
  EXPECT_EQ(server_.ToRow().dns->malformed_received, 2u);
}

TEST_F(MessagesTest, DnsOverTcpMayHoldSeveralMessages) {
  Bytes payload;
  for (int i = 0; i < 2; ++i) {
    const Bytes query = Query("example.org", 6);
    Append16(payload, static_cast<unsigned>(query.size()));
    Append(payload, query);
  }
  payload.push_back(0);
  Read(MessageKind::kDnsOverTcp, payload, 40000);
  EXPECT_EQ(client_.ToRow().dns->as_client.queries[model::DnsQueryTypeClass(6)], 2u);
}

TEST_F(MessagesTest, AnswersNameTheirAddressAfterTheQuestion) {
  Read(MessageKind::kDns, AnswerWithCname(), 53);
  EXPECT_EQ(Names("192.0.2.80"), Strings{"dns www.example.org"});
}

TEST_F(MessagesTest, AnAddressBesideTheChainHasItsOwnersName) {
  Read(MessageKind::kDns,
       Join({DnsHeaderBytes(0x8180, {.questions = 1, .answers = 2}),
             DnsQuestionBytes(DnsName("WWW.example.org"), 1),
             DnsRecordBytes(DnsName("Other.example.org"), 1, {192, 0, 2, 81}),
             DnsRecordBytes(Pointer(12), 1, {192, 0, 2, 82})}),
       53);
  EXPECT_EQ(Names("192.0.2.81"), Strings{"dns other.example.org"});
  EXPECT_EQ(Names("192.0.2.82"), Strings{"dns www.example.org"});
}

TEST_F(MessagesTest, AnswersFromAnotherPortNameNobody) {
  Read(MessageKind::kDns, AnswerWithCname(), 40000);
  EXPECT_EQ(Names("192.0.2.80"), Strings{});
}

TEST_F(MessagesTest, AddressesOfNoMachineGetNoName) {
  for (const Bytes& address :
       {Bytes{0, 0, 0, 0}, Bytes{127, 0, 0, 1}, Bytes{224, 0, 0, 1}, Bytes{255, 255, 255, 255}}) {
    Read(MessageKind::kDns,
         Join({DnsHeaderBytes(0x8180, {.questions = 1, .answers = 1}),
               DnsQuestionBytes(DnsName("ads.example.org"), 1),
               DnsRecordBytes(Pointer(12), 1, address)}),
         53);
  }
  for (const char* ip : {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255"}) {
    EXPECT_EQ(Names(ip), Strings{}) << ip;
  }
}

TEST_F(MessagesTest, PointersNameTheAddressTheyAreOf) {
  Read(MessageKind::kDns,
       Join({DnsHeaderBytes(0x8180, {.questions = 1, .answers = 1}),
             DnsQuestionBytes(DnsName("80.2.0.192.in-addr.arpa"), 12),
             DnsRecordBytes(Pointer(12), 12, DnsName("rev.example.org"))}),
       53);
  EXPECT_EQ(Names("192.0.2.80"), Strings{"reverse_dns rev.example.org"});
}

TEST_F(MessagesTest, TheNewestNameOfASourceWinsWhateverTheOrder) {
  const auto answer = [](const char* name) {
    return Join({DnsHeaderBytes(0x8180, {.questions = 1, .answers = 1}),
                 DnsQuestionBytes(DnsName(name), 1),
                 DnsRecordBytes(Pointer(12), 1, {192, 0, 2, 80})});
  };
  Read(MessageKind::kDns, answer("second.example.org"), 53, 2s);
  Read(MessageKind::kDns, answer("first.example.org"), 53, 1s);
  EXPECT_EQ(Names("192.0.2.80"), Strings{"dns second.example.org"});
  Read(MessageKind::kDns, answer("a.example.org"), 53, 2s);
  EXPECT_EQ(Names("192.0.2.80"), Strings{"dns a.example.org"}) << "of one instant, by the alphabet";
}

TEST_F(MessagesTest, WhatAMachineCallsItselfBeatsWhatOthersCallIt) {
  Read(MessageKind::kDns, AnswerWithCname(), 53, 9s);
  const Bytes announcement =
      Join({DnsHeaderBytes(0x8400, {.answers = 1}),
            DnsRecordBytes(DnsName("Printer.local"), 1, {192, 0, 2, 80}, 0x8001)});
  Read(MessageKind::kMulticastDns, announcement, 5353);
  Read(MessageKind::kLlmnr, announcement, 5355);
  Bytes registration = NetbiosRegistration();
  registration.back() = 80;
  Read(MessageKind::kNetbios, registration, 137);
  Bytes request = DhcpRequest();
  request[245 + 0] = 192, request[246] = 0, request[247] = 2, request[248] = 80;  // option 50
  Read(MessageKind::kDhcp, request, 68);
  EXPECT_EQ(Names("192.0.2.80"),
            (Strings{"dhcp laptop", "mdns printer.local", "llmnr printer.local", "netbios files",
                     "dns www.example.org"}));
}

TEST_F(MessagesTest, MulticastQuestionsAndOtherPortsNameNobody) {
  const Bytes record = DnsRecordBytes(DnsName("p.local"), 1, {192, 0, 2, 80});
  Read(MessageKind::kMulticastDns, Join({DnsHeaderBytes(0, {.answers = 1}), record}), 5353);
  Read(MessageKind::kMulticastDns, Join({DnsHeaderBytes(0x8400, {.answers = 1}), record}), 40000);
  EXPECT_EQ(Names("192.0.2.80"), Strings{});
}

TEST_F(MessagesTest, DhcpNamesTheAddressThatIsAskedForOrGiven) {
  Bytes given = DhcpFixedPart(2);
  given[16] = 192, given[17] = 0, given[18] = 2, given[19] = 51;
  Append(given,
         Join({DhcpOption(53, {5}), DhcpOption(81, Join({{5, 255, 255}, DnsName("pc.lan")}))}));
  Read(MessageKind::kDhcp, given, 67);
  EXPECT_EQ(Names("192.0.2.51"), Strings{"dhcp pc.lan"});
  Bytes discover = DhcpRequest();
  discover[242] = 1;  // a discover: what is asked for is a wish
  Read(MessageKind::kDhcp, discover, 68);
  EXPECT_EQ(Names("192.0.2.50"), Strings{});
}

TEST_F(MessagesTest, GroupsAndServicesAreNoNamesOfAMachine) {
  for (const uint8_t suffix : {0x03, 0x1d}) {
    Read(MessageKind::kNetbios,
         Join({DnsHeaderBytes(0x2910, {.questions = 1, .additionals = 1}),
               DnsQuestionBytes(NetbiosNameBytes("X", suffix), 0x20),
               DnsRecordBytes(Pointer(12), 0x20, {0, 0, 192, 0, 2, 9})}),
         137);
  }
  Bytes group = NetbiosRegistration();
  group[group.size() - 6] = 0x80;
  Read(MessageKind::kNetbios, group, 137);
  EXPECT_EQ(Names("192.0.2.9"), Strings{});
}

TEST_F(MessagesTest, ANodesStatusNamesItsSender) {
  const Bytes seed = Seeds()[4].bytes;
  Read(MessageKind::kNetbios, Bytes(seed.begin() + 1, seed.end()), 137);
  EXPECT_EQ(Names("10.0.0.1"), Strings{"netbios files"});
}

TEST_F(MessagesTest, HttpIsCountedAtBothEnds) {
  Read(MessageKind::kMayBeHttp, ToBytes("GET / HTTP/1.1\r\nHost: WWW.example.org:8080\r\n\r\n"),
       40000);
  Read(MessageKind::kHttp, ToBytes("HTTP/1.1 404 Not Found\r\n\r\n"), 8080);
  const auto client = client_.ToRow(), server = server_.ToRow();
  EXPECT_EQ(client.http->as_client.requests[0], 1u);
  EXPECT_EQ(client.http->as_server.responses[3], 1u);
  EXPECT_EQ(server.http->as_server.requests[0], 1u);
  EXPECT_EQ(server.http->as_client.responses[3], 1u);
  ASSERT_EQ(server.http->virtual_hosts.rows().size(), 1u);
  EXPECT_EQ(server.http->virtual_hosts.rows()[0].name, "www.example.org");
  EXPECT_EQ(Names("192.0.2.53"), Strings{"http_host www.example.org"});
}

TEST_F(MessagesTest, WhatAProxyIsAskedForIsNotItsName) {
  for (const char* target : {"http://www.example.org/", "www.example.org:443"}) {
    Read(MessageKind::kHttp,
         ToBytes(std::string("GET ") + target + " HTTP/1.1\r\nHost: www.example.org\r\n\r\n"),
         40000);
  }
  Read(MessageKind::kHttp, ToBytes("CONNECT / HTTP/1.1\r\nHost: www.example.org\r\n\r\n"), 40000);
  Read(MessageKind::kHttp, ToBytes("GET / HTTP/1.1\r\nHost: 192.0.2.53\r\n\r\n"), 40000);
  Read(MessageKind::kHttp, ToBytes("GET / HTTP/1.1\r\nHost: <b>\xff\r\n\r\n"), 40000);
  EXPECT_EQ(Names("192.0.2.53"), Strings{});
}

TEST_F(MessagesTest, OneStopsLookingForHttp) {
  MessageState state = MessageStateOf(kTcp, 40000, 22);
  const Bytes payload = ToBytes("SSH-2.0-OpenSSH_9.2p1 Debian-2");
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(state.kind, MessageKind::kMayBeHttp);
    reader_.Read(state, payload, false, {client_, server_, 0, 22, Time()});
  }
  EXPECT_EQ(state.kind, MessageKind::kNone);
  EXPECT_EQ(client_.ToRow().http, nullptr) << "who does not speak it pays nothing";
}

TEST_F(MessagesTest, HostileHostsAreBounded) {
  const size_t before = hosts_.bytes();
  const std::string head = "GET / HTTP/1.1\r\nHost: ";
  for (int i = 0; i < 1000; ++i) {
    Read(MessageKind::kHttp, ToBytes(head + std::to_string(i) + ".example.org\r\n\r\n"), 40000);
  }
  Read(MessageKind::kHttp, ToBytes(head + std::string(64 * 1024, 'x') + "\r\n\r\n"), 40000);
  const auto row = server_.ToRow();
  EXPECT_EQ(row.http->virtual_hosts.rows().size(), model::VirtualHosts::kMost);
  uint64_t requests = row.http->virtual_hosts.other_requests();
  for (const auto& host : row.http->virtual_hosts.rows()) requests += host.requests;
  EXPECT_EQ(requests, 1001u);
  EXPECT_LT(hosts_.bytes() - before, 16u * 1024);
}

TEST_F(MessagesTest, EveryCutOfEveryMessageIsHarmless) {
  for (const auto& seed : Seeds()) {
    const Bytes whole(seed.bytes.begin() + 1, seed.bytes.end());
    for (size_t size = 0; size <= whole.size(); ++size) {
      const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
      for (int kind = 0; kind <= static_cast<int>(MessageKind::kNetbios); ++kind) {
        Read(static_cast<MessageKind>(kind), cut, 53);
      }
    }
  }
}

TEST(IsHostNameTest, KnowsNames) {
  EXPECT_TRUE(IsHostName("www.example.org"));
  EXPECT_TRUE(IsHostName("my_host-1"));
  for (const char* text : {"", "192.0.2.1", "2001:db8::1", "a b", "a/b", "caf\xc3\xa9"}) {
    EXPECT_FALSE(IsHostName(text)) << text;
  }
  EXPECT_FALSE(IsHostName(std::string(256, 'a')));
}

}  // namespace
}  // namespace wiregauge::tables
