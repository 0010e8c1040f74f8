"""Columns in words."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.services.alarms.model import AlarmId
from noc_console.services.oncall.model import Duties, PageOut, PolicyId, Target, TargetKind, Told
from noc_console.views.kit.desk import Desk
from noc_console.views.oncall.lists import (
    page_columns,
    policy_columns,
    policy_rows,
    troubles_text,
)
from tests.services.oncall.conftest import ADA, PEOPLE, person_step, policy

AT = datetime(2026, 3, 1, tzinfo=UTC)


async def test_a_policy_in_one_line(desk: Desk) -> None:
    core = policy(person_step(ADA), final=person_step(2, 60), again=1, changed_at=AT)
    (row,) = policy_rows(Duties(policies=(core,), people=PEOPLE))
    told = {column.key: column.text(row) for column in policy_columns(desk)}
    assert told["steps"] == "at once: Ada Byron  →  after 1 h: Ben Okri"
    assert (told["order"], told["state"]) == ("1", "on")
    assert told["rounds"] == "2 times, every 10 min"


async def test_what_was_told_in_one_line(desk: Desk) -> None:
    told = (Told(Target(TargetKind.PERSON, ADA), ADA, "Ada Byron", "named"),)
    page = PageOut(
        1, "k", AT, AlarmId(7), 2, PolicyId(1), "Core", 1, 1, told, (), ("a gap",), "note"
    )
    shown = {column.key: column.text(page) for column in page_columns(desk)}
    assert shown["alarm"] == "#7 and 2 more"
    assert (shown["told"], shown["handed"], shown["problems"]) == ("Ada Byron", "waiting", "a gap")


def test_troubles_of_a_calendar_in_words() -> None:
    assert troubles_text(0, 0, (), 35) == ""
    assert troubles_text(1, 2, ("Ada", "Ben"), 35) == (
        "Within 35 days: 1 gap, 2 double bookings, Ada, Ben are on call in two rotas at once."
    )
