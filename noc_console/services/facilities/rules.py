"""What fits where: racks on a floor, devices in a rack."""

from __future__ import annotations

import math
from collections.abc import Iterable

from noc_console.kernel.errors import Conflict, Invalid
from noc_console.services.facilities.model import Face, Mount, Rack, Room

LONGEST_NAME = 80
LARGEST_ROOM_M = 500.0
TALLEST = 60
AISLE_M = 1.2
"""Room to stand in front of a rack."""
_SLACK_M = 1e-6
"""Two racks that touch do not overlap, whatever floating point says."""


def name(text: str) -> str:
    """A name of a room or rack: one line that can be read."""
    text = text.strip()
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        raise Invalid(f"a name has 1 to {LONGEST_NAME} letters in one line", field="name")
    return text


def check_room(room: Room, racks: Iterable[Rack] = ()) -> Room:
    """A room that can be, with its racks inside."""
    name(room.name)
    for field, value in (("width_m", room.width_m), ("depth_m", room.depth_m)):
        _within(value, 1.0, LARGEST_ROOM_M, field, "a room is 1 to 500 m wide and deep")
    for field, value in (("power_kw", room.power_kw), ("cooling_kw", room.cooling_kw)):
        _within(value, 0.0, 100_000.0, field, "power and cooling are 0 to 100,000 kW")
    for rack in racks:
        if not _is_inside(rack, room):
            raise Conflict(f"{rack.name} would stand outside of {room.name}: move it first")
    return room


def check_rack(rack: Rack, room: Room, others: Iterable[Rack], mounts: Iterable[Mount]) -> Rack:
    """A rack that stands in its room, in nobody's way, and holds what is in it."""
    name(rack.name)
    if rack.rotation not in (0, 90, 180, 270):
        raise Invalid("a rack is turned by 0, 90, 180 or 270 degrees", field="rotation")
    _within(rack.units, 1, TALLEST, "units", f"a rack has 1 to {TALLEST} units")
    _within(rack.width_m, 0.2, 2.0, "width_m", "a rack is 0.2 to 2 m wide")
    _within(rack.depth_m, 0.2, 2.0, "depth_m", "a rack is 0.2 to 2 m deep")
    _within(rack.max_weight_kg, 0, 10_000, "max_weight_kg", "a rack bears 0 to 10,000 kg")
    if not (math.isfinite(rack.x_m) and math.isfinite(rack.y_m)) or not _is_inside(rack, room):
        raise Conflict(f"{rack.name} does not fit into {room.name} there")
    for other in others:
        if other.id == rack.id:
            continue
        if other.name.casefold() == rack.name.casefold():
            raise Conflict(f"there is a rack {rack.name} in {room.name} already")
        if overlap(rack, other):
            raise Conflict(f"{rack.name} would stand where {other.name} stands")
    for mount in mounts:
        if mount.top > rack.units:
            raise Conflict(f"a device fills unit {mount.top} of {rack.name}: move it first")
    return rack


def overlap(one: Rack, other: Rack) -> bool:
    """Whether two racks of a room need the same floor."""
    (width, depth), (other_width, other_depth) = one.footprint, other.footprint
    return (
        one.x_m < other.x_m + other_width - _SLACK_M
        and other.x_m < one.x_m + width - _SLACK_M
        and one.y_m < other.y_m + other_depth - _SLACK_M
        and other.y_m < one.y_m + depth - _SLACK_M
    )


def check_mount(mount: Mount, rack: Rack, others: Iterable[Mount]) -> Mount:
    """A device where nothing else is, between the bottom and the top of its rack."""
    if mount.height < 1 or mount.height > TALLEST:
        raise Invalid(f"a device is 1 to {TALLEST} units high", field="height")
    if mount.unit < 1:
        raise Invalid("the lowest unit of a rack is 1", field="unit")
    if mount.top > rack.units:
        raise Conflict(
            f"{mount.height} U from unit {mount.unit} go over the top of {rack.name},"
            f" which has {rack.units}"
        )
    for other in others:
        if other.device_id != mount.device_id and collide(mount, other):
            taken = max(mount.unit, other.unit)
            raise Conflict(f"unit {taken} of {rack.name} is taken")
    return mount


def collide(one: Mount, other: Mount) -> bool:
    """Whether two devices of a rack need the same unit on the same side."""
    if one.top < other.unit or other.top < one.unit:
        return False
    return Face.FULL in (one.face, other.face) or one.face is other.face


def free_unit(rack: Rack, mounts: Iterable[Mount], height: int = 1) -> int | None:
    """The lowest unit where a device of full depth fits, or None."""
    taken = {unit for mount in mounts for unit in range(mount.unit, mount.top + 1)}
    for unit in range(1, rack.units - height + 2):
        if taken.isdisjoint(range(unit, unit + height)):
            return unit
    return None


def free_spot(room: Room, racks: Iterable[Rack], like: Rack) -> tuple[float, float] | None:
    """Where another rack fits, in rows from the left upper corner with an aisle between."""
    width, depth = like.footprint
    standing = list(racks)
    y = min(AISLE_M, max(0.0, (room.depth_m - depth) / 2))
    while y + depth <= room.depth_m + _SLACK_M:
        x = min(0.6, max(0.0, (room.width_m - width) / 2))
        while x + width <= room.width_m + _SLACK_M:
            there = Rack(
                like.id, like.room_id, like.name, x, y, like.rotation,
                width_m=like.width_m, depth_m=like.depth_m,
            )  # fmt: skip
            blocking = [rack for rack in standing if overlap(there, rack)]
            if not blocking:
                return round(x, 3), round(y, 3)
            x = max(rack.x_m + rack.footprint[0] for rack in blocking)
        y += depth + AISLE_M
    return None


def free_name(stem: str, taken: Iterable[str]) -> str:
    """`Rack 1`, `Rack 2` …: the first that is free."""
    known = {each.casefold() for each in taken}
    number = 1
    while f"{stem} {number}".casefold() in known:
        number += 1
    return f"{stem} {number}"


def _is_inside(rack: Rack, room: Room) -> bool:
    width, depth = rack.footprint
    return (
        rack.x_m >= -_SLACK_M
        and rack.y_m >= -_SLACK_M
        and rack.x_m + width <= room.width_m + _SLACK_M
        and rack.y_m + depth <= room.depth_m + _SLACK_M
    )


def _within(value: float, least: float, most: float, field: str, why: str) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise Invalid(why, field=field)
