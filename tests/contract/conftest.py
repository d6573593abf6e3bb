# SPDX-License-Identifier: Apache-2.0
"""The running services that contract tests ask: on a capture made here, read to its end; and on a pipe
that goes on, for what only works on the wire.

The program is the file that WIREGAUGE_BINARY names (tests/support/wiregauge.py).
"""

import json
import os
import pathlib
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import wiregauge  # noqa: E402


def capture_packets():
    """Enough of everything that every schema has something to describe."""
    packets = wiregauge.small_mix()
    for i in range(40):  # more flows than a small page holds, some of them at the same instant
        packets += wiregauge.dns_conversation(sport=51000 + i, name=f"host{i}.example.org",
                                              start=6 + i // 4)
    packets += wiregauge.tcp_conversation("2001:db8::10", 42000, "2001:db8::20", 22,
                                          b"SSH-2.0-OpenSSH_9.2\r\n", b"SSH-2.0-OpenSSH_9.2\r\n",
                                          start=20)
    packets += wiregauge.http_conversation(client="192.168.1.11", server="192.0.2.80", start=30)
    packets += wiregauge.http_conversation(client="203.0.113.7", server="192.168.1.1", start=31)
    cut = wiregauge.ethernet(wiregauge.udp("192.168.1.10", 1, "192.168.1.1", 2, b"cut"))
    packets.append(wiregauge.Packet(cut[:20], 21, wire_bytes=len(cut)))  # undecodable
    packets.append(wiregauge.Packet(
        wiregauge.ethernet(b"\0" * 46, ether_type=0x88CC), 22))  # neither IP nor ARP
    return packets


def file_is_read(service):
    answer = service.get("/api/v1/interfaces", limit=10000)
    return answer.status == 200 and \
        all(row["state"] in ("ended", "cut") for row in answer.json()["items"])


def history_is_written(service):
    """As many packets as the interface has."""
    row, = service.get("/api/v1/interfaces").json()["items"]
    answer = service.get("/api/v1/timeseries/query", **{
        "metric": f"interface_{row['name']}_traffic_total_packets", "from": 0})
    return answer.status == 200 and \
        answer.json()["items"][0]["value"] == row["received"]["packets"]


def write_alerts(folder, interface):
    """Engaged ones, some that are past, and an event; alert 1 is about a host."""
    host = {"kind": "host", "interface": interface}
    service = {"kind": "service"}
    now_us = time.time_ns() // 1000
    wiregauge.write_alerts(folder, [
        {**host, "name": "192.168.1.10", "type": "host_threshold", "severity": "error", "value": 12.5,
         "threshold": 10, "details": '{"unit": "bps", "top": [{"name": "DNS"}]}', "times": 3},
        {"kind": "interface", "interface": interface, "name": interface, "type": "interface_gone",
         "text": "it is gone"},
        {"kind": "network", "name": "office", "severity": "notice", "ttl_us": 3_600_000_000},
        *({**service, "name": f"part{i}", "severity": severity, "last_seen_us": now_us + i, "times": i + 1}
          for i, severity in enumerate(["critical", "info", "warning", "error"] * 5)),
        *({**host, "name": f"192.168.1.{i}", "released_us": now_us + i, "end_reason": end}
          for i, end in enumerate(["released", "expired", "evicted", "shutdown", None] * 4)),
    ])


def callback_has_run(service):
    return any(row["script"] == "callbacks/second.lua" and row["runs"]["ok"] > 0
               for row in service.get("/api/v1/scripts").json()["items"])


def write_scripts(folder):
    """A callback, which adds nothing to the document."""
    callbacks = folder / "callbacks"
    callbacks.mkdir()
    (callbacks / "second.lua").write_text("local second = os.time()\n")
    return folder


def write_sinks(folder):
    """A settings file with one that delivers, and one with a spool whose receiver is away."""
    path = folder / "wiregauge.yaml"
    path.write_text(json.dumps({"sinks": {
        "file": {"type": "file", "path": str(folder / "flows.ndjson")},
        "away": {"type": "logstash", "host": "127.0.0.1", "port": 9, "spool_bytes": "4 MiB"}}}))
    return path


@pytest.fixture(scope="session")
def file_service(tmp_path_factory):
    """A wiregauge.Service. What it said on stderr is shown when a test fails to start it."""
    path = wiregauge.write_pcap(tmp_path_factory.mktemp("contract") / "mix.pcap",
                                capture_packets())
    databases = wiregauge.SOURCE_DIR / "tests/databases"
    data_dir = tmp_path_factory.mktemp("data")
    write_alerts(data_dir, pathlib.Path(path).name)
    with wiregauge.Service("-i", path, "--data-dir", data_dir, "--pools", "192.168.1.10=printers,192.168.1.0/30=routers",
                           "--country-database", databases / "city.mmdb",
                           "--asn-database", databases / "asn.mmdb",
                           "-c", write_sinks(data_dir),
                           "--lua-dir", write_scripts(tmp_path_factory.mktemp("lua"))) as running:
        running.until(lambda: file_is_read(running), "the capture to be read")
        running.until(lambda: history_is_written(running), "the history of its last second")
        running.until(lambda: callback_has_run(running), "a callback's first run")
        yield running


@pytest.fixture(scope="session")
def service(file_service):
    return file_service


class LiveService(wiregauge.Service):
    """A service on a pipe through which packets come as long as it runs: its flows stay active."""

    FLOWS = 12  # of client ports from 50000 on

    def __init__(self, pipe):
        os.mkfifo(pipe)
        super().__init__("-i", pipe)
        self._fd = os.open(pipe, os.O_RDWR)  # for both: for writing alone waits for the reader
        self._head = wiregauge.pcap_bytes([])
        self._sent = 0

    def __enter__(self):
        super().__enter__()
        os.write(self._fd, self._head)
        self.send([packet for i in range(self.FLOWS)
                   for packet in wiregauge.dns_conversation(sport=50000 + i)])
        return self

    def __exit__(self, *what):
        super().__exit__(*what)
        os.close(self._fd)

    def send(self, packets):
        """Sends the packets and waits until they are counted."""
        os.write(self._fd, wiregauge.pcap_bytes(packets)[len(self._head):])
        self._sent += len(packets)
        self.until(lambda: self.get("/api/v1/interfaces").json()["items"][0]["received"]["packets"]
                   == self._sent, "the packets to be counted")


@pytest.fixture(scope="session")
def live_service(tmp_path_factory):
    with LiveService(tmp_path_factory.mktemp("live") / "wire") as running:
        yield running


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds to a failed test's report what the service said."""
    outcome = yield
    report = outcome.get_result()
    running = item.funcargs.get("service") if hasattr(item, "funcargs") else None
    if report.failed and running is not None:
        report.sections.append(("stderr of the service", running.stderr[-4000:]))
