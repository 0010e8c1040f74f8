"""Writing: a batch of polls in one commit, and the newest state of their devices."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from noc_console.db.samples import layout
from noc_console.db.samples.blocks import Ints, Section, pack_poll
from noc_console.db.samples.envelope import Damaged
from noc_console.db.samples.kinds import MISSING, Kind
from noc_console.db.samples.latest import Part, fold, pack_latest, unpack_latest
from noc_console.db.samples.session import Session
from noc_console.db.samples.values import Poll, Row, Rows
from noc_console.kernel.errors import Invalid

STALE_MS = 600_000
"""After so long another collector may have polled the device: read its state anew."""

_LATEST_MS = 1 << 45
_CHECKSUM = struct.Struct("<xI")
_WORD = (1 << 64) - 1


@dataclass(slots=True)
class State:
    """What this writer knows of one device."""

    at: int
    parts: dict[int, Part]


@dataclass(frozen=True, slots=True)
class Ready:
    """One poll, packed before the transaction begins."""

    device: int
    at: int
    kinds: tuple[Kind, ...]
    sections: tuple[Section, ...]
    """One for each of `kinds`."""
    packed: bytes

    @property
    def samples(self) -> int:
        return sum(section.values.size for section in self.sections)


class Appender:
    """Lives in the writing thread. What it remembers is what was committed."""

    def __init__(self, kinds: dict[int, Kind], *, keeps_polls: bool = True) -> None:
        self._kinds = kinds
        self._keeps_polls = keeps_polls
        """Whether the past lies in the tables as well, or the newest states alone."""
        self._states: dict[int, State] = {}
        self._told: dict[tuple[int, int], bytes] = {}
        """Per kind and device: the subject ids already noted as the device's."""

    def append(self, session: Session, batch: Sequence[Poll]) -> list[Ready]:
        """Write the batch in one commit. A poll written before changes nothing.

        The answer is what was written, oldest first.
        """
        ready = sorted((_ready(poll) for poll in batch), key=lambda one: one.at)
        if not ready:
            return ready
        self._expect_declared(ready)
        told, states = self._newly_told(ready), dict[int, State]()
        with session.transaction():
            self._load(session, ready)
            for one in ready:
                self._fold(states, one)
            if told:
                session.put(layout.SUBJECT, [row for rows in told.values() for row in rows[1]])
            if self._keeps_polls:
                session.put(
                    layout.HEAD,
                    [
                        (one.device, one.at, _CHECKSUM.unpack_from(one.packed)[0], one.packed)
                        for one in ready
                    ],
                )
            session.put(
                layout.LATEST,
                [
                    (device, state.at, pack_latest(tuple(state.parts.values())))
                    for device, state in states.items()
                ],
            )
        self._states.update(states)
        self._told.update({key: ids for key, (ids, _) in told.items()})
        return ready

    def _expect_declared(self, ready: Sequence[Ready]) -> None:
        for kind in {kind.code: kind for one in ready for kind in one.kinds}.values():
            if kind.code not in self._kinds:
                raise Invalid(f"kind {kind.name} was not declared to this store", field="kind")

    def _newly_told(
        self, ready: Sequence[Ready]
    ) -> dict[tuple[int, int], tuple[bytes, list[tuple[int, int, int]]]]:
        told: dict[tuple[int, int], tuple[bytes, list[tuple[int, int, int]]]] = {}
        for one in ready:
            for section in one.sections:
                key, ids = (section.code, one.device), section.ids.tobytes()
                known = self._told.get(key, b"")
                if ids == known:
                    continue
                new = np.setdiff1d(section.ids, np.frombuffer(known, np.int64))
                if len(new):
                    every = np.union1d(section.ids, np.frombuffer(known, np.int64))
                    rows = [(section.code, subject, one.device) for subject in new.tolist()]
                    if key in told:  # twice in one batch, with other subjects
                        every = np.union1d(every, np.frombuffer(told[key][0], np.int64))
                        rows += told[key][1]
                    told[key] = every.tobytes(), rows
        return told

    def _load(self, session: Session, ready: Sequence[Ready]) -> None:
        """Fetch the state of devices this writer does not know, or has not polled for long."""
        wanted = sorted(
            {
                one.device
                for one in ready
                if one.device not in self._states or one.at - self._states[one.device].at > STALE_MS
            }
        )
        for some in layout.chunks(wanted):
            for device, at, packed in session.rows(
                f"SELECT device, at, data FROM samples_latest "  # noqa: S608
                f"WHERE device IN ({layout.marks(some)})",
                some,
            ):
                try:
                    self._states[device] = State(at, unpack_latest(packed))
                except Damaged:
                    # Nothing is lost: this poll writes the state anew.
                    self._states.pop(device, None)

    def _fold(self, states: dict[int, State], one: Ready) -> None:
        before = states.get(one.device) or self._states.get(one.device)
        parts = dict(before.parts) if before else {}
        for kind, section in zip(one.kinds, one.sections, strict=True):
            parts[section.code] = fold(parts.get(section.code), section, one.at, kind)
        states[one.device] = State(max(one.at, before.at if before else 0), parts)


