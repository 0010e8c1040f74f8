"""Where alarms about measurements begin, for those who draw them beside the curves."""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import Sensor
from noc_console.services.telemetry.rules import thresholds

_SHARES = {
    "utilisation": thresholds.UTILISATION,
    "cpu": thresholds.CPU,
    "memory": thresholds.MEMORY,
}


@dataclass(frozen=True, slots=True)
class Edge:
    """A value at which an alarm of that severity is raised."""

    value: float
    severity: Severity
    below: bool = False
    """Too little is the problem."""


def of_share(word: str) -> tuple[Edge, ...]:
    """Per cent, worst first: `utilisation`, `cpu` or `memory`; nothing else has such limits."""
    limit = _SHARES.get(word)
    return _edges(limit) if limit else ()


def of_sensor(sensor: Sensor) -> tuple[Edge, ...]:
    """In the sensor's own unit, worst first; the device's own limits win over ours.

    States have grades, no edges.
    """
    limit = thresholds.limit_of(sensor) if sensor.kind.unit else None
    return _edges(limit) if limit else ()


def _edges(limit: thresholds.Limit) -> tuple[Edge, ...]:
    return tuple(Edge(level.raise_at, level.severity, limit.below) for level in limit.levels)
