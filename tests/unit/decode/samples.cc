// SPDX-License-Identifier: Apache-2.0
#include "samples.h"

#include <utility>

namespace wiregauge::decode::testing {
namespace {

const char* const kUdp4 = "ipv4 192.0.2.1:50000 > 198.51.100.2:53 17 ttl 64 payload 5";
const char* const kUdp6 = "ipv6 [2001:db8::1]:50000 > [2001:db8::2]:53 17 ttl 63 payload 5";

Bytes UdpQuery() { return Udp({}, Text("query")); }
Bytes Udp4() { return Ipv4({}, UdpQuery()); }
Bytes Udp6() { return Ipv6({}, UdpQuery()); }
Bytes Outer4(uint8_t protocol, const Bytes& payload) {
  return Ipv4({.protocol = protocol, .src = "10.0.0.1", .dst = "10.0.0.2"}, payload);
}
Bytes UdpTunnel(uint16_t port, const Bytes& payload) {
  return Outer4(17, Udp({.src_port = 1000, .dst_port = port}, payload));
}

std::string With(const std::string& prefix, const std::string& rest) { return prefix + " " + rest; }

void AddPlain(std::vector<Sample>& samples) {
  const auto add = [&](std::string name, Bytes frame, std::string expected) {
    samples.push_back(
        {std::move(name), LinkType::kEthernet, std::move(frame), std::move(expected)});
  };
  add("tcp4", Ethernet(0x0800, Ipv4({.protocol = 6}, Tcp({}, Text("hello")))),
      "ipv4 192.0.2.1:40000 > 198.51.100.2:443 6 ttl 64 payload 5 tcp 1 2 18 512");
  add("tcp4_options",
      Ethernet(0x0800, Ipv4({.protocol = 6, .options = Zeros(8)},
                            Tcp({.flags = 0x02, .options = Zeros(20)}, {}))),
      "ipv4 192.0.2.1:40000 > 198.51.100.2:443 6 ttl 64 payload 0 tcp 1 2 2 512");
  add("tcp6", Ethernet(0x86dd, Ipv6({.next_header = 6}, Tcp({}, Text("hello")))),
      "ipv6 [2001:db8::1]:40000 > [2001:db8::2]:443 6 ttl 63 payload 5 tcp 1 2 18 512");
  add("udp4", Ethernet(0x0800, Udp4()), kUdp4);
  add("udp6", Ethernet(0x86dd, Udp6()), kUdp6);
  add("sctp", Ethernet(0x0800, Ipv4({.protocol = 132}, Sctp(Text("chunk")))),
      "ipv4 192.0.2.1:2905 > 198.51.100.2:2906 132 ttl 64 payload 5");
  add("icmp", Ethernet(0x0800, Ipv4({.protocol = 1}, Icmp(8, 0, Text("ping")))),
      "ipv4 192.0.2.1 > 198.51.100.2 1 ttl 64 payload 4 icmp 8 0");
  add("icmpv6", Ethernet(0x86dd, Ipv6({.next_header = 58}, Icmp(135, 0, Zeros(16)))),
      "ipv6 2001:db8::1 > 2001:db8::2 58 ttl 63 payload 16 icmp 135 0");
  add("first_fragment", Ethernet(0x0800, Ipv4({.id = 77, .flags_and_offset = 0x2000}, UdpQuery())),
      With(kUdp4, "fragment 77 first"));
  add("later_fragment", Ethernet(0x0800, Ipv4({.id = 77, .flags_and_offset = 2}, Text("rest"))),
      "ipv4 192.0.2.1 > 198.51.100.2 17 ttl 64 payload 4 fragment 77");
  add("fragment6",
      Ethernet(0x86dd, Ipv6({.next_header = 44}, Fragment6(17, 1, 0xabcdef01, UdpQuery()))),
      With(kUdp6, "fragment 2882400001 first"));
  add("extensions6",
      Ethernet(0x86dd, Ipv6({.next_header = 0},
                            Extension(43, 0, Extension(51, 2, Authentication(17, 4, UdpQuery()))))),
      kUdp6);
  add("arp", Ethernet(0x0806, Arp(2)), "arp 2");
}

void AddLinks(std::vector<Sample>& samples) {
  const auto add = [&](std::string name, LinkType link_type, Bytes frame, std::string expected) {
    samples.push_back({std::move(name), link_type, std::move(frame), std::move(expected)});
  };
  const LinkType ethernet = LinkType::kEthernet;
  add("snap", ethernet, Ethernet8023(Snap(0, 0x0800, Udp4())), kUdp4);
  add("spanning_tree", ethernet, Ethernet8023(Join({{0x42, 0x42, 0x03}, Zeros(35)})), "other 0");
  add("vlan", ethernet, Ethernet(0x8100, Tag(5, 0x0800, Udp4())), With("vlan 5 tunnels 1", kUdp4));
  add("qinq", ethernet, Ethernet(0x88a8, Tag(5, 0x8100, Tag(6, 0x86dd, Udp6()))),
      With("vlan 5.6 tunnels 1", kUdp6));
  add("mpls", ethernet, Ethernet(0x8847, Mpls({16, 17}, Udp4())), With("tunnels 2", kUdp4));
  add("pppoe", ethernet, Ethernet(0x8864, Pppoe(Ppp(0x0057, Udp6()))), With("tunnels 4", kUdp6));
  add("sll", LinkType::kLinuxCooked, LinuxCooked(1, 0x0800, Udp4()), kUdp4);
  add("sll2", LinkType::kLinuxCookedV2, LinuxCookedV2(1, 0x86dd, Udp6()), kUdp6);
  add("raw", LinkType::kRawIp, Udp6(), kUdp6);
  add("null", LinkType::kBsdNull, Join({{2, 0, 0, 0}, Udp4()}), kUdp4);
  add("loop", LinkType::kBsdLoop, Join({U32(30), Udp6()}), kUdp6);
  add("ppp", LinkType::kPpp, Join({U16(0xff03), Ppp(0x0021, Udp4())}), kUdp4);
  add("ppp_hdlc", LinkType::kPppHdlc, Join({U16(0x0f00), U16(0x0800), Udp4()}), kUdp4);
  add("ppp_ethernet", LinkType::kPppEthernet, Pppoe(Join({U8(0x21), Udp4()})),
      With("tunnels 4", kUdp4));
  add("cisco_hdlc", LinkType::kCiscoHdlc, Join({U16(0x8f00), U16(0x86dd), Udp6()}), kUdp6);
}

void AddTunnels(std::vector<Sample>& samples) {
  const auto add = [&](std::string name, Bytes ip, std::string expected) {
    samples.push_back(
        {std::move(name), LinkType::kEthernet, Ethernet(0x0800, ip), std::move(expected)});
  };
  add("4in4", Outer4(4, Udp4()), With("tunnels 8", kUdp4));
  add("6in4", Outer4(41, Udp6()), With("tunnels 8", kUdp6));
  samples.push_back({"4in6", LinkType::kEthernet,
                     Ethernet(0x86dd, Ipv6({.next_header = 4}, Udp4())), With("tunnels 8", kUdp4)});
  add("gre", Outer4(47, Gre(0xb000, 0x0800, Zeros(12), Udp4())), With("tunnels 16", kUdp4));
  add("gre_ethernet", Outer4(47, Gre(0, 0x6558, {}, InnerEthernet(0x86dd, Udp6()))),
      With("tunnels 16", kUdp6));
  add("gre_routing",
      Outer4(47, Gre(0x4000, 0x0800, Join({U32(0), U16(0x0800), U8(0), U8(4), U32(1), U32(0)}),
                     Udp4())),
      With("tunnels 16", kUdp4));
  add("pptp", Outer4(47, Gre(0x3081, 0x880b, Zeros(12), Join({U16(0xff03), Ppp(0x0021, Udp4())}))),
      With("tunnels 16", kUdp4));
  add("erspan", Outer4(47, Gre(0x1000, 0x88be, Zeros(12), InnerEthernet(0x0800, Udp4()))),
      With("tunnels 16", kUdp4));
  add("vxlan", UdpTunnel(4789, Vxlan(8, InnerEthernet(0x8100, Tag(9, 0x0800, Udp4())))),
      With("tunnels 33", kUdp4));
  add("gtp", UdpTunnel(2152, GtpU(0x30, 0xff, {}, Udp4())), With("tunnels 64", kUdp4));
  add("gtp_extension",
      UdpTunnel(2152, GtpU(0x34, 0xff, Join({U16(0), U8(0), U8(0x85), {1, 0, 9, 0}}), Udp6())),
      With("tunnels 64", kUdp6));
}

}  // namespace

std::vector<Sample> Samples() {
  std::vector<Sample> samples;
  AddPlain(samples);
  AddLinks(samples);
  AddTunnels(samples);
  return samples;
}

}  // namespace wiregauge::decode::testing
