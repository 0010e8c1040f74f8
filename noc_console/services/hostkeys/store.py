"""Which keys devices prove themselves with: append-only; which count is told by the rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, Row, String, Table, Text, select, true
from sqlalchemy.sql import false

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.hostkeys.model import Authority, HostKey, Pinned

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

authorities = Table(
    "ssh_host_authorities",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("hosts", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("revoked_by", String, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("is_gone", Boolean, nullable=False, server_default=false()),
    Index(None, "tenant"),
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


async def every_authority(tx: Tx) -> tuple[Authority, ...]:
    """Those that were not removed, by name."""
    query = (
        select(authorities)
        .where(authorities.c.tenant == tx.actor.tenant, ~authorities.c.is_gone)
        .order_by(authorities.c.name, authorities.c.id)
    )
    return await tx.rows(query, _authority)


async def add_authority(
    tx: Tx, *, name: str, hosts: str, key: str, fingerprint: str, at: datetime
) -> int:
    return await tx.insert(
        authorities,
        tenant=tx.actor.tenant,
        name=name,
        hosts=hosts,
        key=key,
        fingerprint=fingerprint,
        at=at,
        by=tx.actor.name,
        revoked_by="",
        reason="",
        is_gone=False,
    )


async def change_authority(tx: Tx, authority_id: int, **columns: Any) -> None:
    await tx.execute(
        authorities.update()
        .where(authorities.c.tenant == tx.actor.tenant, authorities.c.id == authority_id)
        .values(**columns)
    )


def _authority(row: Row[Any]) -> Authority:
    return Authority(
        id=row.id,
        name=row.name,
        hosts=row.hosts,
        key=row.key,
        fingerprint=row.fingerprint,
        at=row.at,
        by=row.by,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
        reason=row.reason,
    )


def _pinned(row: Row[Any]) -> Pinned:
    return Pinned(
        key=HostKey(row.host, row.port, row.key, row.fingerprint),
        at=row.at,
        by=row.by,
        reason=row.reason,
        replaces=row.replaces,
    )
