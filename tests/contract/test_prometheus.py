# SPDX-License-Identifier: Apache-2.0
"""/metrics of the running service: against promtool, against the REST API, and through a real Prometheus.

Needs Debian's package prometheus, which holds promtool and the server.
"""

import os
import re
import subprocess
from collections import Counter

import conftest
import pytest
import wiregauge
from prometheus import Prometheus

SAMPLE = re.compile(r'(?P<name>\w+)(?:{(?P<labels>.*)})? (?P<value>\S+)')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
ESCAPE = re.compile(r"\\(.)")
# Far more than anything here takes; a machine may be busy.
PATIENCE_SECONDS = 60


def unescape(text):
    return ESCAPE.sub(lambda m: "\n" if m[1] == "n" else m[1], text)


class Scrape:
    """One scrape: what the text says, by name and labels."""

    def __init__(self, service):
        answer = service.get("/metrics")
        assert answer.status == 200, answer
        self.headers, self.text = answer.headers, answer.text
        self.samples = []
        self.types = dict(line.split()[2:4] for line in self.text.split("\n")
                          if line.startswith("# TYPE "))
        for line in self.text.split("\n"):
            if line and not line.startswith("#"):
                found = SAMPLE.fullmatch(line)
                assert found, line
                labels = {name: unescape(value)
                          for name, value in LABEL.findall(found["labels"] or "")}
                self.samples.append((found["name"], labels, float(found["value"])))

    def sum(self, name, **labels):
        values = [value for sample, have, value in self.samples
                  if sample == name and labels.items() <= have.items()]
        assert values, f"no sample of {name} {labels}"
        return sum(values)

    def by(self, name, label):
        return {have[label]: value for sample, have, value in self.samples if sample == name}

    def counters(self):
        return {(name, *sorted(labels.items())): value for name, labels, value in self.samples
                if self.types.get(name) != "gauge"}


def remarks(text):
    told = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE_SECONDS)
    return told.stdout + (f"exit {told.returncode}" if told.returncode else "")


@pytest.fixture
def scrape(service):
    return Scrape(service)


@pytest.fixture
def interface(service):
    (row,) = service.get("/api/v1/interfaces").json()["items"]
    return row


# --- the text -----------------------------------------------------------------------------------

def test_promtool_has_no_remark(service):
    service.get("/no/such/route")  # a request that no route answers is counted, too
    Scrape(service)
    assert remarks(Scrape(service).text) == ""


def test_content_type_is_the_text_formats(scrape):
    assert scrape.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_every_family_that_is_documented_is_there(service):
    Scrape(service)  # what is told of the last scrape needs one
    page = (wiregauge.SOURCE_DIR / "docs" / "metrics.md").read_text()
    documented = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", page, re.MULTILINE))
    del documented["wiregauge_accounts_up"]  # this service has no accounts; e2e/test_accounts.py
    assert Scrape(service).types == documented


def test_only_reading_is_allowed(service):
    assert service.request("HEAD", "/metrics").status == 200
    assert service.request("POST", "/metrics", body="x").status == 405


def test_build_info_names_the_binary(service, scrape):
    ((labels, value),) = [(labels, value) for name, labels, value in scrape.samples
                          if name == "wiregauge_build_info"]
    assert value == 1
    assert labels["version"] == service.get("/api/v1/version").json()["version"]
    assert labels["ndpi_version"].startswith("4.")


@pytest.mark.parametrize("name", [
    'a "quoted" name.pcap', "back\\slash.pcap", "two\nlines.pcap", "\u00fcml\u00e4ut.pcap",
    os.fsdecode(b"bad \xff bytes.pcap"),
])
def test_any_file_name_is_a_good_label(tmp_path, name):
    path = wiregauge.write_pcap(tmp_path / name, wiregauge.small_mix())
    with wiregauge.Service("-i", path) as service:
        service.until(lambda: conftest.file_is_read(service), "the capture to be read")
        scrape = Scrape(service)
        assert remarks(scrape.text) == ""
        (label,) = scrape.by("wiregauge_interface_bytes_total", "interface")
        shown = os.fsencode(name).decode("utf-8", "replace")
        assert label == shown
        assert f"/{shown}" in next(iter(scrape.by("wiregauge_interface_info", "source")))


# --- the numbers --------------------------------------------------------------------------------

