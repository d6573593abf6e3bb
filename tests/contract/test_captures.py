# SPDX-License-Identifier: Apache-2.0
"""Captures of flows, as api/openapi.yaml has them: the operations that are not GET, and their answers."""

import re
import struct

import openapi
import pytest
import wiregauge
from test_openapi import DOCUMENT, expect_405_but_for_allowed, expect_problem

ORDERS = [(path, method, operation) for path, method, operation in openapi.all_operations(DOCUMENT)
          if method != "GET" and path.startswith("/api/")]
START = next(operation for path, _, operation in ORDERS if path.endswith("/capture"))
LIMITS = {p["name"]: p for p in openapi.parameters(DOCUMENT, START)}


def flow_of(service, **query):
    return service.get("/api/v1/flows", limit=1, **query).json()["items"][0]["id"]


@pytest.fixture
def service(live_service):
    return live_service


@pytest.fixture
def flow(service):
    """A flow that goes on, of which no capture runs."""
    for capture in service.get("/api/v1/captures").json()["items"]:
        service.request("DELETE", f"/api/v1/captures/{capture['id']}")
    return flow_of(service, state="active", port=50000)


def start(service, flow, **query):
    return service.request("POST", f"/api/v1/flows/{flow}/capture", **query)


def expect_described(answer, operation):
    """The answer is one of those the operation lists; gives its body."""
    described = openapi.resolve(DOCUMENT, operation["responses"][str(answer.status)])
    if "content" not in described:
        assert answer.body == b""
        return None
    kind, = described["content"]
    assert answer.headers["Content-Type"] == kind
    for name in described.get("headers", {}):
        assert answer.headers[name]
    schema = described["content"][kind]["schema"]
    openapi.validate(DOCUMENT, schema, answer.json())
    assert openapi.missing_members(DOCUMENT, schema, answer.json()) == []
    return answer.json()


def test_every_order_is_tested_here():
    assert {(path, method) for path, method, _ in ORDERS} == {
        ("/api/v1/flows/{id}/capture", "POST"), ("/api/v1/captures/{capture}/stop", "POST"),
        ("/api/v1/captures/{capture}", "DELETE"),
        ("/api/v1/alerts/{alert}/release", "POST")}  # the last one in test_alerts.py


def test_a_capture_from_start_to_end(service, flow):
    answer = start(service, flow, max_packets=2, snap_length_bytes=64)
    capture = expect_described(answer, START)
    assert answer.status == 201
    assert (capture["state"], capture["flow_id"], capture["max_packets"]) == ("running", flow, 2)
    path = answer.headers["Location"]
    assert path == f"/api/v1/captures/{capture['id']}"
    expect_problem(start(service, flow), 409)

    later = wiregauge.dns_conversation(start=1) + wiregauge.dns_conversation(start=2)
    service.send(later)
    capture = service.get(path).json()
    assert (capture["reason"], capture["packets"]) == ("packets", 2)
    assert capture["bytes"] == sum(len(packet.frame) for packet in later[:2])
    assert capture["cut_packets"] == 2

    file = service.get(path + "/pcap")
    assert file.headers["Content-Type"] == "application/vnd.tcpdump.pcap"
    assert f'filename="wiregauge-capture-{capture["id"]}.pcap"' in file.headers["Content-Disposition"]
    stored = [wiregauge.Packet(packet.frame[:64], packet.seconds, wire_bytes=len(packet.frame))
              for packet in later[:2]]
    expected = wiregauge.pcap_bytes(stored, nanoseconds=True, snaplen=64)
    assert file.body == expected and capture["file_bytes"] == len(expected)
    head = service.request("HEAD", path + "/pcap")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(expected))

    deleted = service.request("DELETE", path)
    assert expect_described(deleted, DOCUMENT["paths"]["/api/v1/captures/{capture}"]["delete"]) is None
    assert deleted.status == 204
    for method, target in (("DELETE", path), ("GET", path), ("GET", path + "/pcap"),
                           ("POST", path + "/stop")):
        expect_problem(service.request(method, target), 404)


def test_stop_keeps_what_there_is(service, flow):
    path = start(service, flow).headers["Location"]
    stop = DOCUMENT["paths"]["/api/v1/captures/{capture}/stop"]["post"]
    for _ in range(2):
        capture = expect_described(service.request("POST", path + "/stop"), stop)
        assert (capture["state"], capture["reason"]) == ("done", "stopped")
    assert service.get(path + "/pcap").body[:4] == struct.pack("<I", 0xA1B23C4D)
    assert start(service, flow).status == 201, "the flow may be captured again"


def test_flows_that_have_ended_and_that_never_were(service, file_service, flow):
    expect_problem(start(file_service, flow_of(file_service)), 409)
    expect_problem(start(service, 123456789012), 404)
    expect_problem(start(service, "first"), 400, "id")


@pytest.mark.parametrize("name", LIMITS)
def test_limits_of_a_capture(service, flow, name):
    schema = LIMITS[name]["schema"]
    for value in (schema["minimum"], LIMITS[name]["example"], schema["default"]):
        answer = start(service, flow, **{name: value})
        assert answer.json()[name] == value, answer.text
        service.request("DELETE", answer.headers["Location"])
    default = start(service, flow)
    assert default.json()[name] == schema["default"]
    service.request("DELETE", default.headers["Location"])
    for value in (schema["minimum"] - 1, 1 << 62, "", "-1", "1e3", "~no such thing~"):
        expect_problem(start(service, flow, **{name: value}), 400, name)


def test_only_so_many_run_at_once(service, flow):
    settings = (wiregauge.SOURCE_DIR / "docs" / "configuration.md").read_text(encoding="utf-8")
    most = int(re.search(r"`flow_capture.max_running`.*?Default: `(\d+)`", settings, re.S)[1])
    flows = [row["id"] for row in service.get("/api/v1/flows", state="active", limit=1000)
             .json()["items"]]
    assert len(flows) > most
    paths = [start(service, one).headers["Location"] for one in flows[:most]]
    expect_problem(start(service, flows[most]), 503)
    for path in paths:
        assert service.request("DELETE", path).status == 204


@pytest.mark.parametrize("path,method,operation", ORDERS)
def test_orders_take_no_unknown_parameter_and_no_other_origin(service, path, method, operation):
    target = re.sub(r"{\w+}", "1", path)
    expect_problem(service.request(method, target, no_such_parameter=1), 400, "no_such_parameter")
    answer = service.request(method, target, headers={"Origin": "https://elsewhere.example"})
    expect_problem(answer, 403)
    expect_405_but_for_allowed(service, path, target)


def test_a_body_is_refused(service, flow):
    answer = service.request("POST", f"/api/v1/flows/{flow}/capture", body='{"max_packets": 1}',
                             headers={"Content-Type": "application/json"})
    expect_problem(answer, 400)
