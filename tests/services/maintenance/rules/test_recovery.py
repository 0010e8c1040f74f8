"""Whether everything is back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from noc_console.services.alarms.model import (
    Alarm,
    AlarmId,
    AlarmObject,
    Condition,
    Episode,
    Severity,
)
from noc_console.services.maintenance.rules.recovery import is_over, recovery

START = datetime(2026, 3, 1, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def episode(device: int, begin: float, end: float | None) -> Episode:
    about = AlarmObject(device, device_name=f"core-{device}")
    alarm = Alarm(
        AlarmId(device), about, Condition.UNREACHABLE, Severity.CRITICAL, "silent", at(begin),
        at(begin),
    )  # fmt: skip
    return Episode(alarm, at(begin), None if end is None else at(end), Severity.CRITICAL)


def test_nothing_is_over_before_something_went_down() -> None:
    found = recovery([], since=START)
    assert (found.went, found.down, found.back_at) == (0, (), None)
    assert not is_over(found, quiet_minutes=5, now=at(600))


def test_work_is_over_when_all_is_back_and_was_quiet_for_long_enough() -> None:
    found = recovery([episode(1, 1, 4), episode(2, 2, 7)], since=START)
    assert (found.went, found.back_at) == (2, at(7))
    assert not is_over(found, quiet_minutes=5, now=at(11))
    assert is_over(found, quiet_minutes=5, now=at(12))
    assert not is_over(found, quiet_minutes=0, now=at(12)), "it was not asked for"


def test_what_still_stands_keeps_the_work_going_and_is_named() -> None:
    found = recovery([episode(1, 1, 4), episode(2, 2, None)], since=START)
    assert found.down == ("core-2: silent",) and found.back_at is None
    assert not is_over(found, quiet_minutes=1, now=at(600))


def test_what_went_down_again_is_down() -> None:
    found = recovery([episode(1, 1, 4), episode(1, 9, None)], since=START)
    assert len(found.down) == 1 and found.went == 1


def test_trouble_from_before_the_work_is_not_its_own() -> None:
    found = recovery([episode(1, -30, None), episode(2, 1, 2)], since=START)
    assert found.down == () and is_over(found, quiet_minutes=5, now=at(60))
