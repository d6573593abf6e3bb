# SPDX-License-Identifier: Apache-2.0
"""The Grafana routes of the real service, as the datasources SimpleJson and simPod JSON ask them: through Grafana's
proxy, and from a browser on another origin."""

import base64
import json
import subprocess

import pytest
import wiregauge

PREFIXES = ["/grafana", "/lua/modules/grafana"]
NAME = "mix.pcap"
RANGE = {"from": "2023-11-14T22:13:20.000Z", "to": "2023-11-14T22:13:26.000Z",
         "raw": {"from": "now-6h", "to": "now"}}
MS = wiregauge.EPOCH * 1000
# The bytes of each second of small_mix().
BYTES = [sum(len(packet.frame) for packet in wiregauge.small_mix() if int(packet.seconds) == second)
         for second in range(6)]
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/plain, */*"}
ORIGIN = {"Origin": "http://grafana.example:3000"}


@pytest.fixture(params=PREFIXES)
def prefix(request):
    return request.param


def serve(mix, folder, *arguments, **options):
    return wiregauge.Service("-i", mix, "--data-dir", folder / "data", *arguments, **options)


@pytest.fixture
def service(mix, tmp_path):
    with serve(mix, tmp_path) as running:
        total = f"interface_{NAME}_traffic_total_packets"
        running.until(lambda: [s["datapoints"][0][0] for s in query(running, PREFIXES[0], total)] == [19],
                      "all of the file in history")
        yield running


def post(service, path, body, status=200, headers=None):
    answer = service.request("POST", path, json.dumps(body), {**HEADERS, **(headers or {})})
    assert answer.status == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    return answer.json()


def query(service, prefix, target, **more):
    targets = [{"target": target, "refId": "A", "type": "timeserie"}]
    return post(service, prefix + "/query", {
        "range": RANGE, "rangeRaw": RANGE["raw"], "interval": "1s", "intervalMs": 1000,
        "maxDataPoints": 550, "panelId": 1, "scopedVars": {}, "targets": targets,
        "adhocFilters": [], **more})


def test_save_and_test_is_200_whatever_the_slashes(service, prefix):
    for path in (prefix, prefix + "/", prefix + "//"):
        answer = service.get(path, headers=HEADERS)
        assert answer.status == 200 and answer.json()["status"] == "OK"


def test_slashes_do_not_matter(service, prefix):
    expected = post(service, prefix + "/search", {"target": ""})
    assert f"interface_{NAME}_traffic_bps" in expected
    for path in ("//search", "/search/", "//search//"):
        assert post(service, prefix + path, {"target": ""}) == expected


def test_both_addresses_answer_alike(service):
    for path, body in (("/search", {"target": "bps"}), ("/tag-keys", {}),
                       ("/tag-values", {"key": "application"}), ("/metrics", {}),
                       ("/variable", {"payload": {"target": "interfaces"}})):
        assert post(service, PREFIXES[0] + path, body) == post(service, PREFIXES[1] + path, body)


def test_traffic_is_what_the_capture_holds(service, prefix):
    series = query(service, prefix, f"interface_{NAME}_traffic_bps")
    assert [s["target"] for s in series] == [f"interface_{NAME}_traffic_bps"]
    assert series[0]["datapoints"] == [[8 * count, MS + 1000 * second]
                                       for second, count in enumerate(BYTES)]
    total = query(service, prefix, f"interface_{NAME}_traffic_total_bytes")
    assert total[0]["datapoints"] == [[sum(BYTES), MS + 6000]]
    packets = query(service, prefix, f"interface_{NAME}_traffic_total_packets")
    assert packets[0]["datapoints"] == [[19, MS + 6000]]


def test_templates_and_applications(service, prefix):
    escaped = query(service, prefix, r"interface_(mix\.pcap|eth0)_traffic_pps")
    assert [s["target"] for s in escaped] == [f"interface_{NAME}_traffic_pps"]
    lines = query(service, prefix, f"interface_{NAME}_allprotocols_bps")
    assert {"HTTP", "ICMP", "DNS"} <= {s["target"] for s in lines}
    chosen = query(service, prefix, f"interface_{NAME}_allprotocols_bps",
                   adhocFilters=[{"key": "application", "operator": "=", "value": "DNS"}])
    assert [s["target"] for s in chosen] == ["DNS"]
    assert query(service, prefix, "interface_eth7_traffic_bps") == []


def test_the_table_of_flows(service, prefix):
    table, = query(service, prefix, f"interface_{NAME}_top_flows")
    columns = [column["text"] for column in table["columns"]]
    flows = service.get("/api/v1/flows", sort="-bytes").json()["items"]
    assert [row[columns.index("Bytes")] for row in table["rows"]] == \
        [flow["bytes"] for flow in flows]


def test_hosts_have_their_bytes(service, prefix):
    of_host = [packet for packet in wiregauge.small_mix()
               if packet.frame[12:14] == b"\x08\x00"]  # all of IPv4 is 192.168.1.10's
    total = query(service, prefix, rf"host_192\.168\.1\.10_interface_({NAME}|eth0)_traffic_total_bytes")
    assert [s["datapoints"][0][0] for s in total] == [sum(len(packet.frame) for packet in of_host)]
    table, = query(service, prefix, f"interface_{NAME}_top_hosts")
    assert table["rows"][0][:2] == ["192.168.1.10", total[0]["datapoints"][0][0]]


def test_annotations_tell_of_the_start(service, prefix):
    annotation = {"name": "events", "datasource": "wiregauge", "enable": True, "query": "service_*"}
    event = post(service, prefix + "/annotations", {"annotation": annotation})[-1]
    assert event["annotation"] == annotation
    assert event["title"] == "service started"
    assert event["tags"] == ["service_started"]


def test_errors_are_said_twice(service, prefix):
    answer = post(service, prefix + "/query", {"range": {"from": 2, "to": 1}, "targets": []}, 400)
    assert answer["message"] == answer["error"] == "range.from is later than range.to."
    assert service.request("POST", prefix + "/query", "{", HEADERS).status == 400
    assert service.request("POST", prefix + "/tag-values", "{", HEADERS).text == "[]"
    huge = service.request("POST", prefix + "/query", b" " * ((1 << 20) + 1), {**HEADERS, **ORIGIN})
    assert huge.status == 413 and huge.json()["message"] == huge.json()["error"]
    for method, path, status in (("GET", "/query", 405), ("POST", "/serch", 404)):
        answer = service.request(method, prefix + path, headers=HEADERS)
        assert answer.status == status and answer.json()["message"] == answer.json()["error"]
    assert huge.headers["Access-Control-Allow-Origin"] == "*"


def test_without_history_there_are_flows(mix, tmp_path, prefix):
    with serve(mix, tmp_path, "--no-history") as service:
        assert post(service, prefix + "/search", {"target": ""}) == [
            "alerts", f"interface_{NAME}_alerts", f"interface_{NAME}_top_flows"]
        assert query(service, prefix, f"interface_{NAME}_traffic_bps") == []


def test_a_browser_of_another_origin_gets_in_with_a_password(mix, tmp_path, prefix):
    with serve(mix, tmp_path, accounts=True, ready_path="/healthz") as service:
        for path in ("/", "/search", "/query", "/annotations", "/tag-keys", "/tag-values"):
            preflight = service.request("OPTIONS", prefix + path, headers={
                **ORIGIN, "Access-Control-Request-Method": "GET" if path == "/" else "POST",
                "Access-Control-Request-Headers": "authorization,content-type"})
            assert preflight.status == 204
            assert preflight.headers["Access-Control-Allow-Origin"] == "*"
            assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
        refused = service.request("POST", prefix + "/search", "{}", {**HEADERS, **ORIGIN})
        assert refused.status == 401
        assert refused.json()["message"] == refused.json()["error"]
        assert refused.headers["Access-Control-Allow-Origin"] == "*"
        password = (tmp_path / "data" / "initial-admin-password").read_text().strip()
        basic = {"Authorization": "Basic " + base64.b64encode(f"admin:{password}".encode()).decode()}
        answer = service.request("POST", prefix + "/search", "{}", {**HEADERS, **ORIGIN, **basic})
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


SCRIPTS = """
wiregauge.route{
  path = "/line", summary = "One value at the range's end", grafana = "series",
  parameters = {
    {name = "value", type = "integer", minimum = 0, maximum = 9, default = 1},
    {name = "order", enum = {"up", "down"}, default = "up"},
    {name = "from", type = "integer", default = 0}, {name = "to", type = "string", default = ""},
    {name = "interval_ms", type = "integer", default = 0},
    {name = "max_data_points", type = "integer", default = 0},
  },
  handler = function(p)
    return {target = p.to .. " " .. p.interval_ms .. " " .. p.max_data_points .. " " .. p.order,
            datapoints = {{p.value, p.from}}}
  end,
}
wiregauge.route{
  path = "/rows", summary = "Two rows", grafana = "table",
  handler = function() return {{name = "a", bytes = 1}, {name = "b", bytes = 2}} end,
}
wiregauge.route{
  path = "/secret", summary = "For admins", role = "admin", grafana = "table",
  handler = function() return {} end,
}
wiregauge.route{
  path = "/fails", summary = "Fails", grafana = "series", handler = function() error("it broke") end,
}
wiregauge.route{
  path = "/endless", summary = "Ends at its limit", grafana = "series",
  handler = function() while true do end end,
}
"""


def with_scripts(mix, folder, **options):
    (folder / "lua/routes").mkdir(parents=True)
    (folder / "lua/routes/grafana.lua").write_text(SCRIPTS)
    settings = folder / "settings.yaml"
    settings.write_text("lua: {shipped: false, instructions: 1000000}\n")
    return serve(mix, folder, "-c", settings, "--lua-dir", folder / "lua", **options)


@pytest.fixture
def scripted(mix, tmp_path):
    with with_scripts(mix, tmp_path) as running:
        running.until_said("info app: ready")
        yield running


def test_scripts_are_offered_and_asked(scripted, prefix):
    assert post(scripted, prefix + "/search", {"target": "lua_"}) == \
        ["lua_endless", "lua_fails", "lua_line", "lua_rows", "lua_secret"]
    begin = (MS // 1000) * 1000
    series, = query(scripted, prefix, "lua_line")
    assert series["target"] == "2023-11-14T22:13:26.000000Z 1000 550 up"
    assert series["datapoints"] == [[1, begin]] and series["refId"] == "A"
    table, = query(scripted, prefix, "lua_rows")
    assert [column["text"] for column in table["columns"]] == ["bytes", "name"]
    assert table["rows"] == [[1, "a"], [2, "b"]]
    assert query(scripted, prefix, "lua_nothing") == []


@pytest.mark.parametrize("member", ["data", "payload"])
def test_a_target_gives_a_script_its_parameters(scripted, prefix, member):
    def ask(options, status=200):
        return post(scripted, prefix + "/query", {
            "range": RANGE, "targets": [{"target": "lua_line", member: options}]}, status)

    series, = ask({"value": "7", "order": "down", "other": 1})
    assert series["target"].endswith(" down") and series["datapoints"][0][0] == 7
    assert ask({"value": 3})[0]["datapoints"][0][0] == 3
    for options, name in (({"value": 10}, "value"), ({"order": "left"}, "order")):
        refused = ask(options, 400)
        assert name in refused["message"] and refused["message"] == refused["error"]


def test_scripts_stand_beside_metrics(scripted, prefix):
    scripted.until(lambda: query(scripted, prefix, f"interface_{NAME}_traffic_bps"), "some history")
    answer = post(scripted, prefix + "/query", {"range": RANGE, "targets": [
        {"target": f"interface_{NAME}_traffic_bps", "refId": "A"}, {"target": "lua_line", "refId": "B"}]})
    assert [series["refId"] for series in answer] == ["A", "B"]


def test_what_is_wrong_with_a_script_is_said_twice(scripted, prefix):
    for target, words in (("lua_fails", "it broke"), ("lua_endless", "instructions")):
        answer = post(scripted, prefix + "/query", {"targets": [{"target": target}]}, 500)
        assert words in answer["message"] and answer["message"] == answer["error"]
    assert query(scripted, prefix, "lua_rows"), "a worker with a new state"
    row, = scripted.get("/api/v1/scripts", fields="script,runs").json()["items"]
    assert row["runs"]["error"] == 1 and row["runs"]["instructions"] == 1


def test_simpod_offers_a_scripts_parameters(scripted, prefix):
    metrics = {metric["value"]: metric for metric in post(scripted, prefix + "/metrics", {})}
    value, order = metrics["lua_line"]["payloads"]
    assert (value["name"], value["type"], value["placeholder"]) == ("value", "input", "1")
    assert (order["name"], order["type"]) == ("order", "select")
    assert [option["value"] for option in order["options"]] == ["up", "down"]


def test_scripts_are_for_who_may_ask_them(mix, tmp_path, prefix):
    with with_scripts(mix, tmp_path, accounts=True, ready_path="/healthz") as service:
        service.until_said("info app: ready")
        for user, *limits in (("eve",), ("bob", "--networks", "192.168.0.0/16")):
            done = subprocess.run([wiregauge.binary(), "user", "add", user, *limits, "--data-dir",
                                   tmp_path / "data"], input="correct horse battery\n", text=True,
                                  capture_output=True, timeout=60)
            assert done.returncode == 0, done.stderr
        credentials = {user: {"Authorization": "Basic " + base64.b64encode(
            f"{user}:correct horse battery".encode()).decode()} for user in ("eve", "bob")}
        service.until(lambda: service.get("/grafana", headers=credentials["bob"]).status == 200,
                      "the accounts")
        offered = post(service, prefix + "/search", {"target": "lua_"}, headers=credentials["eve"])
        assert "lua_line" in offered and "lua_secret" not in offered
        for user, target in (("eve", "lua_secret"), ("bob", "lua_line")):
            assert post(service, prefix + "/query", {"targets": [{"target": target}]},
                        headers=credentials[user]) == []
        assert post(service, prefix + "/search", {"target": "lua_"}, headers=credentials["bob"]) == []
        failed = post(service, prefix + "/query", {"targets": [{"target": "lua_fails"}]}, 500,
                      headers=credentials["eve"])
        assert "it broke" not in failed["message"]
