// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "fixture.h"

namespace wiregauge::decode::testing {
namespace {

// What decoding made of an IPv4 packet with this L4; `missing` bytes of its end were not stored.
// The bytes are gone: payload keeps its size alone.
DecodedPacket DecodeL4(uint8_t protocol, const Bytes& l4, size_t missing = 0) {
  Bytes packet = Ipv4({.protocol = protocol}, l4);
  const auto wire_bytes = static_cast<uint32_t>(packet.size());
  packet.resize(packet.size() - missing);
  const Decoded decoded =
      DecodeBytes(packet, {.link_type = LinkType::kRawIp, .wire_bytes = wire_bytes});
  EXPECT_EQ(decoded.error, DecodeError::kNone);
  return decoded.packet;
}

TEST(TcpTest, Fields) {
  const DecodedPacket packet = DecodeL4(6, Tcp({.src_port = 1234,
                                                .dst_port = 80,
                                                .sequence = 0xfffffffe,
                                                .acknowledgement = 0x80000001,
                                                .flags = TcpFlags::kSyn | TcpFlags::kCwr,
                                                .window = 65535,
                                                .options = Zeros(40)},
                                               Text("hi")));
  EXPECT_TRUE(packet.has_ports);
  EXPECT_TRUE(packet.has_l4_header);
  EXPECT_EQ(packet.src_port, 1234);
  EXPECT_EQ(packet.dst_port, 80);
  EXPECT_EQ(packet.tcp.sequence, 0xfffffffeu);
  EXPECT_EQ(packet.tcp.acknowledgement, 0x80000001u);
  EXPECT_EQ(packet.tcp.flags, 0x82);
  EXPECT_EQ(packet.tcp.window, 65535);
  EXPECT_EQ(packet.payload_bytes, 2u);
}

TEST(TcpTest, ABadDataOffsetKeepsThePorts) {
  for (const uint8_t words : {0, 4, 7, 15}) {
    const DecodedPacket packet = DecodeL4(6, Tcp({.data_offset = words}, Text("1234567")));
    EXPECT_TRUE(packet.has_ports);
    EXPECT_EQ(packet.dst_port, 443);
    EXPECT_FALSE(packet.has_l4_header);
    EXPECT_EQ(packet.payload_bytes, 0u);
    EXPECT_EQ(packet.tcp.flags, 0);
  }
}

TEST(TcpTest, TheSnapLengthMayCutOptionsHeaderAndPorts) {
  const Bytes tcp = Tcp({.options = Zeros(12)}, Zeros(100));
  const DecodedPacket options_cut = DecodeL4(6, tcp, 105);
  EXPECT_TRUE(options_cut.has_l4_header);
  EXPECT_EQ(options_cut.payload_bytes, 100u);
  EXPECT_EQ(options_cut.payload.size(), 0u);
  const DecodedPacket header_cut = DecodeL4(6, tcp, 113);
  EXPECT_FALSE(header_cut.has_l4_header);
  EXPECT_TRUE(header_cut.has_ports);
  const DecodedPacket ports_cut = DecodeL4(6, tcp, 129);
  EXPECT_FALSE(ports_cut.has_ports);
  EXPECT_EQ(ports_cut.dst_port, 0);
}

TcpSynOptions OptionsOf(const Bytes& options, uint8_t flags = TcpFlags::kSyn) {
  return DecodeL4(6, Tcp({.flags = flags, .options = options}, {})).tcp.syn_options;
}

TEST(TcpTest, OptionsOfASyn) {
  const TcpSynOptions linux_syn =
      OptionsOf({2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7});
  EXPECT_TRUE(linux_syn.stored);
  EXPECT_EQ(linux_syn.mss_bytes, 1460);
  EXPECT_EQ(linux_syn.window_scale, 7);
  EXPECT_TRUE(linux_syn.sack_permitted);
  EXPECT_TRUE(linux_syn.timestamps);
  const TcpSynOptions bare = OptionsOf({});
  EXPECT_TRUE(bare.stored);
  EXPECT_FALSE(bare.mss_bytes);
  EXPECT_FALSE(bare.window_scale);
  EXPECT_FALSE(bare.sack_permitted);
  EXPECT_FALSE(bare.timestamps);
  EXPECT_EQ(OptionsOf({2, 4, 5, 0xb4}, TcpFlags::kSyn | TcpFlags::kAck).mss_bytes, 1460);
  EXPECT_FALSE(OptionsOf({2, 4, 5, 0xb4}, TcpFlags::kAck).stored);
}

TEST(TcpTest, OptionsEndAtTheFirstThatCannotBe) {
  EXPECT_FALSE(OptionsOf({0, 2, 4, 5}).mss_bytes) << "behind the end of the list";
  for (const uint8_t length : {0, 1, 40}) {
    const TcpSynOptions options = OptionsOf({2, 4, 5, 0xb4, 3, length, 7, 1, 4, 2, 0, 0});
    EXPECT_EQ(options.mss_bytes, 1460);
    EXPECT_FALSE(options.window_scale);
    EXPECT_FALSE(options.sack_permitted);
  }
  EXPECT_FALSE(OptionsOf({2, 3, 5, 1}).mss_bytes) << "of another length than MSS has";
  EXPECT_EQ(OptionsOf({1, 1, 1, 2}).mss_bytes, std::nullopt) << "a kind without a length";
}

TEST(TcpTest, OptionsThatTheSnapLengthCutAreNotKnown) {
  const Bytes tcp = Tcp({.flags = TcpFlags::kSyn, .options = {2, 4, 5, 0xb4}}, {});
  EXPECT_TRUE(DecodeL4(6, tcp).tcp.syn_options.stored);
  EXPECT_FALSE(DecodeL4(6, tcp, 1).tcp.syn_options.stored);
}

TEST(UdpTest, TheShorterLengthCounts) {
  const Bytes data = Text("0123456789");
  EXPECT_EQ(DecodeL4(17, Udp({}, data)).payload_bytes, 10u);
  EXPECT_EQ(DecodeL4(17, Udp({.length = 12}, data)).payload_bytes, 4u);
  EXPECT_EQ(DecodeL4(17, Udp({.length = 12}, data)).payload.size(), 4u);
  EXPECT_EQ(DecodeL4(17, Udp({.length = 60000}, data)).payload_bytes, 10u);
  EXPECT_EQ(DecodeL4(17, Udp({.length = 0}, data)).payload_bytes, 10u);
}

TEST(UdpTest, ALengthBelowTheHeaderIsInsane) {
  const DecodedPacket packet = DecodeL4(17, Udp({.length = 7}, Text("data")));
  EXPECT_TRUE(packet.has_ports);
  EXPECT_FALSE(packet.has_l4_header);
  EXPECT_EQ(packet.payload_bytes, 0u);
}

TEST(UdpTest, CutAndShortHeaders) {
  const DecodedPacket cut = DecodeL4(17, Udp({}, Text("data")), 5);
  EXPECT_TRUE(cut.has_ports);
  EXPECT_FALSE(cut.has_l4_header);
  EXPECT_FALSE(DecodeL4(17, {1, 2, 3}).has_ports);
  EXPECT_FALSE(DecodeL4(17, {}).has_ports);
}

TEST(SctpTest, HasPortsAndChunksAsPayload) {
  const DecodedPacket packet = DecodeL4(132, Sctp(Zeros(16)));
  EXPECT_TRUE(packet.has_ports);
  EXPECT_TRUE(packet.has_l4_header);
  EXPECT_EQ(packet.src_port, 2905);
  EXPECT_EQ(packet.dst_port, 2906);
  EXPECT_EQ(packet.payload_bytes, 16u);
  EXPECT_FALSE(DecodeL4(132, Sctp({}), 1).has_l4_header);
}

TEST(IcmpTest, TypeAndCode) {
  const DecodedPacket packet = DecodeL4(1, Icmp(3, 13, Zeros(28)));
  EXPECT_TRUE(packet.has_l4_header);
  EXPECT_EQ(packet.icmp_type, 3);
  EXPECT_EQ(packet.icmp_code, 13);
  EXPECT_EQ(packet.payload_bytes, 28u);
  EXPECT_FALSE(packet.has_ports);
  EXPECT_EQ(DecodeL4(58, Icmp(134, 1, {})).icmp_type, 134);
  EXPECT_FALSE(DecodeL4(1, Zeros(7)).has_l4_header);
}

TEST(OtherProtocolsTest, HaveNoPortsAndOnlyPayload) {
  for (const uint8_t protocol : {2, 33, 47, 50, 51, 103, 136}) {
    const DecodedPacket packet = DecodeL4(protocol, Zeros(24));
    EXPECT_EQ(packet.l4_protocol, protocol);
    EXPECT_FALSE(packet.has_ports);
    EXPECT_FALSE(packet.has_l4_header);
    EXPECT_EQ(packet.payload_bytes, 24u);
  }
}

}  // namespace
}  // namespace wiregauge::decode::testing
