"""The store of measurements: append-only, without a journal, in its own threads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from noc_console.db.database import database_url
from noc_console.db.samples import facts, read, upkeep
from noc_console.db.samples.engine_url import read_url
from noc_console.db.samples.kinds import KINDS, Kind
from noc_console.db.samples.matrix import Matrix
from noc_console.db.samples.moment import Instant
from noc_console.db.samples.port import Past
from noc_console.db.samples.retention import Resolution, Retention
from noc_console.db.samples.sqlite import SqliteSession, mend
from noc_console.db.samples.tables import Tables
from noc_console.db.samples.threads import Threads
from noc_console.db.samples.values import (
    Ask,
    Compacted,
    Delivery,
    LatestValues,
    Poll,
    Pruned,
    Pulse,
    Series,
    Stats,
    Top,
    Wish,
    to_ms,
)
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Broken, Invalid
from noc_console.kernel.secret import Secret

FRESH = timedelta(minutes=15)
"""How recent a subject's newest word must be to have a place in a top-N."""

KEPT_S = 60.0
"""How long another process's decision about retention may go unnoticed here."""


class Samples:
    """Measurements in and out. Every method waits for a thread, never for a disk.

    Raises Unreachable when the database does not answer, Broken when the store is
    damaged or full. Made by `open_samples`.
    """

    def __init__(
        self,
        threads: Threads,
        past: Past,
        kinds: dict[int, Kind],
        *,
        clock: Clock,
        notices: tuple[str, ...] = (),
    ) -> None:
        self.notices = notices
        """What the operator should know about how the store was opened."""
        self._threads = threads
        self._past = past
        self._kinds = kinds
        self._clock = clock
        self._kept: tuple[float, dict[int, Retention]] | None = None

    @property
    def delivery(self) -> Delivery:
        """How sending to an engine elsewhere goes, for health and metrics."""
        return self._past.delivery

    async def append(self, batch: Sequence[Poll]) -> None:
        """Take polls. In our own tables: written in one commit, and safe once this returns.

        A poll written twice counts once. Raises Invalid for rows that do not fit their kind.
        """
        await self._past.append(batch)

    async def compact(self, now: datetime) -> Compacted:
        """Turn the polls of past hours into blocks and roll-ups; to be called once an hour.

        Does what it can and returns when another process is at it. Appends come between
        its transactions. Stopped at any point, it goes on where it was next time.
        """
        return await self._past.compact(now)

    async def prune(self, now: datetime) -> Pruned:
        """Forget what has outlived its retention."""
        return await self._past.prune(now)

    async def retention(self, kind: Kind) -> Retention:
        """How long this kind is kept: as operators decided, or as it was declared."""
        now = time.monotonic()
        if self._kept is None or now - self._kept[0] > KEPT_S:
            kept = await self._threads.read(partial(upkeep.retentions, kinds=self._kinds))
            self._kept = now, kept
        return self._kept[1].get(kind.code, kind.retention)

    async def keep(self, kind: Kind, retention: Retention) -> None:
        """Decide how long this kind is kept, for every process. Raises Invalid."""
        await self._threads.write(partial(upkeep.keep, kind=kind, retention=retention))
        self._kept = None

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
        if resolution is None:
            now, kept = to_ms(self._clock.now()), await self.retention(kind)
            resolution = read.choose(first, last, now=now, retention=kept)
        ask = Ask(
            kind=kind,
            subjects=tuple(dict.fromkeys(subject_ids)),
            start=first,
            end=last,
            columns=tuple(columns or kind.shown),
            resolution=resolution,
        )
        return await self._past.series(ask)

    async def matrix(
        self,
        kind: Kind,
        subject_ids: Sequence[int],
        start: datetime,
        end: datetime,
        *,
        columns: Sequence[str],
        resolution: Resolution | None = None,
    ) -> Matrix:
        """Many subjects over one span, in slots of five minutes or an hour.

        Without a resolution, five minutes up to 8 days, else hours. Of more than 400 subjects
        what came since the last compaction (an hour or two) may be missing.
        """
        first, last = to_ms(start), to_ms(end)
        if first >= last:
            raise Invalid("the start must be before the end", field="start")
        unknown = set(columns) - set(kind.shown)
        if unknown or not columns:
            raise Invalid(f"{kind.name} has no {', '.join(sorted(unknown))}", field="columns")
        if resolution is None:
            now, kept = to_ms(self._clock.now()), await self.retention(kind)
            resolution = read.choose(first, last, now=now, retention=kept)
        if resolution is Resolution.RAW:
            resolution = Resolution.FIVE_MINUTES
        subjects = tuple(dict.fromkeys(subject_ids))
        return await self._past.matrix(Ask(kind, subjects, first, last, tuple(columns), resolution))

    async def moment(
        self, kind: Kind, subject_ids: Sequence[int], at: datetime, *, back: timedelta
    ) -> Instant:
        """What polls not yet rolled up say of many subjects at a moment of the last hour or two.

        None older than `back` before it counts. Of earlier moments `matrix` tells.
        """
        ids = tuple(dict.fromkeys(subject_ids))
        back_ms = round(back.total_seconds() * 1000)
        return await self._past.moment(kind, ids, at=to_ms(at), back_ms=back_ms)

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
        return await self._past.stats()

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

    async def spend(self, who: str, totals: Mapping[str, int], at: datetime) -> None:
        """Tell the others how many requests this process has sent to each peer by now."""
        if totals:
            await self._threads.write(
                partial(facts.spend, who=who, totals=dict(totals), at=to_ms(at))
            )

    async def spent(self, since: datetime, *, but: str) -> dict[tuple[str, str], int]:
        """Requests the others have sent, by peer and process, as running totals."""
        return await self._threads.read(partial(facts.spent, since=to_ms(since), but=but))


@asynccontextmanager
async def open_samples(
    url: str,
    *,
    clock: Clock,
    kinds: Sequence[Kind] = KINDS,
    engine: str = "",
    token: Secret | None = None,
) -> AsyncIterator[Samples]:
    """The store that belongs to the main store at `url`.

    Beside `sqlite:///…/noc.db` it is the file `noc.samples.db`; in PostgreSQL the tables
    `samples_*` of the same database. A damaged file is moved aside and `Samples.notices`
    says so. `engine` is where the past is kept instead, such as
    `victoriametrics+http://host:8428` (see `engine_url`); `token` opens it.
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
        past: Past = Tables(threads, known)
        if engine:
            # Only who keeps measurements elsewhere waits for an HTTP client.
            from noc_console.db.samples.fleet import Fleet

            past = Fleet(threads, known, engine=read_url(engine, token))
        try:
            yield Samples(threads, past, known, clock=clock, notices=notices)
        finally:
            await past.close()
    finally:
        await threads.close()


def samples_file(main: str | None) -> Path:
    """Where the measurements of the main SQLite file are kept."""
    if not main or main == ":memory:":
        raise Broken("measurements need a file: use sqlite:///PATH")
    return Path(main).with_suffix(".samples.db")
