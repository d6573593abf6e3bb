# SPDX-License-Identifier: Apache-2.0
"""The running service against api/openapi.yaml, in both directions.

That every route of the program is in the document is tests/unit/publish/api/openapi_test.cc's task:
it can ask the router.
"""

import ipaddress
import json
import re
import urllib.parse

import openapi
import pytest
import yaml

DOCUMENT = openapi.load()
OPERATIONS = openapi.operations(DOCUMENT)
ALL_OPERATIONS = openapi.all_operations(DOCUMENT)
SELECTABLE = [(path, operation) for path, operation in OPERATIONS
              if any(p["name"] == "fields" for p in openapi.parameters(DOCUMENT, operation))]
COLLECTIONS = [(path, operation) for path, operation in OPERATIONS
               if any(p["name"] == "cursor" for p in openapi.parameters(DOCUMENT, operation))]
# Grafana sends what it likes, and expects to be asked for nothing but its own.
GRAFANA = [(path, operation) for path, method, operation in ALL_OPERATIONS
           if operation["tags"] == ["grafana"] and method == "POST"]
GRAFANA_PATHS = {path for path, _, operation in ALL_OPERATIONS if operation["tags"] == ["grafana"]}
SEVERITIES = ["info", "notice", "warning", "error", "critical"]
LENIENT = {"/metrics", "/grafana", "/lua/modules/grafana"}
PARAMETERS = [pytest.param(path, operation, parameter, id=f"{path} {parameter['name']}")
              for path, operation in OPERATIONS
              for parameter in openapi.parameters(DOCUMENT, operation)]


def ids(value):
    return value if isinstance(value, str) else ""


def items(service, path, **query):
    """Every row of a collection, over all its pages."""
    rows, cursor = [], {}
    while True:
        page = service.get(path, **query, **cursor).json()
        rows += page["items"]
        if page["next_cursor"] is None:
            assert page["total"] == len(rows)
            return rows
        cursor = {"cursor": page["next_cursor"]}


@pytest.fixture(scope="session")
def file_names(file_service):
    """Things that exist, for the {parameters} of paths."""
    flow = file_service.get("/api/v1/flows", limit=1).json()["items"][0]
    host = max(items(file_service, "/api/v1/hosts"), key=lambda row: row["bytes"])
    return {"interface": flow["interface"], "id": str(flow["id"]), "host": host["host"],
            "alert": "1", "sink": "file"}


@pytest.fixture(scope="session")
def live_names(live_service):
    captures = []
    for flow in live_service.get("/api/v1/flows", limit=3).json()["items"]:
        started = live_service.request("POST", f"/api/v1/flows/{flow['id']}/capture")
        captures.append(started.json()["id"])
    return {"capture": str(captures[0])}


def chosen(request, what):
    """The fixture live_{what} or file_{what}, by the path that the test asks."""
    path = request.node.callspec.params["path"] if hasattr(request.node, "callspec") else ""
    # Captures are of flows that go on; a file that was read has none.
    return request.getfixturevalue(
        ("live_" if path.startswith("/api/v1/captures") else "file_") + what)


@pytest.fixture
def service(request):
    return chosen(request, "service")


@pytest.fixture
def names(request):
    return chosen(request, "names")


def target_of(path, names):
    return re.sub(r"{(\w+)}", lambda m: urllib.parse.quote(names[m[1]], safe=""), path)


def needed(operation, names):
    return {p["name"]: example_of(p, names) for p in openapi.parameters(DOCUMENT, operation)
            if p.get("required")}


def example_of(parameter, names):
    # A capture file's name is the interface's name: the document's examples are of the wire.
    if parameter["name"] == "metric":
        return f"interface_{names['interface']}_traffic_bps"
    return names["interface"] if parameter["name"] == "interface" else parameter["example"]


def expect_problem(answer, status, parameter=None):
    assert answer.status == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    openapi.validate(DOCUMENT, {"$ref": "#/components/schemas/Problem"}, problem)
    assert problem["status"] == status
    if parameter is not None:
        assert problem["parameter"] == parameter, problem
        assert parameter in problem["detail"], problem
    return problem


