# SPDX-License-Identifier: Apache-2.0
"""wiregauge -r: flows and hosts as NDJSON, the summary, the progress bar."""

import fcntl
import gzip
import itertools
import json
import os
import pathlib
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import time

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


def test_the_applications_add_up_to_the_total(tmp_path):
    packets = wiregauge.small_mix() + [wiregauge.Packet(b"\0" * 5, 6)]
    done = wiregauge.run("-r", wiregauge.write_pcap(tmp_path / "m.pcap", packets))
    tables = done.stderr.split("\n\n")
    file_row = tables[0].splitlines()[1]
    rows = [re.split(r"  +", row) for row in tables[1].splitlines()[1:]]
    assert ["not IP", "1", "42"] in rows and ["undecodable", "1", "5"] in rows
    for column in (1, 2, 3):
        total = sum(int(row[column].replace(",", "")) for row in rows if column < len(row))
        assert total == int(re.split(r"  +", file_row)[column].replace(",", ""))


# --- outputs that must not be touched -----------------------------------------------------------

@pytest.mark.parametrize("option", ["--flows", "--hosts"])
@pytest.mark.parametrize("kind", ["the same path", "symbolic link", "hard link"])
def test_a_capture_is_not_overwritten(tmp_path, mix, option, kind):
    output = tmp_path / "other"
    if kind == "symbolic link":
        output.symlink_to(mix)
    elif kind == "hard link":
        output.hardlink_to(mix)
    else:
        output = mix
    content = open(mix, "rb").read()
    done = wiregauge.run("-r", mix, option, output)
    assert done.returncode == 2
    assert done.stderr == (f"wiregauge: {option} {output} and -r {mix} are the same file; nothing "
                           "was read or written\n")
    assert open(mix, "rb").read() == content


