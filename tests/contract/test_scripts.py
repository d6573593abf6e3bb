# SPDX-License-Identifier: Apache-2.0
"""What the served document says of the paths of scripts, against what scripts answer."""

import base64
import json
import os
import re
import subprocess

import openapi
import pytest
import wiregauge
import yaml

TOP = """
wiregauge.route{
  path = "/top/{interface}", summary = "Hosts with most bytes: \\194\\133\\127 \\"quoted\\"",
  parameters = {
    {name = "interface", description = "the interface"},
    {name = "limit", type = "integer", minimum = 1, maximum = 5, default = 3},
    {name = "order", enum = {"up", "down"}, default = "down"},
    {name = "ratio", type = "number", minimum = 0, maximum = 1},
    {name = "names", type = "boolean", default = true},
  },
  response = {
    type = "object", additionalProperties = false, required = {"interface", "items"},
    properties = {
      interface = {type = "string"},
      items = {type = "array", items = {type = "integer"}},
      order = {type = "string", enum = {"up", "down"}},
      names = {type = "boolean"},
    },
  },
  handler = function(parameters)
    local items = {}
    for i = 1, parameters.limit do items[i] = i end
    return {interface = parameters.interface, items = items, order = parameters.order,
            names = parameters.names}
  end,
}
wiregauge.route{
  path = "/top/interface", summary = "Would have the same operationId", handler = function() return {} end,
}
"""
ECHO = """
wiregauge.route{
  method = "POST", path = "/echo", summary = "What was sent",
  body = {type = "object", properties = {a = {type = "integer"}}},
  response = {type = "object", required = {"length"}, properties = {length = {type = "integer"}}},
  handler = function(_, request) return {length = #request.body} end,
}
wiregauge.route{
  path = "/fails", summary = "Fails", handler = function() error("it broke") end,
}
wiregauge.route{
  path = "/secret", summary = "For admins", role = "admin", handler = function() return {} end,
}
"""
PAGE = 'print("<p>hello</p>")\n'
CONTRACT = openapi.load()
PASSWORD = "correct horse battery"


