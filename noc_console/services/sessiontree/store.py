"""Where the trees of sessions are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    or_,
    select,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.services.sessiontree.model import Node, NodeId

nodes = Table(
    "terminal_tree",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("parent_id", BigId),
    Column("name", String, nullable=False),
    Column("address", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Index(None, "tenant", "owner"),
    sqlite_autoincrement=True,
)


def _mine(tx: Tx) -> ColumnElement[bool]:
    return or_(nodes.c.owner == tx.actor.name, nodes.c.is_shared)


async def seen_by(tx: Tx) -> tuple[Node, ...]:
    """The actor's own and the shared ones, in the order they are arranged."""
    query = select(nodes).where(nodes.c.tenant == tx.actor.tenant, _mine(tx))
    return await tx.rows(query.order_by(nodes.c.position, nodes.c.name, nodes.c.id), _node)


async def get(tx: Tx, node_id: int) -> Node | None:
    where = (nodes.c.tenant == tx.actor.tenant, nodes.c.id == node_id, _mine(tx))
    return await tx.one(select(nodes).where(*where), _node)


async def add(tx: Tx, node: Node) -> NodeId:
    return NodeId(await tx.insert(nodes, tenant=tx.actor.tenant, **_values(node)))


async def save(tx: Tx, node: Node) -> None:
    where = (nodes.c.tenant == tx.actor.tenant, nodes.c.id == node.id)
    await tx.execute(nodes.update().where(*where).values(**_values(node)))


async def remove(tx: Tx, node_ids: Sequence[int]) -> None:
    for start in range(0, len(node_ids), 500):
        some = node_ids[start : start + 500]
        await tx.execute(
            nodes.delete().where(nodes.c.tenant == tx.actor.tenant, nodes.c.id.in_(some))
        )


def _values(node: Node) -> dict[str, Any]:
    return {
        "owner": node.owner,
        "is_shared": node.is_shared,
        "parent_id": node.parent_id,
        "name": node.name,
        "address": node.address,
        "note": node.note,
        "position": node.position,
    }


def _node(row: Row[Any]) -> Node:
    parent = None if row.parent_id is None else NodeId(row.parent_id)
    return Node(
        NodeId(row.id),
        parent,
        row.name,
        row.address,
        row.note,
        row.owner,
        row.is_shared,
        row.position,
    )
