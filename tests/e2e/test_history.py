# SPDX-License-Identifier: Apache-2.0
"""History of capture files: told at packet time, the same however it is asked, and kept."""

import csv
import datetime
import io
import json
import os
import shutil
import sqlite3
import time

import pytest
import wiregauge
from wiregauge import EPOCH, Packet, Service, ethernet, udp, write_pcap

HOUR = 3600


def datagram(size, sport=4000, src="192.168.1.10", dst="192.0.2.1"):
    return ethernet(udp(src, sport, dst, 53535, b"x" * (size - 42)))


def long_capture(path):
    """Two hours and a bit: 100 bytes each second, but for a quiet hour; a burst of 1000 bytes each minute."""
    packets = []
    for second in [*range(HOUR), *range(2 * HOUR, 2 * HOUR + 90)]:
        packets.append(Packet(datagram(100), second))
        if second % 60 == 0:
            packets.append(Packet(datagram(1000, 4001, "192.168.1.11", "198.51.100.7"), second + 0.5))
    return write_pcap(path, packets)


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    return long_capture(tmp_path_factory.mktemp("history") / "long.pcap")


@pytest.fixture(scope="module")
def service(capture):
    with Service("-i", capture) as running:
        running.until(lambda: interface(running)["state"] == "ended", "the end of the file")
        running.until(lambda: total(running, "traffic_total_packets") == received(running)["packets"],
                      "the last second's history")
        yield running


def interface(service):
    return service.get("/api/v1/interfaces/long.pcap").json()


def received(service):
    return interface(service)["received"]


def values(service, metric, **query):
    """(seconds since the capture's beginning, series, value) of each row."""
    query = {"from": EPOCH, "to": EPOCH + 3 * HOUR, **query}
    answer = service.get("/api/v1/timeseries/query", metric=metric, **query)
    assert answer.status == 200, answer.text
    return [(seconds_of(row["time"]), row["series"], row["value"]) for row in answer.json()["items"]]


def seconds_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() - EPOCH


def total(service, measure, subject="interface_long.pcap"):
    rows = values(service, f"{subject}_{measure}")
    assert len(rows) == 1
    return rows[0][2]


def test_seconds_are_those_of_the_packets(service):
    rows = values(service, "interface_long.pcap_traffic_bps", to=EPOCH + 61, step=1)
    assert [row[0] for row in rows] == list(range(61))
    assert [row[2] for row in rows] == [8 * (1100 if i % 60 == 0 else 100) for i in range(61)]


def test_a_quiet_hour_is_zero_and_what_is_behind_the_end_is_a_gap(service):
    rows = dict((second, value) for second, _, value in
                values(service, "interface_long.pcap_traffic_bps", step=60))
    start = -(EPOCH % 60)  # steps are whole minutes
    assert rows[start + 60 * 90] == 0
    assert rows[start + 60 * 130] is None


@pytest.mark.parametrize("measure, counter", [("traffic_total_bytes", "bytes"),
                                              ("traffic_total_packets", "packets")])
def test_totals_are_the_counters(service, measure, counter):
    assert total(service, measure) == received(service)[counter]


@pytest.mark.parametrize("step", [1, 10, 60, 600, 3600, 86400])
def test_every_step_has_the_same_sum(service, step):
    """From whichever tier the points come."""
    for metric in ("interface_long.pcap_traffic_bps", "interface_long.pcap_allprotocols_bps"):
        bits = sum(value or 0 for _, _, value in values(service, metric, step=step, aggregation="sum"))
        assert bits == 8 * received(service)["bytes"], metric


def test_hosts_have_theirs(service):
    sums = {}
    for _, host, value in values(service, "interface_long.pcap_allhosts_bps", step=60, aggregation="sum"):
        sums[host] = sums.get(host, 0) + (value or 0) / 8
    steady, bursts = 100 * (HOUR + 90), 1000 * 62
    assert sums == {"192.168.1.10": steady, "192.0.2.1": steady, "192.168.1.11": bursts,
                    "198.51.100.7": bursts}  # remote: it left the table in the quiet hour
    top = service.get("/api/v1/timeseries/top", by="host", **{"from": EPOCH, "to": EPOCH + 3 * HOUR})
    assert {row["object"]: row["bytes"] for row in top.json()["items"]} == sums