def test_interface_numbers_are_the_rest_apis(scrape, interface):
    assert scrape.sum("wiregauge_interface_packets_total") == interface["received"]["packets"]
    assert scrape.sum("wiregauge_interface_bytes_total") == interface["received"]["bytes"]
    for kind in ("packets", "bytes"):
        for layer, family in (("l3", "interface_l3"), ("l4", "l4")):
            assert scrape.by(f"wiregauge_{family}_{kind}_total", layer) == \
                {name: row[kind] for name, row in interface[layer].items()}
    assert scrape.by("wiregauge_interface_undecodable_packets_total", "reason") == \
        {name: row["packets"] for name, row in interface["undecodable"].items()}
    dropped = {(labels["stage"], labels["reason"]): value for name, labels, value in scrape.samples
               if name == "wiregauge_interface_dropped_packets_total"}
    assert dropped == {(row["stage"], row["reason"]): row["packets"] for row in interface["drops"]
                       if row["stage"] != "decode"}


def test_applications_are_the_rest_apis(scrape, interface):
    for kind in ("packets", "bytes", "flows"):
        told = scrape.by(f"wiregauge_application_{kind}_total", "application")
        for own in ("other", "not_ip", "undecodable"):
            told.pop(own, None)
        assert told == {row["name"]: row[kind] for row in interface["applications"]}


def test_flows_and_hosts_are_the_rest_apis(service, scrape, interface):
    flows = interface["flows"]
    assert scrape.sum("wiregauge_flows_created_total") == flows["created"]
    assert scrape.by("wiregauge_flows_ended_total", "reason") == flows["ended"]
    assert scrape.sum("wiregauge_active_flows") == flows["active"]
    assert scrape.sum("wiregauge_active_hosts") == interface["hosts"]["active"]
    for row in service.get("/api/v1/hosts", limit=100).json()["items"]:
        for direction in ("sent", "received"):
            assert scrape.sum("wiregauge_host_bytes_total", host=row["host"],
                              direction=direction) == row[f"bytes_{direction}"]


def test_sums_over_a_label_are_exact(scrape):
    for kind in ("packets", "bytes"):
        total = scrape.sum(f"wiregauge_interface_{kind}_total")
        assert scrape.sum(f"wiregauge_application_{kind}_total") + \
            scrape.sum(f"wiregauge_detecting_{kind}") == total
        assert scrape.sum(f"wiregauge_interface_l3_{kind}_total", l3="ipv4") + \
            scrape.sum(f"wiregauge_interface_l3_{kind}_total", l3="ipv6") == \
            scrape.sum(f"wiregauge_l4_{kind}_total")
    assert scrape.sum("wiregauge_interface_l3_packets_total") + \
        scrape.sum("wiregauge_interface_undecodable_packets_total") == \
        scrape.sum("wiregauge_interface_packets_total")
    for direction in ("sent", "received"):
        assert scrape.sum("wiregauge_host_bytes_total", direction=direction) == \
            scrape.sum("wiregauge_l4_bytes_total")
    assert scrape.sum("wiregauge_packet_size_bytes_count") == \
        scrape.sum("wiregauge_interface_packets_total")
    assert scrape.sum("wiregauge_packet_size_bytes_sum") == \
        scrape.sum("wiregauge_interface_bytes_total")


@pytest.mark.parametrize("workers", [1, 2])
def test_handshakes_are_those_of_the_flows(tmp_path, workers):
    path = wiregauge.SOURCE_DIR / "tests/captures/tcp_handshakes.pcap"
    with wiregauge.Service("-i", path, "--workers", str(workers)) as service:
        service.until(lambda: conftest.file_is_read(service), "the capture to be read")
        flows = service.get("/api/v1/flows", limit=1000).json()["items"]
        (row,) = service.get("/api/v1/interfaces").json()["items"]
        told = Scrape(service)
    times = [flow["handshake_rtt_ms"] for flow in flows if flow["handshake_rtt_ms"] is not None]
    assert len(times) > 5
    family = "wiregauge_tcp_handshake_rtt_seconds"
    assert told.sum(f"{family}_count") == row["tcp"]["handshakes"] == len(times)
    assert told.sum(f"{family}_sum") == pytest.approx(sum(times) / 1000, abs=1e-9)
    assert row["tcp"]["handshake_rtt_ms"]["avg"] == pytest.approx(sum(times) / len(times), abs=1e-5)
    for bound in told.by(f"{family}_bucket", "le"):
        count = told.sum(f"{family}_bucket", le=bound)
        assert count == sum(time <= 1000 * float(bound) for time in times), bound
    applications = Counter(flow["application"]["app"] for flow in flows
                           if flow["handshake_rtt_ms"] is not None)
    assert told.by(f"{family}_count", "application") == {"other": 0, **applications}


