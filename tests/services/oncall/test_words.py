"""Hours, shifts and holidays as people write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import Severity
from noc_console.services.oncall import words
from noc_console.services.oncall.model import Holiday, Hours, Match, Shift
from tests.services.oncall.conftest import ADA, person_step, policy

WORK = Hours(time(8), time(17), frozenset({0, 1, 2, 3, 4}))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Mon-Fri 08:00-17:00", (WORK,)),
        ("monday-friday 8:00 – 17:00", (WORK,)),
        ("22:00-06:00", (Hours(time(22), time(6)),)),
        ("Sat,Sun 00:00-24:00", (Hours(time(0), time(0), frozenset({5, 6})),)),
        ("Fri-Mon 18:00-07:30", (Hours(time(18), time(7, 30), frozenset({4, 5, 6, 0})),)),
        ("", ()),
    ],
)
def test_hours_are_read_as_they_are_said(text: str, hours: tuple[Hours, ...]) -> None:
    assert words.read_hours(text) == hours


@pytest.mark.parametrize(
    "text",
    ["Mon", "Mon-Fri", "Blursday 08:00-17:00", "08:00-25:00", "08:61-09:00", "Mon- 08:00-9:00"],
)
def test_hours_that_are_none_are_refused_in_words(text: str) -> None:
    with pytest.raises(Invalid):
        words.read_hours(text)


TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@given(
    st.lists(
        st.builds(Hours, TIMES, TIMES, st.frozensets(st.integers(0, 6), min_size=1)), max_size=5
    )
)
def test_hours_come_back_from_their_words(hours: list[Hours]) -> None:
    assert words.read_hours(words.hours_text(hours)) == tuple(hours)


def test_shifts_come_back_from_their_words() -> None:
    shifts = (Shift("D", time(7), time(19)), Shift("N", time(19), time(7)))
    assert words.shifts_text(shifts) == "D 07:00-19:00; N 19:00-07:00"
    assert words.read_shifts(words.shifts_text(shifts)) == shifts
    for wrong in ("DD 07:00-19:00", "D", "D 7-19"):
        with pytest.raises(Invalid):
            words.read_shifts(wrong)


def test_holidays_come_back_from_their_words_and_a_wrong_line_is_named() -> None:
    holidays = (
        Holiday(date(2026, 1, 1), date(2026, 1, 2), "New Year", True),
        Holiday(date(2026, 12, 25), date(2026, 12, 27), "Christmas"),
        Holiday(date(2026, 12, 31), date(2027, 1, 1)),
    )
    text = words.holidays_text(holidays)
    assert text.splitlines() == [
        "yearly 2026-01-01 New Year",
        "2026-12-25 to 2026-12-26 Christmas",
        "2026-12-31",
    ]
    back = words.read_holidays(text)
    assert [(h, h.name, h.is_yearly) for h in back] == [(h, h.name, h.is_yearly) for h in holidays]
    for wrong in ("Christmas", "2026-02-30 X", "2026-05-02 to 2026-05-01 X", "0001-01-01 X"):
        with pytest.raises(Invalid, match="line 2"):
            words.read_holidays(f"2026-01-01 New Year\n{wrong}")


def test_what_a_policy_is_for_in_one_line() -> None:
    wanted = Match(Severity.CRITICAL, ("pop-*",), ("olt",), ("power",), 11, (WORK,))
    assert words.match_text(policy(match=wanted)) == (
        "critical or worse · site pop-* · type olt · condition power · "
        "11 customers or more · Mon-Fri 08:00-17:00"
    )


def test_waits_and_rounds_in_words() -> None:
    told = [words.wait_text(minutes) for minutes in (0, 15, 60, 90, 0.5)]
    assert told == ["at once", "after 15 min", "after 1 h", "after 1 h 30 min", "after 0.5 min"]
    assert words.rounds_text(policy()) == "once"
    assert words.rounds_text(policy(again=2, pause_min=7)) == "3 times, every 7 min"
    last = replace(policy(person_step(ADA)), final=person_step(2))
    assert len(words.all_steps(last)) == 2
