"""Questions to an engine for fleets in PromQL, and its answers as numbers. Pure.

Raw samples are asked for as they are, so rates, gaps and restarts follow from our own rules
(`rollup.measure`). Roll-ups are worked out by the engine: `irate` over two and a half usual
intervals is the rate between two neighbouring samples, or nothing across a gap; a subquery
takes it once an interval, and the `…_over_time` functions make the statistics of a slot. It
sees a sample up to an interval late, so every slot is asked for that much later (`late_ms`).
Where a restart lies within those intervals (`epoch` changed), no rate is taken.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from noc_console.db.samples.blocks import Floats, Ints
from noc_console.db.samples.kinds import MISSING, Kind
from noc_console.db.samples.rollup import GAP, MAX, MEAN, MIN, P95, Rollup, empty
from noc_console.db.samples.values import Ask
from noc_console.kernel.errors import Broken

MOST_POINTS = 10_000
"""Points of one question: Prometheus answers 11,000 at most."""

SHORTEST_S = 5
"""How often at most a subquery looks at a rate."""

_NO_NAME = re.compile(r"[^a-z0-9_]")
_STATISTICS = {
    "min": (MIN, "min_over_time({0})"),
    "max": (MAX, "max_over_time({0})"),
    "mean": (MEAN, "avg_over_time({0})"),
    "p95": (P95, "quantile_over_time(0.95, {0})"),
}
_COUNT = 4
_PLACES = {name: place for name, (place, _) in _STATISTICS.items()} | {"n": _COUNT}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of an answer."""

    labels: Mapping[str, str]
    times: Ints
    """UTC epoch milliseconds."""
    values: Floats


def metric(kind: Kind, column: str) -> str:
    """What a column is called over there, such as `noc_interface_in_octets_total`."""
    name = _NO_NAME.sub("_", f"noc_{kind.name}_{column}".lower())
    return f"{name}_total" if column in kind.counters else name


def id_label(kind: Kind) -> str:
    """The label that names the subject: `interface_id`, for a device just `device_id`."""
    return _NO_NAME.sub("_", f"{kind.name}_id".lower())


def raw_question(ask: Ask, *, back_ms: int) -> str:
    """Every sample of the wanted columns, from `back_ms` before the start."""
    names = [metric(ask.kind, column) for column in _needed(ask)]
    span = ask.end - ask.start + back_ms
    return f'{{__name__=~"{"|".join(names)}",{_among(ask)}}}[{span}ms]'


def pace_question(ask: Ask) -> str | None:
    """How many samples an hour there are; None when nothing counts."""
    counted = [column for column in ask.columns if column in ask.kind.counters]
    if not counted:
        return None
    return f"count_over_time({metric(ask.kind, counted[0])}{{{_among(ask)}}}[1h])"


def pace(lines: Sequence[Told]) -> tuple[int, int]:
    """The shortest and longest usual interval of the subjects, in seconds."""
    counts = [float(np.median(line.values)) for line in lines if len(line.values)]
    paces = [round(3600 / max(count, 1.0)) for count in counts] or [60]
    return max(min(paces), SHORTEST_S), max(*paces, SHORTEST_S)


def late_ms(usual_s: tuple[int, int]) -> int:
    """How long after its end a slot's statistics are asked for."""
    return usual_s[0] * 1000


def rolled_question(ask: Ask, *, width_ms: int, usual_s: tuple[int, int]) -> str:
    """All statistics of all wanted columns in one question; see `rolled`."""
    parts = []
    for column in ask.columns:
        name = f"{metric(ask.kind, column)}{{{_among(ask)}}}"
        plain = f"{name}[{width_ms}ms] offset {late_ms(usual_s)}ms"
        measured = _rates(ask.kind, name, ask, width_ms, usual_s)
        if column not in ask.kind.counters:
            measured = plain
        for statistic, (_, function) in _STATISTICS.items():
            parts.append(_labelled(function.format(measured), f"{column}/{statistic}"))
        parts.append(_labelled(f"count_over_time({plain})", f"{column}/n"))
    return " or ".join(parts)


