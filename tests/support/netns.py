# SPDX-License-Identifier: Apache-2.0
"""Real programs on a real wire: two network namespaces joined by a veth pair.

    with Lab() as lab:
        lab.daemon(lab.server, "dnsmasq", ...)
        with lab.service("-i", LINK) as service:
            lab.client.run("ping", "-c1", SERVER)

The wire is quiet but for what a test sends: no autoconfigured addresses, no router solicitations,
neighbours known beforehand. wiregauge runs in the server's namespace. Needs root and iproute2.
"""

import contextlib
import ctypes
import itertools
import json
import os
import signal
import socket
import struct
import subprocess
import threading
import time
from collections import defaultdict, namedtuple

import wiregauge

LINK = "lan0"  # what both ends of the wire are called, each in its namespace
CLIENT, SERVER = "10.77.0.2", "10.77.0.1"
CLIENT6, SERVER6 = "fd77::2", "fd77::1"
CLIENT_MAC, SERVER_MAC = "02:77:00:00:00:02", "02:77:00:00:00:01"
API_PORT = 9669

_CLONE_NEWNET = 0x40000000
_ETH_P_ALL = 3
_SOL_PACKET = 263
_SO_RCVBUFFORCE = 33
_PACKET_STATISTICS = 6
_libc = ctypes.CDLL(None, use_errno=True)
_numbers = itertools.count()

Counters = namedtuple("Counters", "packets bytes dropped")


def ip(*arguments):
    """Runs ip(8) and returns what it says."""
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, f"ip {' '.join(arguments)}: {done.stderr.strip()}"
    return done.stdout


def until(condition, what, wait=20, every=0.05):
    """Asks until the condition is true, for at most `wait` seconds, and returns what it said."""
    deadline = time.monotonic() + wait
    while not (result := condition()):
        assert time.monotonic() < deadline, f"waited {wait} s for {what}"
        time.sleep(every)  # the pause between two questions
    return result


class Namespace:
    """A network namespace with a name of its own, until close()."""

    def __init__(self, role):
        self.name = f"wiregauge-{os.getpid()}-{next(_numbers)}-{role}"
        ip("netns", "add", self.name)
        try:
            self.ip("link", "set", "lo", "up")
        except AssertionError:
            self.close()
            raise

    def close(self):
        ip("netns", "del", self.name)

    @property
    def wrapper(self):
        """What makes a command run in here. The command has the wrapper's process id."""
        return ["ip", "netns", "exec", self.name]

    @contextlib.contextmanager
    def entered(self):
        """The calling thread is in here: sockets it makes belong to this namespace."""
        with open("/proc/thread-self/ns/net") as home, \
                open(f"/run/netns/{self.name}") as target:
            _set_namespace(target)
            try:
                yield
            finally:
                _set_namespace(home)

    def ip(self, *arguments):
        return ip("-n", self.name, *arguments)

    def popen(self, *command, **options):
        return subprocess.Popen([*self.wrapper, *map(str, command)], **options)

    def run(self, *command, timeout=60, check=True, **options):
        """Runs a program to its end in here; its output is text."""
        done = subprocess.run([*self.wrapper, *map(str, command)], capture_output=True, text=True,
                              timeout=timeout, **options)
        assert not check or done.returncode == 0, \
            f"{command} exited {done.returncode}: {done.stdout[-500:]} {done.stderr[-500:]}"
        return done

    def counters(self, link=LINK):
        """The kernel's own count of what the link has sent and received."""
        statistics = json.loads(self.ip("-s", "-j", "link", "show", link))[0]["stats64"]
        both = (statistics["rx"], statistics["tx"])
        return Counters(*(sum(way[name] for way in both)
                          for name in ("packets", "bytes", "dropped")))

    def socket(self, *arguments):
        with self.entered():
            return socket.socket(*arguments)


