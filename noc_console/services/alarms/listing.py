"""The desk as a window follows it: all of it once, in parts, and then what changed.

A hundred thousand alarms are not read again because a thousand of them changed. Who writes
alarms takes turns and numbers what was changed, so whoever knows the desk up to a number asks
for what has a higher one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from noc_console.db.database import Tx
from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.alarms.store import alarm_of
from noc_console.services.alarms.tables import alarms

_PAST_ALL = (1 << 62) - 1


@dataclass(frozen=True, slots=True)
class DeskCursor:
    """How far a window knows the desk. Only for asking what comes after it."""

    rev: int
    id: int
    """Of the alarms with this revision those up to this number are known."""
    at: datetime
    """The moment of the answer: what returned long before then has left the desk."""
    below: tuple[int, int] | None = None
    """While the desk is read for the first time: severity and number of the last alarm read."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of the desk, or what changed on it."""

    alarms: tuple[Alarm, ...]
    """New and changed ones that belong on the desk."""
    gone: tuple[int, ...]
    """Those that left it."""
    cursor: DeskCursor
    is_whole: bool
    """The desk begins anew with this part: forget what was there."""
    more: bool
    """There is more: ask again at once."""


async def listed(
    tx: Tx, after: DeskCursor | None, *, limit: int, now: datetime, keep: timedelta
) -> Listed:
    """The next part of the desk, or what changed since; alarms that returned are on it for
    as long as `keep`."""
    if after is None or after.below is not None:
        return await tx.work(
            lambda connection: _first(connection, tx.actor.tenant, after, limit, now, keep),
            writes=False,
        )
    return await tx.work(
        lambda connection: _later(connection, tx.actor.tenant, after, limit, now, keep),
        writes=False,
    )


def _first(
    connection: Connection,
    tenant: str,
    after: DeskCursor | None,
    limit: int,
    now: datetime,
    keep: timedelta,
) -> Listed:
    """Worst first. The revision is of before the first part, so nothing that changes while
    the others are read is missed."""
    cursor = after
    if cursor is None:
        rev = connection.scalar(select(func.max(alarms.c.rev)).where(alarms.c.tenant == tenant))
        cursor = DeskCursor(int(rev or 0), _PAST_ALL, now)
    found: list[Alarm] = []
    for query in _severities(tenant, cursor, now - keep):
        rows = connection.execute(query.limit(limit - len(found)))
        found.extend(map(alarm_of, rows))
        if len(found) >= limit:
            break
    more = len(found) >= limit
    below = (int(found[-1].severity), int(found[-1].id)) if more else None
    return Listed(tuple(found), (), replace(cursor, below=below), after is None, more)


def _severities(tenant: str, cursor: DeskCursor, since: datetime) -> Iterator[Select[Any]]:
    """What is not read yet, a question for each severity: each goes along an index."""
    worst, number = cursor.below or (int(max(Severity)), None)
    for severity in range(worst, int(Severity.CLEARED) - 1, -1):
        query = select(alarms).where(alarms.c.tenant == tenant, alarms.c.severity == severity)
        if severity == Severity.CLEARED:
            query = query.where(alarms.c.acked_by.is_(None), alarms.c.cleared_at >= since)
        if number is not None:
            query = query.where(alarms.c.id < number)
        number = None
        yield query.order_by(alarms.c.id.desc())


def _later(
    connection: Connection,
    tenant: str,
    after: DeskCursor,
    limit: int,
    now: datetime,
    keep: timedelta,
) -> Listed:
    newer = or_(alarms.c.rev > after.rev, and_(alarms.c.rev == after.rev, alarms.c.id > after.id))
    query = (
        select(alarms)
        .where(alarms.c.tenant == tenant, alarms.c.rev >= after.rev, newer)
        .order_by(alarms.c.rev, alarms.c.id)
        .limit(limit)
    )
    found = [alarm_of(row) for row in connection.execute(query)]
    since = now - keep
    here = tuple(alarm for alarm in found if _belongs(alarm, since))
    gone = [int(alarm.id) for alarm in found if not _belongs(alarm, since)]
    expired = _expired(tenant, after.at - keep, since)
    gone += [int(id) for id in connection.scalars(expired)]
    last = (found[-1].rev, int(found[-1].id)) if found else (after.rev, after.id)
    return Listed(here, tuple(gone), DeskCursor(*last, at=now), False, len(found) >= limit)


def _belongs(alarm: Alarm, since: datetime) -> bool:
    if alarm.is_active:
        return True
    return alarm.acked_by is None and alarm.cleared_at is not None and alarm.cleared_at >= since


def _expired(tenant: str, start: datetime, end: datetime) -> Select[Any]:
    """What returned so long ago that it has left the desk meanwhile."""
    between: ColumnElement[bool] = and_(alarms.c.cleared_at >= start, alarms.c.cleared_at < end)
    return select(alarms.c.id).where(alarms.c.tenant == tenant, alarms.c.severity == 0, between)
