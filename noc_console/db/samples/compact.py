"""Once an hour: polls become blocks, five-minute and hourly roll-ups.

One transaction turns the polls of a few devices in one hour into blocks and deletes
exactly those polls, so a kill at any point loses and repeats nothing: either the polls
are still there or the blocks are. Late polls of an hour that is done are merged into it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noc_console.db.samples import layout
from noc_console.db.samples.blocks import (
    Block,
    Floats,
    Ints,
    pack_blocks,
    unpack_block,
    unpack_poll,
    widen,
)
from noc_console.db.samples.envelope import Damaged
from noc_console.db.samples.kinds import MISSING, Kind
from noc_console.db.samples.rollup import (
    FIVE_MS,
    FIVES_AN_HOUR,
    HOUR_MS,
    HOURS_A_DAY,
    Rollup,
    empty,
    measure,
    open_rollup,
    pack_rollups,
    roll,
    unfold_rollups,
)
from noc_console.db.samples.session import Session
from noc_console.db.samples.values import Compacted, from_ms
from noc_console.kernel.errors import Broken

DEVICES = 25
"""Devices in one transaction: 100 ms or less in which nobody else can write."""

GRACE_MS = 120_000
"""How long after its end an hour still waits for late polls."""

Step = tuple[int, tuple[int, ...]]
"""An hour and some devices."""


@dataclass(frozen=True, slots=True, eq=False)
class _Hour:
    """Samples of several subjects in one hour, sorted by subject and time."""

    ids: Ints
    times: Ints
    values: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Tail:
    """The last sample of each subject of a device in one hour: the next hour's first rates."""

    hour: int
    ids: Ints
    times: Ints
    values: Ints


def due(session: Session, now_ms: int) -> tuple[Step, ...]:
    """What is to be done, oldest hour first."""
    end = (now_ms - GRACE_MS) // HOUR_MS * HOUR_MS
    found = session.rows(
        f"SELECT DISTINCT at / {HOUR_MS}, device FROM samples_head "  # noqa: S608
        "WHERE at < ? ORDER BY 1, 2",
        (end,),
    )
    hours: dict[int, list[int]] = defaultdict(list)
    for hour, device in found:
        hours[hour].append(device)
    return tuple(
        (hour, tuple(some))
        for hour, devices in hours.items()
        for some in layout.chunks(devices, DEVICES)
    )


class Compactor:
    """Lives in the writing thread."""

    def __init__(self, kinds: dict[int, Kind]) -> None:
        self._kinds = kinds
        self._tails: dict[tuple[int, int], _Tail] = {}

    def step(self, session: Session, step: Step) -> Compacted | None:
        """Do one step. None when another process is compacting at this moment."""
        hour, devices = step
        done, tails = Compacted(), dict[tuple[int, int], _Tail]()
        with session.transaction(steady=True):
            if not session.alone("compact"):
                return None
            for device in devices:
                done += self._device(session, device, hour, tails)
        self._tails.update(tails)
        return done

    def _device(
        self, session: Session, device: int, hour: int, tails: dict[tuple[int, int], _Tail]
    ) -> Compacted:
        where = "WHERE device = ? AND at >= ? AND at < ?"
        span = (device, hour * HOUR_MS, (hour + 1) * HOUR_MS)
        polls = session.rows(
            f"SELECT at, data FROM samples_head {where} ORDER BY at",  # noqa: S608
            span,
        )
        done, found = self._gather(device, polls)
        for code, new in found.items():
            kind = self._kinds.get(code)
            if kind is None:
                raise Broken(f"the store holds samples of kind {code}, which nobody declared")
            task = _Task(session, kind, hour)
            done += task.write(new, self._tails.get((code, device)))
            if task.tail is not None:
                tails[code, device] = task.tail
        session.run(f"DELETE FROM samples_head {where}", span)  # noqa: S608
        return done

    def _gather(
        self, device: int, polls: Sequence[tuple[int, bytes]]
    ) -> tuple[Compacted, dict[int, _Hour]]:
        """The polls as one table per kind."""
        parts: dict[int, list[tuple[Ints, Ints, Ints]]] = defaultdict(list)
        damaged = []
        for at, packed in polls:
            try:
                sections = unpack_poll(packed)
            except Damaged as error:
                damaged.append(
                    f"device {device}, poll of {from_ms(at):%Y-%m-%d %H:%M:%S} UTC: {error}"
                )
                continue
            for one in sections:
                times = np.full(len(one.ids), at, np.int64)
                parts[one.code].append((one.ids, times, one.values))
        found = {code: _table(some) for code, some in parts.items()}
        return Compacted(polls=len(polls), damaged=tuple(damaged)), found


