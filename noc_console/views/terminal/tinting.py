"""Which cells of a screen are coloured because rules name their words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from noc_console.services.terminal.filtering import Stretch
from noc_console.services.terminal.model import Row
from noc_console.services.terminal.tinting import Tinter
from noc_console.services.terminal.wrapping import Wrapped, cells_of, text_of, wrapped
from noc_console.views.terminal.canvas import Span, Spans
from noc_console.views.terminal.ink import TINTS
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.tiles import State

BUDGET_S = 0.002
"""Of the processor's time for each picture; what does not fit is coloured with the next."""
STATES = {token: State(State.TINT_AMBER + at) for at, token in enumerate(TINTS)}


class Tinting(QObject):
    """One screen's coloured words. Only lines that changed are looked at, and only those shown;
    what the screen wrapped is one line."""

    changed = Signal()
    """Other rules, or they were switched on or off: the picture is another one."""
    gave_up = Signal(str)
    """A sentence about a rule that was too slow."""

    def __init__(self, looks: TerminalLooks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looks = looks
        self._told = ""
        self._lines: list[tuple[Wrapped, tuple[Spans, ...] | None]] = []
        """What was shown the last time, with the spans of its rows where they are known."""
        self.is_behind = False
        """Not all lines were looked at: the time was over."""
        looks.rules.changed.connect(self._begin)
        self._begin()

    def spans(self, rows: Sequence[Row]) -> dict[int, Spans]:
        """What lies over the text of these rows, as far as it is known within the budget."""
        if not self._looks.chosen.colours:
            self._lines, self.is_behind = [], False
            return {}
        self._take_over(rows)
        if any(spans is None for _, spans in self._lines):
            texts = [text_of(line) for line, spans in self._lines if spans is None]
            self.is_behind = not self._tinter.look(texts, budget_s=BUDGET_S)
            self._lines = [
                (line, self._of(line) if spans is None else spans) for line, spans in self._lines
            ]
            self._tell()
        found: dict[int, Spans] = {}
        first = 0
        for line, each in self._lines:
            found |= {at: spans for at, spans in enumerate(each or (), first) if spans}
            first += len(line)
        return found

    def _take_over(self, rows: Sequence[Row]) -> None:
        """Lines that are still there, also where a scroll took them, keep what is known of them.
        Rows are the same when they are the very same objects."""
        known = dict(self._lines)
        self._lines = [(line, known.get(line)) for line in wrapped(rows)]
        self.is_behind = False

    def _of(self, line: Wrapped) -> tuple[Spans, ...] | None:
        stretches = self._tinter.known(text_of(line))
        return None if stretches is None else spans_in(line, stretches)

    def _begin(self) -> None:
        self._tinter = Tinter(self._looks.rules.all)
        self._lines, self._told = [], ""
        self.changed.emit()

    def _tell(self) -> None:
        if self._tinter.problem != self._told:
            self._told = self._tinter.problem
            self._lines = [(line, None) for line, _ in self._lines]
            self.is_behind = True
            self.gave_up.emit(self._told)


def spans_in(line: Wrapped, stretches: Sequence[Stretch]) -> tuple[Spans, ...]:
    """Parts of a line's text as cells of each of its rows."""
    if not stretches:
        return ((),) * len(line)
    found: list[list[Span]] = [[] for _ in line]
    parts = [(part.start, part.end) for part in stretches]
    for part, cells in zip(stretches, cells_of(line, parts), strict=True):
        for row, start, end in cells:
            found[row].append(Span(start, end, STATES[part.tint]))
    return tuple(map(tuple, found))