def _rates(kind: Kind, name: str, ask: Ask, width_ms: int, usual_s: tuple[int, int]) -> str:
    shortest, longest = usual_s
    window = f"[{round(GAP * longest)}s]"
    rate = f"irate({name}{window})"
    if kind.epoch is not None:
        restarts = f"changes({metric(kind, kind.epoch)}{{{_among(ask)}}}{window}) > 0"
        rate = f"({rate} unless on ({_labels(kind)}) ({restarts}))"
    return f"{rate}[{width_ms}ms:{min(shortest * 1000, width_ms)}ms]"


def _labels(kind: Kind) -> str:
    return ", ".join(sorted({"device_id", id_label(kind)}))


def _labelled(question: str, value: str) -> str:
    return f'label_replace({question}, "statistic", "{value}", "", "")'


def _needed(ask: Ask) -> list[str]:
    """The columns, and the epoch if any of them counts."""
    epoch = ask.kind.epoch if ask.kind.counters.intersection(ask.columns) else None
    return [*ask.columns, *([epoch] if epoch and epoch not in ask.columns else [])]


def _among(ask: Ask) -> str:
    return f'{id_label(ask.kind)}=~"{"|".join(map(str, ask.subjects))}"'


def read_answer(content: bytes, peer: str) -> tuple[Told, ...]:
    """The lines of an answer. Raises Broken for what is none."""
    try:
        found = json.loads(content)["data"]
        if found["resultType"] != "matrix":
            raise Broken(f"{peer} answers with a {found['resultType']!s:.20}, not a matrix")
        return tuple(_line(one) for one in found["result"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Broken(f"{peer} answers a question about measurements unintelligibly") from error


def _line(one: Any) -> Told:
    points = one["values"]
    times = np.array([at for at, _ in points], np.float64)
    values = np.array([value for _, value in points], np.float64)
    return Told(dict(one["metric"]), np.rint(times * 1000).astype(np.int64), values)


def raw_tables(ask: Ask, lines: Sequence[Told]) -> dict[int, list[tuple[Ints, Ints]]]:
    """Per subject and device of it: times [n] and values [n, kind.columns]."""
    kind, columns = ask.kind, {metric(ask.kind, c): at for at, c in enumerate(ask.kind.columns)}
    grouped: dict[tuple[int, str], list[tuple[int, Told]]] = defaultdict(list)
    for subject, line in _ours(ask, lines):
        column = columns.get(line.labels.get("__name__", ""))
        if column is not None:
            grouped[subject, line.labels.get("device_id", "")].append((column, line))
    tables: dict[int, list[tuple[Ints, Ints]]] = defaultdict(list)
    for (subject, _), found in grouped.items():
        times = np.unique(np.concatenate([line.times for _, line in found]))
        table = np.full((len(times), len(kind.columns)), MISSING, np.int64)
        for column, line in found:
            known = np.isfinite(line.values) & (np.abs(line.values) < 2**63)
            table[np.searchsorted(times, line.times[known]), column] = line.values[known]
        tables[subject].append((times, table))
    return tables


def rolled(
    ask: Ask, lines: Sequence[Told], *, first: int, slots: int, width_ms: int, late_ms: int
) -> dict[int, Rollup]:
    """The statistics of each subject: a point `late_ms` after the end of a slot tells of it."""
    found = {subject: empty(slots, len(ask.kind.shown)) for subject in ask.subjects}
    for subject, line in _ours(ask, lines):
        column, _, statistic = line.labels.get("statistic", "").partition("/")
        place, whole = _PLACES.get(statistic), found[subject]
        if column not in ask.kind.shown or place is None:
            continue
        at = (line.times - late_ms) // width_ms - first
        inside = (at >= 0) & (at < slots) & np.isfinite(line.values)
        where = ask.kind.shown.index(column)
        if place == _COUNT:
            whole.n[at[inside], where] = line.values[inside]
        else:
            whole.stats[at[inside], where, place] = line.values[inside]
    for whole in found.values():
        # Next to a gap a rate may be seen in a slot that has no sample.
        known = (whole.n > 0) & ~np.isnan(whole.stats[..., MEAN])
        whole.stats[~known] = np.nan
        whole.n[~known] = 0
    return found


def _ours(ask: Ask, lines: Sequence[Told]) -> Iterator[tuple[int, Told]]:
    """The lines about what was asked, with their subjects."""
    wanted = {str(subject): subject for subject in ask.subjects}
    for line in lines:
        subject = wanted.get(line.labels.get(id_label(ask.kind), ""))
        if subject is not None:
            yield subject, line
