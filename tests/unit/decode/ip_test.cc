// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "fixture.h"

namespace wiregauge::decode::testing {
namespace {

How Raw() { return {.link_type = LinkType::kRawIp}; }
How RawOnWire(uint32_t wire_bytes) {
  return {.link_type = LinkType::kRawIp, .wire_bytes = wire_bytes};
}
Bytes First(const Bytes& bytes, size_t count) {
  return {bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(count)};
}

TEST(Ipv4Test, Fields) {
  const Decoded decoded = DecodeBytes(PlainIpv4(), Raw());
  const DecodedPacket& packet = decoded.packet;
  EXPECT_EQ(decoded.error, DecodeError::kNone);
  EXPECT_EQ(packet.l3_class, L3Class::kIpv4);
  EXPECT_EQ(packet.src, Ip(kSrc4));
  EXPECT_EQ(packet.dst, Ip(kDst4));
  EXPECT_EQ(packet.l4_protocol, 17);
  EXPECT_EQ(packet.hop_limit, 64);
  EXPECT_FALSE(packet.is_fragment);
  EXPECT_EQ(packet.fragment_id, 0u);
  EXPECT_EQ(packet.ip_packet.data(), decoded.frame.data());
  EXPECT_EQ(packet.ip_packet.size(), 33u);
  EXPECT_EQ(AsText(packet.payload), "query");
}

TEST(Ipv4Test, OptionsAreSkipped) {
  const Decoded decoded = DecodeBytes(Ipv4({.options = Zeros(40)}, Udp({}, Text("query"))), Raw());
  EXPECT_EQ(decoded.packet.src_port, 50000);
  EXPECT_EQ(AsText(decoded.packet.payload), "query");
}

TEST(Ipv4Test, TotalLengthCutsPadding) {
  const Decoded decoded = DecodeBytes(Join({PlainIpv4(), Zeros(13)}), Raw());
  EXPECT_EQ(decoded.packet.ip_packet.size(), 33u);
  EXPECT_EQ(decoded.packet.payload_bytes, 5u);
}

// Also without the UDP length's help.
TEST(Ipv4Test, TotalLengthCutsPaddingOfAnyProtocol) {
  const Decoded decoded =
      DecodeBytes(Join({Ipv4({.protocol = 253}, Text("abc")), Zeros(13)}), Raw());
  EXPECT_EQ(AsText(decoded.packet.payload), "abc");
  EXPECT_EQ(decoded.packet.payload_bytes, 3u);
}

TEST(Ipv4Test, TotalLengthZeroMeansTheWholeFrame) {
  const Bytes segment = Ipv4({.protocol = 6, .total_length = 0}, Tcp({}, Text("segment")));
  const Decoded whole = DecodeBytes(segment, Raw());
  EXPECT_EQ(AsText(whole.packet.payload), "segment");
  EXPECT_EQ(whole.packet.payload_bytes, 7u);
  const Decoded cut = DecodeBytes(segment, RawOnWire(70040));
  EXPECT_EQ(cut.packet.payload_bytes, 70000u);
  EXPECT_EQ(AsText(cut.packet.payload), "segment");
}

TEST(Ipv4Test, SnapLengthCutIsDecoded) {
  const Bytes whole = Ipv4({.protocol = 6}, Tcp({}, Zeros(1000)));
  const Decoded decoded = DecodeBytes(First(whole, 64), RawOnWire(1040));
  EXPECT_EQ(decoded.error, DecodeError::kNone);
  EXPECT_TRUE(decoded.packet.has_l4_header);
  EXPECT_EQ(decoded.packet.payload.size(), 24u);
  EXPECT_EQ(decoded.packet.payload_bytes, 1000u);
  EXPECT_EQ(decoded.packet.ip_packet.size(), 64u);
}

TEST(Ipv4Test, HeaderIsTruncated) {
  EXPECT_EQ(DecodeBytes(First(PlainIpv4(), 19), RawOnWire(33)).error, DecodeError::kIpv4Truncated);
  const Bytes with_options = Ipv4({.options = Zeros(8)}, Udp({}, {}));
  EXPECT_EQ(DecodeBytes(First(with_options, 27), RawOnWire(36)).error, DecodeError::kIpv4Truncated);
  EXPECT_EQ(DecodeBytes(First(with_options, 28), RawOnWire(36)).error, DecodeError::kNone);
}

TEST(Ipv4Test, HeaderIsMalformed) {
  const Bytes udp = Udp({}, Text("query"));
  const auto error = [&](const Ipv4Fields& fields) {
    return DecodeBytes(Ethernet(0x0800, Ipv4(fields, udp))).error;
  };
  EXPECT_EQ(error({.version_and_ihl = 0x44}), DecodeError::kIpv4Malformed);
  EXPECT_EQ(error({.version_and_ihl = 0x55}), DecodeError::kIpv4Malformed);
  EXPECT_EQ(error({.total_length = 19}), DecodeError::kIpv4Malformed);
  EXPECT_EQ(error({.total_length = 34}), DecodeError::kIpv4Malformed);  // more than the wire had
  EXPECT_EQ(error({.total_length = 33}), DecodeError::kNone);
  EXPECT_EQ(error({.total_length = 24, .version_and_ihl = 0x47}), DecodeError::kIpv4Malformed);
}

TEST(Ipv4Test, FirstFragmentCarriesPorts) {
  const Bytes fragment =
      Ipv4({.id = 4711, .flags_and_offset = 0x2000}, Udp({.length = 3000}, Zeros(16)));
  const Decoded decoded = DecodeBytes(fragment, Raw());
  const DecodedPacket& packet = decoded.packet;
  EXPECT_TRUE(packet.is_fragment);
  EXPECT_TRUE(packet.is_first_fragment);
  EXPECT_EQ(packet.fragment_id, 4711u);
  EXPECT_TRUE(packet.has_ports);
  EXPECT_EQ(packet.payload_bytes, 16u);
}

TEST(Ipv4Test, LaterFragmentsAreBytes) {
  for (const uint16_t flags_and_offset : {0x2001, 0x0001, 0x1fff}) {
    const Bytes fragment =
        Ipv4({.protocol = 6, .id = 4711, .flags_and_offset = flags_and_offset}, Tcp({}, Zeros(4)));
    const Decoded decoded = DecodeBytes(fragment, Raw());
    const DecodedPacket& packet = decoded.packet;
    EXPECT_TRUE(packet.is_fragment);
    EXPECT_FALSE(packet.is_first_fragment);
    EXPECT_EQ(packet.fragment_id, 4711u);
    EXPECT_FALSE(packet.has_ports);
    EXPECT_FALSE(packet.has_l4_header);
    EXPECT_EQ(packet.payload_bytes, 24u);
    EXPECT_EQ(packet.payload.size(), 24u);
  }
}

TEST(Ipv4Test, DontFragmentIsNoFragment) {
  const Decoded decoded =
      DecodeBytes(Ipv4({.id = 5, .flags_and_offset = 0x4000}, Udp({}, {})), Raw());
  const DecodedPacket& packet = decoded.packet;
  EXPECT_FALSE(packet.is_fragment);
  EXPECT_EQ(packet.fragment_id, 0u);
}

TEST(Ipv6Test, Fields) {
  const Decoded decoded = DecodeBytes(PlainIpv6(), Raw());
  const DecodedPacket& packet = decoded.packet;
  EXPECT_EQ(decoded.error, DecodeError::kNone);
  EXPECT_EQ(packet.l3_class, L3Class::kIpv6);
  EXPECT_EQ(packet.src, Ip(kSrc6));
  EXPECT_EQ(packet.dst, Ip(kDst6));
  EXPECT_EQ(packet.l4_protocol, 17);
  EXPECT_EQ(packet.hop_limit, 63);
  EXPECT_EQ(packet.ip_packet.size(), 53u);
  EXPECT_EQ(AsText(packet.payload), "query");
}

TEST(Ipv6Test, EveryExtensionHeaderIsSkipped) {
  const Bytes udp = Udp({}, Text("query"));
  for (const uint8_t type : {0, 43, 60, 135, 139, 140}) {
    const Decoded decoded = DecodeBytes(Ipv6({.next_header = type}, Extension(17, 3, udp)), Raw());
    const DecodedPacket& packet = decoded.packet;
    EXPECT_EQ(packet.l4_protocol, 17);
    EXPECT_EQ(AsText(packet.payload), "query");
  }
  const Decoded decoded = DecodeBytes(Ipv6({.next_header = 51}, Authentication(17, 4, udp)), Raw());
  const DecodedPacket& packet = decoded.packet;
  EXPECT_EQ(packet.l4_protocol, 17);
  EXPECT_EQ(AsText(packet.payload), "query");
}

TEST(Ipv6Test, EspAndNoNextHeaderEndTheChain) {
  const Decoded esp_frame =
      DecodeBytes(Ipv6({.next_header = 60}, Extension(50, 0, Text("secret"))), Raw());
  const DecodedPacket& esp = esp_frame.packet;
  EXPECT_EQ(esp.l4_protocol, 50);
  EXPECT_EQ(AsText(esp.payload), "secret");
  EXPECT_FALSE(esp.has_l4_header);
  const Decoded none = DecodeBytes(Ipv6({.next_header = 59}, Text("ignored")), Raw());
  EXPECT_EQ(none.error, DecodeError::kNone);
  EXPECT_EQ(none.packet.l4_protocol, 59);
  EXPECT_FALSE(none.packet.has_ports);
}

TEST(Ipv6Test, AnEndlessChainIsMalformed) {
  const auto chain = [](int headers) {
    Bytes bytes = Udp({}, {});
    uint8_t next = 17;
    for (int i = 0; i < headers; ++i) {
      bytes = Extension(next, 0, bytes);
      next = 60;
    }
    return Ipv6({.next_header = next}, bytes);
  };
  EXPECT_EQ(DecodeBytes(chain(16), Raw()).error, DecodeError::kNone);
  EXPECT_EQ(DecodeBytes(chain(17), Raw()).error, DecodeError::kIpv6Malformed);
}

TEST(Ipv6Test, HeadersAreTruncatedOrMalformed) {
  const Bytes whole = Ipv6({.next_header = 60}, Extension(17, 1, Udp({}, {})));
  EXPECT_EQ(DecodeBytes(First(whole, 39), RawOnWire(64)).error, DecodeError::kIpv6Truncated);
  EXPECT_EQ(DecodeBytes(First(whole, 41), RawOnWire(64)).error, DecodeError::kIpv6Truncated);
  EXPECT_EQ(DecodeBytes(First(whole, 55), RawOnWire(64)).error, DecodeError::kIpv6Truncated);
  EXPECT_EQ(DecodeBytes(First(whole, 56), RawOnWire(64)).error, DecodeError::kNone);

  const Bytes beyond = Ipv6({.next_header = 60, .payload_length = 8}, Extension(17, 1, {}));
  EXPECT_EQ(DecodeBytes(beyond, Raw()).error, DecodeError::kIpv6Malformed);
  const Bytes longer = Ipv6({.payload_length = 100}, Udp({}, {}));
  EXPECT_EQ(DecodeBytes(longer, Raw()).error, DecodeError::kIpv6Malformed);
  EXPECT_EQ(DecodeBytes(Ethernet(0x86dd, Ipv6({.version = 5}, Udp({}, {})))).error,
            DecodeError::kIpv6Malformed);
}

TEST(Ipv6Test, PayloadLengthCutsPadding) {
  const Decoded decoded =
      DecodeBytes(Join({Ipv6({.next_header = 253}, Text("abc")), Zeros(20)}), Raw());
  EXPECT_EQ(AsText(decoded.packet.payload), "abc");
  EXPECT_EQ(decoded.packet.ip_packet.size(), 43u);
  const Decoded empty = DecodeBytes(Join({Ipv6({.next_header = 59}, {}), Zeros(20)}), Raw());
  EXPECT_EQ(empty.packet.payload_bytes, 0u);
}

TEST(Ipv6Test, JumbogramsHaveTheirLengthInAnOption) {
  const Bytes jumbo_option = Join({U8(0), U8(0), {0xc2, 4}});
  const uint32_t payload_bytes = 12 + 20 + 70000;  // hop-by-hop and TCP headers are part of it
  const Bytes hop_by_hop =
      Join({{6, 1}, {1, 2, 0, 0}, {0xc2, 4}, U32(payload_bytes + 4), {1, 2, 0, 0}});
  const Bytes packet =
      Ipv6({.next_header = 0, .payload_length = 0}, Join({hop_by_hop, Tcp({}, Text("start"))}));
  const Decoded decoded = DecodeBytes(packet, RawOnWire(40 + payload_bytes + 4 + 9));
  EXPECT_EQ(decoded.error, DecodeError::kNone);
  EXPECT_EQ(decoded.packet.l4_protocol, 6);
  EXPECT_EQ(decoded.packet.payload_bytes, 70000u);
  EXPECT_EQ(AsText(decoded.packet.payload), "start");
  EXPECT_EQ(DecodeBytes(packet, RawOnWire(1000)).error, DecodeError::kIpv6Malformed);
}

TEST(Ipv6Test, LongSegmentsWithoutALength) {
  const Bytes packet = Ipv6({.next_header = 6, .payload_length = 0}, Tcp({}, Text("start")));
  EXPECT_EQ(DecodeBytes(packet, RawOnWire(80060)).packet.payload_bytes, 80000u);
  EXPECT_EQ(DecodeBytes(packet, Raw()).packet.payload_bytes, 0u);
}

TEST(Ipv6Test, Fragments) {
  const Decoded first_frame = DecodeBytes(
      Ipv6({.next_header = 44}, Fragment6(17, 1, 0x01020304, Udp({}, Zeros(8)))), Raw());
  const DecodedPacket& first = first_frame.packet;
  EXPECT_TRUE(first.is_fragment);
  EXPECT_TRUE(first.is_first_fragment);
  EXPECT_EQ(first.fragment_id, 0x01020304u);
  EXPECT_TRUE(first.has_ports);

  const Decoded later_frame = DecodeBytes(
      Ipv6({.next_header = 44}, Fragment6(60, 16, 0x01020304, Udp({}, Zeros(8)))), Raw());
  const DecodedPacket& later = later_frame.packet;
  EXPECT_TRUE(later.is_fragment);
  EXPECT_FALSE(later.is_first_fragment);
  EXPECT_EQ(later.l4_protocol, 60);
  EXPECT_FALSE(later.has_ports);
  EXPECT_EQ(later.payload_bytes, 16u);
}

TEST(Ipv6Test, AnAtomicFragmentIsAWholePacket) {
  const Decoded decoded =
      DecodeBytes(Ipv6({.next_header = 44}, Fragment6(17, 0, 9, Udp({}, {}))), Raw());
  const DecodedPacket& packet = decoded.packet;
  EXPECT_FALSE(packet.is_fragment);
  EXPECT_EQ(packet.fragment_id, 0u);
  EXPECT_TRUE(packet.has_ports);
}

}  // namespace
}  // namespace wiregauge::decode::testing
