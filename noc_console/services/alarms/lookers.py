"""Who looks at which alarm right now: a word from each window, good for a few seconds.

No history and no journal: it is true while it is said. Moments are the database's, so windows
whose clocks differ agree on who has left.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from noc_console.db.types import StoreNow
from noc_console.services.alarms.tables import alarm_lookers

TTL = timedelta(seconds=20)
"""A window that said nothing for so long looks no more; they speak every five seconds."""
MOST = 500
"""Told at once: more windows than a NOC has."""


def look(
    connection: Connection, *, session: str, tenant: str, name: str, alarm_id: int | None
) -> None:
    """A window looks at this alarm, or at none. What nobody renews is swept on the way."""
    now = _now(connection)
    stale = delete(alarm_lookers).where(alarm_lookers.c.at < now - TTL)
    connection.execute(stale)
    mine = alarm_lookers.c.session == session
    if alarm_id is None:
        connection.execute(delete(alarm_lookers).where(mine))
        return
    said = {"tenant": tenant, "alarm_id": alarm_id, "name": name, "at": now}
    if not connection.execute(alarm_lookers.update().where(mine).values(said)).rowcount:
        connection.execute(alarm_lookers.insert().values(session=session, **said))


def lookers(connection: Connection, *, tenant: str, but: str) -> dict[int, tuple[str, ...]]:
    """Of each alarm somebody looks at who it is, by name; this window left out."""
    query = (
        select(alarm_lookers.c.alarm_id, alarm_lookers.c.name)
        .where(
            alarm_lookers.c.tenant == tenant,
            alarm_lookers.c.session != but,
            alarm_lookers.c.at >= _now(connection) - TTL,
        )
        .order_by(alarm_lookers.c.name)
        .limit(MOST)
    )
    found: dict[int, tuple[str, ...]] = {}
    for alarm_id, name in connection.execute(query):
        known = found.get(int(alarm_id), ())
        if name not in known:
            found[int(alarm_id)] = (*known, str(name))
    return found


def _now(connection: Connection) -> datetime:
    return connection.execute(select(StoreNow())).scalar_one()
