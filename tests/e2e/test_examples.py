# SPDX-License-Identifier: Apache-2.0
"""examples/: the dashboards against running services, as Grafana's datasources ask, and through a real Prometheus; the
files of the compose project against each other and against the program.

Needs Debian's packages prometheus and python3-yaml. There is no Grafana, Logstash or Docker in it.
"""

import base64
import contextlib
import itertools
import json
import os
import re
import shutil
import subprocess
import threading
import time
import urllib.parse

import pytest
import wiregauge
import yaml
from prometheus import Prometheus

ROOT = wiregauge.SOURCE_DIR
EXAMPLES = ROOT / "examples"
COMPOSE = EXAMPLES / "compose"
DASHBOARDS = {path.stem: json.loads(path.read_text())
              for path in sorted((EXAMPLES / "grafana/dashboards").glob("*.json"))}
SIMPLEJSON, SIMPOD = DASHBOARDS["wiregauge-simplejson"], DASHBOARDS["wiregauge-simpod"]
PROMETHEUS = DASHBOARDS["wiregauge-prometheus"]
PATIENCE_SECONDS = 60
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/plain, */*"}


def panels(dashboard):
    """All but the rows."""
    return [each for each in dashboard["panels"] if each["type"] != "row"]


def variables(dashboard):
    return {each["name"]: each for each in dashboard["templating"]["list"]}


# --- the files ----------------------------------------------------------------------------------

def test_the_dashboards_are_what_their_tool_writes():
    done = subprocess.run([ROOT / "tools/make-dashboards", "--check"], capture_output=True,
                          text=True, timeout=PATIENCE_SECONDS)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_can_be_imported(name):
    dashboard = DASHBOARDS[name]
    assert dashboard["uid"] == name and dashboard["id"] is None
    assert dashboard["schemaVersion"] == 39
    plugin = variables(dashboard)["datasource"]["query"]
    wanted = {"type": plugin, "uid": "${datasource}"}
    asking = panels(dashboard) + [target for each in panels(dashboard) for target in each["targets"]]
    asking += dashboard["annotations"]["list"]
    asking += [each for each in variables(dashboard).values() if each["type"] != "datasource"]
    assert all(each["datasource"] == wanted for each in asking)
    names = set(variables(dashboard))
    used = re.findall(r"\$\{?(\w+)", json.dumps([panels(dashboard), dashboard["annotations"]]))
    assert set(used) - {"__rate_interval", "__field"} <= names
    for each in panels(dashboard):
        assert each["title"] and each["description"] and each["targets"]
        assert each["fieldConfig"]["defaults"]["unit"]
        ref_ids = [target["refId"] for target in each["targets"]]
        assert len(set(ref_ids)) == len(ref_ids)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_panels_do_not_overlap(name):
    taken = {}
    for each in DASHBOARDS[name]["panels"]:
        place = each["gridPos"]
        assert place["x"] + place["w"] <= 24
        for cell in itertools.product(range(place["x"], place["x"] + place["w"]),
                                      range(place["y"], place["y"] + place["h"])):
            assert cell not in taken, (each["title"], taken[cell])
            taken[cell] = each["title"]
    ids = [each["id"] for each in DASHBOARDS[name]["panels"]]
    assert len(set(ids)) == len(ids)
    height = max(y for _, y in taken) + 1
    assert len(taken) == 24 * height, "there are holes"


# --- SimpleJson and simPod JSON -----------------------------------------------------------------

def long_capture():
    """Some minutes of DNS and HTTP between eight clients and three servers."""
    packets = []
    for minute in range(4):
        for client in range(8):
            start = 60 * minute + 5 * client
            address = f"192.168.1.{20 + client}"
            packets += wiregauge.dns_conversation(address, 50000 + minute, start=start)
            packets += wiregauge.http_conversation(address, 40000 + minute,
                                                   f"93.184.216.{34 + client % 3}", start=start + 1)
    return packets


# With hosts of each, the first of which is in no other.
CAPTURES = {"mix.pcap": (wiregauge.small_mix(), ["192.168.1.10"]),
            "hosts.pcap": (long_capture(), ["192.168.1.20", "93.184.216.34"])}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    sources = []
    for name, (packets, _) in CAPTURES.items():
        sources += ["-i", wiregauge.write_pcap(folder / name, packets)]
    with wiregauge.Service(*sources) as running:
        for name, (packets, _) in CAPTURES.items():
            running.until(lambda: history_packets(running, name) == len(packets),
                          "all packets in history")
        yield running


def history_packets(running, interface):
    answer = running.get("/api/v1/timeseries/query", **{
        "metric": f"interface_{interface}_traffic_total_packets", "from": 0})
    return answer.json()["items"][0]["value"] if answer.status == 200 else None


def post(service, path, body):
    answer = service.request("POST", "/grafana" + path, json.dumps(body), HEADERS)
    assert answer.status == 200, answer.text
    return answer.json()


def as_regex(values):
    """Grafana's format `regex`: how SimpleJson and simPod JSON put variables into targets."""
    escaped = [re.sub(r"([\\^$*+?.()|\[\]{}/])", r"\\\1", value) for value in values]
    return escaped[0] if len(escaped) == 1 else "(" + "|".join(escaped) + ")"


def as_glob(values):
    return values[0] if len(values) == 1 else "{" + ",".join(values) + "}"


def filled(text, form, **values):
    return re.sub(r"\$\{(\w+)\}", lambda found: form(values[found[1]]), text)


def query_panel(service, each, interface, **more):
    targets = [{**target, "target": filled(target["target"], as_regex, interface=[interface],
                                           host=CAPTURES[interface][1])}
               for target in each["targets"]]
    epoch = wiregauge.EPOCH
    stamp = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))
    return post(service, "/query", {
        "range": {"from": stamp(epoch), "to": stamp(epoch + 240),
                  "raw": {"from": "now-1h", "to": "now"}},
        "interval": "1s", "intervalMs": 1000, "maxDataPoints": 800, "panelId": each["id"],
        "targets": targets, **more})


def has_values(answered):
    if answered.get("type") == "table":
        return bool(answered["rows"])
    return any(value is not None for value, _ in answered["datapoints"])


@pytest.mark.parametrize("interface", CAPTURES)
@pytest.mark.parametrize("dashboard", [SIMPLEJSON, SIMPOD], ids=lambda each: each["uid"])
def test_every_target_has_values(service, dashboard, interface):
    for each in panels(dashboard):
        answered = query_panel(service, each, interface)
        for target in each["targets"]:
            of_target = [one for one in answered if one["refId"] == target["refId"]]
            assert any(map(has_values, of_target)), target["target"]
        kinds = {one.get("type") == "table" for one in answered}
        assert kinds == {each["type"] == "table"}


@pytest.mark.parametrize("dashboard", [SIMPLEJSON, SIMPOD], ids=lambda each: each["uid"])
def test_columns_and_labels_that_panels_name_are_there(service, dashboard):
    for each in panels(dashboard):
        answered = query_panel(service, each, "hosts.pcap")
        for override in each["fieldConfig"]["overrides"]:
            if override["matcher"]["id"] == "byName":
                columns = [column["text"] for column in answered[0]["columns"]]
                assert override["matcher"]["options"] in columns
            for setting in override["properties"]:
                for label in re.findall(r"__field\.labels\.(\w+)", str(setting["value"])):
                    of_target = [one for one in answered
                                 if one["refId"] == override["matcher"]["options"]]
                    assert all(label in one["tags"] for one in of_target)
        for sort in each["options"].get("sortBy", []):
            assert sort["displayName"] in [column["text"] for column in answered[0]["columns"]]


@pytest.mark.parametrize("path, dashboard, member", [
    ("/search", SIMPLEJSON, None), ("/variable", SIMPOD, "__value")])
@pytest.mark.parametrize("form", [as_regex, as_glob])
def test_variables_have_values(service, path, dashboard, member, form):
    def values(name, **chosen):
        variable = variables(dashboard)[name]
        asked = variable["query"] if member is None else variable["query"]["query"]
        asked = filled(asked, form, **chosen)
        found = post(service, path, {"target": asked} if member is None else {"payload": {"target": asked}})
        found = found if member is None else [one[member] for one in found]
        if not variable["regex"]:
            return set(found)
        # Grafana takes what the first group holds and leaves out what does not match.
        matches = [re.search(variable["regex"].strip("/"), text) for text in found]
        return {match[1] for match in matches if match}

    assert values("interface") == set(CAPTURES)
    for interface, (_, hosts) in CAPTURES.items():
        of_interface = values("host", interface=[interface])
        assert set(hosts) <= of_interface
        assert not of_interface & {only for other, (_, (only, *_)) in CAPTURES.items() if other != interface}


@pytest.mark.parametrize("dashboard", [SIMPLEJSON, SIMPOD], ids=lambda each: each["uid"])
def test_ad_hoc_filters_choose_an_application(service, dashboard):
    assert any(each["type"] == "adhoc" for each in variables(dashboard).values())
    assert "application" in [one["text"] for one in post(service, "/tag-keys", {})]
    assert {"text": "DNS"} in post(service, "/tag-values", {"key": "application"})
    applications, = [each for each in panels(dashboard) if each["title"] == "Applications"]
    filters = "filters" if dashboard is SIMPOD else "adhocFilters"
    answered = query_panel(service, applications, "hosts.pcap", **{
        filters: [{"key": "application", "operator": "=", "value": "DNS"}]})
    assert [one["target"] for one in answered] == ["DNS"]


def annotations(service, name, interface):
    annotation, = [each for each in SIMPLEJSON["annotations"]["list"] if each["name"] == name]
    asked = {**annotation, "query": filled(annotation["query"], as_glob, interface=[interface])}
    now = int(1000 * time.time())
    return post(service, "/annotations", {
        "annotation": asked, "range": {"from": now - 600_000, "to": now + 60_000}})


def test_annotations_tell_what_happened(service):
    started, = annotations(service, "Service", "hosts.pcap")
    assert started["title"] == "service started"
    # What a file tells is at the time of its packets; so the query is shown to find what its variable names.
    assert annotations(service, "Interface", "hosts.pcap") == []
    assert annotations(service, "Interface", "service_started")[0]["title"] == "service started"


# --- the compose project ------------------------------------------------------------------------

def compose():
    return yaml.safe_load((COMPOSE / "docker-compose.yml").read_text())


def settings():
    return yaml.safe_load((COMPOSE / "wiregauge.yaml").read_text())


def provisioned_datasources():
    path = EXAMPLES / "grafana/provisioning/datasources/wiregauge.yaml"
    return yaml.safe_load(path.read_text())["datasources"]


def mounts(service):
    """What of this repository a service has, by the path it has it under."""
    found = {}
    for volume in service.get("volumes", []):
        source, target, *_ = volume.split(":")
        if source.startswith("."):
            found[target] = (COMPOSE / source).resolve()
    return found


def test_everything_that_is_mounted_exists():
    project = compose()
    for service in project["services"].values():
        for source in mounts(service).values():
            assert source.exists() and source.is_relative_to(EXAMPLES)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source.startswith(".") or source in project["volumes"]
        for secret in service.get("secrets", []):
            assert secret in project["secrets"]
        if "build" in service:
            assert (COMPOSE / service["build"] / "Dockerfile").exists()
        else:
            assert re.search(r":v?\d+\.\d+\.\d+$", service["image"]), "no fixed version"


def test_containers_find_their_files():
    services = compose()["services"]
    assert services["wiregauge"]["command"] == ["-c", next(iter(mounts(services["wiregauge"])))]
    assert "/etc/prometheus/prometheus.yml" in mounts(services["prometheus"])
    assert "/usr/share/logstash/pipeline/logstash.conf" in mounts(services["logstash"])
    grafana = mounts(services["grafana"])
    assert grafana["/etc/grafana/provisioning"] == EXAMPLES / "grafana/provisioning"
    provider, = yaml.safe_load((EXAMPLES / "grafana/provisioning/dashboards/wiregauge.yaml")
                               .read_text())["providers"]
    assert grafana[provider["options"]["path"]] == EXAMPLES / "grafana/dashboards"


def test_ports_are_those_that_are_listened_on():
    project = compose()
    logstash = (COMPOSE / "logstash.conf").read_text()
    listening = {"prometheus": 9090, "grafana": 3000,
                 "logstash": int(re.search(r"tcp \{\s*port => (\d+)", logstash)[1])}
    for name, port in listening.items():
        assert project["services"][name]["ports"] == [f"127.0.0.1:{port}:{port}"]
    wiregauge_service = project["services"]["wiregauge"]
    assert wiregauge_service["network_mode"] == "host" and "ports" not in wiregauge_service
    address, port = settings()["http"]["listen"].rsplit(":", 1)
    network, = project["networks"]["default"]["ipam"]["config"]
    assert address == network["gateway"]
    assert f"http://{address}:{port}/healthz" in wiregauge_service["healthcheck"]["test"]
    urls = [each["url"] for each in provisioned_datasources()]
    scraped = yaml.safe_load((COMPOSE / "prometheus.yml").read_text())
    urls += ["http://" + target for target in
             scraped["scrape_configs"][0]["static_configs"][0]["targets"]]
    for url in map(urllib.parse.urlsplit, urls):
        assert url.hostname in project["services"]
        assert url.port == {**listening, "wiregauge": int(port)}[url.hostname]
    for name in ("prometheus", "grafana"):
        assert project["services"][name]["extra_hosts"] == [f"wiregauge:{address}"]


def test_grafana_runs_the_plugins_and_has_its_variables():
    grafana = compose()["services"]["grafana"]
    major = int(re.fullmatch(r"grafana/grafana:(\d+)\.\d+\.\d+", grafana["image"])[1])
    environment = grafana["environment"]
    assert 8 <= major <= 10 or \
        (major == 11 and environment["GF_SECURITY_ANGULAR_SUPPORT_ENABLED"] == "true")
    installed = environment["GF_INSTALL_PLUGINS"].split(",")
    types = {each["type"] for each in provisioned_datasources()}
    assert types == {*installed, "prometheus"}
    assert types == {variables(each)["datasource"]["query"] for each in DASHBOARDS.values()}
    provisioning = (EXAMPLES / "grafana/provisioning/datasources/wiregauge.yaml").read_text()
    assert set(re.findall(r"\$(\w+)", provisioning)) <= set(environment)


@pytest.fixture(scope="module")
def setup(tmp_path_factory):
    """The compose project's `setup` was run, with a docker that runs the program itself: a data_dir and .env."""
    folder = tmp_path_factory.mktemp("setup")
    shutil.copy(COMPOSE / "setup", folder)
    docker = folder / "bin/docker"
    docker.parent.mkdir()
    docker.write_text(f"""#!/bin/bash
set -euo pipefail
[ "$1 $2 $3" = "compose --env-file .env.new" ] && [ -s .env.new ]
case "$4" in
  build) [ "$5" = wiregauge ] ;;
  run) [ "$5 $6 $7 $8" = "--rm -T --no-deps wiregauge" ]
       exec {wiregauge.binary()} "${{@:9}}" --data-dir {folder}/data ;;
  *) exit 99 ;;
esac
""")
    docker.chmod(0o755)
    environment = {**os.environ, "PATH": f"{docker.parent}:{os.environ['PATH']}"}
    run = lambda: subprocess.run([folder / "setup"], env=environment, capture_output=True,
                                 text=True, timeout=PATIENCE_SECONDS)
    done = run()
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in folder.iterdir()) == [".env", "bin", "data", "setup"]
    assert (folder / ".env").stat().st_mode & 0o777 == 0o600
    assert run().returncode == 1, "what is there must not be written over"
    told = dict(line.split("=", 1) for line in (folder / ".env").read_text().splitlines())
    return folder / "data", told


def test_setup_tells_all_variables_of_the_project(setup):
    _, told = setup
    text = (COMPOSE / "docker-compose.yml").read_text()
    used = set(re.findall(r"\$\{(\w+)", text)) | {compose()["secrets"]["wiregauge_token"]["environment"]}
    assert used == set(told)
    assert all(told.values())
    ignored = subprocess.run(["git", "check-ignore", "-q", COMPOSE / ".env"], cwd=ROOT)
    assert ignored.returncode in (0, 128)  # 128: the source is no git repository


# --- the service of the compose project, and a real Prometheus ------------------------------------

class Traffic:
    """HTTP and DNS conversations that go through a pipe as long as it runs."""

    def __init__(self, pipe):
        os.mkfifo(pipe)
        # For both: for writing alone waits for the reader. What is written fits or is left out as a whole.
        self._fd = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def _send(self):
        head = wiregauge.pcap_bytes([])
        os.write(self._fd, head)
        for i in itertools.count():
            packets = wiregauge.http_conversation(sport=40000 + i, start=i / 5)
            packets.insert(4, packets[3])  # the request once more
            packets += wiregauge.dns_conversation(sport=30000 + i, start=i / 5 + 0.1)
            with contextlib.suppress(BlockingIOError):
                os.write(self._fd, wiregauge.pcap_bytes(packets)[len(head):])
            if self._stop.wait(0.2):
                return

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()
        os.close(self._fd)


@pytest.fixture(scope="module")
def guarded(setup, tmp_path_factory):
    """With the settings of the compose project, and the accounts that its setup made."""
    data, _ = setup
    pipe = tmp_path_factory.mktemp("traffic") / "wire"
    running = wiregauge.Service("-c", COMPOSE / "wiregauge.yaml", "-i", pipe, "--data-dir", data,
                                accounts=True, ready_path="/healthz")
    traffic = Traffic(pipe)
    with running, traffic:
        yield running


def test_the_projects_settings_and_accounts_let_grafana_in(guarded, setup):
    done = wiregauge.run("check-config", "-c", COMPOSE / "wiregauge.yaml")
    assert done.returncode == 0, done.stderr
    _, told = setup
    secret = f"{told['WIREGAUGE_USER']}:{told['WIREGAUGE_PASSWORD']}".encode()
    basic = {"Authorization": "Basic " + base64.b64encode(secret).decode()}
    for each in provisioned_datasources():
        url = urllib.parse.urlsplit(each["url"])
        if url.hostname == "wiregauge":
            assert each["basicAuth"] and each["basicAuthUser"] == "$WIREGAUGE_USER"
            host = {"Host": url.netloc}
            assert guarded.get(url.path, headers={**host, **basic}).status == 200
            assert guarded.get(url.path, headers=host).status == 401


@pytest.fixture(scope="module")
def prometheus(guarded, setup, tmp_path_factory):
    """The server with prometheus.yml of the compose project, but for addresses, paths and the interval."""
    folder = tmp_path_factory.mktemp("prometheus")
    config = yaml.safe_load((COMPOSE / "prometheus.yml").read_text())
    config["global"].update(scrape_interval="1s", scrape_timeout="1s")
    job, = config["scrape_configs"]
    job["static_configs"][0]["targets"] = [f"127.0.0.1:{guarded.port}"]
    job["authorization"]["credentials_file"] = str(folder / "token")
    (folder / "token").write_text(setup[1]["WIREGAUGE_TOKEN"])
    with Prometheus(folder, config) as server:
        server.until(lambda: server.values("sum_over_time(up[1m])") >= [3], "three scrapes")
        yield server


def concrete(expression):
    """As Grafana asks it, with everything chosen."""
    for name, value in (("instance", ".*"), ("interface", ".*"), ("__rate_interval", "10s")):
        expression = expression.replace("$" + name, value)
    assert "$" not in expression
    return expression


EXPRESSIONS = [(each["title"], target["expr"])
               for each in panels(PROMETHEUS) for target in each["targets"]]


def test_prometheus_takes_its_file(prometheus):
    checks = [["check", "config", prometheus.config],
              ["check", "config", "--syntax-only", COMPOSE / "prometheus.yml"]]
    for check in checks:
        done = subprocess.run(["promtool", *check], capture_output=True, text=True,
                              timeout=PATIENCE_SECONDS)
        assert done.returncode == 0, done.stdout + done.stderr
    job, = yaml.safe_load((COMPOSE / "prometheus.yml").read_text())["scrape_configs"]
    secret, = compose()["services"]["prometheus"]["secrets"]
    assert job["authorization"]["credentials_file"] == f"/run/secrets/{secret}"


def test_every_family_is_documented():
    page = (ROOT / "docs/metrics.md").read_text()
    documented = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", page, re.MULTILINE))
    for title, expression in EXPRESSIONS:
        families = re.findall(r"\b((?:wiregauge|process)_\w+)", expression)
        assert families, title
        for family in families:
            base = family.removesuffix("_bucket")
            assert base in documented, (title, family)
            assert (documented[base] == "histogram") == (base != family)
            assert (documented[base] != "gauge") == (f"rate({family}" in expression), \
                "counters by rate(), gauges as they are"


@pytest.mark.parametrize("title, expression", EXPRESSIONS)
def test_every_expression_has_values(prometheus, title, expression):
    asked = concrete(expression)
    if asked.endswith(" > 0"):  # nothing is cut here
        assert prometheus.values(asked) == []
        asked = asked.removesuffix(" > 0")
    prometheus.until(lambda: any(value == value for value in prometheus.values(asked)),
                     f"{title}: a value of {asked} that is a number")


@pytest.mark.parametrize("title", ["Traffic", "Packets", "Applications", "Hosts: sent", "TCP health",
                                   "TCP retransmissions", "TCP handshakes", "Application latency"])
def test_what_the_wire_carries_is_more_than_nothing(prometheus, title):
    expression = next(asked for of, asked in reversed(EXPRESSIONS) if of == title and "rate(" in asked)
    if title == "TCP health":
        expression = next(asked for of, asked in EXPRESSIONS if of == title)
    asked = concrete(expression)
    prometheus.until(lambda: any(value > 0 for value in prometheus.values(asked)), asked)


def test_prometheus_variables_have_values(prometheus, guarded):
    for name, wanted in (("instance", f"127.0.0.1:{guarded.port}"), ("interface", "wire")):
        asked = re.fullmatch(r"label_values\((.+), (\w+)\)",
                             variables(PROMETHEUS)[name]["query"]["query"])
        values = prometheus.get(f"/api/v1/label/{asked[2]}/values",
                                **{"match[]": concrete(asked[1])})
        assert values == [wanted]
