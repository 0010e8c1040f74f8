"""Unknown senders, bounded; and lines on their way into the store of lines and out of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, Row, String, Table, Text, func, select

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.lines import NOBODY, Line, Search
from noc_console.db.samples.values import from_ms, to_ms
from noc_console.db.types import UtcDateTime
from noc_console.services.intake.model import (
    ConfigChange,
    IntakeLine,
    LineKind,
    LineQuery,
    Quarantined,
)

_MORE = ("host", "app", "process", "message_id", "mnemonic", "structured")
"""Fields of a line the store keeps for us without knowing them; only ever longer."""

intake_quarantine = Table(
    "intake_quarantine",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("count", BigId, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
)

intake_changes = Table(
    "intake_changes",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("device_id", BigId, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String, nullable=False),
    Column("how", String, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "tenant", "device_id", "at"),
    Index(None, "tenant", "at"),
    sqlite_autoincrement=True,
)


def packed(line: IntakeLine, tenant: str) -> Line:
    """A line as the store of lines keeps it."""
    return Line(
        at=to_ms(line.at),
        tenant=tenant,
        device=NOBODY if line.device_id is None else line.device_id,
        source=line.source,
        kind=line.kind.value,
        severity=line.severity,
        facility=NOBODY if line.facility is None else line.facility,
        text=line.text,
        count=line.count,
        more=tuple(getattr(line, name) for name in _MORE),
    )


def unpacked(line: Line) -> IntakeLine:
    """The line again. What a later version added to it is left out."""
    return IntakeLine(
        at=from_ms(line.at),
        device_id=None if line.device == NOBODY else line.device,
        source=line.source,
        kind=LineKind(line.kind),
        severity=line.severity,
        text=line.text,
        count=line.count,
        id=line.id,
        facility=None if line.facility == NOBODY else line.facility,
        **dict(zip(_MORE, line.more, strict=False)),
    )


def asked(query: LineQuery, tenant: str, *, counts: bool, patience_s: float) -> Search:
    """A query as the store of lines takes it."""
    return Search(
        tenant=tenant,
        text=query.text,
        devices=query.device_ids,
        kinds=tuple(kind.value for kind in query.kinds),
        facilities=query.facilities,
        severities=_at_least(query.severity),
        sources=query.sources,
        start=None if query.start is None else to_ms(query.start),
        end=None if query.end is None else to_ms(query.end),
        before=query.before,
        limit=query.limit,
        counts=counts,
        patience_s=patience_s,
    )


def _at_least(severity: int | None) -> tuple[int, ...]:
    """Severities as bad as this; all of them need no test."""
    return () if severity is None or severity >= 7 else tuple(range(severity + 1))


async def quarantined(tx: Tx) -> tuple[Quarantined, ...]:
    """Unknown senders, the latest first."""
    table = intake_quarantine
    statement = select(table).where(table.c.tenant == tx.actor.tenant)
    return await tx.rows(statement.order_by(table.c.last_at.desc()), _quarantined)


async def count_in(tx: Tx, lines: Sequence[IntakeLine], *, most: int) -> None:
    """Count unknown senders' lines; those heard of longest ago make room for new ones."""
    tenant = tx.actor.tenant
    table = intake_quarantine

    def write(connection: Connection) -> None:
        for line in lines:
            mine = (table.c.tenant == tenant, table.c.source == line.source)
            last = {"last_at": line.at, "kind": line.kind.value, "text": line.text}
            known = connection.execute(
                table.update().where(*mine).values(count=table.c.count + line.count, **last)
            )
            if not known.rowcount:
                first = {"tenant": tenant, "source": line.source, "first_at": line.at}
                connection.execute(table.insert().values(count=line.count, **first, **last))
        _make_room(connection, tenant, most)

    await tx.work(write, writes=True)


def _make_room(connection: Connection, tenant: str, most: int) -> None:
    table = intake_quarantine
    mine = table.c.tenant == tenant
    total = connection.execute(select(func.count()).select_from(table).where(mine)).scalar_one()
    if total > most:
        oldest = select(table.c.source).where(mine).order_by(table.c.last_at).limit(total - most)
        gone = [source for (source,) in connection.execute(oldest)]
        connection.execute(table.delete().where(mine, table.c.source.in_(gone)))


async def forget_sources(tx: Tx, sources: Sequence[str]) -> int:
    """Senders that became known are no strangers any more."""
    table = intake_quarantine
    mine = table.c.tenant == tx.actor.tenant
    return await tx.execute(table.delete().where(mine, table.c.source.in_(sources)))


async def note_changes(tx: Tx, changes: Sequence[ConfigChange]) -> None:
    """Keep what devices said about changes of their set-up."""
    rows = [
        {
            "tenant": tx.actor.tenant,
            "device_id": one.device_id,
            "at": one.at,
            "who": one.who,
            "how": one.how,
            "text": one.text,
        }
        for one in changes
    ]
    await tx.work(lambda connection: connection.execute(intake_changes.insert(), rows), writes=True)


async def changes_of(
    tx: Tx, device_id: int, start: datetime, end: datetime, limit: int
) -> tuple[ConfigChange, ...]:
    """The newest changes of a device from `start` to `end`, oldest first."""
    table = intake_changes
    query = (
        select(table)
        .where(
            table.c.tenant == tx.actor.tenant,
            table.c.device_id == device_id,
            table.c.at >= start,
            table.c.at <= end,
        )
        .order_by(table.c.at.desc(), table.c.id.desc())
        .limit(limit)
    )
    return (await tx.rows(query, _change))[::-1]


async def forget_changes(tx: Tx, before: datetime) -> int:
    """Let go of old changes; how many."""
    table = intake_changes
    mine = table.c.tenant == tx.actor.tenant
    return await tx.execute(table.delete().where(mine, table.c.at < before))


def _change(row: Row[Any]) -> ConfigChange:
    return ConfigChange(row.device_id, row.at, row.who, row.how, row.text)


def _quarantined(row: Row[Any]) -> Quarantined:
    return Quarantined(
        source=row.source,
        count=row._mapping["count"],
        first_at=row.first_at,
        last_at=row.last_at,
        kind=LineKind(row.kind),
        text=row.text,
    )
