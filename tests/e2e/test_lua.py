# SPDX-License-Identifier: Apache-2.0
"""Scripts in the real program: pages, routes, callbacks, alerts, series, the command line."""

import json
import os
import pathlib
import re
import subprocess
import time

import lua_hostile
import pytest
from netns import until

import wiregauge

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPTURES = ROOT / "tests" / "captures"


def write(folder, name, text):
    path = pathlib.Path(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").rename(path)
    return path


def serve(folder, *arguments, **options):
    """A service with the scripts of a folder and a capture."""
    return wiregauge.Service("-i", CAPTURES / "recorded_http.pcap", "-i",
                             CAPTURES / "recorded_tls.pcap", "--lua-dir", folder, *arguments,
                             **options)


# --- the examples -------------------------------------------------------------------------------

def test_the_examples_answer():
    with serve(ROOT / "examples" / "lua") as service:
        service.until(lambda: service.get("/lua/top_talkers").json(), "hosts")
        rows = service.get("/lua/top_talkers", limit=3).json()
        hosts = service.get("/api/v1/hosts", sort="-bytes", limit=3).json()["items"]
        assert [row["host"] for row in rows] == [host["host"] for host in hosts]
        assert [row["bytes"] for row in rows] == [host["bytes"] for host in hosts]
        assert service.get("/lua/top_talkers", limit=0).json()["parameter"] == "limit"
        assert isinstance(service.get("/lua/slow_servers").json(), list)
        page = service.get("/lua/hosts.lua", sort="column_traffic")
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "<td>10.0.0.1</td>" in page.text and page.text.endswith("</html>\n")


def test_the_talks_scripts_run_as_printed(tmp_path):
    """In the style of the talk of 2017, with its slip: proto.14 stands for proto.l4."""
    usual = ('dirs = ntop.getDirs()\n'
             'package.path = dirs.installdir .. "/scripts/lua/modules/?.lua;" .. package.path\n'
             'require "lua_utils"\n'
             'sendHTTPContentTypeHeader("text/html")\n'
             'interface.select("recorded_http.pcap")\n')
    write(tmp_path, "scripts/hosts.lua", usual + """
hosts_stats = interface.getHostsInfo()
hosts_stats = hosts_stats["hosts"]
for key, value in pairsByKeys(hosts_stats, asc) do
  print(key .. " " .. hosts_stats[key]["bytes.sent"] .. "\\n")
end
""")
    write(tmp_path, "scripts/flows.lua", usual + """
local flows_stats = interface.getFlowsInfo()
for key, fl in ipairs(flows_stats["flows"]) do
  if fl["proto.14"] == "TCP" and fl["tcp_established"] ~= nil then
    print(fl["cli.ip"] .. ":" .. fl["cli.port"] .. " " .. fl["proto.ndpi"] .. " " ..
          tostring(fl["tcp.nw_latency.client"]) .. "\\n")
  end
end
""")
    with serve(tmp_path) as service:
        lines = service.until(lambda: service.get("/lua/hosts.lua").text, "hosts").splitlines()
        rows = service.get("/api/v1/hosts", interface="recorded_http.pcap").json()["items"]
        assert sorted(lines) == sorted(f"{row['host']} {row['bytes_sent']}" for row in rows)
        lines = service.get("/lua/flows.lua").text.splitlines()
        flows = service.get("/api/v1/flows", interface="recorded_http.pcap", l4="tcp").json()["items"]
        assert len(lines) == len(flows) > 0
        assert all("HTTP" in line for line in lines)


# --- what happens to scripts --------------------------------------------------------------------

def test_a_changed_script_is_taken_and_a_broken_one_is_not(tmp_path):
    write(tmp_path, "scripts/x.lua", "print('one')")
    with serve(tmp_path) as service:
        assert service.get("/lua/x.lua").text == "one"
        write(tmp_path, "scripts/x.lua", "print('two')")
        service.until(lambda: service.get("/lua/x.lua").text == "two", "the new version")
        write(tmp_path, "scripts/x.lua", "print('three'")
        service.until_said("scripts/x.lua:1: ')' expected near '<eof>'")
        assert service.get("/lua/x.lua").text == "two"
        (tmp_path / "scripts" / "x.lua").unlink()
        service.until(lambda: service.get("/lua/x.lua").status == 404, "it to be gone")


def test_callbacks_count_alert_and_record(tmp_path):
    write(tmp_path, "callbacks/second.lua", """
      local records = wiregauge.ended_flows()
      local so_far = (wiregauge.kv.get("records") or 0) + #records
      wiregauge.kv.set("records", so_far)
      if so_far > 0 then
        wiregauge.alerts.raise { type = "test_flows", severity = "notice", kind = "service",
                                 text = so_far .. " flows have ended.", value = so_far }
      end
      wiregauge.record("ended_flows", #records, { type = "counter" })
      print("ran")
    """)
    write(tmp_path, "scripts/records.lua", "print(wiregauge.kv.get('records') or 0)")
    with serve(tmp_path) as service:
        flows = service.until(
            lambda: service.get("/api/v1/flows", state="ended").json()["total"], "flows")
        service.until(lambda: service.get("/lua/records.lua").text == str(flows), "all records")
        service.until_said("lua: ran script=callbacks/second.lua")
        alerts = service.until(
            lambda: service.get("/api/v1/alerts", type="test_flows").json()["items"], "the alert")
        assert alerts[0]["source"] == "callbacks/second.lua"
        metric = "script_ended_flows"
        service.until(lambda: metric in [item["name"] for item in service.get(
            "/api/v1/timeseries", kind="script").json()["items"]], "the series")
        assert 'wiregauge_alerts_engaged{severity="notice",type="test_flows"} 1' in \
            service.get("/metrics").text


def test_callbacks_read_what_came_before_they_were_loaded(tmp_path):
    """A small file has been read by then."""
    write(tmp_path, "callbacks/second.lua", """
      wiregauge.kv.increment("records", #wiregauge.ended_flows())
    """)
    write(tmp_path, "scripts/records.lua", "print(wiregauge.kv.get('records') or 0)")
    with wiregauge.Service("-i", CAPTURES / "recorded_http.pcap", "--lua-dir", tmp_path) as service:
        service.until(lambda: service.get("/lua/records.lua").text == "6", "all records")


def test_shipped_checks_hold_traffic_against_settings_of_ones_own(tmp_path):
    """Ten unanswered SYNs of one host, fewer than that of another; a network that had no bytes a minute ago."""
    def syns(client, count):
        return [wiregauge.Packet(wiregauge.ethernet(wiregauge.tcp(
            client, 1000 + i, f"10.0.1.{i}", 80, wiregauge.SYN)), i / 100) for i in range(count)]
    capture = wiregauge.write_pcap(tmp_path / "syns.pcap",
                                   syns("10.0.0.1", 10) + syns("10.0.0.2", 9))
    settings = tmp_path / "places.yaml"
    settings.write_text("local_networks: [10.0.0.0/8=office]\n")
    write(tmp_path, "modules/alert_settings.lua", """return {
      unanswered_syns_a_minute = 10, contacts_a_minute = 10, low_goodput_flows_a_minute = false,
      network_bps = { office = 1 } }""")
    write(tmp_path, "callbacks/second.lua", """
      local _, now = wiregauge.now()
      wiregauge.kv.set("alert_checks/network/office", { bytes = 0, at = now - 60 })
      for _, check in ipairs(require("alert_checks")) do check(require("alert_settings")) end
    """)
    with wiregauge.Service("-i", capture, "-c", settings, "--lua-dir", tmp_path) as service:
        def raised():
            items = service.get("/api/v1/alerts").json()["items"]
            return {(item["type"], item["subject"]["name"]) for item in items}
        expected = {("unanswered_syns", "10.0.0.1"), ("many_contacts", "10.0.0.1"),
                    ("network_throughput", "office")}
        service.until(lambda: raised() == expected, "the alerts")


@pytest.mark.parametrize("flags", [[], ["--no-alerts"]])
def test_the_shipped_callback_fails_neither_with_alerts_nor_without(tmp_path, flags):
    write(tmp_path, "callbacks/second.lua", (ROOT / "lua/callbacks/minute.lua").read_text())
    with serve(tmp_path, *flags) as service:
        good = re.compile(r'^wiregauge_lua_runs_total\{script="callbacks/second.lua",result="ok"\} [1-9]', re.M)
        service.until(lambda: good.search(service.get("/metrics").text), "a run of it")
        assert "a callback failed" not in service.stderr


def test_errors_are_for_admins(tmp_path):
    write(tmp_path, "scripts/x.lua", "\nerror('a secret')")
    with serve(tmp_path, accounts=True, ready_path=None) as service:
        service.until_said("ready")
        folder = pathlib.Path(service.arguments[service.arguments.index("--data-dir") + 1])
        password = (folder / "initial-admin-password").read_text().strip()
        made = subprocess.run([wiregauge.binary(), "user", "add", "eve", "--data-dir", folder],
                              input="pass word for eve\n", capture_output=True, text=True)
        assert made.returncode == 0, made.stderr

        def ask(user, secret):
            import base64
            token = base64.b64encode(f"{user}:{secret}".encode()).decode()
            return service.get("/lua/x.lua", headers={"Authorization": "Basic " + token})
        assert service.get("/lua/x.lua").status == 401
        assert "scripts/x.lua:2: a secret" in ask("admin", password).text
        answer = service.until(lambda: ask("eve", "pass word for eve").status == 500
                               and ask("eve", "pass word for eve"), "the account")
        assert "secret" not in answer.text and "line" not in answer.text


# --- harm ---------------------------------------------------------------------------------------

def test_hostile_scripts_end_and_harm_nobody(tmp_path):
    settings = tmp_path / "limits.yaml"
    settings.write_text("lua:\n  wall_time: 500ms\n  memory_bytes: 16 MiB\n"
                        "  output_bytes: 1 MiB\n  store_bytes: 1 MiB\n")
    for name, source in lua_hostile.SCRIPTS.items():
        write(tmp_path, f"scripts/{name}.lua", source)
    write(tmp_path, "scripts/good.lua", "print(('x'):rep(3))")
    with serve(tmp_path, "-c", settings) as service:
        for name in lua_hostile.SCRIPTS:
            answer = service.request("GET", f"/lua/{name}.lua", timeout=20)
            assert answer.status == 500, (name, answer.text)
            assert answer.headers["Content-Type"] == "application/problem+json", name
            assert answer.json()["type"] in ("/problems/script-limit", "/problems/script-error")
            assert service.get("/healthz").status == 200
            assert service.get("/lua/good.lua").text == "xxx", name
        metrics = service.get("/metrics").text
        assert 'wiregauge_lua_runs_total{script="scripts/loop.lua",result="' in metrics \
            or 'wiregauge_lua_runs_total{result="' in metrics


# --- the command line ---------------------------------------------------------------------------

def test_check_tells_file_and_line(tmp_path):
    good = write(tmp_path, "scripts/good.lua", "print(1)")
    bad = write(tmp_path, "routes/bad.lua", "wiregauge.route {\n path = '/x',\n}")
    done = wiregauge.run("lua", "check", good)
    assert (done.returncode, done.stdout) == (0, "scripts/good.lua: good\n")
    done = wiregauge.run("lua", "check", good, bad)
    assert done.returncode == 1
    assert "routes/bad.lua:1: route: summary is missing" in done.stderr
    assert wiregauge.run("lua", "check", tmp_path / "nothing.lua").returncode == 1
    assert wiregauge.run("lua", "check").returncode == 2


def test_run_answers_as_the_service_would(tmp_path):
    route = write(tmp_path, "routes/r.lua", """wiregauge.route {
      path = "/r/{name}", summary = "s", parameters = {{name = "n", type = "integer", default = 1}},
      handler = function(p) return { name = p.name, n = p.n, flows = #wiregauge.flows() } end }""")
    capture = CAPTURES / "recorded_http.pcap"
    done = wiregauge.run("lua", "run", route, "name=x", "n=3", "-r", capture)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"name": "x", "n": 3, "flows": 6}
    done = wiregauge.run("lua", "run", route, "name=x", "n=y")
    assert done.returncode == 1 and "is not a whole number" in done.stdout
    loop = write(tmp_path, "scripts/loop.lua", "while true do end")
    done = wiregauge.run("lua", "run", loop)
    assert done.returncode == 1 and "scripts/loop.lua:1: " in done.stderr
    callback = write(tmp_path, "callbacks/minute.lua", """wiregauge.alerts.raise {
      type = "tried", kind = "service", text = "It is only tried." }""")
    done = wiregauge.run("lua", "run", callback)
    assert done.returncode == 0 and "alert: warning tried : It is only tried." in done.stderr


def test_the_manual_is_the_binarys_own():
    for command, page in (("reference", "docs/lua-reference.md"),
                          ("annotations", "lua/wiregauge.d.lua")):
        done = wiregauge.run("lua", command)
        assert done.returncode == 0
        assert done.stdout == (ROOT / page).read_text(), f"wiregauge lua {command} > {page}"


@pytest.mark.parametrize("name", ["routes/top_talkers.lua", "routes/slow_servers.lua",
                                  "scripts/hosts.lua", "callbacks/minute.lua"])
def test_the_examples_run_by_themselves(name):
    done = wiregauge.run("lua", "run", ROOT / "examples" / "lua" / name, "-r",
                         CAPTURES / "recorded_http.pcap")
    assert done.returncode == 0, done.stderr
    if name == "callbacks/minute.lua":
        assert "recorded: dns_names_not_found = 0" in done.stderr
