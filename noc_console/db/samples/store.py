"""The store of measurements: append-only, without a journal, in its own threads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from noc_console.db.database import database_url
from noc_console.db.samples import facts, layout, read, upkeep
from noc_console.db.samples.append import Appender
from noc_console.db.samples.compact import Compactor, due
from noc_console.db.samples.kinds import KINDS, Kind
from noc_console.db.samples.session import Session
from noc_console.db.samples.sqlite import SqliteSession, mend
from noc_console.db.samples.threads import Threads
from noc_console.db.samples.values import (
    Compacted,
    LatestValues,
    Poll,
    Pruned,
    Pulse,
    Resolution,
    Retention,
    Series,
    Stats,
    Top,
    Wish,
    to_ms,
)
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Broken, Invalid

FRESH = timedelta(minutes=15)
"""How recent a subject's newest word must be to have a place in a top-N."""


class Samples:
    """Measurements in and out. Every method waits for a thread, never for a disk.

    Raises Unreachable when the database does not answer, Broken when the store is
    damaged or full. Made by `open_samples`.
    """

    def __init__(
        self,
        threads: Threads,
        kinds: dict[int, Kind],
        *,
        clock: Clock,
        retention: Retention,
        notices: tuple[str, ...] = (),
    ) -> None:
        self.notices = notices
        """What the operator should know about how the store was opened."""
        self.retention = retention
        self._threads = threads
        self._clock = clock
        self._kinds = kinds
        self._appender = Appender(kinds)
        self._compactor = Compactor(kinds)

    async def append(self, batch: Sequence[Poll]) -> None:
        """Write polls in one commit; once it returns, a restart loses none of them.

        A poll written twice counts once. Raises Invalid for rows that do not fit their kind.
        """
        await self._threads.write(lambda session: self._appender.append(session, batch))

    async def compact(self, now: datetime) -> Compacted:
        """Turn the polls of past hours into blocks and roll-ups; to be called once an hour.

        Does what it can and returns when another process is at it. Appends come between
        its transactions. Stopped at any point, it goes on where it was next time.
        """
        self._kinds.update(await self._threads.read(self._other_kinds))
        done = Compacted()
        for step in await self._threads.read(partial(due, now_ms=to_ms(now))):
            more = await self._threads.write(partial(self._compactor.step, step=step))
            if more is None:
                break
            done += more
        return done

    async def prune(self, now: datetime) -> Pruned:
        """Forget what has outlived its retention."""
        at = to_ms(now)
        blocks = rollups = 0
        for some in layout.chunks(await self._threads.read(upkeep.subjects), upkeep.SUBJECTS):
            gone = await self._threads.write(
                partial(upkeep.prune, some=some, now=at, retention=self.retention)
            )
            blocks, rollups = blocks + gone.blocks, rollups + gone.rollups
        rest = await self._threads.write(
            partial(upkeep.prune_rest, now=at, retention=self.retention)
        )
        return Pruned(blocks=blocks, rollups=rollups, polls=rest.polls)

    async def series(
        self,
        kind: Kind,
        subject_id: int,
        start: datetime,
        end: datetime,
        *,
        columns: Sequence[str] | None = None,
        resolution: Resolution | None = None,
    ) -> Series:
        """One subject from `start` until before `end`; see `series_of`."""
        found = await self.series_of(
            kind, (subject_id,), start, end, columns=columns, resolution=resolution
        )
        return found[subject_id]

    async def series_of(
        self,
        kind: Kind,
        subject_ids: Sequence[int],
        start: datetime,
        end: datetime,
        *,
        columns: Sequence[str] | None = None,
        resolution: Resolution | None = None,
    ) -> dict[int, Series]:
        """Several subjects at once: those of one device cost little more than one.

        Without a resolution, the one that suits the span: raw up to 36 h, five minutes up
        to 8 days, else hours, and coarser when the finer ones are no longer kept.
        """
        first, last = to_ms(start), to_ms(end)
        if first >= last:
            raise Invalid("the start must be before the end", field="start")
        unknown = set(columns or ()) - set(kind.shown)
        if unknown:
            raise Invalid(f"{kind.name} has no {', '.join(sorted(unknown))}", field="columns")
        ask = read.Ask(
            kind=kind,
            subjects=tuple(dict.fromkeys(subject_ids)),
            start=first,
            end=last,
            columns=tuple(columns or kind.shown),
            resolution=resolution
            or read.choose(first, last, now=to_ms(self._clock.now()), retention=self.retention),
        )
        return await self._threads.read(partial(read.series, ask=ask))

    async def latest(self, kind: Kind, subject_ids: Sequence[int] | None = None) -> LatestValues:
        """The newest word about each subject, or about those named."""
        return await self._threads.read(partial(read.latest, kind=kind, subjects=subject_ids))

    async def top(
        self, kind: Kind, column: str, n: int, *, fresh: timedelta = FRESH
    ) -> tuple[Top, ...]:
        """The subjects with the greatest newest rate (counters) or value, greatest first."""
        if column not in kind.shown:
            raise Invalid(f"{kind.name} has no {column}", field="column")
        since = to_ms(self._clock.now() - fresh)
        return await self._threads.read(
            partial(read.top, kind=kind, column=column, n=max(n, 0), since=since)
        )

    async def stats(self) -> Stats:
        """How large the store is. Counts rows: for a diagnostics page, not for a paint."""
        return await self._threads.read(upkeep.stats)

    async def wish(
        self,
        subject_kind: Kind,
        device_id: int,
        subject_ids: Sequence[int],
        until: datetime,
        by: str,
    ) -> None:
        """Ask any collector for these subjects once a second until then (an hour at most)."""
        await self._threads.write(
            partial(
                facts.wish,
                kind=subject_kind,
                device=device_id,
                subjects=tuple(subject_ids),
                until=to_ms(until),
                by=by,
                now=to_ms(self._clock.now()),
            )
        )

    async def wishes(self, now: datetime) -> tuple[Wish, ...]:
        """What somebody looks at now."""
        return await self._threads.read(partial(facts.wishes, now=to_ms(now)))

    async def pulse(self, name: str, at: datetime, health: Mapping[str, Any]) -> None:
        """A process says that it lives, and how it is (plain JSON, 64 KiB at most)."""
        await self._threads.write(
            partial(facts.pulse, name=name, at=to_ms(at), health=dict(health))
        )

    async def pulses(self) -> tuple[Pulse, ...]:
        """The last word of every process."""
        return await self._threads.read(facts.pulses)

    async def hint(self, device_ids: Sequence[int], at: datetime) -> None:
        """Ask whoever polls these devices to look at them now: one of them spoke unasked."""
        if device_ids:
            await self._threads.write(partial(facts.hint, devices=tuple(device_ids), at=to_ms(at)))

    async def hints(self, since: datetime) -> dict[int, datetime]:
        """Devices to look at: who spoke since then (included), and when last."""
        return await self._threads.read(partial(facts.hints, since=to_ms(since)))

    def _other_kinds(self, session: Session) -> dict[int, Kind]:
        """Kinds other processes declared since this one started."""
        stored = upkeep.stored_kinds(session)
        return {code: kind for code, kind in stored.items() if code not in self._kinds}


