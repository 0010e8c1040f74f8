"""When windows take place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.maintenance.model import (
    Run,
    RunId,
    SlotState,
    Target,
    TargetKind,
    Window,
    WindowId,
)
from noc_console.services.maintenance.rules import plan

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
WINDOW = Window(
    WindowId(1), "card", (Target(TargetKind.DEVICE, 1),), NOW, timedelta(hours=2), "mira"
)
HOUR = timedelta(hours=1)


def test_a_window_is_due_from_its_beginning_to_just_before_its_end() -> None:
    for minutes, is_due in ((-1, False), (0, True), (119, True), (120, False)):
        at = NOW + timedelta(minutes=minutes)
        assert (plan.due(WINDOW, now=at) is not None) == is_due


def test_a_repeated_window_is_due_each_time_but_when_it_was_called_off() -> None:
    daily = replace(WINDOW, repeat="FREQ=DAILY")
    third = NOW + timedelta(days=3)
    assert plan.due(daily, now=third + HOUR) == third
    assert plan.due(replace(daily, skipped=(third,)), now=third + HOUR) is None
    assert plan.due(replace(daily, cancelled_at=third), now=third + HOUR) is None
    assert plan.due(replace(daily, cancelled_at=third + HOUR), now=third + HOUR) == third


def test_the_calendar_tells_what_was_is_and_will_be() -> None:
    daily = replace(WINDOW, repeat="FREQ=DAILY", skipped=(NOW + timedelta(days=2),))
    run = Run(RunId(5), WindowId(1), "card", "", "mira", NOW, NOW, NOW + HOUR, ended_at=NOW + HOUR)
    later = NOW + timedelta(days=1)
    under_way = replace(run, id=RunId(6), planned_at=later, starts_at=later, ended_at=None,
                        ends_at=later + 2 * HOUR)  # fmt: skip
    slots = plan.calendar(
        [daily], [run, under_way], start=NOW - HOUR, end=NOW + timedelta(days=4), now=later + HOUR
    )
    assert [(slot.starts_at.day, slot.state) for slot in slots] == [
        (3, SlotState.PAST),
        (4, SlotState.NOW),
        (5, SlotState.SKIPPED),
        (6, SlotState.PLANNED),
    ]
    assert len({slot.key for slot in slots}) == 4


def test_a_time_keeps_its_key_when_it_begins() -> None:
    (planned,) = plan.calendar([WINDOW], [], start=NOW, end=NOW + HOUR, now=NOW - HOUR)
    late = NOW + timedelta(seconds=4)
    run = Run(RunId(1), WindowId(1), "card", "", "mira", NOW, late, NOW + 2 * HOUR)
    (begun,) = plan.calendar([WINDOW], [run], start=NOW, end=NOW + HOUR, now=late)
    assert begun.key == planned.key and begun.state is SlotState.NOW


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"title": " \n "}, "what the maintenance is for"),
        ({"length": timedelta(0)}, "up to 7 days"),
        ({"targets": ()}, "objects"),
        ({"quiet_minutes": 121}, "quiet_minutes lies between"),
        ({"warn_minutes": -1}, "warn_minutes lies between"),
        ({"optical_db": 0.0}, "0.1 to 40 dB"),
        ({"starts_at": NOW - 3 * HOUR}, "over already"),
        ({"starts_at": NOW + timedelta(days=9_999)}, "three years"),
        ({"zone": "Nowhere"}, "no time zone"),
        ({"repeat": "FREQ=DAILY", "length": timedelta(hours=25)}, "begin again before it ends"),
        # It begins on a Tuesday: the next but one comes the day after the next.
        ({"repeat": "FREQ=WEEKLY;BYDAY=MO,TU", "length": 25 * HOUR}, "begin again before it ends"),
        ({"repeat": "FREQ=MONTHLY;BYMONTHDAY=30;BYDAY=5XX"}, "no weekday"),
        ({"repeat": "FREQ=DAILY;UNTIL=20260101"}, "never happens"),
    ],
)
def test_what_makes_no_sense_is_refused(more: dict[str, object], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        plan.checked(replace(WINDOW, **more), now=NOW)  # type: ignore[arg-type]


def test_work_of_whole_days_may_follow_itself_also_when_summer_time_begins() -> None:
    # On 29 March 2026 the day in Amsterdam has 23 hours.
    whole = replace(WINDOW, repeat="FREQ=DAILY", length=timedelta(hours=24),
                    zone="Europe/Amsterdam")  # fmt: skip
    assert plan.checked(whole, now=NOW).repeat == "FREQ=DAILY"


def test_words_are_cleaned_and_a_rule_is_written_one_way() -> None:
    given = replace(WINDOW, title=" card\x07 ", note="one\ntwo\x1b[31m", repeat="rrule:freq=daily")
    made = plan.checked(given, now=NOW)
    assert (made.title, made.note, made.repeat) == ("card␇", "one\ntwo␛[31m", "FREQ=DAILY")
    assert plan.said(made) == "every day" and plan.said(WINDOW) == ""
