# SPDX-License-Identifier: Apache-2.0
"""Bad input: each kind ends with its exit code and a sentence that names the thing."""

import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile

import pytest
import wiregauge

NOBODY = 65534


@pytest.fixture
def world(tmp_path_factory):
    """A folder that everybody can read, with a copy of the program."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wiregauge-"))
    folder.chmod(0o755)
    shutil.copy(wiregauge.binary(), folder / "wiregauge")
    yield folder
    shutil.rmtree(folder)


def run_as_nobody(folder, monkeypatch, *arguments):
    """Without any capability; as the user who runs the tests when that is not root."""
    monkeypatch.setenv("WIREGAUGE_BINARY", str(folder / "wiregauge"))
    options = {}
    if os.getuid() == 0:
        options = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    return wiregauge.run(*arguments, cwd=folder, **options)


def read(path):
    return wiregauge.run("-r", path, "--flows", "-")


def test_missing_file(tmp_path):
    done = read(tmp_path / "none.pcap")
    assert done.returncode == 1
    assert done.stderr == \
        f"wiregauge: {tmp_path}/none.pcap: cannot be opened: No such file or directory\n"
    assert done.stdout == ""


def test_directory(tmp_path):
    done = read(tmp_path)
    assert done.returncode == 1
    assert f"{tmp_path}: is a directory" in done.stderr


@pytest.mark.parametrize("content", [
    b"", b"\xd4", b"\xd4\xc3\xb2\xa1", b"GARBAGE" * 100, os.urandom(4096), b"\0" * 64,
    b"\x1f\x8b", b"\x1f\x8b" + b"\xff" * 100,  # gzip in name only
    b"\x28\xb5\x2f\xfd" + b"\xff" * 100,       # zstd in name only
], ids=["empty", "one byte", "only the magic", "words", "random", "zeros", "cut gzip", "bad gzip",
        "bad zstd"])
def test_what_is_no_capture_is_refused(tmp_path, content):
    path = tmp_path / "bad.pcap"
    path.write_bytes(content)
    done = read(path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"wiregauge: {path}: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_link_type_that_is_not_supported_is_named(tmp_path):
    done = read(wiregauge.write_pcap(tmp_path / "x.pcap", [], link_type=127))  # 802.11 radiotap
    assert done.returncode == 1
    assert "x.pcap: link type IEEE802_11_RADIO" in done.stderr


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("nanoseconds", [False, True])
def test_either_byte_order_is_the_same_capture(tmp_path, mix, byte_order, nanoseconds):
    other = wiregauge.write_pcap(tmp_path / "mix2.pcap",
                                 wiregauge.small_mix(), byte_order=byte_order,
                                 nanoseconds=nanoseconds)
    expected = read(mix).stdout.replace("mix.pcap", "mix2.pcap")
    done = read(other)
    assert done.returncode == 0
    assert done.stdout == expected


@pytest.mark.parametrize("lost", [1, 10, 30, 100, 500])
def test_truncated_capture_gives_all_up_to_the_cut(tmp_path, lost):
    packets = wiregauge.small_mix()
    whole = wiregauge.pcap_bytes(packets)
    path = tmp_path / "cut.pcap"
    path.write_bytes(whole[:-lost])
    kept = 0
    size = 24
    for packet in packets:
        size += 16 + len(packet.frame)
        if size > len(whole) - lost:
            break
        kept += 1
    complete = read(wiregauge.write_pcap(tmp_path / "whole.pcap", packets[:kept]))
    done = read(path)
    assert done.returncode == 0
    assert done.stdout == complete.stdout.replace("whole.pcap", "cut.pcap")
    assert f"wiregauge: warning: {path}: cut after packet {kept}" in done.stderr
    assert "  cut\n" in done.stderr


def test_oversized_length_ends_the_file_and_is_said(tmp_path):
    packets = wiregauge.small_mix()[:11]
    path = tmp_path / "huge.pcap"
    path.write_bytes(wiregauge.pcap_bytes(packets) +
                     struct.pack("<IIII", wiregauge.EPOCH, 0, 0xFFFFFFFF, 0xFFFFFFFF) + b"x" * 5000)
    complete = read(wiregauge.write_pcap(tmp_path / "good.pcap", packets))
    done = read(path)
    assert done.returncode == 1
    assert f"wiregauge: {path}: cannot be read any further after packet 11" in done.stderr
    assert done.stdout == complete.stdout.replace("good.pcap", "huge.pcap")


def test_one_bad_file_does_not_stop_the_others(tmp_path, mix):
    bad = tmp_path / "bad.pcap"
    bad.write_bytes(b"words")
    done = wiregauge.run("-r", bad, mix, tmp_path / "none.pcap", "--flows", "-")
    assert done.returncode == 1
    assert done.stdout == read(mix).stdout
    assert "bad.pcap: " in done.stderr and "none.pcap: " in done.stderr
    assert "not read" in done.stderr


def test_unreadable_file_is_no_missing_right_to_capture(world, monkeypatch):
    path = world / "secret.pcap"
    wiregauge.write_pcap(path, wiregauge.small_mix())
    path.chmod(0)
    done = run_as_nobody(world, monkeypatch, "-r", path)
    assert done.returncode == 1
    assert done.stderr == f"wiregauge: {path}: cannot be opened: Permission denied\n"


def test_no_permission_to_capture_ends_with_4(world, monkeypatch):
    done = run_as_nobody(world, monkeypatch, "-i", "lo", "--listen", "127.0.0.1:0")
    assert done.returncode == 4
    assert done.stderr.startswith("wiregauge: capture on lo: not permitted; run as root")
    assert "CAP_NET_RAW" in done.stderr


def test_unknown_interface_names_those_there_are():
    done = wiregauge.run("-i", "nosuch0", "--listen", "127.0.0.1:0")
    assert done.returncode == 1
    assert done.stderr.startswith('wiregauge: interface "nosuch0" does not exist; those that do: ')
    assert "lo" in done.stderr.split("those that do: ")[1].strip().split(", ")


@pytest.mark.parametrize("command", [[], ["check-config"]])
def test_a_source_that_stands_twice(tmp_path, mix, command):
    done = wiregauge.run(*command, "-i", "lo", "-i", "lo", "--listen", "127.0.0.1:0")
    assert done.returncode == 2
    assert done.stderr == "wiregauge: interface lo is given twice\n"
    link = tmp_path / "link.pcap"
    link.symlink_to(mix)
    done = wiregauge.run(*command, "-i", mix, "-i", link, "--listen", "127.0.0.1:0")
    assert done.returncode == 2
    assert done.stderr == f"wiregauge: capture file {mix} is given twice, as {link} too\n"
    settings = tmp_path / "w.yaml"
    settings.write_text(f"sources: [{mix}, {link}]\n")
    done = wiregauge.run(*command, "-c", settings, "--listen", "127.0.0.1:0")
    assert done.returncode == 6
    assert done.stderr == \
        f"wiregauge: {settings}: sources: capture file {mix} is given twice, as {link} too\n"


def test_a_file_to_read_that_stands_twice(tmp_path, mix):
    done = wiregauge.run("-r", mix, mix, "--flows", tmp_path / "flows")
    assert done.returncode == 2
    assert done.stderr == f"wiregauge: capture file {mix} is given twice\n"
    assert not (tmp_path / "flows").exists()


def test_service_with_a_missing_file(tmp_path):
    done = wiregauge.run("-i", tmp_path / "none.pcap", "--listen", "127.0.0.1:0")
    assert done.returncode == 1
    assert f"{tmp_path}/none.pcap: cannot be opened" in done.stderr


def test_port_in_use(mix):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = wiregauge.run("--no-accounts", "--no-history", "-i", mix, "--listen", f"127.0.0.1:{port}")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("wiregauge: ") and f"127.0.0.1:{port}" in last and "in use" in last


@pytest.mark.parametrize("source", [["-r", None], ["-r", "-"], ["-i", None], ["check-config"]],
                         ids=["one-shot", "pipe", "service", "check-config"])
def test_bad_filter_ends_with_6(tmp_path, mix, source):
    source = [mix if word is None else word for word in source]
    done = wiregauge.run(*source, "--filter", "tcp port nonsense!", stdin=subprocess.PIPE)
    assert done.returncode == 6
    assert done.stderr.startswith('wiregauge: filter "tcp port nonsense!": ')
    settings = tmp_path / "w.yaml"
    settings.write_text("capture:\n  filter: tcp port nonsense!\n")
    done = wiregauge.run(*source, "-c", settings, stdin=subprocess.PIPE)
    assert done.returncode == 6
    assert done.stderr.startswith('wiregauge: filter "tcp port nonsense!": ')


def test_a_filter_that_does_not_fit_the_link_type_ends_with_6(tmp_path):
    raw = wiregauge.write_pcap(tmp_path / "raw.pcap", [], link_type=wiregauge.LINK_RAW)
    assert wiregauge.run("-r", raw, "--filter", "ip").returncode == 0
    done = wiregauge.run("-r", raw, "--filter", "vlan 5")
    assert done.returncode == 6
    assert 'filter "vlan 5": ' in done.stderr


def test_a_pipe_that_is_no_capture_leaves_old_output_alone(tmp_path):
    old = tmp_path / "old"
    old.write_text("old")
    done = wiregauge.run("-r", "-", "--flows", old, input="words" * 100)
    assert done.returncode == 1
    assert old.read_text() == "old"


@pytest.mark.parametrize("closed, arguments, said", [
    ("0<&-", ("-r", "-"), "standard input: reading it failed: Bad file descriptor"),
    ("1>&-", ("-r", "mix.pcap", "--flows", "-"),
     "standard output: cannot be written: Bad file descriptor"),
])
def test_closed_standard_descriptors_are_said(mix, closed, arguments, said):
    line = f'exec "$0" "$@" {closed}'
    result = subprocess.run(["sh", "-c", line, wiregauge.binary(), *arguments], timeout=30,
                            cwd=os.path.dirname(mix), stdin=subprocess.DEVNULL, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert result.returncode == 1 and said in result.stderr, result.stderr


def test_what_is_for_stderr_goes_nowhere_else(tmp_path, mix):
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(open(mix, "rb").read()[:-3])  # a warning
    line = 'exec "$0" -r cut.pcap --flows flows 2>&-'
    result = subprocess.run(["sh", "-c", line, wiregauge.binary()], cwd=tmp_path, timeout=30,
                            check=False)
    assert result.returncode == 0
    flows = (tmp_path / "flows").read_text()
    assert flows and flows == read(cut).stdout


def test_flows_that_cannot_be_written(mix, tmp_path):
    for target, reason in (("/dev/full", "No space left on device"),
                           (tmp_path, "Is a directory"),
                           (tmp_path / "none" / "x", "No such file or directory")):
        done = wiregauge.run("-r", mix, "--flows", target)
        assert done.returncode == 1
        assert f"wiregauge: {target}: cannot be written: {reason}\n" in done.stderr
        hosts = wiregauge.run("-r", mix, "--hosts", target)
        assert hosts.returncode == 1
        assert f"wiregauge: {target}: cannot be written: {reason}\n" in hosts.stderr


def test_a_reader_that_goes_away_is_said(mix):
    reading, writing = os.pipe()
    os.close(reading)
    done = wiregauge.run("-r", mix, "--flows", "-", stdout=writing)
    os.close(writing)
    assert done.returncode == 1
    assert "wiregauge: standard output: cannot be written: Broken pipe\n" in done.stderr