def write(folder, name, text):
    """As a whole: a file that is half written is not there."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    part.rename(path)


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, "lua/routes/echo.lua", ECHO)
    write(tmp_path, "lua/routes/top.lua", TOP)
    write(tmp_path, "lua/scripts/hello.lua", PAGE)
    return tmp_path / "lua"


def serve(tmp_path, folder, off=False, **options):
    pcap = wiregauge.write_pcap(tmp_path / "mix.pcap", wiregauge.small_mix())
    settings = tmp_path / "settings.yaml"
    settings.write_text("lua: {shipped: false}\n")
    return wiregauge.Service("-c", settings, "-i", pcap, "--data-dir", tmp_path / "data",
                             "--lua-dir", folder, *(["--no-lua"] if off else []), ready_path="/healthz", **options)


@pytest.fixture
def service(tmp_path, folder):
    with serve(tmp_path, folder) as running:
        running.until_said("info app: ready")
        yield running


def document(service):
    return service.get("/api/v1/openapi.json").json()


def of_scripts(found):
    return {path: item for path, item in found["paths"].items() if path not in CONTRACT["paths"]}


def test_both_forms_say_the_same_and_the_rest_is_the_contract(service):
    found = document(service)
    assert yaml.safe_load(service.get("/api/v1/openapi.yaml").text) == found
    assert set(of_scripts(found)) == \
        {"/lua/top/{interface}", "/lua/top/interface", "/lua/echo", "/lua/fails", "/lua/secret",
         "/lua/hello.lua"}
    found["paths"] = {path: item for path, item in found["paths"].items()
                      if path not in of_scripts(found)}
    assert found == CONTRACT


def test_the_merged_document_is_what_openapi_3_0_3_asks_for(service):
    found = document(service)
    operations = openapi.all_operations(found)
    ids = [operation["operationId"] for _, _, operation in operations]
    assert len(set(ids)) == len(ids)
    tags = {tag["name"] for tag in found["tags"]}
    for path, method, operation in operations:
        assert set(operation["tags"]) <= tags and operation["summary"]
        in_path = openapi.parameters(found, operation, "path")
        assert {p["name"] for p in in_path} == set(re.findall(r"{(\w+)}", path))
        assert all(p["required"] for p in in_path)
        for response in operation["responses"].values():
            assert openapi.resolve(found, response)["description"]
        for parameter in openapi.parameters(found, operation):
            openapi.to_json_schema(found, parameter["schema"])
    for path, method, operation in operations:
        if path in of_scripts(found):
            assert operation["tags"] == ["scripts"]
            assert re.fullmatch(r"\w+", operation["operationId"])
            assert {"400", "401", "403", "429", "500", "503"} < set(operation["responses"])


def test_what_is_told_of_parameters_is_what_the_script_says(service):
    found = document(service)
    operation = found["paths"]["/lua/top/{interface}"]["get"]
    schemas = {p["name"]: p["schema"] for p in openapi.parameters(found, operation)}
    assert schemas["limit"] == {"type": "integer", "minimum": 1, "maximum": 5, "default": 3}
    assert schemas["order"]["enum"] == ["up", "down"] and schemas["order"]["default"] == "down"
    assert schemas["ratio"] == {"type": "number", "minimum": 0, "maximum": 1}
    assert schemas["names"] == {"type": "boolean", "default": True}
    assert found["paths"]["/lua/secret"]["get"]["x-required-role"] == "admin"
    assert found["paths"]["/lua/echo"]["post"]["requestBody"]


@pytest.mark.parametrize("query", [{}, {"limit": 1}, {"limit": 5}, {"order": "up"}, {"ratio": 0.5},
                                   {"names": "false"}])
def test_answers_are_as_the_document_says(service, query):
    found = document(service)
    answer = service.get("/lua/top/eth0", **query)
    assert answer.status == 200, answer.text
    described = found["paths"]["/lua/top/{interface}"]["get"]["responses"]["200"]["content"]
    kind = answer.headers["Content-Type"].split(";")[0]
    openapi.validate(found, described[kind]["schema"], answer.json())
    assert len(answer.json()["items"]) == query.get("limit", 3)


@pytest.mark.parametrize("name,value", [("limit", 0), ("limit", 6), ("limit", "1.5"), ("order", "left"),
                                        ("ratio", 1.1), ("names", "yes"), ("no_such_parameter", 1)])
def test_a_bad_parameter_is_refused_by_name(service, name, value):
    answer = service.get("/lua/top/eth0", **{name: value})
    assert answer.status == 400
    openapi.validate(document(service), {"$ref": "#/components/schemas/Problem"}, answer.json())
    assert answer.json()["parameter"] == name


def test_posts_pages_and_failures_answer_as_the_document_says(service):
    found = document(service)
    answer = service.request("POST", "/lua/echo", json.dumps({"a": 1}))
    described = found["paths"]["/lua/echo"]["post"]["responses"]
    openapi.validate(found, described["200"]["content"]["application/json"]["schema"], answer.json())
    page = service.get("/lua/hello.lua")
    assert page.status == 200 and "hello" in page.text
    kind = page.headers["Content-Type"].split(";")[0]
    assert kind in found["paths"]["/lua/hello.lua"]["get"]["responses"]["200"]["content"]
    failed = service.get("/lua/fails")
    assert failed.status == 500 and "it broke" in failed.json()["detail"]
    content = openapi.resolve(found, described["500"])["content"]
    openapi.validate(found, content["application/problem+json"]["schema"], failed.json())


def test_the_document_follows_the_files(service, folder):
    def paths():
        return set(of_scripts(document(service)))

    tag = service.get("/api/v1/openapi.json").headers["ETag"]
    assert service.get("/api/v1/openapi.json", headers={"If-None-Match": tag}).status == 304
    write(folder, "routes/top.lua", TOP.replace('"/top/{interface}"', '"/newest/{interface}"'))
    service.until(lambda: "/lua/newest/{interface}" in paths(), "the route's new path", wait=10)
    assert "/lua/top/{interface}" not in paths()
    assert service.get("/api/v1/openapi.json", headers={"If-None-Match": tag}).status == 200
    os.remove(folder / "routes/top.lua")
    service.until(lambda: "/lua/newest/{interface}" not in paths(), "the route to go", wait=10)
    assert service.get("/lua/newest/eth0").status == 404
    write(folder, "scripts/more/page.lua", PAGE)
    service.until(lambda: "/lua/more/page.lua" in paths(), "the new page", wait=10)


def rows_of(service, **options):
    page = service.get("/api/v1/scripts", **options).json()
    openapi.validate(CONTRACT, {"$ref": "#/components/schemas/ScriptPage"}, page)
    return {row["script"]: row for row in page["items"]}


def test_the_list_tells_how_it_stands_with_scripts(service, folder):
    for path in ("/lua/top/eth0", "/lua/top/eth0", "/lua/fails"):
        service.get(path)
    rows = rows_of(service)
    assert {name: (row["kind"], row["state"]) for name, row in rows.items()} == {
        "routes/echo.lua": ("routes", "good"), "routes/top.lua": ("routes", "good"),
        "scripts/hello.lua": ("page", "good")}
    assert rows["routes/top.lua"]["runs"]["ok"] == 2
    assert rows["routes/top.lua"]["last_error"] is None
    assert rows["routes/echo.lua"]["runs"]["error"] == 1
    assert "it broke" in rows["routes/echo.lua"]["last_error"]
    assert [(route["method"], route["path"], route["role"])
            for route in rows["routes/echo.lua"]["routes"]] == [
        ("POST", "/lua/echo", "viewer"), ("GET", "/lua/fails", "viewer"),
        ("GET", "/lua/secret", "admin")]
    write(folder, "routes/top.lua", "this is no Lua")
    write(folder, "scripts/bad.lua", "neither is this")
    service.until(lambda: rows_of(service).get("scripts/bad.lua"), "the new page", wait=10)
    service.until(lambda: rows_of(service)["routes/top.lua"]["state"] == "old", "the new version", wait=10)
    rows = rows_of(service)
    assert rows["scripts/bad.lua"]["state"] == "bad"
    for name in ("routes/top.lua", "scripts/bad.lua"):
        assert name in rows[name]["problem"]
    assert service.get("/lua/top/eth0").status == 200


def test_without_scripts_there_is_no_list(tmp_path, folder):
    with serve(tmp_path, folder, off=True) as service:
        service.until_said("info app: ready")
        assert service.get("/api/v1/scripts").status == 404
        assert document(service) == CONTRACT


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.fixture
def accounts(tmp_path, folder):
    """A service with accounts: itself, and the headers of an admin and of a viewer."""
    with serve(tmp_path, folder, accounts=True) as running:
        running.until_said("info app: ready")
        data_dir = tmp_path / "data"
        subprocess.run([wiregauge.binary(), "user", "add", "eve", "--data-dir", data_dir], input=PASSWORD + "\n", text=True, check=True,
                       capture_output=True, timeout=60)
        eve = basic("eve", PASSWORD)
        running.until(lambda: running.get("/api/v1/version", headers=eve).status == 200,
                      "the viewer's account")
        password = (data_dir / "initial-admin-password").read_text().strip()
        yield running, basic("admin", password), eve


def test_roles_and_errors_are_as_the_document_says(accounts):
    service, admin, viewer = accounts
    for headers, status in ((admin, 200), (viewer, 403), ({}, 401)):
        assert service.get("/lua/secret", headers=headers).status == status
    assert service.get("/lua/top/eth0", headers=viewer).status == 200
    assert "it broke" in service.get("/lua/fails", headers=admin).json()["detail"]
    assert "it broke" not in service.get("/lua/fails", headers=viewer).text
    assert "it broke" in rows_of(service, headers=admin)["routes/echo.lua"]["last_error"]
    row = rows_of(service, headers=viewer)["routes/echo.lua"]
    assert row["last_error"] is None and row["last_error_at"] is not None
