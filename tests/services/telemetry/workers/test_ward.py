"""One device in care: its rhythm, its lane, its breaker, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from noc_console.db.samples import DEVICE, INTERFACE, SENSOR, LatestValues
from noc_console.db.samples.kinds import Kind
from noc_console.kernel.secret import Secret
from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    DeviceType,
    Reachability,
    Sensor,
    SensorId,
    SensorKind,
)
from noc_console.services.inventory.pollable import PortFact
from noc_console.services.telemetry.model import (
    Breaker,
    Lane,
    PollPolicy,
    PortReadings,
    Reading,
    Subject,
    Tier,
)
from noc_console.services.telemetry.rules.ports import ports_of
from noc_console.services.telemetry.rules.schedule import Bucket
from noc_console.services.telemetry.workers.ward import Memory, Ward

PUBLIC = SnmpCredential(kind=CredentialKind.SNMP_V2C, community=Secret("public"))
OLT = Device(DeviceId(7), "olt-1", "192.0.2.1", 161, type=DeviceType.OLT)
UPLINK = PortFact(7, 1, 1, "xe-0", 10**9, 2, True, False)
OLD = PortFact(7, 2, 2, "ge-0", 10**9, 1, False, False)
LIGHT = Sensor(SensorId(9), OLT.id, SensorKind.DBM, "ONU 7 receive", "1.3.6.1.4.1.9")
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


def ward(
    *facts: PortFact, policy: PollPolicy | None = None, reachability: Reachability = Reachability.UP
) -> Ward:
    device = replace(OLT, reachability=reachability)
    subject = Subject(device, SnmpTarget("192.0.2.1", 161, PUBLIC), ports_of(facts), (LIGHT,))
    return Ward(subject, policy or PollPolicy())


def test_a_device_that_is_slow_twice_in_a_row_leaves_the_healthy_ones_and_returns_likewise() -> (
    None
):
    one = ward(UPLINK)
    assert one.patience_s == 2.0
    lanes = []
    for seconds in (0.1, 5.0, 0.1, 5.0, 5.0, 0.1, 5.0, 0.1, 0.1):
        one.took(seconds)
        lanes.append(one.lane)
    assert lanes == [Lane.FAST] * 4 + [Lane.SLOW] * 4 + [Lane.FAST]


def test_a_breaker_opens_when_it_is_certain_and_not_before() -> None:
    one = ward(UPLINK)
    assert (one.breaker, one.lane) == (Breaker.CLOSED, Lane.FAST)
    one.misses = 1
    assert one.breaker is Breaker.HALF_OPEN
    one.down = True
    assert (one.breaker, one.lane) == (Breaker.OPEN, Lane.SILENT)
    assert ward(UPLINK, reachability=Reachability.DOWN).lane is Lane.SILENT
    one.follow(one.subject, PollPolicy())
    assert not one.down, "a discovery has reached it"


def test_its_class_says_how_often_it_is_asked_and_how_patiently() -> None:
    core = PollPolicy(tiers=(Tier("core", 10.0, types=(DeviceType.OLT,)),))
    one = ward(UPLINK, policy=core)
    assert (one.rhythm.tier, one.interval, one.patience_s) == ("core", 10.0, 0.5)
    one.adopt(PollPolicy())
    assert (one.rhythm.tier, one.interval, one.patience_s) == ("", 60.0, 2.0)


def test_counters_of_32_bits_are_asked_before_they_could_wrap_twice() -> None:
    slow = PollPolicy(interval_s=300.0)
    assert ward(UPLINK, policy=slow).interval == 300.0
    assert ward(UPLINK, OLD, policy=slow).interval < 2**32 * 8 / 1e9


def test_what_was_asked_is_a_mean_a_minute_and_drains_the_budget() -> None:
    one = ward(UPLINK)
    one.bucket = Bucket(4.0, now=0.0)
    for minute in range(40):
        one.charge(9, now=60.0 * minute)
    assert one.requests == pytest.approx(9.0)
    assert not one.bucket.take(1.0, now=60.0 * 39 + 0.5)
    assert one.cost(33) == 1 + 2
    told = one.trouble(100.0, 104.5)
    assert (told.device_id, told.next_due_s, told.requests) == (7, 4.5, 9.0)


def test_what_the_store_remembers_goes_on_as_if_we_had_never_stopped() -> None:
    one = ward(UPLINK, OLD._replace(speed_bps=10**8))
    ago = NOW - timedelta(seconds=30)
    counters = [[10**6, 0, 0, 0, 0, 0, 0, 0, 1, 17], [5, 0, 0, 0, 0, 0, 0, 0, 1, 18]]
    memory = Memory(
        now=NOW,
        steady=1_000.0,
        ports=latest(INTERFACE, [1, 2], ago, counters),
        devices=latest(DEVICE, [7], ago, [[0, 0, 0, 500, 900, 1]]),
        sensors=latest(SENSOR, [9], ago, [[-21_000]]),
        light={9: -20.0},
    )
    standing = {("device:7/interface:1", Condition.INTERFACE_DOWN): Severity.MINOR}
    memory.restore(one, standing)
    assert memory.age_s(7) == 30.0
    assert memory.age_s(8) is None
    assert one.tracker.uptime is not None and one.tracker.uptime.at == 970.0
    assert one.turns.next(1_001.0) == (), "its ONU was asked half a minute ago"
    counted = np.array([[2 * 10**6, *[0] * 7], [6, *[0] * 7]])
    read = PortReadings(np.array([0, 1]), counted, np.ones(2, np.int8), np.array([2, 1], np.int8))
    at_ms = round(NOW.timestamp() * 1000)
    done = one.tracker.take(Reading(1_000.0, at_ms, 0.1, 53_000, read), standing)
    assert done.port_rows is not None
    assert done.port_rows[:, 9].tolist() == [17, 18], "the same epoch"
    assert not done.restarted and done.reports == [], "its alarm stands, and is no news"


def latest(kind: Kind, ids: list[int], at: datetime, rows: list[list[int]]) -> LatestValues:
    at_ms = np.full(len(ids), round(at.timestamp() * 1000))
    rates = np.full((len(ids), len(kind.counters_at)), np.nan, np.float32)
    return LatestValues(kind, np.array(ids), at_ms, np.array(rows), rates)