def test_the_document_is_what_openapi_3_0_3_asks_for():
    assert DOCUMENT["openapi"] == "3.0.3"
    operation_ids = [operation["operationId"] for _, _, operation in ALL_OPERATIONS]
    assert len(set(operation_ids)) == len(operation_ids)
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    for path, _, operation in ALL_OPERATIONS:
        assert set(operation["tags"]) <= tags
        assert operation["summary"]
        in_path = {p["name"] for p in openapi.parameters(DOCUMENT, operation, "path")}
        assert in_path == set(re.findall(r"{(\w+)}", path))
        for response in operation["responses"].values():
            assert openapi.resolve(DOCUMENT, response)["description"]
    for name, parameter in DOCUMENT["components"]["parameters"].items():
        assert parameter["description"], name
        assert parameter["in"] != "path" or parameter["required"], name


def objects(node):
    """Every object of the document."""
    if isinstance(node, dict):
        yield node
        node = node.values()
    elif not isinstance(node, list):
        return
    for inner in node:
        yield from objects(inner)


def test_examples_are_what_their_schemas_ask_for():
    for node in objects(DOCUMENT):
        if "example" in node and "schema" in node:
            openapi.validate(DOCUMENT, node["schema"], node["example"])
        elif "example" in node and ("type" in node or "allOf" in node):
            openapi.validate(DOCUMENT, node, node["example"])


def test_every_reference_has_a_target_and_every_component_a_use():
    # The paths of scripts, which come while the service runs, refer to these (test_scripts.py).
    used = {"#/components/responses/ScriptFailed", "#/components/responses/ScriptsBusy"}
    for node in objects(DOCUMENT):
        if "$ref" in node:
            openapi.resolve(DOCUMENT, node)
            used.add(node["$ref"])
    for requirement in DOCUMENT["security"]:
        used |= {f"#/components/securitySchemes/{name}" for name in requirement}
    for kind, components in DOCUMENT["components"].items():
        for name in components:
            assert f"#/components/{kind}/{name}" in used, f"{kind}/{name} is not used"


def test_every_object_of_an_answer_is_closed_and_every_number_described():
    def walk(node, path):
        if not isinstance(node, dict):
            return
        if node.get("type") == "object":
            assert node.get("additionalProperties") is False, path
        if node.get("type") in ("integer", "number"):
            assert node.get("description"), path
        for name, inner in node.get("properties", {}).items():
            walk(inner, f"{path}.{name}")
        walk(node.get("items"), path + "[]")

    for name, schema in DOCUMENT["components"]["schemas"].items():
        walk(schema, name)


@pytest.mark.parametrize("path,operation", OPERATIONS, ids=ids)
def test_operation_answers_as_its_schema_says(service, names, path, operation):
    answer = service.get(target_of(path, names) + openapi.query(**needed(operation, names)))
    assert answer.status == 200, answer.text
    described = openapi.resolve(DOCUMENT, operation["responses"]["200"])["content"]
    kind = answer.headers["Content-Type"].split(";")[0]
    assert kind in described, f"{kind} is not among {list(described)}"
    schema = described[kind]["schema"]
    if kind == "application/json" and "$ref" in schema:
        openapi.validate(DOCUMENT, schema, answer.json())
        assert openapi.missing_members(DOCUMENT, schema, answer.json()) == []


def grafana_bodies(operation, interface):
    """What is asked with: the document's example, and queries of which something is told."""
    if "requestBody" not in operation:
        return [{}]
    content = openapi.resolve(DOCUMENT, operation["requestBody"])["content"]["application/json"]
    if "targets" not in content["example"]:
        return [content["example"]]
    targets = [f"interface_{interface}_{suffix}" for suffix in
               ("traffic_bps", "traffic_total_bytes", "allprotocols_bps", "top_applications", "top_flows")]
    whole = {"from": 0, "to": 4_000_000_000}
    return [content["example"]] + [
        {"range": whole, "maxDataPoints": 100,
         "targets": [{"target": target, "refId": "A", "type": kind} for target in targets]}
        for kind in ("timeserie", "table")]


