# SPDX-License-Identifier: Apache-2.0
"""The synthetic captures: each function gives the bytes of one file. tests/captures/README.md says
what each is for; times are seconds after 2023-11-14T22:13:20Z."""

import ipaddress
import struct

from captures.hostile import HOSTILE
from captures.layers import (ACK, CLIENT, CLIENT6, CLIENT_MAC, EPOCH, FIN, OTHER, PSH, ROUTER_MAC,
                             RST, SERVER, SERVER6, SYN, Connection, Packet, arp, dns_query,
                             ether_type_of, ethernet, fragments, gre, gtp, gzip_bytes, icmp,
                             icmp_echo, ip, ip_extensions, ip_options, lookup, mac, mpls, pcap_bytes,
                             pcapng_bytes, ppp, pppoe, sctp, sctp_chunk, tagged, tcp, timed, typed,
                             udp, vxlan, zstd_bytes)

CAPTURES = {}


def capture(name):
    """Registers a function that gives a file's bytes, or the packets of an Ethernet pcap file."""
    def register(make):
        def file_bytes():
            made = make()
            return made if isinstance(made, bytes) else pcap_bytes(made)
        CAPTURES[name] = file_bytes
        return make
    return register


# --- link types ---------------------------------------------------------------------------------

def both_versions():
    """A DNS lookup over IPv4, one over IPv6."""
    return lookup() + lookup(client=CLIENT6, server=SERVER6)


def linked(link_type, wrap):
    return pcap_bytes(timed([wrap(packet) for packet in both_versions()]), link_type=link_type)


@capture("link_ethernet.pcap")
def link_ethernet():
    return linked(1, ethernet)


@capture("link_sll.pcap")
def link_sll():
    return linked(113, lambda packet: struct.pack("!HHH6s2xH", 0, 1, 6, mac(CLIENT_MAC),
                                                  ether_type_of(packet)) + packet)


@capture("link_sll2.pcap")
def link_sll2():
    return linked(276, lambda packet: struct.pack("!HHIHBB6s2x", ether_type_of(packet), 0, 3, 1, 0,
                                                  6, mac(CLIENT_MAC)) + packet)


@capture("link_raw.pcap")
def link_raw():
    return linked(101, lambda packet: packet)


@capture("link_null.pcap")
def link_null():
    frames = []
    for order in "<>":
        families = [2] * 2 + [10, 24] if order == "<" else [2] * 2 + [28, 30]
        frames += [struct.pack(order + "I", family) + packet
                   for family, packet in zip(families, both_versions())]
    return pcap_bytes(timed(frames), link_type=0)


@capture("link_loop.pcap")
def link_loop():
    return linked(108, lambda packet: struct.pack("!I", 24 if packet[0] >> 4 == 6 else 2) + packet)


@capture("link_ppp.pcap")
def link_ppp():
    plain = [ppp(packet) for packet in both_versions()]
    framed = [b"\xff\x03" + ppp(packet) for packet in both_versions()]
    short = [ppp(packet)[1:] for packet in both_versions()]  # RFC 1661 section 6.5
    return pcap_bytes(timed(plain + framed + short), link_type=9)


@capture("link_ppp_serial.pcap")
def link_ppp_serial():
    return linked(50, lambda packet: b"\xff\x03" + ppp(packet))


@capture("link_ppp_ether.pcap")
def link_ppp_ether():
    return linked(51, lambda packet: pppoe(ppp(packet)))


@capture("link_c_hdlc.pcap")
def link_c_hdlc():
    return linked(104, lambda packet: struct.pack("!BBH", 0x0F, 0, ether_type_of(packet)) + packet)


# --- below IP -----------------------------------------------------------------------------------

@capture("vlan.pcap")
def vlan():
    """One 5-tuple untagged, in VLAN 10, in VLAN 20, and with a priority tag."""
    frames = []
    for tags in ([], [(0x8100, 10)], [(0x8100, 20)], [(0x8100, 0x6000)]):
        frames += [tagged(packet, *tags) for packet in lookup()]
    return timed(frames)


@capture("qinq.pcap")
def qinq():
    frames = []
    for tags in ([(0x88A8, 100), (0x8100, 10)], [(0x88A8, 100), (0x8100, 20)],
                 [(0x9100, 200), (0x8100, 10)], [(0x8100, 300), (0x8100, 10)]):
        frames += [tagged(packet, *tags) for packet in lookup()]
    return timed(frames)


@capture("mpls.pcap")
def mpls_labels():
    frames = [typed(0x8847, mpls(packet, 16), packet) for packet in lookup()]
    frames += [typed(0x8847, mpls(packet, 16, 17, 18), packet)
               for packet in lookup(client=CLIENT6, server=SERVER6)]
    inner = typed(0x88B5, b"\0" * 46)
    frames.append(typed(0x8847, mpls(b"\0\0\0\0" + inner, 16)))  # a pseudo-wire, RFC 4385
    return timed(frames)


