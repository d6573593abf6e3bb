# SPDX-License-Identifier: Apache-2.0
"""What the command line takes, prints and ends with."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import textwrap

import pytest
import wiregauge


def test_help_is_on_stdout_and_ends_with_0():
    done = wiregauge.run("--help")
    assert done.returncode == 0
    assert done.stderr == ""
    for text in ("Usage:", "Examples:", "--listen ADDRESS:PORT", "Exit codes: 0 ok"):
        assert text in done.stdout
    assert wiregauge.run("-h").stdout == done.stdout


@pytest.mark.parametrize("words", [["sinks"], ["user"], ["token"], ["lua"], ["sinks", "fields"]])
def test_help_of_a_command(words):
    done = wiregauge.run(*words, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Usage:\n  wiregauge {words[0]} ")


def test_version_names_the_libraries():
    done = wiregauge.run("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("wiregauge 0.")
    for library in ("libpcap 1.", "libndpi 4.", "libmaxminddb 1.", "libcurl ", "Pistache 0.", "yaml-cpp 0.",
                    "zlib 1.", "prometheus-cpp 1.", "libsodium 1.", "libzstd 1.", "libsystemd 2"):
        assert f"\n{library}" in done.stdout


def test_output_that_cannot_be_written_is_a_failure():
    with open("/dev/full", "w") as full:
        done = wiregauge.run("--help", stdout=full)
    assert done.returncode == 1
    assert done.stderr == "wiregauge: standard output cannot be written\n"


def test_interfaces_as_table_and_as_json():
    table = wiregauge.run("list-interfaces")
    assert table.returncode == 0
    assert table.stdout.startswith("interface")
    rows = json.loads(wiregauge.run("list-interfaces", "--json").stdout)
    loopback = next(row for row in rows if row["name"] == "lo")
    assert loopback["loopback"] and "description" in loopback
    assert all(row["name"] in table.stdout for row in rows)


@pytest.mark.parametrize("arguments, sentence", [
    (["--bogus"], "unknown option '--bogus'; see wiregauge --help"),
    (["--worker", "2"], "unknown option '--worker', did you mean --workers?"),
    (["-F", "logstash;127.0.0.1;tcp"], '--export: expected "logstash;HOST;tcp|udp|tls;PORT", got 3 parts'),
    (["-r", "x.pcap", "-F", "file;-"], "sinks belong to the service"),
    (["eth0"], "unexpected argument 'eth0'"),
    (["--workers", "none"], "--workers: expected a whole number, from 1 to 64, got 'none'"),
    (["--workers", "0"], "--workers: expected a whole number, from 1 to 64, got '0'"),
    (["--listen", "here"], "--listen: expected an address and a port such as 127.0.0.1:9669"),
    (["-m", "10.0.0.0/99"], "--local-networks: expected networks such as"),
    (["--log-level", "loud"], "--log-level: expected one of debug, info, warning, error"),
    (["-r"], "--read needs a value"),
    (["--flows", "-"], "--flows goes with -r FILE"),
    (["-r", "x.pcap", "-i", "lo"], "use one of them"),
    (["check-config", "--bogus"], "unknown option '--bogus'"),
    (["-i", "lo", "-i", "lo"], "interface lo is given twice"),
    (["-r", "x.pcap", "x.pcap"], "capture file x.pcap is given twice"),
    (["-m", "10.0.0.0/8=\udcff"], "--local-networks: expected networks such as"),
    (["--data-dir", "a\nb"], "--data-dir: expected text, got one that holds a control character"),
])
def test_usage_errors_end_with_2_and_say_what(arguments, sentence):
    done = wiregauge.run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("wiregauge: ") and done.stderr.count("\n") == 1
    assert sentence in done.stderr


@pytest.mark.parametrize("text, sentence", [
    ("flows:\n  idle_timeuot: 3s\n",
     ":2: flows.idle_timeuot: unknown key; did you mean idle_timeout?"),
    ("flows:\n  idle_timeout: soon\n",
     ":2: flows.idle_timeout: expected a duration such as 250ms, 60s, 5m or 1h, from 1s to 24h, "
     "got 'soon'"),
    ("capture:\n  workers: 1000\n", ":2: capture.workers: expected a whole number, from 1 to 64"),
    ("log:\n  level: info\n  level: debug\n", ":3: log.level: is set twice, first in line 2"),
    ("log: loud\n", ":1: log: expected keys with values: level, format"),
    ("log: [unclosed\n", "the file: not YAML: "),
    ("http:\n  listen: 0.0.0.0:9669\n", ":2: http.listen: 0.0.0.0 is not a loopback address"),
    ("---\n---\nlog: {level: info}\n", ":2: the file: expected one YAML document, here begins a "
     "second one"),
    ("log: {level: info}\n# \udcff\n", ":2: the file: not UTF-8"),
    ('http:\n  allowed_origin: "a\\r\\nb: c"\n',
     ":2: http.allowed_origin: expected text, got one that holds a control character"),
])
def test_bad_settings_end_with_6_and_say_where(tmp_path, mix, text, sentence):
    path = tmp_path / "w.yaml"
    path.write_text(text, errors="surrogateescape")
    for arguments in (["check-config"], ["-r", mix], []):
        done = wiregauge.run("-c", path, *arguments)
        assert done.returncode == 6
        assert done.stderr.startswith(f"wiregauge: {path}:")
        assert sentence in done.stderr


def test_a_settings_file_that_is_missing_ends_with_6(tmp_path):
    done = wiregauge.run("check-config", "-c", tmp_path / "none.yaml")
    assert done.returncode == 6
    assert f"cannot read settings file {tmp_path}/none.yaml: No such file" in done.stderr


def test_good_settings(tmp_path):
    path = tmp_path / "w.yaml"
    path.write_text("capture: {workers: 2}\nlocal_networks: [10.0.0.0/8=lab]\n")
    done = wiregauge.run("check-config", "-c", path)
    assert (done.returncode, done.stdout) == (0, "the settings are good\n")


def test_it_does_not_listen_beyond_loopback_in_clear():
    done = wiregauge.run("--listen", "0.0.0.0:9669")
    assert done.returncode == 6
    assert done.stderr == (
        "wiregauge: --listen: 0.0.0.0 is not a loopback address, and passwords would cross the "
        "network in clear: set http.tls_certificate and http.tls_key, or http.allow_plain: true\n")


def test_the_committed_reference_is_what_the_program_prints():
    committed = (wiregauge.SOURCE_DIR / "docs" / "configuration.md").read_text()
    printed = subprocess.run([wiregauge.binary(), "--help-config"], capture_output=True, text=True,
                             check=True).stdout
    assert printed == committed


def test_the_examples_of_settings_in_the_reference_are_good(tmp_path):
    printed = wiregauge.run("--help-config").stdout
    examples = re.findall(r"(?:^    .*\n)+", printed, re.MULTILINE)
    assert examples
    path = tmp_path / "w.yaml"
    for example in examples:
        path.write_text(textwrap.dedent(example))
        done = wiregauge.run("check-config", "-c", path)
        assert done.returncode == 0, done.stderr


# --- tools/run ----------------------------------------------------------------------------------

STUBS = {
    "tools/install-packages": "",
    "bin/cmake": "",
    "bin/sudo": """printf '%s\\0' "$@" >"$(dirname "$0")/../build/sudo"\n""",
    "build/release/wiregauge": """echo "$@"; grep -E '^(Uid|CapEff):' /proc/self/status\n""",
}


@pytest.fixture
def run_script():
    """Runs tools/run, with everything it calls replaced, as a user who is not root."""
    user = os.getuid() or 65534
    tree = pathlib.Path(tempfile.mkdtemp(prefix="wiregauge-"))
    for name, text in STUBS.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
    shutil.copy(wiregauge.SOURCE_DIR / "tools" / "run", tree / "tools" / "run")
    tree.chmod(0o755)
    identity = {}
    if os.getuid() == 0:
        os.chown(tree / "build", user, user)
        identity = {"user": user, "group": user, "extra_groups": []}

    def run(*arguments):
        (tree / "build" / "sudo").unlink(missing_ok=True)
        done = subprocess.run([tree / "tools" / "run", *arguments], capture_output=True, text=True,
                              cwd=tree, env={"PATH": f"{tree}/bin:/usr/bin:/bin"}, timeout=60,
                              **identity)
        assert done.returncode == 0, done.stderr
        asked = tree / "build" / "sudo"
        done.sudo = asked.read_text().split("\0")[:-1] if asked.exists() else None
        done.user, done.tree = user, tree
        return done

    yield run
    shutil.rmtree(tree)


@pytest.mark.parametrize("arguments, address", [
    (["-i", "x.pcap"], "127.0.0.1:9669"),
    (["-i", "x.pcap", "--listen", "127.0.0.1:8080"], "127.0.0.1:8080"),
    (["--listen=[::1]:8080", "-ix.pcap"], "[::1]:8080"),
    (["-c", "w.yaml", "-i", "x.pcap", "--listen", "127.0.0.1:1"], "127.0.0.1:1"),
    (["-c", "w.yaml", "-i", "x.pcap"], None),
    (["-cw.yaml", "-i", "x.pcap"], None),
    (["--config=w.yaml", "-i", "x.pcap"], None),
    (["-i", "x.pcap", "--listen=127.0.0.1:0"], None),
    (["-i", "x.pcap", "--listen", "[::1]:0"], None),
])
def test_run_tells_an_address_only_when_it_knows_it(run_script, arguments, address):
    done = run_script(*arguments)
    assert done.stdout.splitlines()[0].startswith(" ".join(arguments))
    assert f" http://{address or 'ADDRESS:PORT'}/metrics" in done.stderr
    assert ("the line with 'ready' says where it listens" in done.stderr) == (address is None)


@pytest.mark.parametrize("arguments, data_dir, login", [
    (["-i", "x.pcap"], "build/data", "cat '{}/initial-admin-password'"),
    (["-i", "x.pcap", "--data-dir", "elsewhere"], None, "cat 'elsewhere/initial-admin-password'"),
    (["-c", "w.yaml", "-i", "x.pcap"], None, "curl -s -u admin http"),
    (["--no-accounts", "-i", "x.pcap"], None, "curl -s http"),
])
def test_run_keeps_accounts_in_the_build_tree(run_script, arguments, data_dir, login):
    done = run_script(*arguments)
    folder = f"{done.tree}/{data_dir}"
    added = [] if data_dir is None else ["--data-dir", folder]
    assert done.stdout.splitlines()[0] == " ".join([*arguments, *added])
    assert login.format(folder) in done.stderr


@pytest.mark.parametrize("arguments", [["-r", "x.pcap"], ["--read=x.pcap"], ["--help"], ["-V"],
                                       ["check-config", "-c", "w.yaml"], ["list-interfaces"],
                                       ["user", "list"], ["token", "list"]])
def test_run_hands_what_is_no_service_on(run_script, arguments):
    done = run_script(*arguments)
    assert done.stdout.splitlines()[0] == " ".join(arguments)
    assert "curl" not in done.stderr and done.sudo is None


@pytest.mark.parametrize("arguments, captures", [
    ([], True), (["-i", "eth0"], True), (["-c", "w.yaml"], True), (["-i", "lo", "-i", "a.pcap"], True),
    (["-i", "a.pcap"], False), (["-i", "dir/a", "--interface=b.pcap.gz"], False),
])
def test_run_asks_sudo_for_the_right_to_capture_only(run_script, arguments, captures):
    done = run_script(*arguments)
    assert (done.sudo is not None) == captures
    if not captures:
        return
    assert done.sudo[0] == "setpriv"
    kept = [] if "-c" in arguments else ["--data-dir", f"{done.tree}/build/data"]
    assert done.sudo[len(done.sudo) - len(arguments) - len(kept):] == [*arguments, *kept]
    if os.getuid() == 0:  # what sudo would do
        output = subprocess.run(done.sudo, capture_output=True, text=True, check=True).stdout
        assert f"Uid:\t{done.user}\t{done.user}" in output
        assert "CapEff:\t0000000000003000" in output  # CAP_NET_ADMIN, CAP_NET_RAW
