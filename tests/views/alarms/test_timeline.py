"""The history of an alarm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from noc_console.services.alarms.model import AlarmId, AlarmStep, Severity
from noc_console.views.alarms.timeline import MOST, Timeline, head_of
from noc_console.views.kit.desk import Desk
from tests.views.conftest import shown

AT = datetime(2026, 3, 1, tzinfo=UTC)


def step(what: str, text: str = "", minute: int = 0) -> AlarmStep:
    at = AT + timedelta(minutes=minute)
    return AlarmStep(AlarmId(1), at, "mira", what, Severity.MAJOR, text)


def test_steps_speak_of_who_or_how_bad() -> None:
    assert head_of(step("raised")) == "Raised as major"
    assert head_of(step("acknowledged")) == "Acknowledged by mira"


async def test_the_newest_is_on_top(desk: Desk) -> None:
    timeline = Timeline(desk.times)
    shown(timeline, 300, 400)
    timeline.show_steps((step("raised", "CPU at 91 %"), step("commented", "looking", 1)))
    assert timeline.texts() == ["Commented by mira looking", "Raised as major CPU at 91 %"]
    assert not timeline.grab().isNull()


async def test_long_comments_wrap_and_push_the_rest_down(desk: Desk) -> None:
    timeline = Timeline(desk.times)
    shown(timeline, 300, 400)
    timeline.show_steps((step("raised"), step("commented", "word " * 60, 1)))
    first, second = timeline.inner.entries
    assert first.height > 100
    assert second.top >= first.top + first.height


async def test_a_very_long_history_says_what_it_leaves_out(desk: Desk) -> None:
    timeline = Timeline(desk.times)
    shown(timeline, 300, 400)
    timeline.show_steps(tuple(step("repeated", minute=n) for n in range(MOST + 25)))
    assert len(timeline.texts()) == MOST
    assert timeline.inner.left_out == 25
    timeline.show_steps(())
    assert timeline.texts() == []
