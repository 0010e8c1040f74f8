"""Which devices answer: only that, for a map that is told of hundreds of changes a second."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from noc_console.db.database import Tx
from noc_console.services.inventory import store
from noc_console.services.inventory.model import DeviceId, Reachability


async def answering(tx: Tx, device_ids: Collection[int]) -> dict[DeviceId, Reachability]:
    """How some devices answer; those that are gone are left out."""
    table, tenant = store.devices, tx.actor.tenant
    query = select(table.c.id, table.c.reachability).where(table.c.tenant == tenant)

    def read(connection: Connection) -> dict[DeviceId, Reachability]:
        return {
            DeviceId(row.id): Reachability(row.reachability)
            for row in store.inside(connection, query, table.c.id, device_ids)
        }

    return await tx.work(read, writes=False)
