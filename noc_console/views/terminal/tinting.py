"""Which cells of a screen are coloured because rules name their words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from noc_console.services.terminal.filtering import Stretch
from noc_console.services.terminal.model import Row
from noc_console.services.terminal.tinting import Tinter
from noc_console.views.terminal.canvas import Span, Spans
from noc_console.views.terminal.ink import TINTS
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.tiles import State

BUDGET_S = 0.002
"""Of the processor's time for each picture; what does not fit is coloured with the next."""
STATES = {token: State(State.TINT_AMBER + at) for at, token in enumerate(TINTS)}


class Tinting(QObject):
    """One screen's coloured words. Only rows that changed are looked at, and only those shown."""

    changed = Signal()
    """Other rules, or they were switched on or off: the picture is another one."""
    gave_up = Signal(str)
    """A sentence about a rule that was too slow."""

    def __init__(self, looks: TerminalLooks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looks = looks
        self._told = ""
        self._rows: list[tuple[Row, Spans | None]] = []
        """What was shown the last time, with its spans where they are known."""
        self.is_behind = False
        """Not all rows were looked at: the time was over."""
        looks.rules.changed.connect(self._begin)
        self._begin()

    def spans(self, rows: Sequence[Row]) -> dict[int, Spans]:
        """What lies over the text of these rows, as far as it is known within the budget."""
        if not self._looks.chosen.colours:
            self._rows, self.is_behind = [], False
            return {}
        self._take_over(rows)
        if any(spans is None for _, spans in self._rows):
            texts = [row.text for row, spans in self._rows if spans is None]
            self.is_behind = not self._tinter.look(texts, budget_s=BUDGET_S)
            self._rows = [
                (row, self._of(row) if spans is None else spans) for row, spans in self._rows
            ]
            self._tell()
        return {at: spans for at, (_, spans) in enumerate(self._rows) if spans}

    def _take_over(self, rows: Sequence[Row]) -> None:
        """Rows that are still there, also where a scroll took them, keep what is known of them."""
        known = {id(row): (row, spans) for row, spans in self._rows}
        self._rows = [known.get(id(row), (row, None)) for row in rows]
        self.is_behind = False

    def _of(self, row: Row) -> Spans | None:
        stretches = self._tinter.known(row.text)
        return None if stretches is None else spans_in(row, stretches)

    def _begin(self) -> None:
        self._tinter = Tinter(self._looks.rules.all)
        self._rows, self._told = [], ""
        self.changed.emit()

    def _tell(self) -> None:
        if self._tinter.problem != self._told:
            self._told = self._tinter.problem
            self._rows = [(row, None) for row, _ in self._rows]
            self.is_behind = True
            self.gave_up.emit(self._told)


def spans_in(row: Row, stretches: Sequence[Stretch]) -> Spans:
    """Parts of a row's text as cells: a wide character, or one with its accents, is never cut."""
    if not stretches:
        return ()
    columns = columns_of(row)
    spans = []
    for part in stretches:
        end = part.end
        while end < len(columns) - 1 and columns[end] == columns[end - 1]:
            end += 1
        spans.append(Span(columns[part.start], columns[end], STATES[part.tint]))
    return tuple(spans)


def columns_of(row: Row) -> list[int]:
    """The column of each character of `row.text`, and behind them that of its end."""
    columns: list[int] = []
    at = 0
    for run in row.runs:
        columns.extend(range(at, run.column))
        if run.is_cluster:
            columns.extend([run.column] * len(run.text))
        else:
            columns.extend(range(run.column, run.column + run.columns, 2 if run.is_wide else 1))
        at = run.column + run.columns
    columns.append(at)
    return columns
