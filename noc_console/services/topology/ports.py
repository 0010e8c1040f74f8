"""What the map asks of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import DeviceId


class Customers(Protocol):
    """Knows how many customers hang directly on each device."""

    async def on_devices(self, actor: Actor) -> Mapping[DeviceId, int] | None:
        """Customers by device; who has none may be missing. None when nothing is known."""