@pytest.mark.parametrize("path,operation", GRAFANA, ids=ids)
def test_grafana_is_answered_as_the_schema_says(service, names, path, operation):
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    for body in grafana_bodies(operation, names["interface"]):
        answer = service.request("POST", path, json.dumps(body))
        assert answer.status == 200, answer.text
        openapi.validate(DOCUMENT, schema, answer.json())
        if path.endswith(("/search", "/tag-keys", "/tag-values", "/metrics")) or "range" in body:
            assert answer.json(), f"{path} {body}: {answer.text}"


@pytest.mark.parametrize("path,operation", [o for o in GRAFANA if "400" in o[1]["responses"]], ids=ids)
def test_grafana_is_told_what_is_wrong_as_the_schema_says(service, path, operation):
    answer = service.request("POST", path, "{")
    assert answer.status == 400
    described = openapi.resolve(DOCUMENT, operation["responses"]["400"])["content"]
    openapi.validate(DOCUMENT, described["application/json"]["schema"], answer.json())


@pytest.mark.parametrize("path,operation", SELECTABLE, ids=ids)
def test_fields_chooses_what_the_document_lists(service, names, path, operation):
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    parameter = next(p for p in openapi.parameters(DOCUMENT, operation) if p["name"] == "fields")
    for field in parameter["schema"]["items"]["enum"]:
        query = {**needed(operation, names), "fields": [field]}
        answer = service.get(target_of(path, names) + openapi.query(**query))
        assert answer.status == 200, answer.text
        openapi.validate(DOCUMENT, schema, answer.json())
        rows = answer.json().get("items", [answer.json()])
        for row in rows:
            assert set(row) <= {field.split(".")[0]}, f"{field}: {row}"


@pytest.mark.parametrize("path,operation", COLLECTIONS, ids=ids)
def test_sort_orders_rows_by_what_it_names(service, names, path, operation):
    parameter = next(p for p in openapi.parameters(DOCUMENT, operation) if p["name"] == "sort")
    for order in parameter["schema"]["enum"]:
        query = {**needed(operation, names), "sort": order, "limit": 10000}
        answer = service.get(target_of(path, names) + openapi.query(**query))
        assert answer.status == 200, answer.text
        values = []
        for row in answer.json()["items"]:
            for member in order.removeprefix("-").split("."):
                row = row.get(member) if row is not None else None
            values.append(row)
        known = [value for value in values if value is not None]
        assert values == known + [None] * (len(values) - len(known)), f"{order}: {values}"
        if order.removeprefix("-") == "ip":
            known = [(address.version, address) for address in map(ipaddress.ip_address, known)]
        if order.removeprefix("-") == "severity":
            known = [SEVERITIES.index(severity) for severity in known]
        assert known == sorted(known, reverse=order.startswith("-")), order


@pytest.mark.parametrize("path,operation,parameter", PARAMETERS)
def test_parameter_is_taken_with_its_example(service, names, path, operation, parameter):
    if parameter["name"] == "cursor":
        page = service.get(target_of(path, names) + openapi.query(**needed(operation, names), limit=1))
        value = page.json()["next_cursor"]
        if value is None:  # a table of one row has one page: a cursor of the same order elsewhere
            assert page.json()["total"] <= 1
            return
    else:
        value = example_of(parameter, names)
    query = {**needed(operation, names), parameter["name"]: value}
    answer = service.get(target_of(path, names) + openapi.query(**query))
    assert answer.status == 200, answer.text
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    openapi.validate(DOCUMENT, schema, answer.json())


def bad_value(parameter):
    """A value that the parameter's schema, or its description, excludes."""
    is_free = parameter["name"] == "kind" and "enum" not in parameter["schema"]["items"]
    if is_free or parameter["name"] in ("text", "mac_vendor"):
        return ","
    return "~no such thing~"


@pytest.mark.parametrize("path,operation,parameter", PARAMETERS)
def test_parameter_is_refused_with_a_bad_value(service, names, path, operation, parameter):
    query = {**needed(operation, names), parameter["name"]: bad_value(parameter)}
    answer = service.get(target_of(path, names) + openapi.query(**query))
    expect_problem(answer, 400, parameter["name"])


@pytest.mark.parametrize("path,operation,parameter", [
    entry for entry in PARAMETERS if entry.values[2]["name"] != "fields"
    and "enum" in entry.values[2]["schema"].get("items", entry.values[2]["schema"])])
