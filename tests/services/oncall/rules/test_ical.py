"""Calendars as files: holidays in, rotas out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.oncall.model import Holiday, OverrideId, Stretch
from noc_console.services.oncall.rules import ical
from tests.services.oncall.conftest import ADA, rota

STAMP = datetime(2026, 3, 1, tzinfo=UTC)


def calendar(*events: str) -> str:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n"


def test_whole_days_are_holidays_with_their_names() -> None:
    told = ical.read(
        calendar(
            "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\n"
            "SUMMARY:Christmas\\, both days",
            "DTSTART;VALUE=DATE:20260427\r\nSUMMARY;LANGUAGE=nl:Kon\r\n ingsdag",
            "DTSTART;VALUE=DATE:20260501\r\nDURATION:P2D\r\nSUMMARY:Long weekend",
            "DTSTART:20260601T000000\r\nDTEND:20260602T000000\r\nSUMMARY:Midnights",
        )
    )
    assert told.problems == ()
    assert told.holidays == (
        Holiday(date(2026, 4, 27), date(2026, 4, 28), "Koningsdag"),
        Holiday(date(2026, 5, 1), date(2026, 5, 3), "Long weekend"),
        Holiday(date(2026, 6, 1), date(2026, 6, 2), "Midnights"),
        Holiday(date(2026, 12, 25), date(2026, 12, 27), "Christmas, both days"),
    )
    assert [one.name for one in told.holidays] == [
        "Koningsdag",
        "Long weekend",
        "Midnights",
        "Christmas, both days",
    ]


def test_a_rule_of_every_year_is_kept_and_other_rules_are_told() -> None:
    told = ical.read(
        calendar(
            "DTSTART;VALUE=DATE:20200101\r\n"
            "RRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1\r\nSUMMARY:New Year",
            "DTSTART;VALUE=DATE:20201126\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\nSUMMARY:Thanks",
            "DTSTART;VALUE=DATE:20201126\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:Fridays",
        )
    )
    assert told.holidays == (Holiday(date(2020, 1, 1), date(2020, 1, 2), "New Year", True),)
    assert told.holidays[0].is_yearly
    assert [problem.split(": ")[0] for problem in told.problems] == ["line 8", "line 13"]
    assert "Thanks comes back in a way that is not understood" in told.problems[0]


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ("SUMMARY:Never", "Never has no beginning"),
        ("DTSTART:20260301T090000Z\r\nSUMMARY:Meeting", "Meeting is not a whole day"),
        ("DTSTART;VALUE=DATE:20260230\r\nSUMMARY:X", "X is not a whole day"),
        ("DTSTART;VALUE=DATE:99991231\r\nSUMMARY:X", "X is not a whole day"),
        ("DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20290101", "longer than a year"),
        ("DTSTART;VALUE=DATE:20260101\r\nDURATION:PT5H", "the end of an event cannot be read"),
        ("DTSTART;VALUE=DATE:20260101\r\nSTATUS:CANCELLED\r\nSUMMARY:X", "X was cancelled"),
    ],
)
def test_what_is_no_holiday_is_a_problem_with_its_line(event: str, problem: str) -> None:
    told = ical.read(calendar(event))
    assert told.holidays == ()
    assert told.problems[0].startswith("line 3: ")
    assert problem in told.problems[0]


def test_an_alarm_nested_in_an_event_does_not_change_it() -> None:
    nested = "BEGIN:VALARM\r\nTRIGGER:-PT1H\r\nSUMMARY:Ring\r\nEND:VALARM"
    told = ical.read(calendar(f"DTSTART;VALUE=DATE:20260101\r\n{nested}\r\nSUMMARY:New Year"))
    assert [one.name for one in told.holidays] == ["New Year"]


def test_a_file_that_is_none_and_one_too_large_are_refused_in_words() -> None:
    assert "is it an iCalendar file" in ical.read("hello").problems[0]
    assert "larger than 2 MB" in ical.read("x" * (ical.LARGEST + 1)).problems[0]
    many = calendar(*("SUMMARY:No day" for _ in range(80)))
    assert ical.read(many).problems[-1] == "and 30 more like these"


@given(st.text(max_size=400))
def test_no_text_whatever_stops_the_reader(text: str) -> None:
    ical.read(text)
    ical.read(calendar(f"DTSTART{text}\r\nRRULE:{text}\r\nSUMMARY:{text}"))


def test_a_rota_is_an_event_for_each_duty_in_utc_with_folded_lines() -> None:
    stretches = (
        Stretch(STAMP, datetime(2026, 3, 8, tzinfo=UTC), (ADA,), "Turns", OverrideId(3), "Easter"),
        Stretch(datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC), ()),
    )
    name = "Ada; Byron, the first — " + "é" * 60
    text = ical.write(rota(), stretches, {ADA: name}, stamp=STAMP)
    lines = text.split("\r\n")
    assert text.count("BEGIN:VEVENT") == 1  # a gap is nobody's duty
    assert "DTSTART:20260301T000000Z" in lines
    assert "DTEND:20260308T000000Z" in lines
    assert "DESCRIPTION:Turns · Easter" in lines
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:Ada\\; Byron\\, the first — " + "é" * 60 in unfolded
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")


def test_a_name_with_line_breaks_cannot_add_lines() -> None:
    stretch = Stretch(STAMP, datetime(2026, 3, 8, tzinfo=UTC), (ADA,))
    text = ical.write(rota(), (stretch,), {ADA: "x\r\nATTACH:http://evil"}, stamp=STAMP)
    assert not any(line.startswith("ATTACH") for line in text.split("\r\n"))