def test_requests_are_counted_by_route(service):
    labels = {"route": "/api/v1/flows/{id}", "method": "GET", "code": "404"}
    service.get("/api/v1/flows/999999")
    before = Scrape(service).sum("wiregauge_http_requests_total", **labels)
    for _ in range(3):
        service.get("/api/v1/flows/999999")
    assert Scrape(service).sum("wiregauge_http_requests_total", **labels) == before + 3


def test_what_a_client_makes_up_is_no_label(service):
    service.get("/zebra/path")
    service.request("ZEBRA", "/metrics")
    text = Scrape(service).text
    assert "zebra" not in text.lower()
    assert 'route="unmatched"' in text


def test_no_counter_falls_or_disappears(service):
    before = Scrape(service).counters()
    after = Scrape(service).counters()
    assert {key for key, value in before.items() if after.get(key, -1) < value} == set()


def test_scripts_are_counted(service):
    rows = service.get("/api/v1/scripts").json()["items"]
    scrape = Scrape(service)
    of_callback = {"script": "callbacks/second.lua"}
    assert scrape.sum("wiregauge_lua_runs_total", result="ok", **of_callback) > 0
    assert scrape.sum("wiregauge_lua_run_seconds_count", **of_callback) > 0
    assert scrape.by("wiregauge_lua_scripts", "state") == {"good": len(rows), "old": 0, "bad": 0}
    assert scrape.sum("wiregauge_lua_generation") >= 1
    assert scrape.sum("wiregauge_key_value_up") == 1
    assert set(scrape.by("wiregauge_key_value_lost_total", "reason")) == {"full", "given_up"}


def test_without_scripts_nothing_is_told_of_them(tmp_path):
    path = wiregauge.write_pcap(tmp_path / "mix.pcap", wiregauge.small_mix())
    with wiregauge.Service("-i", path, "--no-lua") as service:
        text = Scrape(service).text
        assert not re.search("_lua_|_key_value_|_flow_tape_", text)
        assert remarks(text) == ""


# --- through Prometheus -------------------------------------------------------------------------

@pytest.fixture(scope="module")
def prometheus(service, tmp_path_factory):
    config = {"global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
              "scrape_configs": [{"job_name": "wiregauge", "static_configs": [
                  {"targets": [f"127.0.0.1:{service.port}"]}]}]}
    with Prometheus(tmp_path_factory.mktemp("prometheus"), config) as server:
        until(server, 'up{job="wiregauge"}', 1)
        yield server


def until(prometheus, expression, wanted):
    prometheus.until(lambda: prometheus.values(expression)[:1] == [wanted],
                     f"{expression} to be {wanted}")


def test_prometheus_takes_every_sample(prometheus, service):
    """Nothing is refused: no bad timestamp, no duplicate, no line that does not parse."""
    (target,) = prometheus.get("/api/v1/targets")["activeTargets"]
    assert target["health"] == "up" and target["lastError"] == ""
    taken = prometheus.value("scrape_samples_scraped")
    assert prometheus.value("scrape_samples_post_metric_relabeling") == taken
    # The first scrape by Prometheus and the tests before differ by what HTTP counts of themselves.
    assert taken >= len([name for name, _, _ in Scrape(service).samples
                         if not name.startswith("wiregauge_http_")])


def test_prometheus_has_the_interfaces_bytes(prometheus, interface):
    ((labels, value),) = prometheus.query("wiregauge_interface_bytes_total")
    assert labels["interface"] == interface["name"]
    assert value == interface["received"]["bytes"]


def test_prometheus_sums_by_application(prometheus, interface):
    rows = prometheus.query("sum by (application) (wiregauge_application_bytes_total)")
    told = {labels["application"]: value for labels, value in rows}
    for row in interface["applications"]:
        assert told[row["name"]] == row["bytes"]
    assert sum(told.values()) + interface["detecting"]["bytes"] == interface["received"]["bytes"]


def test_prometheus_finds_the_sums_exact(prometheus):
    until(prometheus, "sum(wiregauge_application_bytes_total) + sum(wiregauge_detecting_bytes) - "
                      "sum(wiregauge_interface_bytes_total)", 0)
    for direction in ("sent", "received"):
        until(prometheus, f'sum(wiregauge_host_bytes_total{{direction="{direction}"}}) - '
                          "sum(wiregauge_l4_bytes_total)", 0)


def test_prometheus_reads_the_histogram(prometheus):
    assert prometheus.value(
        "histogram_quantile(0.5, sum by (le) (wiregauge_packet_size_bytes_bucket))") < 1518
