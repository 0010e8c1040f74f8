"""What became of the desk since a moment: came, gone, still there, who took what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms import store
from noc_console.services.alarms.model import Alarm
from noc_console.services.alarms.tally import AlarmsSince

MOST = 200
"""Alarms told one by one, of each sort; counts are of all."""
RETURNED = timedelta(days=2)
"""Longer than what cleared unseen waits on the desk: nobody acknowledges older ones."""


class AlarmsSinceService:
    """Counts in the database: a storm of a hundred thousand is a line each."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def since(self, actor: Actor, *, at: datetime, limit: int = MOST) -> AlarmsSince:
        """What changed since a moment."""
        actor.require("alarms.see")
        most = max(1, min(limit, MOST))
        async with self._db.read(actor) as tx:
            return await tx.work(lambda c: _read(c, actor.tenant, at, most), writes=False)


def _read(connection: Connection, tenant: str, at: datetime, most: int) -> AlarmsSince:
    table = store.alarms.c
    mine, stands = table.tenant == tenant, table.severity > 0
    is_new, was_there = table.first_seen > at, table.first_seen <= at
    ended = and_(table.severity == 0, table.cleared_at > at)

    def count(*where: ColumnElement[bool]) -> int:
        return int(connection.execute(select(func.count()).where(mine, *where)).scalar_one())

    def told(*where: ColumnElement[bool]) -> tuple[Alarm, ...]:
        query = (
            select(store.alarms)
            .where(mine, table.root_id.is_(None), *where)
            .order_by(table.was.desc(), table.first_seen.desc(), table.id)
            .limit(most)
        )
        return tuple(map(store.alarm_of, connection.execute(query)))

    in_sight = and_(table.shelved_until.is_(None), table.suppressed.is_(False))
    many: ColumnElement[Any] = func.count()
    who = (
        select(table.acked_by, many)
        .where(mine, or_(stands, table.cleared_at > at - RETURNED), table.acked_at > at)
        .group_by(table.acked_by)
        .order_by(many.desc(), table.acked_by)
        .limit(50)
    )
    return AlarmsSince(
        at=at,
        came=count(stands, is_new),
        passed=count(ended, is_new),
        gone=count(ended, was_there),
        still=count(stands, was_there),
        folded=count(stands, table.root_id.is_not(None)),
        new=told(stands, is_new, in_sight),
        old=told(stands, was_there, in_sight),
        over=told(ended),
        shelved=told(stands, table.shelved_until.is_not(None)),
        suppressed=told(stands, table.suppressed.is_(True), table.suppressed_by != ""),
        acknowledged=tuple((row[0], int(row[1])) for row in connection.execute(who)),
    )
