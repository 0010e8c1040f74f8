"""What is kept of reaching devices: ways through jump hosts, and hosts allowed old algorithms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, Row, String, Table, Text, UniqueConstraint, func, select

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.ways.model import Allowed, Way

ways = Table(
    "terminal_ways",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("names", Text, nullable=False),
    Column("sites", Text, nullable=False),
    Column("hops", Text, nullable=False),
    UniqueConstraint("tenant", "name"),
    sqlite_autoincrement=True,
)

legacy = Table(
    "terminal_legacy",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("host", String, primary_key=True),
    Column("port", Integer, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
)


async def every_way(tx: Tx) -> tuple[Way, ...]:
    """In the order they are tried."""
    query = (
        select(ways).where(ways.c.tenant == tx.actor.tenant).order_by(ways.c.position, ways.c.id)
    )
    return await tx.rows(query, _way)


async def add_way(tx: Tx, way: Way) -> int:
    last = await tx.scalar(
        select(func.max(ways.c.position)).where(ways.c.tenant == tx.actor.tenant)
    )
    return await tx.insert(
        ways,
        tenant=tx.actor.tenant,
        position=0 if last is None else int(last) + 1,
        name=way.name,
        names=way.names,
        sites=way.sites,
        hops=way.hops,
    )


async def remove_way(tx: Tx, way_id: int) -> bool:
    mine = (ways.c.tenant == tx.actor.tenant, ways.c.id == way_id)
    return bool(await tx.execute(ways.delete().where(*mine)))


async def is_legacy(tx: Tx, host: str, port: int) -> bool:
    return await tx.scalar(select(legacy.c.host).where(*_door(tx, host, port))) is not None


async def every_legacy(tx: Tx) -> tuple[Allowed, ...]:
    query = (
        select(legacy)
        .where(legacy.c.tenant == tx.actor.tenant)
        .order_by(legacy.c.host, legacy.c.port)
    )
    return await tx.rows(query, _allowed)


async def allow_legacy(tx: Tx, host: str, port: int, *, reason: str, at: datetime) -> None:
    values = {"reason": reason, "at": at, "by": tx.actor.name}
    if not await tx.execute(legacy.update().where(*_door(tx, host, port)).values(**values)):
        await tx.execute(
            legacy.insert().values(tenant=tx.actor.tenant, host=host, port=port, **values)
        )


async def forbid_legacy(tx: Tx, host: str, port: int) -> bool:
    return bool(await tx.execute(legacy.delete().where(*_door(tx, host, port))))


def _door(tx: Tx, host: str, port: int) -> tuple[Any, Any, Any]:
    return (legacy.c.tenant == tx.actor.tenant, legacy.c.host == host, legacy.c.port == port)


def _way(row: Row[Any]) -> Way:
    return Way(row.id, row.name, row.names, row.sites, row.hops)


def _allowed(row: Row[Any]) -> Allowed:
    return Allowed(row.host, row.port, row.reason, row.at, row.by)
