// SPDX-License-Identifier: Apache-2.0
#include "reverse_dns/ptr_answer.h"

#include <gtest/gtest.h>

#include "unit/dissect/messages.h"

namespace wiregauge::reverse_dns {
namespace {

using namespace dissect::testing;

constexpr const char* kQuestion = "80.2.0.192.in-addr.arpa";
constexpr unsigned kCname = 5, kPtr = 12, kResponse = 0x8180;

Bytes Answer(std::initializer_list<Bytes> records, const char* question = kQuestion) {
  Bytes bytes =
      DnsHeaderBytes(kResponse, {.questions = 1, .answers = static_cast<unsigned>(records.size())});
  Append(bytes, DnsQuestionBytes(DnsName(question), kPtr));
  for (const Bytes& record : records) Append(bytes, record);
  return bytes;
}

// "name ttl", "no name", "none"
std::string Read(const Bytes& bytes) {
  const auto answer = ReadPtrAnswer(bytes, kQuestion);
  if (!answer) return "none";
  return answer->name.empty() ? "no name" : answer->name + " " + std::to_string(answer->ttl_s);
}

TEST(ReverseName, IsTheAddressBackwards) {
  EXPECT_EQ(ReverseName(*IpAddress::Parse("192.0.2.80")), kQuestion);
  EXPECT_EQ(ReverseName(*IpAddress::Parse("2001:db8::1f")),
            "f.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

TEST(PtrAnswer, TellsNameAndTimeToLive) {
  EXPECT_EQ(Read(Answer({DnsRecordBytes(Pointer(12), kPtr, DnsName("Host.Example.ORG"), 1, 42)})),
            "host.example.org 42");
}

TEST(PtrAnswer, FollowsAliases) {
  EXPECT_EQ(
      Read(Answer({DnsRecordBytes(Pointer(12), kCname, DnsName("80.0-127.2.0.192.example"), 1, 30),
                   DnsRecordBytes(DnsName("80.0-127.2.0.192.example"), kPtr,
                                  DnsName("a.example.org"), 1, 60)})),
      "a.example.org 30");
}

TEST(PtrAnswer, OfSeveralTheFirstByTheAlphabet) {
  EXPECT_EQ(Read(Answer({DnsRecordBytes(Pointer(12), kPtr, DnsName("b.example.org")),
                         DnsRecordBytes(Pointer(12), kPtr, DnsName("a.example.org")),
                         DnsRecordBytes(Pointer(12), kPtr, DnsName("c.example.org"))})),
            "a.example.org 300");
}

TEST(PtrAnswer, WhatIsOfAnotherNameOrTypeTellsNothing) {
  EXPECT_EQ(Read(Answer({})), "no name");
  EXPECT_EQ(Read(Answer({DnsRecordBytes(DnsName("81.2.0.192.in-addr.arpa"), kPtr,
                                        DnsName("other.example.org"))})),
            "no name");
  EXPECT_EQ(Read(Answer({DnsRecordBytes(Pointer(12), 1, {192, 0, 2, 1})})), "no name");
  EXPECT_EQ(Read(Answer({DnsRecordBytes(Pointer(12), kPtr, DnsName("x.example.org"), 3)})),
            "no name");
  EXPECT_EQ(Read(Answer({DnsRecordBytes(Pointer(12), kPtr, {0})})), "no name") << "the root";
}

TEST(PtrAnswer, AnAliasOfItselfEnds) {
  EXPECT_EQ(Read(Answer({DnsRecordBytes(Pointer(12), kCname, Pointer(12)),
                         DnsRecordBytes(Pointer(12), kCname, Pointer(12))})),
            "no name");
}

TEST(PtrAnswer, WhatIsNoAnswerToTheQuestionIsNone) {
  EXPECT_EQ(Read({}), "none");
  EXPECT_EQ(Read(Answer({}, "1.1.0.192.in-addr.arpa")), "none");
  Bytes query = Answer({});
  query[2] = 1;  // no response
  EXPECT_EQ(Read(query), "none");
  const Bytes whole = Answer({DnsRecordBytes(Pointer(12), kPtr, DnsName("a.example.org"))});
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::string read =
        Read(Bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size)));
    EXPECT_TRUE(read == "none" || read == "no name") << size << ": " << read;
  }
}

}  // namespace
}  // namespace wiregauge::reverse_dns
