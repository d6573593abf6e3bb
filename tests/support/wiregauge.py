# SPDX-License-Identifier: Apache-2.0
"""What the tests that run the real program share: captures made of bytes, and the program itself.

    write_pcap(path, [Packet(tcp_syn, seconds=1.5), ...])
    with Service("-i", path) as service:
        service.get("/api/v1/flows").json()

The program is the file that the environment variable WIREGAUGE_BINARY names.
"""

import contextlib
import http.client
import ipaddress
import json
import os
import pathlib
import signal
import socket
import sqlite3
import struct
import subprocess
import tempfile
import threading
import time
import urllib.parse
from dataclasses import dataclass, field

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]

# Link types (LINKTYPE_ values of the pcap file format).
LINK_NULL, LINK_ETHERNET, LINK_RAW, LINK_COOKED, LINK_COOKED_V2 = 0, 1, 101, 113, 276

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10


# --- frames -------------------------------------------------------------------------------------

def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def ethernet(payload, ether_type=None, src="02:00:00:00:00:01", dst="02:00:00:00:00:02", vlan=None):
    """A frame; the EtherType follows from the payload's IP version when none is given."""
    if ether_type is None:
        ether_type = 0x86DD if payload[0] >> 4 == 6 else 0x0800
    tag = b"" if vlan is None else struct.pack("!HH", 0x8100, vlan)
    return mac(dst) + mac(src) + tag + struct.pack("!H", ether_type) + payload


def ip(src, dst, protocol, payload, ttl=64, identification=0, flags_offset=0x4000):
    """An IPv4 or IPv6 packet, as the addresses say."""
    source, target = ipaddress.ip_address(src), ipaddress.ip_address(dst)
    if source.version == 6:
        head = struct.pack("!IHBB", 6 << 28, len(payload), protocol, ttl)
        return head + source.packed + target.packed + payload
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), identification, flags_offset,
                       ttl, protocol, 0, source.packed, target.packed)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def _l4_checksum(src, dst, protocol, segment):
    source, target = ipaddress.ip_address(src), ipaddress.ip_address(dst)
    if source.version == 6:
        pseudo = source.packed + target.packed + struct.pack("!II", len(segment), protocol)
    else:
        pseudo = source.packed + target.packed + struct.pack("!BBH", 0, protocol, len(segment))
    return checksum(pseudo + segment)


def udp(src, sport, dst, dport, payload=b""):
    segment = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload
    value = _l4_checksum(src, dst, 17, segment) or 0xFFFF
    return ip(src, dst, 17, segment[:6] + struct.pack("!H", value) + segment[8:])


def tcp(src, sport, dst, dport, flags, sequence=0, acknowledgement=0, payload=b"", window=64240):
    segment = struct.pack("!HHIIBBHHH", sport, dport, sequence & 0xFFFFFFFF,
                          acknowledgement & 0xFFFFFFFF, 5 << 4, flags, window, 0, 0) + payload
    value = _l4_checksum(src, dst, 6, segment)
    return ip(src, dst, 6, segment[:16] + struct.pack("!H", value) + segment[18:])


def icmp_echo(src, dst, reply=False, identifier=1, sequence=1, payload=b"x" * 56):
    body = struct.pack("!BBHHH", 0 if reply else 8, 0, 0, identifier, sequence) + payload
    return ip(src, dst, 1, body[:2] + struct.pack("!H", checksum(body)) + body[4:])


def arp_request(src_mac, src, dst):
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + mac(src_mac)
    body += ipaddress.ip_address(src).packed + b"\0" * 6 + ipaddress.ip_address(dst).packed
    return ethernet(body, ether_type=0x0806, src=src_mac, dst="ff:ff:ff:ff:ff:ff")


def dns_query(name, identifier=0x1234):
    labels = b"".join(bytes([len(part)]) + part for part in name.encode().split(b"."))
    return struct.pack("!HHHHHH", identifier, 0x0100, 1, 0, 0, 0) + labels + b"\0" + \
        struct.pack("!HH", 1, 1)


def dns_answer(name, address, identifier=0x1234):
    question = dns_query(name, identifier)[12:]
    answer = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 300, 4) + ipaddress.ip_address(address).packed
    return struct.pack("!HHHHHH", identifier, 0x8180, 1, 1, 0, 0) + question + answer


