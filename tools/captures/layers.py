# SPDX-License-Identifier: Apache-2.0
"""What tools/make-captures builds frames and files from, beyond tests/support/wiregauge.py.

Addresses are those for documentation (RFC 5737, RFC 3849) and 10/8; MAC addresses are local ones.
"""

import ipaddress
import pathlib
import struct
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests/support"))
from wiregauge import (ACK, EPOCH, FIN, PSH, RST, SYN, Packet, checksum, dns_answer,  # noqa: E402
                       dns_query, icmp_echo, ip, mac, pcap_bytes, tcp, udp)

__all__ = ["ACK", "EPOCH", "FIN", "PSH", "RST", "SYN", "Packet", "checksum", "dns_answer",
           "dns_query", "icmp_echo", "ip", "mac", "pcap_bytes", "tcp", "udp"]

CLIENT, SERVER, OTHER = "10.0.0.1", "192.0.2.80", "198.51.100.7"
CLIENT6, SERVER6 = "2001:db8::1", "2001:db8:80::80"
CLIENT_MAC, ROUTER_MAC = "02:00:00:00:00:01", "02:00:00:00:00:fe"


# Whose packets come from the client's card; all others come from the router.
CLIENT_SIDE = {ipaddress.ip_address(text).packed for text in (
    CLIENT, CLIENT6, "::ffff:" + CLIENT, "fe80::1", "0.0.0.0", "192.0.2.1", "2001:db8::a")}


def macs(packet):
    """Target and sender of the frame that carries an IP packet."""
    source = packet[8:24] if packet[0] >> 4 == 6 else packet[12:16]
    both = (ROUTER_MAC, CLIENT_MAC) if source in CLIENT_SIDE else (CLIENT_MAC, ROUTER_MAC)
    return b"".join(mac(address) for address in both)


def ethernet(packet):
    return macs(packet) + struct.pack("!H", ether_type_of(packet)) + packet


def typed(ether_type, payload, packet=None, dst=ROUTER_MAC, src=CLIENT_MAC):
    """A frame of any type; addressed like the IP packet that it carries, when there is one."""
    addresses = mac(dst) + mac(src) if packet is None else macs(packet)
    return addresses + struct.pack("!H", ether_type) + payload


def ether_type_of(packet):
    return 0x86DD if packet[0] >> 4 == 6 else 0x0800


def tagged(packet, *tags, ether_type=None):
    """A frame with tags (TPID, identifier) from the outermost on."""
    frame = macs(packet) if ether_type is None else mac(ROUTER_MAC) + mac(CLIENT_MAC)
    for tpid, identifier in tags:
        frame += struct.pack("!HH", tpid, identifier)
    return frame + struct.pack("!H", ether_type or ether_type_of(packet)) + packet


def mpls(payload, *labels):
    stack = b""
    for position, label in enumerate(labels):
        bottom = position == len(labels) - 1
        stack += struct.pack("!I", label << 12 | bottom << 8 | 64)
    return stack + payload


def ppp(packet):
    return struct.pack("!H", 0x0057 if packet[0] >> 4 == 6 else 0x0021) + packet


def pppoe(payload, code=0, session=0x0042):
    return struct.pack("!BBHH", 0x11, code, session, len(payload)) + payload


def ip_options(packet, options):
    """The IPv4 packet with options (a multiple of four bytes) after its header."""
    head = bytearray(packet[:20])
    head[0] = 0x40 | (20 + len(options)) // 4
    head[2:4] = struct.pack("!H", len(packet) + len(options))
    head[10:12] = b"\0\0"
    head[10:12] = struct.pack("!H", checksum(bytes(head) + options))
    return bytes(head) + options + packet[20:]


def ip_extensions(packet, *headers):
    """The IPv6 packet with extension headers (number, bytes after "next header")."""
    following = packet[6]
    chain = b""
    for number, rest in reversed(headers):
        chain = bytes([following]) + rest + chain
        following = number
    head = bytearray(packet[:40])
    head[4:6] = struct.pack("!H", len(packet) - 40 + len(chain))
    head[6] = following
    return bytes(head) + chain + packet[40:]


