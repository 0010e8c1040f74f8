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
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple, TypeVar

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
from noc_console.db.notify import CHANNEL, unpacked
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken
from noc_console.kernel.events import Event, EventBus, revive
from noc_console.kernel.heartbeat import beat

LOOK_EVERY_S = 0.15
"""On SQLite, where nobody says anything."""
CHECK_EVERY_S = 0.5
"""On PostgreSQL: for a writer that died between its commit and saying so."""
BUNDLE = 2_000

SOON_S = 0.005
"""When an older transaction still holds entries back: the first look again."""

BEAT_S = 0.5
MOST_EARLY = 10_000
"""Entries that may be known from notifications before the journal confirms them."""

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
T = TypeVar("T")
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
        self._early: set[int] = set()

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
        follower = Follower(
            self._db,
            self._seen,
            early=self._early,
            deliver=partial(_call, loop, self._bus.publish),
            advance=partial(_call, loop, self._advance),
        )
        follower.start()
        try:
            while follower.is_alive():
                beat()
                await asyncio.sleep(BEAT_S)
            raise Broken("the thread that follows the journal has ended")
        finally:
            follower.stop()

    def _advance(self, seen: Place) -> None:
        self._seen = seen


class Follower:
    """A thread with a PostgreSQL connection: hears notifications, reads the news, hands them over.

    It reads by itself, because a round through a lane and the loop costs five times the
    query. A notification brings what was recorded, as long as that is little; what it brings
    is handed over at once and passed over when the journal is read. That happens twice
    a second whatever was heard: it finds what was lost, too much to be brought, or held
    back by an older transaction. A server that is away for a while costs time, but no event.
    """

    def __init__(
        self,
        db: Database,
        seen: Place,
        *,
        early: set[int],
        deliver: Callable[[tuple[Event, ...]], None],
        advance: Callable[[Place], None],
    ) -> None:
        self._url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._mine = db.origin
        self._seen = seen
        self._early = early
        self._deliver = deliver
        self._advance = advance
        self._wait_s = CHECK_EVERY_S
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
            look_at = 0.0
            while not self._stopping.is_set():
                if time.monotonic() >= look_at:
                    wait = self._look(connection)
                    self._is_away = False
                    look_at = time.monotonic() + wait
                left = max(0.0, look_at - time.monotonic())
                for note in connection.notifies(timeout=left, stop_after=1):
                    if not self._hear(note.payload):
                        look_at = 0.0

    def _hear(self, payload: str) -> bool:
        """Hand over what a notification brought; False when it brought nothing to go by."""
        said = unpacked(payload)
        if not said or len(self._early) > MOST_EARLY:
            return False
        # What the journal told already may be said once more, late.
        fresh = [
            one
            for one in said
            if Place(one.txid, one.id) > self._seen and one.id not in self._early
        ]
        self._early.update(one.id for one in fresh)
        self._hand_over((one.origin, one.event, one.facts) for one in fresh)
        return True

    def _hand_over(self, entries: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
        """Deliver what others wrote, of the kinds this version knows."""
        revived = (revive(event, facts) for origin, event, facts in entries if origin != self._mine)
        news = tuple(event for event in revived if event is not None)
        if news and not self._stopping.is_set():
            self._deliver(news)

    def _look(self, connection: psycopg.Connection[Any]) -> float:
        """Read the journal; how long the next look can wait, unless somebody says something."""
        rows = connection.execute(_NEWS, (*self._seen, BUNDLE), prepare=True).fetchall()
        settled_rows = [row for row in rows if row[0] < row[5]]
        if settled_rows and not self._stopping.is_set():
            fresh = [row[2:5] for row in settled_rows if row[1] not in self._early]
            self._early.difference_update(row[1] for row in settled_rows)
            self._seen = Place(*settled_rows[-1][:2])
            self._advance(self._seen)
            self._hand_over(fresh)
        if len(settled_rows) == BUNDLE:
            return 0.0
        if len(settled_rows) == len(rows):
            self._wait_s = CHECK_EVERY_S
        else:  # held back by an older transaction: again soon, then less often
            self._wait_s = SOON_S if settled_rows else min(2 * self._wait_s, CHECK_EVERY_S)
        return self._wait_s


def _changed(connection: Connection) -> bool:
    """Whether anyone committed since this connection last asked (SQLite)."""
    version = connection.exec_driver_sql("PRAGMA data_version").scalar()
    before = connection.info.get("data_version")
    connection.info["data_version"] = version
    return bool(version != before)


def _call(loop: asyncio.AbstractEventLoop, take: Callable[[T], None], given: T) -> None:
    try:
        loop.call_soon_threadsafe(take, given)
    except RuntimeError:
        pass  # the loop closed meanwhile: nobody is there to hear
