"""The desk as it was: which alarms stood at a moment of the past, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.services.alarms import store
from noc_console.services.alarms.model import Alarm, AlarmTurn, Severity

MOST_STEPS = 200_000
"""Steps answered at once: more is a mistake of who asks."""

TURNS = ("raised", "reopened", "escalated", "eased", "cleared")
"""The steps that change how severe an alarm is."""

WORSE = TURNS[:3]


class AlarmHistoryService:
    """Reads the steps of alarms, which are never altered."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def standing(self, actor: Actor, *, at: datetime) -> tuple[Alarm, ...]:
        """The alarms that stood at a moment, with their severity of then."""
        actor.require("alarms.see")
        async with self._db.read(actor) as tx:
            found = await tx.rows(_standing(tx, at), _with_then)
        return tuple(alarm for alarm in found if alarm.is_active)

    async def turns(
        self, actor: Actor, *, start: datetime, end: datetime, limit: int = MOST_STEPS
    ) -> tuple[AlarmTurn, ...]:
        """What came, went or changed after `start` and up to `end`, oldest first."""
        actor.require("alarms.see")
        steps, alarms = store.alarm_steps, store.alarms
        query = (
            select(
                alarms, steps.c.at.label("then_at"), steps.c.what, steps.c.severity.label("then")
            )
            .join(steps, steps.c.alarm_id == alarms.c.id)
            .where(steps.c.tenant == actor.tenant, steps.c.at > start, steps.c.at <= end)
            .where(steps.c.what.in_(TURNS))
            .order_by(steps.c.at, steps.c.id)
            .limit(limit)
        )
        async with self._db.read(actor) as tx:
            return await tx.rows(query, _turn)

    async def counts(
        self, actor: Actor, *, edges: Sequence[datetime]
    ) -> tuple[tuple[int, Severity], ...]:
        """How many alarms came or grew worse from each of these ascending moments on, before
        the next, and how severe the worst of them was then.
        """
        actor.require("alarms.see")
        steps = store.alarm_steps
        query = select(func.count(), func.max(steps.c.severity)).where(
            steps.c.tenant == actor.tenant,
            steps.c.at >= bindparam("after"),
            steps.c.at < bindparam("until"),
            steps.c.what.in_(WORSE),
        )

        def count(connection: Connection) -> tuple[tuple[int, Severity], ...]:
            found = []
            for after, until in pairwise(edges):
                row = connection.execute(query, {"after": after, "until": until}).one()
                found.append((int(row[0]), Severity(row[1] or 0)))
            return tuple(found)

        async with self._db.read(actor) as tx:
            return await tx.work(count, writes=False)

    async def nearest(self, actor: Actor, *, moment: datetime, forward: bool) -> datetime | None:
        """When an alarm first came or grew worse after a moment, or last did before it."""
        actor.require("alarms.see")
        steps = store.alarm_steps.c
        mine = (steps.tenant == actor.tenant, steps.what.in_(WORSE))
        query = select(steps.at).where(*mine, steps.at > moment).order_by(steps.at)
        if not forward:
            query = select(steps.at).where(*mine, steps.at < moment).order_by(steps.at.desc())
        async with self._db.read(actor) as tx:
            return await tx.one(query.limit(1), lambda row: row.at)


def _standing(tx: Tx, at: datetime) -> Any:
    steps, alarms = store.alarm_steps, store.alarms
    then = (
        select(steps.c.severity)
        # What people did tells a severity, too, but may be written down long after.
        .where(steps.c.alarm_id == alarms.c.id, steps.c.at <= at, steps.c.what.in_(TURNS))
        .order_by(steps.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(alarms, then.label("then")).where(
        alarms.c.tenant == tx.actor.tenant,
        alarms.c.first_seen <= at,
        or_(alarms.c.severity > 0, alarms.c.cleared_at > at),
    )


def _with_then(row: Any) -> Alarm:
    return replace(store.alarm_of(row), severity=Severity(row.then or 0))


def _turn(row: Any) -> AlarmTurn:
    return AlarmTurn(row.then_at, row.what, Severity(row.then), _with_then(row))
