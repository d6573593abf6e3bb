# SPDX-License-Identifier: Apache-2.0
"""The service's life: start, signals, reload, what the service manager is told, stop."""

import os
import signal
import socket
import subprocess

import pytest
import wiregauge


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_with_0(mix, number):
    service = wiregauge.Service("-i", mix).start()
    assert service.stop(number) == 0
    assert "ready" in service.stderr and f"127.0.0.1:{service.port}" in service.stderr
    assert "stopping" in service.stderr and "stopped" in service.stderr


def test_serves_a_capture_after_its_end(mix):
    with wiregauge.Service("-i", mix) as service:
        service.until(lambda: service.get("/api/v1/flows").json()["total"] == 4, "all flows")
        interface, = service.get("/api/v1/interfaces").json()["items"]
        assert interface["name"] == "mix.pcap"
        service.until(lambda: service.get("/api/v1/interfaces").json()["items"][0]["state"] ==
                      "ended", "the end of the file")
        assert service.get("/metrics").status == 200
        assert service.get("/healthz").status == 200


def test_several_sources_are_served_at_once(tmp_path, mix):
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(open(mix, "rb").read()[:-3])
    with wiregauge.Service("-i", mix, "-i", cut, "-m", "192.168.0.0/16=office") as service:
        def states():
            return {row["name"]: row["state"]
                    for row in service.get("/api/v1/interfaces").json()["items"]}
        service.until(lambda: states() == {"mix.pcap": "ended", "cut.pcap": "cut"}, "both ends")


def test_local_networks_have_their_names(mix):
    with wiregauge.Service("-i", mix, "-m", "192.168.0.0/16=office", "-m", "10.0.0.0/8") as service:
        service.until(lambda: service.get("/api/v1/flows").json()["total"] == 4, "all flows")
        flows = service.get("/api/v1/flows").json()["items"]
        for end in (flow[name] for flow in flows for name in ("client", "server")):
            inside = end["ip"].startswith("192.168.")
            assert (end["network"], end["local"]) == ("office" if inside else None, inside)
        answer = service.get("/api/v1/flows", network="office").json()
        assert answer["total"] == sum("office" in (flow["client"]["network"],
                                                   flow["server"]["network"]) for flow in flows) > 0
        hosts = service.get("/api/v1/hosts", network="office").json()["items"]
        assert hosts and all(host["ip"].startswith("192.168.") for host in hosts)
        unknown = service.get("/api/v1/flows", network="cellar")
        assert unknown.status == 400 and "office" in unknown.json()["detail"], unknown.text


def test_only_names_of_its_own_are_answered(tmp_path, mix):
    config = tmp_path / "hosts.yaml"
    config.write_text("http: {allowed_hosts: [wiregauge]}\n")
    for arguments, named in (((), 421), (("-c", config), 200)):
        with wiregauge.Service("-i", mix, *arguments) as service:
            def status(host, path="/api/v1/interfaces", port=service.port):
                return service.get(path, headers={"Host": f"{host}:{port}"}).status
            assert [status(host) for host in ("127.0.0.1", "[::1]", "localhost")] == [200] * 3
            assert status("wiregauge") == status("WireGauge", "/metrics") == named
            for path in ("/", "/metrics", "/healthz", "/api/v1/flows", "/api/v1/nothing"):
                assert status("rebound.example", path) == 421, path
            refused = service.get("/api/v1/flows", headers={"Host": "rebound.example"})
            assert refused.headers["Content-Type"] == "application/problem+json"
            assert "http.allowed_hosts" in refused.json()["detail"]
            assert service.request("POST", "/api/v1/flows/1/capture",
                                   headers={"Host": "rebound.example"}).status == 421


