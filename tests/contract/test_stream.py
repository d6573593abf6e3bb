# SPDX-License-Identifier: Apache-2.0
"""GET /api/v1/stream/flows against api/openapi.yaml."""

import http.client
import json

import openapi
import pytest

DOCUMENT = openapi.load()
PATH = "/api/v1/stream/flows"
OPERATION = DOCUMENT["paths"][PATH]["get"]
CONTENT = OPERATION["responses"]["200"]["content"]["text/event-stream"]
PARAMETERS = openapi.parameters(DOCUMENT, OPERATION)
OTHER_RUN = "0000000000000000-0"


def events(service, query="", headers=None, count=None):
    """The first events as (id, event, data); what has no event counts as "". All that are kept come."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    try:
        connection.request("GET", PATH + query, headers={"Last-Event-ID": OTHER_RUN, **(headers or {})})
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        assert answer.headers["Content-Type"] == "text/event-stream"
        for name in OPERATION["responses"]["200"]["headers"]:
            assert name in answer.headers
        found, block = [], {}
        while count is None or len(found) < count:
            line = answer.readline().decode().removesuffix("\n")
            if line:
                name, _, value = line.partition(": ")
                assert name not in block, "a field that is repeated"
                block[name] = value
            else:
                found.append((block["id"], block.get("event", ""), block.get("data")))
                block = {}
        return found
    finally:
        connection.close()


def kept(service):
    """How many records there are."""
    line, = (line for line in service.get("/metrics").text.splitlines()
             if line.startswith("wiregauge_stream_ring_records "))
    return int(line.split()[1])


def test_events_are_what_the_document_says(service):
    records = kept(service)
    assert records > 40
    start, gap, *flows = events(service, count=2 + records)
    assert start[1:] == ("", None)
    assert gap[1] == "gap"
    openapi.validate(DOCUMENT, CONTENT["x-event-data"]["gap"], json.loads(gap[2]))
    for number, (event_id, name, data) in enumerate(flows, 1):
        assert name == "flow"
        assert event_id == f"{gap[0].removesuffix('-0')}-{number}"
        openapi.validate(DOCUMENT, CONTENT["x-event-data"]["flow"], json.loads(data))
    rows = service.get("/api/v1/flows", limit=10000).json()["items"]
    assert {json.loads(data)["id"] for _, _, data in flows} == {row["id"] for row in rows}


def example_of(service, parameter):
    if parameter["name"] == "interface":
        return service.get("/api/v1/interfaces").json()["items"][0]["name"]
    return parameter["example"]


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter["name"])
def test_parameter_is_taken_with_its_example_and_refused_with_a_bad_value(service, parameter):
    query = openapi.query(**{parameter["name"]: example_of(service, parameter)})
    assert events(service, query, count=1)
    bad = "," if parameter["name"] == "text" else "~no such thing~"
    answer = service.get(PATH + openapi.query(**{parameter["name"]: bad}))
    assert answer.status == 400
    openapi.validate(DOCUMENT, {"$ref": "#/components/schemas/Problem"}, answer.json())
    assert answer.json()["parameter"] == parameter["name"]


def test_it_takes_the_filters_of_flows(service):
    of_flows = {p["name"] for p in openapi.parameters(DOCUMENT, DOCUMENT["paths"]["/api/v1/flows"]["get"])}
    of_stream = {p["name"] for p in PARAMETERS}
    assert of_stream - of_flows == {"last_event_id"}
    assert of_flows - of_stream == {"limit", "cursor", "sort"}


def test_unknown_parameters_and_other_methods_are_refused(service):
    assert service.get(PATH, limit=1).status == 400
    assert service.request("POST", PATH).status == 405
    head = service.request("HEAD", PATH)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Cache-Control"] == "no-store"
