# SPDX-License-Identifier: Apache-2.0
"""Releasing alerts, as api/openapi.yaml has it. What can be read of alerts is test_openapi.py's matter."""

from test_captures import expect_described
from test_openapi import DOCUMENT, expect_405_but_for_allowed, expect_problem

RELEASE = DOCUMENT["paths"]["/api/v1/alerts/{alert}/release"]["post"]


def engaged(service, **query):
    return service.get("/api/v1/alerts", state="engaged", limit=10000, **query).json()["items"]


def test_an_alert_is_released_once(service):
    newest = engaged(service)[0]
    path = f"/api/v1/alerts/{newest['id']}"
    released = expect_described(service.request("POST", path + "/release"), RELEASE)
    assert (released["state"], released["release_reason"]) == ("past", "released")
    assert service.get(path).json() == released
    assert newest["id"] not in {alert["id"] for alert in engaged(service)}
    expect_problem(service.request("POST", path + "/release"), 409)


def test_what_cannot_be_released(service):
    assert expect_described(service.request("POST", "/api/v1/alerts/123456789012/release"),
                            RELEASE)["status"] == 404
    expect_problem(service.request("POST", "/api/v1/alerts/first/release"), 400, "alert")


def test_only_with_post(service):
    expect_405_but_for_allowed(service, "/api/v1/alerts/{alert}/release", "/api/v1/alerts/1/release")


def test_hosts_tell_how_many_there_are(service):
    counts = {}
    for alert in engaged(service, kind="host"):
        name = alert["subject"]["name"]
        counts[name] = counts.get(name, 0) + 1
    assert counts
    for host in service.get("/api/v1/hosts", limit=10000).json()["items"]:
        assert host["alerts"] == {"engaged": counts.get(host["host"], 0), "total": 0}
    first = service.get("/api/v1/hosts", sort="-alerts.engaged", limit=1).json()["items"][0]
    assert first["host"] in counts
