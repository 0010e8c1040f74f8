"""What is selected in a terminal: by dragging, by words, by lines, as a block."""

from __future__ import annotations

from enum import Enum

from noc_console.services.terminal.model import Point, Selection
from noc_console.services.terminal.ports import Mark, TerminalEngine
from noc_console.views.terminal.canvas import Span, Spans
from noc_console.views.terminal.tiles import State


class By(Enum):
    """How a selection grows."""

    CELL = "cell"
    WORD = "word"
    LINE = "line"
    BLOCK = "block"


class Selecting:
    """One selection of one engine. Its ends follow their text while lines scroll and wrap anew."""

    def __init__(self, engine: TerminalEngine) -> None:
        self._engine = engine
        self._by = By.CELL
        self._anchor: Mark | None = None
        self._other: Mark | None = None
        self._has_moved = False

    def begin(self, point: Point, by: By) -> None:
        """The button went down here. A word or a line is selected at once."""
        self.clear()
        self._by = by
        self._anchor = self._engine.mark(point)
        self._other = self._engine.mark(point)
        self._has_moved = by in (By.WORD, By.LINE)

    def extend(self, point: Point) -> None:
        """The mouse is here now."""
        if self._anchor is None:
            return
        before = self._other.point() if self._other else None
        if point == before:
            return
        self._release(self._other)
        self._other = self._engine.mark(point)
        self._has_moved = True

    def everything(self) -> None:
        """From the oldest line kept to the last cell."""
        self.clear()
        viewport, size = self._engine.viewport, self._engine.size
        self._by = By.CELL
        self._anchor = self._engine.mark(Point(0, 0))
        self._other = self._engine.mark(Point(viewport.total - 1, size.columns - 1))
        self._has_moved = True

    def clear(self) -> None:
        self._release(self._anchor)
        self._release(self._other)
        self._anchor = self._other = None
        self._has_moved = False

    @property
    def is_begun(self) -> bool:
        """Whether there is an end that Shift and a click can be added to."""
        return self._anchor is not None

    @property
    def selection(self) -> Selection | None:
        """What is selected now; nothing when one end has left the scrollback with its line."""
        if not self._has_moved or self._anchor is None or self._other is None:
            return None
        start, end = self._anchor.point(), self._other.point()
        if start is None or end is None:
            self.clear()
            return None
        if self._by is By.BLOCK:
            return Selection(start, end, is_block=True)
        if self._by is By.CELL:
            return Selection(start, end)
        return self._grown(min(start, end), max(start, end))

    def _grown(self, first: Point, last: Point) -> Selection:
        """To whole words or lines at both ends."""
        at = self._engine.word_at if self._by is By.WORD else self._engine.line_at
        head, tail = at(first), at(last)
        return Selection(head.first if head else first, tail.last if tail else last)

    @staticmethod
    def _release(mark: Mark | None) -> None:
        if mark is not None:
            mark.release()


def spans_of(
    selection: Selection, state: State, *, top: int, rows: int, columns: int
) -> dict[int, Spans]:
    """The cells of a selection by row of what is shown."""
    first, last = selection.first, selection.last
    if selection.is_block:
        left = min(selection.start.column, selection.end.column)
        right = max(selection.start.column, selection.end.column) + 1
        lines = range(max(first.row, top), min(last.row, top + rows - 1) + 1)
        return {row - top: (Span(left, right, state),) for row in lines}
    found: dict[int, Spans] = {}
    for row in range(max(first.row, top), min(last.row, top + rows - 1) + 1):
        left = first.column if row == first.row else 0
        right = last.column + 1 if row == last.row else columns
        found[row - top] = (Span(left, right, state),)
    return found