@capture("pppoe.pcap")
def pppoe_session():
    frames = [typed(0x8863, pppoe(b"\x01\x01\0\0", code=0x09, session=0), dst="ff:ff:ff:ff:ff:ff"),
              typed(0x8864, pppoe(b"\xc0\x21\x01\x01\0\x04"))]  # discovery, LCP
    frames += [typed(0x8864, pppoe(ppp(packet)), packet) for packet in both_versions()]
    return timed(frames)


@capture("not_ip.pcap")
def not_ip():
    stp = b"\x42\x42\x03" + b"\0" * 35
    cdp = b"\xaa\xaa\x03\x00\x00\x0c\x20\x00" + b"\x02\xb4" + b"\0" * 30
    return timed([
        typed(0x88CC, b"\x02\x07\x04" + mac(CLIENT_MAC) + b"\x04\x02\x05a\x06\x02\0x\0\0",
              dst="01:80:c2:00:00:0e"),
        mac("01:80:c2:00:00:00") + mac(CLIENT_MAC) + struct.pack("!H", len(stp)) + stp,
        mac("01:00:0c:cc:cc:cc") + mac(CLIENT_MAC) + struct.pack("!H", len(cdp)) + cdp,
        typed(0x888E, b"\x01\x01\0\0"),
        typed(0x88B5, b"local experiment"),
        typed(0x88B5, lookup()[0]),  # IPv4 where nobody says so
        typed(0x88B5, b"\x45" + b"\x55" * 45),  # no IPv4: its checksum is wrong
    ])


@capture("arp.pcap")
def arp_exchange():
    everyone = "ff:ff:ff:ff:ff:ff"
    return timed([
        typed(0x0806, arp(1, CLIENT_MAC, CLIENT, "00:00:00:00:00:00", "10.0.0.254"), dst=everyone),
        typed(0x0806, arp(2, ROUTER_MAC, "10.0.0.254", CLIENT_MAC, CLIENT), dst=CLIENT_MAC,
              src=ROUTER_MAC),
        typed(0x0806, arp(1, CLIENT_MAC, CLIENT, "00:00:00:00:00:00", CLIENT), dst=everyone),
        tagged(arp(1, CLIENT_MAC, CLIENT, "00:00:00:00:00:00", "10.0.0.253"), (0x8100, 10),
               ether_type=0x0806),
    ])


@capture("devices.pcap")
def devices():
    """MAC addresses with vendors: a client, a router that forwards for two servers, one remote machine
    on the wire itself, ARP between the client and the router."""
    client, router, machine = (f"00:00:5e:00:53:{number:02x}" for number in (1, 0xfe, 2))
    everyone, nobody = "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"
    frames = [
        typed(0x0806, arp(1, client, CLIENT, nobody, "10.0.0.254"), src=client, dst=everyone),
        typed(0x0806, arp(2, router, "10.0.0.254", client, CLIENT), src=router, dst=client),
        typed(0x0806, arp(1, router, "10.0.0.254", client, CLIENT), src=router, dst=client),
        typed(0x0806, arp(2, client, CLIENT, router, "10.0.0.254"), src=client, dst=router),
    ]
    for server, owner in (("192.0.2.80", router), ("203.0.113.80", router), (OTHER, machine)):
        frames += [
            typed(0x0800, udp(CLIENT, 47000, server, 9999, b"question"), src=client, dst=owner),
            typed(0x0800, udp(server, 9999, CLIENT, 47000, b"answer"), src=owner, dst=client)]
    return timed(frames)


# --- IP -----------------------------------------------------------------------------------------

@capture("ipv4_options.pcap")
def ipv4_options():
    router_alert, record_route = b"\x94\x04\0\0", b"\x07\x27\x04" + b"\0" * 37
    question, answer = lookup()
    return timed([ethernet(ip_options(question, router_alert)),
                  ethernet(ip_options(answer, record_route))])


@capture("ipv6_extensions.pcap")
def ipv6_extensions():
    hop_by_hop, destination = (0, b"\0\x01\x04\0\0\0\0"), (60, b"\x01\x01\x0c" + b"\0" * 12)
    routing = (43, b"\0\0\0\0\0\0\0")
    authentication = (51, struct.pack("!BHII", 2, 0, 1, 1) + b"\0" * 4)
    question, answer = lookup(client=CLIENT6, server=SERVER6)
    atomic = (44, struct.pack("!BHI", 0, 0, 77))  # a fragment that is the whole, RFC 6946
    return timed([ethernet(packet) for packet in (
        ip_extensions(question, hop_by_hop),
        ip_extensions(answer, hop_by_hop, destination, routing, authentication),
        ip_extensions(question, atomic),
        ip_extensions(answer, destination),
        ip(CLIENT6, SERVER6, 59, b""),  # no next header
        ip(CLIENT6, SERVER6, 50, struct.pack("!II", 9, 1) + b"\xa5" * 32),  # ESP
    )])


def long_datagram(client, server, sport):
    return udp(client, sport, server, 9999, bytes(range(256)) * 12)


