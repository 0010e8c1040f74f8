"""Alarms that stand only because nobody said that they are over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms import store
from noc_console.services.alarms.model import AlarmObject, Condition

MOST = 2_000
"""Objects told of at once; the rest follows the next time."""


class AgingService:
    """Finds alarms by how long ago they were heard of."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def unrepeated(
        self, actor: Actor, *, condition: Condition, before: datetime
    ) -> tuple[AlarmObject, ...]:
        """Objects with a standing alarm of a condition that was not repeated since a moment."""
        actor.require("alarms.see")
        table = store.alarms
        query = (
            select(table)
            .where(
                table.c.tenant == actor.tenant,
                table.c.condition == condition.value,
                table.c.severity > 0,
                table.c.last_seen < before,
            )
            .order_by(table.c.last_seen)
            .limit(MOST)
        )
        async with self._db.read(actor) as tx:
            return await tx.rows(query, lambda row: store.alarm_of(row).about)
