# SPDX-License-Identifier: Apache-2.0
"""What tshark reads in the protocols of a capture's flows, and what the program says of the same.

Both as {key: {field: value}} with peers.key_of's keys; a value is the first of its flow, as a string
or a list. Certificates are told by openssl, from the bytes that tshark finds.
"""

import functools
import ipaddress
import re
import subprocess
from collections import defaultdict

import peers

LIST = "\x1f"
TLS = ("handshake.type", "handshake.version", "handshake.extensions.supported_version",
       "handshake.ciphersuite", "handshake.extensions_server_name",
       "handshake.extensions_alpn_str", "handshake.ja3", "handshake.ja3s",
       "handshake.certificate")
KEPT_ANSWERS = KEPT_ALTERNATIVE_NAMES = 16  # model/flow_metadata.h
FIELDS = [*peers.FIELDS, "communityid", "icmp.type", "icmp.code", "icmpv6.type", "icmpv6.code",
          "http.request.method", "http.host", "http.request.uri", "http.response.code",
          "http.user_agent", "http.content_type",
          "dns.flags.response", "dns.id", "dns.qry.name", "dns.qry.type", "dns.flags.rcode",
          "dns.count.auth_rr", "dns.count.add_rr", "dns.a", "dns.aaaa", "dns.cname", "dns.ns",
          "dns.ptr.domain_name", "dns.mx.mail_exchange", "dns.srv.target",
          "dns.soa.mname", "dns.txt", "dns.count.answers", "x509ce.dNSName",
          *(f"tls.{name}" for name in TLS), "quic.version", "ssh.protocol", "ssh.kex.hassh",
          "ssh.kex.hasshserver", "dhcp.type", "dhcp.option.hostname",
          "dhcp.option.vendor_class_id", "dhcp.option.request_list_item", "nbns.name"]
ANSWERS = ("dns.a", "dns.aaaa", "dns.cname", "dns.ns", "dns.ptr.domain_name",
           "dns.mx.mail_exchange", "dns.srv.target", "dns.soa.mname")


def tshark(capture):
    command = ["tshark", "-n", "-r", capture, "-T", "fields", "-E", "separator=/t", "-E",
               "occurrence=a", "-E", f"aggregator={LIST}", "--enable-protocol", "communityid",
               "-o", "tcp.desegment_tcp_streams:TRUE", "-o", "http.desegment_body:FALSE"]
    for name in FIELDS:
        command += ["-e", name]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=600,
                          check=False)
    flows, fragments = defaultdict(dict), {}
    for line in done.stdout.split("\n"):
        lists = {name: text.split(LIST) if text else []
                 for name, text in zip(FIELDS, line.split("\t"))}
        row = {name: values[0] if values else "" for name, values in lists.items()}
        if len(lists) != len(FIELDS):
            continue
        packet = peers.packet_of(row, fragments)
        if packet is None:
            continue
        protocol, source, target, _ = packet
        key = peers.key_of(peers.number(row["ieee8021ad.id"] or row["vlan.id"]), protocol, source,
                           target)
        read_frame(flows[key], row, lists, source, target)
    return {key: flow for key, flow in flows.items() if flow}


def read_frame(flow, row, lists, source, target):
    read_ids(flow, row)
    if row["icmp.type"] or row["icmpv6.type"]:
        return  # what is inside an error is another flow's
    read_http(flow, row, lists)
    read_dns(flow, row, lists)
    read_tls(flow, row, lists)
    read_others(flow, row, lists, source[1] >= target[1])


def first(flow, name, value):
    if value not in ("", [], None):
        flow.setdefault(name, value)


def read_ids(flow, row):
    first(flow, "community_id", row["communityid"])
    for name in ("icmp", "icmpv6"):
        if row[f"{name}.type"] and "icmp.type" not in flow:
            flow["icmp.type"], flow["icmp.code"] = row[f"{name}.type"], row[f"{name}.code"]


def read_http(flow, row, lists):
    if row["http.request.method"]:
        first(flow, "http.method", row["http.request.method"])
        if "http.url" not in flow:
            first(flow, "http.host", row["http.host"])
            first(flow, "http.user_agent", row["http.user_agent"])
        first(flow, "http.url", row["http.request.uri"])
    final = [code for code in lists["http.response.code"] if code >= "200" or code == "101"]
    if final and "http.status" not in flow:
        flow["http.status"] = final[0]
        if len(lists["http.response.code"]) == 1:
            first(flow, "http.content_type", row["http.content_type"])


def read_dns(flow, row, lists):
    if not row["dns.id"]:
        return
    multicast = "5353" in (row["udp.srcport"], row["udp.dstport"])
    if "dns.done" in flow or flow.setdefault("dns.id", row["dns.id"]) != row["dns.id"]:
        return
    first(flow, "dns.query", row["dns.qry.name"])
    first(flow, "dns.type", row["dns.qry.type"])
    if row["dns.flags.response"] in ("1", "True"):
        first(flow, "dns.response_code", row["dns.flags.rcode"])
        names = {"." if name == "<Root>" else name for field in ANSWERS for name in lists[field]}
        flow["dns.text"] = "".join(lists["dns.txt"])
        first(flow, "dns.count.answers", row["dns.count.answers"])
        if row["dns.count.answers"] != "0":  # or else all are of other sections
            first(flow, "dns.answers", [*sorted(names), *filter(None, [flow["dns.text"]])])
        flow["dns.only_answers"] = peers.number(row["dns.count.auth_rr"]) == 0 and \
            peers.number(row["dns.count.add_rr"]) <= 1
        flow["dns.done"] = True
    elif multicast:
        flow["dns.done"] = True


