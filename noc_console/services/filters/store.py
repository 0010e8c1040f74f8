"""Where kept filters are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Index, Row, String, Table, Text, or_, select

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.filters.model import FilterId, SavedFilter

filters = Table(
    "filters",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("list", String, nullable=False),
    Column("name", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("owner", String, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "tenant", "list", "owner"),
    sqlite_autoincrement=True,
)


async def seen_by(tx: Tx, of: str) -> tuple[SavedFilter, ...]:
    """The actor's own and the shared ones of a list, by name."""
    mine = or_(filters.c.owner == tx.actor.name, filters.c.is_shared)
    query = select(filters).where(filters.c.tenant == tx.actor.tenant, filters.c.list == of, mine)
    return await tx.rows(query.order_by(filters.c.name, filters.c.id), _filter)


async def get(tx: Tx, filter_id: int) -> SavedFilter | None:
    """A filter the actor may see."""
    mine = or_(filters.c.owner == tx.actor.name, filters.c.is_shared)
    query = select(filters).where(
        filters.c.tenant == tx.actor.tenant, filters.c.id == filter_id, mine
    )
    return await tx.one(query, _filter)


async def add(tx: Tx, kept: SavedFilter) -> FilterId:
    return FilterId(await tx.insert(filters, tenant=tx.actor.tenant, **_values(kept)))


async def save(tx: Tx, kept: SavedFilter) -> None:
    where = (filters.c.tenant == tx.actor.tenant, filters.c.id == kept.id)
    await tx.execute(filters.update().where(*where).values(**_values(kept)))


async def remove(tx: Tx, filter_id: int) -> None:
    where = (filters.c.tenant == tx.actor.tenant, filters.c.id == filter_id)
    await tx.execute(filters.delete().where(*where))


def _values(kept: SavedFilter) -> dict[str, Any]:
    return {
        "list": kept.list,
        "name": kept.name,
        "text": kept.text,
        "owner": kept.owner,
        "is_shared": kept.is_shared,
        "changed_at": kept.changed_at,
    }


def _filter(row: Row[Any]) -> SavedFilter:
    return SavedFilter(
        id=FilterId(row.id),
        list=row.list,
        name=row.name,
        text=row.text,
        owner=row.owner,
        is_shared=row.is_shared,
        changed_at=row.changed_at,
    )
