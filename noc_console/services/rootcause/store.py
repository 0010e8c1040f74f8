"""Where the collectors stand in the network, as people said."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Column, String, Table, UniqueConstraint, select

from noc_console.db.database import BigId, Tx, metadata

vantage = Table(
    "rootcause_vantage",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("device_id", BigId, nullable=False),
    UniqueConstraint("tenant", "device_id"),
    sqlite_autoincrement=True,
)


async def vantage_ids(tx: Tx) -> frozenset[int]:
    """The devices the collectors hang on."""
    query = select(vantage.c.device_id).where(vantage.c.tenant == tx.actor.tenant)
    return frozenset(await tx.rows(query, lambda row: int(row.device_id)))


async def set_vantage(tx: Tx, device_ids: Collection[int]) -> None:
    """These and no others."""
    tenant = tx.actor.tenant
    await tx.execute(vantage.delete().where(vantage.c.tenant == tenant))
    rows = [{"tenant": tenant, "device_id": one} for one in sorted(set(device_ids))]
    if rows:
        await tx.execute(vantage.insert(), rows)