def test_standard_input_and_output_may_be_the_same_file_no_more(tmp_path, mix):
    content = open(mix, "rb").read()
    with open(mix, "ab") as appended, open(mix, "rb") as read:
        done = subprocess.run([wiregauge.binary(), "-r", "-", "--flows", "-"], stdin=read,
                              stdout=appended, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 2
    assert "--flows - and -r - are the same file" in done.stderr
    assert open(mix, "rb").read() == content


@pytest.mark.parametrize("there", [True, False])
def test_both_outputs_cannot_be_one_file(tmp_path, mix, there):
    first, second = tmp_path / "out", tmp_path / "link"
    second.symlink_to(first)
    if there:
        first.write_text("old")
    for flows, hosts in ((first, first), (first, second), (second, first)):
        done = wiregauge.run("-r", mix, "--flows", flows, "--hosts", hosts)
        assert done.returncode == 2
        assert f"--flows {flows} and --hosts {hosts} are the same file" in done.stderr
        assert first.read_text() == "old" if there else not first.exists()


def test_both_outputs_may_be_the_null_device(mix):
    assert wiregauge.run("-r", mix, "--flows", "/dev/null", "--hosts",
                         "/dev/null").returncode == 0


def test_a_run_that_reads_nothing_leaves_old_output_alone(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("old")
    done = wiregauge.run("-r", tmp_path / "none.pcap", "--flows", old, "--hosts", new)
    assert done.returncode == 1
    assert old.read_text() == "old" and not new.exists()
    same = wiregauge.run("-r", tmp_path / "new", "--flows", new)
    assert same.returncode == 2 and not new.exists()


def test_a_run_that_reads_something_replaces_old_output(tmp_path, mix):
    flows, hosts = tmp_path / "flows", tmp_path / "hosts"
    for path in (flows, hosts):
        path.write_text("old " * 10000)
    assert wiregauge.run("-r", mix, "--flows", flows, "--hosts", hosts).returncode == 0
    assert len(lines(flows.read_text())) == 4 and len(lines(hosts.read_text())) == 5
    empty = wiregauge.write_pcap(tmp_path / "e.pcap", [])
    assert wiregauge.run("-r", empty, "--flows", flows).returncode == 0
    assert flows.read_text() == ""


def test_an_output_that_cannot_be_opened_stops_before_anything_is_read(tmp_path, mix):
    old = tmp_path / "old"
    old.write_text("old")
    done = wiregauge.run("-r", mix, "--flows", old, "--hosts", tmp_path / "none" / "x")
    assert done.returncode == 1
    assert done.stderr == (f"wiregauge: {tmp_path}/none/x: cannot be written: No such file or "
                           "directory\n")
    assert old.read_text() == "old"


# --- signals ------------------------------------------------------------------------------------

def until(condition, what):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, f"waited too long for {what}"
        time.sleep(0.01)  # the pause between two questions, not a wait for an answer


class Piped:
    """A run that reads standard input, which stays open until it has ended."""

    def __init__(self, *arguments, ignored=(), read_output=True):
        def dispositions():
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
        self.process = subprocess.Popen([wiregauge.binary(), *map(str, arguments)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, preexec_fn=dispositions)
        self.output, self.fed = b"", 0
        self.threads = []
        if read_output:
            self.read_output()

    def read_output(self):
        self._start(self._read)

    def _start(self, work):
        self.threads.append(threading.Thread(target=work, daemon=True))
        self.threads[-1].start()

    def _read(self):
        self.output = self.process.stdout.read()

    def feed(self, data):
        """Writes the data and waits until the program has taken it."""
        self.process.stdin.write(data)
        self.process.stdin.flush()
        until(lambda: unread(self.process.stdin) == 0, "all to be read")

    def feed_on(self, step):
        """Sends flows of one packet, `step` seconds apart, until the program has ended."""
        def write():
            try:
                self.process.stdin.write(wiregauge.pcap_bytes([]))
                for start in itertools.count(step=100):
                    self.process.stdin.write(flows_of_one_packet(start, 100, step))
                    self.fed = start
            except BrokenPipeError:
                pass
        self._start(write)

    def end(self):
        """What it wrote to stdout and stderr."""
        error = self.process.stderr.read().decode()
        self.process.wait(60)
        for thread in self.threads:
            thread.join(60)
        self.process.stdout.close()
        self.process.stderr.close()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        return self.output.decode(), error


def unread(pipe):
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]


def flows_of_one_packet(start, count, step):
    packets = [wiregauge.Packet(wiregauge.ethernet(wiregauge.udp(
        "192.0.2.1", 1024 + i % 60000, "192.0.2.2", 9, b"x")), i * step)
        for i in range(start, start + count)]
    return wiregauge.pcap_bytes(packets)[24:]


def states(summary):
    rows = [re.split("  +", line) for line in summary.split("\n\n")[0].splitlines()]
    return {row[0]: row[-1] for row in rows if len(row) == 6 and row[0] != "file"}


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_keeps_what_was_read(tmp_path, mix, number, workers):
    hosts = tmp_path / "hosts"
    run = Piped("-r", "-", mix, tmp_path / "third.pcap", "--flows", "-", "--hosts", hosts,
                "--workers", workers)
    run.feed_on(step=1)  # so that most of them have gone idle
    until(lambda: run.fed > 5000, "the reading")
    run.process.send_signal(number)
    output, error = run.end()
    assert run.process.returncode == 1
    name = signal.Signals(number).name
    found = re.search(fr"wiregauge: stopped early by {name}: stdin after ([\d,]+) packets\n", error)
    assert found, error
    flows = lines(output)
    assert sum(flow["packets"] for flow in flows) == int(found[1].replace(",", "")) > 1000
    assert {host["ip"]: host["packets_sent"] for host in lines(hosts.read_text())} == \
        {"192.0.2.1": len(flows), "192.0.2.2": 0}
    assert states(error[error.index("file "):]) == {
        "stdin": "stopped", "mix.pcap": "not read", "third.pcap": "not read"}
    assert "\ntook " in error


def test_a_signal_ends_the_flows_that_go_on(tmp_path):
    path = tmp_path / "long.pcap"
    path.write_bytes(wiregauge.pcap_bytes([]) + flows_of_one_packet(0, 20000, step=1))
    run = Piped("-r", path, "--flows", "-", read_output=False)
    # Nobody reads the flows: the reading of the file comes to a halt.
    until(lambda: unread(run.process.stdout) >= 65536, "a full pipe")
    run.process.terminate()
    until(lambda: not pending(run.process.pid), "the signal to be heard")
    run.read_output()
    output, error = run.end()
    flows = lines(output)
    assert f"stopped early by SIGTERM: long.pcap after {len(flows):,} packets" in error
    assert len(flows) < 20000
    assert [flow["end_reason"] for flow in flows[-100:]] == ["shutdown"] * 100


@pytest.mark.parametrize("workers", [1, 3])
def test_a_pipe_that_is_silent_holds_no_signal_up(workers):
    run = Piped("-r", "-", "--flows", "-", "--workers", workers)
    run.feed(wiregauge.pcap_bytes([]) + flows_of_one_packet(0, 300, step=0.001))
    run.process.terminate()
    output, error = run.end()
    assert run.process.returncode == 1
    assert "stopped early by SIGTERM: stdin after 300 packets" in error
    assert [flow["end_reason"] for flow in lines(output)] == ["shutdown"] * 300


def test_a_pipe_that_never_said_anything():
    run = Piped("-r", "-", "--flows", "-")
    until(lambda: "shard" in thread_names(run.process.pid), "the reading")
    run.process.terminate()
    output, error = run.end()
    assert (run.process.returncode, output) == (1, "")
    assert "stopped early by SIGTERM: stdin after 0 packets" in error


def thread_names(pid):
    return [path.read_text().strip() for path in pathlib.Path(f"/proc/{pid}/task").glob("*/comm")]


def test_a_second_signal_ends_it_at_once():
    run = Piped("-r", "-", "--flows", "-", read_output=False)
    run.feed_on(step=1)
    # Nobody reads the flows: the pipe fills up, and what a signal wants written cannot be.
    until(lambda: unread(run.process.stdout) >= 65536, "a full pipe")
    run.process.terminate()
    until(lambda: not pending(run.process.pid), "the first signal to be heard")
    run.process.terminate()
    assert run.process.wait(30) == 1
    _, error = run.end()
    assert error == "wiregauge: a second signal ended it at once; what was not written is lost\n"


def pending(pid):
    """Signals that the process has not taken yet."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"ShdPnd:\s*(\w+)", text)[1], 16)


def test_nohup_is_respected(mix):
    run = Piped("-r", "-", "--flows", "-", ignored=[signal.SIGHUP])
    content = open(mix, "rb").read()
    run.feed(content[:500])
    run.process.send_signal(signal.SIGHUP)
    run.process.stdin.write(content[500:])
    run.process.stdin.close()
    output, error = run.end()
    assert run.process.returncode == 0 and "stopped" not in error
    assert len(lines(output)) == 4


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


def test_local_networks_have_their_names_in_the_records(tmp_path, mix):
    flows, hosts = tmp_path / "flows", tmp_path / "hosts"
    wiregauge.run("-r", mix, "-m", "192.168.0.0/16=office", "--flows", flows, "--hosts", hosts)
    for line in flows.read_text().splitlines():
        flow = json.loads(line)
        for end in (flow["client"], flow["server"]):
            assert (end["network"] == "office") == end["ip"].startswith("192.168."), end
    rows = [json.loads(line) for line in hosts.read_text().splitlines()]
    assert any(row["network"] == "office" for row in rows)
    for row in rows:
        assert (row["network"] == "office") == row["ip"].startswith("192.168."), row
