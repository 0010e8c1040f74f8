"""The past of a measure as curves of many objects: what is judged now and what is replayed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from noc_console.db.samples import (
    DEVICE,
    INTERFACE,
    PROBE,
    SENSOR,
    Kind,
    Matrix,
    Resolution,
    Samples,
    Series,
)
from noc_console.services.detection.census import Thing
from noc_console.services.detection.deriving import Floats, Ints
from noc_console.services.detection.measures import MEASURES, Subject
from noc_console.services.detection.usual import usual_light
from noc_console.services.inventory.model import OperStatus

Curve = tuple[Ints, Floats]
"""UTC milliseconds and values in the unit of the measure."""
CHUNK = 200
MEMBERS = 400
EXACTLY, ROUGHLY, MOST_EXACTLY = 400, 2_000, 4_000
"""Objects a question for bounds is about: of 400 the running hour is known too, at a cost."""

_DARK = (OperStatus.DOWN, OperStatus.LOWER_LAYER_DOWN, OperStatus.NOT_PRESENT)
Columns = Mapping[str, Floats]
Make = Callable[[Columns, Thing, Ints], Floats]


@dataclass(frozen=True, slots=True)
class _Source:
    kind: Kind
    columns: tuple[str, ...]
    make: Make


def _share(octets: Floats, thing: Thing) -> Floats:
    speed = thing.port.speed_bps if thing.port is not None else 0
    return octets * 800 / speed if speed > 0 else np.full(len(octets), np.nan)


def _dark(columns: Columns, thing: Thing, times: Ints) -> Floats:
    status = columns["status"]
    dark = np.isin(np.round(np.nan_to_num(status, nan=1.0)), [int(one) for one in _DARK])
    unknown = np.isnan(status) | (np.round(np.nan_to_num(status)) == OperStatus.UNKNOWN)
    if thing.port is None or not thing.port.is_linked:
        # What was never up is unused; nobody misses it.
        dark &= np.maximum.accumulate(np.round(np.nan_to_num(status)) == OperStatus.UP)
    found: Floats = np.where(unknown, np.nan, dark.astype(np.float64))
    return found


def _error_share(columns: Columns, thing: Thing, times: Ints) -> Floats:
    errors = columns["in_errors"] + columns["out_errors"]
    packets = columns["in_packets"] + columns["out_packets"]
    found: Floats = np.where(
        errors > 1.0, 100 * errors / np.maximum(packets + errors, 1e-9), errors * 0
    )
    return found


def _restarts(columns: Columns, thing: Thing, times: Ints) -> Floats:
    """1 at the first word after a restart, else 0."""
    up = columns["uptime_s"]
    known = np.flatnonzero(np.isfinite(up))
    found = np.full(len(up), np.nan)
    if len(known):  # while it restarted it said nothing
        found[known] = np.concatenate(([0.0], np.diff(up[known]) < -1.0))
    return found


def _light_drop(columns: Columns, thing: Thing, times: Ints) -> Floats:
    found, usual, before = [], None, 0
    for at, value in zip(times.tolist(), (columns["value"] / 1000).tolist(), strict=True):
        if value != value:
            found.append(value)
            continue
        usual = usual_light(usual, value, passed_s=(at - before) / 1000)
        before = at
        found.append(usual - value)
    return np.array(found, np.float64)


def _grades(columns: Columns, thing: Thing, times: Ints) -> Floats:
    if thing.sensor is None:
        return columns["value"] * np.nan
    grades = {number: float(grade) for number, grade, _ in thing.sensor.states}
    values = np.round(columns["value"] / 1000)
    return np.array([v if v != v else grades.get(int(v), 0.0) for v in values.tolist()])


def _loss(columns: Columns, thing: Thing, times: Ints) -> Floats:
    sent = columns["sent"]
    # Silence is a failure; it is told by the state.
    found: Floats = np.where(
        np.isnan(columns["median_us"]), np.nan, 100 * columns["lost"] / np.maximum(sent, 1)
    )
    return found


def _failed(columns: Columns, thing: Thing, times: Ints) -> Floats:
    return np.where(np.isnan(columns["state"]), np.nan, (columns["state"] != 1).astype(np.float64))


def _interface(columns: tuple[str, ...], make: Make) -> _Source:
    return _Source(INTERFACE, columns, make)


_OCTETS = ("in_octets", "out_octets")
_SOURCES: dict[str, _Source] = {
    "interface.status": _interface(("status",), _dark),
    "interface.utilisation": _interface(
        _OCTETS, lambda c, thing, _: _share(np.fmax(c["in_octets"], c["out_octets"]), thing)
    ),
    "interface.utilisation_in": _interface(
        _OCTETS[:1], lambda c, thing, _: _share(c["in_octets"], thing)
    ),
    "interface.utilisation_out": _interface(
        _OCTETS[1:], lambda c, thing, _: _share(c["out_octets"], thing)
    ),
    "interface.in_bps": _interface(_OCTETS[:1], lambda c, *_: c["in_octets"] * 8),
    "interface.out_bps": _interface(_OCTETS[1:], lambda c, *_: c["out_octets"] * 8),
    "interface.in_pps": _interface(("in_packets",), lambda c, *_: c["in_packets"]),
    "interface.out_pps": _interface(("out_packets",), lambda c, *_: c["out_packets"]),
    "interface.errors": _interface(
        ("in_errors", "out_errors"), lambda c, *_: c["in_errors"] + c["out_errors"]
    ),
    "interface.discards": _interface(
        ("in_discards", "out_discards"), lambda c, *_: c["in_discards"] + c["out_discards"]
    ),
    "interface.error_share": _interface(
        ("in_errors", "out_errors", "in_packets", "out_packets"), _error_share
    ),
    "device.reachable": _Source(DEVICE, ("reachable",), lambda c, *_: 1.0 - c["reachable"]),
    "device.restart": _Source(DEVICE, ("uptime_s",), _restarts),
    "device.cpu": _Source(DEVICE, ("cpu",), lambda c, *_: c["cpu"] / 1000),
    "device.memory": _Source(DEVICE, ("memory",), lambda c, *_: c["memory"] / 1000),
    "device.temperature": _Source(DEVICE, ("temperature",), lambda c, *_: c["temperature"] / 1000),
    "device.response_ms": _Source(DEVICE, ("response_us",), lambda c, *_: c["response_us"] / 1000),
    "sensor.light_drop": _Source(SENSOR, ("value",), _light_drop),
    "sensor.supply_state": _Source(SENSOR, ("value",), _grades),
    "sensor.hardware_state": _Source(SENSOR, ("value",), _grades),
    "probe.state": _Source(PROBE, ("state",), _failed),
    "probe.loss": _Source(PROBE, ("sent", "lost", "median_us"), _loss),
    "probe.median_ms": _Source(PROBE, ("median_us",), lambda c, *_: c["median_us"] / 1000),
    "probe.jitter_ms": _Source(PROBE, ("jitter_us",), lambda c, *_: c["jitter_us"] / 1000),
    "probe.certificate_days": _Source(
        PROBE, ("expires_s",), lambda c, _, times: (c["expires_s"] - times / 1000) / 86_400
    ),
}
_SENSOR = _Source(SENSOR, ("value",), lambda c, *_: c["value"] / 1000)


def has_history(measure: str) -> bool:
    """Whether its past is kept."""
    return MEASURES[measure].subject is not Subject.COLLECTOR


def _source(measure: str) -> _Source:
    return _SOURCES.get(measure, _SENSOR)


def kind_of(measure: str) -> Kind:
    """Under which kind of subject its samples lie."""
    return _source(measure).kind


async def curves(
    samples: Samples,
    measure: str,
    things: Sequence[Thing],
    start: datetime,
    end: datetime,
    *,
    resolution: Resolution | None = None,
    roughly: bool = False,
) -> dict[int, Curve]:
    """The curve of each object by its place in `things`; empty where nothing is known.

    `roughly` for means of hours of many objects: without what came in the last hour or two.
    """
    if measure == "device.lit_subscribers":
        return {at: await _lit(samples, one, start, end) for at, one in enumerate(things)}
    source, found = _source(measure), {}
    if roughly and len(things) > EXACTLY and measure != "sensor.light_drop":
        return await _rough(samples, source, things, start, end)
    for first in range(0, len(things), CHUNK):
        some = things[first : first + CHUNK]
        told = await samples.series_of(
            source.kind,
            [thing.id for thing in some],
            start,
            end,
            columns=source.columns,
            resolution=resolution,
        )
        found.update(await asyncio.to_thread(_made, source, some, first, told))
    return found


async def _rough(
    samples: Samples, source: _Source, things: Sequence[Thing], start: datetime, end: datetime
) -> dict[int, Curve]:
    """The same out of the roll-ups alone: a few statements for thousands of objects."""
    found: dict[int, Curve] = {}
    for first in range(0, len(things), ROUGHLY):
        some = things[first : first + ROUGHLY]
        told = await samples.matrix(
            source.kind,
            [one.id for one in some],
            start,
            end,
            columns=source.columns,
            resolution=Resolution.HOUR,
        )
        found.update(await asyncio.to_thread(_unfolded, source, some, first, told))
    return found


def _unfolded(source: _Source, some: Sequence[Thing], first: int, told: Matrix) -> dict[int, Curve]:
    times = told.start_ms + np.arange(told.slots, dtype=np.int64) * told.width_ms
    means = {name: told.means(name) for name in source.columns}
    found: dict[int, Curve] = {}
    for at, thing in enumerate(some):
        known = np.isfinite(means[source.columns[0]][at])
        columns = {name: values[at][known] for name, values in means.items()}
        with np.errstate(invalid="ignore", divide="ignore"):
            found[first + at] = times[known], source.make(columns, thing, times[known])
    return found


def _made(
    source: _Source, some: Sequence[Thing], first: int, told: Mapping[int, Series]
) -> dict[int, Curve]:
    found = {}
    for at, thing in enumerate(some):
        series = told[thing.id]
        with np.errstate(invalid="ignore", divide="ignore"):
            values = source.make(series.values, thing, series.times_ms)
        found[first + at] = (series.times_ms, values)
    return found


async def _lit(samples: Samples, olt: Thing, start: datetime, end: datetime) -> Curve:
    """Subscribers whose light was received, for every hour that is over."""
    total: NDArray[np.int64] | None = None
    first_ms = width = 0
    for at in range(0, len(olt.members), MEMBERS):
        told = await samples.matrix(
            SENSOR,
            olt.members[at : at + MEMBERS],
            start,
            end,
            columns=("value",),
            resolution=Resolution.HOUR,
        )
        lit = (told.known[:, :, 0] > 0).sum(axis=0)
        first_ms, width = told.start_ms, told.width_ms
        total = lit if total is None else total + lit
    if total is None:
        return np.empty(0, np.int64), np.empty(0)
    times = first_ms + (np.arange(len(total)) + 1) * width
    over = times <= int(end.timestamp() * 1000)
    return times[over].astype(np.int64), total[over].astype(np.float64)


async def greatest(
    samples: Samples,
    measure: str,
    things: Sequence[Thing],
    start: datetime,
    end: datetime,
    *,
    below: bool,
) -> NDArray[np.float64] | None:
    """A bound on each object's values: never less extreme than they were. None: not worked out.

    From roll-ups: thousands of objects in a few statements.
    """
    if measure not in _BOUNDED:
        return None
    columns = _source(measure).columns
    found = np.full(len(things), np.nan)
    portion = EXACTLY if len(things) <= MOST_EXACTLY else ROUGHLY
    for first in range(0, len(things), portion):
        some = things[first : first + portion]
        told = await samples.matrix(
            kind_of(measure), [one.id for one in some], start, end, columns=columns
        )
        found[first : first + len(some)] = await asyncio.to_thread(
            _extremes, measure, some, told.stats, below
        )
    return found


_BOUNDED = frozenset(
    name
    for name in MEASURES
    if name.startswith(("device.cpu", "device.memory", "device.temp", "device.resp"))
    or name.startswith(("interface.utilisation", "interface.in_", "interface.out_"))
    or name in ("interface.errors", "interface.discards")
)


def _extremes(
    measure: str, some: Sequence[Thing], stats: NDArray[np.float32], below: bool
) -> Floats:
    source = _source(measure)
    picked = stats[:, :, :, 0 if below else 1].astype(np.float64)
    found = np.full(len(some), np.nan)
    for at, thing in enumerate(some):
        columns = {name: picked[at, :, place] for place, name in enumerate(source.columns)}
        values = source.make(columns, thing, np.empty(0, np.int64))
        if np.isfinite(values).any():
            found[at] = np.nanmin(values) if below else np.nanmax(values)
    return found