@capture("fragments_ipv4.pcap")
def fragments_ipv4():
    in_order = fragments(long_datagram(CLIENT, SERVER, 41000), 1480, 1)
    headless = fragments(long_datagram(CLIENT, SERVER, 41001), 1480, 2)[1:]
    reversed_order = fragments(long_datagram(CLIENT, SERVER, 41002), 1480, 3)[::-1]
    answer = [udp(SERVER, 9999, CLIENT, 41000, b"got it")]
    return timed([ethernet(p) for p in in_order + answer + headless + reversed_order])


@capture("fragments_ipv6.pcap")
def fragments_ipv6():
    in_order = fragments(long_datagram(CLIENT6, SERVER6, 41000), 1448, 1)
    headless = fragments(long_datagram(CLIENT6, SERVER6, 41001), 1448, 2)[1:]
    interleaved = [fragments(long_datagram(CLIENT6, SERVER6, 41002 + i), 1448, 3 + i)
                   for i in range(2)]
    mixed = [part for pair in zip(*interleaved) for part in pair]
    return timed([ethernet(p) for p in in_order + headless + mixed])


@capture("ipv4_mapped.pcap")
def ipv4_mapped():
    """IPv4-mapped addresses in IPv6 packets beside the same IPv4 addresses."""
    packets = lookup() + lookup(client="::ffff:" + CLIENT, server="::ffff:" + SERVER)
    return timed([ethernet(packet) for packet in packets])


@capture("multicast.pcap")
def multicast():
    mdns = b"\0\0\0\0\0\x01\0\0\0\0\0\0\x05_http\x04_tcp\x05local\0\0\x0c\0\x01"
    ssdp = (b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n"
            b"MX: 1\r\nST: ssdp:all\r\n\r\n")
    igmp = b"\x16\0\x09\x04\xe0\0\0\xfb"
    mld = icmp("fe80::1", "ff02::16", 143, 0, b"\0\0\0\x01\x04\0\0\0" + b"\xff\x02" + b"\0" * 13 +
               b"\xfb")
    solicit = icmp("fe80::1", "ff02::1:ff00:2", 135, 0, b"\0" * 4 + b"\xfe\x80" + b"\0" * 13 +
                   b"\x02")
    send = lambda packet, dst: typed(ether_type_of(packet), packet, dst=dst)  # noqa: E731
    return timed([
        send(udp(CLIENT, 5353, "224.0.0.251", 5353, mdns), "01:00:5e:00:00:fb"),
        send(udp("fe80::1", 5353, "ff02::fb", 5353, mdns), "33:33:00:00:00:fb"),
        send(udp(CLIENT, 50000, "239.255.255.250", 1900, ssdp), "01:00:5e:7f:ff:fa"),
        send(ip_options(ip(CLIENT, "224.0.0.251", 2, igmp, ttl=1), b"\x94\x04\0\0"),
             "01:00:5e:00:00:fb"),
        send(ip_extensions(mld, (0, b"\0\x05\x02\0\0\x01\0")), "33:33:00:00:00:16"),
        send(solicit, "33:33:ff:00:00:02"),
        send(udp(CLIENT, 50001, "10.0.0.255", 137, b"\0" * 12), "ff:ff:ff:ff:ff:ff"),
        send(udp("0.0.0.0", 68, "255.255.255.255", 67, dhcp_discover()), "ff:ff:ff:ff:ff:ff"),
    ])


def dhcp_discover():
    fixed = struct.pack("!BBBBIHH", 1, 1, 6, 0, 0x2A2A2A2A, 0, 0x8000) + b"\0" * 16
    fixed += mac(CLIENT_MAC) + b"\0" * 10 + b"\0" * 192
    return fixed + b"\x63\x82\x53\x63" + b"\x35\x01\x01" + b"\x0c\x06client" + b"\xff" + b"\0" * 40


@capture("icmp.pcap")
def icmp_messages():
    lost = udp(CLIENT, 42000, SERVER, 33434, b"probe")
    lost6 = udp(CLIENT6, 42000, SERVER6, 33434, b"probe")
    return timed([ethernet(packet) for packet in (
        lost, icmp(SERVER, CLIENT, 3, 3, b"\0" * 4 + lost[:28]),
        icmp("10.0.0.254", CLIENT, 11, 0, b"\0" * 4 + lost[:28]),
        icmp_echo(CLIENT, SERVER), icmp_echo(SERVER, CLIENT, reply=True),
        icmp_echo(CLIENT, SERVER, identifier=2), icmp_echo(SERVER, CLIENT, True, identifier=2),
        lost6, icmp(SERVER6, CLIENT6, 1, 4, b"\0" * 4 + lost6),
        icmp(CLIENT6, SERVER6, 128, 0, b"\0\x01\0\x01" + b"x" * 56),
        icmp(SERVER6, CLIENT6, 129, 0, b"\0\x01\0\x01" + b"x" * 56))])


# --- tunnels ------------------------------------------------------------------------------------

