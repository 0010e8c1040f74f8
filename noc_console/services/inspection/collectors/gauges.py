"""One number of a device as a sensor: scaled, checked against what can be true."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from noc_console.services.inspection.model import Reading, Sensor
from noc_console.services.inspection.tables import Value

OK, WARNING, CRITICAL, UNKNOWN = 0, 1, 2, 3
States = tuple[tuple[int, int, str], ...]
_NUMBER = re.compile(rb"\s*([+-]?\d{1,15}(?:\.\d{1,9})?)\s*")
MOST = 4000
"""Sensors of one device that are kept: a chassis full of optics has about two thousand."""


def gauge(
    kind: str,
    name: str,
    oid: str,
    value: Value,
    *,
    divisor: float = 1,
    sane: tuple[float, float] | None = None,
    **known: Any,
) -> Sensor | None:
    """The sensor, or None when there is no number, or one outside `sane` (in its unit).

    `known` goes to the sensor as it is: limits, interface, entity, group.
    """
    number = numeric(value)
    if number is None:
        return None
    scaled = round(number / divisor, 9)
    if sane is not None and not sane[0] <= scaled <= sane[1]:
        return None
    return Sensor(kind, name, scaled, Reading(oid, scale=1 / divisor), **known)


def numeric(value: Value) -> float | None:
    """A number, also of an agent that writes its numbers as text."""
    if isinstance(value, int):
        return value
    if isinstance(value, bytes) and len(value) <= 32:
        match = _NUMBER.fullmatch(value.rstrip(b"\x00"))
        return float(match[1]) if match else None
    return None


def state(name: str, oid: str, value: Value, states: States, **known: Any) -> Sensor | None:
    """The state sensor, or None when the device tells no number or one the MIB does not know."""
    if not isinstance(value, int) or not any(number == value for number, _, _ in states):
        return None
    return Sensor("state", name, float(value), Reading(oid), states=states, **known)


def states(good: Sequence[int], bad: Sequence[int], *words: str, first: int = 1) -> States:
    """The labels of an enumeration in order: good ones, bad ones, and the rest unknown."""
    return tuple(
        (number, OK if number in good else CRITICAL if number in bad else UNKNOWN, word)
        for number, word in enumerate(words, start=first)
    )


def told(found: Iterable[Sensor | None]) -> tuple[Sensor, ...]:
    """Those there are, each instance once, and not more than a device's share."""
    kept: dict[tuple[str, str], Sensor] = {}
    for sensor in found:
        if sensor is not None and len(kept) < MOST:
            kept.setdefault((sensor.kind, sensor.reading.oid), sensor)
    return tuple(kept.values())
