# SPDX-License-Identifier: Apache-2.0
"""Alerts of the real program: raised when an interface goes, released when it is back, kept over restarts."""

import json
import os
import time

import pytest
import wiregauge
from netns import LINK, Lab
from wiregauge import Service, write_alerts, write_pcap


@pytest.fixture
def capture(tmp_path):
    return write_pcap(tmp_path / "mix.pcap", wiregauge.small_mix())


def alerts(service, **query):
    return service.get("/api/v1/alerts", limit=1000, **query).json()["items"]


def write_two(folder, interface="mix.pcap"):
    """1 is engaged for good, 2 was released."""
    write_alerts(folder, [
        {"kind": "host", "interface": interface, "name": "192.168.1.10", "type": "host_threshold"},
        {"kind": "interface", "interface": interface, "name": interface, "type": "link_flap",
         "released_us": time.time_ns() // 1000, "end_reason": "expired"}])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make network namespaces")
@pytest.mark.parametrize("history", [[], ["--no-history"]])
def test_an_interface_that_goes_and_comes_back(tmp_path, history):
    with Lab() as lab:
        with lab.service("-i", LINK, "--data-dir", tmp_path, *history) as service:
            assert alerts(service) == []
            lab.server.ip("link", "del", LINK)
            alert, = service.until(lambda: alerts(service, state="engaged"), "the alert")
            assert (alert["type"], alert["severity"], alert["source"]) == \
                ("interface_gone", "error", "service")
            assert alert["subject"] == {"kind": "interface", "interface": LINK, "name": LINK}
            assert LINK in alert["text"]
            scraped = service.get("/metrics").text
            assert 'wiregauge_alerts_engaged{severity="error",type="interface_gone"} 1' in scraped
        # The interface is still away: what is engaged goes on, under the same id.
        lab.join()
        with lab.service("-i", LINK, "--data-dir", tmp_path, *history) as service:
            past, = service.until(lambda: alerts(service, state="past"), "its release")
            assert past["id"] == alert["id"] and past["release_reason"] == "released"
            assert past["raised_at"] == alert["raised_at"]
            assert past["released_at"] > alert["raised_at"]
            assert alerts(service, state="engaged") == []


def test_what_is_engaged_survives_a_kill(capture, tmp_path):
    write_two(tmp_path / "data")
    for _ in range(2):
        service = Service("-i", capture, "--data-dir", tmp_path / "data").start()
        assert [alert["id"] for alert in alerts(service, state="engaged")] == [1]
        assert [alert["id"] for alert in alerts(service, state="past")] == [2]
        service.process.kill()
        service.process.wait()


def test_off(capture, tmp_path):
    with Service("-i", capture, "--no-alerts", "--data-dir", tmp_path / "data") as service:
        assert service.get("/api/v1/alerts").status == 404
        assert "alerts" not in service.get("/api/v1/hosts").json()["items"][0]
        assert "wiregauge_alerts" not in service.get("/metrics").text
        assert not (tmp_path / "data/alerts.db").exists()


def test_a_damaged_file_is_set_aside_and_said(capture, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "alerts.db").write_bytes(b"this is no database. " * 1000)
    with Service("-i", capture, "--data-dir", data) as service:
        service.until_said("alerts: the store is damaged and was set aside")
        assert alerts(service) == []
        assert "wiregauge_alerts_store_files_set_aside_total 1" in service.get("/metrics").text
    assert list(data.glob("alerts.db.damaged-*"))


def test_a_data_dir_that_cannot_be_made_stops_nothing(capture, tmp_path):
    (tmp_path / "file").write_text("")
    with Service("-i", capture, "--no-history", "--data-dir", tmp_path / "file" / "data") as service:
        service.until_said("alerts: the store is not available")
        ready = service.get("/readyz").json()
        assert ready["status"] == "degraded"
        assert [check["name"] for check in ready["checks"] if not check["ok"]] == ["alerts"]
        assert alerts(service) == []
        assert "wiregauge_alerts_store_up 0" in service.get("/metrics").text


def test_an_admin_releases(capture, tmp_path):
    write_two(tmp_path / "data")
    with Service("-i", capture, "--data-dir", tmp_path / "data") as service:
        released = service.request("POST", "/api/v1/alerts/1/release")
        assert released.status == 200 and released.json()["state"] == "past"
        assert service.request("POST", "/api/v1/alerts/1/release").status == 409
    with Service("-i", capture, "--data-dir", tmp_path / "data") as service:
        assert {alert["id"] for alert in alerts(service, state="past")} == {1, 2}


def test_grafana_shows_them(capture, tmp_path):
    write_two(tmp_path / "data")
    with Service("-i", capture, "--data-dir", tmp_path / "data") as service:
        body = {"annotation": {"name": "alerts", "query": "alerts"}}
        shown = service.request("POST", "/grafana/annotations", json.dumps(body)).json()
        assert {entry["title"] for entry in shown} == {"192.168.1.10: host threshold", "mix.pcap: link flap"}