def test_port_0_lets_the_system_choose(mix):
    process = subprocess.Popen([wiregauge.binary(), "--no-accounts", "-i", mix, "--listen",
                                "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if "ready" in line:
            break
    port = int(line.split("listen=127.0.0.1:")[1].split()[0])
    with socket.create_connection(("127.0.0.1", port), timeout=10):
        pass
    process.terminate()
    process.stderr.read()
    process.stderr.close()
    assert process.wait(30) == 0


def test_listens_on_ipv6_loopback(mix):
    with socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([wiregauge.binary(), "--no-accounts", "-i", mix, "--listen",
                                f"[::1]:{port}"], stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if "ready" in line:
            break
    assert f"listen=[::1]:{port}" in line
    with socket.create_connection(("::1", port), timeout=10):
        pass
    process.terminate()
    process.stderr.read()
    process.stderr.close()
    assert process.wait(30) == 0


def test_hup_reloads_what_can_be_reloaded(tmp_path, mix):
    settings = tmp_path / "w.yaml"
    settings.write_text("log: {format: text}\n")
    with wiregauge.Service("-c", settings, "-i", mix) as service:
        settings.write_text("log: {format: json}\ncapture: {workers: 2}\n")
        service.send_signal(signal.SIGHUP)
        service.until_said("settings reloaded")
        assert '"message":"settings reloaded"' in service.stderr  # in the new format
        assert "needs a restart" in service.stderr and "capture.workers" in service.stderr

        settings.write_text("log: {format: text}\nflows: {idle_timeout: never}\n")
        service.send_signal(signal.SIGHUP)
        service.until_said("settings not reloaded, the old ones stay")
        last = service.stderr.splitlines()[-1]
        assert last.startswith("{") and f"{settings}:2: flows.idle_timeout" in last
        assert service.get("/healthz").status == 200


def open_for_writing(service, fifo):
    """Opens the pipe once the service reads it."""
    def attempt():
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return None  # ENXIO: nobody reads
    return os.fdopen(service.until(attempt, f"{fifo} to be read"), "w")


def test_hup_while_it_starts_does_not_end_it(tmp_path, mix):
    settings = tmp_path / "w.yaml"
    os.mkfifo(settings)
    service = wiregauge.Service("-c", settings, "-i", mix, ready_path=None).start()
    with open_for_writing(service, settings) as pipe:  # it reads its settings: nothing runs yet
        service.send_signal(signal.SIGHUP)
        pipe.write("log: {format: text}\n")
    service.until_said("ready")
    with open_for_writing(service, settings) as pipe:
        pipe.write("log: {format: json}\n")
    service.until_said('"message":"settings reloaded"')
    assert service.stop() == 0


def test_the_end_of_each_file_is_told_once(tmp_path, mix):
    cut, damaged = tmp_path / "cut.pcap", tmp_path / "damaged.pcap"
    content = open(mix, "rb").read()
    cut.write_bytes(content[:-3])
    damaged.write_bytes(content + b"\xff" * 5000)
    silent = tmp_path / "silent.pcap"
    os.mkfifo(silent)
    with os.fdopen(os.open(silent, os.O_RDWR), "wb") as pipe, \
            wiregauge.Service("-i", mix, "-i", cut, "-i", damaged, "-i", silent,
                              ready_path="/healthz") as service:
        pipe.write(content[:-3])
        pipe.flush()
        service.until_said("file could not be read to its end")
        service.until_said("file was read up to where it is cut")
        service.until_said("file was read interface=mix.pcap packets=19")
        service.until(lambda: [row["received"]["packets"]
                               for row in service.get("/api/v1/interfaces").json()["items"]] ==
                      [19, 18, 19, 18], "all packets")
        assert service.stop() == 0
    told = [line.split(" ", 1)[1] for line in service.stderr.splitlines() if " file " in line
            and "reading a file" not in line]
    assert len(told) == 4
    assert "info app: file was read interface=mix.pcap packets=19" in told
    warning, = (line for line in told if "interface=cut.pcap" in line)
    assert warning.startswith("warning app: file was read up to where it is cut")
    assert "packets=18" in warning and f"{cut}: cut after packet 18" in warning
    error, = (line for line in told if "interface=damaged.pcap" in line)
    assert error.startswith("error app: file could not be read to its end")
    assert "packets=19" in error and f"{damaged}: cannot be read any further" in error
    assert told[-1] == "info app: file was not read to its end interface=silent.pcap packets=18"


def test_series_have_a_budget(tmp_path, mix):
    settings = tmp_path / "w.yaml"
    settings.write_text("metrics: {top_hosts: 1, series_per_family: 6}\n")
    def series(*arguments):
        with wiregauge.Service("-i", mix, *arguments) as service:
            service.until_said("file was read")
            return [line for line in service.get("/metrics").text.splitlines()
                    if line.startswith("wiregauge_host_bytes_total")]
    assert len(series()) == 2 * (5 + 1)
    assert len(series("-c", settings)) <= 6


class NotifySocket:
    """What a service manager would hear."""

    def __init__(self, folder):
        self.path = str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(30)

    def until(self, text):
        while text not in (message := self.socket.recv(4096).decode()):
            pass
        return message


def test_the_service_manager_is_told(tmp_path, mix):
    manager = NotifySocket(tmp_path)
    environment = {"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "400000"}
    service = wiregauge.Service("-i", mix, env=environment).start()
    assert f"STATUS=Serving 127.0.0.1:{service.port}" in manager.until("READY=1")
    service.until_said("file was read")
    for _ in range(6):  # also long after the file's end
        manager.until("WATCHDOG=1")
    service.send_signal(signal.SIGHUP)
    assert "MONOTONIC_USEC=" in manager.until("RELOADING=1")
    manager.until("READY=1")
    assert service.stop() == 0
    manager.until("STOPPING=1")


def test_a_port_that_is_taken_is_not_announced_as_ready(tmp_path, mix):
    manager = NotifySocket(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = wiregauge.run("--no-accounts", "-i", mix, "--listen",
                             f"127.0.0.1:{taken.getsockname()[1]}",
                             env={**os.environ, "NOTIFY_SOCKET": manager.path})
    assert done.returncode == 1
    manager.socket.setblocking(False)
    with pytest.raises(BlockingIOError):
        manager.socket.recv(4096)
