# SPDX-License-Identifier: Apache-2.0
"""Flow records on their way to real receivers, and what becomes of them when receivers fail."""

import collections
import gzip
import json
import os
import pathlib
import signal
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import receivers  # noqa: E402
import wiregauge  # noqa: E402

RECORDS = 200_000


@pytest.fixture(scope="module")
def flood(tmp_path_factory):
    return receivers.write_flood(tmp_path_factory.mktemp("flood") / "flood.pcap", RECORDS)


def settings(folder, **sinks):
    """A settings file with these sinks; JSON is YAML."""
    path = folder / "wiregauge.yaml"
    path.write_text(json.dumps({"sinks": sinks}))
    return path


def sink(service, name):
    return service.get(f"/api/v1/sinks/{name}").json()


def balance(state):
    """offered = delivered + waiting + dropped."""
    return (state["delivered_records"] + state["waiting_records"] + sum(state["dropped_records"].values())
            - state["offered_records"])


def until_delivered(service, name, records, wait=120):
    def is_delivered():
        state = sink(service, name)
        assert balance(state) == 0
        return state if state["delivered_records"] >= records else None
    return service.until(is_delivered, f"{records} records to be delivered: {sink(service, name)}", wait)


def until_sent(service, name, wait=120):
    """Until all that the capture holds is offered and nothing waits."""
    def is_sent():
        state = sink(service, name)
        assert balance(state) == 0
        return state if state["offered_records"] >= RECORDS and state["waiting_records"] == 0 else None
    return service.until(is_sent, "all records to be sent", wait)


def ids_of(lines):
    return collections.Counter(json.loads(line)["RECORD_ID"] for line in lines)


def expect_all(receiver, state, duplicates_allowed):
    """Every record is with the receiver, none is torn, and the ledger says so."""
    assert state["delivered_records"] == state["offered_records"] == RECORDS, state
    assert receiver.bad() == []
    receivers.until(lambda: len(ids_of(receiver.lines())) == RECORDS,
                    "the receiver to have written everything", 60)
    ids = ids_of(receiver.lines())
    twice = sum(ids.values()) - len(ids)
    assert twice <= (state["resent_records"] if duplicates_allowed else 0), (twice, state)


def logstash(port, **options):
    return {"type": "logstash", "host": "127.0.0.1", "port": port, **options}


def test_every_record_reaches_a_receiver_that_is_there(tmp_path, flood):
    port = wiregauge.free_port()
    with receivers.Rsyslog(tmp_path / "receiver", port) as receiver:
        with wiregauge.Service("-i", flood, "-F", f"logstash;127.0.0.1;tcp;{port}") as service:
            expect_all(receiver, until_sent(service, "logstash"), duplicates_allowed=False)


FAULTS = ["stopped", "frozen", "killed"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("spool", ["memory", "spool"])
def test_a_receiver_that_fails_has_everything_in_the_end(tmp_path, flood, fault, spool):
    port = wiregauge.free_port()
    options = {"spool_bytes": "1 GiB"} if spool == "spool" else {}
    path = settings(tmp_path, elk=logstash(port, **options))
    with receivers.Rsyslog(tmp_path / "receiver", port) as receiver:
        with wiregauge.Service("-i", flood, "-c", path) as service:
            until_delivered(service, "elk", 20_000)
            if fault == "frozen":
                receiver.freeze()
                before = sink(service, "elk")["delivered_records"]
                service.until(lambda: sink(service, "elk")["offered_records"] == RECORDS, "all to be offered")
                assert sink(service, "elk")["waiting_records"] > 0
                assert before < RECORDS
                receiver.thaw()
            else:
                (receiver.kill if fault == "killed" else receiver.end)()
                service.until(lambda: sink(service, "elk")["state"] == "failing", "the sink to notice")
                assert sink(service, "elk")["problem"]
                receiver.start()
            state = until_sent(service, "elk")
            expect_all(receiver, state, duplicates_allowed=fault != "frozen")
            assert state["state"] == "ok" and state["problem"] is None
