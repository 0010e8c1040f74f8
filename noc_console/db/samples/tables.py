"""The past in our own tables, on SQLite or PostgreSQL: polls, then blocks and roll-ups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from noc_console.db.samples import layout, matrix, moment, read, upkeep
from noc_console.db.samples.append import Appender
from noc_console.db.samples.compact import Compactor, due
from noc_console.db.samples.kinds import Kind
from noc_console.db.samples.matrix import Matrix
from noc_console.db.samples.moment import Instant
from noc_console.db.samples.session import Session
from noc_console.db.samples.threads import Threads
from noc_console.db.samples.values import (
    Ask,
    Compacted,
    Delivery,
    Poll,
    Pruned,
    Series,
    Stats,
    to_ms,
)


class Tables:
    """See `Past`. Once `append` returns, a restart loses nothing of the batch."""

    def __init__(self, threads: Threads, kinds: dict[int, Kind]) -> None:
        self._threads = threads
        self._kinds = kinds
        self._appender = Appender(kinds)
        self._compactor = Compactor(kinds)

    @property
    def delivery(self) -> Delivery:
        return Delivery()

    async def append(self, batch: Sequence[Poll]) -> None:
        """Write polls in one commit. A poll written twice counts once."""
        await self._threads.write(partial(self._appender.append, batch=batch))

    async def series(self, ask: Ask) -> dict[int, Series]:
        """From blocks or roll-ups, and the polls not yet in them."""
        return await self._threads.read(partial(read.series, ask=ask))

    async def matrix(self, ask: Ask) -> Matrix:
        """A few, as many as stand on a screen, with what no compaction has seen yet."""
        if len(ask.subjects) <= layout.IN_LIST:
            return matrix.of_series(ask, await self.series(ask))
        return await self._threads.read(partial(matrix.stored, ask=ask))

    async def moment(
        self, kind: Kind, subjects: Sequence[int], *, at: int, back_ms: int
    ) -> Instant:
        """From the last two polls of each device up to `at`."""
        return await self._threads.read(
            partial(moment.polled, kind=kind, subjects=subjects, at=at, back_ms=back_ms)
        )

    async def compact(self, now: datetime) -> Compacted:
        """Turn the polls of past hours into blocks; returns when another process is at it."""
        self._kinds.update(await self._threads.read(self._other_kinds))
        done = Compacted()
        for step in await self._threads.read(partial(due, now_ms=to_ms(now))):
            more = await self._threads.write(partial(self._compactor.step, step=step))
            if more is None:
                break
            done += more
        return done

    async def prune(self, now: datetime) -> Pruned:
        """A few thousand rows a transaction; appends come between them."""
        at, gone = to_ms(now), Pruned()
        kept = await self._threads.read(partial(upkeep.retentions, kinds=self._kinds))
        jobs = [
            partial(upkeep.prune, some=some, now=at, kept=kept)
            for some in layout.chunks(await self._threads.read(upkeep.subjects), upkeep.SUBJECTS)
        ]
        for job in (*jobs, partial(upkeep.prune_rest, now=at, kept=kept)):
            while True:
                more = await self._threads.write(job)
                gone += more
                if max(more.blocks, more.rollups, more.polls) < upkeep.ROWS:
                    break
        return gone

    async def stats(self) -> Stats:
        return await self._threads.read(upkeep.stats)

    async def close(self) -> None:
        """The threads are the store's."""

    def _other_kinds(self, session: Session) -> dict[int, Kind]:
        """Kinds other processes declared since this one started."""
        stored = upkeep.stored_kinds(session)
        return {code: kind for code, kind in stored.items() if code not in self._kinds}
