// SPDX-License-Identifier: Apache-2.0
#include "decode/packet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <set>
#include <string>

#include "fixture.h"
#include "samples.h"

namespace wiregauge::decode::testing {
namespace {

std::string End(const IpAddress& address, bool has_port, uint16_t port) {
  if (!has_port) return address.ToString();
  const std::string host =
      address.version() == 6 ? "[" + address.ToString() + "]" : address.ToString();
  return host + ":" + std::to_string(port);
}

std::string DescribeIp(const DecodedPacket& packet) {
  std::string text = packet.l3_class == L3Class::kIpv4 ? "ipv4 " : "ipv6 ";
  text += End(packet.src, packet.has_ports, packet.src_port) + " > ";
  text += End(packet.dst, packet.has_ports, packet.dst_port);
  text += " " + std::to_string(packet.l4_protocol) + " ttl " + std::to_string(packet.hop_limit);
  text += " payload " + std::to_string(packet.payload_bytes);
  if (packet.l4_protocol == 6 && packet.has_l4_header) {
    text += " tcp " + std::to_string(packet.tcp.sequence) + " " +
            std::to_string(packet.tcp.acknowledgement);
    char flags[4];
    std::snprintf(flags, sizeof(flags), "%x", packet.tcp.flags);
    text += std::string(" ") + flags + " " + std::to_string(packet.tcp.window);
  }
  if ((packet.l4_protocol == 1 || packet.l4_protocol == 58) && packet.has_l4_header) {
    text += " icmp " + std::to_string(packet.icmp_type) + " " + std::to_string(packet.icmp_code);
  }
  if (packet.is_fragment) text += " fragment " + std::to_string(packet.fragment_id);
  if (packet.is_first_fragment) text += " first";
  return text;
}

std::string Describe(const DecodedPacket& packet) {
  std::string text;
  if (packet.vlan != 0) text += "vlan " + std::to_string(packet.vlan);
  if (packet.inner_vlan != 0) text += "." + std::to_string(packet.inner_vlan);
  if (!text.empty()) text += " ";
  if (packet.tunnels != 0) text += "tunnels " + std::to_string(packet.tunnels) + " ";
  switch (packet.l3_class) {
    case L3Class::kArp:
      return text + "arp " + std::to_string(packet.arp_operation);
    case L3Class::kOther:
      return text + "other " + std::to_string(packet.ether_type);
    default:
      return text + DescribeIp(packet);
  }
}

class SampleTest : public ::testing::TestWithParam<Sample> {};

TEST_P(SampleTest, DecodesToWhatIsExpected) {
  const Sample& sample = GetParam();
  const Decoded decoded =
      DecodeBytes(sample.frame, {.link_type = sample.link_type, .options = kAllTunnels});
  EXPECT_EQ(decoded.error, DecodeError::kNone);
  EXPECT_EQ(Describe(decoded.packet), sample.expected);
}

TEST_P(SampleTest, PaddingAndTrailersAreNotPartOfThePacket) {
  const Sample& sample = GetParam();
  const Decoded plain =
      DecodeBytes(sample.frame, {.link_type = sample.link_type, .options = kAllTunnels});
  const Decoded padded = DecodeBytes(Join({sample.frame, Zeros(30)}),
                                     {.link_type = sample.link_type, .options = kAllTunnels});
  EXPECT_EQ(Describe(padded.packet), Describe(plain.packet));
  EXPECT_EQ(padded.packet.ip_packet.size(), plain.packet.ip_packet.size());
  EXPECT_EQ(padded.packet.payload.size(), plain.packet.payload.size());
}

// A snap length may cut anywhere. Each prefix is in a buffer of its own size, so that the address
// sanitizer sees every read behind its end. What is decoded stays what the whole frame says.
TEST_P(SampleTest, EveryTruncationIsReadWithinItsBounds) {
  const Sample& sample = GetParam();
  const auto wire_bytes = static_cast<uint32_t>(sample.frame.size());
  const Decoded whole = DecodeBytes(sample.frame, {.link_type = sample.link_type});
  for (size_t size = 0; size < sample.frame.size(); ++size) {
    SCOPED_TRACE(size);
    const Bytes prefix(sample.frame.begin(), sample.frame.begin() + static_cast<ptrdiff_t>(size));
    const Decoded cut =
        DecodeBytes(prefix, {.link_type = sample.link_type, .wire_bytes = wire_bytes});
    if (cut.error != DecodeError::kNone) {
      EXPECT_THAT(cut.error,
                  ::testing::AnyOf(DecodeError::kLinkTruncated, DecodeError::kIpv4Truncated,
                                   DecodeError::kIpv6Truncated));
    } else if (cut.packet.l3_class != L3Class::kOther) {
      EXPECT_EQ(cut.packet.l3_class, whole.packet.l3_class);
      EXPECT_EQ(cut.packet.src, whole.packet.src);
      EXPECT_EQ(cut.packet.l4_protocol, whole.packet.l4_protocol);
      EXPECT_LE(cut.packet.payload.size(), cut.packet.payload_bytes);
    }
    if (cut.error == DecodeError::kNone && cut.packet.has_l4_header) {
      EXPECT_EQ(Describe(cut.packet), Describe(whole.packet));
    }
    const Decoded inner = DecodeBytes(
        prefix, {.link_type = sample.link_type, .options = kAllTunnels, .wire_bytes = wire_bytes});
    EXPECT_EQ(inner.error, cut.error);
  }
}

INSTANTIATE_TEST_SUITE_P(All, SampleTest, ::testing::ValuesIn(Samples()),
                         [](const auto& sample) { return "s_" + sample.param.name; });

TEST(DecodeErrorTest, EveryReasonHasItsOwnName) {
  std::set<std::string> names;
  for (int i = 0; i < static_cast<int>(DecodeError::kCount); ++i) {
    names.insert(DecodeErrorName(static_cast<DecodeError>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(DecodeError::kCount));
  EXPECT_EQ(names.count(""), 0u);
  EXPECT_STREQ(DecodeErrorName(DecodeError::kIpv4Malformed), "ipv4_malformed");
}

TEST(DecodeTest, ForgetsWhatThePacketHeldBefore) {
  Decoded decoded = DecodeBytes(Ethernet(0x8100, Tag(5, 0x0800, PlainIpv4())));
  ASSERT_TRUE(decoded.packet.has_ports);
  const Bytes arp = Ethernet(0x0806, Arp(1));
  PacketView view;
  view.captured = arp;
  view.wire_bytes = static_cast<uint32_t>(arp.size());
  ASSERT_EQ(Decode(view, {}, decoded.packet), DecodeError::kNone);
  EXPECT_EQ(Describe(decoded.packet), "arp 1");
  EXPECT_EQ(decoded.packet.src, IpAddress());
  EXPECT_FALSE(decoded.packet.has_ports);
}

TEST(DecodeTest, AnErrorKeepsTheLinkLayer) {
  const Bytes bad = Ipv4({.version_and_ihl = 0x44}, Udp({}, {}));
  const Decoded decoded = DecodeBytes(Ethernet(0x8100, Tag(5, 0x0800, bad)));
  EXPECT_EQ(decoded.error, DecodeError::kIpv4Malformed);
  EXPECT_EQ(decoded.packet.vlan, 5);
  EXPECT_EQ(decoded.packet.src_mac.ToString(), kSrcMac);
  EXPECT_EQ(decoded.packet.dst_mac.ToString(), kDstMac);
  EXPECT_EQ(decoded.packet.ether_type, 0x0800);
  EXPECT_TRUE(decoded.packet.ip_packet.empty());
  EXPECT_EQ(decoded.packet.l3_class, L3Class::kOther);
}

// The fixed header is sound and was read before the extension headers turned out not to be.
TEST(DecodeTest, AnErrorKeepsNothingOfIp) {
  const Bytes bad = Ipv6({.next_header = 60, .payload_length = 8}, Extension(17, 1, {}));
  const Decoded decoded = DecodeBytes(Ethernet(0x86dd, bad));
  EXPECT_EQ(decoded.error, DecodeError::kIpv6Malformed);
  EXPECT_EQ(decoded.packet.src_mac.ToString(), kSrcMac);
  EXPECT_EQ(decoded.packet.ether_type, 0x86dd);
  EXPECT_EQ(decoded.packet.l3_class, L3Class::kOther);
  EXPECT_EQ(decoded.packet.src, IpAddress());
  EXPECT_EQ(decoded.packet.l4_protocol, 0);
  EXPECT_TRUE(decoded.packet.ip_packet.empty());
}

}  // namespace
}  // namespace wiregauge::decode::testing
