"""Arithmetic of lists of everything: numbers in the order of facts, percentiles, groups. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from noc_console.services.top.model import (
    NUMBERS,
    Facts,
    Floats,
    Ints,
    PastNumbers,
    Sheet,
    TopKind,
    TopRow,
)

LEAST, GREATEST, MEAN, P95 = range(4)
"""The statistics of a slot of a roll-up, in the order of the store."""

_LEVELS = (np.arange(20) + 0.5) / 20

SUMMED = frozenset({"in", "out", "errors", "discards", "speed"})
"""Numbers of a group that are sums; the others are the greatest (margins: the least)."""

NO_GROUP = "(none)"


def aligned(wanted: Ints, ids: Ints, values: Floats) -> Floats:
    """`values` of `ids` (ascending) in the order of `wanted`; NaN for those not among them."""
    found = np.full(len(wanted), np.nan)
    if len(ids):
        at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
        known = ids[at] == wanted
        found[known] = values[at[known]]
    return found


def utilisation(received: Floats, sent: Floats, speed: Floats) -> Floats:
    """Per cent of the speed, of the fuller direction."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(speed > 0, np.fmax(received, sent) / speed * 100, np.nan)
    return found


def margin(value: Floats, low: Floats, high: Floats) -> Floats:
    """How far the value is from the nearer limit, negative beyond it; NaN without limits."""
    found: Floats = np.fmin(value - low, high - value)
    return found


def percentile(stats: np.ndarray, level: float = 0.95) -> Floats:
    """A percentile of each row of [n, slots, 4] statistics, as near as they tell.

    Within a slot values are taken to lie evenly between its least value, its mean (at the
    middle), its own 95th percentile and its greatest: exact where a slot has one value.
    """
    least, greatest, mean, p95 = (stats[:, :, at, None].astype(np.float64) for at in range(4))
    low = least + (mean - least) * _LEVELS / 0.5
    middle = mean + (p95 - mean) * (_LEVELS - 0.5) / 0.45
    high = p95 + (greatest - p95) * (_LEVELS - 0.95) / 0.05
    spread = np.where(_LEVELS < 0.5, low, np.where(_LEVELS < 0.95, middle, high))
    flat = np.sort(spread.reshape(len(stats), -1), axis=1)  # NaN comes last
    known = np.isfinite(flat).sum(axis=1)
    rank = level * np.maximum(known - 1, 0)
    below = np.floor(rank).astype(np.intp)
    above = np.minimum(below + 1, np.maximum(known - 1, 0))
    rows = np.arange(len(flat))
    if not flat.shape[1]:
        return np.full(len(flat), np.nan)
    found = flat[rows, below] + (flat[rows, above] - flat[rows, below]) * (rank - below)
    return np.where(known > 0, found, np.nan)


def mean_of(stats: np.ndarray, known: np.ndarray) -> Floats:
    """The mean of each row of [n, slots, 4], each sample counting once."""
    weight = np.where(np.isnan(stats[:, :, MEAN]), 0, known).astype(np.float64)
    total = (np.nan_to_num(stats[:, :, MEAN].astype(np.float64)) * weight).sum(axis=1)
    samples = weight.sum(axis=1)
    found: Floats = np.where(samples > 0, total / np.maximum(samples, 1), np.nan)
    return found


