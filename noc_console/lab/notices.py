"""What happened in the lab that a device would tell about: as a trap and as a syslog line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from noc_console.lab.model import Device, Port


class What(StrEnum):
    """Everything a device of the lab may report."""

    LINK_DOWN = "link-down"
    LINK_UP = "link-up"
    COLD_START = "cold-start"
    CPU_HIGH = "cpu-high"
    CPU_NORMAL = "cpu-normal"
    ERRORS_RISING = "errors-rising"
    ERRORS_GONE = "errors-gone"
    OPTICS_LOW = "optics-low"
    OPTICS_NORMAL = "optics-normal"
    ON_BATTERY = "on-battery"
    BATTERY_LOW = "battery-low"
    POWER_BACK = "power-back"
    BGP_DOWN = "bgp-down"
    BGP_UP = "bgp-up"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing a device tells; `value` is the figure it is about (%, dBm, errors/s)."""

    what: What
    device: Device
    at: float
    port: Port | None = None
    value: float = 0.0
    peer: str = ""
