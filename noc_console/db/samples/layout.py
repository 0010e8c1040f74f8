"""The tables of the store, the same on SQLite and PostgreSQL, and the SQL both understand.

`head` takes one row per device and poll. Once the hour is over its polls become `block`
rows, one per subject and hour, with `five` (twelve slots of five minutes) beside each and
a place in `day` (24 slots of an hour). `latest` is the newest state of each device.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

SCHEMA = 1
"""Layout of these tables. A program that knows a smaller number refuses the store."""

IN_LIST = 400
"""Ids in one statement, well below every driver's limit of parameters."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as data; column types are int, bytes and text."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    narrow: bool = False
    """Rows so small that SQLite keeps them in the key itself."""
    conflict: str = ""
    """What an insert does to a row with the same key; replaces it unless said otherwise."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)

    @property
    def on_conflict(self) -> str:
        rest = [name for name in self.names if name not in self.key]
        does = self.conflict or "DO UPDATE SET " + ", ".join(f"{n} = excluded.{n}" for n in rest)
        return f"ON CONFLICT ({', '.join(self.key)}) {does}"


def _table(name: str, columns: str, key: str, *, narrow: bool = False, conflict: str = "") -> Table:
    typed = tuple((c.split(":")[0], c.split(":")[1]) for c in columns.split())
    return Table(f"samples_{name}", typed, tuple(key.split()), narrow=narrow, conflict=conflict)


HEAD = _table(
    "head",
    "device:int at:int digest:int data:bytes",
    # The digest tells a repeated poll from another part of the same poll.
    "device at digest",
    conflict="DO NOTHING",
)
BLOCK = _table("block", "kind:int subject:int hour:int data:bytes", "kind subject hour")
FIVE = _table("five", "kind:int subject:int hour:int data:bytes", "kind subject hour")
DAY = _table("day", "kind:int subject:int day:int data:bytes", "kind subject day")
SUBJECT = _table(
    "subject",
    "kind:int subject:int device:int",
    "kind subject device",
    narrow=True,
    conflict="DO NOTHING",
)
LATEST = _table(
    "latest",
    "device:int at:int data:bytes",
    "device",
    conflict="DO UPDATE SET at = excluded.at, data = excluded.data "
    "WHERE excluded.at >= samples_latest.at",
)
TOTAL = _table(
    "total",
    "hour:int blocks:int samples:int bytes:int",
    "hour",
    conflict="DO UPDATE SET blocks = samples_total.blocks + excluded.blocks, "
    "samples = samples_total.samples + excluded.samples, "
    "bytes = samples_total.bytes + excluded.bytes",
)
KIND = _table("kind", "code:int name:text columns:text counters:text epoch:text", "code")
WISH = _table(
    "wish",
    "kind:text device:int subject:int who:text until:int",
    "kind device subject who",
    narrow=True,
)
PULSE = _table("pulse", "name:text at:int health:text", "name")
HINT = _table(
    "hint",
    "device:int at:int",
    "device",
    narrow=True,
    conflict="DO UPDATE SET at = excluded.at WHERE excluded.at >= samples_hint.at",
)
SPENT = _table("spent", "peer:text who:text at:int total:int", "peer who")
MARK = _table("mark", "name:text value:int", "name", narrow=True)

TABLES = (HEAD, BLOCK, FIVE, DAY, SUBJECT, LATEST, TOTAL, KIND, WISH, PULSE, HINT, SPENT, MARK)


def create(table: Table, types: dict[str, str], *, key: str, suffix: str = "") -> str:
    """CREATE TABLE in one dialect: `types` names its types, `key` its word for the key."""
    columns = ", ".join(f"{name} {types[kind]} NOT NULL" for name, kind in table.columns)
    return (
        f"CREATE TABLE IF NOT EXISTS {table.name} "
        f"({columns}, {key} ({', '.join(table.key)})){suffix}"
    )


def marks(values: Sequence[Any]) -> str:
    """As many question marks as there are values, for an IN list."""
    return ", ".join("?" * len(values))


def each(table: Table, subjects: Sequence[int]) -> str:
    """Each subject with its row at one place in time, or NULL: one step down the key for each.

    Parameters: the subjects, the kind, the place. With a plain IN list PostgreSQL, while it
    has no statistics of a young table, reads every subject of an hour to find a few.
    """
    kind, subject, place = table.key
    return (
        f"WITH wanted(id) AS (VALUES {', '.join(['(?)'] * len(subjects))}) "  # noqa: S608
        f"SELECT id, (SELECT data FROM {table.name} "
        f"WHERE {kind} = ? AND {subject} = id AND {place} = ?) FROM wanted"
    )


def chunks(values: Sequence[T], size: int = IN_LIST) -> Iterator[Sequence[T]]:
    """Pieces small enough for one statement."""
    for at in range(0, len(values), size):
        yield values[at : at + size]