def read_tls(flow, row, lists):
    kind = "quic" if row["quic.version"] else "tls"
    if "1" in lists["tls.handshake.type"] and f"{kind}.client" not in flow:
        flow[f"{kind}.client"] = True
        first(flow, f"{kind}.server_name", row["tls.handshake.extensions_server_name"])
        first(flow, f"{kind}.alpn", lists["tls.handshake.extensions_alpn_str"])
        first(flow, f"{kind}.ja3_client", row["tls.handshake.ja3"])
    if kind == "quic":
        if int(row["quic.version"], 0):
            flow["quic.version"] = row["quic.version"]
        return
    if "2" in lists["tls.handshake.type"] and "tls.cipher" not in flow:
        version = row["tls.handshake.extensions.supported_version"] or row["tls.handshake.version"]
        flow["tls.version"] = version
        flow["tls.cipher"] = row["tls.handshake.ciphersuite"]
        first(flow, "tls.ja3_server", row["tls.handshake.ja3s"])
    if row["tls.handshake.certificate"] and "tls.version" in flow and "tls.subject" not in flow:
        flow.update(certificate(row["tls.handshake.certificate"]))
        first(flow, "x509ce.dNSName", lists["x509ce.dNSName"])  # of the whole chain


@functools.lru_cache(maxsize=None)
def certificate(hexadecimal):
    """openssl's view of a certificate's DER."""
    done = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-subject", "-issuer",
                           "-startdate", "-enddate", "-fingerprint", "-sha1", "-dateopt", "iso_8601",
                           "-ext", "subjectAltName",
                           "-nameopt", "utf8,esc_2253,sep_comma_plus_space,sname"],
                          input=bytes.fromhex(hexadecimal.replace(":", "")), capture_output=True,
                          check=False)
    text = done.stdout.decode(errors="replace")
    lines = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    if "notBefore" not in lines:
        return {}
    times = {name: re.sub(r"(\S+) (\S+)Z", r"\1T\2.000000Z", lines[told])
             for name, told in (("not_before", "notBefore"), ("not_after", "notAfter"))}
    return {"tls.subject": lines["subject"], "tls.issuer": lines["issuer"],
            "tls.alternative_names": alternative_names(text),
            **{f"tls.{name}": time for name, time in times.items()},
            "tls.certificate_sha1": next(value for name, value in lines.items()
                                         if "ingerprint" in name).replace(":", "").lower()}


def alternative_names(text):
    """What openssl -ext subjectAltName tells, in the program's words."""
    found = re.search(r"Subject Alternative Name:[^\n]*\n\s*([^\n]*)", text)
    kinds = [one.partition(":") for one in found[1].split(", ")] if found else []
    names = [name.lower() if kind == "DNS" else str(ipaddress.ip_address(name.lower()))
             for kind, _, name in kinds if kind in ("DNS", "IP Address")]
    return names[:KEPT_ALTERNATIVE_NAMES]


def read_others(flow, row, lists, from_client):
    if row["ssh.protocol"]:
        first(flow, f"ssh.{'client' if from_client else 'server'}", row["ssh.protocol"])
    first(flow, "ssh.hassh_client", row["ssh.kex.hassh"])
    first(flow, "ssh.hassh_server", row["ssh.kex.hasshserver"])
    if row["dhcp.type"] == "1" and "dhcp.done" not in flow:
        flow["dhcp.done"] = True
        first(flow, "dhcp.host_name", row["dhcp.option.hostname"])
        first(flow, "dhcp.vendor_class", row["dhcp.option.vendor_class_id"])
        first(flow, "dhcp.fingerprint", ",".join(lists["dhcp.option.request_list_item"]))
    first(flow, "netbios.name", netbios_name(row["nbns.name"]))


def netbios_name(text):
    """Without padding, suffix and its meaning; control characters as the program writes them."""
    name = re.sub(r"(<00>)*(<[0-9a-f]{2}>)?( \([^()]*\))?$", "", text)
    return re.sub(r"<([0-9a-f]{2})>", lambda match: f"\\{int(match[1], 16):03}", name).rstrip()


@functools.lru_cache(maxsize=None)
def value_names(field):
    """{number: name} that tshark has for a field."""
    done = subprocess.run(["tshark", "-G", "values"], capture_output=True, text=True, check=True)
    rows = (line.split("\t") for line in done.stdout.splitlines())
    return {int(row[2], 0): row[3] for row in rows if row[0] == "V" and row[1] == field}


def is_address(text):
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def own(capture):
    """The program's first record of each key, flattened: {"http.method": "GET"}."""
    out = {}
    for flow in peers.own_flows(capture, "--tunnels", ""):
        ends = [peers.end_of(flow[side]["ip"], flow[side]["port"]) for side in ("client", "server")]
        key = peers.key_of(flow["vlan"], flow["l4"]["id"], *ends)
        told = {f"{name}.{inner}": value for name, group in flow.items() if isinstance(group, dict)
                for inner, value in group.items() if name not in ("client", "server", "l4")}
        told["community_id"] = flow["community_id"]
        if told.get("dns.response_code"):
            told["dns.count.answers"] = str(len(told["dns.answers"]))
        told["x509ce.dNSName"] = [name for name in told.get("tls.alternative_names", [])
                                  if not is_address(name)]
        out.setdefault(key, {}).update(
            {name: value for name, value in told.items()
             if value not in (None, [], "") and name not in out.get(key, {})})
    return out
