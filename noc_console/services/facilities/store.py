"""Where rooms, racks and mounts are kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    UniqueConstraint,
    func,
    select,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.kernel.errors import NotFound
from noc_console.services.facilities.model import Face, Mount, Rack, RackId, Room, RoomId
from noc_console.services.inventory.model import DeviceId, SiteId

rooms = Table(
    "rooms",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("site_id", BigId, ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("name", String, nullable=False),
    Column("width_m", Float, nullable=False),
    Column("depth_m", Float, nullable=False),
    Column("power_kw", Float, nullable=False),
    Column("cooling_kw", Float, nullable=False),
    UniqueConstraint("tenant", "site_id", "name"),
    sqlite_autoincrement=True,
)

racks = Table(
    "racks",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("room_id", BigId, ForeignKey("rooms.id", ondelete="CASCADE"), nullable=False),
    Column("name", String, nullable=False),
    Column("x_m", Float, nullable=False),
    Column("y_m", Float, nullable=False),
    Column("rotation", Integer, nullable=False),
    Column("units", Integer, nullable=False),
    Column("width_m", Float, nullable=False),
    Column("depth_m", Float, nullable=False),
    Column("max_weight_kg", Float, nullable=False),
    UniqueConstraint("room_id", "name"),
    sqlite_autoincrement=True,
)

mounts = Table(
    "rack_mounts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("rack_id", BigId, ForeignKey("racks.id", ondelete="CASCADE"), nullable=False),
    Column("device_id", BigId, ForeignKey("devices.id", ondelete="CASCADE"), nullable=False),
    Column("unit", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("face", String, nullable=False),
    UniqueConstraint("tenant", "device_id"),
    Index(None, "rack_id"),
)


async def rooms_of(tx: Tx, site_id: int) -> tuple[Room, ...]:
    return await tx.rows(
        select(rooms)
        .where(rooms.c.tenant == tx.actor.tenant, rooms.c.site_id == site_id)
        .order_by(func.lower(rooms.c.name)),
        _room,
    )


async def racks_of(tx: Tx, *, site_id: int | None = None, room_id: int = 0) -> tuple[Rack, ...]:
    """Racks of a room, or of all rooms of a site, by name."""
    statement = select(racks).join(rooms, racks.c.room_id == rooms.c.id)
    where = racks.c.room_id == room_id if site_id is None else rooms.c.site_id == site_id
    return await tx.rows(
        statement.where(racks.c.tenant == tx.actor.tenant, where).order_by(
            func.lower(racks.c.name), racks.c.id
        ),
        _rack,
    )


async def mounts_of(tx: Tx, *, site_id: int | None = None, rack_id: int = 0) -> tuple[Mount, ...]:
    """What is mounted in a rack, or in all racks of a site, from the bottom."""
    statement = (
        select(mounts)
        .join(racks, mounts.c.rack_id == racks.c.id)
        .join(rooms, racks.c.room_id == rooms.c.id)
    )
    where = mounts.c.rack_id == rack_id if site_id is None else rooms.c.site_id == site_id
    return await tx.rows(
        statement.where(mounts.c.tenant == tx.actor.tenant, where).order_by(
            mounts.c.rack_id, mounts.c.unit
        ),
        _mount,
    )


async def room(tx: Tx, room_id: int) -> Room:
    found = await tx.one(
        select(rooms).where(rooms.c.tenant == tx.actor.tenant, rooms.c.id == room_id), _room
    )
    if found is None:
        raise NotFound(f"there is no room {room_id}")
    return found


async def rack(tx: Tx, rack_id: int) -> Rack:
    found = await tx.one(
        select(racks).where(racks.c.tenant == tx.actor.tenant, racks.c.id == rack_id), _rack
    )
    if found is None:
        raise NotFound(f"there is no rack {rack_id}")
    return found


async def mount_of(tx: Tx, device_id: int) -> Mount | None:
    """Where a device is mounted, None when nowhere."""
    return await tx.one(
        select(mounts).where(mounts.c.tenant == tx.actor.tenant, mounts.c.device_id == device_id),
        _mount,
    )


async def add_room(tx: Tx, wanted: Room) -> RoomId:
    return RoomId(await tx.insert(rooms, tenant=tx.actor.tenant, **_room_values(wanted)))


async def save_room(tx: Tx, wanted: Room) -> None:
    mine = (rooms.c.tenant == tx.actor.tenant, rooms.c.id == wanted.id)
    await tx.execute(rooms.update().where(*mine).values(**_room_values(wanted)))


async def remove_room(tx: Tx, room_id: int) -> None:
    await tx.execute(rooms.delete().where(rooms.c.tenant == tx.actor.tenant, rooms.c.id == room_id))


async def add_rack(tx: Tx, wanted: Rack) -> RackId:
    return RackId(await tx.insert(racks, tenant=tx.actor.tenant, **_rack_values(wanted)))


async def save_rack(tx: Tx, wanted: Rack) -> None:
    mine = (racks.c.tenant == tx.actor.tenant, racks.c.id == wanted.id)
    await tx.execute(racks.update().where(*mine).values(**_rack_values(wanted)))


async def remove_rack(tx: Tx, rack_id: int) -> None:
    await tx.execute(racks.delete().where(racks.c.tenant == tx.actor.tenant, racks.c.id == rack_id))


async def put(tx: Tx, wanted: Mount) -> None:
    """Mount a device; wherever it was before, it is not there any more."""
    await take(tx, wanted.device_id)
    await tx.insert(
        mounts,
        tenant=tx.actor.tenant,
        rack_id=wanted.rack_id,
        device_id=wanted.device_id,
        unit=wanted.unit,
        height=wanted.height,
        face=wanted.face.value,
    )


async def take(tx: Tx, device_id: int) -> None:
    await tx.execute(
        mounts.delete().where(mounts.c.tenant == tx.actor.tenant, mounts.c.device_id == device_id)
    )


def _room(row: Row[Any]) -> Room:
    return Room(
        RoomId(row.id),
        SiteId(row.site_id),
        row.name,
        row.width_m,
        row.depth_m,
        row.power_kw,
        row.cooling_kw,
    )


def _room_values(wanted: Room) -> dict[str, Any]:
    return {
        "site_id": wanted.site_id,
        "name": wanted.name,
        "width_m": wanted.width_m,
        "depth_m": wanted.depth_m,
        "power_kw": wanted.power_kw,
        "cooling_kw": wanted.cooling_kw,
    }


def _rack(row: Row[Any]) -> Rack:
    return Rack(
        RackId(row.id),
        RoomId(row.room_id),
        row.name,
        row.x_m,
        row.y_m,
        row.rotation,
        row.units,
        row.width_m,
        row.depth_m,
        row.max_weight_kg,
    )


def _rack_values(wanted: Rack) -> dict[str, Any]:
    return {
        "room_id": wanted.room_id,
        "name": wanted.name,
        "x_m": wanted.x_m,
        "y_m": wanted.y_m,
        "rotation": wanted.rotation,
        "units": wanted.units,
        "width_m": wanted.width_m,
        "depth_m": wanted.depth_m,
        "max_weight_kg": wanted.max_weight_kg,
    }


def _mount(row: Row[Any]) -> Mount:
    return Mount(DeviceId(row.device_id), RackId(row.rack_id), row.unit, row.height, Face(row.face))
