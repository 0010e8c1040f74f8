"""Where alarms about measurements begin, for those who draw them beside the curves."""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.services.alarms.model import Severity
from noc_console.services.detection.book import DeviceRules, RuleBook
from noc_console.services.detection.judging import Limit
from noc_console.services.detection.measures import of_sensor_kind
from noc_console.services.detection.pack import our_book
from noc_console.services.inventory.model import Device, DeviceId, Sensor, SensorKind

_SHARES = {
    "utilisation": "interface.utilisation",
    "cpu": "device.cpu",
    "memory": "device.memory",
}
_ANY = Device(DeviceId(0), "", "", 0)


@dataclass(frozen=True, slots=True)
class Edge:
    """A value at which an alarm of that severity is raised."""

    value: float
    severity: Severity
    below: bool = False
    """Too little is the problem."""


def of_share(
    word: str, *, device: Device | None = None, book: RuleBook | None = None
) -> tuple[Edge, ...]:
    """Per cent, worst first: `utilisation`, `cpu` or `memory`; nothing else has such limits.

    By the rules that apply to the device; without one, by those that apply to all.
    """
    measure = _SHARES.get(word)
    limits = _rules(device, book).limits(measure) if measure else ()
    return _edges(limits[:1])


def of_sensor(
    sensor: Sensor, *, device: Device | None = None, book: RuleBook | None = None
) -> tuple[Edge, ...]:
    """In the sensor's own unit, worst first; the device's own limits win over ours.

    States have grades, no edges.
    """
    if sensor.kind is SensorKind.STATE or not sensor.kind.unit:
        return ()
    return _edges(_rules(device, book).of_sensor(sensor, of_sensor_kind(sensor.kind)))


def _rules(device: Device | None, book: RuleBook | None) -> DeviceRules:
    return (book or our_book()).of_device(device or _ANY)


def _edges(limits: tuple[Limit, ...]) -> tuple[Edge, ...]:
    return tuple(
        Edge(level.raise_at, level.severity, limit.below)
        for limit in limits
        for level in limit.levels
    )
