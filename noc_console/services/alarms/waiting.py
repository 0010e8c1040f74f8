"""The alarms that wait for somebody to take them on: what escalation looks at."""

from __future__ import annotations

from sqlalchemy import false, select

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms import store
from noc_console.services.alarms.model import Alarm, Severity


class WaitingAlarmService:
    """Reads what stands and nobody acknowledged, owns, shelved, suppressed or folded away."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def waiting(
        self, actor: Actor, *, least: Severity = Severity.WARNING
    ) -> tuple[Alarm, ...]:
        """Alarms that stand and that nobody has, from a severity up, oldest first."""
        actor.require("alarms.see")
        alarms = store.alarms
        query = (
            select(alarms)
            .where(
                alarms.c.tenant == actor.tenant,
                alarms.c.severity >= int(max(least, Severity.INDETERMINATE)),
                alarms.c.acked_by.is_(None),
                alarms.c.owner.is_(None),
                alarms.c.shelved_until.is_(None),
                alarms.c.suppressed == false(),
                alarms.c.root_id.is_(None),
            )
            .order_by(alarms.c.id)
        )
        async with self._db.read(actor) as tx:
            return await tx.rows(query, store.alarm_of)
