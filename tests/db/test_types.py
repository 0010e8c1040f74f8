from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Connection, Integer, Table, func, select

from noc_console.db.database import Database, metadata
from noc_console.db.types import StoreNow, UtcDateTime
from noc_console.kernel.actor import Actor

moments = Table(
    "test_moments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime),
)


async def test_a_moment_comes_back_in_utc_on_every_database(db: Database, operator: Actor) -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    await db.keep(lambda c: c.execute(moments.insert(), [{"at": summer}, {"at": None}]))
    async with db.read(operator) as tx:
        kept = await tx.rows(select(moments.c.at).order_by(moments.c.id), lambda row: row.at)
    assert kept == (datetime(2026, 7, 1, 10, tzinfo=UTC), None)


async def test_a_moment_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises(Exception, match="no time zone"):
        await db.keep(lambda c: c.execute(moments.insert(), [{"at": datetime(2026, 7, 1)}]))  # noqa: DTZ001


async def test_the_store_tells_the_time_as_it_runs_and_compares_with_what_is_kept(
    db: Database,
) -> None:
    def look(connection: Connection) -> tuple[datetime, datetime, int]:
        first = connection.scalar(select(StoreNow()))
        assert first is not None
        connection.execute(moments.insert(), [{"at": first - timedelta(seconds=1)}, {"at": None}])
        for _ in range(2_000_000):  # SQLite's clock counts milliseconds
            second = connection.scalar(select(StoreNow()))
            assert second is not None
            if second > first:
                break
        past = select(func.count()).where(moments.c.at < StoreNow())
        return first, second, int(connection.scalar(past) or 0)

    first, second, past = await db.keep(look)
    assert first.tzinfo is UTC and first < second
    assert abs(first - datetime.now(UTC)) < timedelta(minutes=5)
    assert past == 1
