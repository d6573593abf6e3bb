# SPDX-License-Identifier: Apache-2.0
"""The live stream of flow records: clients of a service that reads a pipe while it is written."""

import contextlib
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time

import pytest
import wiregauge
from test_browser import Site, browse
from test_tls import make_certificate

PATH = "/api/v1/stream/flows"
DOCUMENT = (wiregauge.SOURCE_DIR / "docs/stream.md").read_text()


class Traffic:
    """A pipe of packets: each flow is a SYN that is refused, and so has ended."""

    def __init__(self, path):
        os.mkfifo(path)
        self.path = path
        self.flows = 0
        self._fd = os.open(path, os.O_RDWR)  # for both: for writing alone waits for the reader
        self._head = wiregauge.pcap_bytes([])
        self._write(self._head)

    def _write(self, data):
        while data:
            data = data[os.write(self._fd, data):]

    def send(self, flows):
        """So many flows more; their records are made when packets of later come, or at the end."""
        packets = []
        for _ in range(flows):
            client, port = f"10.{self.flows >> 15}.0.1", 1024 + (self.flows & 0x7FFF)
            at = self.flows / 10
            packets.append(wiregauge.Packet(wiregauge.ethernet(
                wiregauge.tcp(client, port, "10.99.0.2", 80, wiregauge.SYN, 1)), at))
            packets.append(wiregauge.Packet(wiregauge.ethernet(
                wiregauge.tcp("10.99.0.2", 80, client, port, wiregauge.RST | wiregauge.ACK, 0, 2)), at))
            self.flows += 1
        self._write(wiregauge.pcap_bytes(packets)[len(self._head):])

    def end(self):
        if self._fd is not None:
            os.close(self._fd)
        self._fd = None


@pytest.fixture
def traffic(tmp_path):
    traffic = Traffic(tmp_path / "wire")
    yield traffic
    traffic.end()


class Follower:
    """A client over a socket of its own, that reads when it is told to."""

    def __init__(self, service, query="", last_id=None, buffer_bytes=None, headers=()):
        self.socket = socket.socket()
        if buffer_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
        self.socket.settimeout(60)
        self.socket.connect(("127.0.0.1", service.port))
        lines = [f"GET {PATH}{query} HTTP/1.0", *headers]  # 1.0: bytes as they are, no chunks
        if last_id:
            lines.append(f"Last-Event-ID: {last_id}")
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self._file = None
        self.last_id, self.ids, self.missed, self.gaps = None, [], 0, []
        self.ended = False

    def begin(self):
        """Reads the head and the first id: from here on nothing escapes it."""
        self._file = self.socket.makefile("rb")
        assert self._file.readline().split()[1] == b"200"
        while self._file.readline() != b"\r\n":
            pass
        assert self.next() is None and self.last_id
        return self

    def next(self):
        """The next block: an event and its data; None when there is an id alone."""
        name = data = None
        while (line := self._line()) != b"\n":
            if not line.endswith(b"\n"):  # what is not whole is no event
                self.ended = True
                return None
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field == "id":
                last_id = value
            elif field == "event":
                name = value
            elif field == "data":
                data = value
        self.last_id, data = last_id, data and json.loads(data)
        if name == "flow":
            self.ids.append(data.get("id"))
        elif name == "gap":
            self.gaps.append(data)
            self.missed += data["missed"] or 0
        return name and (name, data)

    def _line(self):
        try:
            return self._file.readline()
        except ConnectionError:
            return b""

    def read_until(self, total):
        """Until it has got, or missed, so many."""
        while len(self.ids) + self.missed < total and not self.ended:
            self.next()
        return self

    def close(self):
        if self._file:
            self._file.close()
        self.socket.close()


@contextlib.contextmanager
def following(service, **options):
    follower = Follower(service, **options)
    try:
        yield follower.begin()
    finally:
        follower.close()


@pytest.fixture
def settings(tmp_path):
    """Makes arguments of stream.* settings."""
    def make(**values):
        path = tmp_path / f"{'-'.join(values)}.yaml"
        path.write_text("stream:\n" + "".join(f"  {name}: {value}\n" for name, value in values.items()))
        return "-c", path
    return make


def metric(service, name):
    start = f"wiregauge_stream_{name} "
    value, = (line.removeprefix(start) for line in service.get("/metrics").text.splitlines()
              if line.startswith(start))
    return int(value)


def until_flows(service, flows):
    service.until(lambda: service.get("/api/v1/interfaces").json()["items"][0]["received"]["packets"]
                  == 2 * flows, f"{flows} flows to be read")


