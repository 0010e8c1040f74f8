"""Sensors with their newest value: how they are written, sorted and held against their limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.quantity import si
from noc_console.services.inventory.model import Grade, InterfaceId, Sensor, SensorKind
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.theme import look

Curve = NDArray[np.float64]
MOST_CURVES = 500
"""Sensors whose last hour is drawn in the lists; any other's history is one click away."""
DARKNESS = 40.0
"""-40 dBm is as good as no light at all."""

_SCALED = {
    SensorKind.BITRATE,
    SensorKind.RATE,
    SensorKind.ERROR_RATE,
    SensorKind.FREQUENCY,
    SensorKind.POWER,
    SensorKind.COOLING,
}
_DIGITS = {
    **dict.fromkeys((SensorKind.DBM, SensorKind.VOLTAGE, SensorKind.CURRENT), 2),
    **dict.fromkeys((SensorKind.POWER_FACTOR, SensorKind.EER), 2),
    **dict.fromkeys((SensorKind.FANSPEED, SensorKind.RUNTIME, SensorKind.COUNT), 0),
    **dict.fromkeys((SensorKind.CLIENTS, SensorKind.AP_COUNT, SensorKind.CHANNEL), 0),
    **dict.fromkeys((SensorKind.CELL, SensorKind.ERRORS, SensorKind.RADIO_FREQUENCY), 0),
}


@dataclass(frozen=True, slots=True)
class Gauge:
    """A sensor with its newest value."""

    sensor: Sensor
    value: float | None = None
    port: str = ""
    step: int = 0
    curve: Curve | None = field(default=None, compare=False)

    @property
    def text(self) -> str:
        return sensor_text(self.sensor, self.value)

    @property
    def shape(self) -> Curve | None:
        """The curve for a sparkline, which begins at zero: decibels from darkness up."""
        if self.curve is None or not len(self.curve):
            return self.curve
        if self.sensor.kind.unit.startswith("dB"):
            return np.asarray(self.curve + DARKNESS)
        lowest = np.nanmin(self.curve) if np.isfinite(self.curve).any() else 0.0
        return np.asarray(self.curve - lowest) if lowest < 0 else self.curve


def sensor_text(sensor: Sensor, value: float | None) -> str:
    """A sensor's value with its unit, a state in the device's word."""
    if value is None:
        return "–"
    if sensor.kind is SensorKind.STATE:
        return sensor.word(value)
    return value_text(sensor.kind, value)


def value_text(kind: SensorKind, value: float) -> str:
    """A number as people write it in this unit."""
    if kind in _SCALED:
        return si(value, kind.unit)
    if kind in (SensorKind.BER, SensorKind.DELAY):
        return f"{value:.3g} {kind.unit}".rstrip()
    digits = _DIGITS.get(kind, 1)
    if abs(value) >= 1000 and digits < 3:
        digits = 0
    return f"{value:.{digits}f} {kind.unit}".rstrip()


POWER_KINDS = frozenset(
    (
        SensorKind.POWER,
        SensorKind.POWER_CONSUMED,
        SensorKind.POWER_FACTOR,
        SensorKind.VOLTAGE,
        SensorKind.CURRENT,
        SensorKind.CHARGE,
        SensorKind.LOAD,
        SensorKind.RUNTIME,
        SensorKind.FREQUENCY,
    )
)
_SUPPLY = ("power", "supply", "psu", "battery", "mains", "input", "output", "ups", "rectifier")

CLASSES: Mapping[SensorKind, str] = {
    SensorKind.STATE: "States",
    SensorKind.TEMPERATURE: "Temperature",
    SensorKind.FANSPEED: "Fans",
    SensorKind.VOLTAGE: "Voltage",
    SensorKind.CURRENT: "Current",
    SensorKind.POWER: "Power",
    SensorKind.DBM: "Light",
    SensorKind.CPU: "Processors",
    SensorKind.MEMORY: "Memory",
    SensorKind.STORAGE: "Storage",
}
"""Classes with a word of their own; of the others it is the kind's."""


def class_word(kind: SensorKind) -> str:
    """What a class of sensors is called above its rows."""
    return CLASSES.get(kind) or kind.value.replace("_", " ").replace("-", " ").capitalize()


def order(gauge: Gauge) -> tuple[int, str]:
    """By class in the order people look at them, then by name."""
    return (_ORDER[gauge.sensor.kind], gauge.sensor.name)


def most_urgent(sensors: Iterable[Sensor]) -> list[Sensor]:
    """Those whose last hour is drawn."""
    return sorted(sensors, key=lambda sensor: rank(sensor.kind))[:MOST_CURVES]