def test_the_catalogue_is_searched(service):
    names = [row["name"] for row in
             service.get("/api/v1/timeseries", text="interface_long.pcap_traffic").json()["items"]]
    for measure in ("bps", "total_bytes", "pps", "total_packets"):
        assert f"interface_long.pcap_traffic_{measure}" in names
    assert service.get("/api/v1/timeseries", text="no such thing").json()["total"] == 0


def test_csv_has_the_same_rows(service):
    query = {"metric": "interface_long.pcap_traffic_bps", "from": EPOCH, "to": EPOCH + 600, "step": 60}
    rows = service.get("/api/v1/timeseries/query", **query).json()["items"]
    text = service.get("/api/v1/timeseries/query", headers={"Accept": "text/csv"}, **query).text
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["time"] for row in read] == [row["time"] for row in rows]
    assert [float(row["value"]) for row in read] == [row["value"] for row in rows]


def test_a_second_start_tells_the_same_once(capture, tmp_path):
    """The file is read again: its history is not counted twice, and a live interface's would go on."""
    folder = tmp_path / "data"
    for _ in range(2):
        with Service("-i", capture, "--data-dir", folder) as running:
            running.until(lambda: interface(running)["state"] == "ended", "the end of the file")
            running.until(
                lambda: total(running, "traffic_total_bytes") == received(running)["bytes"],
                "the whole history")
            assert total(running, "traffic_total_bytes") == received(running)["bytes"]
    with sqlite3.connect(folder / "history.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy = shutil.copy(folder / "history.db", tmp_path / "copy.db")
    with sqlite3.connect(copy) as database:
        kinds = [kind for kind, in database.execute("SELECT kind FROM events ORDER BY id")]
    assert [kind for kind in kinds if kind.startswith("service_")] == ["service_started", "service_stopped"] * 2


def test_without_history_nothing_is_written(tmp_path):
    capture = write_pcap(tmp_path / "mix.pcap", wiregauge.small_mix())
    folder = tmp_path / "data"
    folder.mkdir()
    with Service("-i", capture, "--data-dir", folder, "--no-history", "--no-alerts",
                 "--no-lua") as running:
        assert running.get("/api/v1/timeseries").status == 404
        assert "history" not in [check["name"] for check in running.get("/readyz").json()["checks"]]
        assert "wiregauge_store_up " not in running.get("/metrics").text
    assert list(folder.iterdir()) == []


# --- two sources of one name --------------------------------------------------------------------

def seconds_capture(path, first, last, size=100):
    """A datagram each second, from the first to the last."""
    path.parent.mkdir(exist_ok=True)
    return write_pcap(path, [Packet(datagram(size), second) for second in range(first, last + 1)])


def read_whole(running, name):
    path = f"/api/v1/interfaces/{name}"
    running.until(lambda: running.get(path).json()["state"] == "ended", "the end of the file")


def bytes_of(running, name, first, last):
    """In history, of these seconds."""
    answer = running.get("/api/v1/timeseries/query", metric=f"interface_{name}_traffic_total_bytes",
                         **{"from": EPOCH + first, "to": EPOCH + last + 1}, step=1)
    return sum(row["value"] or 0 for row in answer.json()["items"]) if answer.status == 200 else 0


def events(running, *kinds, **query):
    return running.get("/api/v1/events", kind=",".join(kinds), **{"from": 0, "to": "now", **query}).json()["items"]


def history_check(running):
    return next(one for one in running.get("/readyz").json()["checks"] if one["name"] == "history")


def test_another_file_of_the_same_name_replaces_history_and_says_so(tmp_path):
    first = seconds_capture(tmp_path / "o1/cap.pcap", 0, 9)
    second = seconds_capture(tmp_path / "o2/cap.pcap", 20, 24)
    data = tmp_path / "data"
    with Service("-i", first, "--data-dir", data) as running:
        running.until(lambda: bytes_of(running, "cap.pcap", 0, 30) == 1000, "the first file's history")
    with Service("-i", second, "--data-dir", data) as running:
        running.until(lambda: bytes_of(running, "cap.pcap", 20, 24) == 500, "the second file's history")
        assert bytes_of(running, "cap.pcap", 0, 9) == 0
        running.until(lambda: events(running, "history_replaced"), "the event")
        replaced, = events(running, "history_replaced")
        assert replaced["interface"] == "cap.pcap"
        line, = [line for line in running.stderr.splitlines() if "warning history:" in line]
        for told in (replaced["text"], line):
            assert str(first) in told and str(second) in told and "data_dir" in told
    with Service("-i", second, "--data-dir", data) as running:
        running.until(lambda: bytes_of(running, "cap.pcap", 20, 24) == 500, "the second file's history")
        assert len(events(running, "history_replaced")) == 1
        assert "warning history:" not in running.stderr


def expect_refused(running, capture, times):
    read_whole(running, "lo")
    running.until(lambda: not history_check(running)["ok"], "the check to fail")
    ready = running.get("/readyz")
    assert ready.status == 200 and ready.json()["status"] == "degraded"
    line, = [line for line in running.stderr.splitlines() if "error history:" in line]
    refused = events(running, "history_refused")
    assert len(refused) == times
    for told in (history_check(running)["detail"], line, refused[-1]["text"]):
        assert str(capture) in told and "data_dir" in told


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can watch an interface")
def test_a_file_never_takes_a_live_interfaces_history(tmp_path):
    data = tmp_path / "data"
    with Service("-i", "lo", "--data-dir", data) as running:  # its own answers are on it
        now = time.time() - EPOCH
        running.until(lambda: bytes_of(running, "lo", now - 10, now + 60) > 0, "the interface's history")
        recorded = bytes_of(running, "lo", now - 10, now + 60)
    capture = seconds_capture(tmp_path / "o/lo", 20, 24)
    for run in (1, 2):
        with Service("-i", capture, "--data-dir", data) as running:
            expect_refused(running, capture, run)
            kept = bytes_of(running, "lo", now - 10, now + 60)
            assert kept >= recorded
            recorded = kept
            assert bytes_of(running, "lo", 20, 24) == 0
            assert events(running, "capture_started", "capture_ended") == []
    with Service("-i", "lo", "--data-dir", data) as running:
        running.until(lambda: bytes_of(running, "lo", now - 10, time.time() - EPOCH) > recorded, "more history")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can watch an interface")
def test_a_live_interface_replaces_a_files_history_and_says_so(tmp_path):
    data = tmp_path / "data"
    capture = seconds_capture(tmp_path / "o/lo", 20, 24)
    with Service("-i", capture, "--data-dir", data) as running:
        running.until(lambda: bytes_of(running, "lo", 20, 24) == 500, "the file's history")
    with Service("-i", "lo", "--data-dir", data) as running:
        running.until(lambda: events(running, "history_replaced"), "the event")
        replaced, = events(running, "history_replaced")
        assert str(capture) in replaced["text"] and replaced["text"] in running.stderr
        running.until(lambda: events(running, "capture_started", "capture_ended") == [], "the file's to go")
        assert bytes_of(running, "lo", 20, 24) == 0


# --- annotations --------------------------------------------------------------------------------

def test_a_files_first_and_last_packet_are_events(capture, tmp_path):
    data = tmp_path / "data"
    for _ in range(2):
        with Service("-i", capture, "--data-dir", data) as running:
            running.until(lambda: total(running, "traffic_total_bytes") == received(running)["bytes"] > 0
                          and interface(running)["state"] == "ended", "the whole history")
            running.until(lambda: [
                (event["kind"], seconds_of(event["time"]), event["interface"])
                for event in events(running, "capture_started", "capture_ended", to=EPOCH + 3 * HOUR)
            ] == [("capture_started", 0, "long.pcap"), ("capture_ended", 2 * HOUR + 89, "long.pcap")],
                "its two events")
            shown = running.request("POST", "/grafana/annotations", json.dumps({
                "range": {"from": EPOCH, "to": EPOCH + 3 * HOUR}, "annotation": {"query": "long.pcap"}}),
                {"Content-Type": "application/json"}).json()
            assert [one["title"] for one in shown] == ["long.pcap: capture started", "long.pcap: capture ended"]
