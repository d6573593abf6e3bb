# SPDX-License-Identifier: Apache-2.0
"""Real receivers of flow records, each in a folder of its own on 127.0.0.1, ended by its own pid.

    with Rsyslog(tmp_path, port) as receiver:
        ...
        receiver.kill(); receiver.start()
        receiver.lines()
"""

import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import time
import urllib.request

RSYSLOG_CONFIGURATION = r"""
global(workDirectory="@DIR@" maxMessageSize="1m" parser.escapeControlCharactersOnReceive="off")
module(load="@INPUT@")
@LISTEN@
template(name="raw" type="string" string="%rawmsg%\n")
ruleset(name="json") {
  set $.rc = parse_json($rawmsg, "\$!event");
  if $.rc == 0 then {
    action(type="omfile" file="@DIR@/events.ndjson" template="raw" asyncWriting="off" flushOnTXEnd="on")
  } else {
    action(type="omfile" file="@DIR@/bad.txt" template="raw")
  }
}
"""
TCP = ('input(type="imptcp" address="@ADDRESS@" port="@PORT@" ruleset="json" '
       'supportOctetCountedFraming="off" keepAlive="on")')
UDP = 'input(type="imudp" address="@ADDRESS@" port="@PORT@" ruleset="json")'


def until(condition, what, wait=60):
    """Asks until the condition is true."""
    deadline = time.monotonic() + wait
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.05)  # the pause between two questions, not a wait for an answer
    raise AssertionError(f"waited too long for {what}")


def is_listening(address, port):
    with socket.socket() as probe:
        return probe.connect_ex((address, port)) == 0


class Program:
    """A program that runs until it is ended, and can be started again."""

    def __init__(self, *arguments, is_ready):
        self.arguments, self.is_ready, self.process = arguments, is_ready, None

    def start(self):
        self.process = subprocess.Popen(self.arguments, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self.is_ready, f"{self.arguments[0]} to be ready", 20)
        return self

    def end(self, number=signal.SIGTERM):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(number)
        if number != signal.SIGKILL:
            self.process.send_signal(signal.SIGCONT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill(self):
        self.end(signal.SIGKILL)

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.end()


class Rsyslog(Program):
    """Takes a JSON object a line (or a datagram), and writes what it took to events.ndjson, and what is no JSON
    to bad.txt."""

    PROGRAM = shutil.which("rsyslogd", path="/usr/sbin:/usr/bin") or "rsyslogd"

    def __init__(self, folder, port, protocol="tcp", address="127.0.0.1"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        listen = TCP if protocol == "tcp" else UDP
        text = RSYSLOG_CONFIGURATION.replace("@LISTEN@", listen)
        for name, value in {"@INPUT@": "imptcp" if protocol == "tcp" else "imudp", "@DIR@": str(self.folder),
                            "@ADDRESS@": address, "@PORT@": str(port)}.items():
            text = text.replace(name, value)
        (self.folder / "rsyslog.conf").write_text(text)
        ready = (lambda: is_listening(address, port)) if protocol == "tcp" else lambda: (
            f"{port:04X}" in pathlib.Path("/proc/net/udp").read_text())
        super().__init__(self.PROGRAM, "-n", "-f", str(self.folder / "rsyslog.conf"), "-i",
                         str(self.folder / "pid"), is_ready=ready)

    def _read(self, name):
        """Its lines; one that the receiver is writing is none yet."""
        path = self.folder / name
        text = path.read_bytes() if path.exists() else b""
        return text[:text.rfind(b"\n") + 1].splitlines()

    def kill(self):
        """rsyslog writes its file by 4 KiB, so a kill may leave the start of a line: that is cut off, as no other
        line may grow out of it, and whose line it was must come again."""
        super().kill()
        path = self.folder / "events.ndjson"
        if path.exists():
            os.truncate(path, path.read_bytes().rfind(b"\n") + 1)

    def lines(self):
        return self._read("events.ndjson")

    def bad(self):
        return self._read("bad.txt")


class ClickHouse(Program):
    """A server whose data stand on a file system of their own, of that size."""

    PROGRAM = shutil.which("clickhouse-server", path="/usr/sbin:/usr/bin")

    def __init__(self, folder, port, size):
        self.folder, self.port = pathlib.Path(folder), port
        self.data = self.folder / "data"
        self.data.mkdir(parents=True)
        (self.folder / "tmp").mkdir()
        for name in ("config.xml", "users.xml"):
            text = (pathlib.Path(__file__).parent / "clickhouse" / name).read_text()
            for key, value in {"@DIR@": str(self.folder), "@HTTP_PORT@": str(port), "@TCP_PORT@": "0"}.items():
                text = text.replace(key, value)
            (self.folder / name).write_text(text)
        super().__init__("unshare", "--mount", "--propagation", "private", "sh", "-c",
                         f'mount -t tmpfs -o size={size} none {self.data} && exec "$@"', "sh", self.PROGRAM,
                         f"--config-file={self.folder}/config.xml", is_ready=lambda: is_listening("127.0.0.1", port))

    def resize(self, size):
        subprocess.run(["nsenter", "-t", str(self.process.pid), "-m", "-r", "mount", "-o", f"remount,size={size}",
                        str(self.data)], check=True)

    def ask(self, statement):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", statement.encode(), timeout=60) as answer:
            return answer.read().decode().strip()


TLS = """
global(defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="@CERTIFICATE@"
       defaultNetstreamDriverCertFile="@CERTIFICATE@" defaultNetstreamDriverKeyFile="@KEY@")
input(type="imtcp" address="@ADDRESS@" port="@PORT@" ruleset="json" supportOctetCountedFraming="off")
"""


class TlsRsyslog(Rsyslog):
    """The same over TLS; it asks for no certificate."""

    def __init__(self, folder, port, key, certificate):
        super().__init__(folder, port)
        text = (self.folder / "rsyslog.conf").read_text()
        start, end = text.index("input("), text.index("template(")
        text = text[:start] + TLS + text[end:]
        text = text.replace('load="imptcp"',
                            'load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" '
                            'streamDriver.authMode="anon"')
        for name, value in {"@CERTIFICATE@": certificate, "@KEY@": key, "@ADDRESS@": "127.0.0.1",
                            "@PORT@": port}.items():
            text = text.replace(name, str(value))
        (self.folder / "rsyslog.conf").write_text(text)


def write_flood(path, flows):
    """A capture of that many flows of one packet each: UDP datagrams between hosts of 10.0.0.0/8."""
    payload = b"wiregauge"
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        length = 14 + 20 + 8 + len(payload)
        ethernet = b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0"
        for flow in range(flows):
            time_us = flow * 10
            head = struct.pack("!BBHHHBBHII", 0x45, 0, 28 + len(payload), 0, 0x4000, 64, 17, 0,
                               0x0A000000 | (flow // 50000) << 8 | 1, 0x0A640001 + flow % 97)
            file.write(struct.pack("<IIII", 1_760_000_000 + time_us // 1_000_000, time_us % 1_000_000, length,
                                   length) + ethernet + head +
                       struct.pack("!HHHH", 1024 + flow % 50000, 4000, 8 + len(payload), 0) + payload)
    return path
