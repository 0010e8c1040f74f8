"""The index of MIB objects: one SQLite file, brought up to date with the modules' files.

It is only a cache of those files: one that is lost, old or broken is made again. Several
processes (window, collector, command line) may have it open at once.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import structlog

from noc_console.adapters.mibs.shelf import Kept, Shelf
from noc_console.services.mibs import facts as shape
from noc_console.services.mibs.model import (
    Facts,
    Found,
    Kind,
    MibModule,
    MibNode,
    MibObject,
)

_log = structlog.get_logger("mibs")

VERSION = 1
"""Of the tables below: another one means that the file is made anew."""
MOST_CHILDREN = 20_000
BUSY_S = 30.0

_TABLES = """
CREATE TABLE modules (
    name TEXT PRIMARY KEY, stamp TEXT NOT NULL, is_loaded INTEGER NOT NULL,
    source TEXT NOT NULL, objects INTEGER NOT NULL);
CREATE TABLE objects (
    key BLOB NOT NULL, rank INTEGER NOT NULL, module TEXT NOT NULL, name TEXT NOT NULL,
    kind TEXT NOT NULL, body TEXT NOT NULL, words TEXT NOT NULL,
    PRIMARY KEY (key, rank, module, name)) WITHOUT ROWID;
CREATE INDEX objects_by_name ON objects (name COLLATE NOCASE, rank);
CREATE INDEX objects_by_module ON objects (module);
"""
_RANKS = {"RFC1213-MIB": 9, "RFC1158-MIB": 9}
"""Modules that repeat what later ones say better come last."""
_SHIPPED, _LOADED = 1, 5
_ARC = 4
Arcs = tuple[int, ...]


class SqliteMibIndex:
    """Answers from any thread; each question takes well below a millisecond, a search some ten."""

    def __init__(self, shelf: Shelf, file: Path) -> None:
        self._shelf = shelf
        self._file = file
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._values: dict[str, MibObject] = {}
        """Scalars and columns whose instances were asked about, by OID."""
        self._seen_version = -1

    def open(self) -> None:
        """Bring the index up to date with the modules that are here. May take a second."""
        self._connection()

    def close(self) -> None:
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    # Questions

    def at(self, oid: str) -> Found | None:
        """The nearest object at or above an OID; None when nothing above it is known."""
        with self._lock:
            self._forget_if_changed()
            arcs = _arcs(oid)
            if arcs and (one := self._value_above(oid)) is not None:
                return Found(one, arcs[one.oid.count(".") + 1 :])
            row = self._nearest(arcs)
            if row is None:
                return None
            found = Found(_object(row), arcs[len(row[0]) // _ARC :])
            if found.rest and found.object.kind.has_value:
                self._values[found.object.oid] = found.object
            return found

    def name_of(self, oid: str) -> str:
        """`IF-MIB::ifAlias.3`; "" when no module here names the object itself."""
        with self._lock:
            found = self.at(oid)
            if found is None:
                return ""
            one, rest = found.object, "".join(f".{arc}" for arc in found.rest)
            if rest and not one.kind.has_value and self._has_below(one.oid):
                return ""
            return f"{one.full_name}{rest}"

    def named(self, name: str, module: str = "") -> MibObject | None:
        """The object of that name, the best-known module's when several have one."""
        rows = self._objects(
            "name = ? COLLATE NOCASE AND (? = '' OR module = ? COLLATE NOCASE) "
            "ORDER BY name <> ?, rank, kind = 'node', module LIMIT 1",
            (name, module, module, name),
        )
        return _object(rows[0]) if rows else None

    def children(self, oid: str) -> tuple[MibNode, ...]:
        """The nearest known objects below an OID ("" is the top), in their order."""
        base = _key(_arcs(oid)) if oid else b""
        found: list[MibNode] = []
        with self._lock:
            after, end = base, _end(base)
            while len(found) < MOST_CHILDREN:
                row = self._first(after, end)
                if row is None:
                    break
                key = row[0]
                below = self._first(key, _end(key))
                found.append(MibNode(_object(row), has_children=below is not None))
                after = _end(key)
        return tuple(found)

    def search(self, words: Sequence[str], oid: str, limit: int) -> tuple[MibObject, ...]:
        """Objects whose name or description has all `words`, or that lie at or under `oid`."""
        if oid:
            key = _key(_arcs(oid))
            rows = self._objects(
                "key >= ? AND key < ? ORDER BY key, rank LIMIT ?", (key, _end(key), limit)
            )
            return tuple(map(_object, rows))
        if not words:
            return ()
        tests = " AND ".join("(name LIKE ? ESCAPE '!' OR words LIKE ? ESCAPE '!')" for _ in words)
        likes = [f"%{_escaped(word)}%" for word in words]
        first = _escaped(words[0])
        rows = self._objects(
            f"{tests} ORDER BY name LIKE ? ESCAPE '!' DESC, name LIKE ? ESCAPE '!' DESC, "
            "name LIKE ? ESCAPE '!' DESC, rank, key LIMIT ?",
            (
                *(like for each in likes for like in (each, each)),
                first,
                f"{first}%",
                f"%{first}%",
                limit,
            ),
        )
        return tuple(map(_object, rows))

    def modules(self) -> tuple[MibModule, ...]:
        """Every module known, by name."""
        rows = self._rows("SELECT name, is_loaded, objects, source FROM modules ORDER BY name", ())
        return tuple(MibModule(name, bool(own), count, source) for name, own, count, source in rows)

    # Changes

    def keep(self, modules: Sequence[Facts]) -> None:
        """Keep compiled modules; one of the same name is replaced."""
        self._shelf.put(modules)
        self._update()

    def remove(self, module: str) -> bool:
        """Forget a module that was loaded; False when there is none."""
        is_gone = self._shelf.drop(module)
        self._update()
        return is_gone

    # How it works

    def _connection(self) -> sqlite3.Connection:
        with self._lock:
            if self._db is None:
                self._db = _opened(self._file)
                self._update()
            return self._db

    def _update(self) -> None:
        """Take out what is no longer there or changed, put in what is new: one transaction."""
        with self._lock:
            db = self._connection()
            there = self._shelf.modules()
            if _stamps(db) == {name: kept.stamp for name, kept in there.items()}:
                return
            db.execute("BEGIN IMMEDIATE")
            try:
                known = _stamps(db)  # again: another process may have been quicker
                gone = [n for n, s in known.items() if n not in there or there[n].stamp != s]
                for name in gone:
                    db.execute("DELETE FROM objects WHERE module = ?", (name,))
                    db.execute("DELETE FROM modules WHERE name = ?", (name,))
                for name, kept in there.items():
                    if known.get(name) != kept.stamp:
                        self._insert(db, kept)
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise
            self._values.clear()

    def _insert(self, db: sqlite3.Connection, kept: Kept) -> None:
        try:
            facts = self._shelf.read(kept)
            rows = [_row(one, kept) for one in facts.objects]
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("a compiled MIB cannot be read", module=kept.name, why=str(error))
            facts, rows = Facts(kept.name, (), (), "cannot be read: load it again"), []
        db.executemany("INSERT OR IGNORE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        db.execute(
            "INSERT INTO modules VALUES (?, ?, ?, ?, ?)",
            (kept.name, kept.stamp, kept.is_loaded, facts.source, len(rows)),
        )

    def _rows(self, query: str, values: Iterable[Any]) -> list[Any]:
        with self._lock:
            return self._connection().execute(query, tuple(values)).fetchall()

    def _objects(self, where: str, values: Iterable[Any]) -> list[Any]:
        return self._rows(
            f"SELECT key, module, name, kind, body, words FROM objects WHERE {where}",  # noqa: S608
            values,
        )

    def _first(self, after: bytes, end: bytes) -> Any:
        """The first object between two keys, as its best module tells it."""
        rows = self._objects("key > ? AND key < ? ORDER BY key, rank LIMIT 1", (after, end))
        return rows[0] if rows else None

    def _nearest(self, arcs: Arcs) -> Any:
        key = _key(arcs)
        keys = [key[:size] for size in range(_ARC, len(key) + 1, _ARC)]
        if not keys:
            return None
        rows = self._objects(
            # Below a scalar or column there are only its instances, whatever a MIB calls one.
            f"key IN ({','.join('?' * len(keys))}) "
            "ORDER BY kind IN ('scalar', 'column') DESC, length(key) DESC, rank LIMIT 1",
            keys,
        )
        return rows[0] if rows else None

    def _value_above(self, oid: str) -> MibObject | None:
        """A value already asked about that `oid` is an instance of: below it is nothing else."""
        at = oid
        while at := at.rpartition(".")[0]:
            if (one := self._values.get(at)) is not None:
                return one
        return None

    def _has_below(self, oid: str) -> bool:
        key = _key(_arcs(oid))
        return self._first(key, _end(key)) is not None

    def _forget_if_changed(self) -> None:
        """Another process may have loaded a module: SQLite tells by a number."""
        ((version,),) = self._rows("PRAGMA data_version", ())
        if version != self._seen_version:
            self._values.clear()
            self._seen_version = version


