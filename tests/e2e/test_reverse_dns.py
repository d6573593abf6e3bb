# SPDX-License-Identifier: Apache-2.0
"""Names of hosts from a real name server, Debian's dnsmasq."""

import os
import re
import subprocess

import pytest
import wiregauge

LOCAL, NAMED, NAMELESS, SIX = "10.0.0.1", "192.0.2.80", "192.0.2.81", "2001:db8::5"


class NameServer:
    """dnsmasq on 127.0.0.1, and what it was asked."""

    def __init__(self, folder):
        self.port = wiregauge.free_port()
        self.log = folder / "dnsmasq.log"
        reverse6 = ".".join(reversed("20010db8" + "0" * 23 + "5")) + ".ip6.arpa"
        self.process = subprocess.Popen(
            ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
             "--pid-file=", f"--user={'root' if os.getuid() == 0 else ''}", f"--port={self.port}",
             "--bind-interfaces", "--listen-address=127.0.0.1", "--log-queries",
             f"--log-facility={self.log}", "--local=/in-addr.arpa/", "--local=/ip6.arpa/",
             "--ptr-record=1.0.0.10.in-addr.arpa,Laptop.example.org",
             "--ptr-record=80.2.0.192.in-addr.arpa,www.example.org",
             f"--ptr-record={reverse6},six.example.org"])

    def asked(self):
        if not self.log.exists():
            return []
        return re.findall(r"query\[PTR\] (\S+) from", self.log.read_text())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(name="server")
def fixture_server(tmp_path):
    with NameServer(tmp_path) as server:
        yield server


@pytest.fixture(name="capture")
def fixture_capture(tmp_path):
    """A client and three remote hosts, none of which any packet names; a multicast group."""
    packets = []
    for number, ends in enumerate(((LOCAL, NAMED), (LOCAL, NAMELESS), ("2001:db8::9", SIX),
                                   (LOCAL, "239.1.1.1"))):
        frame = wiregauge.ethernet(wiregauge.udp(ends[0], 40000, ends[1], 9999, b"x"))
        packets.append(wiregauge.Packet(frame, seconds=number))
    return wiregauge.write_pcap(tmp_path / "hosts.pcap", packets)


def serve(capture, *servers):
    return wiregauge.Service("-i", capture, "--reverse-lookup", "true", "--dns-servers",
                             ",".join(servers))


def names_of(service):
    rows = service.get("/api/v1/hosts").json()["items"]
    return {row["ip"]: (row["name"], row["name_source"]) for row in rows}


def lookups(service, result):
    text = service.get("/metrics").text
    return int(re.search(rf'wiregauge_reverse_lookups_total{{result="{result}"}} (\d+)', text)[1])


def test_hosts_get_the_names_of_ptr_records(capture, server):
    with serve(capture, f"127.0.0.1:{server.port}") as service:
        service.until(lambda: lookups(service, "name") == 3 and lookups(service, "no_name") == 2,
                      "all answers")
        service.until(lambda: names_of(service).get(SIX) == ("six.example.org", "reverse_dns"),
                      "a snapshot with names")
        assert names_of(service) == {
            LOCAL: ("laptop.example.org", "reverse_dns"), NAMED: ("www.example.org", "reverse_dns"),
            NAMELESS: (None, None), SIX: ("six.example.org", "reverse_dns"),
            "2001:db8::9": (None, None), "239.1.1.1": (None, None)}
        flows = service.get("/api/v1/flows", host=NAMED).json()["items"]
        assert flows[0]["server"]["name"] == "www.example.org"
        assert flows[0]["client"]["name"] == "laptop.example.org"
        assert service.get("/api/v1/hosts", text="six.ex").json()["total"] == 1
        text = service.get("/metrics").text
        assert "\nwiregauge_reverse_lookups_waiting 0\n" in text
        assert "\nwiregauge_reverse_lookups_cached 5\n" in text
        assert 'wiregauge_reverse_lookups_dropped_total{reason="queue_full"} 0\n' in text
    asked = server.asked()
    assert sorted(asked) == sorted(set(asked)), "each address once: results are kept"
    assert "1.1.1.239.in-addr.arpa" not in asked
    assert len(asked) == 5


def test_nothing_is_asked_by_default(capture, server):
    with wiregauge.Service("-i", capture, "--dns-servers", f"127.0.0.1:{server.port}") as service:
        service.until(lambda: len(names_of(service)) == 6, "all hosts")
        assert set(names_of(service).values()) == {(None, None)}
        assert lookups(service, "name") == 0
    assert server.asked() == []


def test_a_server_that_does_not_answer_holds_nobody_up(capture, tmp_path):
    import socket
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        settings = tmp_path / "dns.yaml"
        settings.write_text("dns:\n  reverse_lookup: true\n  timeout: 200ms\n"
                            f"  servers: 127.0.0.1:{silent.getsockname()[1]}\n")
        with wiregauge.Service("-i", capture, "-c", settings) as service:
            service.until(lambda: len(names_of(service)) == 6, "all hosts")
            service.until(lambda: lookups(service, "timeout") == 5, "all timeouts")
            assert set(names_of(service).values()) == {(None, None)}


def test_the_end_waits_for_no_answer(capture):
    import socket
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        with serve(capture, f"127.0.0.1:{silent.getsockname()[1]}") as service:
            service.until(lambda: len(names_of(service)) == 6, "all hosts")
            assert service.stop(wait=5) == 0


@pytest.mark.parametrize("arguments", [("check-config",), ("-i", "nothing.pcap")])
def test_a_server_that_is_none_is_bad_configuration(tmp_path, arguments):
    settings = tmp_path / "dns.yaml"
    settings.write_text("dns: {servers: [192.0.2.53, ns.example.org]}\n")
    if arguments[0] == "-i":
        arguments = ("-i", wiregauge.write_pcap(tmp_path / "a.pcap", wiregauge.small_mix()))
    done = wiregauge.run(*arguments, "-c", settings)
    assert done.returncode == 6, done.stderr
    assert done.stderr.startswith("wiregauge: dns.servers: expected name servers"), done.stderr
