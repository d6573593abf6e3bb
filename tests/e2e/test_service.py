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


def test_port_0_lets_the_system_choose(mix):
    process = subprocess.Popen([wiregauge.binary(), "-i", mix, "--listen", "127.0.0.1:0"],
                               stderr=subprocess.PIPE, text=True)
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
    process = subprocess.Popen([wiregauge.binary(), "-i", mix, "--listen", f"[::1]:{port}"],
                               stderr=subprocess.PIPE, text=True)
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
    manager.until("WATCHDOG=1")
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
        done = wiregauge.run("-i", mix, "--listen", f"127.0.0.1:{taken.getsockname()[1]}",
                             env={**os.environ, "NOTIFY_SOCKET": manager.path})
    assert done.returncode == 1
    manager.socket.setblocking(False)
    with pytest.raises(BlockingIOError):
        manager.socket.recv(4096)
