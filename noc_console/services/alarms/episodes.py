"""Each time an alarm stood, as a stretch of time: for graphs of what it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms import store
from noc_console.services.alarms.model import EDGES, Alarm, Episode, Severity

MOST = 2_000
"""Comings and goings looked at: of an object that flapped, the newest."""


class AlarmEpisodeService:
    """Reads the comings and goings of the alarms of a few devices."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def of_condition(
        self, actor: Actor, *, condition: str, start: datetime, end: datetime, limit: int = 20_000
    ) -> tuple[Episode, ...]:
        """When alarms of one condition stood in a span, whatever they were about, oldest first."""
        actor.require("alarms.see")
        alarms = store.alarms
        return await self._episodes(
            actor, alarms.c.condition == str(condition), start=start, end=end, limit=limit
        )

    async def standing(self, actor: Actor, *, conditions: Collection[str]) -> tuple[Alarm, ...]:
        """Every alarm of these conditions that stands now."""
        actor.require("alarms.see")
        alarms = store.alarms
        query = select(alarms).where(
            alarms.c.tenant == actor.tenant,
            alarms.c.severity > 0,
            alarms.c.condition.in_(sorted(map(str, conditions))),
        )
        async with self._db.read(actor) as tx:
            return await tx.rows(query, store.alarm_of)

    async def came(self, actor: Actor, *, since: datetime) -> dict[str, int]:
        """How many alarms of each condition came since then."""
        actor.require("alarms.see")
        steps, alarms = store.alarm_steps, store.alarms
        query = (
            select(alarms.c.condition, func.count().label("came"))
            .join(steps, steps.c.alarm_id == alarms.c.id)
            .where(
                steps.c.tenant == actor.tenant,
                steps.c.at >= since,
                steps.c.what.in_(("raised", "reopened")),
            )
            .group_by(alarms.c.condition)
        )
        async with self._db.read(actor) as tx:
            return dict(await tx.rows(query, lambda row: (str(row.condition), int(row.came))))

    async def during(
        self, actor: Actor, *, device_ids: Collection[int], start: datetime, end: datetime
    ) -> tuple[Episode, ...]:
        """What stood at some time of a span, oldest first."""
        actor.require("alarms.see")
        if not device_ids:
            return ()
        some = store.alarms.c.device_id.in_(sorted(device_ids))
        return await self._episodes(actor, some, start=start, end=end, limit=MOST)

    async def _episodes(
        self,
        actor: Actor,
        which: ColumnElement[bool],
        *,
        start: datetime,
        end: datetime,
        limit: int,
    ) -> tuple[Episode, ...]:
        steps, alarms = store.alarm_steps, store.alarms
        query = (
            select(
                alarms, steps.c.at.label("step_at"), steps.c.what, steps.c.severity.label("then")
            )
            .join(steps, steps.c.alarm_id == alarms.c.id)
            .where(
                alarms.c.tenant == actor.tenant,
                which,
                alarms.c.first_seen <= end,
                or_(alarms.c.severity > 0, alarms.c.cleared_at >= start),
                steps.c.what.in_(EDGES),
                steps.c.at <= end,
            )
            .order_by(steps.c.id.desc())
            .limit(limit)
        )
        async with self._db.read(actor) as tx:
            found = await tx.rows(query, _edge)
        return episodes(reversed(found), since=start)


Edge = tuple[Alarm, datetime, str, Severity]


def episodes(edges: Iterable[Edge], *, since: datetime) -> tuple[Episode, ...]:
    """Comings and goings, oldest first, as stretches that reach into the time after `since`."""
    standing: dict[int, Episode] = {}
    done: list[Episode] = []
    for alarm, at, what, severity in edges:
        if what != "cleared":
            standing.setdefault(int(alarm.id), Episode(alarm, at, None, severity))
        elif begun := standing.pop(int(alarm.id), None):
            done.append(replace(begun, end=at))
    found = [*done, *standing.values()]
    inside = [each for each in found if each.end is None or each.end >= since]
    return tuple(sorted(inside, key=lambda each: each.start))


def _edge(row: Any) -> Edge:
    return store.alarm_of(row), row.step_at, row.what, Severity(row.then)
