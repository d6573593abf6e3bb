# SPDX-License-Identifier: Apache-2.0
"""What the program says about captures, compared with tshark and ndpiReader of the same libndpi.

On the project's own captures every difference is known: it stands here with its reason, and a test
fails when it is gone. On the corpus beside the checkout, where there is one, 99 % must agree.
"""

import concurrent.futures
from collections import Counter

import golden
import peers
import pytest

CORPUS = golden.ROOT.parent / "shared/corpus/pcap"
# A handshake's halves are told in microseconds each.
ROUND_TRIP_TOLERANCE_MS = 0.002

# (capture, what differs): (how many, why it stays).
TSHARK = {
    ("link_null.pcap", "counters"): (1, "tshark knows the BSDs' numbers of IPv6, not Linux's 10"),
    ("link_null.pcap", "payload"): (1, "the same"),
    ("link_null.pcap", "times"): (1, "the same"),
    ("not_ip.pcap", "only ours"): (1, "IPv4 behind an EtherType that tshark does not follow"),
    ("tcp_handshakes.pcap", "round trips"): (2, "tshark takes the server's data for the client's "
                                                "ACK, which was not captured; and counts an ACK "
                                                "of the first SYN|ACK from a SYN that came later"),
    ("time_order.pcap", "gaps"): (1, "a packet of 1970, which no clock believes, makes no gap"),
    ("undecodable.pcap", "counters"): (1, "tshark shows addresses of packets that are malformed"),
    ("undecodable.pcap", "payload"): (1, "the same"),
    ("undecodable.pcap", "times"): (1, "the same"),
    ("undecodable.pcap", "only theirs"): (4, "the same, and tags nested too deep"),
}
NDPI_READER = {
    ("host_names.pcap", "server name"): (1, "ndpiReader tells a part of the name in DHCP"),
    ("ipv6_extensions.pcap", "counters"): (1, "ndpiReader does not skip AH"),
    ("ipv6_extensions.pcap", "missing"): (1, "the same"),
    ("link_loop.pcap", "extra"): (2, "ndpiReader does not read the link type"),
    ("link_ppp_ether.pcap", "extra"): (2, "the same"),
    ("link_sll2.pcap", "extra"): (2, "the same"),
    ("link_ppp.pcap", "counters"): (2, "ndpiReader reads PPP in one of its three forms"),
    ("qinq.pcap", "counters"): (1, "ndpiReader reads one tag"),
    ("recorded_http.pcap", "server name"): (1, "ndpiReader cuts an IPv6 Host at its first colon"),
    ("recorded_icmp.pcap", "counters"): (2, "ndpiReader leaves later fragments out"),
    ("recorded_ssh.pcap", "server name"): (1, "ndpiReader tells SSH's banner as a server name"),
    ("snap_length.pcap", "counters"): (1, "ndpiReader leaves out packets the snap length cut"),
    ("tunnel_nested.pcap", "extra"): (1, "ndpiReader leaves out the fragmented tunnel"),
    ("undecodable.pcap", "counters"): (1, "ndpiReader counts packets that are malformed"),
    ("undecodable.pcap", "missing"): (1, "the same"),
}


def same_counters(one, other):
    return (dict(one.packets), dict(one.bytes)) == (dict(other.packets), dict(other.bytes))


def without_zeros(counts):
    return {key: count for key, count in counts.items() if count}


def same_round_trips(ours, theirs):
    return len(ours) == len(theirs) and all(
        abs(a - b) <= ROUND_TRIP_TOLERANCE_MS for a, b in zip(ours, theirs))


def same_lengths(one, other):
    """ndpiReader prints one decimal; its deviations are of 32-bit floats."""
    *one, deviation = one
    *other, other_deviation = other
    return all(abs(a - b) <= 0.051 for a, b in zip(one, other)) and \
        abs(deviation - other_deviation) <= max(0.3, 0.01 * deviation)


def same_gaps(one, other):
    """In milliseconds with six decimals; a deviation is right to a millionth of the mean."""
    *one, deviation = one
    *other, other_deviation = other
    return all(abs(a - b) <= 1e-6 for a, b in zip(one, other)) and \
        abs(deviation - other_deviation) <= 1e-6 * max(1, one[1])


def compare_with_tshark(ours, theirs):
    """(what differs, key) pairs."""
    for key in ours.keys() ^ theirs.keys():
        yield ("only ours" if key in ours else "only theirs"), key
    for key in ours.keys() & theirs.keys():
        one, other = ours[key], theirs[key]
        if not same_counters(one, other):
            yield "counters", key
        elif one.flows == 1 and len(one.gaps) == 2 and any(
                not same_gaps(one.gaps[end], gaps) for end, gaps in other.gaps.items()):
            yield "gaps", key
        has_payload = key[1] in (6, 17) and not other.fragmented
        if has_payload and without_zeros(one.payload) != without_zeros(other.payload):
            yield "payload", key
        if (one.first, one.last) != (other.first, other.last):
            yield "times", key
        if not same_round_trips(one.round_trips, other.round_trips):
            yield "round trips", key
        if one.flows == 1 and any(other.syns.get(end) != syn for end, syn in one.syns.items()):
            yield "SYNs", key


