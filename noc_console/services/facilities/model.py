"""Where equipment stands: rooms of a site, racks in a room, devices in a rack."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from noc_console.kernel.events import Event
from noc_console.services.inventory.model import DeviceId, SiteId

RoomId = NewType("RoomId", int)
RackId = NewType("RackId", int)

UNITS = 42
UNIT_MM = 44.45
"""One rack unit (EIA-310-D)."""
RACK_WIDTH_M = 0.6
RACK_DEPTH_M = 1.0


class Face(StrEnum):
    """From which side a device is mounted. One of full depth leaves no room behind it."""

    FULL = "full"
    FRONT = "front"
    REAR = "rear"


@dataclass(frozen=True, slots=True)
class Room:
    """A room with a rectangular floor; metres, kilowatts, 0 for what nobody told."""

    id: RoomId
    site_id: SiteId
    name: str
    width_m: float
    depth_m: float
    power_kw: float = 0.0
    cooling_kw: float = 0.0


@dataclass(frozen=True, slots=True)
class Rack:
    """A rack on the floor. `x_m`, `y_m` is its left upper corner as it stands on the plan.

    `rotation` says where its front looks: 0 down the plan, 90 to the left, 180 up, 270 right.
    """

    id: RackId
    room_id: RoomId
    name: str
    x_m: float
    y_m: float
    rotation: int = 0
    units: int = UNITS
    width_m: float = RACK_WIDTH_M
    depth_m: float = RACK_DEPTH_M
    max_weight_kg: float = 0.0

    @property
    def footprint(self) -> tuple[float, float]:
        """Its width and depth on the plan, as it is turned."""
        if self.rotation in (90, 270):
            return self.depth_m, self.width_m
        return self.width_m, self.depth_m


@dataclass(frozen=True, slots=True)
class Mount:
    """A device in a rack: `unit` is the lowest it fills, counted from 1 at the bottom."""

    device_id: DeviceId
    rack_id: RackId
    unit: int
    height: int = 1
    face: Face = Face.FULL

    @property
    def top(self) -> int:
        """The highest unit it fills."""
        return self.unit + self.height - 1


@dataclass(frozen=True, slots=True)
class SitePlan:
    """Everything that is known of where things stand at a site."""

    site_id: SiteId
    rooms: tuple[Room, ...] = ()
    racks: tuple[Rack, ...] = ()
    mounts: tuple[Mount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilitiesChanged(Event):
    """A room or rack was added, changed or removed, or a device was mounted or taken out."""

    site_id: int
    what: str
    name: str
