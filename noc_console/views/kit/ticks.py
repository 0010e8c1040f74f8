"""Where the marks of an axis stand: round values, and round moments of the chosen zone."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, tzinfo

STEPS_S = (
    *(1, 2, 5, 10, 15, 30),
    *(60 * minutes for minutes in (1, 2, 5, 10, 15, 30)),
    *(3_600 * hours for hours in (1, 2, 3, 6, 12)),
    *(86_400 * days for days in (1, 2, 7, 14)),
)
HOUR, DAY, MONTH = 3_600, 86_400, 2_629_800
MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
MONDAY = datetime(1970, 1, 5)  # noqa: DTZ001 - of the clock on the wall
"""Steps of days and weeks are counted from a Monday."""


def value_ticks(low: float, high: float, most: int) -> list[float]:
    """Round values from `low` to `high`, at most `most` of them, zero among them if inside."""
    if not high > low or most < 2:
        return []
    rough = (high - low) / most
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * part for part in (1, 2, 5, 10) if size * part >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def log_ticks(low: float, high: float, floor: float, most: int) -> list[float]:
    """Powers of ten on both sides of zero, every other one where room is short."""
    if not high > low or not floor > 0:
        return []
    decades = math.log10(max(abs(low), abs(high), floor * 10) / floor)
    sides = int(low < 0) + int(high > 0)
    step = max(1, math.ceil(decades * sides / max(1, most - 1)))
    step = min(step, max(1, math.floor(decades + 1e-9)))  # one on each side at least
    sizes = [floor * 10.0**n for n in range(step, math.floor(decades + 1e-9) + 1, step)]
    below = [-size for size in reversed(sizes) if -size >= low]
    return [*below, *([0.0] if low <= 0 else []), *(size for size in sizes if low <= size <= high)]


def time_ticks(start: float, end: float, most: int, zone: tzinfo | None) -> list[tuple[float, str]]:
    """Round moments (seconds since 1970) with their text; None is this computer's zone."""
    if not end > start or most < 1:
        return []
    each = (end - start) / most
    step = next((step for step in STEPS_S if each <= step), 0)
    if not step:
        return _months(start, end, each, zone)
    if step > HOUR:
        return _calendar(start, end, step, zone)
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


def _calendar(start: float, end: float, step: int, zone: tzinfo | None) -> list[tuple[float, str]]:
    """Hours and days by the clock on the wall: a change to summer time moves none of them."""
    wall = _wall(start, zone)
    passed = (wall - MONDAY).total_seconds()
    wall = MONDAY + timedelta(seconds=math.ceil(passed / step) * step)
    ticks = []
    while (moment := _moment(wall, zone)) <= end:
        if moment >= start:
            ticks.append((moment, _text(moment, step, zone)))
        wall += timedelta(seconds=step)
    return ticks


def _months(start: float, end: float, each: float, zone: tzinfo | None) -> list[tuple[float, str]]:
    """First days of months and years; January carries the year."""
    step = next((step for step in MONTHS if each <= step * MONTH), MONTHS[-1])
    wall = _wall(start, zone)
    month = math.floor((wall.year * 12 + wall.month - 1) / step) * step
    ticks: list[tuple[float, str]] = []
    while True:
        first = datetime(month // 12, month % 12 + 1, 1)  # noqa: DTZ001 - on the wall
        if (moment := _moment(first, zone)) > end:
            return ticks
        if moment >= start:
            ticks.append((moment, f"{first.year}" if first.month == 1 else first.strftime("%b")))
        month += step


def _wall(at: float, zone: tzinfo | None) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone(zone).replace(tzinfo=None)


def _moment(wall: datetime, zone: tzinfo | None) -> float:
    return wall.replace(tzinfo=zone).timestamp()


def _text(moment: float, step: int, zone: tzinfo | None) -> str:
    local = datetime.fromtimestamp(moment, UTC).astimezone(zone)
    if step < 60:
        return local.strftime("%H:%M:%S")
    if step >= DAY or (local.hour, local.minute) == (0, 0):
        return local.strftime("%d %b")
    return local.strftime("%H:%M")
