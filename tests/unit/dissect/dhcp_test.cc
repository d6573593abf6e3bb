// SPDX-License-Identifier: Apache-2.0
#include "dissect/dhcp.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/dissect/messages.h"

namespace wiregauge::dissect {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the builders

std::string Fqdn(const Bytes& option) {
  NameText name;
  return ReadClientFqdn(option, name) ? std::string(name.view()) : "none";
}

TEST(Dhcp, ReadsARequest) {
  const Bytes bytes = DhcpRequest();
  const auto message = ParseDhcp(bytes);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->from_client);
  EXPECT_EQ(message->type, DhcpType::kRequest);
  EXPECT_EQ(message->transaction, 0x01020304u);
  EXPECT_EQ(message->client_mac, MacAddress::Parse("02:00:00:00:00:31"));
  EXPECT_FALSE(message->client_address);
  EXPECT_FALSE(message->your_address);
  EXPECT_EQ(message->requested_address, IpAddress::Parse("192.0.2.50"));
  EXPECT_EQ(message->host_name, "laptop");
  EXPECT_EQ(message->vendor_class, "MSFT 5.0");
  EXPECT_EQ(message->requested_options.size(), 4u);
  NameText name;
  ASSERT_TRUE(ReadClientFqdn(message->client_fqdn, name));
  EXPECT_EQ(name.view(), "laptop.example.org");
}

TEST(Dhcp, ReadsWhatAServerGives) {
  Bytes bytes = DhcpFixedPart(2);
  bytes[16] = 192, bytes[17] = 0, bytes[18] = 2, bytes[19] = 51;
  Append(bytes, DhcpOption(53, {5}));
  const auto message = ParseDhcp(bytes);
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->from_client);
  EXPECT_EQ(message->type, DhcpType::kAcknowledge);
  EXPECT_EQ(message->your_address, IpAddress::Parse("192.0.2.51"));
  EXPECT_TRUE(message->host_name.empty());
}

TEST(Dhcp, TrimsNulsAndKeepsOtherBytes) {
  const Bytes bytes = Join({DhcpFixedPart(1), DhcpOption(12, {'a', 0xff, 0, 0}), {255}});
  EXPECT_EQ(ParseDhcp(bytes)->host_name, "a\xff");
}

TEST(Dhcp, ReadsOverloadedFields) {
  Bytes bytes = Join({DhcpFixedPart(1), DhcpOption(53, {3}), DhcpOption(52, {3}), {255}});
  const Bytes in_name = DhcpOption(12, ToBytes("name")), in_file = DhcpOption(60, ToBytes("file"));
  std::copy(in_name.begin(), in_name.end(), bytes.begin() + 44);
  std::copy(in_file.begin(), in_file.end(), bytes.begin() + 108);
  const auto message = ParseDhcp(bytes);
  EXPECT_EQ(message->host_name, "name");
  EXPECT_EQ(message->vendor_class, "file");
}

TEST(Dhcp, OnlyEthernetHasAMacAddress) {
  Bytes bytes = DhcpRequest();
  bytes[1] = 32;  // InfiniBand
  EXPECT_TRUE(ParseDhcp(bytes)->client_mac.IsZero());
}

TEST(Dhcp, ReadsBothFormsOfAFullName) {
  EXPECT_EQ(Fqdn(Join({{1, 0, 0}, ToBytes("pc.example.org")})), "pc.example.org");
  EXPECT_EQ(Fqdn(Join({{5, 0, 0}, DnsName("pc.example.org")})), "pc.example.org");
  EXPECT_EQ(Fqdn({4, 0, 0, 2, 'p', 'c'}), "pc") << "a part of a name has no root";
  EXPECT_EQ(Fqdn({4, 0, 0}), "none");
  EXPECT_EQ(Fqdn({0, 0, 0}), "none");
  EXPECT_EQ(Fqdn({0, 0}), "none");
  EXPECT_EQ(Fqdn({4, 0, 0, 200, 'p'}), "none");
}

TEST(Dhcp, RefusesOtherMessages) {
  Bytes bytes = DhcpRequest();
  bytes[236] ^= 1;
  EXPECT_FALSE(ParseDhcp(bytes)) << "not the magic cookie";
  bytes = DhcpRequest();
  bytes[0] = 3;
  EXPECT_FALSE(ParseDhcp(bytes)) << "neither question nor answer";
}

TEST(DhcpHostile, EveryTruncationIsReadAsFarAsItGoes) {
  const Bytes whole = DhcpRequest();
  for (size_t size = 0; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_EQ(ParseDhcp(cut).has_value(), size >= 240) << size;
  }
}

TEST(DhcpHostile, OptionsOfAWrongLengthSayNothing) {
  const Bytes bytes = Join({DhcpFixedPart(1),
                            DhcpOption(53, {}),
                            DhcpOption(53, {200}),
                            DhcpOption(50, {1, 2, 3}),
                            DhcpOption(52, {1, 1}),
                            {12, 200, 'x'}});
  const auto message = ParseDhcp(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type, DhcpType::kNone);
  EXPECT_FALSE(message->requested_address);
  EXPECT_TRUE(message->host_name.empty());
}

}  // namespace
}  // namespace wiregauge::dissect
