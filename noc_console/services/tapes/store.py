"""Where the patterns that recordings hide are kept."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, UniqueConstraint, select

from noc_console.db.database import BigId, Tx, metadata
from noc_console.services.tapes.model import Pattern

patterns = Table(
    "terminal_patterns",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("pattern", String, nullable=False),
    UniqueConstraint("tenant", "pattern"),
    sqlite_autoincrement=True,
)


async def every(tx: Tx) -> tuple[Pattern, ...]:
    """In the order they were added."""
    query = select(patterns).where(patterns.c.tenant == tx.actor.tenant).order_by(patterns.c.id)
    return await tx.rows(query, lambda row: Pattern(row.id, row.pattern))


async def add(tx: Tx, pattern: str) -> int:
    return await tx.insert(patterns, tenant=tx.actor.tenant, pattern=pattern)


async def remove(tx: Tx, pattern_id: int) -> bool:
    where = (patterns.c.tenant == tx.actor.tenant, patterns.c.id == pattern_id)
    return await tx.execute(patterns.delete().where(*where)) > 0
