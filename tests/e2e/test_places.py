# SPDX-License-Identifier: Apache-2.0
"""Local networks, pools, autonomous systems and countries of the real program, with the databases of
tests/databases."""

import json

import pytest
import wiregauge

DATABASES = wiregauge.SOURCE_DIR / "tests/databases"
PRINTER_MAC = "02:00:00:00:00:01"


@pytest.fixture(name="capture")
def fixture_capture(tmp_path):
    """The client, with the printers' MAC address, asks DE and US; a remote one asks JP."""
    packets = wiregauge.http_conversation(client="10.0.0.1", server="192.0.2.80")
    packets += wiregauge.http_conversation(client="10.0.0.1", sport=40001, server="203.0.113.80", start=1)
    packets += wiregauge.dns_conversation(client="10.0.0.1", server="10.0.9.53", start=2)
    packets += wiregauge.tcp_conversation("2001:db8::1", 42000, "2001:db8:80::80", 22, b"a", b"b",
                                          start=3)
    return wiregauge.write_pcap(tmp_path / "places.pcap", packets)


@pytest.fixture(name="settings")
def fixture_settings(tmp_path):
    path = tmp_path / "places.yaml"
    path.write_text("local_networks: [10.0.0.0/8=office, 10.0.9.0/24=servers]\n"
                    "pools:\n"
                    f"  printers: [{PRINTER_MAC}, 10.0.0.200]\n"
                    "  resolvers: 10.0.9.53\n"
                    "geo:\n"
                    f"  country_database: {DATABASES}/city.mmdb\n"
                    f"  asn_database: {DATABASES}/asn.mmdb\n")
    return path


def place(end):
    return tuple(end[name] for name in ("network", "pool", "asn", "as_name", "country", "city"))


def test_records_tell_where_both_ends_are(capture, settings):
    done = wiregauge.run("-r", capture, "-c", settings, "--flows", "-")
    assert done.returncode == 0, done.stderr
    ends = {end["ip"]: place(end) for line in done.stdout.splitlines()
            for end in map(json.loads(line).get, ("client", "server"))}
    assert ends == {
        "10.0.0.1": ("office", "printers", None, None, None, None),
        "192.0.2.80": (None, None, 64496, "Example Net", "DE", "Berlin"),
        "203.0.113.80": (None, None, 64496, "Example Net, Branch", "FR", None),
        "10.0.9.53": ("servers", "resolvers", None, None, None, None),
        "2001:db8::1": (None, None, None, None, None, None),  # a router's frames: no pool
        "2001:db8:80::80": (None, None, 64500, None, "JP", "x" * 400),
    }


def test_hosts_tell_where_they_are(capture, settings):
    done = wiregauge.run("-r", capture, "-c", settings, "--hosts", "-")
    hosts = {row["ip"]: place(row) for row in map(json.loads, done.stdout.splitlines())}
    assert hosts["10.0.0.1"] == ("office", "printers", None, None, None, None)
    assert hosts["192.0.2.80"] == (None, None, 64496, "Example Net", "DE", "Berlin")


def test_filters_and_sums_by_place(capture, settings):
    with wiregauge.Service("-i", capture, "-c", settings) as service:
        service.until(lambda: service.get("/api/v1/flows").json()["total"] == 4, "all flows")

        def total(path, **query):
            return service.get(f"/api/v1/{path}", **query).json()["total"]

        assert total("flows", asn="64496") == 2
        assert total("flows", country="de,JP") == 2
        assert total("flows", pool="resolvers") == 1
        assert total("hosts", asn="64496") == 2
        assert total("hosts", country="JP") == 1
        assert total("hosts", pool="printers") == 1
        assert total("hosts", asn="0") == 3
        groups = service.get("/api/v1/flows/aggregate", by="asn").json()["items"]
        assert {row["key"]: row["flows"] for row in groups} == {"64496": 2, "64500": 1, None: 1}


@pytest.mark.parametrize("key, flag, name, problem", [
    ("country_database", "--country-database", "asn.mmdb", "has no country.iso_code"),
    ("asn_database", "--asn-database", "country.mmdb", "has no autonomous_system_number"),
    ("asn_database", "--asn-database", "README.md", "is no MaxMind DB file, or a cut one"),
    ("asn_database", "--asn-database", "nothing.mmdb", "No such file or directory"),
])
def test_a_database_that_cannot_be_used_is_bad_configuration(capture, tmp_path, key, flag, name,
                                                             problem):
    path = tmp_path / "geo.yaml"
    path.write_text(f"geo: {{{key}: {DATABASES / name}}}\n")
    for arguments in (("check-config", "-c", path), ("-r", capture, "-c", path),
                      ("-i", capture, "-c", path), ("-r", capture, flag, DATABASES / name)):
        done = wiregauge.run(*arguments)
        assert done.returncode == 6, done.stderr
        assert done.stderr.startswith(f"wiregauge: geo.{key}: {DATABASES / name}: {problem}"), done.stderr


def test_pools_may_be_given_as_a_flag(capture):
    done = wiregauge.run("-r", capture, "--flows", "-", "--pools",
                         "10.0.0.0/16=all,10.0.9.0/24=servers")
    pools = {json.loads(line)["server"]["pool"] for line in done.stdout.splitlines()}
    assert pools == {None, "servers"}
    bad = wiregauge.run("-r", capture, "--pools", "10.0.0.0/16")
    assert bad.returncode == 2
    assert bad.stderr.startswith("wiregauge: --pools: expected pools with members such as"), bad.stderr
