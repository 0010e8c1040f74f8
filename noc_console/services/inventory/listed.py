"""The whole network as plain rows, for lists of everything.

Forty thousand interfaces as `Interface`, with their addresses and times, take a second of a
thread; a list needs half a dozen words of each.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

from sqlalchemy import select

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory import store


class PortRow(NamedTuple):
    """An interface on a list."""

    id: int
    device_id: int
    name: str
    alias: str
    speed_bps: int
    type: int


class SensorRow(NamedTuple):
    """A sensor on a list, with the limits it has."""

    id: int
    device_id: int
    kind: str
    name: str
    interface_id: int | None
    low: float | None
    high: float | None
    warn_low: float | None
    warn_high: float | None


class Listing:
    """Reads them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def ports(self, actor: Actor) -> tuple[PortRow, ...]:
        """Every interface, by its id."""
        actor.require("inventory.read")
        table = store.interfaces
        columns = ("id", "device_id", "name", "alias", "speed_bps", "type")
        query = (
            select(*(table.c[name] for name in columns))
            .where(table.c.tenant == actor.tenant)
            .order_by(table.c.id)
        )
        async with self._db.read(actor) as tx:
            return await tx.work(
                lambda c: tuple(
                    # The same few hundred names again and again, in all the network.
                    PortRow(number, device, sys.intern(name), alias, speed, kind)
                    for number, device, name, alias, speed, kind in c.execute(query)
                ),
                writes=False,
            )

    async def sensors(self, actor: Actor) -> tuple[SensorRow, ...]:
        """Every sensor, by its id."""
        actor.require("inventory.read")
        table = store.sensors
        query = (
            select(*(table.c[name] for name in SensorRow._fields))
            .where(table.c.tenant == actor.tenant)
            .order_by(table.c.id)
        )
        async with self._db.read(actor) as tx:
            return await tx.work(
                lambda c: tuple(SensorRow(*row) for row in c.execute(query)), writes=False
            )