def test_the_document_lists_the_values_that_the_service_lists(service, names, path, operation,
                                                              parameter):
    schema = parameter["schema"]
    query = {**needed(operation, names), parameter["name"]: bad_value(parameter)}
    detail = service.get(target_of(path, names) + openapi.query(**query)).json()["detail"]
    listed = re.split(r", | or ", re.sub(r"^.*( there are: | one of | is not )", "", detail)[:-1])
    described = schema.get("items", schema)["enum"]
    assert list(dict.fromkeys(value.removeprefix("-") for value in described)) == listed


@pytest.mark.parametrize("path,operation,parameter", PARAMETERS)
def test_limits_of_numbers_hold(service, names, path, operation, parameter):
    schema = parameter["schema"]
    schema = schema.get("items", schema)
    if schema["type"] != "integer":
        return
    for name, beyond in (("minimum", -1), ("maximum", 1)):
        if name not in schema:
            continue
        for value, status in ((schema[name], 200), (schema[name] + beyond, 400)):
            query = {**needed(operation, names), parameter["name"]: value}
            answer = service.get(target_of(path, names) + openapi.query(**query))
            assert answer.status == status, f"{query}: {answer.text}"


@pytest.mark.parametrize("path,operation", [o for o in OPERATIONS if o[0] not in LENIENT], ids=ids)
def test_unknown_parameter_is_refused(service, names, path, operation):
    query = {**needed(operation, names), "no_such_parameter": "1"}
    answer = service.get(target_of(path, names) + openapi.query(**query))
    expect_problem(answer, 400, "no_such_parameter")


def expect_refusal(answer, status, path):
    """In the form that the path's errors have."""
    if path not in GRAFANA_PATHS:
        expect_problem(answer, status)
        return
    assert answer.status == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    openapi.validate(DOCUMENT, {"$ref": "#/components/schemas/GrafanaError"}, answer.json())


def expect_405_but_for_allowed(service, path, target):
    allowed = openapi.allowed_methods(DOCUMENT, path)
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - allowed:
        answer = service.request(method, target)
        expect_refusal(answer, 405, path)
        assert {word.strip() for word in answer.headers["Allow"].split(",")} == allowed
    options = service.request("OPTIONS", target)
    assert options.status == 204
    assert {word.strip() for word in options.headers["Allow"].split(",")} == allowed


@pytest.mark.parametrize("path,operation", OPERATIONS, ids=ids)
def test_other_methods_are_405_and_head_is_get(service, names, path, operation):
    target = target_of(path, names) + openapi.query(**needed(operation, names))
    expect_405_but_for_allowed(service, path, target)
    head = service.request("HEAD", target)
    assert (head.status, head.body) == (200, b"")


@pytest.mark.parametrize("path", [path for path, _ in OPERATIONS if "{" in path])
def test_what_does_not_exist_is_404(service, path):
    missing = {"interface": "no-such-interface", "id": "123456789012", "host": "203.0.113.99",
               "capture": "123456789012", "alert": "123456789012", "sink": "no-such-sink"}
    target = target_of(path, missing)
    problem = expect_problem(service.get(target), 404)
    assert any(name in problem["detail"] for name in missing.values()), problem


def test_unknown_path_is_404(service):
    expect_problem(service.get("/api/v1/no-such-thing"), 404)


@pytest.mark.parametrize("path,operation", COLLECTIONS, ids=ids)
@pytest.mark.parametrize("limit", [1, 3, 10000])
def test_a_walk_meets_every_row_once(service, names, path, operation, limit):
    target = target_of(path, names)
    whole = items(service, target, **needed(operation, names), limit=10000)
    walked = items(service, target, **needed(operation, names), limit=limit)
    assert [json.dumps(row) for row in walked] == [json.dumps(row) for row in whole]
    assert len({json.dumps(row) for row in walked}) == len(walked)


def traffic(row):
    return row["packets"], row["bytes"]


def total(rows):
    rows = list(rows)
    return sum(row[0] for row in rows), sum(row[1] for row in rows)


