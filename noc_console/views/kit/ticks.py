"""Where the marks of an axis stand: round values, and round moments of the chosen zone."""

from __future__ import annotations

import math
from datetime import UTC, datetime, tzinfo

STEPS_S = (
    *(1, 2, 5, 10, 15, 30),
    *(60 * minutes for minutes in (1, 2, 5, 10, 15, 30)),
    *(3_600 * hours for hours in (1, 2, 3, 6, 12)),
    *(86_400 * days for days in (1, 2, 7, 14, 30)),
)
DAY = 86_400


def value_ticks(low: float, high: float, most: int) -> list[float]:
    """Round values from `low` to `high`, at most `most` of them, zero among them if inside."""
    if not high > low or most < 2:
        return []
    rough = (high - low) / most
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * part for part in (1, 2, 5, 10) if size * part >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def time_ticks(start: float, end: float, most: int, zone: tzinfo | None) -> list[tuple[float, str]]:
    """Round moments (seconds since 1970) with their text; None is this computer's zone."""
    if not end > start or most < 1:
        return []
    step = next((step for step in STEPS_S if (end - start) / step <= most), STEPS_S[-1])
    ticks = []
    moment = _first(start, step, zone)
    while moment <= end:
        ticks.append((moment, _text(moment, step, zone)))
        moment += step
    return ticks


def _first(start: float, step: int, zone: tzinfo | None) -> float:
    """The first round local moment from `start` on."""
    offset = datetime.fromtimestamp(start, UTC).astimezone(zone).utcoffset()
    shift = offset.total_seconds() if offset else 0.0
    return math.ceil((start + shift) / step) * step - shift


def _text(moment: float, step: int, zone: tzinfo | None) -> str:
    local = datetime.fromtimestamp(moment, UTC).astimezone(zone)
    if step < 60:
        return local.strftime("%H:%M:%S")
    if step >= DAY or (local.hour, local.minute) == (0, 0):
        return local.strftime("%d %b")
    return local.strftime("%H:%M")
