# SPDX-License-Identifier: Apache-2.0
"""What tshark and ndpiReader say about a capture, and the program, as sums over the same keys.

A key is (VLAN, protocol, the two (address, port) ends in order); ports are 0 where a protocol has
none.
"""

import csv
import io
import json
import os
import statistics
import subprocess
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from ipaddress import ip_address

WITH_PORTS = {6: "tcp", 17: "udp", 132: "sctp"}
# libndpi's ndpiReader tells no ports of SCTP.
WITH_PORTS_IN_NDPI_READER = (6, 17)
# IPv6 extension headers (RFC 8200, RFC 4302) and where tshark says what follows them.
NEXT_HEADER = {0: "ipv6.hopopts.nxt", 43: "ipv6.routing.nxt", 44: "ipv6.fraghdr.nxt",
               51: "ah.next_header", 60: "ipv6.dstopts.nxt"}
FIELDS = ["frame.time_epoch", "frame.len", "frame.protocols", "ieee8021ad.id", "vlan.id", "ip.src",
          "ip.dst", "ip.proto", "ip.id", "ip.frag_offset", "ip.flags.mf", "ipv6.src", "ipv6.dst",
          "ipv6.nxt", "ipv6.fraghdr.offset", "ipv6.fraghdr.ident", *NEXT_HEADER.values(),
          *(f"{name}.{end}" for name in WITH_PORTS.values() for end in ("srcport", "dstport")),
          "tcp.stream", "tcp.analysis.initial_rtt", "tcp.len", "udp.length", "tcp.flags.syn",
          "tcp.window_size_value", "tcp.options.mss_val", "tcp.options.wscale.shift"]
FLAGS = ("cwr", "ece", "urg", "ack", "psh", "rst", "syn", "fin")
SPREAD = ("min", "avg", "max", "stddev")


@dataclass
class Talk:
    """Sums over the records, or packets, of one key."""
    packets: dict = field(default_factory=lambda: defaultdict(int))  # by the sending end
    bytes: dict = field(default_factory=lambda: defaultdict(int))
    payload: dict = field(default_factory=lambda: defaultdict(int))  # TCP and UDP, no fragments
    first: int = 2**63  # microseconds of the Unix epoch
    last: int = -2**63
    round_trips: list = field(default_factory=list)  # milliseconds, by connection
    applications: set = field(default_factory=set)
    names: set = field(default_factory=set)
    fragmented: bool = False
    flows: int = 0  # what is below says something when there is just one
    lengths: dict = field(default_factory=dict)  # bytes: (min, avg, max, stddev) by the sending end
    gaps: dict = field(default_factory=dict)  # milliseconds: the same
    moments: dict = field(default_factory=lambda: defaultdict(list))
    flags: dict = field(default_factory=dict)  # of TCP, by the sending end; under None of both
    syns: dict = field(default_factory=dict)  # (window, MSS, scale) of the newest SYN of an end

    def add(self, end, packets, size):
        if packets:
            self.packets[end] += packets
            self.bytes[end] += size


def key_of(vlan, protocol, one, other):
    return (vlan, protocol, *sorted((one, other)))


def as_ndpi_reader(talks):
    """With what ndpiReader's CSV tells: no VLANs, no ports of SCTP."""
    out = defaultdict(Talk)
    for (_, protocol, *ends), talk in talks.items():
        ports = protocol in WITH_PORTS_IN_NDPI_READER
        told = {end: end if ports else (end[0], 0) for end in ends}
        to = out[(protocol, *sorted(told.values()))]
        for end, packets in talk.packets.items():
            to.add(told[end], packets, talk.bytes[end])
        to.applications |= talk.applications
        to.names |= talk.names
        to.flows += talk.flows
        for name in ("lengths", "flags"):
            getattr(to, name).update({told.get(end): value
                                      for end, value in getattr(talk, name).items()})
    return dict(out)


def end_of(address, port):
    return str(ip_address(address)), int(port or 0)


