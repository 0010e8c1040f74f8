"""A rule over a curve decides as it would have at each poll."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.alarms.model import Severity
from noc_console.services.detection.deriving import Derived
from noc_console.services.detection.judging import Limit, judge, limit_of
from noc_console.services.detection.pack import our_book
from noc_console.services.detection.replaying import matched, restarts, standing, stretches

BY_ID = {rule.id: limit_of(rule) for rule in our_book().every}
CPU, CHARGE = BY_ID["cpu"], BY_ID["charge"]
MINUTE = 60_000


def curve(*values: float) -> Derived:
    told = np.array(values, np.float64)
    return Derived(np.arange(len(told)) * MINUTE, told, told, told)


def slowly(limit: Limit, values: list[float]) -> list[tuple[int, int | None, Severity]]:
    """The same, value by value and without any shortcut."""
    found: list[tuple[int, int | None, Severity]] = []
    current = worst = Severity.CLEARED
    start = 0
    for at in range(len(values)):
        wanted = judge(limit, current, values[max(0, at - limit.of + 1) : at + 1])
        if wanted and not current:
            start, worst = at, wanted
        elif current and not wanted:
            found.append((start * MINUTE, at * MINUTE, worst))
        worst, current = max(worst, wanted), wanted
    if current:
        found.append((start * MINUTE, None, worst))
    return found


@given(
    st.sampled_from([CPU, CHARGE, BY_ID["supply-state"]]),
    st.lists(st.sampled_from([1, 2, 3, 10, 22, 45, 55, 72, 82, 90, 96, 99]), max_size=60),
)
def test_passing_over_calm_values_changes_nothing(limit: Limit, values: list[float]) -> None:
    told = [(one.start, one.end, one.severity) for one in stretches(limit, curve(*values))]
    assert told == slowly(limit, [float(value) for value in values])


def test_the_worst_of_a_stretch_is_kept() -> None:
    (one,) = stretches(CPU, curve(20, 85, 85, 97, 98, 60, 60, 60, 20))
    assert (one.severity, one.value, one.at) == (Severity.MAJOR, 98, 4)
    (low,) = stretches(CHARGE, curve(100, 40, 30, 15, 14, 99, 99, 99))
    assert (low.severity, low.value) == (Severity.MAJOR, 14)


def test_gaps_are_passed_over() -> None:
    nan = float("nan")
    assert len(stretches(CPU, curve(nan, 85, nan, 85, nan))) == 1
    assert stretches(CPU, curve()) == []


def test_a_delay_counts_in_time() -> None:
    patient = replace(CPU, on_delay_s=180.0)
    told = [90.0] * 3 + [20.0] * 3
    assert stretches(patient, curve(*told)) == []
    (one,) = stretches(patient, curve(*[90.0] * 6))
    assert one.start == 4 * MINUTE


def test_what_stands_at_the_end_is_standing() -> None:
    assert standing(CPU, curve(20, 90, 90)) is not None
    assert standing(CPU, curve(90, 90, 20, 20, 20)) is None


@pytest.mark.parametrize(
    ("real", "told", "expected"),
    [
        ([(0, 10)], [(5, 20)], (1, 0, 0)),
        ([(0, 10)], [(30, 40)], (0, 1, 1)),
        ([(0, 10)], [(12, 20)], (1, 0, 0)),
        ([(0, None)], [(500, 600), (700, None)], (1, 0, 0)),
        ([], [(0, 1)], (0, 0, 1)),
    ],
)
def test_alarms_that_overlap_belong_together(
    real: list[tuple[int, int | None]],
    told: list[tuple[int, int | None]],
    expected: tuple[int, int, int],
) -> None:
    assert matched(real, told, slack_ms=5) == expected


def test_an_uptime_that_goes_back_is_a_restart() -> None:
    times = np.arange(4) * MINUTE
    assert list(restarts(times, np.array([100.0, np.nan, 160.0, 3.0]))) == [3 * MINUTE]
