"""What discovery needs from outside beside the SNMP reader. Adapters fit these shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from noc_console.kernel.actor import Actor


class Resolver(Protocol):
    """Names to addresses, off the event loop."""

    async def resolve(self, name: str) -> str:
        """One address of the name; raises Unreachable (reason "dns") when there is none in time."""
        ...


class Zones(Protocol):
    """Parts of the network that only certain collectors reach; the rest has no name."""

    async def zone_ids(self, actor: Actor, /) -> Mapping[str, int]:
        """Every zone by name."""
        ...

    async def zones_of(self, actor: Actor, /) -> Mapping[int, int]:
        """The zones of devices that are in one, by device."""
        ...

    async def place_devices(
        self, actor: Actor, /, *, device_ids: tuple[int, ...], zone: str = ""
    ) -> None:
        """Put devices into a zone."""
        ...
