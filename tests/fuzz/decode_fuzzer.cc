// SPDX-License-Identifier: Apache-2.0
// The first three bytes choose link type, options, and how much longer than the rest the frame was
// on the wire; the rest is what was stored of the frame.
#include <cstdint>
#include <span>

#include "base/check.h"
#include "decode/packet.h"

namespace {

using wiregauge::LinkType;
using wiregauge::PacketView;
using wiregauge::decode::Decode;
using wiregauge::decode::DecodedPacket;
using wiregauge::decode::DecodeError;
using wiregauge::decode::L3Class;
using wiregauge::decode::Options;

constexpr size_t kControlBytes = 3;
constexpr unsigned kLinkTypes = static_cast<unsigned>(LinkType::kCiscoHdlc) + 1;

bool IsInside(std::span<const uint8_t> part, std::span<const uint8_t> whole) {
  if (part.empty()) return true;
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

void CheckNoIp(const DecodedPacket& packet) {
  WIREGAUGE_CHECK(packet.src.version() == 0 && packet.dst.version() == 0);
  WIREGAUGE_CHECK(packet.ip_packet.empty() && packet.payload.empty());
  WIREGAUGE_CHECK(packet.payload_bytes == 0 && packet.l4_protocol == 0);
  WIREGAUGE_CHECK(!packet.has_ports && !packet.has_l4_header && !packet.is_fragment);
}

void CheckIp(const PacketView& view, const DecodedPacket& packet) {
  const bool is_ipv4 = packet.l3_class == L3Class::kIpv4;
  WIREGAUGE_CHECK(packet.src.version() == (is_ipv4 ? 4 : 6));
  WIREGAUGE_CHECK(packet.dst.version() == packet.src.version());
  WIREGAUGE_CHECK(packet.ip_packet.size() >= (is_ipv4 ? 20u : 40u));
  WIREGAUGE_CHECK(packet.ip_packet[0] >> 4 == packet.src.version());
  WIREGAUGE_CHECK(IsInside(packet.ip_packet, view.captured));
  WIREGAUGE_CHECK(IsInside(packet.payload, packet.ip_packet));
  WIREGAUGE_CHECK(packet.payload.size() <= packet.payload_bytes);
  WIREGAUGE_CHECK(packet.payload_bytes <= view.wire_bytes);
  WIREGAUGE_CHECK(packet.is_fragment || !packet.is_first_fragment);
  const bool is_later_fragment = packet.is_fragment && !packet.is_first_fragment;
  WIREGAUGE_CHECK(!is_later_fragment || (!packet.has_ports && !packet.has_l4_header));
  const bool can_have_ports =
      packet.l4_protocol == 6 || packet.l4_protocol == 17 || packet.l4_protocol == 132;
  WIREGAUGE_CHECK(can_have_ports || !packet.has_ports);
  WIREGAUGE_CHECK(!can_have_ports || !packet.has_l4_header || packet.has_ports);
}

void CheckPacket(const PacketView& view, DecodeError error, const DecodedPacket& packet) {
  WIREGAUGE_CHECK(error < DecodeError::kCount);
  WIREGAUGE_CHECK(packet.vlan < 4096 && packet.inner_vlan < 4096);
  WIREGAUGE_CHECK(packet.vlan != 0 || packet.inner_vlan == 0);
  const bool is_ip = packet.l3_class == L3Class::kIpv4 || packet.l3_class == L3Class::kIpv6;
  WIREGAUGE_CHECK(error == DecodeError::kNone || packet.l3_class == L3Class::kOther);
  if (is_ip) {
    CheckIp(view, packet);
  } else {
    CheckNoIp(packet);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < kControlBytes) return 0;
  const std::span<const uint8_t> input(data, size);
  PacketView view;
  view.link_type = static_cast<LinkType>(input[0] % kLinkTypes);
  view.captured = input.subspan(kControlBytes);
  view.wire_bytes = static_cast<uint32_t>(view.captured.size()) + input[2] * input[2];
  const Options options{.ip_in_ip = (input[1] & 1) != 0,
                        .gre = (input[1] & 2) != 0,
                        .vxlan = (input[1] & 4) != 0,
                        .gtp_u = (input[1] & 8) != 0};
  DecodedPacket packet;
  const DecodeError error = Decode(view, options, packet);
  CheckPacket(view, error, packet);

  // Looking into tunnels never makes a frame undecodable, but for one that is too deep.
  DecodedPacket outer;
  const DecodeError outer_error = Decode(view, Options{}, outer);
  CheckPacket(view, outer_error, outer);
  WIREGAUGE_CHECK(error == outer_error || error == DecodeError::kTunnelTooDeep);
  WIREGAUGE_CHECK(packet.vlan == outer.vlan && packet.src_mac == outer.src_mac);
  return 0;
}
