// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "fixture.h"

namespace wiregauge::decode::testing {
namespace {

void ExpectOther(const Decoded& decoded, uint16_t ether_type) {
  EXPECT_EQ(decoded.error, DecodeError::kNone);
  EXPECT_EQ(decoded.packet.l3_class, L3Class::kOther);
  EXPECT_EQ(decoded.packet.ether_type, ether_type);
  EXPECT_TRUE(decoded.packet.ip_packet.empty());
}

void ExpectIp(const Decoded& decoded, L3Class l3_class) {
  EXPECT_EQ(decoded.error, DecodeError::kNone);
  EXPECT_EQ(decoded.packet.l3_class, l3_class);
  EXPECT_EQ(AsText(decoded.packet.payload), "query");
}

TEST(EthernetTest, HasAddressesAndType) {
  const Decoded decoded = DecodeBytes(Ethernet(0x0800, PlainIpv4()));
  ExpectIp(decoded, L3Class::kIpv4);
  EXPECT_EQ(decoded.packet.src_mac.ToString(), kSrcMac);
  EXPECT_EQ(decoded.packet.dst_mac.ToString(), kDstMac);
  EXPECT_EQ(decoded.packet.ether_type, 0x0800);
  EXPECT_EQ(decoded.packet.vlan, 0);
  EXPECT_EQ(decoded.packet.tunnels, 0);
}

TEST(EthernetTest, ShorterThanItsHeaderIsTruncated) {
  EXPECT_EQ(DecodeBytes({}).error, DecodeError::kLinkTruncated);
  EXPECT_EQ(DecodeBytes(Zeros(13)).error, DecodeError::kLinkTruncated);
}

TEST(EthernetTest, UnknownTypesAreOther) {
  ExpectOther(DecodeBytes(Ethernet(0x88cc, Zeros(46))), 0x88cc);
  ExpectOther(DecodeBytes(Ethernet(0x8863, Zeros(46))), 0x8863);
  ExpectOther(DecodeBytes(Ethernet(0x88cc, {})), 0x88cc);
}

// The checksum that makes the header's ones' complement sum all ones (RFC 1071).
Bytes WithChecksum(Bytes packet) {
  uint32_t sum = 0;
  for (size_t at = 0; at < 20; at += 2)
    sum += static_cast<uint32_t>(packet[at] << 8 | packet[at + 1]);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  packet[10] = static_cast<uint8_t>(~sum >> 8);
  packet[11] = static_cast<uint8_t>(~sum);
  return packet;
}

TEST(EthernetTest, AnUnknownTypeMayHideIpv4WhoseChecksumIsRight) {
  const Bytes packet = WithChecksum(PlainIpv4());
  ExpectIp(DecodeBytes(Ethernet(0x4900, packet)), L3Class::kIpv4);
  ExpectOther(DecodeBytes(Ethernet(0x4900, PlainIpv4())), 0x4900);
  Bytes damaged = packet;
  damaged[8] ^= 1;
  ExpectOther(DecodeBytes(Ethernet(0x4900, damaged)), 0x4900);
  ExpectOther(DecodeBytes(Ethernet(0x4900, Bytes(packet.begin(), packet.begin() + 19))), 0x4900);
  ExpectOther(DecodeBytes(Ethernet(0x4900, PlainIpv6())), 0x4900);
}

TEST(EthernetTest, AWrongGuessIsNoError) {
  Bytes too_long = PlainIpv4();
  too_long[2] = 0x7f;
  ExpectOther(DecodeBytes(Ethernet(0x4900, WithChecksum(too_long))), 0x4900);
}

TEST(EthernetTest, ArpTellsWhoseAddressItsSenderHas) {
  const Bytes own = Ethernet(0x0806, Arp(1));
  EXPECT_EQ(IpAddress::V4(DecodeBytes(own).packet.arp_sender_ipv4).ToString(), kSrc4);
  constexpr size_t kArpAt = 14, kSenderMacAt = kArpAt + 8, kSenderIpAt = kArpAt + 14;
  Bytes of_another = own;  // a proxy speaks
  of_another[kSenderMacAt] ^= 2;
  EXPECT_EQ(DecodeBytes(of_another).packet.arp_sender_ipv4, 0u);
  Bytes probe = own;  // RFC 5227 section 2.1.1
  std::fill_n(probe.begin() + kSenderIpAt, 4, uint8_t{0});
  EXPECT_EQ(DecodeBytes(probe).packet.arp_sender_ipv4, 0u);
  Bytes not_ipv4 = own;
  not_ipv4[kArpAt + 5] = 6;
  EXPECT_EQ(DecodeBytes(not_ipv4).packet.arp_sender_ipv4, 0u);
  const Bytes cut(own.begin(), own.begin() + kSenderIpAt + 3);
  EXPECT_EQ(DecodeBytes(cut).packet.arp_sender_ipv4, 0u);
  EXPECT_EQ(DecodeBytes(cut).packet.arp_operation, 1);
}

TEST(EthernetTest, ArpHasItsOperation) {
  const Decoded decoded = DecodeBytes(Ethernet(0x0806, Arp(1)));
  EXPECT_EQ(decoded.error, DecodeError::kNone);
  EXPECT_EQ(decoded.packet.l3_class, L3Class::kArp);
  EXPECT_EQ(decoded.packet.arp_operation, 1);
  EXPECT_EQ(DecodeBytes(Ethernet(0x0806, Zeros(7))).packet.l3_class, L3Class::kArp);
}

TEST(LlcTest, OnlySnapWithOuiZeroHasAnEtherType) {
  ExpectIp(DecodeBytes(Ethernet8023(Snap(0, 0x86dd, PlainIpv6()))), L3Class::kIpv6);
  ExpectOther(DecodeBytes(Ethernet8023(Snap(0x00000c, 0x0800, PlainIpv4()))), 0);
  ExpectOther(DecodeBytes(Ethernet8023(Join({{0x42, 0x42, 0x03}, Zeros(35)}))), 0);
  // A SNAP "type" that is a length would start another LLC header.
  ExpectOther(DecodeBytes(Ethernet8023(Snap(0, 0x0100, PlainIpv4()))), 0);
}

TEST(LlcTest, MayFollowAVlanTag) {
  const Bytes llc = Snap(0, 0x0800, PlainIpv4());
  const Decoded decoded =
      DecodeBytes(Ethernet(0x8100, Tag(5, static_cast<uint16_t>(llc.size()), llc)));
  ExpectIp(decoded, L3Class::kIpv4);
  EXPECT_EQ(decoded.packet.vlan, 5);
}

TEST(LlcTest, CutHeadersAreTruncated) {
  EXPECT_EQ(DecodeBytes(Ethernet(40, {0xaa, 0xaa})).error, DecodeError::kLinkTruncated);
  EXPECT_EQ(DecodeBytes(Ethernet(40, {0xaa, 0xaa, 3, 0, 0, 0, 8})).error,
            DecodeError::kLinkTruncated);
}

TEST(VlanTest, EveryTagProtocolIsKnown) {
  for (const uint16_t tpid : {0x8100, 0x88a8, 0x9100}) {
    const Decoded decoded = DecodeBytes(Ethernet(tpid, Tag(4094, 0x0800, PlainIpv4())));
    ExpectIp(decoded, L3Class::kIpv4);
    EXPECT_EQ(decoded.packet.vlan, 4094);
    EXPECT_EQ(decoded.packet.inner_vlan, 0);
    EXPECT_EQ(decoded.packet.ether_type, 0x0800);
    EXPECT_TRUE(HasTunnel(decoded.packet, Tunnel::kVlan));
  }
}

TEST(VlanTest, OutermostAndSecondAreKeptMoreAreStripped) {
  const Bytes tags = Tag(7, 0x88a8, Tag(8, 0x8100, Tag(9, 0x0800, PlainIpv4())));
  const Decoded decoded = DecodeBytes(Ethernet(0x9100, tags));
  ExpectIp(decoded, L3Class::kIpv4);
  EXPECT_EQ(decoded.packet.vlan, 7);
  EXPECT_EQ(decoded.packet.inner_vlan, 8);
}

TEST(VlanTest, PriorityTagIsNoVlan) {
  const Decoded untagged = DecodeBytes(Ethernet(0x8100, Tag(0, 0x0800, PlainIpv4())));
  ExpectIp(untagged, L3Class::kIpv4);
  EXPECT_EQ(untagged.packet.vlan, 0);
  EXPECT_FALSE(HasTunnel(untagged.packet, Tunnel::kVlan));

  const Decoded tagged = DecodeBytes(Ethernet(0x8100, Tag(0, 0x8100, Tag(6, 0x0800, PlainIpv4()))));
  EXPECT_EQ(tagged.packet.vlan, 6);
  EXPECT_EQ(tagged.packet.inner_vlan, 0);
}

TEST(VlanTest, TooManyTagsAreTooDeep) {
  const auto tagged = [](int tags) {
    Bytes bytes = PlainIpv4();
    uint16_t type = 0x0800;
    for (int i = 0; i < tags; ++i) {
      bytes = Tag(5, type, bytes);
      type = 0x8100;
    }
    return Ethernet(type, bytes);
  };
  ExpectIp(DecodeBytes(tagged(kMaxEncapsulations)), L3Class::kIpv4);
  EXPECT_EQ(DecodeBytes(tagged(kMaxEncapsulations + 1)).error, DecodeError::kTunnelTooDeep);
}

TEST(VlanTest, CutTagIsTruncated) {
  EXPECT_EQ(DecodeBytes(Ethernet(0x8100, {0, 5, 8})).error, DecodeError::kLinkTruncated);
}

TEST(MplsTest, PayloadFollowsTheBottomOfStack) {
  for (const uint16_t type : {0x8847, 0x8848}) {
    const Decoded decoded = DecodeBytes(Ethernet(type, Mpls({16, 17, 18}, PlainIpv6())));
    ExpectIp(decoded, L3Class::kIpv6);
    EXPECT_EQ(decoded.packet.ether_type, 0x86dd);
    EXPECT_TRUE(HasTunnel(decoded.packet, Tunnel::kMpls));
  }
}

TEST(MplsTest, PseudoWiresAreOther) {
  const Bytes ethernet = InnerEthernet(0x0800, PlainIpv4());
  ExpectOther(DecodeBytes(Ethernet(0x8847, Mpls({16}, Join({U32(0), ethernet})))), 0x8847);
  ExpectOther(DecodeBytes(Ethernet(0x8847, Mpls({16}, ethernet))), 0x8847);
  ExpectOther(DecodeBytes(Ethernet(0x8847, Mpls({16}, {}))), 0x8847);
}

// An Ethernet pseudo-wire without control word whose first address byte looks like IPv4 or IPv6.
TEST(MplsTest, AWrongGuessIsNoError) {
  const Bytes like_ipv4 = Join({U16(0x4500), U16(0xffff), Zeros(60)});
  const Bytes like_ipv6 = Join({U16(0x6500), U16(0), U16(0xffff), Zeros(60)});
  ExpectOther(DecodeBytes(Ethernet(0x8847, Mpls({16}, like_ipv4))), 0x8847);
  ExpectOther(DecodeBytes(Ethernet(0x8847, Mpls({16}, like_ipv6))), 0x8847);
}

TEST(MplsTest, EndlessStacksAreRefused) {
  Bytes labels;
  for (int i = 0; i < 40; ++i) labels = Join({labels, U32(16 << 12)});
  EXPECT_EQ(DecodeBytes(Ethernet(0x8847, labels)).error, DecodeError::kTunnelTooDeep);
  EXPECT_EQ(DecodeBytes(Ethernet(0x8847, U32(16 << 12))).error, DecodeError::kLinkTruncated);
}

TEST(PppoeTest, SessionDataIsPpp) {
  const Decoded decoded = DecodeBytes(Ethernet(0x8864, Pppoe(Ppp(0x0021, PlainIpv4()))));
  ExpectIp(decoded, L3Class::kIpv4);
  EXPECT_TRUE(HasTunnel(decoded.packet, Tunnel::kPppoe));
  EXPECT_EQ(decoded.packet.src_mac.ToString(), kSrcMac);
  ExpectIp(DecodeBytes(Ethernet(0x8100, Tag(7, 0x8864, Pppoe(Ppp(0x0057, PlainIpv6()))))),
           L3Class::kIpv6);
}

TEST(PppoeTest, OtherCodesAndProtocolsAreOther) {
  ExpectOther(DecodeBytes(Ethernet(0x8864, Pppoe(Ppp(0x0021, PlainIpv4()), 0xa7))), 0x8864);
  ExpectOther(DecodeBytes(Ethernet(0x8864, Pppoe(Ppp(0xc021, Zeros(8))))), 0);
  EXPECT_EQ(DecodeBytes(Ethernet(0x8864, Zeros(5))).error, DecodeError::kLinkTruncated);
  EXPECT_EQ(DecodeBytes(Ethernet(0x8864, Pppoe({}))).error, DecodeError::kLinkTruncated);
}

TEST(LinuxCookedTest, SenderIsTheOnlyAddress) {
  const Decoded decoded =
      DecodeBytes(LinuxCooked(1, 0x0800, PlainIpv4()), {.link_type = LinkType::kLinuxCooked});
  ExpectIp(decoded, L3Class::kIpv4);
  EXPECT_EQ(decoded.packet.src_mac.ToString(), kSrcMac);
  EXPECT_TRUE(decoded.packet.dst_mac.IsZero());
  const Decoded version2 =
      DecodeBytes(LinuxCookedV2(1, 0x0800, PlainIpv4()), {.link_type = LinkType::kLinuxCookedV2});
  ExpectIp(version2, L3Class::kIpv4);
  EXPECT_EQ(version2.packet.src_mac.ToString(), kSrcMac);
}

TEST(LinuxCookedTest, AddressesOfOtherLengthsAreNoMac) {
  Bytes tunnel = LinuxCooked(776, 0x0800, PlainIpv4());
  tunnel[5] = 4;
  EXPECT_TRUE(DecodeBytes(tunnel, {.link_type = LinkType::kLinuxCooked}).packet.src_mac.IsZero());
  Bytes version2 = LinuxCookedV2(65534, 0x0800, PlainIpv4());
  version2[11] = 0;
  const Decoded decoded = DecodeBytes(version2, {.link_type = LinkType::kLinuxCookedV2});
  ExpectIp(decoded, L3Class::kIpv4);
  EXPECT_TRUE(decoded.packet.src_mac.IsZero());
}

TEST(LinuxCookedTest, TagsAndLlcFollowTheProtocol) {
  const Decoded decoded = DecodeBytes(LinuxCooked(1, 0x8100, Tag(3, 0x0800, PlainIpv4())),
                                      {.link_type = LinkType::kLinuxCooked});
  ExpectIp(decoded, L3Class::kIpv4);
  EXPECT_EQ(decoded.packet.vlan, 3);
  ExpectIp(DecodeBytes(LinuxCooked(1, 4, Snap(0, 0x0800, PlainIpv4())),
                       {.link_type = LinkType::kLinuxCooked}),
           L3Class::kIpv4);
}

TEST(LinuxCookedTest, ProtocolsThatAreNoEtherType) {
  const How how{.link_type = LinkType::kLinuxCooked};
  ExpectOther(DecodeBytes(LinuxCooked(824, 0x0800, PlainIpv4()), how), 0);  // netlink
  ExpectOther(DecodeBytes(LinuxCooked(803, 0x0800, PlainIpv4()), how), 0);  // radiotap
  ExpectOther(DecodeBytes(LinuxCooked(1, 1, PlainIpv4()), how), 0);         // Novell
  ExpectOther(DecodeBytes(LinuxCooked(280, 0x000c, PlainIpv4()), how), 0);  // CAN
  EXPECT_EQ(DecodeBytes(Zeros(15), how).error, DecodeError::kLinkTruncated);
  EXPECT_EQ(DecodeBytes(Zeros(19), {.link_type = LinkType::kLinuxCookedV2}).error,
            DecodeError::kLinkTruncated);
}

TEST(RawIpTest, VersionDecides) {
  const How how{.link_type = LinkType::kRawIp};
  ExpectIp(DecodeBytes(PlainIpv4(), how), L3Class::kIpv4);
  ExpectIp(DecodeBytes(PlainIpv6(), how), L3Class::kIpv6);
  EXPECT_EQ(DecodeBytes(Zeros(40), how).error, DecodeError::kIpv4Malformed);
  EXPECT_EQ(DecodeBytes({}, how).error, DecodeError::kLinkTruncated);
}

TEST(FamilyTest, EveryFamilyInEitherByteOrder) {
  for (const LinkType link_type : {LinkType::kBsdNull, LinkType::kBsdLoop}) {
    const How how{.link_type = link_type};
    ExpectIp(DecodeBytes(Join({{2, 0, 0, 0}, PlainIpv4()}), how), L3Class::kIpv4);
    ExpectIp(DecodeBytes(Join({{0, 0, 0, 2}, PlainIpv4()}), how), L3Class::kIpv4);
    for (const uint8_t family : {10, 24, 28, 30}) {
      ExpectIp(DecodeBytes(Join({{family, 0, 0, 0}, PlainIpv6()}), how), L3Class::kIpv6);
      ExpectIp(DecodeBytes(Join({{0, 0, 0, family}, PlainIpv6()}), how), L3Class::kIpv6);
    }
    ExpectOther(DecodeBytes(Join({{7, 0, 0, 0}, PlainIpv4()}), how), 0);
    ExpectOther(DecodeBytes(Join({{0, 2, 0, 0}, PlainIpv4()}), how), 0);
    EXPECT_EQ(DecodeBytes({2, 0, 0}, how).error, DecodeError::kLinkTruncated);
  }
}

TEST(PppTest, WithAndWithoutFramingAndCompression) {
  const How how{.link_type = LinkType::kPpp};
  ExpectIp(DecodeBytes(Join({U16(0xff03), U16(0x0021), PlainIpv4()}), how), L3Class::kIpv4);
  ExpectIp(DecodeBytes(Join({U16(0xff03), U8(0x57), PlainIpv6()}), how), L3Class::kIpv6);
  ExpectIp(DecodeBytes(Join({U16(0x0057), PlainIpv6()}), how), L3Class::kIpv6);
  ExpectIp(DecodeBytes(Join({U8(0x21), PlainIpv4()}), how), L3Class::kIpv4);
}

TEST(PppTest, CarriesMpls) {
  for (const uint16_t protocol : {0x0281, 0x0283}) {
    const Decoded decoded =
        DecodeBytes(Ppp(protocol, Mpls({16}, PlainIpv4())), {.link_type = LinkType::kPppHdlc});
    ExpectIp(decoded, L3Class::kIpv4);
    EXPECT_TRUE(HasTunnel(decoded.packet, Tunnel::kMpls));
  }
}

TEST(PppTest, ControlProtocolsAreOther) {
  const How how{.link_type = LinkType::kPpp};
  ExpectOther(DecodeBytes(Join({U16(0xff03), U16(0xc021), Zeros(8)}), how), 0);
  EXPECT_EQ(DecodeBytes({0xff, 0x03}, how).error, DecodeError::kLinkTruncated);
  EXPECT_EQ(DecodeBytes({0x00}, how).error, DecodeError::kLinkTruncated);
  EXPECT_EQ(DecodeBytes({}, how).error, DecodeError::kLinkTruncated);
}

TEST(CiscoHdlcTest, UnicastAndMulticast) {
  const How how{.link_type = LinkType::kCiscoHdlc};
  ExpectIp(DecodeBytes(Join({U16(0x0f00), U16(0x0800), PlainIpv4()}), how), L3Class::kIpv4);
  ExpectIp(DecodeBytes(Join({U16(0x8f00), U16(0x86dd), PlainIpv6()}), how), L3Class::kIpv6);
  ExpectOther(DecodeBytes(Join({U16(0x8f00), U16(0x8035), Zeros(18)}), how), 0x8035);  // SLARP
  ExpectOther(DecodeBytes(Join({U16(0x0700), U16(0x0800), PlainIpv4()}), how), 0);
  EXPECT_EQ(DecodeBytes({0x0f, 0, 8}, how).error, DecodeError::kLinkTruncated);
}

TEST(CiscoHdlcTest, IsKnownInPppCaptures) {
  ExpectIp(
      DecodeBytes(Join({U16(0x0f00), U16(0x0800), PlainIpv4()}), {.link_type = LinkType::kPpp}),
      L3Class::kIpv4);
}

}  // namespace
}  // namespace wiregauge::decode::testing
