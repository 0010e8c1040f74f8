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

from noc_console.db.database import Database, journal, settled
from noc_console.db.notify import CHANNEL
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken
from noc_console.kernel.events import Event, EventBus, revive
from noc_console.kernel.heartbeat import beat

LOOK_EVERY_S = 0.15
BUNDLE = 2_000

SOON_S = 0.005
"""When an older transaction still holds entries back: the first look again."""

BEAT_S = 0.5
AWAY_S = 0.5
"""Between two looks while the server is away."""

_READER = Actor("tail", "*")
_HORIZON: ColumnElement[int] = literal_column(
    "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
)
_NEWS = (
    "SELECT txid, id, origin, event, facts, "
    "pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM journal "
    "WHERE (txid, id) > (%s, %s) ORDER BY txid, id LIMIT %s"
)
_PATIENCE: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
_PAST_ALL = (1 << 63) - 1
_log = structlog.get_logger("tail")


class Place(NamedTuple):
    """How far the journal is read. The transaction counts on PostgreSQL only."""

    txid: int
    id: int


Entries = tuple[tuple[Place, Event | None], ...]
"""Entries of the journal in order; those this process wrote itself without their event."""


class Tail:
    """Follows the journal and publishes what other processes wrote.

    What this process committed went to the bus at once; the journal's `origin` says
    which entries those are. Begun again after a failure, it goes on where it was.
    """

    def __init__(self, db: Database, bus: EventBus) -> None:
        self._db = db
        self._bus = bus
        self._seen: Place | None = None

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
                self._seen = Place(0, int(last or 0))
            else:
                self._seen = Place(int(await tx.scalar(select(_HORIZON))) - 1, _PAST_ALL)

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

    async def _next(self) -> Entries:
        mine, seen = self._db.origin, self._seen or Place(0, 0)

        def entry(row: Row[Any]) -> tuple[Place, Event | None]:
            event = None if row.origin == mine else revive(row.event, row.facts)
            return Place(row.txid or 0, row.id), event

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
        """A thread reads; what it found is published here, on the loop."""
        assert self._seen is not None
        loop = asyncio.get_running_loop()
        follower = Follower(self._db, self._seen, deliver=partial(_call, loop, self._take))
        follower.start()
        try:
            while follower.is_alive():
                beat()
                await asyncio.sleep(BEAT_S)
            raise Broken("the thread that follows the journal has ended")
        finally:
            follower.stop()

    def _take(self, entries: Entries) -> None:
        self._seen = entries[-1][0]
        self._bus.publish(tuple(event for _, event in entries if event is not None))


class Follower:
    """A thread with a PostgreSQL connection: waits for NOTIFY, reads the news, hands them over.

    It reads by itself, because a round through a lane and the loop costs five times the
    query. A notification says *look*; the regular look catches what was lost, and what an
    older transaction held back is looked for again at once. A server that is away for a
    while costs time, but no event.
    """

    def __init__(self, db: Database, seen: Place, *, deliver: Callable[[Entries], None]) -> None:
        self._url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._mine = db.origin
        self._seen = seen
        self._deliver = deliver
        self._stopping = threading.Event()
        self._is_away = False
        self._thread = threading.Thread(target=self._run, name="follow", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ends it within a moment; nothing is delivered any more."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._follow()
            except psycopg.Error as error:
                if not self._is_away:
                    _log.warning("the store does not answer", because=type(error).__name__)
                self._is_away = True
                self._stopping.wait(AWAY_S)

    def _follow(self) -> None:
        with psycopg.connect(self._url, autocommit=True, **_PATIENCE) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            wait = LOOK_EVERY_S
            while not self._stopping.is_set():
                count, is_held_back = self._read(connection)
                self._is_away = False
                if count == BUNDLE:
                    continue
                wait = min(wait * 2, LOOK_EVERY_S) if is_held_back else LOOK_EVERY_S
                if is_held_back and count:
                    wait = SOON_S
                for _ in connection.notifies(timeout=wait, stop_after=1):
                    wait = SOON_S

    def _read(self, connection: psycopg.Connection[Any]) -> tuple[int, bool]:
        """How many entries came, and whether more wait for an older transaction to end."""
        rows = connection.execute(_NEWS, (*self._seen, BUNDLE), prepare=True).fetchall()
        settled_rows = [row for row in rows if row[0] < row[5]]
        if settled_rows and not self._stopping.is_set():
            entries = tuple(self._entry(*row[:5]) for row in settled_rows)
            self._seen = entries[-1][0]
            self._deliver(entries)
        return len(settled_rows), len(settled_rows) < len(rows)

    def _entry(
        self, txid: int, number: int, origin: str, event: str, facts: dict[str, Any]
    ) -> tuple[Place, Event | None]:
        return Place(txid, number), None if origin == self._mine else revive(event, facts)


def _changed(connection: Connection) -> bool:
    """Whether anyone committed since this connection last asked (SQLite)."""
    version = connection.exec_driver_sql("PRAGMA data_version").scalar()
    before = connection.info.get("data_version")
    connection.info["data_version"] = version
    return bool(version != before)


def _call(
    loop: asyncio.AbstractEventLoop, take: Callable[[Entries], None], entries: Entries
) -> None:
    try:
        loop.call_soon_threadsafe(take, entries)
    except RuntimeError:
        pass  # the loop closed meanwhile: nobody is there to hear
