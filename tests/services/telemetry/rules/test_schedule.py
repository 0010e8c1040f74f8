"""Turns of many devices, on a clock made of numbers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.telemetry.rules import schedule
from noc_console.services.telemetry.rules.schedule import Bucket, Schedule


def run(
    plan: Schedule, *, start: float, end: float, step: float = 0.1, interval: float = 60.0
) -> list[tuple[float, int]]:
    """Turns taken until `end`; each device gets its next regular turn at once."""
    taken = []
    for tick in range(round((end - start) / step)):
        now = start + tick * step
        for device_id, _ in plan.due(now):
            taken.append((now, device_id))
            plan.put(device_id, schedule.next_turn(device_id, interval=interval, now=now))
    return taken


def test_every_device_is_asked_once_an_interval_and_never_in_a_burst() -> None:
    plan = Schedule()
    for device_id in range(1, 601):
        plan.add(device_id, interval=60.0, now=0.0)
    turns = run(plan, start=0.0, end=600.0)
    regular = [(at, device) for at, device in turns if at >= 60.0]
    assert len(regular) == 600 * 9
    by_second = [0] * 600
    for at, _ in regular:
        by_second[int(at)] += 1
    assert max(by_second) <= 13, "600 devices in 60 s are 10 a second"


def test_places_are_fixed_so_a_restart_spreads_the_same_way() -> None:
    first = schedule.next_turn(7, interval=60.0, now=1_000.0)
    assert schedule.next_turn(7, interval=60.0, now=first - 0.001) == first
    assert schedule.next_turn(7, interval=60.0, now=first) == pytest.approx(first + 60)


@given(st.integers(1, 10**9), st.floats(0.2, 86_400), st.floats(0, 10**9))
def test_the_next_turn_is_always_ahead_and_within_an_interval(
    device_id: int, interval: float, now: float
) -> None:
    turn = schedule.next_turn(device_id, interval=interval, now=now)
    assert now < turn <= now + interval * 1.001 + 1e-3


def test_new_devices_are_asked_within_seconds_but_not_all_at_once() -> None:
    plan = Schedule()
    for device_id in range(1, 51):
        plan.add(device_id, interval=60.0, now=100.0)
    at_once = plan.due(100.0)
    turns = run(plan, start=100.0, end=100.0 + schedule.FIRST_ROUND_S + 0.2)
    assert len(at_once) <= 2
    assert len({device for _, device in turns}) + len(at_once) == 50


def test_after_a_sleep_everyone_is_asked_once_and_spread() -> None:
    """S13: one catch-up round when a laptop wakes, spread."""
    plan = Schedule()
    for device_id in range(1, 121):
        plan.add(device_id, interval=60.0, now=0.0)
    run(plan, start=0.0, end=120.0)
    woke = 120.0 + 8 * 3600
    turns = run(plan, start=woke, end=woke + 15.2)
    assert len(turns) <= 120 + 35, "one catch-up round, and the regular turns beside it"
    assert {device for _, device in turns} == set(range(1, 121))
    first_second = [device for at, device in turns if at < woke + 1]
    assert len(first_second) < 30


def test_a_late_turn_says_when_it_was_to_be() -> None:
    plan = Schedule()
    plan.put(1, 10.0)
    assert plan.due(10.5) == [(1, 10.0)], "half a second ago"
    assert plan.due(10.6) == [], "a turn taken is gone until the next one is given"


def test_a_hint_hastens_a_turn_and_never_delays_it() -> None:
    plan = Schedule()
    plan.put(1, 50.0)
    plan.hasten(1, 20.0)
    plan.hasten(1, 40.0)
    plan.hasten(2, 5.0)
    assert plan.wait(0.0, longest=100.0) == 20.0
    assert [device for device, _ in plan.due(20.0)] == [1]
    assert plan.due(60.0) == []


def test_a_removed_device_has_no_turn() -> None:
    plan = Schedule()
    plan.add(1, interval=60.0, now=0.0)
    plan.remove(1)
    assert (len(plan), 1 in plan, plan.due(100.0)) == (0, False, [])
    assert plan.wait(0.0, longest=3.0) == 3.0


def test_another_rhythm_counts_from_now_on() -> None:
    plan = Schedule()
    for device_id in range(1, 11):
        plan.add(device_id, interval=60.0, now=0.0)
        plan.change_interval(device_id, 1.0, now=0.0)
    turns = [device for _, device in run(plan, start=0.0, end=2.05, step=0.01, interval=1.0)]
    assert all(2 <= turns.count(device) <= 3 for device in range(1, 11))


def test_a_sick_device_is_asked_less_and_less_often_but_not_at_once() -> None:
    pauses = [schedule.backed_off(n, interval=60.0, longest=300.0) for n in range(1, 12)]
    assert pauses[:5] == [60.0] * 5
    assert pauses[5:8] == [120.0, 240.0, 300.0]
    assert all(a <= b for a, b in pairwise(pauses))
    assert schedule.backed_off(99, interval=600.0, longest=300.0) == 600.0


@given(
    st.lists(st.floats(0.01, 2.0), min_size=10, max_size=80), st.floats(0.5, 10), st.floats(1, 9)
)
def test_a_bucket_never_gives_more_than_its_rate(
    pauses: list[float], rate: float, size: float
) -> None:
    bucket = Bucket(rate, now=0.0)
    now = spent = 0.0
    for pause in pauses:
        now += pause
        if bucket.take(size, now=now):
            spent += size
    assert spent <= rate * now + max(1.0, rate) + size


def test_a_bucket_lets_a_large_request_through_when_it_is_full() -> None:
    bucket = Bucket(4.0, now=0.0)
    assert bucket.take(9.0, now=0.0)
    assert not bucket.take(1.0, now=1.0), "still paying"
    assert bucket.take(1.0, now=2.0)


def test_a_device_asked_lately_goes_on_at_its_place() -> None:
    plan = Schedule()
    plan.join(7, interval=60.0, now=1_000.0)
    assert plan.turn_of(7) == schedule.next_turn(7, interval=60.0, now=1_000.0)


def test_after_a_sleep_each_class_catches_up_within_its_own_interval() -> None:
    plan = Schedule()
    for device_id in range(1, 21):
        plan.add(device_id, interval=10.0 if device_id <= 10 else 300.0, now=0.0)
    woke = 3_600.0
    plan.due(woke)
    first = [plan.turn_of(device_id) for device_id in range(1, 21)]
    assert all(turn is not None and turn <= woke + 2.5 for turn in first[:10])
    later = [turn for turn in first[10:] if turn is not None]
    assert max(later) > woke + 20 and max(later) <= woke + 75


def test_what_others_spend_is_gone_too() -> None:
    bucket = Bucket(4.0, now=0.0)
    bucket.spend(6.0, now=0.0)
    assert not bucket.take(1.0, now=0.5)
    assert bucket.take(1.0, now=0.8)
    bucket.spend(10_000.0, now=1.0)
    assert bucket.take(1.0, now=1.0 + schedule.MOST_DEBT_S + 1.0), "not for ever"
