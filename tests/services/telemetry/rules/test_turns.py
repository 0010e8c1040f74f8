"""Sensors take turns: the urgent ones every time, the others in due course."""

from __future__ import annotations

from itertools import pairwise

from noc_console.services.inventory.model import (
    DeviceId,
    DeviceType,
    Sensor,
    SensorId,
    SensorKind,
)
from noc_console.services.telemetry.model import ONU_SWEEP_S
from noc_console.services.telemetry.rules.tiers import Rhythm
from noc_console.services.telemetry.rules.turns import ALWAYS, EACH_POLL, Turns

MINUTE = Rhythm("", 60.0, 60.0, 60.0)


def sensors(count: int, kind: SensorKind, first: int = 1) -> tuple[Sensor, ...]:
    return tuple(
        Sensor(SensorId(number), DeviceId(7), kind, f"s{number}", f"1.3.6.1.{number}")
        for number in range(first, first + count)
    )


def test_the_sensors_of_a_router_are_all_read_each_time() -> None:
    all_of_them = sensors(EACH_POLL, SensorKind.VOLTAGE)
    turns = Turns(DeviceType.ROUTER, all_of_them, MINUTE)
    assert turns.next(0.0) == turns.next(60.0) == all_of_them


def test_of_thousands_the_urgent_are_read_each_time_and_all_in_due_course() -> None:
    urgent = sensors(3, SensorKind.CPU, 5_001)
    optics = sensors(2_000, SensorKind.VOLTAGE)
    turns = Turns(DeviceType.SWITCH, optics + urgent, MINUTE)
    seen: set[int] = set()
    for poll in range(30):
        portion = turns.next(60.0 * poll)
        assert len(portion) == len(set(portion)) == EACH_POLL
        assert set(urgent) <= set(portion)
        seen |= {int(sensor.id) for sensor in portion}
    assert len(seen) == 2_003
    assert ALWAYS + 20 * (EACH_POLL - ALWAYS) >= 2_003, "twenty polls are enough"


def test_the_round_goes_on_when_the_inventory_is_read_anew() -> None:
    many = sensors(1_000, SensorKind.VOLTAGE)
    turns = Turns(DeviceType.SWITCH, many, MINUTE)
    first = turns.next(0.0)
    same = turns.follow(DeviceType.SWITCH, many, MINUTE)
    assert same is turns
    more = turns.follow(DeviceType.SWITCH, many + sensors(1, SensorKind.VOLTAGE, 2_000), MINUTE)
    assert set(more.next(60.0)[ALWAYS:]).isdisjoint(first[ALWAYS:])


def test_an_onus_light_is_never_read_twice_within_the_hour() -> None:
    """However often the OLT is polled, and whatever happens to its plan meanwhile."""
    light, heat = sensors(2_000, SensorKind.DBM), sensors(5, SensorKind.TEMPERATURE, 5_001)
    quick = Rhythm("olt", 10.0, 10.0, 10.0)
    turns = Turns(DeviceType.OLT, light + heat, quick)
    read: dict[int, list[float]] = {}
    for poll in range(3 * 360):
        now = 10.0 * poll
        if poll % 100 == 50:
            more = sensors(1, SensorKind.TEMPERATURE, 6_000 + poll)
            turns = turns.follow(DeviceType.OLT, light + heat + more, quick)
        portion = turns.next(now)
        assert set(heat) <= set(portion), "the rest of it as often as ever"
        for sensor in portion:
            if sensor.kind is SensorKind.DBM:
                read.setdefault(int(sensor.id), []).append(now)
    assert len(read) == 2_000
    assert min(len(times) for times in read.values()) == 3
    gaps = [b - a for times in read.values() for a, b in pairwise(times)]
    assert min(gaps) >= ONU_SWEEP_S


def test_a_restart_of_ours_is_no_reason_to_sweep_again() -> None:
    light = sensors(10, SensorKind.DBM)
    turns = Turns(DeviceType.OLT, light, MINUTE)
    turns.remember({int(sensor.id): 1_000.0 for sensor in light[:9]})
    assert turns.next(1_060.0) == light[9:]
    assert turns.next(4_599.0) == ()
    assert turns.next(4_600.0) == light[:9]


def test_sensors_with_a_slower_rhythm_keep_it_though_polls_come_a_little_early() -> None:
    slow = Rhythm("cpe", 300.0, 900.0, 300.0)
    heat, light = sensors(1, SensorKind.TEMPERATURE), sensors(1, SensorKind.DBM, 2)
    turns = Turns(DeviceType.ROUTER, heat + light, slow)
    polls = [set(turns.next(300.0 * poll - 0.01 * poll)) for poll in range(7)]
    assert [heat[0] in poll for poll in polls] == [True, False, False] * 2 + [True]
    assert all(light[0] in poll for poll in polls)
