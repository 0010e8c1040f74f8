"""The store of lines: append-only, without a journal, in its own threads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from noc_console.db.database import database_url
from noc_console.db.lines import chunk as chunks
from noc_console.db.lines import head, layout
from noc_console.db.lines.search import search
from noc_console.db.lines.values import Found, Keeping, Line, Search
from noc_console.db.lines.words import Words
from noc_console.db.samples.session import Session
from noc_console.db.samples.sqlite import SqliteSession, mend
from noc_console.db.samples.threads import Threads
from noc_console.db.samples.values import to_ms
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Broken

ROUND_TRIP = 10_000
"""Lines written in one transaction."""


@dataclass(frozen=True, slots=True)
class LinesKept:
    """How large the store is."""

    lines: int
    chunks: int
    size: int
    """Bytes of the chunks."""
    oldest: int | None
    """UTC epoch milliseconds."""


class Lines:
    """Lines in and out. Every method waits for a thread, never for a disk.

    Raises Unreachable when the database does not answer, Broken when the store is
    damaged or full. Made by `open_lines`.
    """

    def __init__(
        self,
        threads: Threads,
        *,
        find: str,
        keeping: Keeping,
        chunk_size: int = chunks.SIZE,
        notices: tuple[str, ...] = (),
    ) -> None:
        self.notices = notices
        """What the operator should know about how the store was opened."""
        self.keeping = keeping
        self._threads = threads
        self._find = find
        self._chunk_size = chunk_size
        self._words = Words()

    async def append(self, lines: Sequence[Line]) -> None:
        """Write lines; once it returns, a restart loses none of them."""
        for at in range(0, len(lines), ROUND_TRIP):
            some = lines[at : at + ROUND_TRIP]
            await self._threads.write(partial(head.append, lines=some, split=self._words))

    async def pack(self) -> int:
        """Make chunks of what fills one; how many. Call it again and again.

        The work is done beside the writing of new lines, and only put in place between them.
        """
        done = 0
        while made := await self._threads.read(partial(_build, size=self._chunk_size)):
            if not await self._threads.write(partial(_replace_head, made=made)):
                break  # another process was quicker
            done += 1
        return done

    async def search(self, ask: Search) -> Found:
        """A page of lines, newest first."""
        return await self._threads.read(partial(search, ask=ask, find=self._find))

    async def newest(self) -> int:
        """The id of the newest line, 0 before the first: changes when there is something new."""
        [(after,)] = await self._threads.read(
            lambda session: session.rows("SELECT value FROM lines_mark WHERE name = 'next'")
        )
        return int(after) - 1

    async def kept(self) -> LinesKept:
        """How large the store is."""
        return await self._threads.read(_kept)

    async def prune(self, now: datetime) -> int:
        """Forget what is too old or too much; how many lines that were."""
        before = to_ms(now - self.keeping.age)
        gone = await self._threads.write(lambda session: _forget_head(session, before))
        for number in await self._threads.read(
            lambda session: _outlived(session, before, self.keeping.size)
        ):
            gone += await self._threads.write(partial(_forget, number=number))
        return gone


def _build(session: Session, *, size: int) -> chunks.Chunk | None:
    """A chunk of the oldest lines of the head, when there are enough."""
    [(waiting,)] = session.rows("SELECT coalesce(max(id) - min(id) + 1, 0) FROM lines_head")
    if waiting < size:
        return None
    lines, words = head.oldest(session, size)
    return chunks.build(lines, words) if len(lines) == size else None


def _replace_head(session: Session, *, made: chunks.Chunk) -> bool:
    """Put the chunk where its lines were; False when they are no longer there."""
    with session.transaction():
        if not session.alone("pack lines"):
            return False
        [(first,)] = session.rows("SELECT min(id) FROM lines_head")
        if first != made.first:
            return False
        put(session, made)
        session.run("DELETE FROM lines_head WHERE id < ?", (made.first + made.count,))
    return True


def put(session: Session, made: chunks.Chunk) -> None:
    """Write a chunk. Within the caller's transaction."""
    [(number,)] = session.rows("SELECT coalesce(max(id), 0) + 1 FROM lines_chunk")
    session.put(
        layout.CHUNK,
        [
            (
                number,
                made.first,
                made.count,
                made.oldest,
                made.newest,
                made.size,
                made.tenants,
                made.columns,
            )
        ],
    )
    session.put(layout.PART, [(number, n, part) for n, part in enumerate(made.parts)])
    session.put(layout.INDEX, [(number, first, block) for first, block in made.index])


