from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, Table, select

from noc_console.db.database import Database, metadata
from noc_console.db.types import UtcDateTime
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