def _set_namespace(file):
    if _libc.setns(file.fileno(), _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


class Service(wiregauge.Service):
    """wiregauge in a namespace, with its API on that namespace's loopback."""

    def __init__(self, namespace, *arguments, wrapper=(), port=API_PORT, **options):
        super().__init__(*arguments, port=port, wrapper=[*namespace.wrapper, *wrapper], **options)
        self.namespace = namespace

    def request(self, *arguments, **options):
        with self.namespace.entered():
            return super().request(*arguments, **options)

    def interface(self, name=LINK):
        return self.get(f"/api/v1/interfaces/{name}").json()

    def rows(self, collection, **query):
        """All rows of a collection that fits one page."""
        page = self.get(f"/api/v1/{collection}", limit=1000, **query).json()
        assert page["next_cursor"] is None, page["total"]
        return page["items"]


class Lab:
    """Two namespaces, `client` and `server`, and the wire between them."""

    def __init__(self):
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        try:
            self.client = self._namespace("client")
            self.server = self._namespace("server")
            self.join()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _namespace(self, role):
        namespace = Namespace(role)
        self._stack.callback(namespace.close)
        return namespace

    def join(self, link=LINK, network=77):
        """Lays a wire; both ends have IPv4 and IPv6 addresses and know each other's MAC."""
        ends = [Address(self.client, network, 2), Address(self.server, network, 1)]
        self.client.ip("link", "add", link, "address", ends[0].mac, "type", "veth", "peer", "name",
                       link, "address", ends[1].mac, "netns", self.server.name)
        for near in ends:
            near.namespace.ip("link", "set", link, "addrgenmode", "none")
            near.namespace.ip("address", "add", f"{near.ipv4}/24", "dev", link)
            near.namespace.ip("address", "add", f"{near.ipv6}/64", "dev", link, "nodad")
            near.namespace.ip("link", "set", link, "up")
        for near, far in (ends, ends[::-1]):
            for address in (far.ipv4, far.ipv6):
                near.namespace.ip("neigh", "replace", address, "lladdr", far.mac, "dev", link)

    def until_quiet(self, link=LINK, seconds=1.5):
        """Until the kernel counts nothing more: its multicast reports are out."""
        seen, since = None, time.monotonic()

        def quiet():
            nonlocal seen, since
            if (now := self.server.counters(link)) != seen:
                seen, since = now, time.monotonic()
            return time.monotonic() - since > seconds
        until(quiet, f"{link} to be quiet")

    def service(self, *arguments, **options):
        return Service(self.server, *arguments, **options)

    def daemon(self, namespace, *command, port, udp=False, **options):
        """Starts a program that listens on the port, and stops it with the lab."""
        process = namespace.popen(*command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, **options)
        self._stack.callback(_end, process)

        def listening():
            assert process.poll() is None, f"{command}: {process.stderr.read().decode()}"
            return namespace.run("ss", "-Hnlu" if udp else "-Hnlt", f"sport = :{port}").stdout
        until(listening, f"{command[0]} to listen on port {port}")
        return process

    def background(self, namespace, *command, **options):
        """Starts a program that goes on, and stops it with the lab."""
        process = namespace.popen(*command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, **options)
        self._stack.callback(_end, process)
        return process

    def sink(self, port):
        """A UDP port of the server that takes everything, so that no ICMP error comes back."""
        taker = self.server.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._stack.callback(taker.close)
        taker.bind((SERVER, port))


class Address:
    """One end of a wire."""

    def __init__(self, namespace, network, host):
        self.namespace = namespace
        self.ipv4, self.ipv6 = f"10.{network}.0.{host}", f"fd{network}::{host}"
        self.mac = f"02:{network}:00:00:00:{host:02}"


def _end(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stderr:
        process.stderr.close()


class Witness:
    """A second observer: a packet socket that counts each TCP and UDP flow of a link by itself.

    flows: {(protocol, lower end, higher end): [packets, bytes]}, an end being (ip, port).
    """

    def __init__(self, namespace, link=LINK):
        self.flows, self.total = defaultdict(lambda: [0, 0]), [0, 0]
        self._socket = namespace.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 64 << 20)
        with namespace.entered():
            self._socket.bind((link, _ETH_P_ALL))
        self._socket.settimeout(0.2)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._count)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()
        statistics = self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)
        _, dropped = struct.unpack("II", statistics)
        self._socket.close()
        assert dropped == 0, f"the witness itself missed {dropped} packets"

    def _count(self):
        head = bytearray(96)
        while True:
            try:
                size = self._socket.recv_into(head, 96, socket.MSG_TRUNC)
            except TimeoutError:
                if self._done.is_set():
                    return
                continue
            for counter in filter(None, (self.total, self._flow_of(head))):
                counter[0] += 1
                counter[1] += size

    def _flow_of(self, frame):
        ether_type, = struct.unpack_from("!H", frame, 12)
        if ether_type == 0x0800:
            protocol, length, family = frame[23], (frame[14] & 15) * 4, socket.AF_INET
            ends = frame[26:30], frame[30:34]
        elif ether_type == 0x86DD:
            protocol, length, family = frame[20], 40, socket.AF_INET6
            ends = frame[22:38], frame[38:54]
        else:
            return None
        if protocol not in (socket.IPPROTO_TCP, socket.IPPROTO_UDP):
            return None
        ports = struct.unpack_from("!HH", frame, 14 + length)
        sides = [(socket.inet_ntop(family, bytes(end)), port) for end, port in zip(ends, ports)]
        return self.flows[(protocol, *sorted(sides))]