def _ready(poll: Poll) -> Ready:
    if not 0 < poll.at_ms < _LATEST_MS:
        raise Invalid(f"{poll.at_ms} is not a time in milliseconds", field="at_ms")
    singly: dict[int, list[Row]] = {}
    kinds: dict[int, Kind] = {}
    parts: dict[int, list[Section]] = {}
    for row in poll.rows:
        kinds.setdefault(row.kind.code, row.kind)
        if isinstance(row, Rows):
            parts.setdefault(row.kind.code, []).append(_whole(row))
        else:
            singly.setdefault(row.kind.code, []).append(row)
    for code, rows in singly.items():
        parts.setdefault(code, []).append(_of_rows(rows))
    sections = tuple(_section(parts[code]) for code in kinds)
    return Ready(poll.device_id, poll.at_ms, tuple(kinds.values()), sections, pack_poll(sections))


def _whole(rows: Rows) -> Section:
    """A matrix as it is, once it is known to be one."""
    if rows.values.shape != (len(rows.subject_ids), len(rows.kind.columns)):
        raise Invalid(
            f"{len(rows.subject_ids)} subjects of {rows.kind.name} have "
            f"{len(rows.subject_ids)} × {len(rows.kind.columns)} values, not "
            f"{' × '.join(map(str, rows.values.shape))}",
            field="values",
        )
    if rows.values.dtype != np.int64 or rows.subject_ids.dtype != np.int64:
        raise Invalid("ids and values are int64", field="values")
    return Section(rows.kind.code, rows.subject_ids, rows.values)


def _of_rows(rows: Sequence[Row]) -> Section:
    ids = np.array([row.subject_id for row in rows], np.int64)
    return Section(rows[0].kind.code, ids, _matrix(rows, len(rows[0].kind.columns)))


def _section(parts: Sequence[Section]) -> Section:
    """The parts as one, ids ascending: the last word about a subject named twice."""
    ids, values = parts[0].ids, parts[0].values
    if len(parts) > 1:
        ids = np.concatenate([part.ids for part in parts])
        values = np.concatenate([part.values for part in parts])
    if len(ids) > 1 and not bool((ids[1:] > ids[:-1]).all()):
        ids, where = np.unique(ids[::-1], return_index=True)
        values = values[::-1][where]
    return Section(parts[0].code, ids, values)


def _matrix(rows: Sequence[Row], columns: int) -> Ints:
    listed: Any = [row.values for row in rows]
    try:
        values = np.array(listed, np.int64)
    except (TypeError, OverflowError, ValueError):
        values = np.array([[_word(value) for value in one] for one in _even(listed)], np.int64)
    if values.ndim != 2 or values.shape[1] != columns:
        raise Invalid(
            f"{rows[0].kind.name} has {columns} columns, not {values.shape[-1]}", field="values"
        )
    return values


def _even(listed: list[Sequence[Any]]) -> list[Sequence[Any]]:
    if len({len(one) for one in listed}) > 1:
        raise Invalid("rows of one kind differ in length", field="values")
    return listed


def _word(value: int | None) -> int:
    """A 64-bit word as int64: unsigned counters beyond 2^63 wrap, their differences do not."""
    if value is None:
        return MISSING
    word = int(value) & _WORD
    return word - (1 << 64) if word >> 63 else word
