"""Levels, hysteresis and confirmation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.inventory.model import DeviceId, Sensor, SensorId, SensorKind
from noc_console.services.telemetry.rules import thresholds
from noc_console.services.telemetry.rules.thresholds import CPU, UTILISATION, Level, Limit

CLEARED, WARNING, MINOR, MAJOR = (
    Severity.CLEARED,
    Severity.WARNING,
    Severity.MINOR,
    Severity.MAJOR,
)
LIMITS = [
    thresholds.UTILISATION,
    thresholds.CPU,
    thresholds.MEMORY,
    thresholds.TEMPERATURE,
    thresholds.ERRORS,
    thresholds.ERROR_SHARE,
    thresholds.OPTICAL_LOW,
    thresholds.OPTICAL_DROP,
    thresholds.CHARGE,
    thresholds.STATE,
]


def follow(limit: Limit, *values: float, current: Severity = CLEARED) -> list[Severity]:
    """The severity after each value."""
    found = []
    for end in range(1, len(values) + 1):
        current = thresholds.judge(limit, current, values[:end])
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
    assert follow(thresholds.CHARGE, 100, 45, 44, 19, 18, 30, 30, 70, 70) == [
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
    assert follow(thresholds.STATE, 1, 2, 3, 1) == [CLEARED, MINOR, MAJOR, CLEARED]


def test_an_unconfirmed_value_asks_for_another() -> None:
    assert thresholds.is_pending(CPU, CLEARED, (20, 99))
    assert not thresholds.is_pending(CPU, MAJOR, (99, 99))
    assert not thresholds.is_pending(CPU, CLEARED, (99, 20))
    assert not thresholds.is_pending(CPU, CLEARED, ())


def test_after_a_restart_of_ours_one_good_value_does_not_clear() -> None:
    assert thresholds.judge(CPU, MAJOR, (20.0,)) is MAJOR


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


def sensor(kind: SensorKind, **changes: object) -> Sensor:
    made = Sensor(SensorId(1), DeviceId(7), kind, "x", "1.3.6.1")
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_sensors_own_limits_win() -> None:
    hot = thresholds.limit_of(sensor(SensorKind.TEMPERATURE, high=90.0))
    assert hot is not None
    assert follow(hot, 80, 80, 86, 86, 91, 91) == [CLEARED, CLEARED, CLEARED, MINOR, MINOR, MAJOR]
    dark = thresholds.limit_of(sensor(SensorKind.DBM, low=-18.0))
    assert dark is not None
    assert dark.levels == (Level(MAJOR, -18.0, -17.0),)
    assert thresholds.limit_of(sensor(SensorKind.TEMPERATURE)) == thresholds.TEMPERATURE
    assert thresholds.limit_of(sensor(SensorKind.DBM)) == thresholds.OPTICAL_LOW
    assert thresholds.limit_of(sensor(SensorKind.STATE)) == thresholds.STATE
    assert thresholds.limit_of(sensor(SensorKind.FANSPEED)) is None
    assert dark.condition is Condition.OPTICAL_POWER


def test_where_the_device_warns_is_minor() -> None:
    hot = thresholds.limit_of(sensor(SensorKind.TEMPERATURE, high=90.0, warn_high=75.0))
    assert hot is not None
    assert hot.levels == (Level(MAJOR, 90.0, 85.0), Level(MINOR, 75.0, 70.0))
    dim = thresholds.limit_of(sensor(SensorKind.DBM, low=-18.0, warn_low=-15.0))
    assert dim is not None
    assert dim.levels == (Level(MAJOR, -18.0, -17.0), Level(MINOR, -15.0, -14.0))


def test_the_usual_light_rises_at_once_and_falls_over_days() -> None:
    usual = thresholds.baseline(None, -10.0, passed_s=0)
    usual = thresholds.baseline(usual, -8.0, passed_s=60)
    assert usual == -8.0
    for _ in range(60):
        usual = thresholds.baseline(usual, -14.0, passed_s=60)
    assert usual == pytest.approx(-8.0, abs=0.1), "an hour of fading is a loss, not the new usual"
    for _ in range(24 * 30):
        usual = thresholds.baseline(usual, -14.0, passed_s=3600)
    assert usual == pytest.approx(-14.0, abs=0.1)