def carried(wrap):
    """The frames of both_versions(), each in a packet between two tunnel end points."""
    ends = [("192.0.2.1", "198.51.100.1"), ("198.51.100.1", "192.0.2.1")]
    return [ethernet(wrap(packet, *ends[i % 2])) for i, packet in enumerate(both_versions())]


@capture("tunnel_ip_in_ip.pcap")
def tunnel_ip_in_ip():
    protocol = lambda packet: 41 if packet[0] >> 4 == 6 else 4  # noqa: E731
    frames = carried(lambda packet, src, dst: ip(src, dst, protocol(packet), packet))
    for i, packet in enumerate(both_versions()):
        src, dst = ("2001:db8::a", "2001:db8::b")[::-1 if i % 2 else 1]
        frames.append(ethernet(ip(src, dst, protocol(packet), packet)))
    return timed(frames)


@capture("tunnel_gre.pcap")
def tunnel_gre():
    frames = carried(lambda p, src, dst: ip(src, dst, 47, gre(p, ether_type_of(p))))
    frames += carried(lambda p, src, dst: ip(src, dst, 47, gre(
        p, ether_type_of(p), 0xB000, struct.pack("!HHII", 0, 0, 7, 1))))
    frames += carried(lambda p, src, dst: ip(src, dst, 47, gre(ethernet(p), 0x6558)))
    frames += carried(lambda p, src, dst: ip(src, dst, 47, gre(
        b"\xff\x03" + ppp(p), 0x880B, 0x3001, struct.pack("!HHI", len(p) + 4, 1, 1))))
    frames += carried(lambda p, src, dst: ip(src, dst, 47, gre(b"", 0x880B, 0x2081,
                                                               struct.pack("!HHI", 0, 1, 1))))
    return timed(frames)


@capture("tunnel_vxlan.pcap")
def tunnel_vxlan():
    return timed(carried(lambda p, src, dst: udp(src, 49152, dst, 4789, vxlan(ethernet(p)))))


@capture("tunnel_gtp_u.pcap")
def tunnel_gtp_u():
    frames = carried(lambda p, src, dst: udp(src, 2152, dst, 2152, gtp(p)))
    extension = struct.pack("!HBB", 1, 0, 0x85) + b"\x01\x10\x01\x00"
    frames += carried(lambda p, src, dst: udp(src, 2152, dst, 2152, gtp(p, 8, 0x34, extension)))
    echo = struct.pack("!BBHIHBB", 0x32, 1, 4, 0, 1, 0, 0)
    return timed(frames + [ethernet(udp("192.0.2.1", 2152, "198.51.100.1", 2152, echo))])


@capture("tunnel_nested.pcap")
def tunnel_nested():
    """IPv4 in GRE in IPv6 in VXLAN, under two tags; and a tunnel of fragments."""
    packets = []
    for packet in lookup():
        inner = ethernet(ip(CLIENT6, SERVER6, 47, gre(packet, 0x0800)))
        packets.append(tagged(udp("192.0.2.1", 49152, "198.51.100.1", 4789, vxlan(inner)),
                              (0x88A8, 100), (0x8100, 10)))
    long = ip("192.0.2.1", "198.51.100.1", 4, long_datagram(CLIENT, SERVER, 41000))
    packets += [ethernet(part) for part in fragments(long, 1480, 9)]
    return timed(packets)


# --- transport ----------------------------------------------------------------------------------

@capture("tcp_handshakes.pcap")
def tcp_handshakes():
    """Halves of the handshake are 20 ms and 10 ms unless a comment says otherwise."""
    packets = []
    Connection(packets, 50001).open().ask().close()
    again = Connection(packets, 50002, start=1)  # the SYN is lost once: 1 s later the next one
    again.send(True, SYN, after=0, count=False).send(True, SYN, after=1)
    again.send(False, SYN | ACK, after=0.02).send(True, ACK, after=0.01)
    again.ask().close()
    twice = Connection(packets, 50003, start=3)  # the SYN|ACK comes twice: the first one counts
    twice.send(True, SYN, after=0).send(False, SYN | ACK, after=0.02, count=False)
    twice.send(False, SYN | ACK, after=0.5).send(True, ACK, after=0.01)
    twice.ask().close()
    wrong = Connection(packets, 50004, start=5)  # a SYN|ACK for another SYN says nothing
    wrong.send(True, SYN, after=0).send(False, SYN | ACK, after=0.02, count=False, acknowledge=7)
    wrong.send(False, SYN | ACK, after=0.03).send(True, ACK, after=0.01)
    wrong.ask().close()
    deaf = Connection(packets, 50005, start=7)  # the last ACK was not captured
    deaf.send(True, SYN, after=0).send(False, SYN | ACK, after=0.02)
    deaf.send(False, PSH | ACK, b"220 ready\r\n")
    late = Connection(packets, 50006, start=8)  # recording began at the SYN|ACK
    late.next[True] += 1
    late.send(False, SYN | ACK, after=0).send(True, ACK)
    late.ask().close()
    Connection(packets, 50007, 443, CLIENT6, SERVER6, start=9).open(0.0405, 0.0005)
    anew = Connection(packets, 50008, start=10)  # the SYN|ACK is lost behind the capture point
    anew.send(True, SYN, after=0, count=False).send(False, SYN | ACK, after=0.02, count=False,
                                                    acknowledge=1001)
    anew.send(True, SYN, after=0.98).send(False, SYN | ACK, after=0.02)
    anew.send(True, ACK, after=0.01).ask().close()
    far = Connection(packets, 50009, start=12)  # a round trip beyond the client's timer of 1 s
    far.send(True, SYN, after=0, count=False).send(False, SYN | ACK, after=0.9, count=False,
                                                   acknowledge=1001)
    far.send(True, SYN, after=0.1).next[False] += 1
    far.send(True, ACK, after=0.1)
    far.next[False] -= 1
    far.send(False, SYN | ACK, after=0.8).ask().close()
    return packets


