# SPDX-License-Identifier: Apache-2.0
"""Live capture: real programs in network namespaces, held against the kernel's own counters."""

import contextlib
import itertools
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time

import lua_hostile
import pytest
from netns import (CLIENT, CLIENT6, CLIENT_MAC, LINK, SERVER, SERVER6, SERVER_MAC, Lab, Witness,
                   until)

import wiregauge

pytestmark = pytest.mark.skipif(os.geteuid() != 0,
                                reason="only root can make network namespaces")

MIB = 1 << 20
# How much a program that is that many times slower, under a sanitizer, is to keep up with.
BIG = 200 * MIB // int(os.environ.get("WIREGAUGE_SLOWDOWN", "1"))


@pytest.fixture
def lab():
    with Lab() as made:
        yield made


@contextlib.contextmanager
def counted(lab, *arguments, **options):
    """A service whose start found the wire quiet: with it come the kernel's counters until then."""
    for _ in range(3):
        lab.until_quiet()
        before = lab.server.counters()
        with lab.service("-i", LINK, *arguments, **options) as service:
            if lab.server.counters() != before:
                continue  # something was sent that perhaps came before the capture
            yield service, before
            return
    raise AssertionError("the wire is never quiet")


def totals(service, link=LINK):
    received = service.interface(link)["received"]
    return received["packets"], received["bytes"]


def until_totals_are_the_kernels(lab, service, before, link=LINK, namespace=None):
    """Waits for the last packets to be taken in; fails unless both count the same."""
    kernel = ours = None

    def same():
        nonlocal kernel, ours
        now = (namespace or lab.server).counters(link)
        kernel = (now.packets - before.packets, now.bytes - before.bytes)
        ours = totals(service, link)
        return ours == kernel
    try:
        until(same, "equal counts", wait=15)
    except AssertionError:
        raise AssertionError(f"packets, bytes: wiregauge {ours}, kernel {kernel}; "
                             f"drops {drops_of(service, link)}") from None
    return kernel


def drops_of(service, link=LINK):
    return {(row["stage"], row["reason"]): row["packets"]
            for row in service.interface(link)["drops"]}


def assert_no_drops(service, link=LINK):
    assert set(drops_of(service, link).values()) == {0}, drops_of(service, link)


def offered(service):
    return service.get("/api/v1/ledger").json()["total"]["offered"]


def assert_books_balance(service):
    ledger = service.get("/api/v1/ledger").json()
    wrong = [(account["interface"], equation["name"], equation["total"], equation["terms"])
             for account in [*ledger["interfaces"], ledger["total"]]
             for equation in account["equations"] if not equation["balanced"]]
    assert not wrong, wrong
    assert ledger["balanced"], ledger
    return ledger


# --- real programs ------------------------------------------------------------------------------

class Servers:
    """An HTTP, a DNS, a TLS and an SSH server in the server's namespace."""

    def __init__(self, lab, folder):
        self.folder, self.lab = pathlib.Path(folder), lab
        (self.folder / "www").mkdir()
        (self.folder / "www" / "page.html").write_text("<p>hello</p>" * 500)
        self._http(lab)
        self._dns(lab)
        self._tls(lab)
        self._ssh(lab)

    def _http(self, lab):
        lab.daemon(lab.server, "python3", "-m", "http.server", "--bind", "::", "--directory",
                   self.folder / "www", 80, port=80)

    def _dns(self, lab):
        lab.daemon(lab.server, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null",
                   "--no-resolv", "--no-hosts", "--pid-file=", "--user=root", "--port=53",
                   "--bind-interfaces", f"--listen-address={SERVER}",
                   "--address=/printer.example.org/10.77.0.50", port=53, udp=True)

    def _tls(self, lab):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                        "/CN=shop.example.org", "-keyout", self.folder / "key.pem", "-out",
                        self.folder / "cert.pem"], check=True, capture_output=True, timeout=60)
        lab.daemon(lab.server, "openssl", "s_server", "-accept", 443, "-www", "-key",
                   self.folder / "key.pem", "-cert", self.folder / "cert.pem", port=443)

    def _ssh(self, lab):
        subprocess.run(["dropbearkey", "-t", "ed25519", "-f", self.folder / "host_key"], check=True,
                       capture_output=True, timeout=60)
        lab.daemon(lab.server, "dropbear", "-F", "-E", "-r", self.folder / "host_key", "-p",
                   f"{SERVER}:22", "-P", self.folder / "dropbear.pid", port=22)


