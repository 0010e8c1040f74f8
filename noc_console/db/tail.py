"""Events other processes committed → this process's bus.

The journal is the outbox; what wakes us only says *look*: `PRAGMA data_version` on SQLite,
LISTEN on PostgreSQL. How far to read is another question: on PostgreSQL ids do not follow
commit order, so a reader goes by transactions, and stops below the oldest one still running
(a cursor over bare ids missed 1,522 of 2,787 concurrent rows when it was measured; one over
ids that stops there still missed those of a younger transaction with a lower id).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import psycopg
import structlog
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.exc import InterfaceError, OperationalError

from noc_console.db.database import Database, journal, settled
from noc_console.db.notify import CHANNEL
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import Event, EventBus, revive
from noc_console.kernel.heartbeat import beat

LOOK_EVERY_S = 0.15
BUNDLE = 2_000

AWAY_S = 0.5
"""Between two looks while the server is away."""

_READER = Actor("tail", "*")
_HORIZON: ColumnElement[int] = literal_column(
    "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
)
_PAST_ALL = (1 << 63) - 1
_log = structlog.get_logger("tail")


class _Place(NamedTuple):
    """How far the journal is read. The transaction counts on PostgreSQL only."""

    txid: int
    id: int


class Tail:
    """Follows the journal and publishes what other processes wrote.

    What this process committed went to the bus at once; the journal's `origin` says
    which entries those are. Begun again after a failure, it goes on where it was.
    """

    def __init__(self, db: Database, bus: EventBus) -> None:
        self._db = db
        self._bus = bus
        self._seen: _Place | None = None
        self._is_away = False

    async def run(self) -> None:
        """Follow until cancelled; begins with what is written from now on."""
        if self._seen is None:
            await self.start()
        if self._db.is_sqlite:
            await self._follow_sqlite()
        else:
            await self._follow_postgres()

    async def start(self) -> None:
        """Remember where the journal ends now."""
        async with self._db.read(_READER) as tx:
            if self._db.is_sqlite:
                last = await tx.scalar(select(func.max(journal.c.id)))
                self._seen = _Place(0, int(last or 0))
            else:
                self._seen = _Place(int(await tx.scalar(select(_HORIZON))) - 1, _PAST_ALL)

    async def look(self) -> int:
        """Publish what others wrote since the last look; return how many entries came."""
        total, more = 0, True
        while more:
            entries = await self._next()
            if entries:
                self._seen = entries[-1][0]
            news = tuple(event for _, event in entries if event is not None)
            self._bus.publish(news)
            total += len(news)
            more = len(entries) == BUNDLE
        return total

    async def _next(self) -> tuple[tuple[_Place, Event | None], ...]:
        mine, seen = self._db.origin, self._seen or _Place(0, 0)

        def entry(row: Row[Any]) -> tuple[_Place, Event | None]:
            event = None if row.origin == mine else revive(row.event, row.facts)
            return _Place(row.txid or 0, row.id), event

        columns = (journal.c.txid, journal.c.id)
        if self._db.is_sqlite:
            news = select(*columns, journal.c.origin, journal.c.event, journal.c.facts)
            news = news.where(journal.c.id > seen.id).order_by(journal.c.id)
        else:
            news = select(*columns, journal.c.origin, journal.c.event, journal.c.facts)
            news = news.where(
                tuple_(*columns) > tuple_(literal(seen.txid), literal(seen.id)),
                *settled(self._db.engine),
            ).order_by(*columns)
        async with self._db.read(_READER) as tx:
            return await tx.rows(news.limit(BUNDLE), entry)

    async def _follow_sqlite(self) -> None:
        while True:
            beat()
            async with self._db.read(_READER) as tx:
                changed = await tx.work(_changed, writes=False)
            if changed:
                await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def _follow_postgres(self) -> None:
        """A notification wakes us; the regular look catches what was throttled or lost."""
        woken = asyncio.Event()
        loop = asyncio.get_running_loop()
        listener = Listener(self._db, wake=partial(_wake, loop, woken))
        listener.start()
        try:
            while True:
                beat()
                try:
                    await asyncio.wait_for(woken.wait(), timeout=LOOK_EVERY_S)
                except TimeoutError:
                    pass
                woken.clear()
                await self._look_if_possible()
        finally:
            listener.stop()

    async def _look_if_possible(self) -> None:
        """A server that is away for a while costs time, but no event."""
        try:
            await self.look()
        except (OperationalError, InterfaceError) as error:
            if not self._is_away:
                _log.warning("the store does not answer", because=type(error.orig).__name__)
            self._is_away = True
            await asyncio.sleep(AWAY_S)
        else:
            self._is_away = False


class Listener:
    """A thread with a PostgreSQL connection that waits for NOTIFY and calls `wake`.

    A lost connection is opened again: until then the regular look has to do.
    """

    def __init__(self, db: Database, *, wake: Callable[[], None]) -> None:
        self._url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._wake = wake
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="listen", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                self._hear()
            except psycopg.Error:
                self._stopping.wait(1.0)

    def _hear(self) -> None:
        with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._call()
            while not self._stopping.is_set():
                for _ in connection.notifies(timeout=0.5, stop_after=1):
                    self._call()

    def _call(self) -> None:
        if not self._stopping.is_set():
            try:
                self._wake()
            except RuntimeError:  # the loop closed between the check and the call
                self._stopping.set()


def _changed(connection: Connection) -> bool:
    """Whether anyone committed since this connection last asked (SQLite)."""
    version = connection.exec_driver_sql("PRAGMA data_version").scalar()
    before = connection.info.get("data_version")
    connection.info["data_version"] = version
    return bool(version != before)


def _wake(loop: asyncio.AbstractEventLoop, woken: asyncio.Event) -> None:
    loop.call_soon_threadsafe(woken.set)