@capture("tcp_endings.pcap")
def tcp_endings():
    packets = []
    Connection(packets, 51001, start=0).open().ask().close()
    Connection(packets, 51002, start=1).open().ask().send(False, RST | ACK)
    Connection(packets, 51003, start=2).open().ask().send(True, RST)
    Connection(packets, 51004, 81, start=3).send(True, SYN, after=0).send(False, RST | ACK)
    half = Connection(packets, 51005, start=4).open()
    half.send(True, FIN | ACK).send(False, ACK)
    half.send(False, PSH | ACK, b"still talking").send(True, ACK)
    silent = Connection(packets, 51006, 82, start=5)
    for wait in (0, 1, 2, 4):
        silent.send(True, SYN, after=wait, count=False)
    both = Connection(packets, 51007, start=13).open().ask()
    both.send(True, FIN | ACK).send(False, FIN | ACK, after=0)  # at the same instant
    both.send(True, RST, after=1)
    Connection(packets, 51008, start=14).open().send(True, 0).send(True, FIN | PSH | 0x20)
    return packets


@capture("tcp_port_reuse.pcap")
def tcp_port_reuse():
    """A new SYN on the ports of a closed, a reset and an open connection, and of one joined midway."""
    packets = []
    Connection(packets, 52001, start=0).open().ask().close()
    Connection(packets, 52001, start=1, sequence=900000).open().ask().close()
    Connection(packets, 52002, start=2).open().send(False, RST | ACK)
    Connection(packets, 52002, start=2.5, sequence=900000).open().ask().close()
    Connection(packets, 52003, start=4).open().ask()
    Connection(packets, 52003, start=5, sequence=900000).open().ask().close()
    straggler = Connection(packets, 52004, start=6).open().ask().close()
    straggler.send(False, ACK, after=4.9)  # within the 5 s a finished flow waits
    straggler.send(False, ACK, after=5.5)  # and after them
    Connection(packets, 52005, start=20).ask()
    Connection(packets, 52005, start=80, sequence=900000).open().ask().close()
    return sorted(packets, key=lambda packet: packet.seconds)


@capture("tcp_midstream.pcap")
def tcp_midstream():
    packets = []
    Connection(packets, 53001, start=0).ask()
    Connection(packets, 53002, start=1).send(False, PSH | ACK, b"the server speaks first")
    Connection(packets, 1024, 8080, start=2).send(False, PSH | ACK, b"the client's port is lower")
    Connection(packets, 6000, 6000, start=3).send(True, PSH | ACK, b"same ports")
    Connection(packets, 53003, start=4).send(True, RST)
    Connection(packets, 53004, start=5).send(False, FIN | ACK).send(True, FIN | ACK)
    return packets


@capture("tcp_loss.pcap")
def tcp_loss():
    """A segment sent twice, two out of order, a gap that is filled, a keep-alive, a shut window."""
    packets = []
    it = Connection(packets, 54001, start=0).open()
    it.send(True, PSH | ACK, b"GET /big HTTP/1.1\r\nHost: www.example.org\r\n\r\n")
    it.send(False, ACK, b"a" * 1000, count=False).send(False, ACK, b"a" * 1000, after=0.3)
    it.next[False] += 1000
    it.send(False, ACK, b"c" * 1000, count=False)
    it.next[False] -= 1000
    it.send(False, ACK, b"b" * 1000, after=0.001)
    it.next[False] += 1000
    it.send(True, ACK).send(False, FIN | PSH | ACK, b"d" * 500).send(True, FIN | ACK)
    it.send(False, ACK)
    return packets