def test_curl_gets_every_record(traffic):
    with wiregauge.Service("-i", traffic.path) as service:
        url = f"http://127.0.0.1:{service.port}{PATH}"
        curl = subprocess.Popen(["curl", "-sN", "--fail", url], stdout=subprocess.PIPE, text=True)
        try:
            assert curl.stdout.readline() == "retry: 3000\n"
            traffic.send(500)
            traffic.end()
            flows = []
            for line in curl.stdout:
                if line.startswith("data: "):
                    flows.append(json.loads(line.removeprefix("data: ")))
                if len(flows) == 500:
                    break
        finally:
            curl.kill()
            curl.wait()
        rows = service.get("/api/v1/flows", limit=10000).json()["items"]
        assert {row["id"] for row in rows} == {flow["id"] for flow in flows}
        assert {flow["state"] for flow in flows} == {"ended"}
        service.until(lambda: metric(service, "clients") == 0, "the client to be gone")
        assert metric(service, 'ended_total{reason="client_left"}') == 1


def test_filters_and_fields_choose(traffic):
    with wiregauge.Service("-i", traffic.path) as service, \
            following(service, query="?port=1030&fields=client.port") as follower:
        traffic.send(100)
        traffic.end()
        assert follower.next() == ("flow", {"client": {"port": 1030}})


def test_who_comes_back_loses_nothing_and_gets_nothing_twice(traffic):
    with wiregauge.Service("-i", traffic.path) as service:
        ids, last_id = [], None
        for _ in range(10):
            with following(service, query="?fields=id", last_id=last_id) as follower:
                traffic.send(300)
                for _ in range(100):
                    follower.next()
                ids += follower.ids
                last_id = follower.last_id
        traffic.end()
        with following(service, query=f"?fields=id&last_event_id={last_id}") as follower:
            ids += follower.read_until(3000 - len(ids)).ids
        assert not follower.missed
        assert len(ids) == len(set(ids)) == 3000


