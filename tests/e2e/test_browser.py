# SPDX-License-Identifier: Apache-2.0
"""A real browser that asks from a page of another origin, as Grafana's browser (direct) access does.

Chromium (Debian's package) loads the page from a small server of the test; the page's script asks the service with
accounts and posts what it could read back to that server.
"""

import base64
import contextlib
import http.server
import json
import os
import queue
import re
import signal
import subprocess
import threading

import pytest
import wiregauge

PATIENCE_SECONDS = 60
METRIC = "interface_mix.pcap_traffic_total_packets"
RANGE = {"from": "2023-11-14T22:13:20.000Z", "to": "2023-11-14T22:13:26.000Z"}

PAGE = """<!doctype html><title>asking</title><script>
const questions = QUESTIONS;
async function ask(question) {
  try {
    const answer = await fetch(question.url, question.options);
    return {status: answer.status, text: await answer.text()};
  } catch (error) {
    return {error: String(error)};
  }
}
(async () => {
  const answers = {};
  for (const question of questions) answers[question.name] = await ask(question);
  await fetch("/answers", {method: "POST", body: JSON.stringify(answers)});
})();
</script>"""


class Site(http.server.ThreadingHTTPServer):
    """The page's own origin. What the page could read comes into `answers`."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Visit)
        self.page, self.answers = "", queue.Queue()
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Visit(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = self.server.page.encode() if self.path == "/" else b""
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def do_POST(self):
        self.server.answers.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    with Site() as running:
        yield running


def browse(site, folder):
    """What the page posts when Chromium has loaded it."""
    log = folder / "chromium.log"
    command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
               "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
               "--disable-background-networking", "--disable-component-update",
               f"--user-data-dir={folder / 'profile'}", site.origin + "/"]
    with open(log, "wb") as output:
        browser = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, start_new_session=True,
                                   env={**os.environ, "HOME": str(folder)})
    try:
        return site.answers.get(timeout=PATIENCE_SECONDS)
    except queue.Empty:
        raise AssertionError("no answers:\n" + log.read_text(errors="replace")) from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(browser.pid, signal.SIGKILL)  # the session that was started above
        browser.wait(PATIENCE_SECONDS)


def questions(port, password):
    def question(name, path, body=None, password=password, **options):
        secret = base64.b64encode(f"admin:{password}".encode()).decode()
        options["headers"] = {"Authorization": "Basic " + secret,
                              "Content-Type": "application/json"}
        if body is not None:
            options.update(method="POST", body=json.dumps(body))
        return {"name": name, "url": f"http://127.0.0.1:{port}{path}", "options": options}

    targets = [{"target": METRIC, "refId": "A", "type": "timeserie"}]
    backwards = {"from": RANGE["to"], "to": RANGE["from"]}
    return [
        question("test", "/grafana/"),
        question("search", "/grafana/search", {"target": "interfaces"}),
        question("query", "/grafana/query", {"range": RANGE, "intervalMs": 1000,
                                             "maxDataPoints": 100, "targets": targets}),
        question("bad query", "/grafana/query", {"range": backwards, "targets": targets}),
        question("bad parameter", "/api/v1/flows?limit=many"),
        question("wrong password", "/grafana/", password="not " + password),
        # Grafana's "With Credentials".
        question("with credentials", "/grafana/search", {"target": "interfaces"},
                 credentials="include"),
    ]


def ask(site, mix, folder, allowed_origin=None):
    """The answers as the page had them, and how many preflights the service had."""
    settings = folder / "wiregauge.yaml"
    settings.write_text("" if allowed_origin is None
                        else f"http:\n  allowed_origin: {allowed_origin}\n")
    data = folder / "data"
    with wiregauge.Service("-c", settings, "-i", mix, "--data-dir", data, accounts=True,
                           ready_path="/healthz") as service:
        password = (data / "initial-admin-password").read_text().strip()
        basic = {"Authorization": "Basic " + base64.b64encode(f"admin:{password}".encode()).decode()}
        total = {"metric": METRIC, "from": 0}
        service.until(lambda: '"value":19' in service.get("/api/v1/timeseries/query", headers=basic,
                                                          **total).text, "all of it in history")
        site.page = PAGE.replace("QUESTIONS", json.dumps(questions(service.port, password)))
        answers = browse(site, folder)
        counted = re.findall(r'^wiregauge_http_requests_total\{[^}]*method="OPTIONS"[^}]*\} (\d+)',
                             service.get("/metrics", headers=basic).text, re.MULTILINE)
    return answers, sum(map(int, counted))


def check_answers(answers):
    def has(name, status):
        assert answers[name].get("status") == status, answers[name]
        return json.loads(answers[name]["text"])

    assert has("test", 200)["status"] == "OK"
    assert has("search", 200) == ["mix.pcap"]
    series, = has("query", 200)
    assert series["datapoints"][0][0] == 19
    assert has("bad query", 400)["message"] == "range.from is later than range.to."
    assert has("bad parameter", 400)["parameter"] == "limit"
    assert "password" in has("wrong password", 401)["message"]


def test_a_page_of_another_origin_reads_answers_and_errors(site, mix, tmp_path):
    answers, preflights = ask(site, mix, tmp_path)
    check_answers(answers)
    assert preflights >= 3, "Authorization needs a preflight"
    assert "error" in answers["with credentials"], "not with the origin *"


def test_the_named_origin_may_send_credentials(site, mix, tmp_path):
    answers, preflights = ask(site, mix, tmp_path, allowed_origin=site.origin)
    check_answers(answers)
    assert preflights >= 3
    assert answers["with credentials"] == answers["search"]


def test_a_page_of_an_origin_that_is_not_named_reads_nothing(site, mix, tmp_path):
    answers, preflights = ask(site, mix, tmp_path, allowed_origin="https://grafana.example.org")
    assert preflights >= 1, "the browser asked"
    assert {name: list(answer) for name, answer in answers.items()} == \
        {name: ["error"] for name in answers}
