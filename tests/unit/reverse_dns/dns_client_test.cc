// SPDX-License-Identifier: Apache-2.0
#include "reverse_dns/dns_client.h"

#include <gtest/gtest.h>

namespace wiregauge::reverse_dns {
namespace {

std::string Parsed(std::string_view text) {
  const auto server = NameServer::Parse(text);
  return server ? server->ToString() : "none";
}

TEST(NameServer, IsAnAddressWithAPortOrWithout) {
  EXPECT_EQ(Parsed("192.0.2.53"), "192.0.2.53:53");
  EXPECT_EQ(Parsed("192.0.2.53:5353"), "192.0.2.53:5353");
  EXPECT_EQ(Parsed("2001:db8::53"), "[2001:db8::53]:53");
  EXPECT_EQ(Parsed("[2001:db8::53]:5353"), "[2001:db8::53]:5353");
  for (const char* const bad :
       {"", "ns.example.org", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:x", "192.0.2.53:65536",
        "[2001:db8::53]", "[2001:db8::53", ":53", "2001:db8::53:53:99:88:77:66"}) {
    EXPECT_EQ(Parsed(bad), "none") << bad;
  }
}

TEST(DnsClient, AQuestionThatIsUnderWayAtTheEndGetsNoReply) {
  auto client = DnsClient::Create({*NameServer::Parse("127.0.0.1:9")}, std::chrono::seconds(5));
  ASSERT_TRUE(client.ok());
  (*client)->Wake();
  (*client)->Wait(std::chrono::hours(1));  // ends at once
  EXPECT_EQ((*client)->under_way(), 0u);
}

}  // namespace
}  // namespace wiregauge::reverse_dns