def fragments(packet, size, identification):
    """An IP packet cut into fragments of `size` payload bytes (a multiple of eight)."""
    version = packet[0] >> 4
    head_bytes = 40 if version == 6 else 20
    head, payload = packet[:head_bytes], packet[head_bytes:]
    source, target = (head[8:24], head[24:40]) if version == 6 else (head[12:16], head[16:20])
    src, dst = str(ipaddress.ip_address(source)), str(ipaddress.ip_address(target))
    out = []
    for offset in range(0, len(payload), size):
        part, more = payload[offset:offset + size], offset + size < len(payload)
        if version == 6:
            header = struct.pack("!BBHI", head[6], 0, offset | more, identification)
            out.append(ip(src, dst, 44, header + part))
        else:
            out.append(ip(src, dst, head[9], part, identification=identification,
                          flags_offset=more << 13 | offset // 8))
    return out


def gre(payload, protocol, flags=0, optional=b""):
    return struct.pack("!HH", flags, protocol) + optional + payload


def vxlan(frame, vni=42):
    return struct.pack("!II", 0x08000000, vni << 8) + frame


def gtp(packet, teid=7, flags=0x30, optional=b""):
    return struct.pack("!BBHI", flags, 0xFF, len(optional) + len(packet), teid) + optional + packet


def sctp(src, sport, dst, dport, chunks):
    packet = struct.pack("!HHII", sport, dport, 0x1234, 0) + chunks
    crc = crc32c(packet)
    return ip(src, dst, 132, packet[:8] + struct.pack("<I", crc) + packet[12:])


def sctp_chunk(kind, body, flags=0):
    chunk = struct.pack("!BBH", kind, flags, 4 + len(body)) + body
    return chunk + b"\0" * (-len(chunk) % 4)


def crc32c(data):
    """RFC 9260 appendix A."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def icmp(src, dst, kind, code, body):
    """ICMP or ICMPv6, as the addresses say; body begins after the checksum."""
    message = struct.pack("!BBH", kind, code, 0) + body
    source, target = ipaddress.ip_address(src), ipaddress.ip_address(dst)
    pseudo = b""
    if source.version == 6:
        pseudo = source.packed + target.packed + struct.pack("!II", len(message), 58)
    value = checksum(pseudo + message)
    protocol = 58 if source.version == 6 else 1
    return ip(src, dst, protocol, message[:2] + struct.pack("!H", value) + message[4:])


def arp(operation, sender_mac, sender, target_mac, target):
    return struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + mac(sender_mac) + \
        ipaddress.ip_address(sender).packed + mac(target_mac) + ipaddress.ip_address(target).packed


class Connection:
    """A TCP connection that is written down packet by packet, with its sequence numbers."""

    def __init__(self, packets, sport, dport=80, client=CLIENT, server=SERVER, start=0.0,
                 sequence=1000):
        self.packets, self.time = packets, start
        self.client, self.server = (client, sport), (server, dport)
        self.next = {True: sequence, False: sequence + 4000}

    def send(self, from_client, flags, payload=b"", after=0.01, count=True, acknowledge=None):
        """One segment `after` seconds later. count=False: a duplicate will follow, or did."""
        self.time += after
        (src, sport), (dst, dport) = (self.client, self.server) if from_client else \
            (self.server, self.client)
        acknowledgement = self.next[not from_client] if acknowledge is None else acknowledge
        segment = tcp(src, sport, dst, dport, flags, sequence=self.next[from_client],
                      acknowledgement=acknowledgement if flags & ACK else 0, payload=payload)
        self.packets.append(Packet(ethernet(segment), self.time))
        if count:
            self.next[from_client] += len(payload) + bool(flags & (SYN | FIN))
        return self

    def open(self, server_delay=0.02, client_delay=0.01):
        self.send(True, SYN, after=0)
        self.send(False, SYN | ACK, after=server_delay)
        return self.send(True, ACK, after=client_delay)

    def ask(self, request=b"GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n",
            answer=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"):
        self.send(True, PSH | ACK, request)
        self.send(False, PSH | ACK, answer)
        return self.send(True, ACK)

    def close(self):
        self.send(True, FIN | ACK)
        self.send(False, FIN | ACK)
        return self.send(True, ACK)


def lookup(name="www.example.org", sport=40000, client=CLIENT, server=SERVER, identifier=0x1234):
    """The IP packets of a DNS question and its answer."""
    return [udp(client, sport, server, 53, dns_query(name, identifier)),
            udp(server, 53, client, sport, dns_answer(name, "192.0.2.1", identifier))]


def timed(frames, start=0.0, step=0.01):
    return [Packet(frame, start + step * i) for i, frame in enumerate(frames)]


# --- file formats -------------------------------------------------------------------------------

def block(order, kind, body):
    body += b"\0" * (-len(body) % 4)
    total = 12 + len(body)
    return struct.pack(order + "II", kind, total) + body + struct.pack(order + "I", total)


def option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def pcapng_bytes(packets, order="<", nanoseconds=False, link_type=1):
    """pcapng with a section, one interface, a block nobody knows, and statistics at the end."""
    scale = 1_000_000_000 if nanoseconds else 1_000_000
    resolution = option(order, 9, b"\x09") if nanoseconds else b""
    out = block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    out += block(order, 1, struct.pack(order + "HHI", link_type, 0, 262144) + resolution +
                 option(order, 0, b""))
    out += block(order, 0x00000BAD, b"skip me")
    for packet in packets:
        stamp = round((EPOCH + packet.seconds) * 1_000_000) * (scale // 1_000_000)
        wire = len(packet.frame) if packet.wire_bytes is None else packet.wire_bytes
        out += block(order, 6, struct.pack(order + "IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF,
                                           len(packet.frame), wire) + packet.frame)
    return out + block(order, 5, struct.pack(order + "III", 0, 0, 0))


def gzip_bytes(data):
    """RFC 1952 with stored blocks: the same bytes from every zlib."""
    deflated = b""
    for at in range(0, len(data), 65535):
        part = data[at:at + 65535]
        last = at + 65535 >= len(data)
        deflated += struct.pack("<BHH", last, len(part), len(part) ^ 0xFFFF) + part
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + deflated + \
        struct.pack("<II", zlib.crc32(data), len(data))


def zstd_bytes(data):
    """RFC 8878: one frame of raw blocks, its size in eight bytes."""
    out = struct.pack("<IBQ", 0xFD2FB528, 0xE0, len(data))
    for at in range(0, len(data), 65536):
        part = data[at:at + 65536]
        last = at + 65536 >= len(data)
        out += struct.pack("<I", len(part) << 3 | last)[:3] + part
    return out