def test_a_slow_reader_is_skipped_and_told(traffic, settings):
    total = 30_000
    with wiregauge.Service("-i", traffic.path, *settings(ring_records=2000, client_bytes="64 KiB",
                                                                 stall_timeout="10m")) as service, \
            following(service, query="?fields=id") as quick, \
            following(service, buffer_bytes=4096) as slow, \
            following(service, query="?l4=tcp", buffer_bytes=4096) as choosy:
        for _ in range(total // 1000):
            traffic.send(1000)
            quick.read_until(traffic.flows - 1000)
        traffic.end()
        quick.read_until(total)
        assert metric(service, "skipped_records_total") > 0
        for follower in (slow, choosy):
            follower.read_until(total)
            assert len(follower.ids) + follower.missed == total
            assert follower.missed and len(set(follower.ids)) == len(follower.ids)
            assert {gap["reason"] for gap in follower.gaps} == {"slow_reader"}
            assert all(gap["exact"] for gap in follower.gaps)
        assert metric(service, "skipped_records_total") == slow.missed + choosy.missed + quick.missed


def test_who_takes_nothing_is_cut_off(traffic, settings):
    with wiregauge.Service("-i", traffic.path, *settings(stall_timeout="1s")) as service, \
            following(service, buffer_bytes=4096), following(service, query="?port=1"):
        def cut_off():
            traffic.send(500)
            return metric(service, "clients") == 1
        service.until(cut_off, "the client to be cut off", wait=60)
        assert metric(service, 'ended_total{reason="stalled"}') == 1


def test_a_hundred_clients_at_once(traffic):
    with wiregauge.Service("-i", traffic.path) as service, contextlib.ExitStack() as stack:
        followers = [stack.enter_context(following(service, query="?fields=id")) for _ in range(100)]
        assert metric(service, "clients") == 100
        traffic.send(200)
        traffic.end()
        for follower in followers:
            assert follower.read_until(200).ids == followers[0].ids
            assert not follower.missed
        assert len(set(followers[0].ids)) == 200


def test_one_more_than_may_is_refused(traffic, settings):
    with wiregauge.Service("-i", traffic.path, *settings(max_clients=1)) as service, \
            following(service):
        refused = service.get(PATH)
        assert refused.status == 503 and "stream.max_clients" in refused.json()["detail"]
        assert refused.headers["Content-Type"] == "application/problem+json"
    with wiregauge.Service("-i", traffic.path, *settings(max_clients=0)) as service:
        assert "is off" in service.get(PATH).json()["detail"]


def test_stops_with_open_streams(traffic):
    service = wiregauge.Service("-i", traffic.path).start()
    with contextlib.ExitStack() as stack:
        followers = [stack.enter_context(following(service)) for _ in range(20)]
        stalled = [stack.enter_context(following(service, buffer_bytes=4096)) for _ in range(5)]
        traffic.send(3000)
        until_flows(service, 3000)
        readers = [threading.Thread(target=follower.read_until, args=(3001,)) for follower in followers]
        for reader in readers:
            reader.start()
        begin = time.monotonic()
        assert service.stop() == 0, service.stderr
        assert time.monotonic() - begin < 8  # giving up takes 10 s
        for reader in readers:
            reader.join(30)
        for follower in followers:
            assert follower.ended
            assert len(follower.ids) == len(set(follower.ids)) > 0
        assert len(stalled) == 5


def test_another_process_is_told_from_this_one(traffic, tmp_path):
    with wiregauge.Service("-i", traffic.path) as service, following(service) as follower:
        traffic.send(10)
        traffic.end()
        follower.read_until(10)
        last_id = follower.last_id
    capture = wiregauge.write_pcap(tmp_path / "mix.pcap", wiregauge.small_mix())
    with wiregauge.Service("-i", capture) as service:
        service.until_said("file was read")
        with following(service, last_id=last_id) as follower:
            assert follower.next() == ("gap", {"missed": None, "exact": False, "reason": "unknown_id"})
            assert len(follower.read_until(4).ids) == 4


def test_accounts_come_first(mix, tmp_path, settings):
    other = wiregauge.write_pcap(tmp_path / "other.pcap", wiregauge.http_conversation("203.0.113.7"))
    data_dir = tmp_path / "data"
    wiregauge.run("user", "add", "part", "--interfaces", "mix.pcap", "--data-dir", data_dir,
                  stdin=_password(tmp_path))
    token = {}
    for label in ("kept", "lost"):
        made = wiregauge.run("token", "create", "part", "--label", label, "--data-dir", data_dir)
        token[label] = re.search(r"wg_\S+", made.stdout)[0]
    with wiregauge.Service("-i", mix, "-i", other, "--data-dir", data_dir, *settings(max_age="2s"),
                           accounts=True, ready_path="/healthz") as service:
        refused = service.get(PATH)
        assert refused.status == 401 and refused.headers["WWW-Authenticate"]
        assert refused.headers["Content-Type"] == "application/problem+json"
        service.until(lambda: service.stderr.count("file was read") == 2, "both files")
        options = {"headers": [f"Authorization: Bearer {token['kept']}"]}
        with following(service, last_id="0000000000000000-0", **options) as follower:
            while not follower.ended:  # max_age
                follower.next()
        rows = service.get("/api/v1/flows", headers={"Authorization": f"Bearer {token['kept']}"}).json()["items"]
        assert {row["interface"] for row in rows} == {"mix.pcap"}
        assert sorted(follower.ids) == sorted(row["id"] for row in rows)
        hidden = service.get(PATH, interface="other.pcap",
                             headers={"Authorization": f"Bearer {token['kept']}"})
        assert hidden.status == 400


def test_over_tls(mix, tmp_path):
    certificate, key = make_certificate(tmp_path, "stream")
    with wiregauge.Service("-i", mix, "--tls-certificate", certificate, "--tls-key", key,
                           ready_path=None) as service:
        service.until_said("ready")
        connection = http.client.HTTPSConnection(
            "127.0.0.1", service.port, timeout=60,
            context=ssl.create_default_context(cafile=certificate))
        connection.request("GET", PATH, headers={"Last-Event-ID": "0000000000000000-0"})
        answer = connection.getresponse()
        flows = 0
        while flows < 4:
            flows += answer.readline() == b"event: flow\n"
        connection.close()


def _password(folder):
    (folder / "password").write_text("correct horse battery\n")
    return open(folder / "password", "rb")


def block(language):
    return re.search(rf"```{language}\n(.*?)```", DOCUMENT, re.S)[1]


def test_the_documents_python_runs(traffic, tmp_path):
    with wiregauge.Service("-i", traffic.path) as service:
        script = tmp_path / "follow.py"
        script.write_text(block("python").replace(":9669", f":{service.port}"))
        client = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
        try:
            service.until(lambda: metric(service, "clients") == 1, "the client")
            traffic.send(3)
            traffic.end()
            lines = [client.stdout.readline().split() for _ in range(3)]
            assert [line[1:] for line in lines] == [["10.0.0.1", "10.99.0.2", "108"]] * 3
        finally:
            client.kill()
            client.wait()


def test_the_documents_page_runs_in_a_browser(traffic, tmp_path):
    with wiregauge.Service("-i", traffic.path) as service, Site() as site:
        script = block("js").replace(":9669", f":{service.port}")
        site.page = f"""<!doctype html><title>following</title><script>
            const said = [];
            console.log = (...words) => {{
              said.push(words);
              if (said.length === 3) fetch("/answers", {{method: "POST", body: JSON.stringify(said)}});
            }};
            {script}</script>"""

        def feed():
            service.until(lambda: metric(service, "clients") == 1, "the browser", wait=60)
            traffic.send(3)
            traffic.end()
        feeder = threading.Thread(target=feed)
        feeder.start()
        said = browse(site, tmp_path)
        feeder.join()
        assert [words[1:] for words in said] == [["10.0.0.1", "10.99.0.2", 108]] * 3
        assert [words[0].rsplit("-")[1] for words in said] == ["1", "2", "3"]