def fetch_page(lab):
    lab.client.run("curl", "-sSf", "-o", "/dev/null", "--resolve",
                   f"www.example.org:80:{SERVER}", "http://www.example.org/page.html")


def fetch_page_over_ipv6(lab):
    lab.client.run("curl", "-sSf", "-o", "/dev/null", "--resolve",
                   f"six.example.org:80:[{SERVER6}]", "http://six.example.org/page.html")


def resolve_name(lab):
    answer = lab.client.run("dig", f"@{SERVER}", "+short", "+tries=1", "printer.example.org").stdout
    assert answer.strip() == "10.77.0.50"


def greet_tls(lab):
    said = lab.client.run("openssl", "s_client", "-connect", f"{SERVER}:443", "-servername",
                          "shop.example.org", stdin=subprocess.DEVNULL).stdout
    assert "BEGIN CERTIFICATE" in said


def greet_ssh(lab):
    # No account lets it in; key exchange and authentication have been seen then.
    done = lab.client.run("ssh", "-F", "/dev/null", "-o", "BatchMode=yes", "-o",
                          "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                          f"nobody@{SERVER}", "true", check=False)
    assert "Permission denied" in done.stderr, done.stderr


def ping_both_ways(lab):
    lab.client.run("ping", "-c", 3, "-i", "0.2", SERVER)
    lab.client.run("ping", "-c", 2, "-i", "0.2", SERVER6)


def ask_for_a_missing_neighbour(lab):
    lab.client.run("ping", "-c", 1, "-W", 1, "10.77.0.99", check=False)  # ARP only


def run_everything(lab):
    for program in (fetch_page, fetch_page_over_ipv6, resolve_name, greet_tls, greet_ssh,
                    ping_both_ways, ask_for_a_missing_neighbour):
        program(lab)
    lab.until_quiet()  # the kernel asks for the missing neighbour three times


def the_flow(service, **query):
    rows = service.rows("flows", **query)
    assert len(rows) == 1, [(row["client"], row["server"], row["application"]) for row in rows]
    return rows[0]


def ends(flow):
    return [(flow[end]["ip"], flow[end]["port"], flow[end]["mac"]) for end in ("client", "server")]


def assert_every_flow_is_the_witness_s(service, witness):
    """Each flow is one record, with both directions, and counts what the witness counted."""
    ours = {}
    for row in service.rows("flows", l4="tcp,udp"):
        sides = sorted((row[end]["ip"], row[end]["port"]) for end in ("client", "server"))
        key = (row["l4"]["id"], *sides)
        assert key not in ours, f"two records for {key}"
        ours[key] = [row["packets"], row["bytes"]]
        for unit in ("packets", "bytes"):
            sent = row["client"][f"{unit}_sent"] + row["server"][f"{unit}_sent"]
            assert sent == row[unit], row
            assert row["client"][f"{unit}_sent"] > 0 and row["server"][f"{unit}_sent"] > 0, row
    assert ours == dict(witness.flows)


def assert_sums(service, kernel):
    """Interface = layer 3 = layer 4 and not IP = hosts' sent and not IP = flows and not IP."""
    interface = service.interface()
    received = (interface["received"]["packets"], interface["received"]["bytes"])
    assert received == kernel
    not_ip = [interface["l3"][name] for name in ("arp", "other")]

    def total(rows, packets="packets", count="bytes"):
        return sum(row[packets] for row in rows), sum(row[count] for row in rows)
    assert total(interface["l3"].values()) == received
    assert total([*interface["l4"].values(), *not_ip]) == received
    assert total(service.rows("applications")) == received
    hosts = total(service.rows("hosts"), "packets_sent", "bytes_sent")
    flows = total(service.rows("flows"))
    assert hosts == flows == tuple(a - b for a, b in zip(received, total(not_ip)))


def test_real_programs(lab, tmp_path):
    Servers(lab, tmp_path)
    with counted(lab) as (service, before), Witness(lab.server) as witness:
        run_everything(lab)
        kernel = until_totals_are_the_kernels(lab, service, before)
        assert_no_drops(service)
        assert_books_balance(service)
        assert_sums(service, kernel)
        assert tuple(witness.total) == kernel
        assert_every_flow_is_the_witness_s(service, witness)

        http = the_flow(service, port=80, host=CLIENT)
        assert http["application"]["name"] == "HTTP"
        assert http["application"]["confidence"] == "dpi"
        assert http["server_name"] == "www.example.org"
        assert http["handshake_rtt_ms"] > 0
        assert ends(http) == [(CLIENT, http["client"]["port"], CLIENT_MAC),
                              (SERVER, 80, SERVER_MAC)]
        assert http["server"]["payload_bytes_sent"] > 6000

        http6 = the_flow(service, port=80, host=CLIENT6)
        assert (http6["ip_version"], http6["application"]["name"]) == (6, "HTTP")
        assert http6["server_name"] == "six.example.org"
        assert ends(http6)[1] == (SERVER6, 80, SERVER_MAC)

        dns = the_flow(service, port=53)
        assert (dns["application"]["name"], dns["l4"]["name"]) == ("DNS", "UDP")
        assert dns["server_name"] == "printer.example.org"
        assert (dns["client"]["packets_sent"], dns["server"]["packets_sent"]) == (1, 1)

        tls = the_flow(service, port=443)
        assert tls["application"]["name"] == "TLS"
        assert tls["server_name"] == "shop.example.org"

        ssh = the_flow(service, port=22)
        assert ssh["application"]["name"] == "SSH"

        for l4, application, name, echo, packets in (("icmp", "ICMP", SERVER, 8, 6),
                                                     ("icmpv6", "ICMPV6", SERVER6, 128, 4)):
            ping = the_flow(service, l4=l4, server=name)
            assert (ping["application"]["name"], ping["icmp"]["type"]) == (application, echo)
            assert ping["packets"] == packets

        interface = service.interface()
        assert interface["l3"]["arp"]["packets"] > 0
        assert (interface["link_type"], interface["state"], interface["live"]) == \
            ("ethernet", "open", True)
        assert {row["ip"] for row in service.rows("hosts")} >= {CLIENT, SERVER, CLIENT6, SERVER6}
        assert {row["mac"] for row in service.rows("devices")} >= {CLIENT_MAC, SERVER_MAC}


def test_two_workers_share_flows_not_directions(lab, tmp_path):
    Servers(lab, tmp_path)
    with counted(lab, "--workers", 2) as (service, before), Witness(lab.server) as witness:
        for _ in range(8):  # enough flows for both workers
            fetch_page(lab)
            resolve_name(lab)
        run_everything(lab)
        kernel = until_totals_are_the_kernels(lab, service, before)
        assert service.interface()["workers"] == 2
        assert_no_drops(service)
        assert_books_balance(service)
        assert_sums(service, kernel)
        assert_every_flow_is_the_witness_s(service, witness)


# --- under load ---------------------------------------------------------------------------------

def serve_a_big_file(lab, folder, size):
    (folder / "big").touch()
    os.truncate(folder / "big", size)
    lab.daemon(lab.server, "python3", "-m", "http.server", "--bind", SERVER, "--directory", folder,
               80, port=80)


def test_every_snapshot_balances_while_traffic_runs(lab, tmp_path):
    Servers(lab, tmp_path)
    (tmp_path / "www" / "big").touch()
    os.truncate(tmp_path / "www" / "big", 4096 * MIB)
    with counted(lab, "--workers", 2) as (service, before):
        lab.background(lab.client, "curl", "-s", "-o", "/dev/null", "--limit-rate", "30M",
                       f"http://{SERVER}/big")
        seen = []

        def enough():
            ledger = assert_books_balance(service)
            seen.append(ledger["total"]["offered"]["received_packets"])
            fetch_page(lab)
            resolve_name(lab)
            return len(seen) >= 20 and len(set(seen)) >= 8
        until(enough, "20 polls of 8 different snapshots", wait=60, every=0.1)
        assert seen == sorted(seen)
        assert_no_drops(service)


class Crowd:
    """Thousands of hosts: 12,000 that never rest, and 8,000 that come, go idle, and return.

    So many rows are copied in pieces, between which their traffic goes on.
    """

    def __init__(self, lab):
        frames = [wiregauge.ethernet(wiregauge.udp(f"10.80.{i >> 8}.{i & 255}", 1024 + i,
                                                   "10.81.0.1", 7006, bytes(i % 1000)),
                                     src=CLIENT_MAC, dst=SERVER_MAC) for i in range(20000)]
        restless, others = frames[:12000], frames[12000:]
        self._frames = [frame for first in range(0, len(others), 500)
                        for frame in restless + others[first:first + 500]]
        self._socket = lab.client.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        with lab.client.entered():
            self._socket.bind((LINK, 0))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def _send(self):
        for first in itertools.cycle(range(0, len(self._frames), 50)):
            if self._stop.wait(0.004):  # a steady stream: no slice finds the wire idle
                return
            for frame in self._frames[first:first + 50]:
                self._socket.send(frame)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()
        self._socket.close()


@pytest.mark.parametrize("workers", [1, 2])
def test_every_snapshot_balances_while_a_crowd_comes_and_goes(lab, tmp_path, workers):
    settings = tmp_path / "wiregauge.yaml"
    settings.write_text("flows: {idle_timeout: 3s}\nhosts: {idle_timeout: 1s}\n")
    with counted(lab, "-c", settings, "--workers", workers) as (service, before):
        seen = {}

        def enough():
            total = assert_books_balance(service)["total"]
            seen[total["offered"]["received_packets"]] = total["flows"]
            return len(seen) >= 12
        with Crowd(lab):
            until(enough, "12 different snapshots", wait=60, every=0.1)
        last = seen[max(seen)]
        print(f"{len(seen)} snapshots, up to {max(seen)} packets; flows: {last}")
        assert max(flows["active"] for flows in seen.values()) > 5 * 2048  # rows of a piece
        sent = lab.server.counters().packets - before.packets
        until(lambda: offered(service)["packets"] == sent, f"received + dropped to be {sent}")
        assert assert_books_balance(service)["total"]["flows"]["ended"]["idle"] > 0


class Readers:
    """Threads that read all the time; whatever is not as expected is remembered."""

    def __init__(self, service, *paths, expected=(200,)):
        self.requests, self.wrong, self._expected = 0, [], expected
        self._service, self._stop = service, threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(path,)) for path in paths]

    def _read(self, path):
        while not self._stop.is_set():
            answer = self._service.get(path)
            self.requests += 1
            if answer.status not in self._expected:
                self.wrong.append((path, answer.status))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()


