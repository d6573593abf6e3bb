// SPDX-License-Identifier: Apache-2.0
#include "publish/json/community_id.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace wiregauge::json {
namespace {

// A line of the values that the specification publishes (baseline_deflt.json). For ICMP the ports
// are the type and its counterpart, or the code.
struct Published {
  uint8_t protocol;
  const char* src;
  const char* dst;
  uint16_t src_port, dst_port;
  const char* id;
};

void PrintTo(const Published& line, std::ostream* out) { *out << line.id; }

model::FlowRecord FlowOf(const Published& line) {
  model::FlowRecord flow;
  flow.l4_protocol = line.protocol;
  flow.client.ip = *IpAddress::Parse(line.src);
  flow.server.ip = *IpAddress::Parse(line.dst);
  if (line.protocol == 1 || line.protocol == 58) {
    flow.icmp_type = static_cast<uint8_t>(line.src_port);
    flow.icmp_code = static_cast<uint8_t>(line.dst_port);
  } else {
    flow.client.port = line.src_port;
    flow.server.port = line.dst_port;
  }
  return flow;
}

std::string IdOf(const model::FlowRecord& flow) {
  const auto id = CommunityId::Of(flow);
  return id ? std::string(id->view()) : "";
}

class CommunityIdTest : public ::testing::TestWithParam<Published> {};

TEST_P(CommunityIdTest, IsAsPublished) {
  EXPECT_EQ(IdOf(FlowOf(GetParam())), GetParam().id);
  EXPECT_TRUE(CommunityId::IsWellFormed(GetParam().id));
}

INSTANTIATE_TEST_SUITE_P(
    Baseline, CommunityIdTest,
    ::testing::Values(
        Published{58, "fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", 135, 136,
                  "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="},
        Published{58, "fe80::260:97ff:fe07:69ea", "fe80::200:86ff:fe05:80da", 136, 135,
                  "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="},
        Published{58, "fe80::260:97ff:fe07:69ea", "fe80::200:86ff:fe05:80da", 135, 136,
                  "1:zavyT/cezQr1fmImYCwYnMXbgck="},
        Published{58, "fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", 136, 135,
                  "1:zavyT/cezQr1fmImYCwYnMXbgck="},
        Published{58, "3ffe:501:1800:2345::2", "3ffe:507:0:1:200:86ff:fe05:80da", 3, 0,
                  "1:2ObVBgIn28oZvibYZhZMBgh7WdQ="},
        Published{58, "3ffe:501:410:0:2c0:dfff:fe47:33e", "3ffe:507:0:1:200:86ff:fe05:80da", 1, 4,
                  "1:hLZd0XGWojozrvxqE0dWB1iM6R0="},
        Published{58, "3ffe:507:0:1:200:86ff:fe05:80da", "3ffe:501:0:1001::2", 128, 129,
                  "1:+TW+HtLHvV1xnGhV1lv7XoJrqQg="},
        Published{58, "3ffe:501:0:1001::2", "3ffe:507:0:1:200:86ff:fe05:80da", 129, 128,
                  "1:+TW+HtLHvV1xnGhV1lv7XoJrqQg="},
        Published{58, "fe80::200:86ff:fe05:80da", "ff02::2", 133, 134,
                  "1:hO+sN4H+MG5MY/8hIrXPqc4ZQz0="},
        Published{58, "fe80::260:97ff:fe07:69ea", "ff02::1", 134, 133,
                  "1:pkvHqCL88/tg1k4cPigmZXUtL00="},
        Published{1, "192.168.0.89", "192.168.0.1", 8, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
        Published{1, "192.168.0.1", "192.168.0.89", 0, 8, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
        Published{1, "10.0.0.1", "10.0.0.2", 11, 0, "1:YHxtAirCG//0OzkcVAukqKQN9xM="},
        Published{6, "2001:470:e5bf:dead:4957:2174:e82c:4887", "2607:f8b0:400c:c03::1a", 63943, 25,
                  "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="},
        Published{6, "2607:f8b0:400c:c03::1a", "2001:470:e5bf:dead:4957:2174:e82c:4887", 25, 63943,
                  "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="},
        Published{132, "192.168.170.8", "192.168.170.56", 7, 7, "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs="},
        Published{132, "192.168.170.56", "192.168.170.8", 7, 7, "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs="},
        Published{6, "128.232.110.120", "66.35.250.204", 34855, 80,
                  "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
        Published{6, "66.35.250.204", "128.232.110.120", 80, 34855,
                  "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
        Published{17, "192.168.1.52", "8.8.8.8", 54585, 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
        Published{17, "8.8.8.8", "192.168.1.52", 53, 54585, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
        Published{46, "10.1.12.1", "10.1.12.2", 0, 0, "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="},
        Published{46, "10.1.12.2", "10.1.12.1", 0, 0, "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="}));

TEST(CommunityIdOfTest, AnIcmpTypeThatNobodyAnswersHasADirection) {
  const Published there{1, "10.0.0.1", "10.0.0.2", 11, 0, ""};
  const Published back{1, "10.0.0.2", "10.0.0.1", 11, 0, ""};
  EXPECT_NE(IdOf(FlowOf(there)), IdOf(FlowOf(back)));
}

TEST(CommunityIdOfTest, TheSameAddressIsOrderedByPort) {
  const Published there{17, "10.0.0.1", "10.0.0.1", 1000, 53, ""};
  const Published back{17, "10.0.0.1", "10.0.0.1", 53, 1000, ""};
  EXPECT_EQ(IdOf(FlowOf(there)), IdOf(FlowOf(back)));
}

TEST(CommunityIdOfTest, IsUnknownWithoutPorts) {
  EXPECT_EQ(IdOf(FlowOf({17, "10.0.0.1", "10.0.0.2", 0, 0, ""})), "");
  model::FlowRecord ping;
  ping.l4_protocol = 1;
  EXPECT_EQ(IdOf(ping), "");
}

TEST(CommunityIdOfTest, OnlyOneFormIsWellFormed) {
  EXPECT_TRUE(CommunityId::IsWellFormed("1:LQU9qZlK+B5F3KDmev6m5PMibrg="));
  for (const char* const text :
       {"", "1:", "2:LQU9qZlK+B5F3KDmev6m5PMibrg=", "1:LQU9qZlK+B5F3KDmev6m5PMibrg",
        "1:LQU9qZlK B5F3KDmev6m5PMibrg=", "1:LQU9qZlK+B5F3KDmev6m5PMibrg==",
        "LQU9qZlK+B5F3KDmev6m5PMibrg="}) {
    EXPECT_FALSE(CommunityId::IsWellFormed(text)) << text;
  }
}

}  // namespace
}  // namespace wiregauge::json
