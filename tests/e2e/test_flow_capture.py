# SPDX-License-Identifier: Apache-2.0
"""Captures of single flows on a real wire, held against what dumpcap wrote beside them."""

import os
import shutil
import socket
import struct
import subprocess
import threading
import time

import pytest
from netns import LINK, SERVER, Lab, until

pytestmark = pytest.mark.skipif(os.geteuid() != 0,
                                reason="only root can make network namespaces")


@pytest.fixture
def lab():
    with Lab() as made:
        yield made


def read_pcap(data):
    """[(nanoseconds since the epoch, frame, length on the wire)] of a whole file of nanoseconds."""
    magic, major, minor, _, _, _, link_type = struct.unpack_from("<IHHiIII", data)
    assert (magic, major, minor, link_type) == (0xA1B23C4D, 2, 4, 1)
    packets, at = [], 24
    while at < len(data):
        seconds, nanoseconds, stored, wire = struct.unpack_from("<IIII", data, at)
        packets.append((seconds * 10**9 + nanoseconds, data[at + 16:at + 16 + stored], wire))
        at += 16 + stored
    assert at == len(data)
    return packets


class Dumpcap:
    """A second observer: all packets of the server's end of the wire that a filter takes."""

    def __init__(self, lab, path, capture_filter):
        self.path = path
        self._process = lab.background(lab.server, "dumpcap", "-q", "-i", LINK, "-f",
                                       capture_filter, "-w", path)
        until(lambda: path.exists() and path.stat().st_size > 0, "dumpcap to capture")

    def packets(self):
        """Ends it. Nanoseconds are in its pcapng alone."""
        self._process.terminate()
        self._process.wait(10)
        converted = self.path.with_suffix(".pcap")
        subprocess.run(["editcap", "-F", "nsecpcap", self.path, converted], check=True, timeout=20)
        return read_pcap(converted.read_bytes())


class Talk:
    """A TCP connection that answers each request with as many bytes as it asks for, of every size."""

    def __init__(self, lab, port):
        self._listener = lab.server.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listener.bind((SERVER, port))
        self._listener.listen()
        self.client = lab.client.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.client.connect((SERVER, port))
        self._server, _ = self._listener.accept()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def exchange(self, request_bytes, answer_bytes):
        for sender, taker, size in ((self.client, self._server, request_bytes),
                                    (self._server, self.client, answer_bytes)):
            sender.sendall(os.urandom(size))
            while size > 0:
                size -= len(taker.recv(size))

    def _go_on(self):
        for i in range(1 << 30):
            if self._stop.wait(0.002):
                return
            self.exchange(1 + i * 37 % 1400, 1 + i * 911 % 6000)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()
        self.close()

    def close(self):
        for end in (self.client, self._server, self._listener):
            end.close()


def flow_id(service, **query):
    rows = service.until(lambda: service.rows("flows", state="active", **query), "the flow")
    assert len(rows) == 1, rows
    return rows[0]["id"]


def start(service, flow, **query):
    answer = service.request("POST", f"/api/v1/flows/{flow}/capture", **query)
    assert answer.status == 201, answer.text
    return answer.headers["Location"]


def until_done(service, path, wait=None):
    return service.until(lambda: (row := service.get(path).json())["state"] == "done" and row,
                         "the capture's end", wait)


def counted(service, family, label=""):
    return sum(float(line.split()[-1]) for line in service.get("/metrics").text.splitlines()
               if line.startswith(f"wiregauge_flow_capture{family}{{") and label in line)


@pytest.mark.skipif(not (shutil.which("dumpcap") and shutil.which("editcap")),
                    reason="dumpcap and editcap are not installed")