@pytest.mark.parametrize("segments", [1, 65535])
def test_readers_cost_the_wire_nothing(lab, tmp_path, segments):
    """With frames as they are on a cable, and with the large ones that offloading makes."""
    lab.server.ip("link", "set", LINK, "gso_max_segs", str(segments))
    serve_a_big_file(lab, tmp_path, BIG)
    with counted(lab) as (service, before):
        with Readers(service, "/metrics", "/metrics", "/api/v1/flows", "/api/v1/flows") as readers:
            began = time.monotonic()
            lab.client.run("curl", "-sSf", "-o", "/dev/null", f"http://{SERVER}/big", timeout=120)
            took = time.monotonic() - began
        packets, count = until_totals_are_the_kernels(lab, service, before)
        print(f"{count / MIB:.0f} MiB in {packets} frames in {took:.2f} s, "
              f"{readers.requests} requests answered meanwhile; drops: {drops_of(service)}")
        assert readers.requests > 0 and not readers.wrong
        assert count > BIG
        assert_no_drops(service)
        assert_books_balance(service)
        # Readers share rows for a second: the first ones may be older than the transfer.
        service.until(lambda: [row["bytes"] for row in service.rows("flows", port=80)] == [count],
                      "the flow with all its bytes")
        flow = the_flow(service, port=80)
        assert flow["packets"] == packets
        assert flow["server"]["payload_bytes_sent"] > BIG


