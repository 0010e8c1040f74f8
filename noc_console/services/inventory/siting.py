"""Where sites are, as people say it."""

from __future__ import annotations

import math

from sqlalchemy import Connection, select, update

from noc_console.db.database import Tx
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.services.inventory.model import Site
from noc_console.services.inventory.rows import site_of
from noc_console.services.inventory.store import sites

Spot = tuple[float, float]


def checked(latitude: float | None, longitude: float | None) -> Spot | None:
    """Degrees that are a place on earth; None for no place at all."""
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        raise Invalid("a place needs both its latitude and its longitude", field="latitude")
    if not (math.isfinite(latitude) and abs(latitude) <= 90):
        raise Invalid("a latitude lies between -90 and 90 degrees", field="latitude")
    if not (math.isfinite(longitude) and abs(longitude) <= 180):
        raise Invalid("a longitude lies between -180 and 180 degrees", field="longitude")
    return latitude, longitude


async def locate(tx: Tx, site_id: int, spot: Spot | None) -> Site:
    """Keep a site's coordinates; answers what was known before."""
    mine = (sites.c.tenant == tx.actor.tenant, sites.c.id == site_id)
    latitude, longitude = spot or (None, None)

    def write(connection: Connection) -> Site | None:
        row = connection.execute(select(sites).where(*mine)).one_or_none()
        if row is None:
            return None
        connection.execute(
            update(sites).where(*mine).values(latitude=latitude, longitude=longitude)
        )
        return site_of(row)

    before = await tx.work(write, writes=True)
    if before is None:
        raise NotFound(f"there is no site {site_id}")
    return before
