// SPDX-License-Identifier: Apache-2.0
#include "dissect/netbios.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/dissect/messages.h"

namespace wiregauge::dissect {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the builders

TEST(Netbios, DecodesTheExampleOfTheStandard) {
  NetbiosName name;  // RFC 1001 section 14.1
  ASSERT_TRUE(DecodeNetbiosName("EGFCEFEECACACACACACACACACACACACA", name));
  EXPECT_EQ(name.text.view(), "FRED");
  EXPECT_EQ(name.suffix, ' ');
}

TEST(Netbios, RefusesWhatIsNotEncoded) {
  NetbiosName name;
  EXPECT_FALSE(DecodeNetbiosName("EGFCEFEECACACACACACACACACACACAC", name));
  EXPECT_FALSE(DecodeNetbiosName("egfcefeecacacacacacacacacacacaca", name));
  EXPECT_FALSE(DecodeNetbiosName("QGFCEFEECACACACACACACACACACACACA", name));
  EXPECT_FALSE(DecodeNetbiosName("CACACACACACACACACACACACACACACACA", name)) << "no name at all";
  EXPECT_FALSE(DecodeNetbiosName("", name));
}

TEST(Netbios, NamesOfAnyBytesAreValidText) {
  NetbiosName name;  // 0xfc, code page 1252's u with two dots, and a line feed
  ASSERT_TRUE(DecodeNetbiosName("PMAKCACACACACACACACACACACACACAAA", name));
  EXPECT_EQ(name.text.view(), "\\252\\010");
}

TEST(Netbios, ReadsARegistration) {
  const Bytes bytes = NetbiosRegistration();
  const auto message = NetbiosMessage::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->is_response());
  EXPECT_EQ(message->operation(), NetbiosOperation::kRegistration);
  EXPECT_TRUE(message->IsClaim());
  NetbiosName asked;
  ASSERT_TRUE(message->ReadQuestion(asked));
  EXPECT_EQ(asked.text.view(), "FILES");
  EXPECT_EQ(asked.suffix, NetbiosSuffix::kFileServer);
  NetbiosEntries entries = message->Entries();
  NetbiosEntry entry;
  ASSERT_TRUE(entries.Next(entry));
  EXPECT_EQ(entry.name.text.view(), "FILES");
  EXPECT_EQ(entry.address, IpAddress::Parse("192.0.2.9"));
  EXPECT_FALSE(entry.is_group);
  EXPECT_FALSE(entries.Next(entry));
}

TEST(Netbios, ReadsAllAddressesOfAnAnswer) {
  const Bytes bytes = Join({DnsHeaderBytes(0x8500, {.answers = 1}),
                            DnsRecordBytes(NetbiosNameBytes("WORKGROUP", 0), 0x20,
                                           {0x80, 0, 192, 0, 2, 1, 0x80, 0, 192, 0, 2, 2, 0x80})});
  const auto message = NetbiosMessage::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->is_response());
  EXPECT_FALSE(message->IsClaim());
  NetbiosEntries entries = message->Entries();
  NetbiosEntry entry;
  for (const char* address : {"192.0.2.1", "192.0.2.2"}) {
    ASSERT_TRUE(entries.Next(entry));
    EXPECT_TRUE(entry.is_group);
    EXPECT_EQ(entry.address, IpAddress::Parse(address));
  }
  EXPECT_FALSE(entries.Next(entry)) << "one byte is left";
}

TEST(Netbios, ReadsANodesStatus) {
  const Bytes bytes = Seeds()[4].bytes;
  const auto message = NetbiosMessage::Parse(std::span(bytes).subspan(1));
  ASSERT_TRUE(message);
  NetbiosEntries entries = message->Entries();
  NetbiosEntry entry;
  ASSERT_TRUE(entries.Next(entry));
  EXPECT_EQ(entry.name.text.view(), "FILES");
  EXPECT_EQ(entry.name.suffix, NetbiosSuffix::kWorkstation);
  EXPECT_FALSE(entry.is_group);
  EXPECT_FALSE(entry.address);
  ASSERT_TRUE(entries.Next(entry));
  EXPECT_EQ(entry.name.text.view(), "WORKGROUP");
  EXPECT_TRUE(entry.is_group);
  EXPECT_FALSE(entries.Next(entry)) << "the statistics are no names";
}

TEST(NetbiosHostile, EveryTruncationIsHarmless) {
  for (const Bytes& whole : {NetbiosRegistration(), Seeds()[4].bytes}) {
    for (size_t size = 0; size < whole.size(); ++size) {
      const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
      const auto message = NetbiosMessage::Parse(cut);
      if (!message) continue;
      NetbiosEntries entries = message->Entries();
      NetbiosEntry entry;
      int count = 0;
      while (entries.Next(entry)) ++count;
      EXPECT_LE(count, 2);
    }
  }
}

}  // namespace
}  // namespace wiregauge::dissect