def test_sums_equal_the_interfaces_counters(service):
    """Flows, hosts, applications and groups: every table adds up to what was received, exactly."""
    interfaces = items(service, "/api/v1/interfaces")
    received = total(traffic(row["received"]) for row in interfaces)
    in_flows = total(traffic(row["in_flows"]) for row in interfaces)
    assert in_flows[0] > 0 and received[0] > in_flows[0]
    assert total(traffic(row) for row in items(service, "/api/v1/applications")) == received
    assert total(traffic(row) for row in items(service, "/api/v1/flows", limit=7)) == in_flows
    hosts = items(service, "/api/v1/hosts")
    assert total((row["packets_sent"], row["bytes_sent"]) for row in hosts) == in_flows
    assert total((row["packets_received"], row["bytes_received"]) for row in hosts) == in_flows
    by = next(p for p in openapi.parameters(DOCUMENT, DOCUMENT["paths"]["/api/v1/flows/aggregate"]
                                            ["get"]) if p["name"] == "by")
    for dimension in by["schema"]["enum"]:
        rows = items(service, "/api/v1/flows/aggregate", by=dimension)
        assert total(traffic(row) for row in rows) == in_flows, dimension


@pytest.mark.parametrize("path", ["/api/v1/networks", "/api/v1/pools",
                                  "/api/v1/autonomous-systems", "/api/v1/countries"])
def test_places_add_up_to_the_interfaces(service, path):
    in_flows = total(traffic(row["in_flows"]) for row in items(service, "/api/v1/interfaces"))
    flows = service.get("/api/v1/flows").json()["total"]
    hosts = service.get("/api/v1/hosts").json()["total"]
    rows = items(service, path)
    assert len(rows) > 1
    for direction in ("sent", "received"):
        assert total((row[f"packets_{direction}"], row[f"bytes_{direction}"])
                     for row in rows) == in_flows
    assert sum(row["flows_as_client"] for row in rows) == flows
    assert sum(row["flows_as_server"] for row in rows) == flows
    assert sum(row["hosts"] for row in rows) == hosts
    for row in rows:
        for what in ("packets", "bytes"):
            crossing = row["ingress"][what] + row["egress"][what]
            assert row[what] == crossing + row["inner"][what]
            assert row[f"{what}_sent"] == row["egress"][what] + row["inner"][what]


def test_splits_of_an_interface_add_up(service):
    for row in items(service, "/api/v1/interfaces"):
        split = [*row["l3"].values(), *row["undecodable"].values()]
        assert total(map(traffic, split)) == traffic(row["received"])
        assert total(map(traffic, row["l4"].values())) == traffic(row["in_flows"])
        assert total(map(traffic, row["local_matrix"].values())) == traffic(row["in_flows"])
        assert sum(size["packets"] for size in row["packet_sizes"]) == row["received"]["packets"]


def test_tables_of_hosts_add_up(service):
    for host in items(service, "/api/v1/hosts"):
        path = f"/api/v1/hosts/{host['host']}"
        for table in ("applications", "peers"):
            page = service.get(f"{path}/{table}", limit=10000).json()
            rows = page["items"] + [page["other"]]
            assert sum(row["bytes_sent"] for row in rows) == host["bytes_sent"], path
            assert sum(row["bytes_received"] for row in rows) == host["bytes_received"], path
        sizes = service.get(f"{path}/packets").json()
        assert sum(size["packets"] for size in sizes["sent"]) == host["packets_sent"]
        assert sum(size["packets"] for size in sizes["received"]) == host["packets_received"]
        for flow in items(service, f"{path}/flows"):
            assert host["ip"] in (flow["client"]["ip"], flow["server"]["ip"])


def test_the_ledger_balances(service):
    ledger = service.get("/api/v1/ledger").json()
    assert ledger["balanced"], ledger
    assert ledger["total"]["offered"]["received_packets"] > 0


def test_the_document_is_served(service):
    for kind, parse in (("yaml", yaml.safe_load), ("json", json.loads)):
        path = f"/api/v1/openapi.{kind}"
        answer = service.get(path)
        assert parse(answer.text) == DOCUMENT
        tag = answer.headers["ETag"]
        again = service.get(path, headers={"If-None-Match": tag})
        assert (again.status, again.body) == (304, b"")
        assert service.get(path, headers={"If-None-Match": '"other"'}).status == 200
