"""Which keys devices prove themselves with: append-only, the newest counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, Integer, String, Table, Text, select

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.configs.model import HostKey

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
    Index(None, "tenant", "host", "port"),
    sqlite_autoincrement=True,
)


async def trusted(tx: Tx, host: str, port: int) -> HostKey | None:
    """The key somebody trusted last."""
    query = (
        select(host_keys)
        .where(
            host_keys.c.tenant == tx.actor.tenant,
            host_keys.c.host == host,
            host_keys.c.port == port,
        )
        .order_by(host_keys.c.id.desc())
        .limit(1)
    )
    return await tx.one(query, lambda row: HostKey(row.host, row.port, row.key, row.fingerprint))


async def trust(tx: Tx, key: HostKey, at: datetime) -> None:
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
    )
