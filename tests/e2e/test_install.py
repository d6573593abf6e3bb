# SPDX-License-Identifier: Apache-2.0
"""cmake --install into a folder, and the program run from there."""

import os
import re
import shutil
import subprocess

import pytest
import wiregauge

FILES = ["bin/wiregauge", "share/wiregauge/api/openapi.yaml", "share/wiregauge/lua/README.md",
         "share/wiregauge/migrations/README.md", "share/doc/wiregauge/LICENSE",
         "share/doc/wiregauge/README.md", "share/doc/wiregauge/configuration.md",
         "etc/wiregauge/wiregauge.yaml", "lib/systemd/system/wiregauge.service",
         "lib/sysusers.d/wiregauge.conf"]


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(["cmake", "--install", os.environ["WIREGAUGE_BUILD_DIR"], "--prefix", folder],
                   check=True, capture_output=True)
    return folder


def test_everything_is_there(prefix):
    assert [name for name in FILES if not (prefix / name).is_file()] == []


def test_it_runs_from_there(prefix, mix, monkeypatch):
    monkeypatch.setenv("WIREGAUGE_BINARY", str(prefix / "bin/wiregauge"))
    done = wiregauge.run("-r", mix, "--flows", "-")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 4
    with wiregauge.Service("-i", mix) as service:
        document = service.get("/api/v1/openapi.yaml")
        assert document.body == (prefix / "share/wiregauge/api/openapi.yaml").read_bytes()


def test_the_example_settings_are_good(prefix):
    done = wiregauge.run("check-config", "-c", prefix / "etc/wiregauge/wiregauge.yaml")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_starts_the_installed_program(prefix):
    unit = (prefix / "lib/systemd/system/wiregauge.service").read_text()
    settings = dict(line.split("=", 1) for line in unit.splitlines()
                    if "=" in line and not line.startswith("#"))
    arguments = f"-c {prefix}/etc/wiregauge/wiregauge.yaml"
    assert settings["ExecStart"] == f"{prefix}/bin/wiregauge {arguments}"
    assert settings["ExecStartPre"] == f"{prefix}/bin/wiregauge check-config {arguments}"
    assert settings["Type"] == "notify"
    assert settings["AmbientCapabilities"] == settings["CapabilityBoundingSet"] == "CAP_NET_RAW"
    assert settings["RestartPreventExitStatus"] == "2 4 6"


def test_systemd_understands_the_unit(prefix):
    if not shutil.which("systemd-analyze"):
        return  # the test above holds what matters without systemd
    unit = prefix / "lib/systemd/system/wiregauge.service"
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True,
                          text=True)
    assert re.findall(r"^.*wiregauge\.service.*$", done.stderr, re.M) == []