@capture("sctp.pcap")
def sctp_association():
    init = struct.pack("!IIHHI", 0x1234, 65535, 10, 10, 1)
    there = lambda chunks: ethernet(sctp(CLIENT, 5004, SERVER, 5004, chunks))  # noqa: E731
    back = lambda chunks: ethernet(sctp(SERVER, 5004, CLIENT, 5004, chunks))  # noqa: E731
    data = struct.pack("!IHHI", 1, 0, 0, 0) + b"hello sctp!!"
    return timed([
        there(sctp_chunk(1, init)), back(sctp_chunk(2, init + struct.pack("!HH", 7, 8) + b"cook")),
        there(sctp_chunk(10, b"cook")), back(sctp_chunk(11, b"")),
        there(sctp_chunk(0, data, flags=3)),
        back(sctp_chunk(3, struct.pack("!IIHH", 1, 65535, 0, 0))),
        ethernet(sctp(CLIENT6, 5000, SERVER6, 5001, sctp_chunk(1, init)))])


@capture("odd_ends.pcap")
def odd_ends():
    """One address and port on both sides, port 0, loopback, lengths of 0 and 8."""
    return timed([ethernet(packet) for packet in (
        tcp(CLIENT, 139, CLIENT, 139, SYN, sequence=1),
        tcp(CLIENT, 139, CLIENT, 139, SYN, sequence=1),
        udp(CLIENT, 0, SERVER, 0, b"port 0"), udp(SERVER, 0, CLIENT, 0, b"port 0"),
        udp("127.0.0.1", 8125, "127.0.0.1", 8126, b"c:1|c"),
        udp("::1", 8125, "::1", 8126, b"c:1|c"),
        udp(CLIENT, 43000, OTHER, 7), ip(CLIENT, OTHER, 17, b""), ip(CLIENT, OTHER, 253, b""),
        ip(CLIENT, OTHER, 6, b"\x12\x34\x00\x50"))])


@capture("padded.pcap")
def padded():
    """Frames filled up to 60 bytes: wire bytes count, payload does not."""
    packets = [udp(CLIENT, 44000, SERVER, 7, b"hi"), udp(SERVER, 7, CLIENT, 44000, b"hi"),
               tcp(CLIENT, 44001, SERVER, 7, ACK, 1, 1)]
    return timed([ethernet(packet).ljust(60, b"\0") + b"FCS!" for packet in packets])


# --- time ---------------------------------------------------------------------------------------

@capture("timeouts.pcap")
def timeouts():
    """Default timeouts are 120 s of silence, 300 s of activity."""
    packets = []

    def at(sport, *seconds):
        frame = ethernet(udp(CLIENT, sport, SERVER, 9998, b"tick"))
        packets.extend(Packet(frame, second) for second in seconds)

    at(45001, 0, 119.5)     # one flow
    at(45002, 0, 120)       # one flow: not longer than the timeout
    at(45003, 0, 120.000001)  # two flows
    at(45004, 0, 600)       # two flows
    at(45005, *range(0, 601, 20))  # reported at 300 s and 600 s
    at(45006, 0, 50, 100, 150, 200, 250, 299.999999)  # just not reported before its end
    at(45007, 0, 50, 100, 150, 200, 250, 300)
    return sorted(packets, key=lambda packet: packet.seconds)


@capture("time_order.pcap")
def time_order():
    """Timestamps that go back by milliseconds, by a minute, and to 1970."""
    frames = [ethernet(packet) for packet in lookup()]
    beats = [ethernet(udp(CLIENT, 45000 + i, SERVER, 9998, b"tick")) for i in range(3)]
    return [Packet(frames[0], 1), Packet(frames[1], 0.998), Packet(beats[0], 100),
            Packet(beats[0], 40), Packet(beats[1], 30), Packet(beats[1], 100.5),
            Packet(beats[2], -EPOCH), Packet(beats[2], 101)]


@capture("time_leaps.pcap")
def time_leaps():
    """Late flows, one damaged timestamp in between, and a second capture behind the first whose times
    are a day earlier."""
    def beats(seconds):
        return [Packet(ethernet(udp(CLIENT, 45100 + i, SERVER, 9998, b"tick")), seconds + i / 100)
                for i in range(8)]
    other = ethernet(udp(CLIENT, 45200, SERVER, 9997, b"other"))
    day = 24 * 3600
    return [*beats(0), Packet(other, 300), *beats(10), Packet(other, 2e9), *beats(310),
            Packet(other, 500), *beats(-day), *beats(10 - day), Packet(other, 300 - day),
            *beats(301 - day)]


# --- applications -------------------------------------------------------------------------------

@capture("names.pcap")
def names():
    """Names that are not UTF-8, hold quotes, backslashes and control characters."""
    packets = []
    for i, name in enumerate((b"caf\xe9.example.org", b"quote\"back\\slash.example.org",
                              b"tab\there.example.org", b"\xf0\x9f\xa6\x8a.example.org",
                              b"\xff\xfe\xc0\xaf.example.org", b"<b>.example.org")):
        labels = b"".join(bytes([len(part)]) + part for part in name.split(b"."))
        question = struct.pack("!HHHHHH", i, 0x0100, 1, 0, 0, 0) + labels + b"\0\0\x01\0\x01"
        packets += timed([ethernet(udp(CLIENT, 46000 + i, SERVER, 53, question))], start=i)
        request = b"GET / HTTP/1.1\r\nHost: " + name + b"\r\nUser-Agent: " + name + b"\r\n\r\n"
        Connection(packets, 46100 + i, start=i + 0.1).open().ask(request).close()
    return packets


