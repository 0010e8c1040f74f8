"""What goes into the store of measurements and what comes out: finished, frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noc_console.db.samples.blocks import Floats, Ints
from noc_console.db.samples.kinds import MISSING, Kind
from noc_console.db.samples.retention import Resolution


@dataclass(frozen=True, slots=True)
class Row:
    """One subject's values in the order of `kind.columns`; None where the device gave none."""

    kind: Kind
    subject_id: int
    values: Sequence[int | None] | Ints


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Many subjects of one kind at once: what costs least to write.

    Columns a device did not give are MISSING. The arrays are not to be changed afterwards.
    """

    kind: Kind
    subject_ids: Ints
    """[n], each once."""
    values: Ints
    """[n, columns] in the order of `kind.columns`."""


@dataclass(frozen=True, slots=True)
class Poll:
    """What one device said at one moment (UTC epoch milliseconds)."""

    device_id: int
    at_ms: int
    rows: Sequence[Row | Rows]


@dataclass(frozen=True, slots=True)
class Ask:
    """What a reader wants: half-open, milliseconds; `columns` in the wanted order."""

    kind: Kind
    subjects: tuple[int, ...]
    start: int
    end: int
    columns: tuple[str, ...]
    resolution: Resolution


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """What one column did within each point of a rolled-up series."""

    least: Floats
    greatest: Floats
    p95: Floats
    n: NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One subject over time, ready to be drawn. The arrays are read-only.

    `values` holds per column the rates per second (counters) or values (the rest), as
    means when rolled up. NaN is a gap: draw nothing there.
    """

    kind: Kind
    subject_id: int
    resolution: Resolution
    times_ms: Ints
    """UTC epoch milliseconds: of the sample, or of the start of the five minutes or hour."""
    values: Mapping[str, Floats]
    bands: Mapping[str, Band] = field(default_factory=dict)
    """Per column, when rolled up."""
    problems: tuple[str, ...] = ()
    """Stored rows that could not be read; they are gaps here."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest word about one subject."""

    at: datetime
    values: Mapping[str, int | None]
    rates: Mapping[str, float | None]
    """Per second since the sample before, counters only; None where that is not known."""


class LatestValues(Mapping[int, Latest]):
    """The newest word about many subjects: arrays to compute on, `Latest` by subject id."""

    def __init__(
        self,
        kind: Kind,
        ids: Ints,
        at_ms: Ints,
        values: Ints,
        rates: NDArray[np.float32],
        problems: tuple[str, ...] = (),
    ) -> None:
        self.kind = kind
        self.ids = ids
        """Subject ids, ascending."""
        self.at_ms = at_ms
        self.problems = problems
        self._values = values
        self._rates = rates
        self._names = tuple(kind.columns[at] for at in kind.counters_at)

    @property
    def table(self) -> Ints:
        """[n, columns] as stored, in the order of `ids`; MISSING where not given."""
        return self._values

    def column(self, name: str) -> Floats:
        """Rates (counters) or values of one column, NaN where not known, in the order of `ids`."""
        if name in self._names:
            return self._rates[:, self._names.index(name)].astype(np.float64)
        raw = self._values[:, self.kind.columns.index(name)]
        return np.where(raw == MISSING, np.nan, raw)

    def __getitem__(self, subject_id: int) -> Latest:
        at = int(np.searchsorted(self.ids, subject_id))
        if at == len(self.ids) or self.ids[at] != subject_id:
            raise KeyError(subject_id)
        raw, rates = self._values[at].tolist(), self._rates[at].tolist()
        return Latest(
            at=datetime.fromtimestamp(int(self.at_ms[at]) / 1000, UTC),
            values={
                name: None if value == MISSING else value
                for name, value in zip(self.kind.columns, raw, strict=True)
            },
            rates={
                name: None if rate != rate else rate
                for name, rate in zip(self._names, rates, strict=True)
            },
        )

    def __iter__(self) -> Iterator[int]:
        return iter(self.ids.tolist())

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Top:
    """One place in a top-N."""

    subject_id: int
    value: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody looks: these subjects every second until then."""

    kind: str
    device_id: int
    subject_ids: frozenset[int]
    until: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """How sending to an engine elsewhere goes, since the start. Counts are values."""

    waiting: int = 0
    sent: int = 0
    dropped: int = 0
    problem: str = ""
    """Why nothing goes out just now; empty when all is well."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """A process's own word about itself."""

    name: str
    at: datetime
    health: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Compacted:
    """What one compaction did."""

    polls: int = 0
    blocks: int = 0
    damaged: tuple[str, ...] = ()
    """Stored rows that could not be read and were left out."""

    def __add__(self, other: Compacted) -> Compacted:
        return Compacted(
            self.polls + other.polls, self.blocks + other.blocks, self.damaged + other.damaged
        )


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows had outlived their retention."""

    blocks: int = 0
    rollups: int = 0
    polls: int = 0

    def __add__(self, other: Pruned) -> Pruned:
        return Pruned(
            self.blocks + other.blocks, self.rollups + other.rollups, self.polls + other.polls
        )


@dataclass(frozen=True, slots=True)
class Stats:
    """How large the store is."""

    polls: int
    """Not yet compacted."""
    subjects: int
    blocks: int
    samples: int
    """Values within the blocks."""
    block_bytes: int
    store_bytes: int
    """Everything: blocks, roll-ups, indexes, free pages."""
    oldest: datetime | None
    waiting: int = 0
    """Values on their way to an engine elsewhere."""
    dropped: int = 0
    """Values this process could not get there."""

    @property
    def bytes_per_sample(self) -> float | None:
        """Of the blocks; None before the first hour is over."""
        return self.block_bytes / self.samples if self.samples else None


def to_ms(moment: datetime) -> int:
    """UTC epoch milliseconds. Raises TypeError for a time without a zone."""
    if moment.tzinfo is None:
        raise TypeError(f"{moment!r} has no time zone")
    return round(moment.timestamp() * 1000)


def from_ms(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)
