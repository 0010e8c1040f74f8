"""An agent's MIB as a sorted, compact table: 1,000 of them have to fit into one process.

Names and fixed values lie end to end in two byte strings; a row costs about forty octets. A row
whose value moves carries the number of a function and an argument instead. A row may come and go
(a neighbour that went away): it carries the number of a guard, or its function answers None.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence

from noc_console.wire import ber, oid
from noc_console.wire.snmp import Varbind, encode_value

Live = Callable[[int, float], bytes | None]
"""Content bytes of a value from a row's argument and the moment; None while it does not exist."""

Cell = tuple[int, int | str | bytes | Live]
"""Tag and value (or the function that knows it) of one cell."""

Guard = Callable[[float], bool]
"""Whether the rows it guards exist at a moment."""

_BIG_ARC = re.compile(rb"[\x80-\xff]+[\x00-\x7f]")
_HINTS = 96

Row = tuple[bytes, int, bytes | tuple[int, int], int]
"""Name, tag, content or (number of function, argument), number of guard or 0."""


def order(name: bytes) -> bytes:
    """Bytes that compare as the OIDs do: each long number is led by how long it is."""
    if name.isascii():
        return name
    return _BIG_ARC.sub(lambda arc: bytes((0x80 + len(arc[0]),)) + arc[0], name)


class Tree:
    """Rows in OID order."""

    __slots__ = (
        "_args", "_fns", "_guarded", "_guards", "_hints", "_live", "_names", "_objects",
        "_starts", "_tags", "_values", "_values_at",
    )  # fmt: skip

    def __init__(
        self,
        rows: Iterable[Row],
        live: Sequence[Live] = (),
        guards: Sequence[Guard] = (),
        objects: frozenset[bytes] = frozenset(),
    ) -> None:
        """Rows must come sorted."""
        names = bytearray()
        values = bytearray()
        tags = bytearray()
        starts, values_at = array("I", [0]), array("I", [0])
        fns, args, guarded = array("H"), array("I"), array("H")
        for name, tag, value, guard in rows:
            guarded.append(guard)
            names += name
            tags.append(tag)
            if isinstance(value, bytes):
                values += value
                fns.append(0)
                args.append(0)
            else:
                fns.append(value[0] + 1)
                args.append(value[1])
            starts.append(len(names))
            values_at.append(len(values))
        self._names, self._values, self._tags = bytes(names), bytes(values), bytes(tags)
        self._starts, self._values_at, self._fns, self._args = starts, values_at, fns, args
        self._live = tuple(live)
        self._guards, self._guarded = tuple(guards), guarded
        self._objects = objects
        self._hints: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._tags)

    def name(self, row: int) -> bytes:
        return self._names[self._starts[row] : self._starts[row + 1]]

    def value(self, row: int, at: float) -> bytes | None:
        """Content bytes at a moment; None while the row does not exist."""
        guard = self._guarded[row]
        if guard and not self._guards[guard - 1](at):
            return None
        fn = self._fns[row]
        if fn:
            return self._live[fn - 1](self._args[row], at)
        return self._values[self._values_at[row] : self._values_at[row + 1]]

    def get(self, name: bytes, at: float) -> Varbind:
        """The row of exactly this name, or the exception that says what is missing."""
        row = self._find(name)
        if row < len(self) and self.name(row) == name:
            content = self.value(row, at)
            if content is not None:
                return name, self._tags[row], content
            return name, ber.NO_SUCH_INSTANCE, b""
        tag = ber.NO_SUCH_INSTANCE if self._knows_object(name, row) else ber.NO_SUCH_OBJECT
        return name, tag, b""

    def after(self, name: bytes, at: float, *, skip: int = -1) -> Varbind:
        """The first row later than `name`, rows with the tag `skip` left out (v1, Counter64)."""
        hint = self._hints.pop(name, None)
        row = self._find(name) if hint is None else hint
        if hint is None and row < len(self) and self.name(row) == name:
            row += 1
        while row < len(self):
            tag = self._tags[row]
            if tag != skip:
                content = self.value(row, at)
                if content is not None:
                    found = self.name(row)
                    if len(self._hints) >= _HINTS:
                        self._hints.clear()
                    self._hints[found] = row + 1
                    return found, tag, content
            row += 1
        return name, ber.END_OF_MIB, b""

    def _find(self, name: bytes) -> int:
        """Where the name is or would be."""
        starts, names = self._starts, self._names
        return bisect_left(
            range(len(self)),
            order(name),
            key=lambda row: order(names[starts[row] : starts[row + 1]]),
        )

    def _knows_object(self, name: bytes, row: int) -> bool:
        """Whether the object exists and only this instance does not."""
        if self._objects:
            return any(name[:cut] in self._objects for cut in range(len(name), 5, -1))
        column = _parent(name)
        return any(
            0 <= near < len(self) and _parent(self.name(near)) == column for near in (row - 1, row)
        )


def _parent(name: bytes) -> bytes:
    """The name without its last number."""
    end = len(name) - 1
    while end > 0 and name[end - 1] > 127:
        end -= 1
    return name[:end]


class Builder:
    """Collects rows in any order and makes the tree."""

    def __init__(self) -> None:
        self._rows: dict[tuple[int, ...], Row] = {}
        self._live: list[Live] = []
        self._numbers: dict[Live, int] = {}
        self._guards: dict[Guard, int] = {}
        self._objects: set[bytes] = set()

    def scalar(self, name: str, tag: int, value: int | str | bytes | Live) -> None:
        """One `.0` of an object."""
        self.cell(name, (0,), tag, value)

    def cell(
        self, column: str, index: tuple[int, ...], tag: int, value: int | str | bytes | Live,
        arg: int = 0, *, exists: Guard | None = None,
    ) -> None:  # fmt: skip
        """One cell of a column; a function gets `arg` each time it is asked."""
        prefix = oid.encode(column)
        self._objects.add(prefix)
        name = oid.child(prefix, *index)
        if callable(value):
            content: bytes | tuple[int, int] = (self._number(value), arg)
        else:
            content = encode_value(tag, value)
        guard = self._guards.setdefault(exists, len(self._guards) + 1) if exists else 0
        self._rows[_arcs(column) + index] = (name, tag, content, guard)

    def row(
        self, table: str, index: tuple[int, ...], cells: Mapping[int, Cell],
        arg: int = 0, *, exists: Guard | None = None,
    ) -> None:  # fmt: skip
        """Several columns of one row; with a guard, only while it says so."""
        for column, (tag, value) in cells.items():
            self.cell(f"{table}.{column}", index, tag, value, arg, exists=exists)

    def build(self) -> Tree:
        """The finished tree; the builder is spent."""
        rows = (self._rows[key] for key in sorted(self._rows))
        return Tree(rows, self._live, tuple(self._guards), frozenset(self._objects))

    def _number(self, live: Live) -> int:
        number = self._numbers.get(live)
        if number is None:
            number = self._numbers[live] = len(self._live)
            self._live.append(live)
        return number


_KNOWN_ARCS: dict[str, tuple[int, ...]] = {}


def _arcs(column: str) -> tuple[int, ...]:
    arcs = _KNOWN_ARCS.get(column)
    if arcs is None:
        arcs = _KNOWN_ARCS[column] = tuple(map(int, column.split(".")))
    return arcs


def unsigned(v: float, bits: int = 32) -> bytes:
    """Content of a counter or gauge, wrapped to its size."""
    return ber.integer_content(int(v) & ((1 << bits) - 1))


def signed(v: float) -> bytes:
    """Content of an INTEGER."""
    return ber.integer_content(int(v))
