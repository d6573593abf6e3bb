# SPDX-License-Identifier: Apache-2.0
"""What the program says about the project's captures, compared with files that were checked."""

import json
import pathlib
import re
import subprocess
import sys

import golden
import pytest

CASES = golden.cases()


def parsed(lines):
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_output_is_as_expected(case):
    got = golden.run(case.capture, *case.arguments).files()
    folder = golden.EXPECTED / case.name
    expected = {name: (folder / name).read_text(encoding="utf-8") for name in got}
    assert got["summary.txt"] == expected["summary.txt"]
    for name, what in (("flows.ndjson", "id"), ("hosts.ndjson", "host")):
        if got[name] == expected[name]:
            continue
        ours, theirs = (parsed(text.splitlines()) for text in (got[name], expected[name]))
        assert [row[what] for row in ours] == [row[what] for row in theirs], name
        differing = [f"{what} {row[what]} {line}" for row, wanted in zip(ours, theirs)
                     for line in golden.differences(wanted, row)]
        assert not differing, f"{name}:\n" + "\n".join(differing)
        assert got[name] == expected[name], f"{name}: same values, other bytes"


def test_no_expected_file_without_a_case():
    assert {path.name for path in golden.EXPECTED.iterdir()} == {case.name for case in CASES}


@pytest.mark.parametrize("capture", golden.own_captures())
def test_the_same_capture_gives_the_same_bytes(capture):
    first, second = golden.run(capture), golden.run(capture)
    assert (first.flows, first.hosts, first.summary) == (second.flows, second.hosts, second.summary)


# What libndpi decides, which it may do from what it saw in other flows of the same worker.
DECIDED_BY_LIBNDPI = ("application", "server_name", "risks")


@pytest.mark.parametrize("workers", [2, 4])
@pytest.mark.parametrize("capture", golden.own_captures())
def test_workers_do_not_change_flows_and_hosts(capture, workers):
    one, several = golden.run(capture), golden.run(capture, "--workers", str(workers))
    flows = [parsed(outcome.sorted_flows()) for outcome in (one, several)]
    for flow in flows[0] + flows[1]:
        for name in DECIDED_BY_LIBNDPI:
            del flow[name]
        for end in ("client", "server"):
            del flow[end]["name"]  # a record knows what its own worker was told until then
    assert flows[1] == flows[0]
    hosts = [parsed(outcome.hosts) for outcome in (one, several)]
    for host in hosts[0] + hosts[1]:  # peaks of several workers add up to an upper bound
        for rate in ("throughput_bps", "packets_per_second"):
            del host[rate]["peak"]
    assert hosts[1] == hosts[0]


@pytest.mark.parametrize("capture", [name for name in golden.captures()
                                     if name.startswith("format_")])
def test_the_file_format_does_not_matter(capture):
    def without_name(outcome):
        lines = outcome.flows + outcome.hosts
        return [{**row, "interface": None} for row in parsed(lines)]

    got = golden.run(capture)
    assert got.code == 0
    assert without_name(got) == without_name(golden.run(golden.SAME_CONVERSATION))


def carried_flows(capture, *tunnels):
    """(ends without order, tunnels taken off, packets) of each flow; without names: no setting."""
    arguments = ("--tunnels", *tunnels) if tunnels else ()
    return {(frozenset((flow["client"]["ip"], flow["server"]["ip"])), tuple(flow["tunnels"]),
             flow["packets"]) for flow in parsed(golden.run(capture, *arguments).flows)}


INSIDE4 = frozenset(("10.0.0.1", "192.0.2.80"))
INSIDE6 = frozenset(("2001:db8::1", "2001:db8:80::80"))
OUTSIDE4 = frozenset(("192.0.2.1", "198.51.100.1"))
OUTSIDE6 = frozenset(("2001:db8::a", "2001:db8::b"))


@pytest.mark.parametrize("tunnel, capture, closed, opened", [
    ("ip_in_ip", "tunnel_ip_in_ip.pcap",
     {(OUTSIDE4, (), 2), (OUTSIDE6, (), 2)},
     {(INSIDE4, ("ip_in_ip",), 4), (INSIDE6, ("ip_in_ip",), 4)}),
    ("gre", "tunnel_gre.pcap",
     {(OUTSIDE4, (), 20)},
     # four kinds of GRE that carry a packet; PPTP without one stays what it is
     {(INSIDE4, ("gre",), 8), (INSIDE6, ("gre",), 8), (OUTSIDE4, (), 4)}),
    ("vxlan", "tunnel_vxlan.pcap",
     {(OUTSIDE4, (), 2)},  # two flows: a VXLAN sender's port is the same in both directions
     {(INSIDE4, ("vxlan",), 2), (INSIDE6, ("vxlan",), 2)}),
    ("gtp_u", "tunnel_gtp_u.pcap",
     {(OUTSIDE4, (), 9)},
     {(INSIDE4, ("gtp_u",), 4), (INSIDE6, ("gtp_u",), 4), (OUTSIDE4, (), 1)}),  # the echo
])
def test_a_tunnel_is_looked_into_when_it_is_named(tunnel, capture, closed, opened):
    others = ",".join({"ip_in_ip", "gre", "vxlan", "gtp_u"} - {tunnel})
    assert carried_flows(capture, "") == closed
    assert carried_flows(capture) == (opened if tunnel == "ip_in_ip" else closed)  # the default
    assert carried_flows(capture, others) == closed
    assert carried_flows(capture, tunnel) == opened


def test_nested_tunnels_are_taken_off_from_the_outside():
    capture = "tunnel_nested.pcap"
    gre_ends = frozenset(("2001:db8::1", "2001:db8:80::80"))
    fragmented = (OUTSIDE4, (), 3)  # no fragment holds the whole inner packet
    assert carried_flows(capture, "gre") == {(OUTSIDE4, ("vlan",), 2), fragmented}
    assert carried_flows(capture, "vxlan") == {(gre_ends, ("vlan", "vxlan"), 2), fragmented}
    assert carried_flows(capture, "vxlan,gre") == {(INSIDE4, ("vlan", "gre", "vxlan"), 2),
                                                   fragmented}


def test_captures_are_what_the_generator_writes():
    done = subprocess.run([sys.executable, golden.ROOT / "tools/make-captures", "--check"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_capture_is_small_and_described():
    text = (golden.CAPTURES / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([^`]+)`", text))
    files = [path for path in golden.CAPTURES.rglob("*")
             if path.is_file() and path.name != "README.md"]
    for path in files:
        assert path.stat().st_size < 100_000, path
        name = str(path.relative_to(golden.CAPTURES))
        assert any(pathlib.PurePath(name).match(pattern) for pattern in named
                   if "/" in pattern or "/" not in name), f"{name} is not in README.md"
    assert sum(path.stat().st_size for path in files) < 1_500_000
