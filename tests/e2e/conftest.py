# SPDX-License-Identifier: Apache-2.0
"""Captures that several files of tests read."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import wiregauge  # noqa: E402


@pytest.fixture
def mix(tmp_path):
    """The path of a capture with 19 packets, 4 flows, 5 hosts."""
    return wiregauge.write_pcap(tmp_path / "mix.pcap", wiregauge.small_mix())
