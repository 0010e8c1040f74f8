"""Reads and writes blocks of flows in threads of its own; the event loop only waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from noc_console.db.database import database_url
from noc_console.db.flows.layout import (
    BLOCK,
    EXPORTER,
    SPANS,
    TABLES,
    WORD,
    Block,
    ExporterWord,
    Place,
    word_id,
)
from noc_console.db.samples.layout import chunks, marks
from noc_console.db.samples.session import Session
from noc_console.db.samples.sqlite import SqliteSession, mend
from noc_console.db.samples.threads import Threads
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Broken

KEPT_S = {60: 6 * 3_600, 300: 48 * 3_600, 3_600: 90 * 86_400}
"""How long blocks of each span stay."""
MOST_EXPORTERS = 20_000


class FlowStore:
    """Blocks of flows in and out.

    Raises Unreachable when the database does not answer, Broken when it is damaged or full.
    """

    def __init__(self, threads: Threads, *, notices: tuple[str, ...] = ()) -> None:
        self.notices = notices
        """What the operator should know about how the store was opened."""
        self._threads = threads
        self._words: dict[int, str] = {}

    async def append(self, blocks: Sequence[Block], words: Collection[str] = ()) -> None:
        """Keep blocks and the texts they speak of in one commit. One that is there stays."""
        new = [(word_id(word), word) for word in words if word and word_id(word) not in self._words]

        def write(session: Session) -> None:
            with session.transaction():
                if new:
                    session.put(WORD, sorted(set(new)))
                session.put(BLOCK, [(*_key(block.place), block.data) for block in blocks])

        await self._threads.write(write)
        self._words.update(new)

    async def places(self, cube: int, start: int, end: int) -> tuple[Place, ...]:
        """Which blocks of a cube touch a stretch of time, in order."""
        return await self._threads.read(partial(_places, cube=cube, start=start, end=end))

    async def blocks(self, places: Sequence[Place]) -> tuple[Block, ...]:
        """Those blocks; what is gone in the meantime is left out."""
        return await self._threads.read(partial(_blocks, places=places))

    async def closed(self, span: int, before: int) -> tuple[Place, ...]:
        """Blocks of a span whose roll-up into the next is due and not there yet."""
        coarser = SPANS[SPANS.index(span) + 1]
        return await self._threads.read(partial(_closed, span=span, coarser=coarser, end=before))

    async def words(self, ids: Iterable[int]) -> dict[int, str]:
        """The texts behind numbers."""
        missing = [one for one in dict.fromkeys(ids) if one and one not in self._words]
        if missing:
            self._words.update(await self._threads.read(partial(_words, ids=missing)))
        return self._words

    async def say(self, exporters: Sequence[ExporterWord]) -> None:
        """The newest word on exporters; those not heard of for longest make room."""
        rows = [(e.address, e.collector, e.at, e.facts) for e in exporters]

        def write(session: Session) -> None:
            with session.transaction():
                session.put(EXPORTER, rows)
                session.run(
                    "DELETE FROM flows_exporter WHERE at < (SELECT coalesce(min(at), 0) FROM "
                    "(SELECT at FROM flows_exporter ORDER BY at DESC LIMIT ?) newest)",
                    (MOST_EXPORTERS,),
                )

        if rows:
            await self._threads.write(write)

    async def exporters(self) -> tuple[ExporterWord, ...]:
        """The last word on every exporter."""

        def read(session: Session) -> tuple[ExporterWord, ...]:
            asked = "SELECT address, collector, at, facts FROM flows_exporter ORDER BY address"
            return tuple(ExporterWord(*row) for row in session.rows(asked))

        return await self._threads.read(read)

    async def forget_exporter(self, address: str) -> int:
        """Leave no word on an exporter, until it is heard again; how many words that were."""
        return await self._threads.write(
            lambda session: session.run("DELETE FROM flows_exporter WHERE address = ?", (address,))
        )

    async def prune(self, now: int) -> int:
        """Forget blocks that have outlived their span's time; how many there were."""

        def write(session: Session) -> int:
            gone = 0
            with session.transaction():
                for span, kept in KEPT_S.items():
                    gone += session.run(
                        "DELETE FROM flows_block WHERE span = ? AND at < ?", (span, now - kept)
                    )
            return gone

        return await self._threads.write(write)

    async def size(self) -> int:
        """Bytes the store takes."""
        return await self._threads.read(lambda session: session.size())