def test_hostile_scripts_cost_the_wire_nothing(lab, tmp_path):
    scripts = tmp_path / "lua" / "scripts"
    scripts.mkdir(parents=True)
    for name, source in lua_hostile.SCRIPTS.items():
        (scripts / f"{name}.lua").write_text(source)
    serve_a_big_file(lab, tmp_path, BIG)
    with counted(lab, "--lua-dir", tmp_path / "lua") as (service, before):
        pages = [f"/lua/{name}.lua" for name in lua_hostile.SCRIPTS]
        with Readers(service, *pages, expected=(500, 503)) as readers:
            until(lambda: readers.requests > 0, "a script to have ended")
            lab.client.run("curl", "-sSf", "-o", "/dev/null", f"http://{SERVER}/big", timeout=240)
        packets, count = until_totals_are_the_kernels(lab, service, before)
        print(f"{count / MIB:.0f} MiB in {packets} frames, {readers.requests} answers meanwhile")
        assert not readers.wrong, readers.wrong
        assert_no_drops(service)
        assert_books_balance(service)


@pytest.mark.parametrize("workers", [1, 2])
def test_what_the_ring_has_no_room_for_is_counted(lab, workers):
    lab.sink(7005)
    frames = [wiregauge.ethernet(wiregauge.udp(CLIENT, 40000 + i, SERVER, 7005, bytes(1000)),
                                 src=CLIENT_MAC, dst=SERVER_MAC) for i in range(64)]
    with counted(lab, "--ring", "1 MiB", "--workers", workers) as (service, before):
        service.send_signal(signal.SIGSTOP)
        send_frames(lab, *frames * 200)
        service.send_signal(signal.SIGCONT)

        def until_offered(sent):
            assert lab.server.counters().packets - before.packets == sent
            until(lambda: offered(service)["packets"] == sent, f"received + dropped to be {sent}")
        until_offered(64 * 200)
        dropped = offered(service)["kernel_dropped_packets"]
        assert 0 < dropped == drops_of(service)[("kernel", "ring_full")]
        send_frames(lab, frames[0])
        until_offered(64 * 200 + 1)  # another snapshot, in which nothing more was dropped
        assert offered(service)["kernel_dropped_packets"] == dropped
        assert offered(service)["received_packets"] == totals(service)[0]
        assert (f'wiregauge_interface_dropped_packets_total{{interface="{LINK}",stage="kernel",'
                f'reason="ring_full"}} {dropped}') in service.get("/metrics").text.splitlines()
        assert_books_balance(service)


