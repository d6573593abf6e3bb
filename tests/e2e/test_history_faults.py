# SPDX-License-Identifier: Apache-2.0
"""What the service does when its store fails: live data go on, it says so, and what is lost is little."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
import wiregauge

SOURCE = "remote"
TOTAL = f"interface_{SOURCE}_traffic_total_bytes"


def frame(second):
    """What comes in each second of packet time: of another size each time."""
    return wiregauge.ethernet(wiregauge.udp("192.0.2.1", 4000, "192.0.2.2", 4001,
                                            b"x" * (100 + second % 900)))


def bytes_until(second):
    return sum(len(frame(i)) for i in range(second))


class Feed:
    """A capture that comes through a pipe: a packet for each second of its time, many a second."""

    def __init__(self, folder):
        self.path = str(folder / SOURCE)
        os.mkfifo(self.path)
        self._fd = os.open(self.path, os.O_RDWR)
        os.write(self._fd, wiregauge.pcap_bytes([]))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        second = 0
        while not self._over.wait(0.03):
            os.write(self._fd, wiregauge.pcap_bytes([wiregauge.Packet(frame(second), second)])[24:])
            second += 1

    def stop(self):
        self._over.set()
        self._thread.join(5)
        os.close(self._fd)


@pytest.fixture
def feed(tmp_path):
    feed = Feed(tmp_path)
    yield feed
    feed.stop()


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def start(tmp_path, data, source, **options):
    settings = tmp_path / "w.yaml"
    settings.write_text("history: {flush_interval: 1s}\n")
    return wiregauge.Service("-c", settings, "--data-dir", str(data), "-i", source, **options)


def packets(service):
    return service.get("/api/v1/interfaces").json()["items"][0]["received"]["packets"]


def total(service, end=10_000):
    """Bytes of the source from its beginning to a second of its time, as history has them."""
    answer = service.get("/api/v1/timeseries/query", metric=TOTAL, **{"from": wiregauge.EPOCH},
                         to=wiregauge.EPOCH + end)
    if answer.status != 200:
        return 0
    return sum(row["value"] or 0 for row in answer.json()["items"])


def check(service):
    return next(one for one in service.get("/readyz").json()["checks"] if one["name"] == "history")


def metric(service, name):
    line, = (line for line in service.get("/metrics").text.splitlines()
             if line.startswith(name + " "))
    return float(line.split()[1])


def expect_degraded(service, words):
    service.until(lambda: not check(service)["ok"], "the check to fail")
    ready = service.get("/readyz")
    assert ready.status == 200 and ready.json()["status"] == "degraded"
    assert words in check(service)["detail"]
    assert service.get("/healthz").status == 200
    assert metric(service, "wiregauge_store_up") == 0
    line = next(line for line in service.stderr.splitlines()
                if "history: the store is not available" in line)
    assert "error history:" in line and words in line
    expect_live(service)


def expect_live(service):
    """Packets come, and history tells of them, from memory if need be."""
    seen, counted = packets(service), total(service)
    service.until(lambda: packets(service) > seen, "more packets")
    service.until(lambda: total(service) > counted, "more history")


def expect_recovered(service):
    service.until(lambda: check(service)["ok"], "the store to come back")  # is tried every 10 s
    service.until(lambda: service.get("/readyz").json()["status"] == "ready", "the others, too")
    assert metric(service, "wiregauge_store_up") == 1
    assert metric(service, 'wiregauge_store_points_lost_total{reason="queue_full"}') == 0
    expect_live(service)


def newest_in(data, of=None):
    """Up to which second of its time the file has the source, 0 when it has not; as the service sees it."""
    if of is not None:  # SQLite would resolve /proc/<pid>/root
        code = f"import sys; sys.path[:0] = {sys.path!r}; import test_history_faults as it; " \
               f"print(it.newest_in({str(data)!r}))"
        return int(subprocess.run(["nsenter", "-m", "-r", "-t", str(of.process.pid), sys.executable, "-c",
                                   code], check=True, capture_output=True).stdout)
    try:
        with sqlite3.connect(f"file:{data}/history.db?mode=ro", uri=True) as database:
            row = database.execute("SELECT newest_second FROM sources WHERE name = ?",
                                   (SOURCE,)).fetchone()
    except sqlite3.OperationalError:
        return 0
    return row[0] - wiregauge.EPOCH if row and row[0] else 0


def expect_kept(service, second):
    """The file has all seconds before this one, once."""
    service.until(lambda: total(service, second) > 0, "history of the earlier process")
    assert total(service, second) == bytes_until(second)


@pytest.mark.parametrize("run", range(3))
def test_kill_9_during_writes(tmp_path, data, feed, mix, run):
    service = start(tmp_path, data, feed.path).start()
    service.until(lambda: newest_in(data) > 60, "some flushes")
    time.sleep(0.17 * run)  # somewhere between two flushes
    flushed = newest_in(data)
    service.send_signal(signal.SIGKILL)
    service.process.wait(10)
    # The pipe's history would begin anew, so another source is read now.
    with start(tmp_path, data, mix) as after:
        expect_kept(after, flushed)
        assert check(after)["ok"]
    with start(tmp_path, data, mix) as again:
        expect_kept(again, flushed)


def test_a_damaged_file_is_set_aside(tmp_path, data, feed):
    content = b"this is no database" * 1000
    (data / "history.db").write_bytes(content)
    with start(tmp_path, data, feed.path) as service:
        service.until_said("the store is damaged and was set aside")
        aside, = data.glob("history.db.damaged-*")
        assert aside.read_bytes() == content
        service.until(lambda: newest_in(data) > 0, "a file that is written")
        service.until(lambda: metric(service, "wiregauge_store_up") == 1, "the store to be up")
        assert check(service)["ok"]
        assert metric(service, "wiregauge_store_files_set_aside_total") == 1
        expect_live(service)


def test_a_file_that_is_damaged_in_the_middle(tmp_path, data, feed, mix):
    with start(tmp_path, data, feed.path) as service:
        service.until(lambda: newest_in(data) > 30, "some flushes")
    content = bytearray((data / "history.db").read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096:page * 4096 + 16] = b"\x5a" * 16
    (data / "history.db").write_bytes(content)
    with start(tmp_path, data, mix) as service:
        service.until_said("the store is damaged and was set aside")
        assert len([*data.glob("history.db.damaged-*Z")]) == 1
        service.until(lambda: check(service)["ok"], "a new file")
        assert service.get("/healthz").status == 200 and packets(service) > 0


def test_a_file_that_is_removed(tmp_path, data, feed):
    with start(tmp_path, data, feed.path) as service:
        service.until(lambda: newest_in(data) > 10, "some flushes")
        for file in data.glob("history.db*"):
            file.unlink()
        service.until_said("the file was removed or replaced")
        service.until(lambda: newest_in(data) > 10, "a new file")
        assert check(service)["ok"]
        expect_live(service)


def test_a_file_that_is_locked_for_a_while(tmp_path, data, feed, mix):
    with start(tmp_path, data, feed.path) as service:
        service.until(lambda: newest_in(data) > 10, "some flushes")
        other = sqlite3.connect(data / "history.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        expect_degraded(service, "locked")
        other.execute("ROLLBACK")
        other.close()
        expect_recovered(service)
        service.until(lambda: newest_in(data) > 60, "more flushes")
    with start(tmp_path, data, mix) as after:
        expect_kept(after, newest_in(data))


def test_a_file_that_is_locked_from_the_start(tmp_path, data, feed):
    other = sqlite3.connect(data / "history.db", isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("CREATE TABLE other (id)")
    other.execute("BEGIN EXCLUSIVE")
    with start(tmp_path, data, feed.path) as service:
        expect_degraded(service, "locked")
        other.close()
        expect_recovered(service)


def test_stops_while_the_file_is_locked(tmp_path, data, feed):
    service = start(tmp_path, data, feed.path).start()
    service.until(lambda: newest_in(data) > 10, "some flushes")
    other = sqlite3.connect(data / "history.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    begin = time.monotonic()
    assert service.stop() == 0
    assert time.monotonic() - begin < 8  # giving up takes 10 s
    assert "what was recorded last could not be written" in service.stderr
    other.close()


def in_namespace(script, folder):
    """A wrapper: the script mounts something on $0, then the service starts there."""
    if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
        pytest.skip("only root can mount")
    return ("unshare", "-m", "--", "sh", "-ec", f'{script}; exec "$@"', str(folder))


def mount_inside(service, *arguments):
    subprocess.run(["nsenter", "-m", "-r", "-t", str(service.process.pid), "mount", *map(str, arguments)],
                   check=True)


def test_a_folder_that_is_read_only(tmp_path, data, feed):
    wrapper = in_namespace('mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"', data)
    with start(tmp_path, data, feed.path, wrapper=wrapper) as service:
        expect_degraded(service, "history.db.lock: ")
        mount_inside(service, "-o", "remount,bind,rw", data)
        expect_recovered(service)
        service.until(lambda: newest_in(data) > 0, "a flush")


def test_a_disk_that_is_full(tmp_path, data, feed):
    wrapper = in_namespace('mount -t tmpfs -o size=1m none "$0"', data)
    with start(tmp_path, data, feed.path, wrapper=wrapper) as service:
        ballast = f"/proc/{service.process.pid}/root{data}/ballast"
        service.until(lambda: newest_in(data, service) > 0, "the first flush")
        with pytest.raises(OSError), open(ballast, "wb", buffering=0) as file:
            while file.write(b"x" * 1024):
                pass
        expect_degraded(service, "full")
        os.unlink(ballast)
        expect_recovered(service)
        flushed = newest_in(data, service)
        service.until(lambda: newest_in(data, service) > flushed, "more flushes")
        assert total(service, flushed) == bytes_until(flushed)