def _forget_head(session: Session, before: int) -> int:
    """Forget old lines up to the first that is not: the ids of the rest follow one another."""
    with session.transaction():
        [(kept,)] = session.rows("SELECT min(id) FROM lines_head WHERE at >= ?", (before,))
        if kept is None:
            return session.run("DELETE FROM lines_head")
        return session.run("DELETE FROM lines_head WHERE id < ?", (kept,))


def _outlived(session: Session, before: int, size: int) -> list[int]:
    """Chunks whose newest line is too old, and the oldest of those that take too much room."""
    found: list[int] = []
    taken = 0
    for number, newest, bytes_ in session.rows(
        "SELECT id, newest, size FROM lines_chunk ORDER BY id DESC"
    ):
        taken += bytes_
        if newest < before or taken > size:
            found.append(number)
    return found


def _forget(session: Session, *, number: int) -> int:
    with session.transaction():
        rows = session.rows("SELECT count FROM lines_chunk WHERE id = ?", (number,))
        for table, key in (
            ("lines_part", "chunk"),
            ("lines_index", "chunk"),
            ("lines_chunk", "id"),
        ):
            session.run(f"DELETE FROM {table} WHERE {key} = ?", (number,))  # noqa: S608
    return int(rows[0][0]) if rows else 0


def _kept(session: Session) -> LinesKept:
    [(lines, count, size, oldest)] = session.rows(
        "SELECT coalesce(sum(count), 0), count(*), coalesce(sum(size), 0), min(oldest) "
        "FROM lines_chunk"
    )
    [(waiting, first)] = session.rows("SELECT count(*), min(at) FROM lines_head")
    oldest = first if oldest is None else oldest
    return LinesKept(
        int(lines) + int(waiting), int(count), int(size), None if oldest is None else int(oldest)
    )


def _set_up(session: Session) -> None:
    """Make the tables. Raises Broken when a newer program wrote the store."""
    if not all(session.has(table) for table in layout.TABLES):
        session.create()
    session.run(
        "INSERT INTO lines_mark (name, value) VALUES ('schema', ?), ('next', 1) "
        "ON CONFLICT (name) DO NOTHING",
        (layout.SCHEMA,),
    )
    [(known,)] = session.rows("SELECT value FROM lines_mark WHERE name = 'schema'")
    if known > layout.SCHEMA:
        raise Broken(
            f"the log lines have layout {known}, this program knows {layout.SCHEMA}: "
            "a newer version wrote them; update this one"
        )


@asynccontextmanager
async def open_lines(
    url: str, *, clock: Clock, keeping: Keeping | None = None, chunk_size: int = chunks.SIZE
) -> AsyncIterator[Lines]:
    """The lines that belong to the main store at `url`.

    Beside `sqlite:///…/noc.db` they are the file `noc.logs.db`; in PostgreSQL the tables
    `lines_*` of the same database. A damaged file is moved aside and `Lines.notices` says so.
    """
    target = database_url(url)
    notices: tuple[str, ...] = ()
    if target.drivername == "sqlite":
        path = lines_file(target.database)
        notices = await asyncio.to_thread(mend, path, now=clock.now(), what="log lines")
        threads = Threads(lambda: _sqlite(path))
    else:
        # Only who keeps a store in PostgreSQL waits for its driver.
        from noc_console.db.samples.postgres import PostgresSession

        def connect() -> Session:
            session = PostgresSession(target, tables=layout.TABLES)
            # Statistics of a young table mislead the planner: every access here is by key.
            for setting in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin"):
                session.run(f"SET {setting} = off")
            return session

        threads = Threads(connect)
    try:
        await threads.write(_set_up)
        find = "instr" if target.drivername == "sqlite" else "strpos"
        yield Lines(
            threads,
            find=find,
            keeping=keeping or Keeping(),
            chunk_size=chunk_size,
            notices=notices,
        )
    finally:
        await threads.close()


def _sqlite(path: Path) -> SqliteSession:
    session = SqliteSession(path, tables=layout.TABLES, what="log lines")
    session.run("PRAGMA secure_delete=OFF")  # lines are forgotten to make room, not to hide them
    session.run("PRAGMA mmap_size=1073741824")
    return session


def lines_file(main: str | None) -> Path:
    """Where the lines of the main SQLite file are kept."""
    if not main or main == ":memory:":
        raise Broken("log lines need a file: use sqlite:///PATH")
    return Path(main).with_suffix(".logs.db")
