# SPDX-License-Identifier: Apache-2.0
"""The image and the package list name things that exist."""

import re
import subprocess

import wiregauge

ROOT = wiregauge.SOURCE_DIR


def packages():
    listed = {}
    for line in (ROOT / "tools/apt-packages").read_text().splitlines():
        if line and not line.startswith("#"):
            purpose, package = line.split()
            listed.setdefault(purpose, []).append(package)
    return listed


def dockerfile():
    """Its instructions, continuation lines joined."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.M)
    return [line.split(None, 1) for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def test_packages_are_sorted_and_stand_once():
    for purpose, names in packages().items():
        assert names == sorted(set(names)), purpose
    assert set(packages()) == {"build", "test", "test12", "runtime"}


def test_the_runtime_packages_are_what_the_program_is_linked_with():
    linked = subprocess.run(["ldd", wiregauge.binary()], capture_output=True, text=True,
                            check=True).stdout
    sonames = set(re.findall(r"^\s*(lib\S+)\.so", linked, re.M))
    runtime = packages()["runtime"]
    ours = ["libpcap", "libndpi", "libpistache", "libyaml-cpp", "libsodium", "libsystemd",
            "libprometheus-cpp-core", "libmaxminddb", "libzstd", "libspdlog", "libfmt", "libz",
            "libcurl"]
    for name in ours:
        if any(soname == name for soname in sonames):
            package = "zlib1g" if name == "libz" else name
            assert any(entry.startswith(package) for entry in runtime), name


def test_the_image_copies_and_installs_what_exists():
    stages = 0
    for instruction, rest in dockerfile():
        if instruction == "FROM":
            stages += 1
        if instruction == "COPY" and not rest.startswith("--from"):
            source = rest.split()[0]
            assert (ROOT / source).exists(), source
        if instruction == "RUN" and "apt-get install" in rest:
            purpose = re.search(r'\$1 == "(\w+)"', rest).group(1)
            assert packages()[purpose]
    assert stages == 2


def test_the_image_runs_as_an_ordinary_user_and_is_checked():
    instructions = dockerfile()
    names = [name for name, _ in instructions]
    user = dict(instructions)["USER"]
    assert user == "wiregauge" and names.index("USER") < names.index("ENTRYPOINT")
    assert "/healthz" in dict(instructions)["HEALTHCHECK"]
    assert "curl" in packages()["runtime"]
    build = " ".join(rest for name, rest in instructions if name == "RUN")
    presets = (ROOT / "CMakePresets.json").read_text()
    for preset in re.findall(r"--preset (\w+)", build):
        assert f'"name": "{preset}"' in presets
