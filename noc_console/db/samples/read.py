"""Reading: series from blocks, roll-ups and the polls of the running hour; newest states.

Each series is one statement, so that a compaction moving polls into blocks meanwhile is
seen entirely or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from noc_console.db.samples import layout
from noc_console.db.samples.blocks import Floats, Ints, open_block, places, unfold, widen
from noc_console.db.samples.envelope import Damaged, unseal
from noc_console.db.samples.kinds import Kind
from noc_console.db.samples.latest import Part, unpack_latest
from noc_console.db.samples.retention import Resolution, Retention
from noc_console.db.samples.rollup import (
    DAY_MS,
    FIVE_MS,
    FIVES_AN_HOUR,
    HOUR_MS,
    HOURS_A_DAY,
    MAX,
    MEAN,
    MIN,
    P95,
    Rollup,
    empty,
    gaps,
    measure,
    open_rollup,
    roll,
    unfold_rollups,
)
from noc_console.db.samples.session import Session
from noc_console.db.samples.values import Ask, Band, LatestValues, Series, Top, from_ms
from noc_console.kernel.errors import Invalid

RAW_SPAN_MS = 36 * HOUR_MS
FIVE_SPAN_MS = 8 * DAY_MS
MOST_POINTS = 200_000
"""Of one rolled-up series; more is a mistake."""

LOOK_BACK_MS = 900_000
"""How far before the start a sample may lie that the first rate is taken from."""


@dataclass(slots=True)
class Found:
    """What was stored about one subject."""

    stored: list[tuple[int, bytes]] = field(default_factory=list)
    times: list[Ints] = field(default_factory=list)
    values: list[Ints] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def choose(start: int, end: int, *, now: int, retention: Retention) -> Resolution:
    """The closest resolution that suits the span and still reaches back to its start."""
    span = end - start
    fitting = [Resolution.HOUR]
    if span <= FIVE_SPAN_MS:
        fitting.insert(0, Resolution.FIVE_MINUTES)
    if span <= RAW_SPAN_MS:
        fitting.insert(0, Resolution.RAW)
    for resolution in fitting:
        if start >= now - retention.of(resolution).total_seconds() * 1000:
            return resolution
    return Resolution.HOUR


def series(session: Session, ask: Ask) -> dict[int, Series]:
    """A series for each subject asked for, empty where nothing is known."""
    if ask.resolution is Resolution.RAW:
        return _each(session, ask, layout.BLOCK, HOUR_MS, raw)
    if ask.resolution is Resolution.FIVE_MINUTES:
        return _each(session, ask, layout.FIVE, HOUR_MS, _rolled(FIVE_MS, FIVES_AN_HOUR))
    return _each(session, ask, layout.DAY, DAY_MS, _rolled(HOUR_MS, HOURS_A_DAY))


def _each(
    session: Session,
    ask: Ask,
    table: layout.Table,
    width: int,
    make: Callable[[Ask, int, Found], Series],
) -> dict[int, Series]:
    found = {subject: Found() for subject in ask.subjects}
    for some in layout.chunks(ask.subjects):
        _fetch(session, ask, table, width, some, found)
    return {subject: make(ask, subject, one) for subject, one in found.items()}


def _fetch(
    session: Session,
    ask: Ask,
    table: layout.Table,
    width: int,
    subjects: Sequence[int],
    found: dict[int, Found],
) -> None:
    when, among = table.columns[2][0], layout.marks(subjects)
    back = ask.start - LOOK_BACK_MS
    rows = session.rows(
        f"SELECT 0, subject, {when}, data FROM {table.name} "  # noqa: S608
        f"WHERE kind = ? AND subject IN ({among}) AND {when} >= ? AND {when} <= ? "
        "UNION ALL SELECT 1, device, at, data FROM samples_head WHERE device IN "
        f"(SELECT device FROM samples_subject WHERE kind = ? AND subject IN ({among})) "
        "AND at >= ? AND at < ?",
        (
            *(ask.kind.code, *subjects, back // width, (ask.end - 1) // width),
            *(ask.kind.code, *subjects, back, ask.end),
        ),
    )
    polls = []
    for part, key, at, packed in rows:
        if part == 0:
            found[key].stored.append((at, packed))
        else:
            polls.append((at, packed))
    polls.sort(key=lambda one: one[0])
    _spread(ask.kind, polls, subjects, found)


def _spread(
    kind: Kind,
    polls: Sequence[tuple[int, bytes]],
    subjects: Sequence[int],
    found: dict[int, Found],
) -> None:
    """Give each subject its rows out of the polls of its device."""
    wanted = np.array(sorted(subjects), np.int64)
    # Polls of a device name the same subjects again and again: look once where they are.
    known: dict[bytes, list[tuple[int, int]]] = {}
    taken: dict[tuple[int, int], tuple[list[int], list[bytes]]] = defaultdict(lambda: ([], []))
    for at, packed in polls:
        try:
            content = unseal(packed)
            sections = places(content)
        except Damaged as error:
            for subject in subjects:
                found[subject].problems.append(f"poll of {_when(at)}: {error}")
            continue
        for code, columns, _, ids_at, values_at in sections:
            if code != kind.code:
                continue
            ids, width = content[ids_at:values_at], columns * 8
            if ids not in known:
                met, where, _ = np.intersect1d(
                    np.frombuffer(ids, "<i8"), wanted, return_indices=True
                )
                known[ids] = list(zip(met.tolist(), where.tolist(), strict=True))
            for subject, place in known[ids]:
                times, rows = taken[subject, columns]
                times.append(at)
                rows.append(content[values_at + place * width : values_at + (place + 1) * width])
    for (subject, columns), (times, rows) in taken.items():
        values = np.frombuffer(b"".join(rows), "<i8").reshape(len(rows), columns)
        found[subject].times.append(np.array(times, np.int64))
        found[subject].values.append(widen(values, len(kind.columns)))


def raw(ask: Ask, subject: int, found: Found) -> Series:
    """Samples as a series: rates and values, a NaN within each gap."""
    kind = ask.kind
    kept = _kept(kind, ask.columns)
    narrow = _narrow(kind, kept)
    times, values = found.times, [one[:, kept] for one in found.values]
    opened = []
    for hour, packed in sorted(found.stored):
        try:
            opened.append(open_block(packed))
        except Damaged as error:
            found.problems.append(f"hour from {_when(hour * HOUR_MS)}: {error}")
    for block in unfold(opened, pick=None if len(kept) == len(kind.columns) else kept):
        times.append(block.times)
        values.append(widen(block.values, len(kept)))
    if not times:
        nothing = np.empty(0)
        return _series(
            ask, subject, np.empty(0, np.int64), dict.fromkeys(ask.columns, nothing), found
        )
    merged, where = np.unique(np.concatenate(times), return_index=True)
    table = np.concatenate(values).take(where, axis=0)
    merged, measured = _broken_at_gaps(merged, measure(merged[None], table[None], narrow)[0])
    inside = slice(*np.searchsorted(merged, (ask.start, ask.end)).tolist())
    return _series(
        ask,
        subject,
        merged[inside],
        {name: measured[inside, narrow.shown.index(name)] for name in ask.columns},
        found,
    )


def _broken_at_gaps(times: Ints, measured: Floats) -> tuple[Ints, Floats]:
    """A point of NaN within each gap, so that no line is drawn across it."""
    at = np.flatnonzero(gaps(times[None])[0])
    if not len(at):
        return times, measured
    # Where the next sample would have been: the usual interval, or half of a short gap.
    usual = int(np.median(np.diff(times)))
    inside = np.minimum(times[at] + usual, (times[at] + times[at + 1]) // 2)
    return np.insert(times, at + 1, inside), np.insert(measured, at + 1, np.nan, axis=0)


def slots_of(ask: Ask, width: int) -> tuple[int, int]:
    """The numbers of the first slot and of the one after the last. Raises Invalid."""
    first, last = ask.start // width, -(-ask.end // width)
    if last - first > MOST_POINTS:
        raise Invalid(f"{last - first} points are too many for one graph", field="start")
    return first, last


def _rolled(width: int, slots: int) -> Callable[[Ask, int, Found], Series]:
    def make(ask: Ask, subject: int, found: Found) -> Series:
        first, last = slots_of(ask, width)
        columns = len(ask.kind.shown)
        whole = empty(last - first, columns)
        keys, opened = [], []
        for key, packed in found.stored:
            try:
                opened.append(open_rollup(packed))
                keys.append(key)
            except Damaged as error:
                found.problems.append(f"from {_when(key * slots * width)}: {error}")
        for key, stored in zip(keys, unfold_rollups(opened, columns=columns), strict=True):
            lead = key * slots - first
            into = slice(max(lead, 0), max(min(lead + slots, last - first), 0))
            part = slice(into.start - lead, into.stop - lead)
            if into.stop > into.start:
                whole.stats[into], whole.n[into] = stored.stats[part], stored.n[part]
        _add_running(ask, found, whole.stats, whole.n, first=first, width=width)
        return told(ask, subject, whole, first=first, width=width, found=found)

    return make


def told(ask: Ask, subject: int, whole: Rollup, *, first: int, width: int, found: Found) -> Series:
    """Statistics as a series: means with their bands. `first` is the first slot's number."""
    where = {name: ask.kind.shown.index(name) for name in ask.columns}
    stats = whole.stats.astype(np.float64)
    return _series(
        ask,
        subject,
        np.arange(first, first + len(whole.n), dtype=np.int64) * width,
        {name: stats[:, at, MEAN] for name, at in where.items()},
        found,
        {
            name: Band(
                least=stats[:, at, MIN],
                greatest=stats[:, at, MAX],
                p95=stats[:, at, P95],
                n=whole.n[:, at],
            )
            for name, at in where.items()
        },
    )


