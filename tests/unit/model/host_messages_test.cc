// SPDX-License-Identifier: Apache-2.0
#include "model/host_messages.h"

#include <gtest/gtest.h>

#include <string>

namespace wiregauge::model {
namespace {

TEST(HostDnsTest, EveryTypeAndCodeHasAClass) {
  EXPECT_STREQ(DnsQueryTypeClassName(DnsQueryTypeClass(28)), "aaaa");
  EXPECT_STREQ(DnsQueryTypeClassName(DnsQueryTypeClass(65)), "https");
  EXPECT_STREQ(DnsQueryTypeClassName(DnsQueryTypeClass(0)), "other");
  EXPECT_STREQ(DnsQueryTypeClassName(DnsQueryTypeClass(65535)), "other");
  EXPECT_STREQ(DnsResponseCodeClassName(DnsResponseCodeClass(3)), "nxdomain");
  EXPECT_STREQ(DnsResponseCodeClassName(DnsResponseCodeClass(16)), "other");
  EXPECT_STREQ(HttpMethodName(1), "head");
  EXPECT_STREQ(HttpMethodName(99), "other");
}

TEST(HostDnsTest, PartsSum) {
  HostDns one, other;
  one.as_client.queries[0] = 1;
  one.malformed_sent = 2;
  other.as_client.queries[0] = 3;
  other.as_server.responses[1] = 4;
  other.as_server.truncated_responses = 5;
  one += other;
  EXPECT_EQ(one.as_client.queries[0], 4u);
  EXPECT_EQ(one.as_server.responses[1], 4u);
  EXPECT_EQ(one.as_server.truncated_responses, 5u);
  EXPECT_EQ(one.malformed_sent, 2u);
}

TEST(VirtualHostsTest, OftenAskedOnesStayAndTheSumIsExact) {
  VirtualHosts hosts;
  for (int i = 0; i < 1000; ++i) {
    hosts.Add("often", 1);
    hosts.Add("once " + std::to_string(i), 1);
  }
  hosts.Add("", 1);
  hosts.Add(std::string(256, 'x'), 1);
  ASSERT_EQ(hosts.rows().size(), VirtualHosts::kMost);
  EXPECT_EQ(hosts.rows()[0].name, "often");
  EXPECT_EQ(hosts.rows()[0].requests, 1000u);
  EXPECT_EQ(hosts.other_requests(), 2000u + 2 - 1000 - (VirtualHosts::kMost - 1));
}

TEST(VirtualHostsTest, PartsSum) {
  HostHttp one, other;
  one.virtual_hosts.Add("a", 1);
  other.virtual_hosts.Add("a", 2);
  other.virtual_hosts.Add("b", 3);
  other.virtual_hosts.Add("", 4);
  other.as_server.requests[0] = 9;
  one += other;
  EXPECT_EQ(one.virtual_hosts.rows()[0].requests, 3u);
  EXPECT_EQ(one.virtual_hosts.rows()[1].name, "b");
  EXPECT_EQ(one.virtual_hosts.other_requests(), 4u);
  EXPECT_EQ(one.as_server.requests[0], 9u);
  EXPECT_GT(one.bytes(), sizeof(HostHttp));
}

}  // namespace
}  // namespace wiregauge::model
