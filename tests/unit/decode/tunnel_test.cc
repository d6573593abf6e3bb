// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "fixture.h"

namespace wiregauge::decode::testing {
namespace {

constexpr std::string_view kOuterSrc = "10.0.0.1", kOuterDst = "10.0.0.2";

How With(const Options& options) { return {.options = options}; }
How All() { return With(kAllTunnels); }

Bytes Outer(uint8_t protocol, const Bytes& payload, uint16_t flags_and_offset = 0) {
  return Ethernet(0x0800, Ipv4({.protocol = protocol,
                                .src = kOuterSrc,
                                .dst = kOuterDst,
                                .flags_and_offset = flags_and_offset},
                               payload));
}
Bytes OuterUdp(uint16_t port, const Bytes& payload) {
  return Outer(17, Udp({.src_port = 1000, .dst_port = port}, payload));
}

void ExpectInside(const Decoded& decoded, std::string_view src, Tunnel tunnel) {
  EXPECT_EQ(decoded.error, DecodeError::kNone);
  EXPECT_EQ(decoded.packet.src, Ip(src));
  EXPECT_EQ(decoded.packet.dst_port, 53);
  EXPECT_EQ(AsText(decoded.packet.payload), "query");
  EXPECT_TRUE(HasTunnel(decoded.packet, tunnel));
}

void ExpectOutside(const Decoded& decoded, uint8_t l4_protocol) {
  EXPECT_EQ(decoded.error, DecodeError::kNone);
  EXPECT_EQ(decoded.packet.l3_class, L3Class::kIpv4);
  EXPECT_EQ(decoded.packet.src, Ip(kOuterSrc));
  EXPECT_EQ(decoded.packet.l4_protocol, l4_protocol);
  EXPECT_EQ(decoded.packet.tunnels, 0);
}

TEST(TunnelTest, OptionsChooseWhatIsLookedInto) {
  const Bytes ip_in_ip = Outer(4, PlainIpv4());
  const Bytes gre = Outer(47, Gre(0, 0x0800, {}, PlainIpv4()));
  const Bytes vxlan = OuterUdp(4789, Vxlan(8, InnerEthernet(0x0800, PlainIpv4())));
  const Bytes gtp = OuterUdp(2152, GtpU(0x30, 0xff, {}, PlainIpv4()));
  for (const Bytes& frame : {ip_in_ip, gre, vxlan, gtp}) {
    const uint8_t protocol = frame[23];
    ExpectOutside(DecodeBytes(frame), protocol);
    Options others = kAllTunnels;
    if (frame == ip_in_ip) others.ip_in_ip = false;
    if (frame == gre) others.gre = false;
    if (frame == vxlan) others.vxlan = false;
    if (frame == gtp) others.gtp_u = false;
    ExpectOutside(DecodeBytes(frame, With(others)), protocol);
  }
  ExpectInside(DecodeBytes(ip_in_ip, With({.ip_in_ip = true})), kSrc4, Tunnel::kIpInIp);
  ExpectInside(DecodeBytes(gre, With({.gre = true})), kSrc4, Tunnel::kGre);
  ExpectInside(DecodeBytes(vxlan, With({.vxlan = true})), kSrc4, Tunnel::kVxlan);
  ExpectInside(DecodeBytes(gtp, With({.gtp_u = true})), kSrc4, Tunnel::kGtpU);
}

TEST(TunnelTest, TheLinkLayerStaysThatOfTheFrame) {
  const Bytes inner = InnerEthernet(0x8100, Tag(99, 0x86dd, PlainIpv6()));
  const Bytes outer = Ipv4({.src = kOuterSrc, .dst = kOuterDst},
                           Udp({.src_port = 1000, .dst_port = 4789}, Vxlan(8, inner)));
  const Decoded decoded = DecodeBytes(Ethernet(0x8100, Tag(5, 0x0800, outer)), All());
  ExpectInside(decoded, kSrc6, Tunnel::kVxlan);
  EXPECT_EQ(decoded.packet.src_mac.ToString(), kSrcMac);
  EXPECT_EQ(decoded.packet.dst_mac.ToString(), kDstMac);
  EXPECT_EQ(decoded.packet.vlan, 5);
  EXPECT_EQ(decoded.packet.inner_vlan, 0);
  EXPECT_EQ(decoded.packet.ether_type, 0x0800);
  EXPECT_EQ(decoded.packet.ip_packet[0] >> 4, 6);
  EXPECT_EQ(decoded.packet.ip_packet.size(), 53u);
}

TEST(TunnelTest, WhatDoesNotDecodeIsTheOuterFlow) {
  const Bytes bad = Ipv4({.version_and_ihl = 0x44}, Udp({}, {}));
  ExpectOutside(DecodeBytes(Outer(4, bad), All()), 4);
  ExpectOutside(DecodeBytes(Outer(41, Zeros(60)), All()), 41);
  ExpectOutside(DecodeBytes(Outer(41, {}), All()), 41);
  ExpectOutside(DecodeBytes(Outer(47, Gre(0, 0x0800, {}, bad)), All()), 47);
  ExpectOutside(DecodeBytes(Outer(47, Gre(0, 0x6558, {}, InnerEthernet(0x0806, Arp(1)))), All()),
                47);
  ExpectOutside(DecodeBytes(OuterUdp(4789, Vxlan(8, Zeros(10))), All()), 17);
  ExpectOutside(DecodeBytes(OuterUdp(2152, GtpU(0x30, 0xff, {}, Zeros(30))), All()), 17);
  const Decoded kept = DecodeBytes(OuterUdp(2152, GtpU(0x30, 0xff, {}, bad)), All());
  ExpectOutside(kept, 17);
  EXPECT_EQ(kept.packet.src_port, 1000);
  EXPECT_TRUE(kept.packet.has_l4_header);
}

TEST(TunnelTest, TheLastOneThatDecodesCounts) {
  const Bytes middle = Ipv4({.protocol = 41, .src = "10.1.0.1", .dst = "10.1.0.2"}, Zeros(50));
  const Decoded decoded = DecodeBytes(Outer(4, middle), All());
  EXPECT_EQ(decoded.error, DecodeError::kNone);
  EXPECT_EQ(decoded.packet.src, Ip("10.1.0.1"));
  EXPECT_EQ(decoded.packet.l4_protocol, 41);
}

TEST(TunnelTest, FragmentsOfATunnelAreTheOuterFlow) {
  ExpectOutside(DecodeBytes(Outer(4, PlainIpv4(), 0x2000), All()), 4);
  ExpectOutside(DecodeBytes(Outer(4, PlainIpv4(), 0x0010), All()), 4);
  const Bytes vxlan = Vxlan(8, InnerEthernet(0x0800, PlainIpv4()));
  ExpectOutside(DecodeBytes(Outer(17, Udp({.dst_port = 4789}, vxlan), 0x2000), All()), 17);
  const Bytes gre = Gre(0, 0x0800, {}, PlainIpv4());
  ExpectOutside(DecodeBytes(Outer(47, gre, 0x2000), All()), 47);
}

TEST(TunnelTest, TooDeepIsAnError) {
  const auto nested = [](int tunnels) {
    Bytes packet = PlainIpv4();
    for (int i = 0; i < tunnels; ++i) packet = Ipv4({.protocol = 4}, packet);
    return Ethernet(0x0800, packet);
  };
  ExpectInside(DecodeBytes(nested(kMaxEncapsulations), All()), kSrc4, Tunnel::kIpInIp);
  const Decoded deep = DecodeBytes(nested(kMaxEncapsulations + 1), All());
  EXPECT_EQ(deep.error, DecodeError::kTunnelTooDeep);
  EXPECT_EQ(deep.packet.src_mac.ToString(), kSrcMac);
  EXPECT_TRUE(deep.packet.ip_packet.empty());
  EXPECT_EQ(DecodeBytes(nested(kMaxEncapsulations + 1)).error, DecodeError::kNone);
}

TEST(TunnelTest, TagsAndLabelsCountAsWell) {
  Bytes packet = PlainIpv4();
  for (int i = 0; i < kMaxEncapsulations - 1; ++i) packet = Ipv4({.protocol = 4}, packet);
  const Bytes labelled = Mpls({16}, packet);
  EXPECT_EQ(DecodeBytes(Ethernet(0x8847, labelled), All()).error, DecodeError::kNone);
  EXPECT_EQ(DecodeBytes(Ethernet(0x8100, Tag(5, 0x8847, labelled)), All()).error,
            DecodeError::kTunnelTooDeep);
}

TEST(IpInIpTest, EveryPairOfVersions) {
  const Options options{.ip_in_ip = true};
  ExpectInside(DecodeBytes(Outer(4, PlainIpv4()), With(options)), kSrc4, Tunnel::kIpInIp);
  ExpectInside(DecodeBytes(Outer(41, PlainIpv6()), With(options)), kSrc6, Tunnel::kIpInIp);
  const auto in6 = [](uint8_t next, const Bytes& inner) {
    return Ethernet(0x86dd, Ipv6({.next_header = next, .src = "fd00::1", .dst = "fd00::2"}, inner));
  };
  ExpectInside(DecodeBytes(in6(4, PlainIpv4()), With(options)), kSrc4, Tunnel::kIpInIp);
  ExpectInside(DecodeBytes(in6(41, PlainIpv6()), With(options)), kSrc6, Tunnel::kIpInIp);
  ExpectInside(DecodeBytes(in6(60, Extension(4, 0, PlainIpv4())), With(options)), kSrc4,
               Tunnel::kIpInIp);
}

TEST(IpInIpTest, TheSnapLengthCutsTheInnerPacketToo) {
  const Bytes whole = Outer(4, Ipv4({.protocol = 6}, Tcp({}, Zeros(500))));
  const Bytes stored(whole.begin(), whole.begin() + 80);
  const Decoded decoded = DecodeBytes(
      stored, {.options = kAllTunnels, .wire_bytes = static_cast<uint32_t>(whole.size())});
  EXPECT_EQ(decoded.packet.src, Ip(kSrc4));
  EXPECT_EQ(decoded.packet.payload_bytes, 500u);
  EXPECT_EQ(decoded.packet.payload.size(), 6u);
}

TEST(GreTest, EveryOptionalField) {
  const auto gre = [](uint16_t flags, size_t optional_bytes) {
    return DecodeBytes(Outer(47, Gre(flags, 0x0800, Zeros(optional_bytes), PlainIpv4())), All());
  };
  ExpectInside(gre(0x0000, 0), kSrc4, Tunnel::kGre);
  ExpectInside(gre(0x8000, 4), kSrc4, Tunnel::kGre);
  ExpectInside(gre(0x2000, 4), kSrc4, Tunnel::kGre);
  ExpectInside(gre(0x1000, 4), kSrc4, Tunnel::kGre);
  ExpectInside(gre(0xb000, 12), kSrc4, Tunnel::kGre);
  ExpectInside(gre(0x4000, 8), kSrc4, Tunnel::kGre);  // an empty route
  ExpectInside(gre(0xf000, 16), kSrc4, Tunnel::kGre);
}

TEST(GreTest, RoutesAreSkipped) {
  const Bytes route = Join({U16(0x0800), U8(4), U8(8), Zeros(8), U32(0)});
  ExpectInside(
      DecodeBytes(Outer(47, Gre(0x4000, 0x0800, Join({U32(0), route}), PlainIpv4())), All()), kSrc4,
      Tunnel::kGre);
  const Bytes endless = Join({U16(0x0800), U8(4), U8(250), Zeros(8)});
  ExpectOutside(DecodeBytes(Outer(47, Gre(0x4000, 0x0800, Join({U32(0), endless}), {})), All()),
                47);
}

TEST(GreTest, EveryPayload) {
  const auto gre = [](uint16_t protocol, const Bytes& payload) {
    return DecodeBytes(Outer(47, Gre(0, protocol, {}, payload)), All());
  };
  ExpectInside(gre(0x86dd, PlainIpv6()), kSrc6, Tunnel::kGre);
  ExpectInside(gre(0x6558, InnerEthernet(0x0800, PlainIpv4())), kSrc4, Tunnel::kGre);
  ExpectInside(gre(0x8847, Mpls({16, 17}, PlainIpv6())), kSrc6, Tunnel::kMpls);
  ExpectOutside(gre(0x8847, Mpls({16}, Zeros(64))), 47);
  ExpectOutside(gre(0x00fe, Zeros(64)), 47);
}

TEST(GreTest, Erspan) {
  const Bytes frame = InnerEthernet(0x0800, PlainIpv4());
  const auto gre = [&](uint16_t flags, uint16_t protocol, const Bytes& header) {
    return DecodeBytes(Outer(47, Gre(flags, protocol, header, frame)), All());
  };
  ExpectInside(gre(0x0000, 0x88be, {}), kSrc4, Tunnel::kGre);
  ExpectInside(gre(0x1000, 0x88be, Zeros(4 + 8)), kSrc4, Tunnel::kGre);
  ExpectInside(gre(0x1000, 0x22eb, Zeros(4 + 12)), kSrc4, Tunnel::kGre);
  ExpectInside(gre(0x1000, 0x22eb, Join({Zeros(4 + 11), U8(1), Zeros(8)})), kSrc4, Tunnel::kGre);
}

TEST(GreTest, UnknownVersionsAndCutHeaders) {
  ExpectOutside(DecodeBytes(Outer(47, Gre(2, 0x0800, {}, PlainIpv4())), All()), 47);
  ExpectOutside(DecodeBytes(Outer(47, {0, 0, 8}), All()), 47);
  ExpectOutside(DecodeBytes(Outer(47, Gre(0xb000, 0x0800, Zeros(11), {})), All()), 47);
}

TEST(PptpTest, CarriesPpp) {
  const auto pptp = [](uint16_t flags, size_t optional_bytes, const Bytes& ppp) {
    return DecodeBytes(Outer(47, Gre(flags, 0x880b, Zeros(optional_bytes), ppp)), All());
  };
  ExpectInside(pptp(0x3001, 8, Join({U16(0xff03), Ppp(0x0021, PlainIpv4())})), kSrc4, Tunnel::kGre);
  ExpectInside(pptp(0x3081, 12, Join({U8(0x57), PlainIpv6()})), kSrc6, Tunnel::kGre);
  ExpectOutside(pptp(0x2081, 8, {}), 47);                      // an acknowledgement alone
  ExpectOutside(pptp(0x3001, 8, Ppp(0x00fd, Zeros(40))), 47);  // compressed
  ExpectOutside(pptp(0x3081, 11, {}), 47);
}

TEST(VxlanTest, TheFlagMustBeSet) {
  const Bytes frame = InnerEthernet(0x0800, PlainIpv4());
  ExpectInside(DecodeBytes(OuterUdp(4789, Vxlan(0x88, frame)), All()), kSrc4, Tunnel::kVxlan);
  ExpectOutside(DecodeBytes(OuterUdp(4789, Vxlan(0, frame)), All()), 17);
  ExpectOutside(DecodeBytes(OuterUdp(4788, Vxlan(8, frame)), All()), 17);
  ExpectOutside(DecodeBytes(OuterUdp(4789, {8, 0, 0}), All()), 17);
}

TEST(GtpTest, OptionalFieldsAndExtensions) {
  const auto gtp = [](uint8_t flags, const Bytes& optional_fields) {
    return DecodeBytes(OuterUdp(2152, GtpU(flags, 0xff, optional_fields, PlainIpv6())), All());
  };
  ExpectInside(gtp(0x30, {}), kSrc6, Tunnel::kGtpU);
  ExpectInside(gtp(0x32, {0, 1, 0, 0x85}), kSrc6, Tunnel::kGtpU);  // no E flag: type not meaningful
  ExpectInside(gtp(0x31, Zeros(4)), kSrc6, Tunnel::kGtpU);
  ExpectInside(gtp(0x34, {0, 0, 0, 0}), kSrc6, Tunnel::kGtpU);
  const Bytes two = Join({{0, 0, 0, 0x85}, {1, 0, 0, 0x40}, {2, 0, 0, 0, 0, 0, 0, 0}});
  ExpectInside(gtp(0x34, two), kSrc6, Tunnel::kGtpU);
  ExpectOutside(gtp(0x34, {0, 0, 0, 0x85, 0, 0, 0, 0}), 17);  // an extension of no length
  ExpectOutside(gtp(0x34, {0, 0, 0, 0x85, 99, 0, 0, 0}), 17);
}

TEST(GtpTest, OnlyUserDataOfVersion1) {
  const auto gtp = [](uint8_t flags, uint8_t message) {
    return DecodeBytes(OuterUdp(2152, GtpU(flags, message, {}, PlainIpv4())), All());
  };
  ExpectOutside(gtp(0x30, 0x01), 17);  // echo request
  ExpectOutside(gtp(0x20, 0xff), 17);  // GTP'
  ExpectOutside(gtp(0x50, 0xff), 17);  // version 2
  const Bytes from_port =
      Outer(17, Udp({.src_port = 2152, .dst_port = 1000}, GtpU(0x30, 0xff, {}, PlainIpv4())));
  ExpectInside(DecodeBytes(from_port, All()), kSrc4, Tunnel::kGtpU);
  ExpectOutside(DecodeBytes(OuterUdp(2152, {0x30, 0xff, 0, 0}), All()), 17);
}

}  // namespace
}  // namespace wiregauge::decode::testing
