"""What people do with rooms and racks: draw them, and say which device is mounted where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict
from noc_console.kernel.operation import operation
from noc_console.services.facilities import rules, store
from noc_console.services.facilities.model import (
    RACK_DEPTH_M,
    RACK_WIDTH_M,
    UNITS,
    Face,
    FacilitiesChanged,
    Mount,
    Rack,
    RackId,
    Room,
    RoomId,
    SitePlan,
)
from noc_console.services.inventory.model import DeviceId, SiteId
from noc_console.services.inventory.service import InventoryService


class FacilityService:
    """The rooms of a site and what stands in them."""

    def __init__(self, db: Database, inventory: InventoryService) -> None:
        self._db = db
        self._inventory = inventory

    @operation("facilities.plan", right="inventory.read")
    async def plan(self, actor: Actor, *, site_id: int) -> SitePlan:
        """Show a site's rooms, their racks, and what is mounted in them."""
        async with self._db.read(actor) as tx:
            return SitePlan(
                SiteId(site_id),
                await store.rooms_of(tx, site_id),
                await store.racks_of(tx, site_id=site_id),
                await store.mounts_of(tx, site_id=site_id),
            )

    @operation("facilities.add-room", right="facilities.edit")
    async def add_room(
        self,
        actor: Actor,
        *,
        site_id: int,
        name: str,
        width_m: float = 8.0,
        depth_m: float = 6.0,
        power_kw: float = 0.0,
        cooling_kw: float = 0.0,
    ) -> Room:
        """Add a room to a site: its name, floor, power and cooling."""
        wanted = rules.check_room(
            Room(
                RoomId(0),
                SiteId(site_id),
                rules.name(name),
                width_m,
                depth_m,
                power_kw,
                cooling_kw,
            )
        )
        async with self._db.begin(actor) as tx:
            return await self._new_room(tx, wanted)

    @operation("facilities.change-room", right="facilities.edit")
    async def change_room(
        self,
        actor: Actor,
        *,
        room_id: int,
        name: str,
        width_m: float,
        depth_m: float,
        power_kw: float = 0.0,
        cooling_kw: float = 0.0,
    ) -> Room:
        """Change a room; its racks must still stand inside."""
        async with self._db.begin(actor) as tx:
            before = await store.room(tx, room_id)
            after = replace(
                before,
                name=rules.name(name),
                width_m=width_m,
                depth_m=depth_m,
                power_kw=power_kw,
                cooling_kw=cooling_kw,
            )
            rules.check_room(after, await store.racks_of(tx, room_id=room_id))
            await self._free_room_name(tx, after)
            await store.save_room(tx, after)
            _record(tx, after, "room changed", after.name)
        return after

    @operation("facilities.remove-room", right="facilities.edit")
    async def remove_room(self, actor: Actor, *, room_id: int) -> None:
        """Remove a room with its racks; the devices stay in the inventory."""
        async with self._db.begin(actor) as tx:
            before = await store.room(tx, room_id)
            await store.remove_room(tx, room_id)
            _record(tx, before, "room removed", before.name)

    @operation("facilities.add-rack", right="facilities.edit")
    async def add_rack(
        self,
        actor: Actor,
        *,
        site_id: int,
        room_id: int | None = None,
        name: str = "",
        x_m: float | None = None,
        y_m: float | None = None,
        rotation: int = 0,
        units: int = UNITS,
        width_m: float = RACK_WIDTH_M,
        depth_m: float = RACK_DEPTH_M,
        max_weight_kg: float = 0.0,
    ) -> Rack:
        """Add a rack to a room; without a place it stands where the next one fits.

        A site without any room gets its first one along.
        """
        async with self._db.begin(actor) as tx:
            room = await self._room_for(tx, site_id, room_id)
            others = await store.racks_of(tx, room_id=room.id)
            called = name or rules.free_name("Rack", (rack.name for rack in others))
            wanted = Rack(RackId(0), room.id, rules.name(called), 0.0, 0.0, rotation, units)
            wanted = replace(wanted, width_m=width_m, depth_m=depth_m, max_weight_kg=max_weight_kg)
            spot = (x_m, y_m)
            if spot[0] is None or spot[1] is None:
                free = rules.free_spot(room, others, wanted)
                if free is None:
                    raise Conflict(f"{room.name} has no space for another rack")
                spot = free
            wanted = replace(wanted, x_m=float(spot[0] or 0.0), y_m=float(spot[1] or 0.0))
            rules.check_rack(wanted, room, others, ())
            made = replace(wanted, id=await store.add_rack(tx, wanted))
            _record(tx, room, "rack added", made.name)
        return made

    @operation("facilities.change-rack", right="facilities.edit")
    async def change_rack(
        self,
        actor: Actor,
        *,
        rack_id: int,
        name: str,
        x_m: float,
        y_m: float,
        rotation: int = 0,
        units: int = UNITS,
        width_m: float = RACK_WIDTH_M,
        depth_m: float = RACK_DEPTH_M,
        max_weight_kg: float = 0.0,
    ) -> Rack:
        """Move, turn or change a rack; what is mounted in it must still fit."""
        async with self._db.begin(actor) as tx:
            before = await store.rack(tx, rack_id)
            room = await store.room(tx, before.room_id)
            after = Rack(
                before.id,
                before.room_id,
                rules.name(name),
                x_m,
                y_m,
                rotation,
                units,
                width_m,
                depth_m,
                max_weight_kg,
            )
            others = await store.racks_of(tx, room_id=room.id)
            rules.check_rack(after, room, others, await store.mounts_of(tx, rack_id=rack_id))
            await store.save_rack(tx, after)
            _record(tx, room, "rack changed", after.name)
        return after

    @operation("facilities.remove-rack", right="facilities.edit")
    async def remove_rack(self, actor: Actor, *, rack_id: int) -> None:
        """Remove a rack; its devices are mounted nowhere then."""
        async with self._db.begin(actor) as tx:
            before = await store.rack(tx, rack_id)
            room = await store.room(tx, before.room_id)
            await store.remove_rack(tx, rack_id)
            _record(tx, room, "rack removed", before.name)

    @operation("facilities.mount", right="facilities.edit")
    async def mount(
        self,
        actor: Actor,
        *,
        device_id: int,
        rack_id: int,
        unit: int,
        height: int = 1,
        face: Face = Face.FULL,
    ) -> Mount:
        """Mount a device in a rack, or move it there; taken units are refused."""
        device = await self._inventory.device(actor, device_id=device_id)
        async with self._db.begin(actor) as tx:
            rack = await store.rack(tx, rack_id)
            room = await store.room(tx, rack.room_id)
            wanted = Mount(DeviceId(device_id), rack.id, unit, height, face)
            rules.check_mount(wanted, rack, await store.mounts_of(tx, rack_id=rack_id))
            await store.put(tx, wanted)
            _record(tx, room, "mounted", f"{device.name} in {rack.name}, unit {unit}")
        return wanted

    @operation("facilities.unmount", right="facilities.edit")
    async def unmount(self, actor: Actor, *, device_id: int) -> None:
        """Take a device out of its rack."""
        device = await self._inventory.device(actor, device_id=device_id)
        async with self._db.begin(actor) as tx:
            before = await store.mount_of(tx, device_id)
            if before is None:
                raise Conflict(f"{device.name} is mounted nowhere")
            rack = await store.rack(tx, before.rack_id)
            room = await store.room(tx, rack.room_id)
            await store.take(tx, device_id)
            _record(tx, room, "unmounted", f"{device.name} from {rack.name}")

    @staticmethod
    def free_unit(rack: Rack, mounts: Iterable[Mount], height: int = 1) -> int | None:
        """The lowest unit of a rack where a device of full depth fits, or None."""
        return rules.free_unit(rack, mounts, height)

    @staticmethod
    def free_rack_name(racks: Iterable[Rack]) -> str:
        """`Rack 3`: the first such name that is free."""
        return rules.free_name("Rack", (rack.name for rack in racks))

    async def _room_for(self, tx: Tx, site_id: int, room_id: int | None) -> Room:
        if room_id is not None:
            return await store.room(tx, room_id)
        known = await store.rooms_of(tx, site_id)
        if known:
            return known[0]
        return await self._new_room(tx, Room(RoomId(0), SiteId(site_id), "Room 1", 8.0, 6.0))

    async def _new_room(self, tx: Tx, wanted: Room) -> Room:
        await self._free_room_name(tx, wanted)
        made = replace(wanted, id=await store.add_room(tx, wanted))
        _record(tx, made, "room added", made.name)
        return made

    async def _free_room_name(self, tx: Tx, wanted: Room) -> None:
        for other in await store.rooms_of(tx, wanted.site_id):
            if other.id != wanted.id and other.name.casefold() == wanted.name.casefold():
                raise Conflict(f"there is a room {other.name} at this site already")


def _record(tx: Tx, room: Room, what: str, name: str) -> None:
    tx.record(FacilitiesChanged(site_id=room.site_id, what=what, name=name))