def compare_with_ndpi_reader(ours, theirs):
    """(what differs, key) pairs. ndpiReader leaves out flows of unknown application."""
    for key, one in ours.items():
        if key not in theirs and one.applications != {"0"}:
            yield "extra", key
    for key, other in theirs.items():
        one = ours.get(key)
        if one is None:
            yield "missing", key
            continue
        if not same_counters(one, other):
            yield "counters", key
        elif one.flows == other.flows == 1 and len(one.lengths) == 2:
            if any(not same_lengths(one.lengths[end], lengths)
                   for end, lengths in other.lengths.items()):
                yield "lengths", key
            if any(one.flags[end] != flags for end, flags in other.flags.items()):
                yield "flags", key
        if not one.applications & other.applications:
            yield "application", key
        if other.names and not one.names & other.names:
            yield "server name", key


def from_tshark(capture):
    """Ours and tshark's, by the outermost addresses: no tunnel is looked into."""
    return peers.own(capture, *golden.NO_TUNNELS), peers.tshark(capture)


def from_ndpi_reader(capture):
    return peers.as_ndpi_reader(peers.own(capture)), peers.ndpi_reader(capture)


@pytest.mark.parametrize("read, compare, kept", [
    (from_tshark, compare_with_tshark, TSHARK),
    (from_ndpi_reader, compare_with_ndpi_reader, NDPI_READER)], ids=["tshark", "ndpiReader"])
@pytest.mark.parametrize("capture", golden.own_captures())
def test_own_captures_agree_but_for_what_is_known(capture, read, compare, kept):
    found = list(compare(*read(str(golden.CAPTURES / capture))))
    known = {what: count for (name, what), (count, _) in kept.items() if name == capture}
    assert Counter(what for what, _ in found) == known, found


def test_known_differences_are_of_captures_there_are():
    assert {name for name, _ in (*TSHARK, *NDPI_READER)} <= set(golden.own_captures())


# Frames that are damaged on purpose: tshark shows what it can of them, and libndpi's reader counts
# some. Each is a matter of the decoder's tests.
DAMAGED_ON_PURPOSE = ("badpackets.pcap", "fuzz-2006-06-26-2594.pcap", "fuzz-2006-09-29-28586.pcap")


def corpus():
    if not CORPUS.is_dir():
        return []
    return sorted(str(path) for path in CORPUS.iterdir()
                  if path.name.endswith((*golden.SUFFIXES, ".cap")))


def of_tshark(capture):
    """How many of which were compared, and how many differed."""
    ours, theirs = from_tshark(capture)
    wrong = Counter(what for what, _ in compare_with_tshark(ours, theirs))
    both = ours.keys() & theirs.keys()
    # tshark also times what is no handshake (TSHARK above), and mixes what several VLANs carry.
    vlans = Counter(key[1:] for key in ours)
    handshakes = [(ours[key].round_trips, theirs[key].round_trips) for key in both
                  if vlans[key[1:]] == 1]
    handshakes = [lists for lists in handshakes if all(lists)]
    return {"only ours": (len(ours), wrong["only ours"]),
            "only theirs": (len(theirs), wrong["only theirs"]),
            "counters": (len(both), wrong["counters"]), "payload": (len(both), wrong["payload"]),
            "times": (len(both), wrong["times"]),
            "gaps": (sum(ours[key].flows == 1 for key in both), wrong["gaps"]),
            "SYNs": (sum(one.flows == 1 and bool(one.syns) for one in ours.values()),
                     wrong["SYNs"]),
            "round trips": (len(handshakes), sum(not same_round_trips(*lists)
                                                 for lists in handshakes))}


def of_ndpi_reader(capture):
    ours, theirs = from_ndpi_reader(capture)
    wrong = Counter(what for what, _ in compare_with_ndpi_reader(ours, theirs))
    both = ours.keys() & theirs.keys()
    single = sum(ours[key].flows == theirs[key].flows == 1 for key in both)
    return {"missing": (len(theirs), wrong["missing"]), "extra": (len(ours), wrong["extra"]),
            "counters": (len(both), wrong["counters"]),
            "application": (len(both), wrong["application"]),
            "lengths": (single, wrong["lengths"]), "flags": (single, wrong["flags"]),
            "server name": (sum(bool(theirs[key].names) for key in both), wrong["server name"])}


@pytest.mark.parametrize("measure, left_out", [(of_tshark, DAMAGED_ON_PURPOSE),
                                               (of_ndpi_reader, ())])
def test_the_corpus_agrees_on_99_percent(measure, left_out):
    captures = [path for path in corpus() if not path.endswith(left_out or "\0")]
    compared, differing = Counter(), Counter()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:  # each waits for two programs
        for counts in pool.map(measure, captures):
            for what, (of, wrong) in counts.items():
                compared[what] += of
                differing[what] += wrong
    shares = {what: 100 * (1 - differing[what] / of) for what, of in compared.items() if of}
    print(len(captures), "captures:", shares)
    assert all(share >= 99 for share in shares.values()), (shares, differing)
