"""What polling needs to know of devices and their interfaces, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from noc_console.services.inventory.model import Device, Sensor, SiteId


class PortFact(NamedTuple):
    """What polling needs of an interface: of half a million of them, no more than this."""

    device_id: int
    id: int
    if_index: int
    name: str
    speed_bps: int
    oper_status: int
    has_hc: bool
    is_linked: bool
    """It leads to a device we know."""
    alias: str = ""
    type: int = 0


class PortAddresses(NamedTuple):
    """The addresses of one interface, as `192.0.2.1/24`."""

    device_id: int
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pollable:
    """What polling needs of some devices. Interfaces are in the order of device and id."""

    devices: tuple[Device, ...]
    ports: tuple[PortFact, ...]
    sensors: tuple[Sensor, ...]
    site_names: Mapping[SiteId, str]