def own_flows(capture, *arguments):
    """The program's records, in the order of their flows."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "flows")
        subprocess.run([os.environ["WIREGAUGE_BINARY"], "-r", capture, "--flows", path, *arguments],
                       check=True, capture_output=True, timeout=120)
        with open(path, encoding="utf-8") as file:
            flows = [json.loads(line) for line in file]
    return sorted(flows, key=lambda flow: (flow["first_seen"], flow["id"]))


def own(capture, *arguments):
    talks, reported = defaultdict(Talk), set()
    for flow in own_flows(capture, *arguments):
        ends = {side: end_of(flow[side]["ip"], flow[side]["port"]) for side in ("client", "server")}
        talk = talks[key_of(flow["vlan"], flow["l4"]["id"], *ends.values())]
        for side, end in ends.items():
            talk.add(end, flow[side]["packets_sent"], flow[side]["bytes_sent"])
            talk.payload[end] += flow[side]["payload_bytes_sent"]
        talk.first = min(talk.first, microseconds_of(flow["first_seen"]))
        talk.last = max(talk.last, microseconds_of(flow["last_seen"]))
        talk.applications.add(flow["application"]["id"])
        talk.flows += flow["id"] not in reported
        add_statistics(talk, flow, ends)
        if flow["server_name"]:
            talk.names.add(flow["server_name"].lower())
        if flow["handshake_rtt_ms"] is not None and flow["id"] not in reported:
            talk.round_trips.append(flow["handshake_rtt_ms"])
        reported.add(flow["id"])  # a long flow has several records
    return dict(talks)


def add_statistics(talk, flow, ends):
    for side, end in ends.items():
        talk.lengths[end] = spread_of(flow[side]["packet_length_bytes"])
        talk.gaps[end] = spread_of(flow[side]["interarrival_ms"])
        tcp = flow[side].get("tcp")
        if tcp is None:
            continue
        talk.flags[end] = set(tcp["flags"])
        if tcp["syn"] is not None:
            talk.syns[end] = (tcp["initial_window_bytes"], tcp["syn"]["mss_bytes"],
                              tcp["syn"]["window_scale"])
    talk.flags[None] = set().union(*talk.flags.values())


def spread_of(numbers):
    """Zeros where there was nothing, as ndpiReader prints."""
    return tuple(numbers[name] or 0 for name in SPREAD)


def microseconds_of(text):
    stamp = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    return (stamp - datetime.fromtimestamp(0, timezone.utc)) // timedelta(microseconds=1)


def tshark(capture):
    """Frame by frame, fields of the outermost headers; reassembly would hide fragments."""
    command = ["tshark", "-n", "-r", capture, "-o", "ip.defragment:FALSE", "-o",
               "ipv6.defragment:FALSE", "-T", "fields", "-E", "separator=|", "-E", "occurrence=f"]
    for name in FIELDS:
        command += ["-e", name]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=300,
                          check=False)
    talks, fragments, streams = defaultdict(Talk), {}, set()
    for line in done.stdout.splitlines():
        row = dict(zip(FIELDS, line.split("|")))
        packet = packet_of(row, fragments)
        if packet is None:
            continue
        protocol, source, target, whole = packet
        vlan = number(row["ieee8021ad.id"] or row["vlan.id"])
        talk = talks[key_of(vlan, protocol, source, target)]
        talk.add(source, 1, int(row["frame.len"]))
        nanoseconds = int(Decimal(row["frame.time_epoch"]) * 1_000_000_000)
        moment = nanoseconds // 1000
        talk.moments[source].append(nanoseconds)
        talk.first, talk.last = min(talk.first, moment), max(talk.last, moment)
        talk.fragmented |= not whole
        if protocol == 6:
            talk.payload[source] += int(row["tcp.len"] or 0)
        elif protocol == 17:
            talk.payload[source] += max(int(row["udp.length"] or 8) - 8, 0)
        if row["tcp.flags.syn"] in ("1", "True") and protocol == 6:
            talk.syns[source] = tuple(int(row[name]) if row[name] else None for name in (
                "tcp.window_size_value", "tcp.options.mss_val", "tcp.options.wscale.shift"))
        if row["tcp.analysis.initial_rtt"] and protocol == 6 and row["tcp.stream"] not in streams:
            streams.add(row["tcp.stream"])
            talk.round_trips.append(float(row["tcp.analysis.initial_rtt"]) * 1000)
    for talk in talks.values():
        talk.gaps = {end: gaps_of(moments) for end, moments in talk.moments.items()}
    return dict(talks)


def gaps_of(moments):
    """Of nanoseconds, as spread_of(). A late packet makes no gap."""
    gaps, newest = [], moments[0]
    for moment in moments[1:]:
        if moment >= newest:
            gaps.append((moment - newest) / 1e6)
            newest = moment
    if not gaps:
        return (0, 0, 0, 0)
    return min(gaps), statistics.fmean(gaps), max(gaps), statistics.pstdev(gaps)


def number(text):
    return int(text, 0) if text else 0


def packet_of(row, fragments):
    """(protocol, sender, receiver, not a fragment) of the outermost IP packet of a frame."""
    layers = row["frame.protocols"].split(":")
    outermost = next((layer for layer in layers if layer in ("ip", "ipv6")), None)
    if outermost is None and "mpls" in layers:  # tshark 4.4 leaves the layer behind MPLS out
        outermost = "ip" if row["ip.dst"] else "ipv6"
    if outermost == "ip" and row["ip.dst"]:
        source, target, protocol = row["ip.src"], row["ip.dst"], number(row["ip.proto"])
        identification, offset = row["ip.id"], number(row["ip.frag_offset"])
        is_fragment = offset != 0 or row["ip.flags.mf"] in ("1", "True")
    elif outermost == "ipv6" and row["ipv6.dst"]:
        source, target, protocol = row["ipv6.src"], row["ipv6.dst"], number(row["ipv6.nxt"])
        for _ in NEXT_HEADER:
            if protocol in NEXT_HEADER and row[NEXT_HEADER[protocol]]:
                protocol = number(row[NEXT_HEADER[protocol]])
        identification, offset = row["ipv6.fraghdr.ident"], number(row["ipv6.fraghdr.offset"])
        is_fragment = bool(identification)
    else:
        return None
    ports = (0, 0)
    if protocol in WITH_PORTS and offset == 0:
        name = WITH_PORTS[protocol]
        ports = number(row[f"{name}.srcport"]), number(row[f"{name}.dstport"])
    if is_fragment:
        which = (row["vlan.id"], source, target, identification, protocol)
        if offset == 0:
            fragments[which] = ports
        else:
            ports = fragments.get(which, (0, 0))
    return protocol, end_of(source, ports[0]), end_of(target, ports[1]), not is_fragment


def ndpi_reader(capture):
    """Flows of Debian's ndpiReader, without those whose application it does not tell."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "flows.csv")
        subprocess.run(["ndpiReader", "-i", capture, "-C", path, "-q"], capture_output=True,
                       timeout=300, check=False)
        if not os.path.exists(path):
            return {}
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            text = file.read()
    # Cells are not quoted: a name that holds a comma moves the cells after it, which none of the
    # columns read here are but the name itself.
    talks = defaultdict(Talk)
    for row in csv.DictReader(io.StringIO(text.lstrip("#")), quoting=csv.QUOTE_NONE):
        try:
            protocol = int(row["protocol"])
            has_ports = protocol in WITH_PORTS_IN_NDPI_READER
            client, server = (end_of(row[f"{side}_ip"], row[f"{side}_port"] if has_ports else 0)
                              for side in ("src", "dst"))
            sums = [int(row[name]) for name in ("c_to_s_pkts", "c_to_s_bytes", "s_to_c_pkts",
                                                "s_to_c_bytes")]
        except (KeyError, TypeError, ValueError):
            continue
        talk = talks[key_of(0, protocol, client, server)]
        talk.add(client, *sums[:2])
        talk.add(server, *sums[2:])
        talk.flows += 1
        add_ndpi_statistics(talk, row, client, server)
        talk.applications.add(row["ndpi_proto_num"])
        if row["server_name_sni"]:
            talk.names.add(row["server_name_sni"].lower())
    return as_ndpi_reader(talks)


def add_ndpi_statistics(talk, row, client, server):
    """What ndpiReader 4.2 tells and means: its flags of the server are those of both ends, its
    initial windows are the lengths of frames, and its gaps are cut to whole milliseconds, without
    those before the server's SYN, FIN and RST and some others."""
    talk.lengths = {end: tuple(float(row[f"pktlen_{way}_{name}"]) for name in SPREAD)
                    for end, way in ((client, "c_to_s"), (server, "s_to_c"))}
    if row["protocol"] == "6":
        talk.flags = {client: {name for name in FLAGS if row[f"c_to_s_{name}"] != "0"},
                      None: {name for name in FLAGS if row[name] != "0"}}
