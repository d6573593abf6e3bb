# SPDX-License-Identifier: Apache-2.0
"""What the program reads in a flow's protocols, compared with tshark field by field.

On the project's own captures every difference is known: it stands here with its reason, and a test
fails when it is gone. On the corpus beside the checkout, where there is one, 98 % of each field must
agree.
"""

import concurrent.futures
import re
import sys
from collections import Counter

import golden
import metadata_peers
import pytest
from test_agreement import DAMAGED_ON_PURPOSE, corpus

# (capture, field): (how many, why it stays).
KEPT = {
    ("fragments_ipv4.pcap", "community_id"): (1, "tshark hashes a later fragment without its ports"),
    ("fragments_ipv6.pcap", "community_id"): (1, "the same"),
    ("odd_ends.pcap", "community_id"): (1, "the same of a datagram that ends before its ports"),
    ("names.pcap", "dns.query"): (1, "tshark reads an overlong UTF-8 sequence as the / it hides"),
    ("recorded_unanswered.pcap", "dns.query"): (1, "tshark tries DNS on port 5300"),
    ("recorded_unanswered.pcap", "dns.type"): (1, "the same"),
}
SHOWN_WITH_ESCAPES = ("dns.query", "http.host", "http.user_agent")
NOT_FIELDS = ("dns.id", "dns.done", "dns.only_answers", "dns.text", "tls.client",
              "quic.client", "dhcp.done")
VERSIONS = {0x0300: "SSLv3", 0x0301: "TLSv1.0", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2",
            0x0304: "TLSv1.3"}
CODES = ("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED")


def as_ours(field, value):
    """tshark's value in the program's words."""
    if field == "tls.version":
        return VERSIONS.get(int(value, 0), value.lower())
    if field in ("tls.server_name", "quic.server_name"):
        return value.lower()
    if field == "quic.version":
        number = int(value, 0)
        return ("1" if number == 1 else f"draft-{number & 255}" if number >> 8 == 0xff0000 else
                number.to_bytes(4, "big").decode("latin-1") if chr(number >> 24) in "QT" else
                f"0x{number:08x}")
    if field == "tls.cipher":
        return metadata_peers.value_names("tls.handshake.ciphersuite").get(int(value, 0), value)
    if field == "dns.type":
        name = metadata_peers.value_names("dns.qry.type").get(int(value, 0))
        if int(value, 0) == 255:
            return "ANY"  # tshark: "* (A request for all records ...)"
        return name.split()[0] if name else f"TYPE{int(value, 0)}"
    if field == "dns.response_code":
        return CODES[int(value, 0)] if int(value, 0) < len(CODES) else value
    if field == "dns.query":
        return "." if value == "<Root>" else value
    if field == "dns.count.answers":
        return str(min(int(value), metadata_peers.KEPT_ANSWERS))
    if field == "x509ce.dNSName":
        return [name.lower() for name in value]
    return value


def same(field, ours, theirs, flow):
    if field == "tls.alternative_names":
        return (ours or []) == theirs
    if ours is None:
        return False
    if field == "dns.answers":
        return same_answers(ours, theirs, flow)
    if field == "x509ce.dNSName":  # the server's own certificate is the first one
        return ours == theirs[:len(ours)]
    if field.startswith(("quic.alpn", "tls.alpn")):
        return ours == theirs[:8]
    if field in SHOWN_WITH_ESCAPES and plain_parts(ours) == plain_parts(theirs):
        return True
    return str(ours) == str(theirs) or \
        (len(str(ours).encode()) > 1000 and str(theirs).startswith(str(ours)))


def plain_parts(text):
    """What every version of tshark shows alike: each has its own way to write control characters,
    bytes that are no text, and UTF-8. How the program writes them stands in the golden files."""
    return re.split(r"(?:\\+(?:x[0-9a-fA-F]{2}|\d{3}|[tnr]|)|[^ -~])+", text)


def same_answers(ours, theirs, flow):
    """tshark tells the names and addresses of all sections, and the strings of all texts; nothing of
    the types that are told in the generic form, which dns.count.answers has."""
    text = flow["dns.text"]
    names = set(theirs) - {text}
    told = {answer for answer in ours if answer in names}
    ours_text = "".join(answer for answer in ours
                        if answer not in names and not answer.startswith("\\# "))
    if len(ours) == metadata_peers.KEPT_ANSWERS:
        return True
    if flow["dns.only_answers"]:
        return told == names and ours_text == text
    return text.startswith(ours_text)


def is_tunnel(key):
    """tshark reads what is inside with the outer addresses' frame."""
    ports = {port for _, port in key[2:]}
    return key[1] not in (1, 6, 17, 58, 132) or key[1] == 17 and ports & {2152, 3544, 4789}


def compare(capture):
    """(field, key, ours, tshark's, equal) of each value that tshark has."""
    ours, theirs = metadata_peers.own(capture), metadata_peers.tshark(capture)
    for key in ours.keys() & theirs.keys():
        if is_tunnel(key):
            continue
        for field, value in theirs[key].items():
            told = ours[key].get(field)
            # After STARTTLS libndpi, which makes the fingerprint, reads no certificate.
            if field == "tls.certificate_sha1" and told is None:
                continue
            if field not in NOT_FIELDS:
                wanted = as_ours(field, value)
                yield field, key, told, wanted, same(field, told, wanted, theirs[key])


def differing(capture):
    return [(field, key, told, wanted) for field, key, told, wanted, equal in compare(capture)
            if not equal]


@pytest.mark.parametrize("capture", golden.own_captures())
def test_own_captures_agree_but_for_what_is_known(capture):
    found = differing(str(golden.CAPTURES / capture))
    known = {field: count for (name, field), (count, _) in KEPT.items() if name == capture}
    assert Counter(field for field, *_ in found) == known, found


def test_known_differences_are_of_captures_there_are():
    assert {name for name, _ in KEPT} <= set(golden.own_captures())


def counts(capture):
    compared, wrong = Counter(), Counter()
    for field, _, _, _, equal in compare(capture):
        compared[field] += 1
        wrong[field] += not equal
    return compared, wrong


def test_the_corpus_agrees_on_98_percent_of_each_field():
    compared, wrong = Counter(), Counter()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:  # each waits for two programs
        whole = [path for path in corpus() if not path.endswith(DAMAGED_ON_PURPOSE)]
        for some, bad in pool.map(counts, whole):
            compared += some
            wrong += bad
    shares = {field: round(100 * (1 - wrong[field] / of), 2) for field, of in compared.items()}
    print(compared, shares)
    assert all(share >= 98 for share in shares.values()), (shares, wrong)


if __name__ == "__main__":  # tests/golden/test_metadata.py CAPTURE...: each difference
    for path in sys.argv[1:]:
        for difference in differing(path):
            print(path, *difference)
