"""What happened around an alarm."""

from __future__ import annotations

from datetime import timedelta

from noc_console.services.intake.model import ConfigChange, IntakeLine, LineKind
from noc_console.views.alarms.around import MOST_CHANGES, Told, _Story, change_text, story
from noc_console.views.kit.desk import Desk
from tests.views.alarms.desks import AT, alarm
from tests.views.conftest import shown

TOLD = alarm(10)


def line(minutes: float, text: str, severity: int = 5) -> IntakeLine:
    at = TOLD.first_seen + timedelta(minutes=minutes)
    return IntakeLine(at, 10, "10.0.0.1", LineKind.SYSLOG, severity, text)


def change(minutes: float, who: str = "ann") -> ConfigChange:
    at = TOLD.first_seen + timedelta(minutes=minutes)
    return ConfigChange(10, at, who, "vty0 (192.0.2.5)", "%SYS-5-CONFIG_I")


def test_changes_lines_and_the_alarm_are_one_story_in_order() -> None:
    found = story(TOLD, [change(-60)], [line(1, "after"), line(-2, "before")])
    assert [one.text for one in found] == [
        "Configured by ann from vty0 (192.0.2.5)",
        "before",
        "The alarm came: CPU at 10 %",
        "after",
    ]
    assert [one.is_alarm for one in found] == [False, False, True, False]
    assert found[0].is_change and found[1].line is not None


def test_only_the_last_changes_are_told_and_one_without_a_name_by_its_line() -> None:
    many = [change(minute) for minute in range(-60, -20)]
    assert sum(one.is_change for one in story(TOLD, many, [])) == MOST_CHANGES
    assert story(TOLD, many, [])[0].at == many[-MOST_CHANGES].at
    nameless = ConfigChange(10, AT, "", "", "%SYS-5-CONFIG_I")
    assert change_text(nameless) == "Configured: %SYS-5-CONFIG_I"


async def test_a_long_line_takes_the_room_it_needs(desk: Desk) -> None:
    told = _Story(desk.times)
    shown(told, 260, 400)
    told.show_told((Told(AT, "short"), Told(AT, "x " * 200, is_alarm=True)))
    (_, low), (top, high) = told._tops
    assert high > 5 * low and told.minimumHeight() >= top + high
    empty = told.grab().toImage()
    told.show_told(())
    assert told.grab().toImage() != empty
