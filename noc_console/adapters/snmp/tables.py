"""Reading columns of a table with one question for all of them: what to ask next, and when to stop.

Pure: varbinds in, the next question out. Each column has its own cursor, because agents cut
rows off in the middle (legal, RFC 3416 §4.2.3), leave holes, and end columns at different rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from noc_console.wire import decoder, oid
from noc_console.wire.ber import Malformed
from noc_console.wire.snmp import (
    EXCEPTIONS,
    NO_SUCH_NAME,
    TOO_BIG,
    Value,
    Varbind,
    encode_names,
    encode_row,
    value,
)

Cell = tuple[int, bytes]
"""Tag and content of one value."""

MAX_CELLS = 600
"""Asked for at once, however many columns: some agents build what does not fit before cutting."""


class ColumnWalk(ABC):
    """Cursors through the columns of one table. Every step moves a cursor forward, asks for less,
    or closes a column: an agent can bore it, not trap it.
    """

    def __init__(
        self,
        columns: tuple[bytes, ...],
        *,
        max_repetitions: int,
        limit_rows: int,
        expected_rows: int | None = None,
    ) -> None:
        self.columns = columns
        self.is_circular = False
        """The agent answered with an OID we had already passed."""
        self.is_truncated = False
        """Stopped at the limit of rows."""
        self.broken: list[bytes] = []
        """Columns the agent failed to deliver."""
        self._limit = limit_rows
        self._expected = expected_rows
        self._most = max(1, max_repetitions)
        self._width = len(columns)
        self._cursors = list(columns)
        self._open = list(range(len(columns)))
        self._todo: list[int] = []
        self._asked: list[int] = []

    @property
    @abstractmethod
    def count(self) -> int:
        """How many rows there are so far."""

    @property
    def is_done(self) -> bool:
        """Whether every column has ended."""
        return not self._open

    def question(self) -> tuple[list[bytes], int]:
        """The names to ask after, and how many rows."""
        if not self._todo:
            self._todo = self._open
        self._asked = self._todo[: self._width]
        return [self._cursors[c] for c in self._asked], self._repetitions()

    def encoded(self) -> tuple[bytes, int]:
        """The same as the list of varbinds of a request."""
        names, repetitions = self.question()
        return encode_names(names), repetitions

    def _repetitions(self) -> int:
        """Up to one row past the end we expect: that one proves it."""
        most = min(self._most, max(1, MAX_CELLS // len(self._asked)))
        if self._expected is None or self._expected < self.count:
            return most
        return min(most, self._expected - self.count + 1)

    def take_raw(self, data: bytes, pos: int, end: int) -> None:
        """The answer to the last question, as the octets of its varbinds; Malformed changes
        nothing.
        """
        self.take(decoder.parse_varbinds(data, pos, end))

    def take(self, varbinds: list[Varbind]) -> None:
        """The answer to the last question. A row cut off is asked again unless it is all we got."""
        asked = self._asked
        width = len(asked)
        usable = len(varbinds) - len(varbinds) % width
        if not usable:
            usable = len(varbinds)
            if not usable:
                self.refuse(TOO_BIG, 0)
                return
            self._width = usable
        closed: set[int] = set()
        for n in range(usable):
            column = asked[n % width]
            if column not in closed and not self._step(column, varbinds[n]):
                closed.add(column)
        self._progress(min(usable, width), closed)

    def _step(self, column: int, varbind: Varbind) -> bool:
        """Move one cursor; False when its column has ended."""
        name, tag, content = varbind
        base = self.columns[column]
        if tag in EXCEPTIONS or not name.startswith(base) or len(name) == len(base):
            return False
        if not oid.is_after(name, self._cursors[column]):
            self.is_circular = True
            return False
        self._cursors[column] = name
        self._store(column, name[len(base) :], tag, content)
        return True

    def _progress(self, answered: int, closed: set[int]) -> None:
        self._todo = [c for c in self._todo[answered:] if c not in closed]
        if closed:
            self._open = [c for c in self._open if c not in closed]
        if self.count >= self._limit and self._open:
            self.is_truncated = True
            self._open = []

    def refuse(self, status: int, index: int) -> bool:
        """The agent answered with an error. True when asking for less may help."""
        asked = self._asked
        repetitions = self._repetitions()
        names_one = 1 <= index <= len(asked)
        if status == NO_SUCH_NAME:  # how version 1 says that a column has ended
            self._progress(len(asked), {asked[index - 1]} if names_one else set(asked))
            self._todo = []
            return False
        if (status == TOO_BIG or not names_one) and (repetitions > 1 or len(asked) > 1):
            if repetitions > 1:
                self._most = repetitions // 2
            else:
                self._width = len(asked) // 2
            return True
        dead = {asked[index - 1]} if names_one else set(asked)
        self.broken += [self.columns[c] for c in sorted(dead)]
        self._progress(0, dead)
        return False

    @abstractmethod
    def _store(self, column: int, index: bytes, tag: int, content: bytes) -> None: ...


class CellWalk(ColumnWalk):
    """Keeps tags and bytes: for tables people read."""

    def __init__(
        self,
        columns: tuple[bytes, ...],
        *,
        max_repetitions: int,
        limit_rows: int,
        expected_rows: int | None = None,
    ) -> None:
        super().__init__(
            columns,
            max_repetitions=max_repetitions,
            limit_rows=limit_rows,
            expected_rows=expected_rows,
        )
        self.rows: dict[bytes, list[Cell | None]] = {}

    @property
    def count(self) -> int:
        return len(self.rows)

    def _store(self, column: int, index: bytes, tag: int, content: bytes) -> None:
        row = self.rows.get(index)
        if row is None:
            row = self.rows[index] = [None] * len(self.columns)
        row[column] = (tag, content)


class SubtreeWalk(ColumnWalk):
    """Everything below one OID, in order, as text and Python values.

    One column is a small question beside a table's: as long as answers come back full, the next
    question asks for twice as much, up to four times `max_repetitions`. Fewer round trips.
    """

    def __init__(self, root: bytes, *, max_repetitions: int, limit: int) -> None:
        super().__init__((root,), max_repetitions=max_repetitions, limit_rows=limit)
        self.found: list[tuple[str, Value]] = []
        self.bad_values = 0
        """Left out because their bytes mean nothing."""
        self._ceiling = 4 * self._most

    def refuse(self, status: int, index: int) -> bool:
        """Too much once is too much for the rest of the walk."""
        asks_less = super().refuse(status, index)
        self._ceiling = self._most
        return asks_less

    @property
    def count(self) -> int:
        return len(self.found)

    def take_raw(self, data: bytes, pos: int, end: int) -> None:
        """What lies in the subtree and in order needs no varbinds."""
        found, last, rest, bad = decoder.walked(self.columns[0], self._cursors[0], data, pos, end)
        others = decoder.parse_varbinds(data, rest, end) if rest < end or pos == end else None
        self.found += found
        self.bad_values += bad
        self._cursors[0] = last
        if others is not None:
            self.take(others)
            return
        if len(found) + bad >= self._most:
            self._most = min(2 * self._most, self._ceiling)
        self._progress(1, set())

    def _store(self, column: int, index: bytes, tag: int, content: bytes) -> None:
        try:
            found = oid.decode(self.columns[column] + index), value(tag, content)
        except Malformed:
            self.bad_values += 1
        else:
            self.found.append(found)


Numbers = tuple[int | None, ...]


class NumberWalk(ColumnWalk):
    """Keeps numbers only (None for anything else): for counters, as fast as Python can."""

    def __init__(
        self,
        columns: tuple[bytes, ...],
        *,
        max_repetitions: int,
        limit_rows: int,
        expected_rows: int | None = None,
    ) -> None:
        super().__init__(
            columns,
            max_repetitions=max_repetitions,
            limit_rows=limit_rows,
            expected_rows=expected_rows,
        )
        self.indexes: list[bytes] = []
        self.numbers: list[int | None] = []
        """Row after row, in the order of `indexes`."""
        self._places: dict[bytes, int] | None = None  # made for the first row that is not plain
        self._common: bytes | None = b""  # the index all cursors stand at, if it is one

    @property
    def count(self) -> int:
        return len(self.indexes)

    @property
    def has_holes(self) -> bool:
        """Whether there are cells without a number."""
        return self._places is not None and None in self.numbers

    def encoded(self) -> tuple[bytes, int]:
        names, repetitions = self.question()
        if self._common is not None and len(names) == len(self.columns):
            return encode_row(self.columns, self._common), repetitions
        return encode_names(names), repetitions

    def take_raw(self, data: bytes, pos: int, end: int) -> None:
        """Like `take`, straight from the datagram: whole rows of all columns need no varbinds."""
        if len(self._asked) == len(self.columns):
            indexes, numbers, rest = decoder.rows(self.columns, data, pos, end)
            if indexes:
                others = decoder.parse_varbinds(data, rest, end) if rest < end else []
                self._take_rows(indexes, numbers, others)
                return
        self.take(decoder.parse_varbinds(data, pos, end))

    def _take_rows(self, indexes: list[bytes], numbers: list[int], others: list[Varbind]) -> None:
        """Whole rows, and the varbinds that followed them."""
        if not oid.is_after(self.columns[0] + indexes[0], self._cursors[0]):
            self.is_circular = True
            self._open = []
            return
        if self._places is None:
            self.indexes += indexes
            self.numbers += numbers
        else:
            width = len(self.columns)
            for n, index in enumerate(indexes):
                place = self._place(index)
                self.numbers[place : place + width] = numbers[n * width : (n + 1) * width]
        last = self._common = indexes[-1]
        self._cursors = [column + last for column in self.columns]
        if len(others) >= len(self.columns):
            self.take(others)
        else:
            self._progress(len(self.columns), set())

    def _place(self, index: bytes) -> int:
        """Where the numbers of a row begin; a new row is empty so far."""
        width = len(self.columns)
        places = self._places
        if places is None:
            places = self._places = {each: n * width for n, each in enumerate(self.indexes)}
        place = places.get(index)
        if place is None:
            place = places[index] = len(self.numbers)
            self.indexes.append(index)
            self.numbers += [None] * width
        return place

    def _store(self, column: int, index: bytes, tag: int, content: bytes) -> None:
        self._common = None
        self.numbers[self._place(index) + column] = number_of(tag, content)


def number_of(tag: int, content: bytes) -> int | None:
    """The value if it is a number."""
    try:
        found = value(tag, content)
    except Malformed:
        return None
    return found if isinstance(found, int) else None
