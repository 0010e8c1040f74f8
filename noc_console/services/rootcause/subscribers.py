"""Who depends on what, as far as the inventory tells: ONUs, and ports described as a customer's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.services.inventory.model import DeviceType, Interface, Section
from noc_console.services.inventory.service import InventoryService
from noc_console.services.rootcause.model import Book
from noc_console.services.rootcause.rules.gather import Onu, book
from noc_console.services.rootcause.rules.pon import tree_name

ONUS = "onus"
KEPT_FOR = timedelta(minutes=10)
"""OLTs are read in full once an hour; their long documents need not be parsed more often."""


class InventorySubscribers:
    """Counts a customer for each ONU of an OLT's last inspection and for each customer's port."""

    def __init__(self, inventory: InventoryService, *, clock: Clock) -> None:
        self._inventory = inventory
        self._clock = clock
        self._known: dict[str, tuple[datetime, tuple[Onu, ...], Book]] = {}

    async def book(self, actor: Actor) -> Book:
        """Everybody, by the device or port they hang on."""
        return (await self._read(actor))[1]

    async def onus(self, actor: Actor) -> tuple[Onu, ...]:
        """Every ONU an OLT told of."""
        return (await self._read(actor))[0]

    async def _read(self, actor: Actor) -> tuple[tuple[Onu, ...], Book]:
        now = self._clock.now()
        known = self._known.get(actor.tenant)
        if known is not None and now - known[0] < KEPT_FOR:
            return known[1], known[2]
        onus: list[Onu] = []
        trees: dict[tuple[int, str], int] = {}
        for device in await self._inventory.devices(actor, type=DeviceType.OLT):
            if device.is_managed:
                sections = await self._inventory.sections(actor, device_id=device.id)
                onus += await asyncio.to_thread(_onus, int(device.id), sections)
                trees |= _trees(await self._inventory.interfaces(actor, device_id=device.id))
        ports = await self._inventory.customer_ports(actor)
        told = book(onus, trees, ((int(port.id), int(port.device_id)) for port in ports))
        self._known[actor.tenant] = now, tuple(onus), told
        return tuple(onus), told


def _trees(interfaces: Iterable[Interface]) -> dict[tuple[int, str], int]:
    """PON ports by OLT and place; a port that only looks like one has no ONU to claim it."""
    found: dict[tuple[int, str], int] = {}
    for interface in interfaces:
        is_pon = "pon" in f"{interface.name} {interface.descr}".lower()
        if (tree := tree_name(interface.name)) and (
            is_pon or (interface.device_id, tree) not in found
        ):
            found[int(interface.device_id), tree] = int(interface.id)
    return found


def _onus(olt: int, sections: Iterable[Section]) -> list[Onu]:
    """The rows of the section about ONUs; none when there is none that can be read."""
    for section in sections:
        if section.name != ONUS:
            continue
        try:
            rows = json.loads(section.document)
        except ValueError:
            return []
        told = rows if isinstance(rows, list) else []
        return [
            Onu(olt, _text(row, "port"), _text(row, "serial"), _text(row, "name"))
            for row in told
            if isinstance(row, dict)
        ]
    return []


def _text(row: dict[str, object], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""
