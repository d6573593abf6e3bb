# SPDX-License-Identifier: Apache-2.0
"""Flow records on their way to real receivers, and what becomes of them when receivers fail."""

import collections
import contextlib
import gzip
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import receivers  # noqa: E402
import wiregauge  # noqa: E402

MANY, RECORDS = 200_000, 40_000


@pytest.fixture(scope="module")
def big_flood(tmp_path_factory):
    return receivers.write_flood(tmp_path_factory.mktemp("flood") / "flood.pcap", MANY)


@pytest.fixture(scope="module")
def flood(tmp_path_factory):
    return receivers.write_flood(tmp_path_factory.mktemp("flood") / "flood.pcap", RECORDS)


def settings(folder, **sinks):
    """A settings file with these sinks; JSON is YAML."""
    path = folder / "wiregauge.yaml"
    path.write_text(json.dumps({"sinks": sinks}))
    return path


def sink(service, name):
    return service.get(f"/api/v1/sinks/{name}").json()


def balance(state):
    """offered = delivered + waiting + dropped."""
    return (state["delivered_records"] + state["waiting_records"] + sum(state["dropped_records"].values())
            - state["offered_records"])


def until_state(service, name, condition, what):
    """The sink's state, as soon as the condition is true of it; the ledger is in balance all the while."""
    def state_if_so():
        state = sink(service, name)
        assert balance(state) == 0
        return state if condition(state) else None
    return service.until(state_if_so, what, wait=120)


def until_offered(service, name, records=RECORDS):
    return until_state(service, name, lambda state: state["offered_records"] == records, "all to be offered")


def until_spooled(service, name):
    return until_state(service, name, lambda state: state["offered_records"] == RECORDS and state["queue_bytes"] == 0,
                       "all to be in the spool")


def until_delivered(service, name, records):
    return until_state(service, name, lambda state: state["delivered_records"] >= records,
                       f"{records} records to be delivered")


def until_sent(service, name, records=RECORDS):
    """Until all that the capture holds is offered and nothing waits."""
    return until_state(service, name,
                       lambda state: state["offered_records"] >= records and state["waiting_records"] == 0,
                       "all records to be sent")


def until_failing(service, name):
    return until_state(service, name, lambda state: state["state"] == "failing", f"{name} to fail")


def ids_of(lines):
    return collections.Counter(json.loads(line)["RECORD_ID"] for line in lines)


def expect_all(receiver, state, duplicates_allowed, records=RECORDS):
    """Every record is with the receiver, none is torn, and the ledger says so."""
    assert state["delivered_records"] == state["offered_records"] == records, state
    assert receiver.bad() == []
    receivers.until(lambda: len(receiver.lines()) >= records and len(ids_of(receiver.lines())) == records,
                    "the receiver to have written everything", 60)
    ids = ids_of(receiver.lines())
    twice = sum(ids.values()) - len(ids)
    # What was sent again, and the batch that was under way.
    assert twice <= (state["resent_records"] + 5000 if duplicates_allowed else 0), (twice, state)


def logstash(port, **options):
    return {"type": "logstash", "host": "127.0.0.1", "port": port, **options}


def test_every_record_reaches_a_receiver_that_is_there(tmp_path, big_flood):
    port = wiregauge.free_port()
    with receivers.Rsyslog(tmp_path / "receiver", port) as receiver:
        with wiregauge.Service("-i", big_flood, "-F", f"logstash;127.0.0.1;tcp;{port}") as service:
            expect_all(receiver, until_sent(service, "logstash", MANY), duplicates_allowed=False, records=MANY)


