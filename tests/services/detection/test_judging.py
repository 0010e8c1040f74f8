"""Levels, hysteresis and confirmation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.alarms.model import Severity
from noc_console.services.detection.judging import (
    Limit,
    is_pending,
    judge,
    least,
    limit_of,
    settle,
)
from noc_console.services.detection.pack import our_book

CLEARED, WARNING, MINOR, MAJOR = (
    Severity.CLEARED,
    Severity.WARNING,
    Severity.MINOR,
    Severity.MAJOR,
)
BY_ID = {rule.id: limit_of(rule) for rule in our_book().every}
CPU, UTILISATION = BY_ID["cpu"], BY_ID["utilisation"]
LIMITS = [
    BY_ID[name]
    for name in (
        "utilisation", "cpu", "memory", "temperature", "errors", "error-share",
        "light-low", "light-drop", "charge", "supply-state", "hardware-state", "storage",
    )
]  # fmt: skip


def follow(limit: Limit, *values: float, current: Severity = CLEARED) -> list[Severity]:
    """The severity after each value."""
    found = []
    for end in range(1, len(values) + 1):
        current = judge(limit, current, values[:end])
        found.append(current)
    return found


def test_one_value_beyond_a_level_is_not_enough() -> None:
    assert follow(CPU, 99, 20, 20, 99, 20) == [CLEARED] * 5


def test_two_of_three_values_raise() -> None:
    assert follow(CPU, 85, 60, 85) == [CLEARED, CLEARED, MINOR]


def test_between_raising_and_clearing_nothing_moves() -> None:
    assert follow(CPU, 85, 85, 75, 79, 71, 75) == [CLEARED, MINOR, MINOR, MINOR, MINOR, MINOR]


def test_it_clears_below_the_clearing_level() -> None:
    assert follow(CPU, 85, 85, 60, 60) == [CLEARED, MINOR, MINOR, CLEARED]


def test_it_escalates_and_eases_level_by_level() -> None:
    assert follow(UTILISATION, 90, 90, 96, 97, 80, 80, 70, 70) == [
        CLEARED,
        WARNING,
        WARNING,
        MAJOR,
        MAJOR,
        WARNING,
        WARNING,
        CLEARED,
    ]


def test_a_drop_to_quiet_clears_without_stops_on_the_way() -> None:
    assert follow(UTILISATION, 99, 99, 5, 5) == [CLEARED, MAJOR, MAJOR, CLEARED]


def test_too_little_is_a_problem_too() -> None:
    assert follow(BY_ID["charge"], 100, 45, 44, 19, 18, 30, 30, 70, 70) == [
        CLEARED,
        CLEARED,
        MINOR,
        MINOR,
        MAJOR,
        MAJOR,
        MINOR,
        MINOR,
        CLEARED,
    ]


def test_states_need_no_confirmation() -> None:
    assert follow(BY_ID["supply-state"], 1, 2, 3, 1) == [CLEARED, MINOR, MAJOR, CLEARED]


def test_an_unconfirmed_value_asks_for_another() -> None:
    assert is_pending(CPU, CLEARED, (20, 99))
    assert not is_pending(CPU, MAJOR, (99, 99))
    assert not is_pending(CPU, CLEARED, (99, 20))
    assert not is_pending(CPU, CLEARED, ())


def test_after_a_restart_of_ours_one_good_value_does_not_clear() -> None:
    assert judge(CPU, MAJOR, (20.0,)) is MAJOR


@pytest.mark.parametrize("limit", LIMITS)
def test_levels_are_in_order_and_clear_before_they_raise(limit: Limit) -> None:
    severities = [level.severity for level in limit.levels]
    assert severities == sorted(severities, reverse=True)
    for level in limit.levels:
        if limit.below:
            assert level.clear_at > level.raise_at
        else:
            assert level.clear_at < level.raise_at
    assert 1 <= limit.need <= limit.of


@given(st.sampled_from(LIMITS), st.floats(-60, 120), st.integers(1, 12))
def test_a_steady_value_gives_a_steady_severity(limit: Limit, value: float, count: int) -> None:
    found = follow(limit, *[value] * (count + limit.of))
    assert len(set(found[limit.need - 1 :])) == 1


@given(
    st.sampled_from(LIMITS),
    st.lists(st.floats(-60, 120), min_size=1, max_size=30),
    st.sampled_from(list(Severity)[2:5]),
)
def test_good_values_always_clear_in_the_end(
    limit: Limit, values: list[float], current: Severity
) -> None:
    good = 119.0 if limit.below else -59.0
    assert follow(limit, *values, *[good] * limit.of, current=current)[-1] is CLEARED


def test_up_to_the_least_value_nothing_can_come() -> None:
    assert least(CPU) == 70
    assert least(replace(CPU, levels=())) == float("inf")


PATIENT = replace(CPU, on_delay_s=120.0, off_delay_s=300.0)


def settled(*moves: tuple[float, Severity], current: Severity = CLEARED) -> list[Severity]:
    """What counts after each decision, taken as standing."""
    held, found = None, []
    for at, wanted in moves:
        current, held = settle(PATIENT, current, wanted, held, at=at)
        found.append(current)
    return found


def test_a_problem_must_last_before_it_is_an_alarm() -> None:
    assert settled((0, MAJOR), (60, MAJOR), (120, MAJOR)) == [CLEARED, CLEARED, MAJOR]


def test_a_problem_that_goes_away_begins_its_wait_anew() -> None:
    moves = ((0, MAJOR), (60, CLEARED), (100, MAJOR), (130, MAJOR), (220, MAJOR))
    assert settled(*moves) == [CLEARED] * 4 + [MAJOR]


def test_a_problem_that_grows_while_it_waits_keeps_its_start() -> None:
    assert settled((0, MINOR), (60, MAJOR), (120, MAJOR)) == [CLEARED, CLEARED, MAJOR]


def test_it_must_be_gone_for_a_while_before_it_clears() -> None:
    moves = ((0, CLEARED), (200, CLEARED), (250, MAJOR), (260, CLEARED), (560, CLEARED))
    assert settled(*moves, current=MAJOR) == [MAJOR] * 4 + [CLEARED]


def test_without_delays_everything_counts_at_once() -> None:
    assert settle(CPU, CLEARED, MAJOR, None, at=0) == (MAJOR, None)
