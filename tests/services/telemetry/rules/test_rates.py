"""Counters and uptimes: what is certain becomes a rate, the rest a gap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from noc_console.services.telemetry.model import UNKNOWN
from noc_console.services.telemetry.rules import rates as module
from noc_console.services.telemetry.rules.rates import UPTIME_WRAP_S, Tracks, Uptime, Width


def width(bits: int, speed_bps: int = 0) -> Width:
    return Width(np.array([bits == 64]), np.array([speed_bps], np.int64))


GIGABIT, OLD_100M, TEN_GIG_32 = width(64, 10**9), width(32, 10**8), width(32, 10**10)
WIDE, NARROW = (64,) * 4 + (32,) * 4, (32,) * 8


@dataclass(frozen=True)
class Track:
    """One interface, in plain numbers."""

    at: float
    values: tuple[int | None, ...]
    epoch: int


class rates:
    """The rules of many interfaces, asked about one."""

    follow_uptime = staticmethod(module.follow_uptime)
    wrap_interval = staticmethod(module.wrap_interval)

    @staticmethod
    def follow(
        old: Track | None,
        raw: tuple[int | None, ...],
        width: Width,
        *,
        at: float,
        epoch: int,
        afresh: bool = False,
    ) -> Track:
        before = None if old is None else _tracks(old)
        now = module.follow(before, _row(raw), width, at=at, epoch=epoch, afresh=afresh)
        values = tuple(None if v == UNKNOWN else v % 2**64 for v in now.values[0].tolist())
        return Track(float(now.at[0]), values, int(now.epochs[0]))

    @staticmethod
    def rates(old: Track | None, new: Track) -> tuple[float | None, ...]:
        found = module.rates(None if old is None else _tracks(old), _tracks(new))
        return tuple(None if rate != rate else rate for rate in found[0].tolist())


def _tracks(one: Track) -> Tracks:
    return Tracks(np.array([one.at]), _row(one.values), np.array([one.epoch]))


def _row(values: tuple[int | None, ...]) -> np.ndarray:
    words = [UNKNOWN if v is None else (v + 2**63) % 2**64 - 2**63 for v in values]
    return np.array([words], np.int64)


def reading(octets: int, errors: int = 0) -> tuple[int, ...]:
    return (octets, octets, octets // 500, octets // 500, errors, 0, 0, 0)


def track(octets: int, at: float = 0.0, epoch: int = 1, errors: int = 0) -> Track:
    return Track(at, reading(octets, errors), epoch)


def test_a_rate_is_the_growth_over_the_time() -> None:
    now = rates.follow(track(1_000), reading(61_000), GIGABIT, at=60.0, epoch=2)
    assert now.epoch == 1
    assert rates.rates(track(1_000), now)[0] == pytest.approx(1_000.0)


def test_the_first_reading_has_no_rate() -> None:
    now = rates.follow(None, reading(5), GIGABIT, at=60.0, epoch=2)
    assert now == Track(60.0, reading(5), 2)
    assert set(rates.rates(None, now)) == {None}


def test_a_32_bit_counter_wraps_and_goes_on() -> None:
    """N4: a wrap is no restart and no spike."""
    quiet = (0,) * 6
    before = Track(0.0, (2**32 - 1_000, 0, *quiet), 1)
    now = rates.follow(before, (500_000, 0, *quiet), OLD_100M, at=60.0, epoch=2)
    assert now.values[0] == 2**32 + 500_000
    assert rates.rates(before, now)[0] == pytest.approx(501_000 / 60)
    later = rates.follow(now, (600_000, 0, *quiet), OLD_100M, at=120.0, epoch=3)
    assert rates.rates(now, later)[0] == pytest.approx(100_000 / 60)


def test_a_32_bit_counter_that_may_have_wrapped_twice_has_no_rate() -> None:
    """N4: 32 bits at 10 Gbit/s."""
    before = track(1_000)
    now = rates.follow(before, reading(9_000), TEN_GIG_32, at=60.0, epoch=2)
    assert now.epoch == 2
    assert set(rates.rates(before, now)) == {None}


def test_a_fast_interface_with_32_bits_is_asked_often_enough() -> None:
    assert rates.wrap_interval(OLD_100M, longest=60.0) == 60.0
    assert rates.wrap_interval(width(32, 10**9), longest=60.0) < 2**32 * 8 / 1e9
    assert rates.wrap_interval(TEN_GIG_32, longest=60.0) == 15.0
    assert rates.wrap_interval(GIGABIT, longest=60.0) == 60.0


def test_a_counter_that_fell_back_restarted() -> None:
    before = track(10**12)
    now = rates.follow(before, reading(5_000), GIGABIT, at=60.0, epoch=2)
    assert (now.epoch, now.values) == (2, reading(5_000))


def test_a_device_that_restarted_begins_a_new_epoch_even_when_counters_grew() -> None:
    before = track(1_000)
    now = rates.follow(before, reading(2_000), GIGABIT, at=60.0, epoch=2, afresh=True)
    assert set(rates.rates(before, now)) == {None}


def test_more_than_the_line_can_carry_is_a_spike_and_no_rate() -> None:
    """N4: filtered by ifSpeed."""
    before = track(0)
    possible = int(1e9 / 8 * 60)
    assert rates.follow(before, reading(possible), GIGABIT, at=60.0, epoch=2).epoch == 1
    assert rates.follow(before, reading(possible * 2), GIGABIT, at=60.0, epoch=2).epoch == 2


def test_an_agent_that_refreshes_its_counters_rarely_makes_no_spike() -> None:
    burst = int(1e9 / 8 * 10)
    now = rates.follow(track(0), reading(burst), GIGABIT, at=1.0, epoch=2)
    assert now.epoch == 1


def test_errors_that_restarted_alone_make_a_gap_for_the_whole_interface() -> None:
    before = track(1_000, errors=500)
    now = rates.follow(before, reading(2_000, errors=3), GIGABIT, at=60.0, epoch=2)
    assert set(rates.rates(before, now)) == {None}


def test_a_column_the_device_stopped_giving_is_a_gap_in_that_column_only() -> None:
    missing = (None, *reading(2_000)[1:])
    before = track(1_000)
    now = rates.follow(before, missing, GIGABIT, at=60.0, epoch=2)
    found = rates.rates(before, now)
    assert found[0] is None and found[1] is not None


def test_no_time_is_no_rate() -> None:
    now = rates.follow(track(1_000, at=60.0), reading(2_000), GIGABIT, at=60.0, epoch=2)
    assert set(rates.rates(track(1_000, at=60.0), now)) == {None}


COUNTS = st.integers(0, 2**64 - 1)


@given(
    st.lists(st.tuples(*[COUNTS] * 8), min_size=2, max_size=12),
    st.sampled_from([GIGABIT, OLD_100M, TEN_GIG_32, width(64), width(32)]),
    st.floats(0.5, 3_600),
)
def test_whatever_a_device_says_no_rate_is_negative_or_faster_than_the_line(
    readings: list[tuple[int, ...]], width: Width, step: float
) -> None:
    before: Track | None = None
    for number, raw in enumerate(readings):
        fitted = tuple(
            value % 2**bits
            for value, bits in zip(raw, WIDE if width.wide[0] else NARROW, strict=True)
        )
        now = rates.follow(before, fitted, width, at=number * step, epoch=number + 1)
        for rate in rates.rates(before, now):
            assert rate is None or rate >= 0
        octets = rates.rates(before, now)[0]
        speed = int(width.speeds[0])
        if octets is not None and speed:
            assert octets * 8 <= speed * 1.2 * (step + 15) / step + 1
        before = now


@given(
    st.integers(0, 2**64),
    st.lists(st.integers(0, 7 * 10**8), min_size=1, max_size=30),
    st.sampled_from([(GIGABIT, 64), (OLD_100M, 32)]),
)
def test_a_counter_that_only_counts_is_followed_exactly_through_every_wrap(
    start: int, steps: list[int], width_bits: tuple[Width, int]
) -> None:
    width, bits = width_bits
    true = start % 2**bits
    first = true
    now = rates.follow(None, (true,) + (0,) * 7, width, at=0.0, epoch=1)
    for number, step in enumerate(steps, 1):
        true += step
        raw = (true % 2**bits,) + (0,) * 7
        now = rates.follow(now, raw, width, at=number * 60.0, epoch=number + 1)
    assert now.epoch == 1
    assert now.values[0] is not None
    assert (now.values[0] - first) % 2**64 == true - first


def test_uptime_that_runs_on_is_no_restart() -> None:
    up, restarted = rates.follow_uptime(Uptime(1_000.0, 0.0), 106_000, at=60.0)
    assert (up.seconds, restarted) == (1_060.0, False)


def test_uptime_that_fell_back_is_a_restart() -> None:
    up, restarted = rates.follow_uptime(Uptime(1_000.0, 0.0), 3_000, at=60.0)
    assert (up.seconds, restarted) == (30.0, True)


def test_uptime_that_grew_less_than_time_is_a_restart() -> None:
    """Just booted, then asked again after a boot in between: larger, and yet a new life."""
    _, restarted = rates.follow_uptime(Uptime(20.0, 0.0), 5_000, at=120.0)
    assert restarted


def test_uptime_wraps_after_497_days_without_a_restart() -> None:
    before = Uptime(UPTIME_WRAP_S - 30, 0.0)
    up, restarted = rates.follow_uptime(before, 3_000, at=60.0)
    assert not restarted
    assert up.seconds == pytest.approx(UPTIME_WRAP_S + 30)
    again, restarted = rates.follow_uptime(up, 9_000, at=120.0)
    assert (round(again.seconds - up.seconds), restarted) == (60, False)


def test_a_restart_of_an_old_device_is_not_taken_for_a_wrap() -> None:
    _, restarted = rates.follow_uptime(Uptime(UPTIME_WRAP_S * 0.8, 0.0), 3_000, at=60.0)
    assert restarted


def test_after_our_own_sleep_the_device_is_ahead_and_did_not_restart() -> None:
    """A steady clock that stood still while the machine slept."""
    up, restarted = rates.follow_uptime(Uptime(1_000.0, 0.0), 100 * 30_000, at=60.0)
    assert (up.seconds, restarted) == (30_000.0, False)


@given(
    st.floats(0, UPTIME_WRAP_S * 3),
    st.lists(st.floats(0.5, 86_400), min_size=1, max_size=40),
    st.floats(-0.004, 0.004),
)
def test_a_device_that_stays_up_is_never_said_to_have_restarted(
    start: float, pauses: list[float], drift: float
) -> None:
    at, true = 0.0, start
    up, _ = rates.follow_uptime(None, int(true * 100), at=at)
    up = Uptime(true, at)
    for pause in pauses:
        at += pause
        true += pause * (1 + drift)
        up, restarted = rates.follow_uptime(up, int(true * 100) % 2**32, at=at)
        assert not restarted
    assert up.seconds == pytest.approx(true, abs=0.02)


@given(st.floats(100, UPTIME_WRAP_S * 2.5), st.floats(1, 3_600), st.floats(0, 1))
def test_a_device_that_restarted_is_always_noticed(
    before: float, pause: float, share: float
) -> None:
    since_boot = pause * share
    wrapped = abs((before + pause) % UPTIME_WRAP_S - since_boot) < 400
    assume(not wrapped)
    old = Uptime(before, 0.0)
    up, restarted = rates.follow_uptime(old, int(since_boot * 100), at=pause)
    assert restarted
    assert up.seconds == pytest.approx(since_boot, abs=0.011)


def test_each_interface_is_followed_by_its_own_width_and_speed() -> None:
    both = Width(np.array([True, False, False]), np.array([10**9, 10**8, 0], np.int64))
    first = np.zeros((3, 8), np.int64)
    first[1, 0] = 2**32 - 1_000
    old = module.follow(None, first, both, at=0.0, epoch=1)
    second = np.zeros((3, 8), np.int64)
    second[:, 0] = 500_000
    second[2, 4] = UNKNOWN
    now = module.follow(old, second, both, at=60.0, epoch=2)
    assert now.epochs.tolist() == [1, 1, 1]
    assert now.values[:, 0].tolist() == [500_000, 2**32 + 500_000, 500_000]
    found = module.rates(old, now)
    assert found[:, 0].tolist() == pytest.approx([500_000 / 60, 501_000 / 60, 500_000 / 60])
    assert np.isnan(found[2, 4]) and not np.isnan(found[:2, 4]).any()


def test_an_interface_without_a_past_is_fresh_among_others() -> None:
    both = Width(np.array([True, True]), np.array([0, 0], np.int64))
    old = Tracks(np.array([0.0, np.nan]), np.zeros((2, 8), np.int64), np.array([1, 0]))
    now = module.follow(old, np.ones((2, 8), np.int64), both, at=60.0, epoch=2)
    assert now.epochs.tolist() == [1, 2]
