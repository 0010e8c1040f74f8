"""Customers as far as the inventory knows them: the ONUs their OLTs told of."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.services.inventory.model import DeviceId, DeviceType, Section
from noc_console.services.inventory.service import InventoryService

ONUS = "onus"
KEPT_FOR = timedelta(minutes=10)
"""OLTs are read in full once an hour; their long documents need not be parsed more often."""


class OnuCustomers:
    """Counts one customer for each ONU of the OLT's last inspection."""

    def __init__(self, inventory: InventoryService, *, clock: Clock) -> None:
        self._inventory = inventory
        self._clock = clock
        self._known: dict[str, tuple[datetime, Mapping[DeviceId, int] | None]] = {}

    async def on_devices(self, actor: Actor) -> Mapping[DeviceId, int] | None:
        """ONUs by OLT; None when no OLT ever told."""
        now = self._clock.now()
        known = self._known.get(actor.tenant)
        if known is not None and now - known[0] < KEPT_FOR:
            return known[1]
        counts = {}
        for device in await self._inventory.devices(actor):
            if device.type is DeviceType.OLT and device.is_managed:
                sections = await self._inventory.sections(actor, device_id=device.id)
                count = await asyncio.to_thread(_count, sections)
                if count is not None:
                    counts[device.id] = count
        told = counts or None
        self._known[actor.tenant] = (now, told)
        return told


def _count(sections: Iterable[Section]) -> int | None:
    """The rows of the section about ONUs; None when there is none that can be read."""
    for section in sections:
        if section.name == ONUS:
            try:
                rows = json.loads(section.document)
            except ValueError:
                return None
            return len(rows) if isinstance(rows, list) else None
    return None
