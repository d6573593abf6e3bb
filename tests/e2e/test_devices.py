# SPDX-License-Identifier: Apache-2.0
"""Devices of the real program: vendors from lists, Debian's own included."""

import json

import pytest
import wiregauge

LISTS = wiregauge.SOURCE_DIR / "tests/vendor_lists"
CLIENT_MAC, RANDOM_MAC = "00:00:5e:00:53:01", "02:00:00:00:00:02"
ROUTER_MAC, MACHINE_MAC, OTHER = "00:00:5e:00:53:fe", "00:00:5e:00:53:02", "198.51.100.7"


@pytest.fixture(name="capture")
def fixture_capture(tmp_path):
    """A client with a vendor's MAC address asks a server with a locally administered one."""
    packet = wiregauge.udp("10.0.0.1", 40000, "10.0.0.2", 9, b"x")
    answer = wiregauge.udp("10.0.0.2", 9, "10.0.0.1", 40000, b"y")
    frames = [wiregauge.ethernet(packet, src=CLIENT_MAC, dst=RANDOM_MAC),
              wiregauge.ethernet(answer, src=RANDOM_MAC, dst=CLIENT_MAC)]
    return wiregauge.write_pcap(tmp_path / "vendors.pcap", map(wiregauge.Packet, frames))


def vendors_of_hosts(capture, *arguments):
    done = wiregauge.run("-r", capture, "--hosts", "-", *arguments)
    assert done.returncode == 0, done.stderr
    return {row["ip"]: row["mac_vendor"] for row in map(json.loads, done.stdout.splitlines())}


def test_hosts_tell_their_vendors(capture):
    assert vendors_of_hosts(capture, "--vendor-lists", LISTS) == {
        "10.0.0.1": "Example Documentation Devices", "10.0.0.2": None}


def test_debians_lists_are_the_default(capture):
    assert vendors_of_hosts(capture) == {
        "10.0.0.1": "ICANN, IANA Department", "10.0.0.2": None}


def test_vendors_are_not_known_without_lists(capture, tmp_path):
    nothing = {"10.0.0.1": None, "10.0.0.2": None}
    assert vendors_of_hosts(capture, "--vendor-lists", "") == nothing
    assert vendors_of_hosts(capture, "--vendor-lists", tmp_path) == nothing


def test_devices_tell_their_vendors(capture, tmp_path):
    with wiregauge.Service("-i", capture, "--vendor-lists", LISTS) as service:
        service.until(lambda: service.get("/api/v1/devices").json()["total"] == 2, "all devices")
        rows = service.get("/api/v1/devices", mac_vendor="documentation").json()["items"]
        assert [(row["mac"], row["mac_vendor"]) for row in rows] == [
            (CLIENT_MAC, "Example Documentation Devices")]
        assert service.get("/api/v1/hosts", text="example doc").json()["total"] == 1
    with wiregauge.Service("-i", capture, "--vendor-lists", tmp_path) as service:
        service.until(lambda: service.get("/api/v1/devices").json()["total"] == 2, "all devices")
        assert service.get("/api/v1/devices", mac_vendor="e").json()["total"] == 0
        assert "vendors of devices are not known" in service.stderr


def test_devices_count_arp_and_tell_routers():
    capture = wiregauge.SOURCE_DIR / "tests/captures/devices.pcap"
    with wiregauge.Service("-i", capture, "--vendor-lists", LISTS) as service:
        service.until(lambda: service.get("/api/v1/flows").json()["total"] == 3, "all flows")
        rows = {row["mac"]: row for row in service.get("/api/v1/devices").json()["items"]}
        arp = ("arp_requests_sent", "arp_replies_sent", "arp_requests_received",
               "arp_replies_received")
        assert {address: tuple(row[name] for name in arp) for address, row in rows.items()} == {
            CLIENT_MAC: (1, 1, 1, 1), ROUTER_MAC: (1, 1, 0, 1), MACHINE_MAC: (0, 0, 0, 0),
            "ff:ff:ff:ff:ff:ff": (0, 0, 1, 0)}
        routers = service.get("/api/v1/devices", is_router="true").json()["items"]
        assert [row["mac"] for row in routers] == [ROUTER_MAC]
        assert rows[CLIENT_MAC]["addresses"] == ["10.0.0.1"]
        hosts = service.get("/api/v1/hosts").json()["items"]
        assert {row["ip"]: (row["mac"], row["mac_is_router"]) for row in hosts} == {
            "10.0.0.1": (CLIENT_MAC, False), "192.0.2.80": (ROUTER_MAC, True),
            "203.0.113.80": (ROUTER_MAC, True), OTHER: (MACHINE_MAC, None)}
