"""Turns, hours and patterns on the wall clock, summer and winter."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.oncall.model import Days, Holiday, Hours, Layer, Shift, Turn
from noc_console.services.oncall.rules.turns import (
    holiday_on,
    is_within,
    merged,
    moment,
    pieces,
    zone_of,
)

ADA, BEN, CEM, DEE = 1, 2, 3, 4
AMS = ZoneInfo("Europe/Amsterdam")
MONDAY = date(2026, 3, 2)


def at(text: str) -> datetime:
    """A moment on Amsterdam's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=AMS).astimezone(UTC)


def told(layer: Layer, start: str, end: str, **more: object) -> list[tuple[str, str, int]]:
    found = pieces(layer, AMS, at(start), at(end), **more)  # type: ignore[arg-type]
    shape = "%m-%d %H:%M"
    return [
        (p.start.astimezone(AMS).strftime(shape), p.end.astimezone(AMS).strftime(shape), p.person)
        for p in found
    ]


def test_a_week_passes_from_one_to_the_next_on_the_hand_over() -> None:
    layer = Layer("Turns", (ADA, BEN), MONDAY)
    assert told(layer, "2026-03-02T00:00", "2026-03-17T00:00") == [
        ("03-02 09:00", "03-09 09:00", ADA),
        ("03-09 09:00", "03-16 09:00", BEN),
        ("03-16 09:00", "03-17 00:00", ADA),
    ]


def test_before_its_first_day_a_layer_has_nobody() -> None:
    layer = Layer("Turns", (ADA, BEN), MONDAY)
    assert told(layer, "2026-02-01T00:00", "2026-03-02T09:00") == []


def test_the_hand_over_keeps_to_the_wall_clock_when_the_clocks_change() -> None:
    layer = Layer("Turns", (ADA, BEN), date(2026, 3, 28), Turn.DAILY, hand_over=time(9))
    found = pieces(layer, AMS, at("2026-03-28T09:00"), at("2026-03-31T09:00"))
    lengths = [(piece.end - piece.start) / timedelta(hours=1) for piece in found]
    assert lengths == [23, 24, 24]
    autumn = pieces(layer, AMS, at("2026-10-24T09:00"), at("2026-10-26T09:00"))
    assert [(p.end - p.start) / timedelta(hours=1) for p in autumn] == [25, 24]