@asynccontextmanager
async def open_samples(
    url: str,
    *,
    clock: Clock,
    kinds: Sequence[Kind] = KINDS,
    retention: Retention | None = None,
) -> AsyncIterator[Samples]:
    """The store that belongs to the main store at `url`.

    Beside `sqlite:///…/noc.db` it is the file `noc.samples.db`; in PostgreSQL the tables
    `samples_*` of the same database. A damaged file is moved aside and `Samples.notices`
    says so.
    """
    target = database_url(url)
    notices: tuple[str, ...] = ()
    if target.drivername == "sqlite":
        path = samples_file(target.database)
        notices = await asyncio.to_thread(mend, path, now=clock.now())
        threads = Threads(lambda: SqliteSession(path))
    else:
        # Only who keeps a store in PostgreSQL waits for its driver.
        from noc_console.db.samples.postgres import PostgresSession

        threads = Threads(lambda: PostgresSession(target))
    try:
        known = await threads.write(partial(upkeep.set_up, kinds=kinds))
        yield Samples(
            threads, known, clock=clock, retention=retention or Retention(), notices=notices
        )
    finally:
        await threads.close()


def samples_file(main: str | None) -> Path:
    """Where the measurements of the main SQLite file are kept."""
    if not main or main == ":memory:":
        raise Broken("measurements need a file: use sqlite:///PATH")
    return Path(main).with_suffix(".samples.db")