def dns_name(name):
    return b"".join(bytes([len(part)]) + part for part in name.split(b".")) + b"\0"


def record(owner, kind, data, dns_class=1):
    return owner + struct.pack("!HHIH", kind, dns_class, 300, len(data)) + data


def answer(question, kind, *records, flags=0x8180):
    """A message with one question (none when it is empty) and these answers."""
    asked = question + struct.pack("!HH", kind, 1) if question else b""
    return struct.pack("!HHHHHH", 7, flags, bool(question), len(records), 0, 0) + asked + \
        b"".join(records)


def netbios_name(name, suffix):
    padded = name.ljust(15) + bytes([suffix])
    return b"\x20" + b"".join(bytes([65 + (c >> 4), 65 + (c & 15)]) for c in padded) + b"\0"


def dhcp_request(address, name):
    fixed = struct.pack("!BBBBIHH", 1, 1, 6, 0, 0x2B2B2B2B, 0, 0) + b"\0" * 16
    fixed += mac(CLIENT_MAC) + b"\0" * 10 + b"\0" * 192
    return fixed + b"\x63\x82\x53\x63\x35\x01\x03\x32\x04" + address + \
        b"\x0c" + bytes([len(name)]) + name + b"\xff"


@capture("host_names.pcap")
def host_names():
    """Who tells a host's name: its DHCP request, mDNS, LLMNR, NetBIOS, DNS answers, HTTP, PTR; and
    who must not: loops of compression, block lists' 0.0.0.0, groups, bytes that are no text."""
    pointer, here, web = b"\xc0\x0c", bytes([10, 0, 0, 1]), bytes([192, 0, 2, 80])
    www, alias = dns_name(b"WWW.example.org"), dns_name(b"edge.example.net")
    owner = dns_name("b\u00fcro.local".encode())
    dns = lambda message: udp(OTHER, 53, CLIENT, 47000, message)  # noqa: E731
    packets = timed([ethernet(packet) for packet in (
        udp("0.0.0.0", 68, "255.255.255.255", 67, dhcp_request(here, b"laptop")),
        udp(CLIENT, 47000, OTHER, 53, dns_query("www.example.org")),
        dns(answer(www, 1, record(pointer, 5, alias), record(alias, 1, web))),
        dns(answer(dns_name(b"80.2.0.192.in-addr.arpa"), 12,
                   record(pointer, 12, dns_name(b"rev.example.org")))),
        dns(answer(dns_name(b"ads.example.org"), 1, record(pointer, 1, b"\0\0\0\0"))),
        dns(answer(dns_name(b"nobody.example.org"), 1, flags=0x8183)),
        dns(answer(b"\xc0\x0c", 1, record(b"\xc0\x12", 1, web))),
        dns(answer(dns_name(b"\xff\x00a b"), 28,
                   record(pointer, 28, ipaddress.ip_address(SERVER6).packed))),
        dns(b"not a message"),
        udp(SERVER, 5353, "224.0.0.251", 5353,
            answer(b"", 0, record(owner, 1, web, 0x8001), flags=0x8400)),
        udp(SERVER, 5355, CLIENT, 47001, answer(dns_name(b"BUERO"), 1,
                                                record(pointer, 1, web), flags=0x8000)),
        udp(OTHER, 137, "10.0.0.255", 137,
            struct.pack("!HHHHHH", 7, 0x2910, 1, 0, 0, 1) + netbios_name(b"FILES", 0x20) +
            b"\0\x20\0\x01" +
            record(pointer, 0x20, b"\0\0" + ipaddress.ip_address(OTHER).packed)),
        udp(OTHER, 137, "10.0.0.255", 137,
            struct.pack("!HHHHHH", 7, 0x2910, 1, 0, 0, 1) + netbios_name(b"GROUP", 0) +
            b"\0\x20\0\x01" +
            record(pointer, 0x20, b"\x80\0" + ipaddress.ip_address(OTHER).packed)),
    )])
    request = b"GET %s HTTP/1.1\r\nHost : smuggled.example\r\nHost: %s\r\nHost: second\r\n\r\n"
    connection = Connection(packets, 47100, start=1.0).open()
    connection.ask(request % (b"/", b"Shop.example.org:80"))
    connection.ask(request % (b"http://far.example.org/", b"far.example.org")).close()
    return packets


# --- what cannot be read ------------------------------------------------------------------------

