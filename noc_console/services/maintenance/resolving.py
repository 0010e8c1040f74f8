"""Finds what a window means at this moment: its sites, groups and areas as devices."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotFound
from noc_console.kernel.text import plural
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.model import Spot, Target, TargetKind
from noc_console.services.maintenance.ports import Areas
from noc_console.services.maintenance.rules import resolve


class Resolver:
    """Asks the inventory and the maps."""

    def __init__(self, inventory: InventoryService, areas: Areas | None = None) -> None:
        self._inventory = inventory
        self._areas = areas

    async def spots(self, actor: Actor, targets: tuple[Target, ...]) -> tuple[Spot, ...]:
        """What these targets are now. An area that was wiped off its map means nothing more."""
        devices = await self._inventory.devices(actor)
        sites = {int(site.id): site.name for site in await self._inventory.sites(actor)}
        inside = {}
        ports = {}
        for target in targets:
            if target.kind is TargetKind.AREA:
                inside[target.map_id, target.drawing] = await self._inside(actor, target)
            elif target.kind is TargetKind.INTERFACE:
                found = await self._port(actor, target.id)
                if found is not None:
                    ports[target.id] = found
        return await asyncio.to_thread(
            resolve.spots, targets, devices, sites=sites, inside=inside, ports=ports
        )

    async def named(self, actor: Actor, targets: tuple[Target, ...]) -> tuple[Target, ...]:
        """The same with the names they have now. Raises NotFound for what is not there."""
        devices: dict[int, str] = {}
        if any(target.kind is TargetKind.DEVICE for target in targets):
            known = await self._inventory.devices(actor)
            devices = {int(device.id): device.name or device.address for device in known}
        sites = {int(site.id): site.name for site in await self._inventory.sites(actor)}
        return tuple([await self._name(actor, target, devices, sites) for target in targets])

    async def _name(
        self, actor: Actor, target: Target, devices: dict[int, str], sites: dict[int, str]
    ) -> Target:
        if target.kind is TargetKind.INTERFACE:
            port = await self._inventory.interface(actor, interface_id=target.id)
            device = await self._inventory.device(actor, device_id=int(port.device_id))
            return replace(target, name=f"{device.name} · {port.name}")
        if target.kind in {TargetKind.DEVICE, TargetKind.SITE}:
            names = devices if target.kind is TargetKind.DEVICE else sites
            if target.id not in names:
                raise NotFound(f"there is no {target.kind} {target.id}")
            return replace(target, name=names[target.id])
        if target.kind is TargetKind.GROUP:
            words = " ".join(filter(None, (target.words, *target.types)))
            return replace(target, name=words)
        if self._areas is not None and not target.name:
            inside = await self._areas.inside(actor, map_id=target.map_id, drawing=target.drawing)
            return replace(target, name=f"area of {plural(len(inside), 'device')}")
        return target

    async def _inside(self, actor: Actor, target: Target) -> frozenset[int]:
        if self._areas is None:
            return frozenset()
        try:
            found = await self._areas.inside(actor, map_id=target.map_id, drawing=target.drawing)
        except NotFound:
            return frozenset()
        return frozenset(found)

    async def _port(self, actor: Actor, interface_id: int) -> tuple[int, tuple[int, ...]] | None:
        try:
            port = await self._inventory.interface(actor, interface_id=interface_id)
        except NotFound:
            return None
        sensors = await self._inventory.sensors(actor, device_id=int(port.device_id))
        mine = tuple(int(each.id) for each in sensors if each.interface_id == port.id)
        return int(port.device_id), mine
