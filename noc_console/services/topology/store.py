"""Where positions on maps are kept, and what a map was when it was last laid out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    Row,
    String,
    Table,
    UniqueConstraint,
    select,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Placement, Position, Settled

positions = Table(
    "map_positions",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("view", String, nullable=False),
    Column("device_id", BigId, nullable=False),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    Column("pinned", Boolean, nullable=False),
    UniqueConstraint("tenant", "view", "device_id"),
)

layouts = Table(
    "map_layouts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("view", String, nullable=False),
    Column("devices", Integer, nullable=False),
    Column("links", Integer, nullable=False),
    Column("at", UtcDateTime),
    Column("touched", Boolean, nullable=False),
    UniqueConstraint("tenant", "view"),
)

CHUNK = 500
"""Ids per DELETE: far below every database's limit of parameters."""


async def placed(tx: Tx, view: str) -> dict[DeviceId, Position]:
    """Where devices stand on a map."""
    rows = await tx.rows(
        select(positions).where(positions.c.tenant == tx.actor.tenant, positions.c.view == view),
        _position,
    )
    return dict(rows)


async def put(tx: Tx, view: str, moves: Iterable[Placement]) -> None:
    """Keep positions; a placement without one is forgotten."""
    wanted = {move.device_id: move.position for move in moves}
    tenant = tx.actor.tenant
    fresh = [
        {
            "tenant": tenant,
            "view": view,
            "device_id": device,
            "x": position.x,
            "y": position.y,
            "pinned": position.pinned,
        }
        for device, position in wanted.items()
        if position is not None
    ]
    ids = list(wanted)

    def replace(connection: Connection) -> None:
        for start in range(0, len(ids), CHUNK):
            connection.execute(
                positions.delete().where(
                    positions.c.tenant == tenant,
                    positions.c.view == view,
                    positions.c.device_id.in_(ids[start : start + CHUNK]),
                )
            )
        if fresh:
            connection.execute(positions.insert(), fresh)

    await tx.work(replace, writes=True)


async def settled(tx: Tx, view: str) -> Settled:
    """What the map was when it was last laid out; empty when never."""
    kept = await tx.one(
        select(layouts).where(layouts.c.tenant == tx.actor.tenant, layouts.c.view == view),
        lambda row: Settled(row.devices, row.links, row.at, row.touched),
    )
    return kept or Settled()


async def settle(tx: Tx, view: str, now: Settled) -> None:
    """Remember a layout."""
    where = (layouts.c.tenant == tx.actor.tenant, layouts.c.view == view)
    values = {
        "devices": now.devices,
        "links": now.links,
        "at": now.at,
        "touched": now.touched,
    }
    if not await tx.execute(layouts.update().where(*where).values(**values)):
        await tx.insert(layouts, tenant=tx.actor.tenant, view=view, **values)


def _position(row: Row[Any]) -> tuple[DeviceId, Position]:
    return DeviceId(row.device_id), Position(row.x, row.y, row.pinned)