def _key(place: Place) -> tuple[int, ...]:
    return place.cube, place.span, place.at, place.source, place.part


def _places(session: Session, cube: int, start: int, end: int) -> tuple[Place, ...]:
    found: list[Place] = []
    for span in SPANS:
        rows = session.rows(
            "SELECT cube, span, at, source, part FROM flows_block "
            "WHERE cube = ? AND span = ? AND at > ? AND at < ?",
            (cube, span, start - span, end),
        )
        found.extend(Place(*row) for row in rows)
    return tuple(sorted(found))


def _blocks(session: Session, places: Sequence[Place]) -> tuple[Block, ...]:
    found: list[Block] = []
    grouped: dict[tuple[int, int], list[Place]] = {}
    for place in places:
        grouped.setdefault((place.cube, place.span), []).append(place)
    for (cube, span), wanted in grouped.items():
        asked = set(wanted)
        for some in chunks(sorted({place.at for place in wanted})):
            rows = session.rows(
                "SELECT at, source, part, data FROM flows_block "  # noqa: S608
                f"WHERE cube = ? AND span = ? AND at IN ({marks(some)})",
                (cube, span, *some),
            )
            for at, source, part, data in rows:
                place = Place(cube, span, at, source, part)
                if place in asked:
                    found.append(Block(place, bytes(data)))
    return tuple(found)


def _closed(session: Session, span: int, coarser: int, end: int) -> tuple[Place, ...]:
    rows = session.rows(
        "SELECT b.cube, b.span, b.at, b.source, b.part FROM flows_block b "
        "WHERE b.span = ? AND b.at < ? AND NOT EXISTS (SELECT 1 FROM flows_block c "
        "WHERE c.cube = b.cube AND c.span = ? AND c.at = b.at / ? * ? "
        "AND c.source = b.source)",
        (span, end, coarser, coarser, coarser),
    )
    return tuple(sorted(Place(*row) for row in rows))


def _words(session: Session, ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in chunks(ids):
        rows = session.rows(
            f"SELECT id, word FROM flows_word WHERE id IN ({marks(some)})",  # noqa: S608
            tuple(some),
        )
        found.update(dict(rows))
    return found


@asynccontextmanager
async def open_flows(url: str, *, clock: Clock) -> AsyncIterator[FlowStore]:
    """The flows that belong to the main store at `url`.

    Beside `sqlite:///…/noc.db` they are the file `noc.flows.db`; in PostgreSQL the tables
    `flows_*` of the same database. A damaged file is moved aside and `notices` says so.
    """
    target = database_url(url)
    notices: tuple[str, ...] = ()
    connect: Callable[[], Session]
    if target.drivername == "sqlite":
        path = flows_file(target.database)
        notices = await asyncio.to_thread(mend, path, now=clock.now(), what="flows")
        connect = partial(SqliteSession, path, tables=TABLES, what="flows")
    else:
        # Only who keeps a store in PostgreSQL waits for its driver.
        from noc_console.db.samples.postgres import PostgresSession

        connect = partial(PostgresSession, target, tables=TABLES)
    threads = Threads(connect)
    try:
        await threads.write(lambda session: session.create())
        yield FlowStore(threads, notices=notices)
    finally:
        await threads.close()


def flows_file(main: str | None) -> Path:
    """Where the flows of the main SQLite file are kept."""
    if not main or main == ":memory:":
        raise Broken("flows need a file: use sqlite:///PATH")
    return Path(main).with_suffix(".flows.db")
