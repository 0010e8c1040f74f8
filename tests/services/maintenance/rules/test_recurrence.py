"""Repetition, against the examples of RFC 5545 section 3.8.5.3 and the clocks of Europe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.maintenance.rules import recurrence
from noc_console.services.maintenance.rules.recurrence import parse, said, times, written, zone_of

NEW_YORK = ZoneInfo("America/New_York")
PRAGUE = ZoneInfo("Europe/Prague")
FIRST = datetime(1997, 9, 2, 9, tzinfo=NEW_YORK)


def days(
    rule: str,
    *,
    first: datetime = FIRST,
    zone: ZoneInfo = NEW_YORK,
    most: int = 100,
    years: int = 4,
) -> list[str]:
    """Month and day of each time, in the zone."""
    found = times(
        parse(rule, zone),
        first=first,
        zone=zone,
        after=first,
        before=first + timedelta(days=366 * 4),
    )
    told = [moment.astimezone(zone) for moment in found][:most]
    assert all((at.hour, at.minute) == (first.hour, first.minute) for at in told)
    return [f"{at:%m-%d}" for at in told]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # Daily for 10 occurrences
        ("FREQ=DAILY;COUNT=10", [f"09-{day:02}" for day in range(2, 12)]),
        # Every 10 days, 5 occurrences
        ("FREQ=DAILY;INTERVAL=10;COUNT=5", ["09-02", "09-12", "09-22", "10-02", "10-12"]),
        # Weekly for 10 occurrences
        (
            "FREQ=WEEKLY;COUNT=10",
            ["09-02", "09-09", "09-16", "09-23", "09-30", "10-07", "10-14", "10-21", "10-28",
             "11-04"],
        ),
        # Weekly on Tuesday and Thursday for five weeks
        (
            "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
            ["09-02", "09-04", "09-09", "09-11", "09-16", "09-18", "09-23", "09-25", "09-30",
             "10-02"],
        ),
        # Every other week on Tuesday and Thursday, for 8 occurrences
        (
            "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
            ["09-02", "09-04", "09-16", "09-18", "09-30", "10-02", "10-14", "10-16"],
        ),
        # Monthly on the 2nd and 15th of the month for 10 occurrences
        (
            "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
            ["09-02", "09-15", "10-02", "10-15", "11-02", "11-15", "12-02", "12-15", "01-02",
             "01-15"],
        ),
        # Every Friday the 13th (in every month of the series)
        (
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=5",
            ["02-13", "03-13", "11-13", "08-13", "10-13"],
        ),
        # The first Saturday that follows the first Sunday of the month
        (
            "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13;COUNT=10",
            ["09-13", "10-11", "11-08", "12-13", "01-10", "02-07", "03-07", "04-11", "05-09",
             "06-13"],
        ),
        # Every Tuesday, every other month
        (
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU;COUNT=9",
            ["09-02", "09-09", "09-16", "09-23", "09-30", "11-04", "11-11", "11-18", "11-25"],
        ),
    ],
)  # fmt: skip
def test_the_examples_of_the_standard(rule: str, expected: list[str]) -> None:
    assert days(rule) == expected


def test_monthly_on_the_first_friday_and_on_the_last_days() -> None:
    first = datetime(1997, 9, 5, 9, tzinfo=NEW_YORK)
    assert days("FREQ=MONTHLY;COUNT=4;BYDAY=1FR", first=first) == [
        "09-05", "10-03", "11-07", "12-05",
    ]  # fmt: skip
    first = datetime(1997, 9, 22, 9, tzinfo=NEW_YORK)
    assert days("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", first=first) == [
        "09-22", "10-20", "11-17", "12-22", "01-19", "02-16",
    ]  # fmt: skip
    first = datetime(1997, 9, 28, 9, tzinfo=NEW_YORK)
    assert days("FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=4", first=first) == [
        "09-28", "10-29", "11-28", "12-29",
    ]  # fmt: skip


def test_the_start_of_the_week_decides_which_weeks_alternate() -> None:
    first = datetime(1997, 8, 5, 9, tzinfo=NEW_YORK)
    rule = "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU"
    assert days(f"{rule};WKST=MO", first=first) == ["08-05", "08-10", "08-19", "08-24"]
    assert days(f"{rule};WKST=SU", first=first) == ["08-05", "08-17", "08-19", "08-31"]


def test_a_day_that_a_month_does_not_have_is_left_out() -> None:
    first = datetime(1997, 1, 31, 9, tzinfo=NEW_YORK)
    assert days("FREQ=MONTHLY;COUNT=4", first=first) == ["01-31", "03-31", "05-31", "07-31"]


def test_work_at_night_follows_the_clock_on_the_wall_through_summer_time() -> None:
    first = datetime(2026, 3, 27, 2, 30, tzinfo=PRAGUE)
    found = list(
        times(
            parse("FREQ=DAILY", PRAGUE),
            first=first,
            zone=PRAGUE,
            after=first,
            before=first + timedelta(days=4),
        )
    )
    # On the 29th 02:30 does not exist: it is reckoned with the offset before the gap (01:00 UTC+1).
    assert [f"{at:%d %H:%M}" for at in found] == ["27 01:30", "28 01:30", "29 01:30", "30 00:30"]


def test_of_two_equal_times_in_autumn_the_first_is_meant() -> None:
    first = datetime(2026, 10, 24, 2, 30, tzinfo=PRAGUE)
    found = times(
        parse("FREQ=DAILY;COUNT=3", PRAGUE),
        first=first,
        zone=PRAGUE,
        after=first,
        before=first + timedelta(days=9),
    )
    assert [f"{at:%d %H:%M}" for at in found] == ["24 00:30", "25 00:30", "26 01:30"]


def test_until_without_a_time_is_the_whole_day_where_the_work_is() -> None:
    first = datetime(2026, 1, 1, 23, 30, tzinfo=PRAGUE)
    assert days("FREQ=DAILY;UNTIL=20260103", first=first, zone=PRAGUE) == [
        "01-01", "01-02", "01-03",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=YEARLY", "DAILY, WEEKLY or MONTHLY"),
        ("INTERVAL=2", "DAILY, WEEKLY or MONTHLY"),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS is not understood"),
        ("FREQ=DAILY;FREQ=DAILY", "NAME=VALUE"),
        ("FREQ=DAILY;COUNT", "NAME=VALUE"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL is a number from 1"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL is a number from 1"),
        ("FREQ=DAILY;INTERVAL=٣", "INTERVAL is a number from 1"),
        ("FREQ=DAILY;COUNT=1;UNTIL=20260101", "not both"),
        ("FREQ=WEEKLY;BYDAY=XX", "no weekday"),
        ("FREQ=WEEKLY;BYDAY=2TU", "only monthly"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "no days of the month"),
        ("FREQ=MONTHLY;BYDAY=6TU", "at most five"),
        ("FREQ=MONTHLY;BYDAY=0TU", "at most five"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "no day of a month"),
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL is written"),
        ("FREQ=DAILY;UNTIL=20261399", "UNTIL is written"),
        ("X" * 500, "too long"),
        ("", "NAME=VALUE"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(rule: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        parse(rule, PRAGUE)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "every 2 weeks on Tuesday and Thursday"),
        ("FREQ=MONTHLY;BYDAY=2TU;COUNT=3", "every month on the second Tuesday, 3 times"),
        ("FREQ=MONTHLY;BYDAY=-2FR", "every month on the 2. last Friday"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        ("FREQ=DAILY;UNTIL=20260301T100000Z", "every day, until 2026-03-01"),
    ],
)
def test_a_rule_is_said_as_people_say_it(rule: str, words: str) -> None:
    assert said(parse(rule, PRAGUE)) == words


@given(text=st.text(max_size=80))
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        parse(text, PRAGUE)
    except Invalid:
        pass


@given(
    rule=st.sampled_from(
        ("FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SA", "FREQ=MONTHLY;BYDAY=-1SU",
         "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31", "FREQ=DAILY;COUNT=400")
    ),
    begin=st.integers(0, 900),
    span=st.integers(1, 200),
)  # fmt: skip
def test_a_part_of_a_repetition_is_the_same_wherever_one_begins_to_look(
    rule: str, begin: int, span: int
) -> None:
    read, first = parse(rule, PRAGUE), datetime(2026, 1, 1, 1, tzinfo=UTC)
    after = first + timedelta(days=begin)
    before = after + timedelta(days=span)
    whole = times(read, first=first, zone=PRAGUE, after=first, before=before)
    part = times(read, first=first, zone=PRAGUE, after=after, before=before)
    assert list(part) == [moment for moment in whole if moment >= after]
    assert parse(written(read), PRAGUE) == read


def test_zones_have_names() -> None:
    assert zone_of("Europe/Prague") == PRAGUE
    for wrong in ("Mars/Olympus", "", "../etc/passwd", "Europe/" + "x" * 300):
        with pytest.raises(Invalid, match="no time zone"):
            zone_of(wrong)


def test_a_repetition_without_end_stops_where_it_is_told_to() -> None:
    rule = parse("FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=12", PRAGUE)
    first = datetime(2026, 2, 1, tzinfo=UTC)
    never = times(rule, first=first, zone=PRAGUE, after=first, before=first + recurrence.FURTHEST)
    assert list(never) == []
