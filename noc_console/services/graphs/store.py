"""Where kept graphs are, and what the journal tells of devices."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, Row, String, Table, Text, or_, select

from noc_console.db.database import BigId, Tx, journal, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.graphs.model import GraphId, SavedGraph

graphs = Table(
    "graphs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("owner", String, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "tenant", "owner"),
    sqlite_autoincrement=True,
)

CHANGES = ("DeviceChanged", "PartChanged")
"""Events of the journal that say a device is not what it was."""
MOST_CHANGES = 500


async def seen_by(tx: Tx) -> tuple[SavedGraph, ...]:
    """The actor's own and the shared ones, by name."""
    mine = or_(graphs.c.owner == tx.actor.name, graphs.c.is_shared)
    query = select(graphs).where(graphs.c.tenant == tx.actor.tenant, mine)
    return await tx.rows(query.order_by(graphs.c.name, graphs.c.id), _graph)


async def get(tx: Tx, graph_id: int) -> SavedGraph | None:
    """A graph the actor may see."""
    mine = or_(graphs.c.owner == tx.actor.name, graphs.c.is_shared)
    query = select(graphs).where(graphs.c.tenant == tx.actor.tenant, graphs.c.id == graph_id, mine)
    return await tx.one(query, _graph)


async def add(tx: Tx, graph: SavedGraph) -> GraphId:
    return GraphId(await tx.insert(graphs, tenant=tx.actor.tenant, **_values(graph)))


async def save(tx: Tx, graph: SavedGraph) -> None:
    where = (graphs.c.tenant == tx.actor.tenant, graphs.c.id == graph.id)
    await tx.execute(graphs.update().where(*where).values(**_values(graph)))


async def remove(tx: Tx, graph_id: int) -> None:
    where = (graphs.c.tenant == tx.actor.tenant, graphs.c.id == graph_id)
    await tx.execute(graphs.delete().where(*where))


async def changes(
    tx: Tx, device_ids: Collection[int], start: datetime, end: datetime
) -> tuple[tuple[datetime, str, dict[str, Any]], ...]:
    """When these devices changed: time, event and its facts, the newest first."""
    device = journal.c.facts["device_id"].as_integer()
    query = (
        select(journal.c.at, journal.c.event, journal.c.facts)
        .where(
            journal.c.tenant == tx.actor.tenant,
            journal.c.event.in_(CHANGES),
            journal.c.at >= start,
            journal.c.at <= end,
            device.in_(sorted(device_ids)),
        )
        .order_by(journal.c.id.desc())
        .limit(MOST_CHANGES)
    )
    return await tx.rows(query, lambda row: (row.at, row.event, dict(row.facts)))


def _values(graph: SavedGraph) -> dict[str, Any]:
    return {
        "name": graph.name,
        "text": graph.text,
        "owner": graph.owner,
        "is_shared": graph.is_shared,
        "changed_at": graph.changed_at,
    }


def _graph(row: Row[Any]) -> SavedGraph:
    return SavedGraph(GraphId(row.id), row.name, row.text, row.owner, row.is_shared, row.changed_at)