FAULTS = ["stopped", "frozen", "killed"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("spool", ["memory", "spool"])
def test_a_receiver_that_fails_has_everything_in_the_end(tmp_path, big_flood, fault, spool):
    port = wiregauge.free_port()
    options = {"spool_bytes": "1 GiB"} if spool == "spool" else {}
    path = settings(tmp_path, elk=logstash(port, **options))
    with receivers.Rsyslog(tmp_path / "receiver", port) as receiver:
        with wiregauge.Service("-i", big_flood, "-c", path) as service:
            until_delivered(service, "elk", 20_000)
            if fault == "frozen":
                receiver.freeze()
                before = sink(service, "elk")["delivered_records"]
                until_offered(service, "elk", MANY)
                assert sink(service, "elk")["waiting_records"] > 0
                assert before < MANY
                service.until(lambda: "takes nothing since" in (sink(service, "elk")["problem"] or ""),
                              "the sink to say so")
                assert sink(service, "elk")["state"] == "failing" and sink(service, "elk")["failing_since"]
                receiver.thaw()
            else:
                (receiver.kill if fault == "killed" else receiver.end)()
                assert until_failing(service, "elk")["problem"]
                receiver.start()
            state = until_sent(service, "elk", MANY)
            expect_all(receiver, state, duplicates_allowed=fault != "frozen", records=MANY)
            assert state["state"] == "ok" and state["problem"] is None


def test_a_receiver_that_is_killed_with_its_queue_full_has_everything_in_the_end(tmp_path, big_flood):
    port = wiregauge.free_port()
    with receivers.Rsyslog(tmp_path / "receiver", port) as receiver:
        with wiregauge.Service("-i", big_flood, "-F", f"logstash;127.0.0.1;tcp;{port}") as service:
            until_delivered(service, "logstash", MANY // 2)  # by then it has 50,000 in memory, as it may
            receiver.kill()
            receiver.start()
            expect_all(receiver, until_sent(service, "logstash", MANY), duplicates_allowed=True, records=MANY)


def small_service(tmp_path, path, **options):
    """One with a capture of a few flows, whose sinks are what this is about."""
    return wiregauge.Service("-i", wiregauge.write_pcap(tmp_path / "mix.pcap", wiregauge.small_mix()), "-c", path,
                             "--data-dir", tmp_path / "data", **options)


def test_a_spool_outlives_the_service(tmp_path, flood):
    port = wiregauge.free_port()
    path = settings(tmp_path, elk=logstash(port, spool_bytes="1 GiB"))
    with wiregauge.Service("-i", flood, "-c", path, "--data-dir", tmp_path / "data") as service:
        until_spooled(service, "elk")
        service.stop(signal.SIGKILL)
    with small_service(tmp_path, path) as service:
        state = until_offered(service, "elk", RECORDS + 4)
        assert state["waiting_records"] == state["offered_records"]
        with receivers.Rsyslog(tmp_path / "receiver", port) as receiver:
            expect_all(receiver, until_sent(service, "elk"), duplicates_allowed=False, records=RECORDS + 4)
    assert not (tmp_path / f"data/spool/elk/{1:020}.spool").exists()  # the first segment, whose records are sent


def test_a_service_killed_while_it_sends_sends_the_rest(tmp_path, flood):
    port = wiregauge.free_port()
    path = settings(tmp_path, elk=logstash(port, spool_bytes="1 GiB", batch_records=1000))
    with receivers.Rsyslog(tmp_path / "receiver", port) as receiver:
        receiver.freeze()
        with wiregauge.Service("-i", flood, "-c", path, "--data-dir", tmp_path / "data") as service:
            until_spooled(service, "elk")
            receiver.thaw()
            until_delivered(service, "elk", 5_000)
            service.stop(signal.SIGKILL)
        with small_service(tmp_path, path) as service:
            state = until_sent(service, "elk")
            assert state["delivered_records"] == RECORDS + 4, state
            receivers.until(lambda: len(ids_of(receiver.lines())) == RECORDS + 4, "all to be written")
            assert receiver.bad() == []
            ids = ids_of(receiver.lines())
            assert sum(ids.values()) - len(ids) <= 2 * 1000  # the parcel that was under way


def test_a_stop_drains_what_it_can(tmp_path, flood):
    port = wiregauge.free_port()
    path = settings(tmp_path, elk=logstash(port, drain_timeout="60s"))
    with receivers.Rsyslog(tmp_path / "receiver", port) as receiver:
        with wiregauge.Service("-i", flood, "-c", path) as service:
            until_offered(service, "elk")
            assert service.stop(wait=90) == 0
        receivers.until(lambda: len(ids_of(receiver.lines())) == RECORDS, "all to be written")
        assert receiver.bad() == []


def test_what_a_dead_sink_cannot_hold_is_counted(tmp_path, flood):
    path = settings(tmp_path, dead=logstash(9, queue_bytes="8 MiB", drain_timeout="0s"))
    with wiregauge.Service("-i", flood, "-c", path) as service:
        state = until_offered(service, "dead")
        assert state["state"] == "failing"
        assert state["dropped_records"]["queue_full"] > RECORDS / 2
        assert state["queue_bytes"] <= (8 << 20) + 3 * (1 << 20)
        metrics = service.get("/metrics").body.decode()
        assert f'wiregauge_sink_records_offered_total{{sink="dead"}} {RECORDS}\n' in metrics
        assert 'wiregauge_sink_up{sink="dead"} 0\n' in metrics
        books = service.get("/api/v1/ledger").json()["sinks"]
        assert [book["sink"] for book in books] == ["dead"] and balance(books[0]) == 0
        assert service.stop() == 0


def test_one_dead_sink_keeps_nothing_from_the_others(tmp_path, flood):
    path = settings(tmp_path, dead=logstash(9, queue_bytes="1 MiB", drain_timeout="0s"),
                    plain={"type": "file", "path": str(tmp_path / "flows.ndjson")})
    with wiregauge.Service("-i", flood, "-c", path) as service:
        state = until_sent(service, "plain")
        assert state["delivered_records"] == RECORDS
        assert len(ids_of((tmp_path / "flows.ndjson").read_bytes().splitlines())) == RECORDS


def in_mount_namespace(command):
    return ("unshare", "--mount", "--propagation", "private", "sh", "-c", command + ' && exec "$@"', "sh")


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")


@needs_root
def test_a_file_whose_disk_is_full_goes_on_when_there_is_room(tmp_path, flood):
    disk = tmp_path / "disk"
    disk.mkdir()
    path = settings(tmp_path, plain={"type": "file", "path": str(disk / "flows.ndjson"), "rotate_bytes": "0"})
    wrapper = in_mount_namespace(f"mount -t tmpfs -o size=8m none {disk}")
    with wiregauge.Service("-i", flood, "-c", path, wrapper=wrapper) as service:
        assert "No space left on device" in until_failing(service, "plain")["problem"]
        inside = pathlib.Path(f"/proc/{service.process.pid}/root{disk}/flows.ndjson")
        assert inside.read_bytes().endswith(b"}\n")
        subprocess.run(["nsenter", "-t", str(service.process.pid), "-m", "-r", "mount", "-o", "remount,size=1g",
                        str(disk)], check=True)
        state = until_sent(service, "plain")
        assert state["delivered_records"] == RECORDS
        ids = ids_of(inside.read_bytes().splitlines())
        assert len(ids) == sum(ids.values()) == RECORDS


@needs_root
@pytest.mark.skipif(receivers.ClickHouse.PROGRAM is None, reason="there is no ClickHouse server here")
def test_a_clickhouse_whose_disk_is_full_has_everything_when_there_is_room(tmp_path, big_flood):
    port = wiregauge.free_port()
    path = settings(tmp_path, warehouse={"type": "clickhouse", "url": f"http://127.0.0.1:{port}", "database": "flows"})
    with receivers.ClickHouse(tmp_path / "server", port, size="8m") as server:
        with wiregauge.Service("-i", big_flood, "-c", path) as service:
            service.until(lambda: sink(service, "warehouse")["state"] == "failing", "the disk to be full")
            state = sink(service, "warehouse")
            assert "No space left on device" in state["problem"]
            assert 0 < state["delivered_records"] < MANY and sum(state["dropped_records"].values()) == 0
            server.resize("1g")
            assert until_sent(service, "warehouse", MANY)["delivered_records"] == MANY
            assert server.ask("SELECT count(), uniqExact(RECORD_ID) FROM flows.flows FINAL") == f"{MANY}\t{MANY}"


@needs_root
def test_a_spool_whose_disk_is_full_says_so_and_loses_nothing_that_fits_in_memory(tmp_path, flood):
    disk, port = tmp_path / "disk", wiregauge.free_port()
    disk.mkdir()
    path = settings(tmp_path, elk=logstash(port, spool_bytes="1 GiB", spool_dir=str(disk / "spool")))
    wrapper = in_mount_namespace(f"mount -t tmpfs -o size=12m none {disk}")
    with wiregauge.Service("-i", flood, "-c", path, wrapper=wrapper) as service:
        service.until(lambda: sink(service, "elk")["spool_problem"], "the disk to be full")
        assert "No space left on device" in sink(service, "elk")["spool_problem"]
        with receivers.Rsyslog(tmp_path / "receiver", port) as receiver:
            state = until_sent(service, "elk")
            expect_all(receiver, state, duplicates_allowed=False)
            assert state["spool_problem"] is None


def two_receivers_of_one_name(tmp_path):
    """Both, the settings of a sink, what the service runs in, and what moves the name from first to second."""
    hosts, port = tmp_path / "hosts", wiregauge.free_port()

    def stand_for(address):
        with open(hosts, "w", encoding="utf-8") as file:  # the same inode: it is mounted
            file.write(f"127.0.0.1 localhost\n{address} receiver.test\n")

    stand_for("127.0.0.2")
    return (receivers.Rsyslog(tmp_path / "first", port, address="127.0.0.2"),
            receivers.Rsyslog(tmp_path / "second", port, address="127.0.0.3"),
            settings(tmp_path, elk={**logstash(port), "host": "receiver.test"}),
            in_mount_namespace(f"mount --bind {hosts} /etc/hosts"), lambda: stand_for("127.0.0.3"))


@needs_root
def test_a_name_that_moves_is_followed(tmp_path, flood):
    first, second, path, wrapper, move = two_receivers_of_one_name(tmp_path)
    with first, wiregauge.Service("-i", flood, "-c", path, wrapper=wrapper) as service:
        until_delivered(service, "elk", 4_000)
        first.end()
        move()
        with second:
            state = until_sent(service, "elk")
            assert state["delivered_records"] == RECORDS
            receivers.until(lambda: len(ids_of(first.lines() + second.lines())) == RECORDS,
                            "both together to have everything")
            assert first.bad() == second.bad() == []


@needs_root
def test_a_name_that_moves_is_followed_also_from_a_frozen_receiver_that_dies(tmp_path, flood):
    first, second, path, wrapper, move = two_receivers_of_one_name(tmp_path)
    with first, second, wiregauge.Service("-i", flood, "-c", path, wrapper=wrapper) as service:
        until_delivered(service, "elk", 4_000)
        first.freeze()
        until_failing(service, "elk")
        move()
        until_sent(service, "elk")
        first.kill()
        receivers.until(lambda: len(ids_of(first.lines() + second.lines())) == RECORDS,
                        "both together to have everything")
        assert first.bad() == second.bad() == []


@needs_root
def test_a_name_server_that_does_not_answer_holds_up_nobody(tmp_path, flood):
    resolver = tmp_path / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.77\n")
    away = {"host": "receiver.test", "drain_timeout": "0s"}
    path = settings(tmp_path, stream=logstash(9, **away), datagrams=logstash(9, protocol="udp", **away),
                    database={"type": "mysql", "user": "u", "database": "net", **away},
                    bus={"type": "kafka", "brokers": ["receiver.test:9092"], "drain_timeout": "0s"},
                    plain={"type": "file", "path": str(tmp_path / "flows.ndjson")})
    wrapper = in_mount_namespace(f"mount --bind {resolver} /etc/resolv.conf")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.77", 53))
        with wiregauge.Service("-i", flood, "-c", path, wrapper=wrapper) as service:
            until_sent(service, "plain")
            for name in ("stream", "datagrams", "database"):
                assert "receiver.test" in until_failing(service, name)["problem"]
            time.sleep(1)  # until they look it up again: half a second after the first time
            start = time.monotonic()
            assert service.stop() == 0
            assert time.monotonic() - start < 6  # resolv.conf(5): a lookup takes 10 s


def test_datagrams(tmp_path):
    port = wiregauge.free_port()
    capture = wiregauge.write_pcap(tmp_path / "mix.pcap", wiregauge.small_mix())
    with receivers.Rsyslog(tmp_path / "receiver", port, protocol="udp") as receiver:
        with wiregauge.Service("-i", capture, "-F", f"logstash;127.0.0.1;udp;{port}") as service:
            until_delivered(service, "logstash", 4)
            receivers.until(lambda: len(receiver.lines()) == 4, "the datagrams")
            assert len(ids_of(receiver.lines())) == 4 and receiver.bad() == []


@needs_root
def test_datagrams_go_to_that_address_of_a_name_where_somebody_listens(tmp_path):
    hosts, port = tmp_path / "hosts", wiregauge.free_port()
    hosts.write_text("::1 receiver.test\n127.0.0.1 receiver.test\n")
    path = settings(tmp_path, elk={**logstash(port, protocol="udp"), "host": "receiver.test"})
    with receivers.Rsyslog(tmp_path / "receiver", port, protocol="udp") as receiver:
        with small_service(tmp_path, path, wrapper=in_mount_namespace(f"mount --bind {hosts} /etc/hosts")) as service:
            until_delivered(service, "elk", 4)
            receivers.until(lambda: len(ids_of(receiver.lines())) == 4, "the datagrams")


def make_certificate(folder, name):
    """A key and a certificate that signs itself, for 127.0.0.1."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    return key, certificate


def test_over_tls_to_who_is_trusted_and_nobody_else(tmp_path, flood):
    key, certificate = make_certificate(tmp_path, "receiver")
    _, other = make_certificate(tmp_path, "other")
    port = wiregauge.free_port()
    path = settings(tmp_path, good=logstash(port, protocol="tls", ca_file=str(certificate)),
                    bad=logstash(port, protocol="tls", ca_file=str(other), queue_bytes="1 MiB", drain_timeout="0s"))
    with receivers.TlsRsyslog(tmp_path / "receiver", port, key, certificate) as receiver:
        with wiregauge.Service("-i", flood, "-c", path) as service:
            expect_all(receiver, until_sent(service, "good"), duplicates_allowed=False)
            state = sink(service, "bad")
            assert state["delivered_records"] == 0 and state["state"] == "failing"
            assert "certificate" in state["problem"].lower()


def test_a_connection_takes_no_longer_than_it_may(tmp_path):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = []
        for _ in range(3):  # from the second on there is no room
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(address)
            waiting.append(client)
        path = settings(tmp_path, elk=logstash(address[1], timeout="300ms", drain_timeout="0s"))
        with small_service(tmp_path, path) as service:
            assert "after 30" in until_failing(service, "elk")["problem"]  # 300 ms and a little
        for client in waiting:
            client.close()


class SlowReceiver:
    """Reads 200 KB a second until it is told to hurry; `text` is what it has read when the connection has ended."""

    def __init__(self, context=None):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.context, self.hurry, self.text = context, threading.Event(), bytearray()
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self):
        connection, _ = self.listener.accept()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True)
        with connection:
            while piece := connection.recv(4096):
                self.text += piece
                self.hurry.wait(0.02)

    def end(self):
        self.hurry.set()
        self.thread.join(60)
        self.listener.close()
        return bytes(self.text)


@pytest.mark.parametrize("protocol", ["tcp", "tls"])
def test_a_stop_tears_no_line_of_a_receiver_that_reads_slowly(tmp_path, flood, protocol):
    context, options = None, {"drain_timeout": "1s", "protocol": protocol}
    if protocol == "tls":
        key, certificate = make_certificate(tmp_path, "receiver")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        options["ca_file"] = str(certificate)
    receiver = SlowReceiver(context)
    try:
        path = settings(tmp_path, elk=logstash(receiver.port, **options))
        with wiregauge.Service("-i", flood, "-c", path) as service:
            until_offered(service, "elk")
            assert service.stop() == 0
    finally:
        text = receiver.end()
    assert text.endswith(b"}\n")
    assert sum(ids_of(text.splitlines()).values()) > 0


def test_files_are_rotated_and_compressed(tmp_path, flood):
    path = settings(tmp_path, zipped={"type": "file", "path": str(tmp_path / "flows.ndjson.gz"),
                                      "compression": "gzip", "rotate_bytes": "512 KiB"})
    with wiregauge.Service("-i", flood, "-c", path) as service:
        until_sent(service, "zipped")
        assert service.stop() == 0
    files = list(tmp_path.glob("flows*.ndjson.gz"))
    assert len(files) > 2
    lines = [line for file in files for line in gzip.open(file).read().splitlines()]
    assert len(ids_of(lines)) == len(lines) == RECORDS


@pytest.fixture
def pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


@pytest.fixture
def unread(pipe):
    """The reading end of that pipe."""
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    yield reader
    os.close(reader)


def with_standard_output(pipe):
    return ("sh", "-c", f'exec "$@" > {pipe}', "sh")


def test_a_reader_of_standard_output_that_stands_still_misses_nothing(tmp_path, flood, pipe, unread):
    path = settings(tmp_path, out={"type": "file", "path": "-"})
    with wiregauge.Service("-i", flood, "-c", path, wrapper=with_standard_output(pipe)) as service:
        service.until(lambda: sink(service, "out")["problem"], "the reader to be missed")
        assert sink(service, "out")["problem"] == "standard output: the reader takes nothing any more"
        read = []

        def is_all_read():
            with contextlib.suppress(BlockingIOError):
                while piece := os.read(unread, 1 << 20):
                    read.append(piece)
            state = sink(service, "out")
            return state["offered_records"] == RECORDS and state["waiting_records"] == 0
        service.until(is_all_read, "all records to be read", wait=60)
        ids = ids_of(b"".join(read).splitlines())
        assert len(ids) == sum(ids.values()) == RECORDS
        assert service.stop() == 0


@pytest.mark.parametrize("has_reader", [True, False])
def test_a_pipe_that_nobody_reads_does_not_hold_up_the_stop(tmp_path, flood, pipe, request, has_reader):
    if has_reader:
        request.getfixturevalue("unread")
    path = settings(tmp_path, out={"type": "file", "path": str(pipe), "drain_timeout": "1s"})
    with wiregauge.Service("-i", flood, "-c", path) as service:
        until_failing(service, "out")
        begun = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - begun < 5


def test_records_are_chosen_and_spelled_as_the_settings_say(tmp_path):
    out = {name: str(tmp_path / f"{name}.ndjson") for name in ("some", "own", "none")}
    path = settings(tmp_path,
                    some={"type": "file", "path": out["some"], "filter": "l4=tcp",
                          "fields": ["IN_BYTES", "IPV4_SRC_ADDR"]},
                    own={"type": "file", "path": out["own"], "format": "wiregauge"},
                    none={"type": "file", "path": out["none"], "filter": "application=BitTorrent"})
    with small_service(tmp_path, path) as service:
        until_delivered(service, "own", 4)
        state = sink(service, "some")
        flows = service.get("/api/v1/flows", l4="tcp").json()["total"]
        assert state["offered_records"] == flows and state["filtered_out_records"] == 4 - flows
        assert sink(service, "none")["offered_records"] == 0
        assert service.stop() == 0
    own = [json.loads(line) for line in open(out["own"], encoding="utf-8")]
    assert {flow["l4"]["name"] for flow in own} >= {"TCP", "UDP"}
    assert len({flow["record_id"] for flow in own}) == 4
    assert all(flow["totals"]["client"]["bytes_sent"] == flow["client"]["bytes_sent"] for flow in own)
    some = [json.loads(line) for line in open(out["some"], encoding="utf-8")]
    assert all(list(record) == ["IPV4_SRC_ADDR", "IN_BYTES"] for record in some)


def test_what_is_wrong_is_said_before_anything_starts(tmp_path):
    for sinks, problem in [
            ({"a": {"type": "file", "path": "x", "filter": "l4=tcpp"}}, 'sinks.a: filter: l4: "tcpp" is not'),
            ({"a": {"type": "file", "path": "x", "fields": ["IN_BITES"]}}, "sinks.a: fields: 'IN_BITES' is no field"),
            ({"a": {"type": "file"}}, "path is missing"),
            ({"a": {"type": "flie", "path": "x"}}, "type")]:
        path = settings(tmp_path, **sinks)
        for command in (["check-config", "-c", path], ["-c", path, "-i", "lo"]):
            done = wiregauge.run(*command, "--data-dir", tmp_path / "data")
            assert done.returncode == 6, done
            assert done.stderr.startswith(f"wiregauge: {path}:"), done.stderr
            assert problem in done.stderr, done.stderr
    done = wiregauge.run("check-config", "-F", "es;;%Y;http://127.0.0.1:9200")
    assert done.returncode == 6 and done.stderr.startswith("wiregauge: --export: elasticsearch: index: "), done


@needs_root
def test_settings_that_start_are_good_without_sources_too(tmp_path):
    path = settings(tmp_path, office={"type": "file", "path": str(tmp_path / "x"), "filter": "interface=probe0"})
    wire = ("unshare", "--net", "sh", "-c", "ip link add probe0 type veth peer name probe1 && ip link set probe1 up && "
            "ip addr add 192.0.2.1/24 dev probe0 && ip link set probe0 up && ip route add default via 192.0.2.2 && "
            'exec "$@"', "sh")
    done = subprocess.run([*wire, wiregauge.binary(), "check-config", "-c", path, "--data-dir", tmp_path / "data"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_fields_and_schemas_are_printed(tmp_path):
    fields = wiregauge.run("sinks", "fields").stdout
    assert fields == (wiregauge.SOURCE_DIR / "docs/sink-fields.md").read_text()
    names = set(re.findall(r"^\| `(\w+)` \|", fields, re.MULTILINE))
    assert len(names) > 70
    for kind in ("elasticsearch", "clickhouse", "mysql", "kafka"):
        schema = wiregauge.run("sinks", "schema", kind).stdout
        assert all(name in schema for name in names), kind
    for kind in ("elasticsearch", "kafka"):
        json.loads(wiregauge.run("sinks", "schema", kind).stdout)
    # A sink of the settings gives its options.
    path = settings(tmp_path, db={"type": "mysql", "database": "net", "table": "records", "fields": ["IN_BYTES"],
                                  "user": "u"})
    schema = wiregauge.run("sinks", "schema", "mysql", "-c", path).stdout
    assert "`records`" in schema and "`IN_BYTES`" in schema and "`OUT_BYTES`" not in schema
    for wrong in ("file", "nonsense"):
        assert wiregauge.run("sinks", "schema", wrong).returncode == 2


def test_there_is_no_schema_for_what_the_settings_do_not_have(tmp_path):
    own = {"format": "wiregauge", "fields": ["id", "bytes_sent"]}
    path = settings(tmp_path, queue={"type": "kafka", "brokers": "127.0.0.1", **own},
                    db={"type": "mysql", "database": "net", "format": "wiregauge"},
                    search={"type": "elasticsearch", "url": "http://127.0.0.1:9200", **own})
    other = "format: the schema describes ntopng only, not wiregauge"
    for arguments, problem in [(["kafka", "-c", path], f"{path}:1: sinks.queue: {other}"),
                               (["mysql", "-c", path], f"{path}:1: sinks.db: {other}"),
                               (["clickhouse", "-c", path], f"{path} has no sink of type clickhouse"),
                               (["mysql", "-F", "file;-"], "--export has no sink of type mysql")]:
        done = wiregauge.run("sinks", "schema", *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"wiregauge: {problem}\n")
    assert wiregauge.run("sinks", "schema", "elasticsearch", "-c", path).returncode == 0
