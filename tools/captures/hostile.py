# SPDX-License-Identifier: Apache-2.0
"""Captures of what an attacker, a fuzzer or a broken stack sends. Nothing here is well-formed on
purpose alone: each conversation says what it tries."""

import struct

from captures.layers import (ACK, CLIENT, CLIENT6, FIN, PSH, RST, SERVER, SERVER6, SYN, Connection,
                             Packet, ethernet, ip, tcp, timed, udp)

URG = 0x20
MORE = 0x2000  # IPv4's flag "more fragments"


def piece(identification, offset, payload, more=True, protocol=17, src=CLIENT, dst=SERVER):
    """One IPv4 fragment; `offset` in bytes, a multiple of eight."""
    return ethernet(ip(src, dst, protocol, payload, identification=identification,
                       flags_offset=(MORE if more else 0) | offset // 8))


def piece6(identification, offset, payload, more=True, protocol=17):
    header = struct.pack("!BBHI", protocol, 0, offset | more, identification)
    return ethernet(ip(CLIENT6, SERVER6, 44, header + payload))


def datagram(sport, size):
    return struct.pack("!HHHH", sport, 9, 8 + size, 0) + b"x" * size


def fragments():
    """Overlapping (RFC 5722, the "teardrop"), tiny (RFC 1858), rewriting (RFC 3128), longer than a
    packet can be, twice the same first one with other ports, and many that never end."""
    whole = datagram(41000, 64)
    frames = [piece(1, 0, whole[:40]), piece(1, 24, whole[24:], more=False)]
    segment = tcp(CLIENT, 41001, SERVER, 80, SYN)[20:]
    frames += [piece(2, 0, segment[:8], protocol=6), piece(2, 8, segment[8:], False, protocol=6)]
    harmless = tcp(CLIENT, 41002, SERVER, 80, ACK)[20:]
    rewritten = tcp(CLIENT, 41002, SERVER, 80, SYN)[20:]
    frames += [piece(3, 0, harmless[:16], protocol=6), piece(3, 8, rewritten[8:], False, protocol=6)]
    frames += [piece(4, 0, datagram(41003, 1472)), piece(4, 65528, b"y" * 1400, more=False)]
    frames += [piece(5, 0, datagram(41004, 24)), piece(5, 0, datagram(41005, 24)),
               piece(5, 32, b"z" * 16, more=False)]
    frames += [piece(6, 0, b"", more=True), piece(6, 0, b"\0" * 4, more=False)]
    frames += [piece6(7, 0, whole[:40]), piece6(7, 24, whole[24:], more=False)]
    frames += [piece6(8, 0, b"\0" * 8, protocol=0), piece6(8, 8, whole, more=False, protocol=0)]
    frames += [piece(100 + i, 0, datagram(42000 + i, 24)) for i in range(40)]
    frames += [piece(100 + i, 8 * (1 + i % 7), b"w" * 8) for i in range(40)]
    return timed(frames, step=0.001)


def syn_retries():
    """1,000 times the same SYN, then 50 with another number each: scanners do both."""
    packets = []
    same = Connection(packets, 41100, 81)
    for _ in range(1000):
        same.send(True, SYN, after=0.05, count=False)
    for number in range(50):
        packets.append(Packet(ethernet(tcp(CLIENT, 41101, SERVER, 81, SYN, sequence=number * 7919)),
                              51 + number * 0.001))
    return packets


def tcp_attacks():
    """Around one honest connection each: blind resets (RFC 5961), data over the wrap of the
    sequence numbers, overlapping segments with other bytes, a window that opens and shuts, flags
    that no stack sends, options that never end."""
    packets = []
    blind = Connection(packets, 41200, start=0).open().ask()
    for guess in range(64):
        blind.time += 0.001
        packets.append(Packet(ethernet(tcp(SERVER, 80, CLIENT, 41200, RST,
                                           sequence=guess << 26)), blind.time))
    blind.ask().close()

    wrap = Connection(packets, 41201, start=2, sequence=0xFFFFFF00).open()
    for _ in range(8):
        wrap.send(True, PSH | ACK, b"u" * 100).send(False, ACK)
    wrap.close()

    overlap = Connection(packets, 41202, start=4).open()
    overlap.send(True, PSH | ACK, b"GET /a HTTP/1.1\r\n")
    overlap.next[True] -= 10
    overlap.send(True, PSH | ACK, b"HTTP/9.9\r\nHost: evil\r\n\r\n")
    overlap.next[True] -= 200
    overlap.send(True, PSH | ACK, b"o" * 400).close()

    window = Connection(packets, 41203, start=6).open()
    for turn in range(200):
        window.time += 0.001
        packets.append(Packet(ethernet(tcp(
            SERVER, 80, CLIENT, 41203, ACK, sequence=window.next[False],
            acknowledgement=window.next[True], window=turn % 2)), window.time))
    window.close()

    odd = [0, SYN | FIN, SYN | RST, FIN, URG, 0x3F, 0xFF, FIN | RST, SYN | PSH | URG]
    frames = [ethernet(tcp(CLIENT, 41210 + i, SERVER, 80, flags)) for i, flags in enumerate(odd)]
    for number, options in enumerate((b"\x02\x00" * 20, b"\x02\xff" * 20, b"\xff" * 40,
                                      b"\x01" * 40, b"\x03\x03\xff\x02\x04\x00\x00" + b"\0" * 33)):
        segment = bytearray(tcp(CLIENT, 41230 + number, SERVER, 80, SYN)[20:])
        segment[12] = 0xF0
        frames.append(ethernet(ip(CLIENT, SERVER, 6, bytes(segment) + options)))
    segment = bytearray(tcp(CLIENT, 41240, SERVER, 80, SYN)[20:])
    segment[12] = 0x10  # a header of four bytes
    frames.append(ethernet(ip(CLIENT, SERVER, 6, bytes(segment))))
    return packets + timed(frames, start=9)


def dns(flags, counts, body, sport, port=53, from_server=False):
    message = struct.pack("!HHHHHH", 0x1234, flags, *counts) + body
    if from_server:
        return udp(SERVER, port, CLIENT, sport, message)
    return udp(CLIENT, sport, SERVER, port, message)


def dns_attacks():
    """Names that point to themselves, to each other, forward, outside; labels that are no text;
    counts that lie; a question cut after every byte; 64 KiB in one message over TCP."""
    ask, answer = 0x0100, 0x8180
    a_in = struct.pack("!HH", 1, 1)
    record = struct.pack("!HHIH", 1, 1, 300, 4) + b"\xc0\x00\x02\x01"
    plain = b"\x03www\x07example\x03org\0"
    names = {
        "to itself": b"\xc0\x0c",
        "to each other": b"\xc0\x0e\xc0\x0c",
        "forward": b"\xc0\x20" + b"\0" * 20,
        "outside": b"\xff\xff",
        "a loop after a label": b"\x03www\xc0\x0c",
        "reserved length bits": b"\x80abc\0",
        "no UTF-8": b"\x04\xff\xfe\x80\xc3\x03org\0",
        "dots, quotes, zeros, breaks": b"\x0aa.b\"\\\0\r\n\x1b[\x03org\0",
        "a surrogate and beyond Unicode": b"\x07\xed\xa0\x80\xf4\x90\x80\x80\x03org\0",
        "255 bytes": (b"\x3f" + b"l" * 63) * 3 + b"\x3d" + b"l" * 61 + b"\0",
        "longer than a name may be": (b"\x3f" + b"m" * 63) * 7 + b"\0",
        "127 labels": b"\x01x" * 127 + b"\0",
        "never ends": b"\x3f" + b"n" * 30,
        "the root": b"\0",
    }
    packets = []
    for number, name in enumerate(names.values()):
        sport = 41300 + number
        packets.append(dns(ask, (1, 0, 0, 0), name + a_in, sport))
        packets.append(dns(answer, (1, 1, 0, 0), name + a_in + b"\xc0\x0c" + record, sport,
                           from_server=True))
        packets.append(dns(answer, (1, 1, 0, 0), plain + a_in + name + record, sport,
                           from_server=True))
    packets.append(dns(ask, (65535, 65535, 65535, 65535), plain + a_in, 41330))
    packets.append(dns(answer, (0, 65535, 0, 0), (b"\xc0\x0c" + record) * 80, 41331,
                       from_server=True))
    lying = struct.pack("!HHIH", 1, 1, 300, 65535) + b"\xc0\x00\x02\x01"
    packets.append(dns(answer, (1, 1, 0, 0), plain + a_in + b"\xc0\x0c" + lying, 41332,
                       from_server=True))
    whole = struct.pack("!HHHHHH", 1, ask, 1, 0, 0, 0) + plain + a_in
    packets += [udp(CLIENT, 41340, SERVER, 53, whole[:size]) for size in range(len(whole))]
    packets += [udp(CLIENT, 5353, "224.0.0.251", 5353, whole[:size]) for size in range(len(whole))]
    frames = timed([ethernet(packet) for packet in packets], step=0.001)
    huge = Connection(frames, 41400, 53, start=2).open()
    message = struct.pack("!HHHHHHH", 65535, 1, answer, 0, 1, 0, 0) + b"\xc0\x0c" * 32000
    for at in range(0, len(message), 1400):
        huge.send(False, ACK, message[at:at + 1400], after=0.0001)
    huge.close()
    return frames


def http_attacks():
    """Requests that two parsers read in two ways (RFC 9112, section 11), heads that never end, and
    a Host of 64 KiB."""
    heads = [
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        b"GET / HTTP/1.1\r\nHost: one.example\r\nHost: two.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : space.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: 1\r\n folded: 2\r\nHost: after.example\r\n\r\n",
        b"GET / HTTP/1.1\rHost: bare-cr.example\r\r",
        b"GET / HTTP/1.1\nHost: bare-lf.example\n\n",
        b"GET http://in-target.example/ HTTP/1.1\r\nHost: in-host.example\r\n\r\n",
        b"GET /\0hidden HTTP/1.1\r\nHost: zero\0.example\r\n\r\n",
        b"GET /\xff\xfe\xc3\x28 HTTP/1.1\r\nHost: \xed\xa0\x80.example\r\nUser-Agent: \x1b[2J\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost:\r\n\r\n",
        b"GET  /  HTTP/1.1\r\nHost: spaces.example\r\n\r\n",
        b"get / http/1.1\r\nhost: small.example\r\n\r\n",
        b"GET / HTTP/9.99999999999999999999\r\nHost: version.example\r\n\r\n",
        b"X" * 70 + b" / HTTP/1.1\r\nHost: method.example\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"Host: far.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \"},{\"injected\":\"</script>\r\n\r\n",
    ]
    answers = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 999 \xff\xfe\r\nContent-Type: \xc3\x28\r\n\r\n",
        b"HTTP/1.1 -1 OK\r\n\r\n",
        b"HTTP/1.1 4294967496 OK\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 200" + b" " * 1000,
    ]
    packets = []
    for number, head in enumerate(heads):
        Connection(packets, 41500 + number, start=number * 0.2).open(0.001, 0.001).ask(
            head, answers[number % len(answers)]).close()
    huge = Connection(packets, 41550, start=5).open()
    head = b"GET / HTTP/1.1\r\nHost: " + b"h" * 65536 + b"\r\n\r\n"
    for at in range(0, len(head), 1400):
        huge.send(True, ACK, head[at:at + 1400], after=0.0001)
    huge.send(False, PSH | ACK, b"HTTP/1.1 431 Request Header Fields Too Large\r\n\r\n").close()
    split = Connection(packets, 41551, start=6).open()
    for byte in b"GET /split HTTP/1.1\r\nHost: split.example\r\n\r\n":
        split.send(True, PSH | ACK, bytes([byte]), after=0.001)
    split.send(False, PSH | ACK, answers[0]).close()
    return packets


def client_hello(name, said=None, record=None):
    """A TLS 1.2 ClientHello with a server name (RFC 6066); `said`: the length it claims."""
    said = len(name) if said is None else said
    entry = struct.pack("!BH", 0, said & 0xFFFF) + name
    names = struct.pack("!H", len(entry) & 0xFFFF) + entry
    extensions = struct.pack("!HH", 0, len(names) & 0xFFFF) + names
    extensions += struct.pack("!HHH", 10, 4, 2) + b"\0\x17"
    body = b"\x03\x03" + bytes(range(32)) + b"\0" + b"\0\x02\xc0\x2f" + b"\x01\0"
    body += struct.pack("!H", len(extensions) & 0xFFFF) + extensions
    hello = b"\x01" + struct.pack("!I", len(body))[1:] + body
    return b"\x16\x03\x01" + struct.pack("!H", len(hello) & 0xFFFF if record is None else record) + \
        hello


def tls_attacks():
    """A ClientHello a byte at a time; records of no length and of the greatest; server names that
    lie about their length, are no text, are 16 KiB."""
    packets = []
    split = Connection(packets, 41600, 443, start=0).open()
    for byte in client_hello(b"split.example"):
        split.send(True, PSH | ACK, bytes([byte]), after=0.001)
    split.send(False, PSH | ACK, b"\x15\x03\x03\0\x02\x02\x28").close()
    hellos = [
        client_hello(b"\xff\xfe\xc3\x28.example"),
        client_hello(b"zero\0inside.example"),
        client_hello(b"\"quote\\.example\r\n"),
        client_hello(b"short.example", said=65535),
        client_hello(b"short.example", said=0),
        client_hello(b"record.example", record=0),
        client_hello(b"record.example", record=65535),
        client_hello(b""),
        client_hello(b"x" * 255),
        b"\x16\x03\x01\0\0" * 200,
        b"\x16\x03\x01\xff\xff" + b"\x01" * 1000,
        b"\x16\x03\x01\0\x04\x02\xff\xff\xff",
    ]
    for number, hello in enumerate(hellos):
        Connection(packets, 41610 + number, 443, start=1 + number * 0.2).open(0.001, 0.001).ask(
            hello, b"\x16\x03\x03\0\x04\x0b\xff\xff\xff").close()
    huge = Connection(packets, 41650, 443, start=5).open()
    hello = client_hello(b"s" * 16000)
    for at in range(0, len(hello), 1400):
        huge.send(True, ACK, hello[at:at + 1400], after=0.0001)
    huge.close()
    return packets


HOSTILE = {
    "hostile/fragments.pcap": fragments,
    "hostile/syn_retries.pcap": syn_retries,
    "hostile/tcp.pcap": tcp_attacks,
    "hostile/dns.pcap": dns_attacks,
    "hostile/http.pcap": http_attacks,
    "hostile/tls.pcap": tls_attacks,
}
