"""Everything of one kind with its newest numbers, by columns: what top-N lists are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Curve = NDArray[np.float64]


class TopKind(StrEnum):
    """What is listed."""

    INTERFACES = "interfaces"
    DEVICES = "devices"
    SENSORS = "sensors"
    PROBES = "probes"


class TopSpan(StrEnum):
    """How far sparklines, percentiles and changes look back."""

    DAY = "24h"
    WEEK = "7d"

    @property
    def hours(self) -> int:
        return 24 if self is TopSpan.DAY else 168


NUMBERS: Mapping[TopKind, tuple[str, ...]] = {
    TopKind.INTERFACES: ("in", "out", "util", "p95", "change", "errors", "discards", "speed"),
    TopKind.DEVICES: ("cpu", "memory", "temperature", "response", "p95", "change"),
    TopKind.SENSORS: ("value", "margin", "p95", "change"),
    TopKind.PROBES: ("loss", "latency", "jitter", "p95", "change"),
}
"""Columns of numbers by kind. Rates in bit/s or 1/s, shares in per cent, response and latency in
milliseconds, values in the sensor's unit, change in per cent of the same hours a week before."""

TEXTS = ("device", "name", "site", "type", "alias", "kind")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Facts:
    """What there is, without what was measured. Kept for a while: its identity tells of changes."""

    kind: TopKind
    ids: Ints
    """Ascending, those of the store of measurements."""
    device_ids: Ints
    """0 where there is no device."""
    texts: Mapping[str, tuple[str, ...]]
    """By the names of `TEXTS`."""
    limits: Mapping[str, Floats] = field(default_factory=dict)
    """Speeds of interfaces; low and high of sensors. NaN where unknown."""

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A list of everything with its numbers, NaN where not known."""

    facts: Facts
    numbers: Mapping[str, Floats]
    members: Mapping[int, Ints] = field(default_factory=dict)
    """Of a grouped sheet: the row numbers of each group's members in the sheet it was made of."""

    @property
    def kind(self) -> TopKind:
        return self.facts.kind

    def __len__(self) -> int:
        return len(self.facts)


@dataclass(frozen=True, slots=True, eq=False)
class PastNumbers:
    """What the past says of each of some facts, in their order."""

    facts: Facts
    p95: Floats
    change: Floats


@dataclass(frozen=True, slots=True)
class TopRow:
    """One place of a list."""

    kind: TopKind
    id: int
    device_id: int
    device: str
    name: str
    site: str
    type: str
    alias: str
    quality: str
    """The kind of a sensor or probe."""
    numbers: tuple[tuple[str, float], ...]
    members: int = 0
    """Of a group; 0 for a single thing."""

    def number(self, name: str) -> float | None:
        for key, value in self.numbers:
            if key == name:
                return None if value != value else value
        return None

    @property
    def is_group(self) -> bool:
        return self.id < 0
