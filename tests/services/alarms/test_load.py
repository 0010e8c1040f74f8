"""The load of the desk: what spoke to somebody, and the figures that follow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.alarms import load
from noc_console.services.alarms.load import Steps, Thing, Verdict
from noc_console.services.alarms.model import Severity

THING = Thing("device:1", "cpu", 1, "core-1", "Delft")


def steps(*told: tuple[float, int, str]) -> Steps:
    """Moment, alarm and word; every alarm is about a thing of its own."""
    things = [THING] * (max((alarm for _, alarm, _ in told), default=0) + 1)
    rows = [(at, alarm, load.WORDS.index(word), 4, alarm) for at, alarm, word in told]
    return Steps.of(rows, things)


def spoke(*told: tuple[float, int, str]) -> list[float]:
    some = steps(*told)
    return sorted(some.at[some.spoke].tolist())


def test_what_came_and_came_back_spoke() -> None:
    assert spoke((1, 1, "raised"), (50, 1, "cleared"), (99, 1, "reopened")) == [1, 99]


def test_what_is_folded_or_put_aside_within_a_minute_did_not_speak() -> None:
    assert spoke((1, 1, "raised"), (40, 1, "folded"), (2, 2, "raised"), (90, 2, "folded")) == [2]
    assert spoke((1, 1, "raised"), (1, 1, "shelved")) == []


def test_what_is_suppressed_stays_silent_until_it_is_released() -> None:
    told = [(1.0, 1, "raised"), (2.0, 1, "suppressed"), (3.0, 1, "cleared")]
    told += [(500.0, 1, "reopened"), (600.0, 1, "released"), (700.0, 1, "reopened")]
    assert spoke(*told) == [700]


def test_a_later_folding_does_not_silence_the_first_time_it_came() -> None:
    told = [(1.0, 1, "raised"), (5.0, 1, "cleared"), (30.0, 1, "reopened"), (40.0, 1, "folded")]
    assert spoke(*told) == [1]


def test_how_long_it_stood_and_was_gone() -> None:
    some = steps((0, 1, "raised"), (20, 1, "cleared"), (25, 1, "reopened"), (0, 2, "raised"))
    assert np.array_equal(some.stood_s[some.came], [20, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(some.gone_s[some.came], [np.nan, 5, np.nan], equal_nan=True)


@given(
    st.lists(
        st.tuples(st.integers(0, 5000), st.integers(0, 4), st.sampled_from(load.WORDS)),
        max_size=60,
    )
)
def test_the_vectors_say_what_a_walk_through_the_steps_says(
    told: list[tuple[int, int, str]],
) -> None:
    told = sorted(told, key=lambda one: one[0])
    expected = []
    for alarm in {alarm for _, alarm, _ in told}:
        mine = [(at, word) for at, who, word in told if who == alarm]
        quiet = False
        for number, (at, word) in enumerate(mine):
            if word in load.CAME and not quiet:
                for later, what in mine[number + 1 :]:
                    if what in load.QUIET and later - at <= load.GRACE_S:
                        break
                    if what in load.CAME or later - at > load.GRACE_S:
                        expected.append(at)
                        break
                else:
                    expected.append(at)
            if word in load.QUIET:
                quiet = True
            elif word in load.HEARD:
                quiet = False
    assert spoke(*((float(at), alarm, word) for at, alarm, word in told)) == sorted(expected)


def test_a_flood_begins_with_more_than_ten_and_ends_with_fewer_than_five() -> None:
    counts = np.array([0, 11, 6, 5, 4, 10, 12])
    first, second = load.floods(counts, 1000.0)
    assert (first.start, first.end, first.alarms, first.worst) == (1600, 3400, 22, 11)
    assert (second.start, second.end, second.alarms) == (4600, 5200, 12)


def test_the_split_by_priority_adds_up() -> None:
    rows = [(float(at), at, 0, int(severity), 0) for at, severity in enumerate([2, 2, 3, 4, 5])]
    split = load.priorities(Steps.of(rows, [THING]), 0, 100)
    assert [(one.id, one.count) for one in split] == [
        ("low", 2), ("medium", 1), ("high", 1), ("critical", 1),
    ]  # fmt: skip
    assert sum(one.share for one in split) == pytest.approx(100)
    assert int(Severity.CRITICAL) == 5


def test_figures_are_per_operator_and_know_their_limits() -> None:
    counts = np.full(144, 3)
    told = {"top_share": 3.0, "chattering": 0, "fleeting": 12, "stale": 7}
    one = {f.id: f for f in load.figures(counts, operators=1, **told)}  # type: ignore[arg-type]
    assert one["day"].value == 432 and one["day"].verdict is Verdict.OVER
    assert one["stale"].verdict is Verdict.HIGH and one["top"].verdict is Verdict.GOOD
    three = {f.id: f for f in load.figures(counts, operators=3, **told)}  # type: ignore[arg-type]
    assert three["mean"].value == 1 and three["mean"].verdict is Verdict.GOOD


def test_nothing_happened_and_nothing_fails() -> None:
    empty = Steps.of([], [])
    assert load.slots(empty, 0, 6000).tolist() == [0] * 10
    assert load.floods(load.slots(empty, 0, 6000), 0) == ()
