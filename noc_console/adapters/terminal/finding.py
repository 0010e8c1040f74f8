"""Search through the scrollback and the screen, newest first, in slices."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

from noc_console.adapters.terminal import reading
from noc_console.adapters.terminal.native import Native, ffi, lib
from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.model import Point, Query, Selection
from noc_console.services.terminal.patience import TooSlow, patience

_SLICE = 100
"""Rows read at once: half a millisecond, two where each of them is full of matches."""

_LONGEST_LINE = 64
"""How many rows one wrapped line may have to be searched as one; longer ones are cut."""

MOST_MATCHES = 200_000
"""A search for `e` in 100,000 lines shall not take the window's memory."""

_LONGEST_PATTERN = 500


class TextFinder:
    """A `Finder`. Positions are kept right while lines leave the scrollback at its top."""

    def __init__(self, native: Native, query: Query) -> None:
        self._native = native
        self._pattern = _compiled(query)
        self._columns = reading.columns(native)
        self._clusters = native.mode(2027)
        self._next = reading.total_rows(native)
        """The row above which nothing was looked at yet."""
        self._found: list[Selection] = []
        self._anchor_row = self._next - 1
        self._anchor = reading.mark(native, Point(self._anchor_row, 0))
        self._gone = 0

    @property
    def matches(self) -> Sequence[Selection]:
        self._follow()
        return self._found

    @property
    def is_done(self) -> bool:
        return self._next <= 0 or len(self._found) >= MOST_MATCHES

    def advance(self, budget_s: float) -> bool:
        self._follow()
        until = time.perf_counter() + budget_s
        try:
            with patience():
                while not self.is_done and time.perf_counter() < until:
                    self._search_slice()
        except TooSlow:
            self._next = 0  # what was found so far stays
            raise
        return self.is_done

    def _follow(self) -> None:
        """Lines that left the scrollback since move everything up."""
        at = self._anchor.point() if self._anchor else None
        if at is None:
            self._found, self._next = [], 0
            return
        gone = self._anchor_row - at.row
        if gone == self._gone:
            return
        moved = gone - self._gone
        self._gone = gone
        self._next = max(self._next - moved, 0)
        self._found = [
            Selection(
                Point(match.start.row - moved, match.start.column),
                Point(match.end.row - moved, match.end.column),
            )
            for match in self._found
            if match.start.row >= moved
        ]

    def _search_slice(self) -> None:
        first = max(self._next - _SLICE, 0)
        first = self._begin_of_line(first)
        rows = reading.lines(self._native, first, self._next - first, is_trimmed=False)
        self._next = first
        found: list[Selection] = []
        at = 0
        while at < len(rows):
            count = 1
            while at + count < len(rows) and self._goes_on(
                first + at + count - 1, rows[at + count - 1]
            ):
                count += 1
            found += self._in_line(first + at, rows[at : at + count])
            at += count
        found.reverse()
        self._found += found[: MOST_MATCHES - len(self._found)]

    def _begin_of_line(self, row: int) -> int:
        """The first row of the line that a slice would cut in two."""
        for _ in range(_LONGEST_LINE):
            if row == 0 or not reading.is_wrapped(self._native, row - 1):
                break
            row -= 1
        return row

    def _goes_on(self, row: int, text: str) -> bool:
        # Only a row that is full can be wrapped; wide characters take two columns each.
        return len(text) * 2 >= self._columns and reading.is_wrapped(self._native, row)

    def _in_line(self, first: int, rows: list[str]) -> list[Selection]:
        line = "".join(rows) if len(rows) > 1 else rows[0].rstrip()
        found = []
        place: Callable[[int], Point] | None = None
        for match in self._pattern.finditer(line):
            if match.start() == match.end():
                continue
            place = place or self._placer(first, rows)
            found.append(Selection(place(match.start()), place(match.end() - 1)))
        return found

    def _placer(self, first: int, rows: list[str]) -> Callable[[int], Point]:
        """Where the characters of a line are."""
        if len(rows) == 1 and rows[0].isascii():
            return lambda index: Point(first, index)
        starts = [0]
        for row in rows:
            starts.append(starts[-1] + len(row))
        columns = [None if row.isascii() else self._columns_of(row) for row in rows]

        def place(index: int) -> Point:
            row = next(
                at for at in range(len(rows)) if index < starts[at + 1] or at + 1 == len(rows)
            )
            within = index - starts[row]
            known = columns[row]
            return Point(first + row, within if known is None else known[within])

        return place

    def _columns_of(self, row: str) -> list[int]:
        """The column of each character: marks share that of the character before."""
        columns: list[int] = []
        at = 0
        for length, width in self._widths(row):
            columns += [at if width else max(at - 1, 0)] * length
            at += width
        return columns

    def _widths(self, row: str) -> list[tuple[int, int]]:
        if not self._clusters:
            return [(1, _width(each)) for each in row]
        points = ffi.new("uint32_t[]", [ord(each) for each in row])
        width = ffi.new("uint8_t*")
        found: list[tuple[int, int]] = []
        at = 0
        while at < len(row):
            taken = max(
                1, int(lib.ghostty_unicode_grapheme_width(points + at, len(row) - at, width))
            )
            found.append((taken, int(width[0])))
            at += taken
        return found


def _width(character: str) -> int:
    known = _WIDTHS.get(character)
    if known is None:
        known = int(lib.ghostty_unicode_codepoint_width(ord(character)))
        if len(_WIDTHS) < 65_536:
            _WIDTHS[character] = known
    return known


_WIDTHS: dict[str, int] = {}


def _compiled(query: Query) -> re.Pattern[str]:
    flags = re.NOFLAG if query.is_case_sensitive else re.IGNORECASE
    if len(query.text) > _LONGEST_PATTERN:
        raise Invalid("what is looked for is too long", field="query")
    if not query.text:
        raise Invalid("there is nothing to look for", field="query")
    try:
        return re.compile(query.text if query.is_regex else re.escape(query.text), flags)
    except (re.error, RecursionError, OverflowError) as error:
        raise Invalid(f"this is no regular expression: {error}", field="query") from error