class _Task:
    """One kind of one device in one hour."""

    def __init__(self, session: Session, kind: Kind, hour: int) -> None:
        self._session = session
        self._kind = kind
        self._hour = hour
        self._damaged: list[str] = []
        self.tail: _Tail | None = None

    def write(self, new: _Hour, tail: _Tail | None) -> Compacted:
        subjects = np.unique(new.ids).tolist()
        fits = tail is not None and tail.hour == self._hour - 1
        old, before = self._stored(subjects, with_hour_before=not fits)
        # What was known of this hour already, to keep the totals right.
        blocks, known, size = len(old), 0, 0
        parts = [(new.ids, new.times, widen(new.values, len(self._kind.columns)))]
        for subject, block, packed_size in old:
            known += self._known(block.values)
            size += packed_size
            ids = np.full(len(block.times), subject, np.int64)
            parts.append((ids, block.times, widen(block.values, len(self._kind.columns))))
        merged = _table(parts)
        written, now_known, now_size = self._put(merged, tail if fits and tail else before)
        self._session.put(
            layout.TOTAL,
            [(self._hour, written - blocks, now_known - known, now_size - size)],
        )
        return Compacted(blocks=written, damaged=tuple(self._damaged))

    def _known(self, values: Ints) -> int:
        return int(
            (widen(values, len(self._kind.columns))[:, self._kind.shown_at] != MISSING).sum()
        )

    def _stored(
        self, subjects: Sequence[int], *, with_hour_before: bool
    ) -> tuple[list[tuple[int, Block, int]], _Tail | None]:
        """Blocks this hour already has, and the last samples of the hour before."""
        hours = (self._hour - 1, self._hour) if with_hour_before else (self._hour,)
        old, last = [], []
        for hour in hours:
            for subject, packed in self._rows(layout.BLOCK, subjects, hour):
                try:
                    block = unpack_block(packed)
                except Damaged as error:
                    self._note(subject, hour, error)
                    continue
                if hour == self._hour:
                    old.append((subject, block, len(packed)))
                else:
                    last.append((subject, block.times[-1], block.values[-1]))
        if not last:
            return old, None
        last.sort(key=lambda one: one[0])
        values = widen(np.array([one[2] for one in last]), len(self._kind.columns))
        ids, times = np.array([one[0] for one in last]), np.array([one[1] for one in last])
        return old, _Tail(self._hour - 1, ids, times, values)

    def _put(self, hour: _Hour, before: _Tail | None) -> tuple[int, int, int]:
        """Write blocks and roll-ups; the answer is how many blocks, samples and bytes."""
        written, known, size = 0, 0, 0
        tails = []
        for ids, times, values in _same_length(hour):
            packed = pack_blocks(times, values)
            listed = ids.tolist()
            keys = [(self._kind.code, subject, self._hour) for subject in listed]
            self._put_rows(layout.BLOCK, keys, packed)
            measured = self._measured(ids, times, values, before)
            start = self._hour * HOUR_MS
            fives = roll(times, measured, start=start, width=FIVE_MS, slots=FIVES_AN_HOUR)
            self._put_rows(layout.FIVE, keys, pack_rollups(fives))
            self._put_day(listed, roll(times, measured, start=start, width=HOUR_MS, slots=1))
            written += len(packed)
            known += self._known(values.reshape(-1, values.shape[2]))
            size += sum(map(len, packed))
            tails.append((ids, times[:, -1], values[:, -1]))
        joined = [np.concatenate([one[at] for one in tails]) for at in range(3)]
        order = np.argsort(joined[0])
        self.tail = _Tail(self._hour, *(one[order] for one in joined))
        return written, known, size

    def _measured(self, ids: Ints, times: Ints, values: Ints, before: _Tail | None) -> Floats:
        if before is None or not len(before.ids):
            return measure(times, values, self._kind)
        at = np.minimum(np.searchsorted(before.ids, ids), len(before.ids) - 1)
        found = before.ids[at] == ids
        # Without a sample before, the first one stands in: no time passed, so no rate.
        first = np.where(found, before.times[at], times[:, 0])[:, None]
        first_values = np.where(found[:, None], before.values[at], values[:, 0])[:, None]
        long = np.concatenate([first, times], axis=1)
        return measure(long, np.concatenate([first_values, values], axis=1), self._kind)[:, 1:]

    def _put_day(self, subjects: Sequence[int], hour: Rollup) -> None:
        """Set this hour's place in each subject's day."""
        day, place = divmod(self._hour, HOURS_A_DAY)
        columns = len(self._kind.shown)
        days = empty(len(subjects), HOURS_A_DAY, columns)
        where = {subject: at for at, subject in enumerate(subjects)}
        found, opened = [], []
        for subject, packed in self._rows(layout.DAY, subjects, day):
            try:
                opened.append(open_rollup(packed))
                found.append(subject)
            except Damaged as error:
                self._note(subject, day * HOURS_A_DAY, error)
        for subject, stored in zip(found, unfold_rollups(opened, columns=columns), strict=True):
            days.stats[where[subject]] = stored.stats
            days.n[where[subject]] = stored.n
        days.stats[:, place] = hour.stats[:, 0]
        days.n[:, place] = hour.n[:, 0]
        keys = [(self._kind.code, subject, day) for subject in subjects]
        self._put_rows(layout.DAY, keys, pack_rollups(days))

    def _rows(
        self, table: layout.Table, subjects: Sequence[int], at: int
    ) -> Iterator[tuple[int, bytes]]:
        """What is stored of these subjects at one place in time."""
        for some in layout.chunks(subjects):
            found = self._session.rows(layout.each(table, some), (*some, self._kind.code, at))
            yield from ((subject, packed) for subject, packed in found if packed is not None)

    def _put_rows(
        self, table: layout.Table, keys: Sequence[tuple[int, int, int]], packed: Sequence[bytes]
    ) -> None:
        rows = [(*key, one) for key, one in zip(keys, packed, strict=True)]
        self._session.put(table, rows)

    def _note(self, subject: int, hour: int, error: Damaged) -> None:
        when = from_ms(hour * HOUR_MS)
        self._damaged.append(f"{self._kind.name} {subject}, hour {when:%Y-%m-%d %H} UTC: {error}")


def _table(parts: Sequence[tuple[Ints, Ints, Ints]]) -> _Hour:
    """Rows sorted by subject and time; the last word where one is told twice."""
    columns = max(part[2].shape[1] for part in parts)
    ids = np.concatenate([part[0] for part in parts])
    times = np.concatenate([part[1] for part in parts])
    values = np.concatenate([widen(part[2], columns) for part in parts])
    order = np.lexsort((times, ids))
    ids, times = ids[order], times[order]
    last = np.ones(len(ids), np.bool_)
    last[:-1] = (ids[1:] != ids[:-1]) | (times[1:] != times[:-1])
    return _Hour(ids[last], times[last], values[order[last]])


def _same_length(hour: _Hour) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Subjects with equally many samples together: ids [s], times [s, n], values [s, n, c]."""
    ids, starts, counts = np.unique(hour.ids, return_index=True, return_counts=True)
    for n in np.unique(counts).tolist():
        chosen: NDArray[np.bool_] = counts == n
        rows = starts[chosen][:, None] + np.arange(n)
        yield ids[chosen], hour.times[rows], hour.values[rows]
