"""Duties that follow from events, each resuming where it left off.

The feed is for eyes and may drop; a duty (open a ticket, send an invoice) may not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, Row, String, Table, select

from noc_console.db.database import BigId, Database, metadata, settled
from noc_console.db.database import journal as written
from noc_console.kernel.actor import ALL_RIGHTS, Actor

cursors = Table(
    "reaction_cursors",
    metadata,
    Column("name", String, primary_key=True),
    Column("journal_id", BigId, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Reaction:
    """When `event` is journaled, `handle` its facts; safe to see one twice."""

    name: str
    event: str
    handle: Callable[[Actor, dict[str, Any]], Awaitable[None]]


async def catch_up(db: Database, reaction: Reaction, *, limit: int = 100) -> int:
    """Handle what has happened since last time; return how much that was."""
    async with db.read(Actor("reactions", "*")) as tx:
        seen = await tx.scalar(select(cursors.c.journal_id).where(cursors.c.name == reaction.name))
        news = await tx.rows(
            select(written.c.id, written.c.tenant, written.c.facts)
            .where(
                written.c.id > (seen or 0),
                written.c.event == reaction.event,
                *settled(db.engine),
            )
            .order_by(written.c.id)
            .limit(limit),
            _entry,
        )
    for number, tenant, facts in news:
        await reaction.handle(Actor(reaction.name, tenant, frozenset({ALL_RIGHTS})), facts)
        await db.keep(partial(_move, name=reaction.name, journal_id=number))
    return len(news)


def _entry(row: Row[Any]) -> tuple[int, str, dict[str, Any]]:
    return row.id, row.tenant, row.facts


def _move(connection: Connection, *, name: str, journal_id: int) -> None:
    """Remember how far a reader of the journal has come."""
    moved = connection.execute(
        cursors.update().where(cursors.c.name == name).values(journal_id=journal_id)
    )
    if not moved.rowcount:
        connection.execute(cursors.insert().values(name=name, journal_id=journal_id))
