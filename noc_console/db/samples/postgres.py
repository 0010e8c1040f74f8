"""The store as tables `samples_*` in the PostgreSQL database of the main store."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL

from noc_console.db.database import SLEEPER_S
from noc_console.db.samples import layout
from noc_console.db.samples.layout import Table
from noc_console.kernel.errors import Broken, Unreachable

_TYPES = {"int": "bigint", "bytes": "bytea", "text": "text"}
_SETTINGS: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    # As SQLite's synchronous=NORMAL: a crash of the server may cost the last fraction of
    # a second of measurements, never consistency.
    "options": "-c synchronous_commit=off -c jit=off -c timezone=UTC "
    "-c lock_timeout=5000 -c application_name=noc-console-samples "
    f"-c idle_in_transaction_session_timeout={1000 * SLEEPER_S}",
}

_OUT_OF_ROOM = "53"
"""SQLSTATE class: disk full, out of memory, too many connections."""


class PostgresSession:
    """A connection to the server; see `Session`."""

    def __init__(self, url: URL, *, tables: Sequence[Table] = layout.TABLES) -> None:
        self._tables = tables
        self._peer = f"{url.host or 'local socket'}:{url.port or 5432}/{url.database}"
        asked = url.translate_connect_args(username="user", database="dbname") | dict(url.query)
        with self.speaking():
            self._connection = psycopg.connect(make_conninfo(**_SETTINGS | asked), autocommit=True)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(_own(sql), parameters, binary=True).fetchall()

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        return self._connection.execute(_own(sql), parameters).rowcount

    def put(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """One statement for all rows: a round trip a row would cost more than the rows."""
        if not rows:
            return
        arrays = ", ".join(f"%b::{_TYPES[kind]}[]" for _, kind in table.columns)
        self._connection.execute(
            f"INSERT INTO {table.name} ({', '.join(table.names)}) "  # noqa: S608
            f"SELECT * FROM unnest({arrays}) {table.on_conflict}".encode(),
            [list(column) for column in zip(*rows, strict=True)],
        )

    def forget(self, table: Table, where: str, parameters: Sequence[Any], *, limit: int) -> int:
        return self.run(
            f"DELETE FROM {table.name} WHERE ctid = ANY(ARRAY"  # noqa: S608
            f"(SELECT ctid FROM {table.name} WHERE {where} LIMIT {limit:d}))",
            parameters,
        )

    @contextmanager
    def transaction(self, *, steady: bool = False) -> Iterator[None]:
        level = b"REPEATABLE READ" if steady else b"READ COMMITTED"
        self._connection.execute(b"BEGIN ISOLATION LEVEL " + level)
        try:
            yield
            self._connection.execute(b"COMMIT")
        except BaseException:
            if not self._connection.closed:
                self._connection.execute("ROLLBACK")
            raise

    def alone(self, what: str) -> bool:
        key = zlib.crc32(f"noc-console samples {what}".encode())
        return bool(self.rows("SELECT pg_try_advisory_xact_lock(?::bigint)", (key,))[0][0])

    def has(self, table: Table) -> bool:
        return bool(self.rows("SELECT to_regclass(?::text) IS NOT NULL", (table.name,))[0][0])

    def create(self) -> None:
        with self.transaction():
            # Two processes starting at once: CREATE … IF NOT EXISTS alone is no guard.
            self.run("SELECT pg_advisory_xact_lock(?::bigint)", (zlib.crc32(b"noc samples"),))
            for table in self._tables:
                self.run(layout.create(table, _TYPES, key="PRIMARY KEY"))
                if ("data", "bytes") in table.columns:
                    # Ours is compressed already; PostgreSQL need not try again.
                    self.run(f"ALTER TABLE {table.name} ALTER data SET STORAGE EXTERNAL")

    def size(self) -> int:
        found = self.rows(
            f"SELECT sum(pg_total_relation_size(c))::bigint FROM "  # noqa: S608
            f"unnest(ARRAY[{', '.join(repr(t.name) for t in self._tables)}]::regclass[]) c"
        )
        return int(found[0][0])

    @contextmanager
    def speaking(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            said = error.diag.message_primary or type(error).__name__
            if (error.sqlstate or "").startswith(_OUT_OF_ROOM):
                raise Broken(f"PostgreSQL at {self._peer} has no room: {said}") from error
            raise Unreachable(f"PostgreSQL at {self._peer}: {said}", peer=self._peer) from error
        except psycopg.InternalError as error:
            said = error.diag.message_primary or type(error).__name__
            raise Broken(f"PostgreSQL at {self._peer} reports damage: {said}") from error

    def close(self) -> None:
        self._connection.close()


def _own(sql: str) -> bytes:
    """Our `?` as psycopg's placeholder for a binary parameter."""
    return sql.replace("?", "%b").encode()
