# SPDX-License-Identifier: Apache-2.0
"""The cases of the golden tests, and the real program run on one of them.

A case is a capture of tests/captures and arguments; what the program says about it is compared
with expected/<case>/: flows.ndjson (sorted by flow), hosts.ndjson, summary.txt (exit code and
stderr without its last line, which tells the time it took).
"""

import json
import os
import pathlib
import subprocess
import tempfile
from dataclasses import dataclass

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
CAPTURES = ROOT / "tests/captures"
VENDORS = ROOT / "tests/vendor_lists"
EXPECTED = FOLDER / "expected"
SUFFIXES = (".pcap", ".pcapng", ".pcap.gz", ".pcapng.gz", ".pcap.zst")

ALL_TUNNELS = ("--tunnels", "ip_in_ip,gre,vxlan,gtp_u")
NO_TUNNELS = ("--tunnels", "")
TUNNEL_CAPTURES = ("tunnel_ip_in_ip.pcap", "tunnel_gre.pcap", "tunnel_vxlan.pcap",
                   "tunnel_gtp_u.pcap", "tunnel_nested.pcap", "undecodable.pcap")

# One conversation in every file format: one of them is a case, the others must say the same.
SAME_CONVERSATION = "format_microseconds.pcap"


@dataclass(frozen=True)
class Case:
    name: str
    capture: str
    arguments: tuple = ()


def captures(folder=CAPTURES):
    """File names under tests/captures, damaged ones too when asked for their folder."""
    return sorted(path.name for path in folder.iterdir() if path.name.endswith(SUFFIXES))


def own_captures():
    """Whole captures that are not one conversation in another file format."""
    return [name for name in captures()
            if not name.startswith("format_") or name == SAME_CONVERSATION]


def cases():
    out = [Case(name.split(".")[0], name) for name in own_captures()]
    out += [Case(f"damaged_{name.replace('.', '_')}", f"damaged/{name}")
            for name in captures(CAPTURES / "damaged")]
    out += [Case(f"hostile_{name.split('.')[0]}", f"hostile/{name}")
            for name in captures(CAPTURES / "hostile")]
    out += [Case(f"{name.split('.')[0]}__tunnels", name, ALL_TUNNELS) for name in TUNNEL_CAPTURES]
    out.append(Case("tunnel_ip_in_ip__no_tunnels", "tunnel_ip_in_ip.pcap", NO_TUNNELS))
    short = ("-c", str(FOLDER / "short_timeouts.yaml"))
    out += [Case(f"{name}__short_timeouts", f"{name}.pcap", short)
            for name in ("timeouts", "tcp_endings", "tcp_port_reuse")]
    out.append(Case("recorded_icmp__local_networks", "recorded_icmp.pcap",
                    ("-m", "192.0.2.0/24=servers,2001:db8::2/128=one")))
    databases = [("--asn-database", "../databases/asn.mmdb", "--country-database",
                  f"../databases/{name}.mmdb") for name in ("city", "country")]
    out += [Case("host_names__city_database", "host_names.pcap", databases[0]),
            Case("tunnel_ip_in_ip__country_database", "tunnel_ip_in_ip.pcap", databases[1])]
    return out


@dataclass
class Outcome:
    code: int
    flows: list  # lines of NDJSON
    hosts: list
    stderr: str

    @property
    def summary(self):
        lines = [line for line in self.stderr.splitlines() if not line.startswith("took ")]
        return "\n".join([f"exit {self.code}", *lines]).rstrip("\n") + "\n"

    def sorted_flows(self):
        return sorted(self.flows, key=flow_key)

    def files(self):
        """What expected/<case>/ must hold."""
        return {"flows.ndjson": "".join(line + "\n" for line in self.sorted_flows()),
                "hosts.ndjson": "".join(line + "\n" for line in self.hosts),
                "summary.txt": self.summary}


def flow_key(line):
    flow = json.loads(line)
    return flow["id"], flow["first_seen"]


def run(capture, *arguments):
    """The program on a capture of tests/captures; run there, so that messages hold no path."""
    binary = pathlib.Path(os.environ["WIREGAUGE_BINARY"]).absolute()
    with tempfile.TemporaryDirectory() as folder:
        flows, hosts = (pathlib.Path(folder) / name for name in ("flows", "hosts"))
        done = subprocess.run(
            [binary, "-r", capture, "--flows", flows, "--hosts", hosts, "--vendor-lists", VENDORS,
             *arguments], cwd=CAPTURES, capture_output=True, text=True, timeout=120, check=False)
        lines = [path.read_text(encoding="utf-8").splitlines() if path.exists() else []
                 for path in (flows, hosts)]
    return Outcome(done.returncode, *lines, done.stderr)


def differences(expected, got, path=""):
    """Where two JSON values differ, as lines "path: expected X, got Y"."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return [line for key in {**expected, **got}
                for line in differences(expected.get(key), got.get(key), f"{path}.{key}")]
    return [] if expected == got else [f"{path}: expected {expected!r}, got {got!r}"]