# --- several interfaces -------------------------------------------------------------------------

def test_two_interfaces_keep_apart(lab, tmp_path):
    lab.join("lan1", network=78)
    Servers(lab, tmp_path)
    with counted(lab, "-i", "lan1") as (service, before):
        before1 = lab.server.counters("lan1")
        fetch_page(lab)
        lab.client.run("ping", "-c", 5, "-i", "0.2", "10.78.0.1")
        first = until_totals_are_the_kernels(lab, service, before)
        second = until_totals_are_the_kernels(lab, service, before1, "lan1")
        assert second == (10, 10 * 98) and first != second
        assert the_flow(service, interface="lan1")["application"]["name"] == "ICMP"
        assert the_flow(service, interface=LINK)["application"]["name"] == "HTTP"
        assert {row["ip"] for row in service.rows("hosts", interface="lan1")} == \
            {"10.78.0.1", "10.78.0.2"}
        assert_books_balance(service)
        total = service.get("/api/v1/ledger").json()["total"]["offered"]
        assert total["received_packets"] == first[0] + second[0]


def test_loopback_is_counted_once(lab):
    taker = lab.server.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with taker, lab.service("-i", "lo", "--filter", "udp") as service:
        taker.bind(("127.0.0.1", 7003))
        with lab.server.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(100):
                sender.sendto(bytes(58), ("127.0.0.1", 7003))
        service.until(lambda: totals(service, "lo")[0] >= 100, "what was sent")
        assert totals(service, "lo") == (100, 100 * 100)


def test_two_processes_with_workers_each_see_everything(lab):
    with counted(lab, "--workers", 2) as (service, before):
        with lab.service("-i", LINK, "--workers", 2, port=9670) as other:
            lab.client.run("ping", "-c", 5, "-i", "0.2", SERVER)
            assert until_totals_are_the_kernels(lab, service, before)[0] == 10
            other.until(lambda: totals(other)[0] == 10, "the same in the other one")


# --- frames off the common path ------------------------------------------------------------------