@pytest.mark.parametrize("workers", [1, 2])
def test_the_file_is_what_dumpcap_saw(lab, tmp_path, workers):
    dumpcap = Dumpcap(lab, tmp_path / "dumpcap.pcapng", "tcp port 7000")
    with lab.service("-i", LINK, "--workers", workers) as service, Talk(lab, 7000), Talk(lab, 7001):
        path = start(service, flow_id(service, port=7000), max_packets=400)
        partial = read_pcap(service.get(path + "/pcap").body)
        capture = until_done(service, path)
        ours = read_pcap(service.get(path + "/pcap").body)
        # A scrape is at most a second old.
        service.until(lambda: counted(service, "s_ended_total", 'reason="packets"') == 1, "/metrics")
        assert counted(service, "_packets_total") == 400
        assert counted(service, "_bytes_total") == capture["bytes"]
    theirs = dumpcap.packets()
    assert ours[:len(partial)] == partial
    assert (capture["reason"], capture["packets"], len(ours)) == ("packets", 400, 400)
    assert capture["bytes"] == sum(wire for _, _, wire in ours)
    assert capture["cut_packets"] == capture["dropped_packets"] == 0
    assert len({len(frame) for _, frame, _ in ours}) > 50
    frames = [frame for _, frame, _ in theirs]
    first = frames.index(ours[0][1]) if ours[0][1] in frames else None
    assert first is not None, "dumpcap has not seen our first packet"
    same = [frame == packet[1] for frame, packet in zip(frames[first:], ours)]
    assert len(same) == 400 and all(same), f"other packets than dumpcap's from {same.index(False)} on"
    # Each socket has a time of its own, by the same clock.
    apart = max(abs(their[0] - our[0]) for their, our in zip(theirs[first:], ours))
    assert apart < 50_000_000, f"times are up to {apart} ns apart"


def test_time_ends_it_though_no_packet_comes(lab):
    lab.sink(7002)
    with lab.service("-i", LINK) as service, \
            lab.client.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"hello", (SERVER, 7002))
        flow = flow_id(service, port=7002)
        path, began = start(service, flow, max_seconds=1), time.monotonic()
        sender.sendto(b"again", (SERVER, 7002))
        capture = until_done(service, path, wait=5)
        assert 0.9 < time.monotonic() - began < 3
        assert (capture["reason"], capture["packets"]) == ("time", 1)
        sender.sendto(b"too late", (SERVER, 7002))
        assert start(service, flow).endswith("/2"), "another may follow"


def test_the_end_of_the_flow_ends_it(lab, tmp_path):
    settings = tmp_path / "wiregauge.yaml"
    settings.write_text("flows:\n  tcp_closed_timeout: 1s\n")
    with lab.service("-i", LINK, "-c", settings) as service:
        talk = Talk(lab, 7003)
        talk.exchange(10, 10)
        flow = flow_id(service, port=7003)
        path = start(service, flow, snap_length_bytes=54)
        talk.close()
        capture = until_done(service, path)
        assert capture["reason"] == "flow_ended"
        packets = read_pcap(service.get(path + "/pcap").body)
        flags = [frame[47] for _, frame, _ in packets]
        assert sum(flag & 1 for flag in flags) == 2, "both FINs"
        assert {len(frame) for _, frame, _ in packets} == {54}
        row = service.get(f"/api/v1/flows/{flow}").json()
        assert row["end_reason"] == "tcp_fin"
        assert service.request("POST", f"/api/v1/flows/{flow}/capture").status == 409


def test_stops_with_the_service_and_its_memory_is_bounded(lab, tmp_path):
    settings = tmp_path / "wiregauge.yaml"
    settings.write_text("flow_capture:\n  memory_bytes: 1 MiB\n  max_bytes: 512 KiB\n"
                        "  max_running: 2\n")
    with lab.service("-i", LINK, "-c", settings) as service, Talk(lab, 7004):
        flow = flow_id(service, port=7004)
        refused = service.request("POST", f"/api/v1/flows/{flow}/capture", max_bytes=1 << 20)
        assert refused.status == 400 and refused.json()["parameter"] == "max_bytes"
        for number in range(1, 12):
            path = start(service, flow, max_bytes=200_000, max_packets=100_000)
            assert path.endswith(f"/{number}")
            capture = until_done(service, path)
            assert capture["reason"] == "bytes" and 190_000 < capture["file_bytes"] <= 200_000
            assert len(read_pcap(service.get(path + "/pcap").body)) == capture["packets"]
            page = service.get("/api/v1/captures").json()
            assert page["memory_bytes"] <= page["max_memory_bytes"] == 1 << 20
        kept = [row["id"] for row in page["items"]]
        assert kept == list(range(11, 11 - len(kept), -1)) and 3 <= len(kept) < 11, \
            "the oldest have left"
        start(service, flow, max_packets=100_000)
        assert service.stop(wait=8) == 0