def test_a_hand_over_in_the_hour_that_is_skipped_or_comes_twice_happens_once() -> None:
    layer = Layer("Turns", (ADA, BEN), date(2026, 3, 27), Turn.DAILY, hand_over=time(2, 30))
    spring = pieces(layer, AMS, at("2026-03-28T02:30"), at("2026-03-30T02:30"))
    assert [p.start for p in spring] == [
        datetime(2026, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    ]
    autumn = pieces(layer, AMS, at("2026-10-24T02:30"), at("2026-10-26T02:30"))
    assert [(p.end - p.start) / timedelta(hours=1) for p in autumn] == [24, 25]


@given(
    start=st.integers(0, 900_000),
    days=st.integers(1, 40),
    hand_over=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    every=st.integers(1, 3),
    turn=st.sampled_from((Turn.DAILY, Turn.WEEKLY)),
)
def test_turns_tile_the_time_whatever_the_hand_over(
    start: int, days: int, hand_over: time, every: int, turn: Turn
) -> None:
    layer = Layer("Turns", (ADA, BEN, CEM), MONDAY, turn, every, hand_over)
    begin = datetime(2026, 3, 3, tzinfo=UTC) + timedelta(minutes=start)
    end = begin + timedelta(days=days)
    found = pieces(layer, AMS, begin, end)
    assert found[0].start == begin
    assert found[-1].end == end
    assert all(a.end == b.start and a.person != b.person for a, b in pairwise(found))


def test_hours_cut_the_turns_and_may_pass_midnight() -> None:
    evenings = Hours(time(17), time(8), frozenset({0, 1, 2, 3, 4}))
    weekend = Hours(time(0), time(0), frozenset({5, 6}))
    layer = Layer("Out of hours", (ADA,), MONDAY, hours=(evenings, weekend))
    assert told(layer, "2026-03-05T12:00", "2026-03-09T18:00") == [
        ("03-05 17:00", "03-06 08:00", ADA),
        ("03-06 17:00", "03-09 00:00", ADA),
        ("03-09 17:00", "03-09 18:00", ADA),
    ]


def test_on_a_holiday_another_layer_counts() -> None:
    kings_day = Holiday(date(2026, 4, 27), date(2026, 4, 28), "King's Day")
    span = ("2026-04-26T12:00", "2026-04-28T12:00")
    work = Layer("Work", (ADA,), MONDAY, on=Days.WORKING)
    free = Layer("Free", (BEN,), MONDAY, on=Days.HOLIDAYS)
    worked = told(work, *span, holidays=(kings_day,))
    assert [each[:2] for each in worked] == [
        ("04-26 12:00", "04-27 00:00"),
        ("04-28 00:00", "04-28 12:00"),
    ]
    assert {p[2] for p in told(free, *span, holidays=(kings_day,))} == {BEN}
    assert told(free, *span, holidays=(kings_day,))[0][0] == "04-27 00:00"
    assert told(free, *span, holidays=(kings_day,))[-1][1] == "04-28 00:00"


def test_two_days_two_nights_four_off_has_one_at_a_time_day_and_night() -> None:
    layer = Layer(
        "Shifts",
        (ADA, BEN, CEM, DEE),
        MONDAY,
        Turn.PATTERN,
        pattern="DDNN----",
        shifts=(Shift("D", time(7), time(19)), Shift("N", time(19), time(7))),
        shifted_by=2,
    )
    assert told(layer, "2026-03-03T07:00", "2026-03-05T07:00") == [
        ("03-03 07:00", "03-03 19:00", ADA),
        ("03-03 19:00", "03-04 07:00", BEN),
        # On the third day the first has gone on to nights, and the fourth begins with days.
        ("03-04 07:00", "03-04 19:00", DEE),
        ("03-04 19:00", "03-05 07:00", ADA),
    ]
    found = pieces(layer, AMS, at("2026-03-10T07:00"), at("2026-04-20T07:00"))
    assert all(a.end == b.start for a, b in pairwise(found))


def test_a_holiday_of_every_year_comes_back_also_across_new_year() -> None:
    new_year = Holiday(date(2020, 12, 31), date(2021, 1, 2), "New Year", is_yearly=True)
    assert holiday_on((new_year,), date(2026, 12, 31)) == new_year
    assert holiday_on((new_year,), date(2027, 1, 1)) == new_year
    assert holiday_on((new_year,), date(2027, 1, 2)) is None
    assert holiday_on((new_year,), date(2019, 12, 31)) is None
    leap = Holiday(date(2024, 2, 29), date(2024, 3, 1), "Leap day", is_yearly=True)
    assert holiday_on((leap,), date(2026, 3, 1)) == leap


def test_whether_a_moment_lies_in_hours() -> None:
    nights = (Hours(time(22), time(6), frozenset({4})),)
    assert is_within(nights, AMS, at("2026-03-07T05:59"))
    assert not is_within(nights, AMS, at("2026-03-07T06:00"))
    assert is_within((), AMS, at("2026-03-07T06:00"))


def test_spans_that_touch_are_one() -> None:
    one, two, three = (moment(MONDAY, time(hour), AMS) for hour in (1, 2, 3))
    assert merged([(two, three), (one, two), (three, three)]) == [(one, three)]


@pytest.mark.parametrize("name", ["Europe/Nowhere", "../etc/passwd", "", "\0"])
def test_a_zone_there_is_none_of_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="time zone"):
        zone_of(name)