def change(now: Floats, before: Floats) -> Floats:
    """Per cent of what it was; NaN where it was nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(np.abs(before) > 0, (now - before) / np.abs(before) * 100, np.nan)
    return found


def sheet(facts: Facts, numbers: Mapping[str, Floats], past: PastNumbers | None) -> Sheet:
    """The list with what the past said, as far as it was worked out for these facts."""
    nothing = np.full(len(facts), np.nan)
    told = dict(numbers)
    if past is not None:
        # Facts may have moved on a little since: those that are still there keep their past.
        same = past.facts is facts
        for name, values in (("p95", past.p95), ("change", past.change)):
            told[name] = values if same else aligned(facts.ids, past.facts.ids, values)
    return Sheet(facts, {name: told.get(name, nothing) for name in NUMBERS[facts.kind]})


def row(sheet: Sheet, at: int) -> TopRow:
    """One row as a value."""
    facts = sheet.facts
    texts = facts.texts
    members = sheet.members.get(at)
    return TopRow(
        kind=facts.kind,
        id=int(facts.ids[at]),
        device_id=int(facts.device_ids[at]),
        device=texts["device"][at],
        name=texts["name"][at],
        site=texts["site"][at],
        type=texts["type"][at],
        alias=texts["alias"][at],
        quality=texts["kind"][at],
        numbers=tuple((name, float(values[at])) for name, values in sheet.numbers.items()),
        members=0 if members is None else len(members),
    )


def greatest(sheet: Sheet, by: str, count: int, *, ascending: bool = False) -> list[int]:
    """Row numbers of the first places; those without a number have none."""
    values = sheet.numbers[by]
    usable = np.flatnonzero(~np.isnan(values))
    keys = values[usable] if ascending else -values[usable]
    if count < len(usable):
        usable = usable[np.argpartition(keys, count)[:count]]
        keys = values[usable] if ascending else -values[usable]
    found: list[int] = usable[np.lexsort((sheet.facts.ids[usable], keys))].tolist()
    return found


def is_best_low(name: str) -> bool:
    """Whether the interesting end of a number is its least: a margin."""
    return name == "margin"


def grouped(whole: Sheet, by: str) -> Sheet:
    """One row for each device, site or type, with sums of rates and the worst of the rest."""
    names = np.array([text or NO_GROUP for text in whole.facts.texts[by]], dtype=object)
    groups, which = np.unique(names.astype(str), return_inverse=True)
    order = np.argsort(which, kind="stable")
    bounds = np.searchsorted(which[order], np.arange(len(groups) + 1))
    members = {at: order[bounds[at] : bounds[at + 1]] for at in range(len(groups))}
    numbers = {
        name: np.array([_folded(name, values[members[at]]) for at in members])
        for name, values in whole.numbers.items()
    }
    if "util" in numbers and by != "device":
        numbers["util"] = utilisation(numbers["in"], numbers["out"], numbers["speed"])
    blank = ("",) * len(groups)
    labels = tuple(groups.tolist())
    first = [int(members[at][0]) for at in members]
    keep = {"site"} if by == "device" else set()
    texts = {
        name: tuple(values[at] for at in first) if name in keep else blank
        for name, values in whole.facts.texts.items()
    }
    texts[by] = labels
    devices = whole.facts.device_ids[first] if by == "device" else np.zeros(len(groups), np.int64)
    ids = -np.arange(1, len(groups) + 1, dtype=np.int64)
    return Sheet(Facts(whole.kind, ids, devices, texts), numbers, members)


def _folded(name: str, values: Floats) -> float:
    known = values[~np.isnan(values)]
    if not len(known) or name == "change":
        return float("nan")
    if name in SUMMED:
        return float(known.sum())
    return float(known.min() if is_best_low(name) else known.max())


def added(curves: Sequence[Floats]) -> Floats:
    """Curves of equal length one upon the other; NaN where none is known."""
    if not curves:
        return np.empty(0)
    stack = np.vstack(curves)
    return np.where(np.isnan(stack).all(axis=0), np.nan, np.nansum(stack, axis=0))


COLUMN: Mapping[TopKind, tuple[str, ...]] = {
    TopKind.INTERFACES: ("in_octets", "out_octets"),
    TopKind.DEVICES: ("cpu",),
    TopKind.SENSORS: ("value",),
    TopKind.PROBES: ("median_us",),
}
"""Columns of the store of measurements behind a sparkline, a percentile and a change."""

SCALE: Mapping[TopKind, float] = {
    TopKind.INTERFACES: 8.0,
    TopKind.DEVICES: 0.001,
    TopKind.SENSORS: 0.001,
    TopKind.PROBES: 0.001,
}
"""From the store's unit to the list's."""
