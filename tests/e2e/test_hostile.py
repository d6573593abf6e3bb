# SPDX-License-Identifier: Apache-2.0
"""What an attacker sends: nothing ends the program, everything it tells is valid, and memory stays
within what the settings allow."""

import json
import pathlib
import re

import pytest
import wiregauge
import yaml
from wiregauge import ACK, PSH, SYN, Packet, ethernet, tcp

CAPTURES = sorted((wiregauge.SOURCE_DIR / "tests/captures/hostile").iterdir())
LIMIT = 200  # rows of a collection that are looked at one by one


def strict(body):
    """The JSON value: not one byte that is no UTF-8, no number that JSON has not."""
    def refuse(name):
        raise AssertionError(f"{name} is not JSON")
    return json.loads(body.decode("utf-8", "strict"), parse_constant=refuse)


def routes():
    """Every path that can be read, as the contract has them; once for each value of a parameter
    that must be there."""
    contract = yaml.safe_load((wiregauge.SOURCE_DIR / "api/openapi.yaml").read_text())
    shared = contract["components"]["parameters"]
    for path, operations in contract["paths"].items():
        if "get" not in operations or "/stream/" in path:  # what it writes test_stream.py reads
            continue
        parameters = [shared[parameter["$ref"].rsplit("/", 1)[1]] if "$ref" in parameter
                      else parameter for parameter in operations["get"].get("parameters", [])]
        needed = [parameter for parameter in parameters
                  if parameter["in"] == "query" and parameter.get("required")]
        if needed and needed[0]["name"] == "metric":
            yield f"{path}?metric=interface_source_allprotocols_bps&from=0"
        elif needed:
            name, = (parameter["name"] for parameter in needed)
            yield from (f"{path}?{name}={value}" for value in needed[0]["schema"]["enum"])
        else:
            yield path


def paths_of(service):
    """Every route, with the names of rows that there are."""
    flows = strict(service.get("/api/v1/flows", limit=LIMIT).body)["items"]
    hosts = strict(service.get("/api/v1/hosts", limit=LIMIT).body)["items"]
    names = {"interface": ["source"], "id": [flow["id"] for flow in flows],
             "host": [host["host"] for host in hosts]}
    for route in routes():
        parameters = re.findall(r"{(\w+)}", route)
        if not parameters:
            yield route
        elif set(parameters) <= set(names):
            yield from (route.format(**{parameters[0]: name}) for name in names[parameters[0]])


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.stem)
def test_every_answer_is_valid(capture, tmp_path):
    source = tmp_path / "source"
    source.symlink_to(capture)
    with wiregauge.Service("-i", source) as service:
        service.until_said("file was read")
        asked = 0
        for path in paths_of(service):
            answer = service.get(path)
            assert answer.status in (200, 404), path
            kind = answer.headers["Content-Type"]
            if "json" in kind:
                strict(answer.body)
            else:
                answer.body.decode("utf-8", "strict")
            asked += 1
        assert asked > 20


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.stem)
def test_records_are_valid_and_complete(capture, tmp_path):
    flows, hosts = tmp_path / "flows", tmp_path / "hosts"
    done = wiregauge.run("-r", capture, "--flows", flows, "--hosts", hosts)
    assert done.returncode == 0, done.stderr
    rows = [strict(line) for line in flows.read_bytes().splitlines()]
    assert rows and all(strict(line) for line in hosts.read_bytes().splitlines())
    seen = int(re.search(rf"^{re.escape(capture.name)} +([\d,]+)", done.stderr,
                         re.MULTILINE).group(1).replace(",", ""))
    assert sum(row["packets"] for row in rows) + outside_flows(done.stderr) == seen


def outside_flows(summary):
    """Packets of the summary that are in no flow."""
    applications = summary.split("application ", 1)[1].split("\n\n", 1)[0]
    return sum(int(line.split()[-2].replace(",", "")) for line in applications.splitlines()
               if line.startswith(("not IP", "undecodable")))


def flood(flows, name_bytes):
    """So many connections at once, each asking for another host name of that length."""
    packets = []
    for number in range(flows):
        client = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        name = f"{number}.".encode().ljust(name_bytes, b"n")
        request = b"GET /" + name + b" HTTP/1.1\r\nHost: " + name + b"\r\nUser-Agent: " + name + \
            b"\r\n\r\n"
        up = lambda *rest, **more: ethernet(  # noqa: E731
            tcp(client, 40000, "192.0.2.80", 80, *rest, **more))
        down = lambda *rest, **more: ethernet(  # noqa: E731
            tcp("192.0.2.80", 80, client, 40000, *rest, **more))
        frames = [up(SYN, 1), down(SYN | ACK, 1, 2), up(PSH | ACK, 2, 2, payload=request),
                  down(PSH | ACK, 2, 2 + len(request),
                       payload=b"HTTP/1.1 200 OK\r\nContent-Type: " + name + b"\r\n\r\n")]
        packets += [Packet(frame, number * 0.0005 + i * 0.0001) for i, frame in enumerate(frames)]
    return packets


def peak_bytes(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024


def peak_of(tmp_path, capture, budget_mib):
    settings = tmp_path / "small.yaml"
    settings.write_text(f"flows:\n  memory_bytes: {budget_mib} MiB\n"
                        f"  ended_memory_bytes: {budget_mib} MiB\n"
                        f"hosts:\n  memory_bytes: {budget_mib} MiB\n")
    # AddressSanitizer keeps what the program gave back, which is not the program's.
    gives_back = {"ASAN_OPTIONS": "quarantine_size_mb=1"}
    with wiregauge.Service("-c", settings, "-i", capture, env=gives_back) as service:
        service.until_said("file was read", wait=60)
        strict(service.get("/api/v1/flows", limit=1000).body)
        return peak_bytes(service.process.pid)


def test_memory_stays_within_the_budget(tmp_path):
    """20,000 connections that each carry three names of 400 bytes, against three budgets of 8 MiB."""
    small = wiregauge.write_pcap(tmp_path / "small.pcap", flood(10, 400))
    large = wiregauge.write_pcap(tmp_path / "large.pcap", flood(20_000, 400))
    grown = peak_of(tmp_path, large, 8) - peak_of(tmp_path, small, 8)
    # Each budget once in the tables and once in the rows that a reader holds, and a batch on its way.
    assert grown < 2 * 3 * 8 * 2**20 + 16 * 2**20
