"""Our database: one engine, one kind of transaction, one journal."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Executable,
    Index,
    Insert,
    Integer,
    MetaData,
    Row,
    Select,
    String,
    Table,
    UpdateBase,
    create_engine,
    literal_column,
    text,
)
from sqlalchemy import event as on
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError

from noc_console.db.lanes import Lane, Lanes
from noc_console.db.types import UtcDateTime
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Broken
from noc_console.kernel.events import Event, EventBus, facts

if TYPE_CHECKING:
    from noc_console.db.notify import Notifier, Said

R = TypeVar("R")
Values = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

OUT_OF_ROOM = "53"
"""PostgreSQL's class of errors: disk full, out of memory, too many connections."""

SLEEPER_S = 10
"""A process that stands still inside a transaction holds its locks no longer than this: others
take its work over, and must be able to write."""

READERS = 4
"""Reading transactions at a time; a page needs one for a few milliseconds."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by INTEGER only; PostgreSQL must not run out of ids.
BigId = BigInteger().with_variant(Integer, "sqlite")

journal = Table(
    "journal",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("tenant", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("event", String, nullable=False),
    Column("facts", JSON, nullable=False),
    # Which running process wrote it: its own tail passes over these.
    Column("origin", String, nullable=False),
    # PostgreSQL's transaction id: ids do not follow commit order there, so a reader of
    # the journal stops below the oldest transaction still running. Empty on SQLite.
    Column("txid", BigInteger),
    Index(None, "event", "id"),
    Index(
        "ix_journal_txid_id",
        "txid",
        "id",
        postgresql_where=text("txid IS NOT NULL"),
        sqlite_where=text("txid IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)


class Tx:
    """One unit of work for one actor; it remembers what it did."""

    def __init__(self, lane: Lane, actor: Actor) -> None:
        self.actor = actor
        self.recorded: list[Event] = []
        self.wrote = False
        self._lane = lane

    async def rows(self, statement: Select[Any], into: Callable[[Row[Any]], R]) -> tuple[R, ...]:
        """Every row, made a value by `into` in the lane's thread."""
        return await self._lane.run(lambda c: tuple(map(into, c.execute(statement))))

    async def one(self, statement: Select[Any], into: Callable[[Row[Any]], R]) -> R | None:
        """The only row as a value, or None."""

        def ask(connection: Connection) -> R | None:
            row = connection.execute(statement).one_or_none()
            return None if row is None else into(row)

        return await self._lane.run(ask)

    async def scalar(self, statement: Executable) -> Any:
        """The first column of the first row, or None."""
        self.wrote |= isinstance(statement, UpdateBase)
        return await self._lane.run(lambda c: c.execute(statement).scalar())

    async def execute(self, statement: Executable, values: Values = None) -> int:
        """Write; the answer is how many rows it touched."""
        self.wrote |= isinstance(statement, UpdateBase)
        return await self._lane.run(lambda c: c.execute(statement, values).rowcount)

    async def insert(self, table: Table, **values: Any) -> int:
        """Add one row and return its id."""
        self.wrote = True
        statement = table.insert().values(**values).returning(table.c.id)
        return int(await self._lane.run(lambda c: c.execute(statement).scalar_one()))

    async def work(self, many: Callable[[Connection], R], *, writes: bool) -> R:
        """Several statements in one trip to the lane's thread, for bulk work in a store."""
        self.wrote |= writes
        return await self._lane.run(many)

    def record(self, event: Event) -> None:
        """Note what happened; it is published only if the work commits."""
        self.recorded.append(event)


def database_url(text_url: str) -> URL:
    """The store's URL with the synchronous driver we use: sqlite or postgresql+psycopg."""
    try:
        url = make_url(text_url)
    except Exception as error:
        raise Broken(
            "the store's URL cannot be read: use sqlite:///PATH or postgresql://…"
        ) from error
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite":
        return url
    raise Broken(f"a store is sqlite:///PATH or postgresql://…, not {url.drivername}")


def open_engine(url: str) -> Engine:
    """An engine that says BEGIN itself and never prints bind values in an error."""
    target = database_url(url)
    if target.drivername == "sqlite":
        return _sqlite_engine(target)
    engine = create_engine(
        target,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=READERS + 4,
        connect_args={
            "connect_timeout": 5,
            "options": "-c lock_timeout=2000 -c timezone=UTC -c application_name=noc-console "
            f"-c idle_in_transaction_session_timeout={1000 * SLEEPER_S}",
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
        },
    )
    on.listen(engine, "handle_error", _keep_values_out)
    return engine


def _keep_values_out(context: ExceptionContext) -> None:
    """Leave only PostgreSQL's primary message: its DETAIL line prints the failing row."""
    # Only who keeps a store in PostgreSQL waits for its driver.
    import psycopg

    said, shown = context.original_exception, context.sqlalchemy_exception
    if isinstance(said, psycopg.Error) and shown is not None and said.diag.message_primary:
        long, short = str(said), said.diag.message_primary
        shown.args = tuple(str(part).replace(long, short) for part in shown.args)
        said.args = (short,)


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 5}
    )

    @on.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @on.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


