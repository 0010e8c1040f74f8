"""Who looks at an alarm, between windows on one store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from noc_console.db.database import Database, journal, open_engine
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.service import AlarmService
from noc_console.services.alarms.tables import alarm_lookers
from tests.conftest import FakeClock


@pytest.fixture
def desk(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
async def other(db: Database, store_url: str, clock: FakeClock) -> AsyncIterator[AlarmService]:
    """The desk in another window."""
    database = Database(open_engine(store_url), clock=clock, bus=EventBus())
    yield AlarmService(database, clock=clock)
    database.close()


@pytest.fixture
def otto(operator: Actor) -> Actor:
    return Actor("otto", operator.tenant, operator.rights)


async def test_another_window_sees_who_looks_until_they_look_away(
    desk: AlarmService, other: AlarmService, operator: Actor, otto: Actor
) -> None:
    await desk.look(operator, alarm_id=7)
    assert await other.lookers(otto) == {7: ("mira",)}
    assert await desk.lookers(operator) == {}, "one's own window is left out"
    await other.look(otto, alarm_id=7)
    await desk.look(operator, alarm_id=8)
    assert await desk.lookers(operator) == {7: ("otto",)}
    assert await other.lookers(otto) == {8: ("mira",)}
    await desk.look(operator, alarm_id=None)
    assert await other.lookers(otto) == {}


async def test_a_window_that_was_killed_looks_no_more_after_a_while(
    desk: AlarmService, other: AlarmService, db: Database, operator: Actor, otto: Actor
) -> None:
    await desk.look(operator, alarm_id=7)
    long_ago = alarm_lookers.update().values(at=datetime(2026, 1, 1, tzinfo=UTC))
    await db.keep(lambda c: c.execute(long_ago))
    assert await other.lookers(otto) == {}
    await other.look(otto, alarm_id=9)
    async with db.read(operator) as tx:
        assert await tx.scalar(select(func.count()).select_from(alarm_lookers)) == 1


async def test_looking_leaves_nothing_in_the_journal(
    desk: AlarmService, db: Database, operator: Actor
) -> None:
    await desk.look(operator, alarm_id=7)
    async with db.read(operator) as tx:
        assert await tx.scalar(select(func.count()).select_from(journal)) == 0


async def test_tenants_do_not_see_each_other_look(
    desk: AlarmService, other: AlarmService, operator: Actor
) -> None:
    await desk.look(operator, alarm_id=7)
    assert await other.lookers(Actor("eve", "other", frozenset({"*"}))) == {}


async def test_without_a_store_nobody_looks_and_nothing_breaks(
    clock: FakeClock, operator: Actor
) -> None:
    gone = Database(
        open_engine("postgresql://noc@127.0.0.1:1/nothing"), clock=clock, bus=EventBus()
    )
    desk = AlarmService(gone, clock=clock)
    await desk.look(operator, alarm_id=7)
    assert await desk.lookers(operator) == {}
    gone.close()
