"""The store as a SQLite file of its own, beside the main one."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from noc_console.db.samples import layout
from noc_console.db.samples.layout import Table
from noc_console.kernel.errors import Broken, Unreachable

PAGE_SIZE = 8192
"""Blocks are about a kilobyte: a larger page wastes less at its end."""

BUSY_S = 10.0

THOROUGH_BYTES = 128 << 20
"""Up to this size the whole file is checked at every start (about a third of a second)."""

_TYPES = {"int": "INTEGER", "bytes": "BLOB", "text": "TEXT"}
_RUINED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_USELESS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it may not be written",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_PERM: "access is not permitted",
    sqlite3.SQLITE_IOERR: "the disk reported an error",
}


class SqliteSession:
    """A connection to the file; see `Session`."""

    def __init__(
        self,
        path: Path,
        *,
        tables: Sequence[Table] = layout.TABLES,
        what: str = "measurements",
    ) -> None:
        self._path = path
        self._tables = tables
        self._what = what
        with self.speaking():
            self._connection = sqlite3.connect(
                path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
            )
            try:
                self._write_ahead()
                for pragma in (
                    "synchronous=NORMAL",
                    "cache_size=-32768",
                    "journal_size_limit=67108864",
                    "trusted_schema=OFF",
                ):
                    self._connection.execute(f"PRAGMA {pragma}")
            except BaseException:
                self._connection.close()
                raise

    def _write_ahead(self) -> None:
        """Switch a new file to WAL. SQLite's own busy time-out does not cover this step."""
        run, deadline = self._connection.execute, time.monotonic() + BUSY_S
        run(f"PRAGMA page_size={PAGE_SIZE}")
        while run("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                run("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if _primary(error) not in _BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, parameters).fetchall()

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        return self._connection.execute(sql, parameters).rowcount

    def put(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        self._connection.executemany(
            f"INSERT INTO {table.name} ({', '.join(table.names)}) "  # noqa: S608
            f"VALUES ({layout.marks(table.names)}) {table.on_conflict}",
            rows,
        )

    def forget(self, table: Table, where: str, parameters: Sequence[Any], *, limit: int) -> int:
        return self.run(
            f"DELETE FROM {table.name} WHERE rowid IN "  # noqa: S608
            f"(SELECT rowid FROM {table.name} WHERE {where} LIMIT {limit:d})",
            parameters,
        )

    @contextmanager
    def transaction(self, *, steady: bool = False) -> Iterator[None]:
        # IMMEDIATE: the writer waits at the start, and what it reads cannot change under it:
        # every transaction is a steady one.
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def alone(self, what: str) -> bool:
        return self._connection.in_transaction  # SQLite has one writer

    def has(self, table: Table) -> bool:
        return bool(self.rows("SELECT 1 FROM sqlite_master WHERE name = ?", (table.name,)))

    def create(self) -> None:
        with self.transaction():
            for table in self._tables:
                suffix = " WITHOUT ROWID" if table.narrow else ""
                # A wide row clustered by its key would leave pages half empty: SQLite fills
                # them only when rows come in order. So: rows in order, the key as an index.
                key = "PRIMARY KEY" if table.narrow else "UNIQUE"
                self.run(layout.create(table, _TYPES, key=key, suffix=suffix))

    def size(self) -> int:
        return sum(part.stat().st_size for part in parts_of(self._path) if part.exists())

    @contextmanager
    def speaking(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            ours = _ours(error, self._path, self._what)
            if ours is None:
                raise
            raise ours from error

    def close(self) -> None:
        self._connection.close()


def parts_of(path: Path) -> tuple[Path, ...]:
    """The file and what SQLite keeps beside it."""
    return path, Path(f"{path}-wal"), Path(f"{path}-shm")


def mend(path: Path, *, now: datetime, what: str = "measurements") -> tuple[str, ...]:
    """Move a damaged file aside, so that the console starts; says so if it did.

    Measurements are worth keeping, but not worth a console that does not start: the
    damaged file stays beside the new one for `sqlite3 … .recover`.
    """
    before = _identity(path)
    if before is None:
        return ()
    found = damage(path, what)
    # Another process may have found the same and been quicker: the file is a new one then.
    if found is None or _identity(path) != before:
        return ()
    aside = Path(f"{path}.damaged-{now:%Y%m%dT%H%M%SZ}")
    try:
        for part in parts_of(path):
            if part.exists():
                part.rename(Path(f"{aside}{part.name.removeprefix(path.name)}"))
    except OSError as error:
        raise Broken(
            f"the {what} in {path} are damaged ({found}) and the file cannot be "
            f"moved aside: {error.strerror}"
        ) from error
    return (
        f"The {what} in {path} were damaged ({found}). The file was moved to "
        f"{aside.name}; recording starts anew.",
    )


def damage(path: Path, what: str, *, thorough_bytes: int = THOROUGH_BYTES) -> str | None:
    """What is wrong with the file, or None. Files too large for a full check get a short one."""
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)) as connection:
            if path.stat().st_size <= thorough_bytes:
                found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                return None if found == "ok" else " ".join(str(found).split())[:200]
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (name,) in tables.fetchall():
                connection.execute(f'SELECT * FROM "{name}" LIMIT 1').fetchone()  # noqa: S608
            return None
    except UnicodeDecodeError:
        # SQLite quotes the damaged bytes in what it says of them.
        return "it names things in what is no text"
    except sqlite3.DatabaseError as error:
        if _primary(error) in _RUINED:
            return str(error)
        ours = _ours(error, path, what)
        if ours is None:
            raise
        raise ours from error


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return None if found.st_size == 0 else (found.st_dev, found.st_ino)


def _primary(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _ours(error: sqlite3.DatabaseError, path: Path, what: str) -> Exception | None:
    """The error in our words; None for a mistake of ours, which stays loud."""
    code = _primary(error)
    if code in _RUINED:
        return Broken(f"the {what} in {path} are damaged: {error}. A restart mends it.")
    if code in _BUSY:
        return Unreachable(
            f"{path} was in use by another process for {BUSY_S:.0f} s",
            peer=str(path),
            reason="locked",
        )
    if code in _USELESS:
        return Broken(f"the {what} in {path} cannot be kept: {_USELESS[code]} ({error})")
    return None
