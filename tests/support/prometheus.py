# SPDX-License-Identifier: Apache-2.0
"""Debian's Prometheus server, run by a test.

    with Prometheus(folder, config) as server:
        server.until(lambda: server.query("up"), "a scrape")
"""

import http.client
import json
import subprocess
import time
import urllib.parse

import wiregauge

PATIENCE_SECONDS = 60


class Prometheus:
    """A server on the loopback that scrapes as `config` says, with its data in `folder`."""

    def __init__(self, folder, config):
        self.config, self.log = folder / "prometheus.yml", folder / "prometheus.log"
        self.config.write_text(json.dumps(config))  # JSON is YAML
        self.port = wiregauge.free_port()
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={self.config}",
                 f"--storage.tsdb.path={folder / 'data'}",
                 f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def get(self, path, **query):
        """The data of the answer; None while the server does not answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path + "?" + urllib.parse.urlencode(query))
            answer = json.load(connection.getresponse())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
        assert answer["status"] == "success", (path, query, answer)
        return answer["data"]

    def query(self, expression):
        """The result's rows: (labels, value). Nothing while the server does not answer."""
        data = self.get("/api/v1/query", query=expression)
        return [(row["metric"], float(row["value"][1])) for row in data["result"]] if data else []

    def values(self, expression):
        return [value for _, value in self.query(expression)]

    def value(self, expression):
        (value,) = self.values(expression)
        return value

    def until(self, condition, what):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            if condition():
                return
            time.sleep(0.1)  # the pause between two questions, not a wait for an answer
        raise AssertionError(f"waited too long for {what}\n{self.log.read_text()}")
