# SPDX-License-Identifier: Apache-2.0
"""A capture that comes through a pipe whose writer takes its time, beside other sources."""

import os
import signal
import time

import pytest
import wiregauge


class Pipe:
    """A named pipe with a writer that is there and silent."""

    def __init__(self, path):
        os.mkfifo(path)
        self.path = path
        # For both: opening for writing alone would wait for the reader.
        self._fd = os.open(path, os.O_RDWR)

    def write(self, data):
        assert os.write(self._fd, data) == len(data)

    def hang_up(self):
        if self._fd is not None:
            os.close(self._fd)
        self._fd = None


@pytest.fixture
def pipe(tmp_path):
    pipe = Pipe(tmp_path / "remote")
    yield pipe
    pipe.hang_up()


def interface(service, name="remote"):
    return next(row for row in service.get("/api/v1/interfaces").json()["items"]
                if row["name"] == name)


@pytest.mark.parametrize("workers", [1, 3])
def test_a_silent_pipe_holds_nothing_up(mix, pipe, workers):
    content = open(mix, "rb").read()
    with wiregauge.Service("-i", pipe.path, "-i", mix, "--workers", workers) as service:
        silent = interface(service)
        assert silent["state"] == "open" and silent["link_type"] is None
        assert silent["received"]["packets"] == 0
        service.until(lambda: interface(service, "mix.pcap")["state"] == "ended", "the other file")

        pipe.write(content[:-5])
        whole = interface(service, "mix.pcap")["received"]["packets"]
        service.until(lambda: interface(service)["received"]["packets"] == whole - 1,
                      "all packets but the one that is not whole yet")
        assert service.get("/api/v1/flows", interface="remote").json()["total"] > 0
        assert interface(service)["link_type"] == "ethernet"
        begin = time.monotonic()
        for path in ("/api/v1/interfaces", "/api/v1/flows", "/metrics", "/readyz"):
            assert service.get(path).status == 200
        assert time.monotonic() - begin < 5  # one that waited for the pipe would take 2 s

        pipe.write(content[-5:])
        pipe.hang_up()
        service.until(lambda: interface(service)["state"] == "ended", "the end of the pipe")
        assert interface(service)["received"] == interface(service, "mix.pcap")["received"]


@pytest.mark.parametrize("written", [0, 10, 500])
def test_stops_while_a_pipe_is_silent(mix, pipe, written):
    service = wiregauge.Service("-i", pipe.path).start()
    pipe.write(open(mix, "rb").read()[:written])
    begin = time.monotonic()
    assert service.stop(signal.SIGTERM) == 0, service.stderr
    assert time.monotonic() - begin < 8  # giving up takes 10 s


def test_what_is_no_capture_fails_alone(mix, pipe):
    with wiregauge.Service("-i", pipe.path, "-i", mix) as service:
        pipe.write(b"this is no capture, and that is said")
        pipe.hang_up()
        service.until(lambda: interface(service)["state"] == "failed", "the failure")
        problem = interface(service)["problem"]
        assert problem.startswith(f"{pipe.path}: is not a pcap or pcapng file"), problem
        ready = service.get("/readyz")
        assert ready.status == 503 and problem in ready.json()["detail"]
        assert interface(service, "mix.pcap")["received"]["packets"] > 0