# --- capture files ------------------------------------------------------------------------------

@dataclass
class Packet:
    """A frame and when it was seen; wire_bytes says how long it was when less was stored."""
    frame: bytes
    seconds: float = 0.0
    wire_bytes: int = None


EPOCH = 1_700_000_000  # where the packets' seconds count from: 2023-11-14T22:13:20Z


def pcap_bytes(packets, link_type=LINK_ETHERNET, byte_order="<", nanoseconds=False, snaplen=262144):
    scale = 1_000_000_000 if nanoseconds else 1_000_000
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    out = [struct.pack(byte_order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link_type)]
    for packet in packets:
        stamp = round((EPOCH + packet.seconds) * 1_000_000) * (scale // 1_000_000)
        wire = len(packet.frame) if packet.wire_bytes is None else packet.wire_bytes
        out.append(struct.pack(byte_order + "IIII", stamp // scale, stamp % scale,
                               len(packet.frame), wire))
        out.append(packet.frame)
    return b"".join(out)


def write_pcap(path, packets, **options):
    """Writes a classic pcap file (options: pcap_bytes) and returns its path as text."""
    pathlib.Path(path).write_bytes(pcap_bytes(packets, **options))
    return str(path)


def tcp_conversation(client, sport, server, dport, request, answer, start=0.0, step=0.01,
                     src="02:00:00:00:00:01", dst="02:00:00:00:00:02"):
    """Handshake, request, answer, FIN from both sides: 9 packets `step` seconds apart."""
    a, b = 1000, 5000
    up = lambda *rest, **more: ethernet(tcp(client, sport, server, dport, *rest, **more), src=src,
                                        dst=dst)
    down = lambda *rest, **more: ethernet(tcp(server, dport, client, sport, *rest, **more), src=dst,
                                          dst=src)
    after_request, after_answer = a + 1 + len(request), b + 1 + len(answer)
    frames = [
        up(SYN, a), down(SYN | ACK, b, a + 1), up(ACK, a + 1, b + 1),
        up(PSH | ACK, a + 1, b + 1, payload=request),
        down(PSH | ACK, b + 1, after_request, payload=answer),
        up(FIN | ACK, after_request, after_answer), down(ACK, after_answer, after_request + 1),
        down(FIN | ACK, after_answer, after_request + 1),
        up(ACK, after_request + 1, after_answer + 1),
    ]
    return [Packet(frame, start + i * step) for i, frame in enumerate(frames)]


def http_conversation(client="192.168.1.10", sport=40000, server="93.184.216.34", host="example.org",
                      start=0.0):
    request = f"GET /index.html HTTP/1.1\r\nHost: {host}\r\nUser-Agent: probe\r\n\r\n".encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"
    return tcp_conversation(client, sport, server, 80, request, answer, start)


def dns_conversation(client="192.168.1.10", sport=50000, server="192.168.1.1", name="example.org",
                     address="93.184.216.34", start=0.0):
    return [Packet(ethernet(udp(client, sport, server, 53, dns_query(name))), start),
            Packet(ethernet(udp(server, 53, client, sport, dns_answer(name, address)),
                            src="02:00:00:00:00:02", dst="02:00:00:00:00:01"), start + 0.02)]


def small_mix():
    """A bit of everything: DNS, HTTP, ping, ARP, UDP over IPv6 with a VLAN tag. 19 packets, 4 flows."""
    packets = dns_conversation() + http_conversation(start=0.1)
    for i in range(3):
        packets.append(Packet(ethernet(icmp_echo("192.168.1.10", "192.168.1.1", sequence=i)), 1 + i))
        packets.append(Packet(ethernet(icmp_echo("192.168.1.1", "192.168.1.10", True, sequence=i)),
                              1.001 + i))
    packets.append(Packet(arp_request("02:00:00:00:00:01", "192.168.1.10", "192.168.1.1"), 4))
    packets.append(Packet(ethernet(udp("2001:db8::1", 4000, "2001:db8::2", 4001, b"hi"), vlan=42), 5))
    return packets


# --- the program --------------------------------------------------------------------------------

def binary():
    path = os.environ.get("WIREGAUGE_BINARY")
    assert path, "set WIREGAUGE_BINARY to the program under test"
    return path


def run(*arguments, timeout=60, **options):
    """Runs the program to its end: a CompletedProcess with text in stdout and stderr."""
    options.setdefault("stdout", subprocess.PIPE)
    return subprocess.run([binary(), *map(str, arguments)], stderr=subprocess.PIPE, text=True,
                          timeout=timeout, **options)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes = field(repr=False)

    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode("utf-8")


def write_alerts(folder, alerts):
    """An alerts.db as a service leaves it. Each alert is a dict of columns; the rest has a value already."""
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(folder / "alerts.db")) as database:
        database.executescript((SOURCE_DIR / "migrations/alerts/0001_alerts.sql").read_text())
        database.execute("PRAGMA user_version = 1")
        now_us = time.time_ns() // 1000
        for alert in alerts:
            row = {"type": "test", "severity": "warning", "kind": "service", "interface": "", "name": "",
                   "text": "something is wrong", "details": "", "source": "test", "raised_us": now_us,
                   "last_seen_us": now_us, "times": 1, **alert}
            database.execute(f"INSERT INTO alerts ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                             list(row.values()))
        database.commit()


class Service:
    """The running service. Start it with `with`, or start() and stop(). Without accounts, unless told.

    Its data_dir is a new folder that goes when it has stopped, unless --data-dir is among the arguments.
    """

    def __init__(self, *arguments, port=None, ready_path="/readyz", wait=30, wrapper=(), env=None,
                 accounts=False):
        self.port = port or free_port()
        self._data_dir = None
        if "--data-dir" not in arguments:
            self._data_dir = tempfile.TemporaryDirectory(prefix="wiregauge-")
            arguments = ("--data-dir", self._data_dir.name, *arguments)
        self.arguments = [*wrapper, binary(), "--listen", f"127.0.0.1:{self.port}",
                          *([] if accounts else ["--no-accounts"]), *map(str, arguments)]
        self.ready_path, self.wait, self.env = ready_path, wait, env
        self.process = None
        self._lines, self._changed = [], threading.Condition()

    def start(self):
        environment = {**os.environ, **(self.env or {})}
        self.process = subprocess.Popen(self.arguments, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        env=environment)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if self.ready_path:
            try:
                self.until(self._is_ready, "the service to be ready")
            except AssertionError:
                self.process.kill()
                self.process.wait()
                raise
        return self

    def _read(self):
        for line in self.process.stderr:
            with self._changed:
                self._lines.append(line.decode("utf-8", "replace"))
                self._changed.notify_all()

    @property
    def stderr(self):
        """What the service has said so far."""
        with self._changed:
            return "".join(self._lines)

    def until(self, condition, what, wait=None):
        """Asks until the condition is true; fails when that takes too long or the service dies."""
        deadline = time.monotonic() + (wait or self.wait)
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                self._reader.join(5)
                raise AssertionError(
                    f"exit {self.process.returncode} while waiting for {what}:\n{self.stderr}")
            if result := condition():
                return result
            time.sleep(0.02)  # the pause between two questions, not a wait for an answer
        raise AssertionError(f"waited too long for {what}:\n{self.stderr}")

    def until_said(self, text, wait=None):
        self.until(lambda: text in self.stderr, f"'{text}' on stderr", wait)

    def _is_ready(self):
        try:
            return self.get(self.ready_path).status == 200
        except (ConnectionError, socket.timeout, http.client.HTTPException):
            return False

    def request(self, method, path, body=None, headers=None, timeout=30, **query):
        """One request on a connection of its own. Keywords become the query."""
        if query:
            path += ("&" if "?" in path else "?") + urllib.parse.urlencode(query, doseq=True)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path, headers=None, **query):
        return self.request("GET", path, headers=headers, **query)

    def send_signal(self, number):
        self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM, wait=30):
        """Asks it to stop, waits, and returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(wait)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"did not stop in {wait} s:\n{self.stderr}") from None
        self._reader.join(5)
        self.process.stderr.close()
        if self._data_dir:
            self._data_dir.cleanup()
        return code

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            code = self.stop()
            if kind is None:
                assert code == 0, f"exit {code}:\n{self.stderr}"
