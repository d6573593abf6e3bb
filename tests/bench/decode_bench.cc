// SPDX-License-Identifier: Apache-2.0
// Nanoseconds to decode one packet, over packets that lie apart in memory as they do in a ring.
#include <benchmark/benchmark.h>

#include <array>
#include <string_view>
#include <vector>

#include "decode/packet.h"
#include "unit/decode/packet_builder.h"

namespace wiregauge::decode::testing {
namespace {

constexpr size_t kPackets = 256;
constexpr size_t kSlotBytes = 19 * 64;  // an odd number of cache lines: spread over all cache sets
constexpr Options kAllTunnels{.ip_in_ip = true, .gre = true, .vxlan = true, .gtp_u = true};

Bytes Segment4() { return Ipv4({.protocol = 6}, Tcp({.options = Zeros(12)}, Zeros(1000))); }
Bytes Segment6() { return Ipv6({.next_header = 6}, Tcp({.options = Zeros(12)}, Zeros(1000))); }
Bytes Carrier(uint16_t port, const Bytes& payload) {
  return Ethernet(0x0800, Ipv4({}, Udp({.src_port = 1000, .dst_port = port}, payload)));
}

void DecodeFrame(benchmark::State& state, const Bytes& frame, const Options& options) {
  std::vector<uint8_t> ring(kPackets * kSlotBytes);
  std::array<PacketView, kPackets> views;
  for (size_t i = 0; i < kPackets; ++i) {
    uint8_t* const slot = ring.data() + i * kSlotBytes;
    std::copy(frame.begin(), frame.end(), slot);
    views[i].captured = {slot, frame.size()};
    views[i].wire_bytes = static_cast<uint32_t>(frame.size());
  }
  size_t i = 0;
  DecodedPacket packet;
  for (auto _ : state) {
    DecodeError error = Decode(views[i++ % kPackets], options, packet);
    benchmark::DoNotOptimize(error);
    benchmark::DoNotOptimize(packet);
  }
  state.SetItemsProcessed(state.iterations());
}

void RegisterAll() {
  const auto add = [](const char* name, const Bytes& frame, const Options& options) {
    benchmark::RegisterBenchmark(
        name, [=](benchmark::State& state) { DecodeFrame(state, frame, options); });
  };
  add("ethernet_ipv4_tcp", Ethernet(0x0800, Segment4()), {});
  add("ethernet_ipv4_tcp/all_tunnels_on", Ethernet(0x0800, Segment4()), kAllTunnels);
  add("ethernet_ipv4_udp", Carrier(53, Zeros(100)), {});
  add("ethernet_ipv6_tcp", Ethernet(0x86dd, Segment6()), {});
  add("vlan_ipv4_tcp", Ethernet(0x8100, Tag(5, 0x0800, Segment4())), {});
  add("mpls_ipv4_tcp", Ethernet(0x8847, Mpls({16, 17}, Segment4())), {});
  add("pppoe_ipv6_tcp", Ethernet(0x8864, Pppoe(Ppp(0x0057, Segment6()))), {});
  add("6in4_tcp", Ethernet(0x0800, Ipv4({.protocol = 41}, Segment6())), kAllTunnels);
  add("gre_ipv4_tcp", Ethernet(0x0800, Ipv4({.protocol = 47}, Gre(0, 0x0800, {}, Segment4()))),
      kAllTunnels);
  add("vxlan_ipv4_tcp", Carrier(4789, Vxlan(8, InnerEthernet(0x0800, Segment4()))), kAllTunnels);
  add("gtp_ipv4_tcp", Carrier(2152, GtpU(0x30, 0xff, {}, Segment4())), kAllTunnels);
  add("arp", Ethernet(0x0806, Arp(1)), {});
}

[[maybe_unused]] const bool kRegistered = (RegisterAll(), true);

}  // namespace
}  // namespace wiregauge::decode::testing
