"""Where lines and unknown senders are kept, both bounded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, Row, String, Table, Text, func, select

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.intake.model import IntakeLine, LineKind, Quarantined

intake_lines = Table(
    "intake_lines",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("device_id", BigId),
    Column("source", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Index(None, "tenant", "id"),
    Index(None, "tenant", "device_id", "id"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

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


async def newest(tx: Tx, *, device_id: int | None, limit: int) -> tuple[IntakeLine, ...]:
    """The last lines, newest first."""
    statement = select(intake_lines).where(intake_lines.c.tenant == tx.actor.tenant)
    if device_id is not None:
        statement = statement.where(intake_lines.c.device_id == device_id)
    return await tx.rows(statement.order_by(intake_lines.c.id.desc()).limit(limit), _line)


async def add(tx: Tx, lines: Sequence[IntakeLine]) -> None:
    rows = [
        {
            "tenant": tx.actor.tenant,
            "at": line.at,
            "device_id": line.device_id,
            "source": line.source,
            "kind": line.kind.value,
            "severity": line.severity,
            "text": line.text,
            "count": line.count,
        }
        for line in lines
    ]
    if rows:
        await tx.execute(intake_lines.insert(), rows)


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


def prune(connection: Connection, *, before: datetime, most: int) -> int:
    """Forget lines that are too old or too many; ids tell how many came after."""
    table = intake_lines
    gone = connection.execute(table.delete().where(table.c.at < before)).rowcount
    newest_id = connection.execute(select(func.max(table.c.id))).scalar()
    if newest_id is not None:
        gone += connection.execute(table.delete().where(table.c.id <= newest_id - most)).rowcount
    return gone


def _line(row: Row[Any]) -> IntakeLine:
    return IntakeLine(
        at=row.at,
        device_id=row.device_id,
        source=row.source,
        kind=LineKind(row.kind),
        severity=row.severity,
        text=row.text,
        count=row._mapping["count"],
        id=row.id,
    )


def _quarantined(row: Row[Any]) -> Quarantined:
    return Quarantined(
        source=row.source,
        count=row._mapping["count"],
        first_at=row.first_at,
        last_at=row.last_at,
        kind=LineKind(row.kind),
        text=row.text,
    )
