"""How closely measurements are told, and how long each closeness is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Resolution(StrEnum):
    """How closely a series is told."""

    RAW = "raw"
    FIVE_MINUTES = "5min"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each resolution is kept. Every kind of subject has one; operators may change it."""

    raw: timedelta = timedelta(days=14)
    five_minutes: timedelta = timedelta(days=90)
    hourly: timedelta = timedelta(days=730)

    def of(self, resolution: Resolution) -> timedelta:
        return {
            Resolution.RAW: self.raw,
            Resolution.FIVE_MINUTES: self.five_minutes,
            Resolution.HOUR: self.hourly,
        }[resolution]
