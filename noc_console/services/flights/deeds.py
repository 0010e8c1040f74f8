"""What flights did to a device, for those who want to know who changed its configuration."""

from __future__ import annotations

from datetime import datetime

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.text import visible
from noc_console.services.configs.model import Deed
from noc_console.services.flights import store
from noc_console.services.flights.model import Kind, Stand

MOST = 5
LONGEST_TITLE = 60
_BACK = (Stand.UNDONE, Stand.UNLIKE, Stand.FAILED)


class FlightDeeds:
    """See `configs.ports.Doers`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def deeds(
        self, actor: Actor, *, device_id: int, start: datetime, end: datetime
    ) -> tuple[Deed, ...]:
        """Flights of lines and of software alike, whether what they brought stands or not."""
        actor.require("configs.keep")
        async with self._db.read(actor) as tx:
            found = await store.touches(tx, device_id, start=start, end=end, limit=MOST)
        return tuple(map(_deed, found))


def _deed(touch: store.Touch) -> Deed:
    """By who planned it: who approved it stands behind the flight's name."""
    flight = touch.flight
    what = "software flight" if flight.kind is Kind.FIRMWARE else "flight"
    told = [f"{what} {flight.id} “{visible(flight.title, limit=LONGEST_TITLE)}”"]
    if flight.approved_by:
        told.append(f"approved by {flight.approved_by}")
    if touch.stand in _BACK:
        told.append("taken back")
    return Deed(flight.by, ", ".join(told))