def _opened(file: Path) -> sqlite3.Connection:
    """The file's database; one in memory where the folder cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            return _made(str(file))
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            _log.warning("the MIB index is broken and made again", why=str(error))
            file.unlink(missing_ok=True)
            return _made(str(file))
    except (OSError, sqlite3.OperationalError) as error:
        _log.warning("the MIB index cannot be kept; made in memory", why=str(error))
        return _made(":memory:")


def _made(name: str) -> sqlite3.Connection:
    db = sqlite3.connect(name, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        ((version,),) = db.execute("PRAGMA user_version").fetchall()
        if version != VERSION:
            _make_tables(db)
    except sqlite3.Error:
        db.close()
        raise
    return db


def _make_tables(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    ((version,),) = db.execute("PRAGMA user_version").fetchall()
    if version != VERSION:
        for table in ("objects", "modules"):
            db.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _TABLES.split(";"):
            if statement.strip():
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.execute("COMMIT")


def _stamps(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("SELECT name, stamp FROM modules").fetchall())


def _row(one: MibObject, kept: Kept) -> tuple[Any, ...]:
    plain = shape.object_to_plain(one)
    words = str(plain.pop("text", ""))
    rank = _RANKS.get(one.module, _LOADED if kept.is_loaded else _SHIPPED)
    # A plain name for a place (an import's root) says less than a definition at it.
    rank += 10 if one.kind is Kind.NODE and one.module != "SNMPv2-SMI" else 0
    key = _key(_arcs(one.oid))
    return key, rank, one.module, one.name, one.kind.value, json.dumps(plain), words


def _object(row: Any) -> MibObject:
    _, module, _, _, body, words = row
    told = json.loads(body)
    if words:
        told["text"] = words
    return shape.object_from_plain(told, module)


def _arcs(oid: str) -> Arcs:
    """The numbers of an OID; none for what is no OID."""
    try:
        arcs = tuple(map(int, oid.strip(".").split(".")))
    except ValueError:
        return ()
    return arcs if len(arcs) <= 128 and all(0 <= arc < 2**32 for arc in arcs) else ()


def _key(arcs: Arcs) -> bytes:
    """Keys sort as OIDs do: each arc is four octets, the highest first."""
    return b"".join(arc.to_bytes(_ARC, "big") for arc in arcs)


def _end(key: bytes) -> bytes:
    """Above everything that starts with `key`."""
    return key + b"\xff" * (_ARC + 1)


def _escaped(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