def rank(kind: SensorKind) -> int:
    """The order of classes people look at."""
    return _ORDER[kind]


_ORDER = {kind: at for at, kind in enumerate(dict.fromkeys((*CLASSES, *SensorKind)))}


def gauges(
    sensors: Iterable[Sensor],
    now: Mapping[int, tuple[datetime, float]],
    ports: Mapping[InterfaceId, str],
    curves: Mapping[int, Curve],
    step: int,
) -> tuple[Gauge, ...]:
    """Sensors with everything known about each, by class."""
    found = (
        Gauge(
            sensor,
            told[1] if (told := now.get(int(sensor.id))) else None,
            ports.get(sensor.interface_id, "") if sensor.interface_id else sensor.group,
            step,
            curves.get(int(sensor.id)),
        )
        for sensor in sensors
    )
    return tuple(sorted(found, key=order))


def gauge_columns() -> tuple[Column[Gauge], ...]:
    """Sensors with their limits."""
    return (
        Column("Sensor", lambda g: g.sensor.name, width=240, stretch=True),
        Column(
            "Class",
            lambda g: class_word(g.sensor.kind),
            id="kind",
            sort=order,
            width=104,
            dim=True,
        ),
        Column("Of", lambda g: g.port, width=130, dim=True),
        Column(
            "Value",
            lambda g: g.text,
            sort=lambda g: g.value,
            width=104,
            align=Align.RIGHT,
            bold=is_outside,
            color=lambda g: look().color("attention.plain") if is_outside(g) else None,
            export=lambda g: "" if g.value is None else f"{g.value:g}",
        ),
        Column(
            "Between its limits",
            lambda g: "",
            id="range",
            sort=_headroom,
            width=150,
            tip=limits_text,
            export=lambda g: "",
        ),
        Column("Low", lambda g: _limit(g, g.sensor.low), width=84, align=Align.RIGHT, dim=True),
        Column("High", lambda g: _limit(g, g.sensor.high), width=84, align=Align.RIGHT, dim=True),
        Column(
            "1 h",
            lambda g: "",
            id="curve",
            sort=lambda g: g.value,
            width=130,
            curve=lambda g: g.shape,
            export=lambda g: "",
        ),
        Column("OID", lambda g: g.sensor.oid, width=220, mono=True, dim=True, hidden=True),
    )


def is_outside(gauge: Gauge) -> bool:
    """Whether the value lies beyond its limits, or is a state that is not good."""
    value, sensor = gauge.value, gauge.sensor
    if value is None:
        return False
    if sensor.kind is SensorKind.STATE:
        return sensor.grade(value) > Grade.GOOD
    lows = [limit for limit in (sensor.low, sensor.warn_low) if limit is not None]
    highs = [limit for limit in (sensor.high, sensor.warn_high) if limit is not None]
    return any(value < limit for limit in lows) or any(value > limit for limit in highs)


def limits_text(gauge: Gauge) -> str:
    """Every limit the device told, a line each."""
    sensor = gauge.sensor
    if sensor.kind is SensorKind.STATE:
        return "\n".join(f"{number}: {word}" for number, _, word in sensor.states if word)
    told = (
        ("too high above", sensor.high),
        ("warns above", sensor.warn_high),
        ("warns below", sensor.warn_low),
        ("too low below", sensor.low),
    )
    lines = [f"{word} {value_text(sensor.kind, at)}" for word, at in told if at is not None]
    return "\n".join(lines) or "The device tells no limits."


def _headroom(gauge: Gauge) -> float | None:
    """How near the nearer limit is, as a share of the range: the least comes first."""
    value, sensor = gauge.value, gauge.sensor
    if value is None or sensor.kind is SensorKind.STATE:
        return None
    rooms = [
        side / (abs(limit) or 1.0)
        for side, limit in (
            ((sensor.high or 0) - value, sensor.high),
            (value - (sensor.low or 0), sensor.low),
        )
        if limit is not None
    ]
    return min(rooms, default=None)


def _limit(gauge: Gauge, limit: float | None) -> str:
    return "" if limit is None else sensor_text(gauge.sensor, limit)


def is_power(gauge: Gauge) -> bool:
    """What feeds the box: volts, amperes and watts, and states of supplies and batteries."""
    sensor = gauge.sensor
    if sensor.kind is SensorKind.STATE:
        return any(word in f"{sensor.name} {sensor.group}".lower() for word in _SUPPLY)
    # Volts and amperes of an optical module belong to the module.
    return sensor.kind in POWER_KINDS and sensor.interface_id is None