def test_tags_and_fragments_on_the_wire(lab):
    tagged = wiregauge.ethernet(wiregauge.udp(CLIENT, 5000, SERVER, 5001, b"hello" * 20),
                                src=CLIENT_MAC, dst=SERVER_MAC, vlan=42)
    twice = tagged[:12] + bytes.fromhex("88a80007") + tagged[12:]
    with counted(lab) as (service, before):
        send_frames(lab, tagged, twice)  # the kernel takes one tag off; both are on the wire
        lab.client.run("ping", "-c", 2, "-i", "0.2", "-s", 4000, SERVER)
        lab.client.run("ping", "-c", 1, "-s", 4000, SERVER6)
        until_totals_are_the_kernels(lab, service, before)
        assert {row["vlan"]: row["bytes"] for row in service.rows("flows", port=5001)} == \
            {42: len(tagged), 7: len(twice)}
        assert (the_flow(service, l4="icmp")["packets"]) == 4 * 3
        assert (the_flow(service, server=SERVER6)["packets"]) == 2 * 3
        assert service.interface()["flows"]["fragments_unmatched"] == 0
        assert_books_balance(service)


# --- settings of the capture --------------------------------------------------------------------

def test_the_filter_takes_only_what_it_says(lab, tmp_path):
    Servers(lab, tmp_path)
    with lab.service("-i", LINK, "--filter", "udp port 53") as service:
        fetch_page(lab)
        lab.client.run("ping", "-c", 1, SERVER)
        resolve_name(lab)
        service.until(lambda: totals(service)[0] >= 2, "the query and its answer")
        assert totals(service)[0] == 2
        assert the_flow(service)["server_name"] == "printer.example.org"
        assert_no_drops(service)


def test_a_bad_filter_is_said_before_anything_starts(lab):
    done = lab.server.run(wiregauge.binary(), "-i", LINK, "--filter", "udp prot 53", check=False)
    assert done.returncode in (1, 6), done.stderr
    assert "udp prot 53" in done.stderr


def test_bytes_are_those_on_the_wire_when_less_is_stored(lab, tmp_path):
    Servers(lab, tmp_path)
    with counted(lab, "--snap-length", 96) as (service, before):
        fetch_page(lab)
        lab.client.run("ping", "-c", 3, "-i", "0.2", "-s", 1400, SERVER)
        until_totals_are_the_kernels(lab, service, before)
        ping = the_flow(service, l4="icmp")
        assert (ping["packets"], ping["bytes"]) == (6, 6 * (1400 + 42))
        assert the_flow(service, port=80)["server"]["payload_bytes_sent"] > 6000
        assert_no_drops(service)


