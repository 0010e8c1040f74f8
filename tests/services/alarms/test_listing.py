"""The desk in parts, and then what changed."""

from __future__ import annotations

import asyncio

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.listing import DeskCursor, Listed
from noc_console.services.alarms.model import (
    Alarm,
    AlarmObject,
    AlarmReport,
    Condition,
    Severity,
)
from noc_console.services.alarms.service import AlarmService
from tests.conftest import FakeClock


@pytest.fixture
def desk(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


class Window:
    """Follows the desk as a window does."""

    def __init__(self, desk: AlarmService, actor: Actor, *, limit: int = 7) -> None:
        self.desk, self.actor, self.limit = desk, actor, limit
        self.cursor: DeskCursor | None = None
        self.known: dict[int, Alarm] = {}
        self.parts = 0

    async def look(self) -> Listed:
        """Everything there is to hear."""
        while True:
            told = await self.desk.listed(self.actor, after=self.cursor, limit=self.limit)
            self.parts += 1
            if told.is_whole:
                self.known = {}
            self.known |= {int(alarm.id): alarm for alarm in told.alarms}
            for gone in told.gone:
                self.known.pop(gone, None)
            self.cursor = told.cursor
            if not told.more:
                return told

    async def is_right(self) -> bool:
        """Whether it shows exactly what is on the desk."""
        on_desk = await self.desk.active(self.actor)
        return sorted(self.known.values(), key=lambda a: a.id) == sorted(
            on_desk, key=lambda a: a.id
        )


def report(device: int, severity: Severity) -> AlarmReport:
    return AlarmReport(AlarmObject(device), Condition.CPU, severity, "busy")


async def test_the_desk_is_read_in_parts_the_worst_first(
    desk: AlarmService, collector: Actor
) -> None:
    levels = [Severity(1 + number % 5) for number in range(40)]
    await desk.apply(collector, reports=tuple(map(report, range(1, 41), levels)))
    gone = tuple(report(number, Severity.CLEARED) for number in range(1, 11))
    await desk.apply(collector, reports=gone)
    window = Window(desk, collector)
    seen: list[int] = []
    while True:
        told = await desk.listed(collector, after=window.cursor, limit=7)
        assert told.is_whole == (not seen)
        seen += [alarm.severity for alarm in told.alarms]
        window.cursor = told.cursor
        if not told.more:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 40
    assert (await desk.listed(collector, after=window.cursor)).alarms == ()


async def test_a_window_that_follows_shows_what_is_on_the_desk(
    desk: AlarmService, collector: Actor, operator: Actor, clock: FakeClock
) -> None:
    window = Window(desk, operator)
    await window.look()
    assert await window.is_right()
    await desk.apply(collector, reports=tuple(report(n, Severity.MAJOR) for n in range(1, 31)))
    await window.look()
    assert len(window.known) == 30
    ids = sorted(window.known)
    await desk.acknowledge(operator, alarm_ids=tuple(ids[:15]))
    await desk.apply(collector, reports=tuple(report(n, Severity.CLEARED) for n in range(1, 21)))
    told = await window.look()
    assert not told.is_whole
    assert await window.is_right()
    assert len(window.known) == 15, "ten stand, five returned and nobody saw them"
    clock.tick(hours=25)
    await window.look()
    assert await window.is_right()
    assert len(window.known) == 10


async def test_what_changes_while_the_desk_is_read_is_not_missed(
    desk: AlarmService, collector: Actor
) -> None:
    await desk.apply(collector, reports=tuple(report(n, Severity.MINOR) for n in range(1, 31)))
    window = Window(desk, collector)
    told = await desk.listed(collector, after=None, limit=7)
    window.known = {int(alarm.id): alarm for alarm in told.alarms}
    window.cursor = told.cursor
    # One of those read already, one that would have been read, and a new one.
    changes = (
        report(30, Severity.CRITICAL),
        report(1, Severity.CRITICAL),
        report(99, Severity.CRITICAL),
    )
    await desk.apply(collector, reports=changes)
    await window.look()
    await window.look()
    assert await window.is_right()


async def test_many_writers_at_once_leave_no_gap_for_who_follows(
    desk: AlarmService, collector: Actor, operator: Actor
) -> None:
    window = Window(desk, operator)
    await window.look()
    first = [report(n, Severity.MINOR) for n in range(1, 13)]

    async def writes(number: int) -> None:
        mine = tuple(first[number::4])
        for severity in (Severity.MINOR, Severity.MAJOR, Severity.CLEARED, Severity.MAJOR):
            await desk.apply(
                collector, reports=tuple(report(r.about.device_id, severity) for r in mine)
            )

    async def follows() -> None:
        for _ in range(12):
            await window.look()

    await asyncio.gather(*(writes(number) for number in range(4)), follows())
    await window.look()
    assert await window.is_right()


async def test_one_tenant_hears_nothing_of_another(desk: AlarmService, collector: Actor) -> None:
    stranger = Window(desk, Actor("eve", "other", frozenset({"*"})))
    await stranger.look()
    await desk.apply(collector, reports=(report(1, Severity.MAJOR),))
    await stranger.look()
    assert stranger.known == {}
