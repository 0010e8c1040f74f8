"""Which keys devices prove themselves with: append-only; which count is told by the rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, Row, String, Table, Text, select, true
from sqlalchemy.sql import false

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.hostkeys.model import HostKey, Pinned

host_keys = Table(
    "ssh_host_keys",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("host", String, nullable=False),
    Column("port", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    # Before there was the column, the newest key alone counted: it had replaced the others.
    Column("replaces", Boolean, nullable=False, server_default=true()),
    Column("is_gone", Boolean, nullable=False, server_default=false()),
    Column("reason", Text, nullable=False, server_default=""),
    Index(None, "tenant", "host", "port"),
    sqlite_autoincrement=True,
)


async def of(tx: Tx, host: str, port: int) -> tuple[Pinned, ...]:
    """All that were ever trusted for one door since it was last forgotten, oldest first."""
    query = (
        select(host_keys)
        .where(
            host_keys.c.tenant == tx.actor.tenant,
            host_keys.c.host == host,
            host_keys.c.port == port,
            ~host_keys.c.is_gone,
        )
        .order_by(host_keys.c.id)
    )
    return await tx.rows(query, _pinned)


async def every(tx: Tx) -> tuple[Pinned, ...]:
    """Those of all doors, door by door, oldest first."""
    query = (
        select(host_keys)
        .where(host_keys.c.tenant == tx.actor.tenant, ~host_keys.c.is_gone)
        .order_by(host_keys.c.host, host_keys.c.port, host_keys.c.id)
    )
    return await tx.rows(query, _pinned)


async def trust(tx: Tx, key: HostKey, at: datetime, *, reason: str = "", replaces: bool) -> None:
    """Remember a key."""
    await tx.insert(
        host_keys,
        tenant=tx.actor.tenant,
        host=key.host,
        port=key.port,
        key=key.key,
        fingerprint=key.fingerprint,
        at=at,
        by=tx.actor.name,
        replaces=replaces,
        is_gone=False,
        reason=reason,
    )


async def forget(tx: Tx, host: str, port: int) -> int:
    """None of them counts any longer; the rows stay. How many there were."""
    return await tx.execute(
        host_keys.update()
        .where(
            host_keys.c.tenant == tx.actor.tenant,
            host_keys.c.host == host,
            host_keys.c.port == port,
            ~host_keys.c.is_gone,
        )
        .values(is_gone=True)
    )


def _pinned(row: Row[Any]) -> Pinned:
    return Pinned(
        key=HostKey(row.host, row.port, row.key, row.fingerprint),
        at=row.at,
        by=row.by,
        reason=row.reason,
        replaces=row.replaces,
    )