def bridge_in(namespace, address):
    """A bridge over the wire: unlike a veth's end, it takes what is for others only when asked."""
    namespace.ip("link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
    namespace.ip("link", "set", "br0", "address", SERVER_MAC, "addrgenmode", "none")
    namespace.ip("link", "set", LINK, "master", "br0")
    namespace.ip("address", "add", address, "dev", "br0")
    namespace.ip("link", "set", "br0", "up")


def send_frames(lab, *frames):
    with lab.client.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sender, lab.client.entered():
        sender.bind((LINK, 0))
        for frame in frames:
            sender.send(frame)


@pytest.mark.parametrize("promiscuous, ports", [("true", {5001, 5002}), ("false", {5002})])
def test_frames_for_others_are_seen_only_when_promiscuous(lab, promiscuous, ports):
    bridge_in(lab.server, "10.77.1.1/24")
    others, ours = (wiregauge.ethernet(wiregauge.udp(CLIENT, 5000, "10.77.1.1", port, b"hello"),
                                       src=CLIENT_MAC, dst=mac)
                    for port, mac in ((5001, "02:99:00:00:00:01"), (5002, SERVER_MAC)))
    arguments = ("-i", "br0", "--promiscuous", promiscuous, "--filter", f"udp and host {CLIENT}")
    with lab.service(*arguments) as service:
        send_frames(lab, others, ours)
        service.until(lambda: service.rows("flows", server="10.77.1.1", port=5002), "our frame")
        assert {row["server"]["port"] for row in service.rows("flows")} == ports
    assert '"promiscuity":0' in lab.server.ip("-d", "-j", "link", "show", "br0")


# --- an interface that goes and comes ------------------------------------------------------------

@pytest.mark.parametrize("workers", [1, 2])
def test_an_interface_that_goes_and_comes_back(lab, workers):
    with lab.service("-i", LINK, "--filter", "icmp", "--workers", workers) as service:
        def scraped():
            return sum(float(line.split()[-1]) for line in service.get("/metrics").text.splitlines()
                       if line.startswith(f'wiregauge_interface_bytes_total{{interface="{LINK}"'))
        lab.client.run("ping", "-c", 3, "-i", "0.2", SERVER)
        service.until(lambda: totals(service)[0] == 6, "the first pings")
        service.until(lambda: scraped() == totals(service)[1] == 6 * 98, "the same in /metrics")

        lab.server.ip("link", "del", LINK)
        service.until(lambda: service.interface()["state"] == "gone", "the state 'gone'", 5)
        # It goes down before it goes away, and may have been seen in between.
        service.until(lambda: service.interface()["problem"] == f"interface {LINK}: was removed",
                      "the removal")
        answer = service.get("/readyz")
        assert answer.status == 503 and LINK in answer.json()["detail"], answer.text
        assert service.get("/healthz").status == 200
        service.until_said("interface is gone")
        assert totals(service)[0] == 6 and scraped() == 6 * 98
        assert the_flow(service)["packets"] == 6

        lab.join()
        service.until(lambda: service.interface()["state"] == "open", "the state 'open'", 5)
        assert service.interface()["problem"] is None
        service.until_said("interface is back")
        service.until(lambda: service.get("/readyz").status == 200, "readiness")
        assert totals(service)[0] == 6 and scraped() == 6 * 98
        lab.client.run("ping", "-c", 3, "-i", "0.2", SERVER)
        fetch = lab.client.run("curl", "-s", f"http://{SERVER}/", check=False)  # not in the filter
        assert fetch.returncode == 7
        service.until(lambda: totals(service)[0] >= 12, "the second pings")
        service.until(lambda: scraped() == 12 * 98, "the same in /metrics")
        assert totals(service) == (12, 12 * 98)
        assert_books_balance(service)
        assert_no_drops(service)
        assert service.stderr.count("interface is gone") == 1
        assert service.stderr.count("interface is back") == 1


def test_what_came_before_the_interface_went_is_counted(lab):
    lab.sink(7002)
    frame = wiregauge.ethernet(wiregauge.udp(CLIENT, 7002, SERVER, 7002, bytes(100)),
                               src=CLIENT_MAC, dst=SERVER_MAC)
    with lab.service("-i", LINK) as service:
        service.send_signal(signal.SIGSTOP)
        send_frames(lab, *[frame] * 1000)
        lab.server.ip("link", "del", LINK)
        lab.join()  # at once: another interface of that name
        service.send_signal(signal.SIGCONT)
        service.until_said("was replaced by another of that name", 5)
        service.until_said("interface is back", 5)
        service.until(lambda: service.rows("flows", port=7002), "the flow")
        assert the_flow(service, port=7002)["packets"] == 1000
        send_frames(lab, *[frame] * 1000)
        service.until(lambda: the_flow(service, port=7002)["packets"] == 2000, "the second lot", 10)
        assert_books_balance(service)
        assert_no_drops(service)


def test_an_interface_that_is_down_and_up_again(lab):
    with lab.service("-i", LINK, "--workers", 2) as service:
        lab.server.ip("link", "set", LINK, "down")
        service.until(lambda: service.interface()["state"] == "gone", "the state 'gone'", 5)
        assert "is down" in service.interface()["problem"]
        lab.server.ip("link", "set", LINK, "up")
        service.until(lambda: service.interface()["state"] == "open", "the state 'open'", 5)
        before = totals(service)[0]
        lab.client.run("ping", "-c", 2, "-i", "0.2", SERVER)
        service.until(lambda: totals(service)[0] >= before + 4, "the pings")
        assert service.stderr.count("interface is gone") == 1
        assert service.stderr.count("interface is back") == 1


# --- time ---------------------------------------------------------------------------------------

class SteadySender:
    """UDP datagrams from client to server at a steady pace, until the end of the block."""

    PAYLOAD = 1200
    FRAME = 14 + 20 + 8 + PAYLOAD
    PER_SECOND = 250
    BPS = FRAME * 8 * PER_SECOND

    def __init__(self, lab, port):
        lab.sink(port)
        self._socket = lab.client.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect((SERVER, port))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def _send(self):
        began, sent = time.monotonic(), 0
        while not self._stop.wait(0.01):
            for _ in range(int((time.monotonic() - began) * self.PER_SECOND) - sent):
                self._socket.send(bytes(self.PAYLOAD))
                sent += 1

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()
        self._socket.close()


def rates(service):
    return {"interface": service.interface()["throughput_bps"]["now"],
            "flow": the_flow(service, port=7000)["throughput_bps"]["now"],
            "client": service.get(f"/api/v1/hosts/{CLIENT}").json()["throughput_bps"]["now"],
            "server": service.get(f"/api/v1/hosts/{SERVER}").json()["throughput_bps"]["now"],
            "pps": 8 * SteadySender.FRAME * service.interface()["packets_per_second"]["now"]}


def test_rates_are_bits_of_now_and_fall_to_0(lab):
    with lab.service("-i", LINK) as service:
        with SteadySender(lab, 7000) as sender:
            service.until(lambda: service.rows("flows", port=7000), "the flow")
            until(lambda: all(rates(service).values()), "a whole second of traffic")
            samples = [rates(service)]
            for _ in range(8):
                time.sleep(0.5)  # the pace of the samples
                samples.append(rates(service))
            peak = service.interface()["throughput_bps"]["peak"]
        stopped = time.monotonic()
        # The running second ends, is the last whole one for a second; answers are a second old.
        until(lambda: set(rates(service).values()) == {0}, "all rates to be 0", wait=10)
        took = time.monotonic() - stopped
        assert took < 3.5, f"rates took {took:.1f} s to fall to 0"
        for name in samples[0]:
            median = statistics.median(sample[name] for sample in samples)
            assert abs(median / sender.BPS - 1) < 0.2, f"{name}: {median}, sent {sender.BPS} bit/s"
        assert sender.BPS * 0.8 < peak < sender.BPS * 2


def test_a_flow_goes_idle_though_no_other_packet_comes(lab, tmp_path):
    settings = tmp_path / "wiregauge.yaml"
    settings.write_text("flows:\n  idle_timeout: 2s\n")
    lab.sink(7001)
    with counted(lab, "-c", settings) as (service, before):
        with lab.client.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"hello", (SERVER, 7001))
        service.until(lambda: service.rows("flows", state="active"), "the flow")
        service.until(lambda: service.rows("flows", state="ended"), "its end", 6)
        flow = the_flow(service)
        assert (flow["end_reason"], flow["packets"]) == ("idle", 1)
        assert until_totals_are_the_kernels(lab, service, before)[0] == 1
        assert_books_balance(service)


