"""The alarms that wait for somebody to take them on: what calls people, and what escalates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, func, select

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.services.alarms import store
from noc_console.services.alarms.model import Alarm, Severity

MOST_AMONG = 500
"""Alarms asked about one by one; of a storm's thousands the newest."""


@dataclass(frozen=True, slots=True)
class WaitingHead:
    """What a window says about them in one line, and some of them."""

    worst: Alarm | None = None
    """The worst; of equals the newest."""
    count: int = 0
    among: tuple[Alarm, ...] = ()
    """Those of the alarms asked about that wait."""


class WaitingAlarmService:
    """Reads what stands and nobody acknowledged, owns, shelved, suppressed or folded away."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def waiting(
        self, actor: Actor, *, least: Severity = Severity.WARNING
    ) -> tuple[Alarm, ...]:
        """Alarms that stand and that nobody has, from a severity up, oldest first."""
        actor.require("alarms.see")
        query = select(store.alarms).where(*_waiting(actor, least)).order_by(store.alarms.c.id)
        async with self._db.read(actor) as tx:
            return await tx.rows(query, store.alarm_of)

    async def first(self, actor: Actor, *, limit: int = 50) -> tuple[Alarm, ...]:
        """The first of them, worst first, then newest."""
        actor.require("alarms.see")
        alarms = store.alarms
        query = select(alarms).where(*_waiting(actor, Severity.INDETERMINATE))
        worst = (alarms.c.severity.desc(), alarms.c.last_seen.desc(), alarms.c.id.desc())
        async with self._db.read(actor) as tx:
            return await tx.rows(query.order_by(*worst).limit(max(1, limit)), store.alarm_of)

    async def head(self, actor: Actor, *, among: Collection[int] = ()) -> WaitingHead:
        """The worst that waits, how many do, and which of `among` are still waiting.

        A few milliseconds, however many alarms there are.
        """
        actor.require("alarms.see")
        alarms = store.alarms
        waits = _waiting(actor, Severity.INDETERMINATE)
        order = (alarms.c.severity.desc(), alarms.c.last_seen.desc(), alarms.c.id.desc())
        async with self._db.read(actor) as tx:
            first = select(alarms).where(*waits).order_by(*order).limit(1)
            found = await tx.rows(first, store.alarm_of)
            if not found:
                return WaitingHead()
            count = await tx.scalar(select(func.count()).select_from(alarms).where(*waits))
            return WaitingHead(found[0], int(count), await _among(tx, waits, among))


async def _among(
    tx: Tx, waits: tuple[ColumnElement[Any], ...], among: Collection[int]
) -> tuple[Alarm, ...]:
    asked = sorted(among)[-MOST_AMONG:]
    if not asked:
        return ()
    query = select(store.alarms).where(*waits, store.alarms.c.id.in_(asked))
    return await tx.rows(query.order_by(store.alarms.c.id), store.alarm_of)


def _waiting(actor: Actor, least: Severity) -> tuple[ColumnElement[Any], ...]:
    alarms = store.alarms
    # In the words of the index `ix_alarms_waiting`.
    return (
        alarms.c.tenant == actor.tenant,
        alarms.c.severity >= int(max(least, Severity.INDETERMINATE)),
        alarms.c.acked_by.is_(None),
        alarms.c.owner.is_(None),
        alarms.c.shelved_until.is_(None),
        alarms.c.suppressed.is_(false()),
        alarms.c.root_id.is_(None),
    )