def _add_running(
    ask: Ask, found: Found, stats: np.ndarray, n: np.ndarray, *, first: int, width: int
) -> None:
    """Roll up the polls no compaction has seen yet, where nothing is stored."""
    if not found.times:
        return
    times, where = np.unique(np.concatenate(found.times), return_index=True)
    values = np.concatenate(found.values)[where]
    measured = measure(times[None], values[None], ask.kind)[0]
    lead = max(int(times[0]) // width, first)
    slots = min(int(times[-1]) // width + 1, first + len(n)) - lead
    inside = slice(*np.searchsorted(times, (lead * width, (lead + slots) * width)).tolist())
    if slots <= 0 or inside.stop <= inside.start:
        return
    fresh = roll(
        times[None, inside], measured[None, inside], start=lead * width, width=width, slots=slots
    )
    into = slice(lead - first, lead - first + slots)
    bare = n[into] == 0
    stats[into] = np.where(bare[..., None], fresh.stats[0], stats[into])
    n[into] = np.where(bare, fresh.n[0], n[into])


def _kept(kind: Kind, columns: Sequence[str]) -> list[int]:
    """Where the wanted columns are, with the epoch if any of them counts."""
    wanted = {kind.columns.index(name) for name in columns}
    if kind.epoch_at is not None and wanted & set(kind.counters_at):
        wanted.add(kind.epoch_at)
    return sorted(wanted)


def _narrow(kind: Kind, kept: Sequence[int]) -> Kind:
    """The kind as if it had the kept columns only."""
    if len(kept) == len(kind.columns):
        return kind
    columns = tuple(kind.columns[at] for at in kept)
    return Kind(
        code=kind.code,
        name=kind.name,
        columns=columns,
        counters=kind.counters & set(columns),
        epoch=kind.epoch if kind.epoch in columns else None,
    )


def _series(
    ask: Ask,
    subject: int,
    times: Ints,
    values: dict[str, Floats],
    found: Found,
    bands: dict[str, Band] | None = None,
) -> Series:
    values = {name: np.ascontiguousarray(one) for name, one in values.items()}
    for array in (times, *values.values()):
        array.setflags(write=False)
    return Series(
        kind=ask.kind,
        subject_id=subject,
        resolution=ask.resolution,
        times_ms=times,
        values=values,
        bands=bands or {},
        problems=tuple(found.problems),
    )


def _when(at: int) -> str:
    return f"{from_ms(at):%Y-%m-%d %H:%M:%S} UTC"


def latest(session: Session, kind: Kind, subjects: Sequence[int] | None) -> LatestValues:
    """The newest states, of all subjects of the kind or of those named."""
    parts, problems = [], []
    for device, packed in _latest_rows(session, kind, subjects):
        try:
            part = unpack_latest(packed).get(kind.code)
        except Damaged as error:
            problems.append(f"device {device}: {error}")
            continue
        if part is not None and len(part.ids):
            parts.append(part)
    return _joined(kind, parts, subjects, tuple(problems))


def _latest_rows(
    session: Session, kind: Kind, subjects: Sequence[int] | None
) -> list[tuple[int, bytes]]:
    if subjects is None:
        return session.rows("SELECT device, data FROM samples_latest")
    found: dict[int, bytes] = {}
    for some in layout.chunks(subjects):
        found.update(
            session.rows(
                "SELECT device, data FROM samples_latest WHERE device IN "  # noqa: S608
                "(SELECT device FROM samples_subject "
                f"WHERE kind = ? AND subject IN ({layout.marks(some)}))",
                (kind.code, *some),
            )
        )
    return list(found.items())


def _joined(
    kind: Kind, parts: Sequence[Part], subjects: Sequence[int] | None, problems: tuple[str, ...]
) -> LatestValues:
    columns, rated = len(kind.columns), len(kind.counters_at)
    ids = np.concatenate([np.empty(0, np.int64), *(part.ids for part in parts)])
    at = np.concatenate([np.empty(0, np.int64), *(part.at for part in parts)])
    values = np.concatenate(
        [np.empty((0, columns), np.int64), *(widen(part.values, columns) for part in parts)]
    )
    rates = np.concatenate(
        [np.empty((0, rated), np.float32), *(_rated(part, rated) for part in parts)]
    )
    # Newest first per subject, where two devices told of the same one.
    order = np.lexsort((-at, ids))
    first = np.ones(len(ids), np.bool_)
    first[1:] = ids[order][1:] != ids[order][:-1]
    order = order[first]
    if subjects is not None:
        order = order[np.isin(ids[order], np.array(subjects, np.int64))]
    # `take` lets other threads run meanwhile; an index of an array does not.
    return LatestValues(
        kind,
        ids.take(order),
        at.take(order),
        values.take(order, axis=0),
        rates.take(order, axis=0),
        problems,
    )


def _rated(part: Part, rated: int) -> np.ndarray:
    if part.rates.shape[1] == rated:
        return part.rates
    wide = np.full((len(part.ids), rated), np.nan, np.float32)
    both = min(rated, part.rates.shape[1])
    wide[:, :both] = part.rates[:, :both]
    return wide


def top(session: Session, kind: Kind, column: str, n: int, *, since: int) -> tuple[Top, ...]:
    """The `n` greatest rates or values among subjects heard of since then."""
    found = latest(session, kind, None)
    values = found.column(column)
    usable = np.flatnonzero(~np.isnan(values) & (found.at_ms >= since))
    if n < len(usable):
        usable = usable[np.argpartition(-values[usable], n)[:n]]
    best = usable[np.lexsort((found.ids[usable], -values[usable]))]
    return tuple(
        Top(int(found.ids[at]), float(values[at]), from_ms(int(found.at_ms[at]))) for at in best
    )
