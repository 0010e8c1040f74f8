"""Definitions, numbers and words become one value per probe."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from noc_console.db.samples import PROBE
from noc_console.db.samples.kinds import MISSING
from noc_console.db.samples.values import LatestValues
from noc_console.services.inventory.model import Device, DeviceId
from noc_console.services.probes.model import Probe, ProbeFacts, ProbeId, ProbeState, Round
from noc_console.services.probes.newest import newest, target_of
from noc_console.services.probes.rules.measure import row
from noc_console.services.probes.settings import ProbeKind

AT = datetime(2026, 11, 21, tzinfo=UTC)
CORE = Device(DeviceId(7), "core-1", "192.0.2.7", 161)
PING = Probe(ProbeId(1), ProbeKind.ICMP, device_id=7)
PAGE = Probe(ProbeId(2), ProbeKind.HTTP, "https://x.example/", name="shop")


def latest(**rounds: Round) -> LatestValues:
    ids = sorted(int(name[1:]) for name in rounds)
    values = [
        [MISSING if value is None else value for value in row(rounds[f"p{number}"])]
        for number in ids
    ]
    count = len(ids)
    return LatestValues(
        PROBE,
        np.array(ids, np.int64),
        np.full(count, round(AT.timestamp() * 1000), np.int64),
        np.array(values, np.int64).reshape(count, len(PROBE.columns)),
        np.empty((count, 0), np.float32),
    )


def test_a_probe_that_was_never_run_waits():
    (now,) = newest([PING], {7: CORE}, {}, latest())
    assert (now.state, now.at, now.target, now.name) == (
        ProbeState.UNKNOWN,
        None,
        "192.0.2.7",
        "core-1",
    )


def test_numbers_come_in_milliseconds_and_what_is_not_known_stays_none():
    told = Round(
        ProbeState.WELL, 1, (80_000,), phases_us={"connect": 10_000, "tls": 30_000}, expires_at=AT
    )
    (now,) = newest([PAGE], {}, {}, latest(p2=told))
    assert (now.name, now.median_ms, now.jitter_ms) == ("shop", 80.0, None)
    assert now.phases_ms == {"connect": 10.0, "tls": 30.0}
    assert (now.expires_at, now.at) == (AT, AT)


def test_an_old_error_is_not_told_of_a_round_that_went_well():
    words = {1: ProbeFacts(ProbeId(1), AT, ProbeState.SILENT, "no answer", by="ams-1")}
    good = latest(p1=Round(ProbeState.WELL, 1, (5,)))
    bad = latest(p1=Round(ProbeState.SILENT, 1))
    assert newest([PING], {7: CORE}, words, good)[0].error == ""
    silent = newest([PING], {7: CORE}, words, bad)[0]
    assert (silent.error, silent.by, silent.lost) == ("no answer", "ams-1", 1)


def test_a_probes_own_target_goes_before_its_devices_address():
    assert target_of(PING, CORE) == "192.0.2.7"
    assert target_of(PAGE, CORE) == "https://x.example/"
    assert target_of(PING, None) == ""