@capture("undecodable.pcap")
def undecodable():
    """At least one frame for each decode::DecodeError; the last packet is sound."""
    question = lookup()[0]
    question6 = lookup(client=CLIENT6, server=SERVER6)[0]
    whole, whole6 = ethernet(question), ethernet(question6)
    lied = bytearray(whole)
    lied[16:18] = struct.pack("!H", 1500)
    short_header = bytearray(whole)
    short_header[14] = 0x44
    lied6 = bytearray(whole6)
    lied6[18:20] = struct.pack("!H", 1500)
    endless = ip_extensions(question6, *[(60, b"\0\x01\x04\0\0\0\0")] * 20)
    deep = question
    for _ in range(10):
        deep = ip(CLIENT, SERVER, 4, deep)
    cut = lambda frame, kept: Packet(frame[:kept], 0, len(frame))  # noqa: E731
    packets = [
        cut(whole, 10), cut(tagged(question, (0x8100, 10)), 16),
        cut(typed(0x8847, mpls(question, 16, 17)), 18),
        cut(typed(0x8864, pppoe(ppp(question))), 20),  # link_truncated
        cut(whole, 30), cut(ethernet(ip_options(question, b"\x01" * 8)), 36),  # ipv4_truncated
        Packet(bytes(lied)), Packet(bytes(short_header)),
        Packet(typed(0x0800, question6)),  # ipv4_malformed
        cut(whole6, 40), cut(ethernet(ip_extensions(question6, (60, b"\0\x01\x04\0\0\0\0"))), 58),
        Packet(bytes(lied6)), Packet(typed(0x86DD, question)), Packet(ethernet(endless)),
        Packet(tagged(question, *[(0x8100, 10)] * 9)),  # tunnel_too_deep
        Packet(ethernet(deep)),  # only when tunnels are looked into
        Packet(whole)]
    for i, packet in enumerate(packets):
        packet.seconds = i / 100
    return packets


@capture("undecodable_raw.pcap")
def undecodable_raw():
    """Raw IP whose first byte is no version, and none at all."""
    return pcap_bytes([Packet(b"\x50" + b"\0" * 40), Packet(b"", 0.01, 60), Packet(lookup()[0], 1)],
                      link_type=101)


@capture("snap_length.pcap")
def snap_length():
    """96 bytes of each frame were stored; what is counted is the length on the wire."""
    packets = []
    Connection(packets, 47000).open().ask(answer=b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1200).close()
    packets += timed([ethernet(udp(CLIENT, 41000, SERVER, 9999, b"x" * 1400))], 1)
    return pcap_bytes([Packet(p.frame[:96], p.seconds, len(p.frame)) for p in packets], snaplen=96)


for hostile_name, make_hostile in HOSTILE.items():
    capture(hostile_name)(make_hostile)


# --- file formats -------------------------------------------------------------------------------

def sample():
    packets = timed([ethernet(packet) for packet in both_versions()])
    Connection(packets, 48000, start=1).open().ask().close()
    return packets


CAPTURES.update({
    "format_microseconds.pcap": lambda: pcap_bytes(sample()),
    "format_nanoseconds.pcap": lambda: pcap_bytes(sample(), nanoseconds=True),
    "format_big_endian.pcap": lambda: pcap_bytes(sample(), byte_order=">"),
    "format_big_endian_nanoseconds.pcap": lambda: pcap_bytes(sample(), byte_order=">",
                                                             nanoseconds=True),
    "format_pcapng.pcapng": lambda: pcapng_bytes(sample()),
    "format_pcapng_nanoseconds.pcapng": lambda: pcapng_bytes(sample(), nanoseconds=True),
    "format_pcapng_big_endian.pcapng": lambda: pcapng_bytes(sample(), order=">"),
    "format_gzip.pcap.gz": lambda: gzip_bytes(pcap_bytes(sample())),
    "format_gzip_pcapng.pcapng.gz": lambda: gzip_bytes(pcapng_bytes(sample())),
    "format_zstd.pcap.zst": lambda: zstd_bytes(pcap_bytes(sample())),
    "no_packets.pcap": lambda: pcap_bytes([]),
    # Whole packets before the damage: the flows up to there are told.
    "damaged/cut_in_packet.pcap": lambda: pcap_bytes(sample())[:-20],
    "damaged/cut_in_record_header.pcap": lambda: pcap_bytes(sample()[:6])
    + struct.pack("<II", EPOCH, 0),
    "damaged/cut_in_block.pcapng": lambda: pcapng_bytes(sample())[:-60],
    "damaged/cut.pcap.gz": lambda: gzip_bytes(pcap_bytes(sample()))[:-40],
    "damaged/cut.pcap.zst": lambda: zstd_bytes(pcap_bytes(sample()))[:-40],
    "damaged/oversized_packet.pcap": lambda: pcap_bytes(sample()[:6])
    + struct.pack("<IIII", EPOCH, 0, 0x7FFFFFFF, 0x7FFFFFFF) + b"\0" * 64,
    "damaged/empty.pcap": lambda: b"",
    "damaged/cut_in_file_header.pcap": lambda: pcap_bytes([])[:10],
    "damaged/garbage.pcap": lambda: bytes(range(256)),
    "damaged/link_unsupported.pcap": lambda: pcap_bytes(sample()[:2], link_type=105),
})