# --- start and stop -----------------------------------------------------------------------------

@pytest.fixture
def binary_for_all():
    """A copy of the program where every account can run it."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield shutil.copy(wiregauge.binary(), folder)


NOBODY = ("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups")


def test_without_the_right_to_capture_it_says_so(lab, binary_for_all):
    done = lab.server.run(*NOBODY, "--bounding-set=-all", binary_for_all, "-i", LINK, check=False,
                          timeout=20)
    assert done.returncode == 4
    assert f"capture on {LINK}: not permitted" in done.stderr and "CAP_NET_RAW" in done.stderr
    assert done.stdout == ""


def test_one_capability_is_enough(lab, binary_for_all, monkeypatch):
    monkeypatch.setenv("WIREGAUGE_BINARY", binary_for_all)
    wrapper = (*NOBODY, "--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw",
               "--bounding-set=-all,+net_raw")
    with counted(lab, "--workers", 2, wrapper=wrapper) as (service, before):
        lab.client.run("ping", "-c", 2, "-i", "0.2", SERVER)
        assert until_totals_are_the_kernels(lab, service, before)[0] == 4


@pytest.mark.parametrize("workers", [1, 2])
def test_stops_in_time_under_load(lab, tmp_path, workers):
    serve_a_big_file(lab, tmp_path, 1 << 40)
    service = lab.service("-i", LINK, "--workers", workers).start()
    for _ in range(2):
        lab.background(lab.client, "curl", "-s", "-o", "/dev/null", f"http://{SERVER}/big")
    service.until(lambda: totals(service)[1] > 50 * MIB, "traffic")
    began = time.monotonic()
    assert service.stop(signal.SIGTERM, wait=5) == 0
    print(f"stopped after {time.monotonic() - began:.2f} s under load")
