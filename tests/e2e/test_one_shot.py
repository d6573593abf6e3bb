# SPDX-License-Identifier: Apache-2.0
"""wiregauge -r: flows and hosts as NDJSON, the summary, the progress bar."""

import gzip
import json
import os
import pty
import subprocess

import pytest
import wiregauge


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_flows_and_hosts(tmp_path, mix):
    hosts_path = tmp_path / "hosts.json"
    done = wiregauge.run("-r", mix, "--flows", "-", "--hosts", hosts_path)
    assert done.returncode == 0
    flows, hosts = lines(done.stdout), lines(hosts_path.read_text())
    assert len(flows) == 4
    assert {flow["application"]["name"] for flow in flows} == {"DNS", "HTTP", "ICMP", "Unknown"}
    assert {flow["interface"] for flow in flows} == {"mix.pcap"}
    assert sum(flow["packets"] for flow in flows) == 18  # and one ARP
    addresses = [host["ip"] for host in hosts]
    assert addresses == ["93.184.216.34", "192.168.1.1", "192.168.1.10", "2001:db8::1",
                         "2001:db8::2"]
    assert sum(host["bytes_sent"] for host in hosts) == sum(flow["bytes"] for flow in flows)


def test_summary_is_on_stderr(mix):
    done = wiregauge.run("-r", mix)
    assert (done.returncode, done.stdout) == (0, "")
    table = done.stderr.splitlines()
    assert table[0].split() == ["file", "packets", "bytes", "flows", "hosts", "read", "to"]
    assert table[1].split() == ["mix.pcap", "19", "1,476", "4", "5", "the", "end"]
    assert "\nHTTP " in done.stderr and "\ntook " in done.stderr
    assert "\r" not in done.stderr  # no progress bar but on a terminal


def test_the_same_capture_gives_the_same_bytes(tmp_path, mix):
    def output():
        hosts = tmp_path / "hosts"
        done = wiregauge.run("-r", mix, "--flows", "-", "--hosts", hosts)
        return done.stdout, hosts.read_text()

    first = output()
    assert all(output() == first for _ in range(3))


@pytest.mark.parametrize("workers", [2, 4])
def test_more_workers_tell_the_same(tmp_path, mix, workers):
    def output(count):
        path = tmp_path / f"hosts{count}"
        done = wiregauge.run("-r", mix, "--flows", "-", "--hosts", path, "--workers", count)
        assert done.returncode == 0
        hosts = lines(path.read_text())
        for host in hosts:  # a host's peak over several workers is an upper bound
            del host["throughput_bps"], host["packets_per_second"]
        return sorted(done.stdout.splitlines()), hosts, done.stderr.split("took")[0]

    assert output(workers) == output(1)


def test_several_files_have_names_of_their_own(tmp_path, mix):
    (tmp_path / "other").mkdir()
    second = wiregauge.write_pcap(tmp_path / "other" / "mix.pcap", wiregauge.dns_conversation())
    done = wiregauge.run("-r", mix, second, "--flows", "-")
    assert [flow["interface"] for flow in lines(done.stdout)] == ["mix.pcap"] * 4 + ["mix.pcap-2"]
    assert "total" in done.stderr


def test_compressed_and_piped_captures(tmp_path, mix):
    expected = wiregauge.run("-r", mix, "--flows", "-").stdout
    content = open(mix, "rb").read()
    packed = tmp_path / "mix.pcap.gz"
    packed.write_bytes(gzip.compress(content))
    done = wiregauge.run("-r", packed, "--flows", "-")
    assert done.stdout.replace("mix.pcap.gz", "mix.pcap") == expected
    piped = subprocess.run([wiregauge.binary(), "-r", "-", "--flows", "-"], input=content,
                           capture_output=True, timeout=60)
    assert piped.returncode == 0
    assert piped.stdout.decode().replace('"stdin"', '"mix.pcap"') == expected


def test_filter_and_local_networks(mix):
    done = wiregauge.run("-r", mix, "--flows", "-", "--filter", "udp port 53", "-m",
                         "192.168.1.1/32")
    flow, = lines(done.stdout)
    assert flow["application"]["name"] == "DNS"
    assert (flow["client"]["local"], flow["server"]["local"]) == (False, True)


def test_an_empty_capture_is_no_failure(tmp_path):
    done = wiregauge.run("-r", wiregauge.write_pcap(tmp_path / "e.pcap", []), "--flows", "-")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[1].split() == ["e.pcap", "0", "0", "0", "0", "the", "end"]


def test_undecodable_packets_are_told_by_reason(tmp_path):
    packets = [wiregauge.Packet(b"\0" * 5), wiregauge.Packet(wiregauge.ethernet(b"\x45\0\0")),
               *wiregauge.dns_conversation(start=1)]
    done = wiregauge.run("-r", wiregauge.write_pcap(tmp_path / "u.pcap", packets))
    assert done.returncode == 0
    assert "undecodable     packets  bytes\n" in done.stderr
    assert "link_truncated        1      5\n" in done.stderr
    assert "ipv4_truncated        1     17\n" in done.stderr


def test_progress_is_drawn_on_a_terminal(mix):
    content = open(mix, "rb").read()
    terminal, stderr = pty.openpty()
    process = subprocess.Popen([wiregauge.binary(), "-r", "-"], stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, stderr=stderr)
    os.close(stderr)
    process.stdin.write(content[:500])
    process.stdin.flush()
    seen = b""
    while b"packets" not in seen:  # drawn while the rest has not come
        seen += os.read(terminal, 4096)
    assert b"\r\x1b[Kstdin  " in seen
    process.stdin.write(content[500:])
    process.stdin.close()
    while b"took" not in seen:
        seen += os.read(terminal, 4096)
    assert process.wait(30) == 0
    os.close(terminal)
    assert seen.rindex(b"\r\x1b[K") < seen.index(b"file ")  # wiped before the summary