class Database:
    """Opens transactions and publishes what they recorded once they commit."""

    def __init__(self, engine: Engine, *, clock: Clock, bus: EventBus) -> None:
        self.engine = engine
        self._clock = clock
        self._bus = bus
        # SQLite has one writer whatever we do: one lane makes the others wait in line
        # here, without time-outs, instead of in the busy handler.
        self._writers = Lanes(engine, count=1 if self.is_sqlite else 2, name="write")
        self._readers = Lanes(engine, count=READERS, name="read")
        self.origin = uuid4().hex
        """Marks what this process writes into the journal."""
        self._notifier = None if self.is_sqlite else _notifier(engine)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def begin(self, actor: Actor) -> AsyncIterator[Tx]:
        """Write as `actor`: what is not recorded is refused, what is recorded is published."""
        async with self._writers.lend() as lane:
            tx = Tx(lane, actor)
            try:
                await lane.run(_start_writing)  # cancelled while it begins, it has begun
                yield tx
                if tx.wrote and not tx.recorded:
                    raise Broken("a transaction wrote without recording why")
                now = self._clock.now()
                await lane.run(lambda c: self._commit(c, tx, now))
            except BaseException as error:
                await _undo(lane)
                if (told := _out_of_room(error)) is not None:
                    raise told from error
                raise
        self._bus.publish(tuple(tx.recorded))

    @asynccontextmanager
    async def read(self, actor: Actor) -> AsyncIterator[Tx]:
        """A transaction that only looks; it never waits for a writer."""
        async with self._readers.lend() as lane:
            tx = Tx(lane, actor)
            try:
                await lane.run(_start_reading)  # cancelled while it begins, it has begun
                yield tx
                if tx.wrote:
                    raise Broken("a read transaction wrote")
            finally:
                await _undo(lane)

    async def keep(self, work: Callable[[Connection], R]) -> R:
        """Housekeeping without an actor or a journal: cursors, leases, schema. Commits."""
        async with self._writers.lend() as lane:
            try:
                await lane.run(_start_writing)
                done = await lane.run(work)
                await lane.run(_end)
            except BaseException as error:
                await _undo(lane)
                if (told := _out_of_room(error)) is not None:
                    raise told from error
                raise
            return done

    def close(self) -> None:
        """Close every connection; the last statements finish first."""
        self._writers.close()
        self._readers.close()
        if self._notifier is not None:
            self._notifier.close()
        self.engine.dispose()

    def _commit(self, connection: Connection, tx: Tx, now: datetime) -> None:
        if tx.recorded:
            rows = [
                {
                    "at": now,
                    "tenant": tx.actor.tenant,
                    "actor": tx.actor.name,
                    "event": type(event).__name__,
                    "facts": facts(event),
                    "origin": self.origin,
                }
                for event in tx.recorded
            ]
            statement = journal.insert()
            if not self.is_sqlite:
                statement = statement.values(txid=text("pg_current_xact_id()::text::bigint"))
            if self._notifier is None:
                connection.execute(statement, rows)
            else:
                entries = _written(connection, statement, rows)
        _end(connection)
        if tx.recorded and self._notifier is not None:
            self._notifier.wake(entries)


def _written(
    connection: Connection, statement: Insert, rows: list[dict[str, Any]]
) -> tuple[Said, ...]:
    """Write entries of the journal and tell them with their numbers."""
    from noc_console.db.notify import Said

    numbered = statement.returning(journal.c.txid, journal.c.id, sort_by_parameter_order=True)
    return tuple(
        Said(txid, number, row["origin"], row["event"], row["facts"])
        for (txid, number), row in zip(connection.execute(numbered, rows), rows, strict=True)
    )


def _notifier(engine: Engine) -> Notifier:
    # Only who keeps a store in PostgreSQL waits for its driver.
    from noc_console.db.notify import Notifier

    return Notifier(engine.url)


def settled(engine: Engine) -> tuple[ColumnElement[bool], ...]:
    """Conditions that leave out journal rows an older, still running transaction may precede."""
    if engine.dialect.name == "sqlite":
        return ()
    horizon: ColumnElement[int] = literal_column(
        "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    )
    return (journal.c.txid < horizon,)


def _out_of_room(error: BaseException) -> Broken | None:
    """A full disk is no bug: reading goes on, and writing when there is room again."""
    if not isinstance(error, DBAPIError):
        return None
    said: Any = error.orig
    full = (getattr(said, "sqlite_errorcode", 0) & 0xFF) == sqlite3.SQLITE_FULL
    if not full and not (getattr(said, "sqlstate", None) or "").startswith(OUT_OF_ROOM):
        return None
    return Broken(
        f"nothing can be written, the store has no room: {said}. What is there can be read; "
        "writing goes on when there is room again"
    )


def _start_writing(connection: Connection) -> None:
    connection.execution_options(reading=False)
    connection.begin()


def _start_reading(connection: Connection) -> None:
    connection.execution_options(reading=True)
    connection.begin()


def _end(connection: Connection) -> None:
    transaction = connection.get_transaction()
    if transaction is not None:
        transaction.commit()


def _roll_back(connection: Connection) -> None:
    transaction = connection.get_transaction()
    if transaction is not None:
        transaction.rollback()


async def _undo(lane: Lane) -> None:
    """Roll back even while the caller is being cancelled; drop the connection if that fails."""
    undoing = asyncio.get_running_loop().create_task(lane.run(_roll_back))
    try:
        await asyncio.shield(undoing)
    except asyncio.CancelledError:
        await asyncio.wait({undoing})
        raise
    except Exception:  # noqa: BLE001 - whatever the driver says, the connection is not to be trusted
        lane.discard()
