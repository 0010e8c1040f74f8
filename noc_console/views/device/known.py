"""What the device page knows: what changes rarely, and what it does this second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from noc_console.services.alarms.model import Alarm
from noc_console.services.inspection.model import Findings
from noc_console.services.inspection.service import Kept
from noc_console.services.inventory.model import Device, Evidence, Interface, Sensor, SensorKind
from noc_console.services.telemetry.model import DeviceNow, InterfaceNow
from noc_console.views.device.gauges import Gauge
from noc_console.views.device.matrix import Matrix
from noc_console.views.device.panel import Extra
from noc_console.views.device.rows import Neighbour


@dataclass(frozen=True, slots=True)
class Known:
    """Everything about one device that changes rarely."""

    device: Device
    site: str
    interfaces: tuple[Interface, ...]
    sensors: tuple[Sensor, ...]
    neighbours: tuple[Neighbour, ...]
    alarms: tuple[Alarm, ...]
    kept: Kept = field(default_factory=Kept)
    extras: Mapping[int, Extra] = field(default_factory=dict)
    """What the port panel tells beside the interface, by interface id."""
    heard: tuple[Evidence, ...] = ()
    """Neighbours it hears that are no device of the inventory."""
    matrix: Matrix = field(default_factory=Matrix)
    """Ports against VLANs."""

    @property
    def findings(self) -> Findings:
        return self.kept.findings

    def port_names(self) -> dict[int, str]:
        """ifIndex → name."""
        return {port.index: port.name for port in self.interfaces if port.index}


@dataclass(frozen=True, slots=True)
class Now:
    """What it does this second."""

    device: DeviceNow | None = None
    interfaces: Mapping[int, InterfaceNow] = field(default_factory=dict)
    sensors: Mapping[int, tuple[datetime, float]] = field(default_factory=dict)


def by_reading(gauges: tuple[Gauge, ...]) -> dict[tuple[SensorKind, str], Gauge]:
    """Gauges by what they are read from: a processor found is measured as a sensor."""
    return {(gauge.sensor.kind, gauge.sensor.oid): gauge for gauge in gauges}
