"""Finding text in everything a terminal keeps: a bar with the words and the count of hits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.model import Query, Selection
from noc_console.services.terminal.ports import Finder, TerminalEngine
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID

BUDGET_S = 0.004
PAUSE_MS = 120
AGAIN_MS = 700
"""New output is searched this long after it came."""


class Search(QObject):
    """One question to one engine, answered in slices between events."""

    changed = Signal()
    """There are more or other hits, or another one is the chosen one."""

    def __init__(self, engine: TerminalEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self.query: Query | None = None
        self.problem = ""
        self._finder: Finder | None = None
        self._hits: list[Selection] = []
        self._rows: list[int] = []
        self._at: int | None = None
        self._slice = QTimer(self)
        self._slice.setInterval(0)
        self._slice.timeout.connect(self._advance)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._look)

    @property
    def hits(self) -> Sequence[Selection]:
        """From the oldest line to the newest."""
        return self._hits

    @property
    def is_done(self) -> bool:
        return not self._slice.isActive()

    def ask(self, query: Query | None) -> None:
        """Look for this from now on; None ends it."""
        self.query = query if query is not None and query.text else None
        self._at = None
        self._look()

    def output_came(self) -> None:
        """Rows have moved or come: the hits are looked for again in a moment."""
        # A pattern that took too long is not tried again with every line that comes.
        if self.query is not None and not self.problem and not self._again.isActive():
            self._again.start()

    def step(self, by: int, near_row: int) -> Selection | None:
        """The next (1) or the one before (-1), round and round; first the one nearest `near_row`.

        "Before" is further up: what one looks for was said last.
        """
        if not self._hits:
            return None
        if self._at is not None:
            self._at = (self._at + by) % len(self._hits)
        elif by < 0:
            self._at = max(0, bisect_left(self._rows, near_row) - 1)
        else:
            self._at = min(bisect_left(self._rows, near_row), len(self._hits) - 1)
        self.changed.emit()
        return self._hits[self._at]

    @property
    def chosen(self) -> Selection | None:
        return None if self._at is None else self._hits[self._at]

    @property
    def position(self) -> int:
        """Which of the hits is chosen, from 1; 0 for none."""
        return 0 if self._at is None else self._at + 1

    def visible(self, top: int, rows: int) -> Sequence[Selection]:
        """The hits that begin in these rows or in the one before."""
        first = bisect_left(self._rows, top - 1)
        last = bisect_left(self._rows, top + rows)
        return self._hits[first:last]

    def _look(self) -> None:
        self.problem, self._finder = "", None
        self._slice.stop()
        if self.query is None:
            self._take(())
            return
        try:
            self._finder = self._engine.find(self.query)
        except Invalid as error:
            self.problem = str(error)
            self._take(())
            return
        self._slice.start()

    def _advance(self) -> None:
        finder = self._finder
        try:
            is_over = finder is None or finder.advance(BUDGET_S)
        except Invalid as error:
            self.problem, is_over = str(error), True
        if is_over:
            self._slice.stop()
        if finder is not None and (finder.is_done or len(finder.matches) - len(self._hits) > 2000):
            self._take(finder.matches)

    def _take(self, matches: Sequence[Selection]) -> None:
        before = self.chosen
        self._hits = list(reversed(matches))
        self._rows = [hit.start.row for hit in self._hits]
        self._at = None
        if before is not None and self._hits:
            self._at = min(bisect_left(self._rows, before.start.row), len(self._hits) - 1)
        self.changed.emit()


class FindBar(QWidget):
    """Below a terminal. Enter is the one above, Shift+Enter the one below, Esc closes."""

    closed = Signal()
    stepped = Signal(int)

    def __init__(self, search: Search, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = search
        self.setProperty("role", "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = QLineEdit()
        self.text.setPlaceholderText("Find in the terminal")
        self.text.setAccessibleName("Find in the terminal")
        self.text.setMinimumWidth(180)
        self.regex, self.case = QCheckBox("Regex"), QCheckBox("Aa")
        self.regex.setToolTip("The words are a regular expression")
        self.case.setToolTip("Capital letters matter")
        self.case.setAccessibleName("Capital letters matter")
        self.count = Label("", tone="dim")
        self.up = IconButton("up", "The one above (Enter)")
        self.down = IconButton("down", "The one below (Shift+Enter)")
        self.close_button = IconButton("close", "Close (Esc)")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.text.textChanged.connect(lambda _: self._pause.start())
        self.regex.toggled.connect(lambda _: self._ask())
        self.case.toggled.connect(lambda _: self._ask())
        self.up.clicked.connect(lambda: self._step(-1))
        self.down.clicked.connect(lambda: self._step(1))
        self.close_button.clicked.connect(self.shut)
        search.changed.connect(self._tell)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, 4, GRID, 4)
        layout.setSpacing(GRID)
        layout.addWidget(self.text, 1)
        for part in (self.count, self.case, self.regex, self.up, self.down, self.close_button):
            layout.addWidget(part)
        self.hide()

    def open(self, words: str = "") -> None:
        """Show it, with what is selected as its words."""
        if words and "\n" not in words:
            self.text.setText(words)
        self.show()
        self.text.setFocus()
        self.text.selectAll()
        self._ask()

    def shut(self) -> None:
        self._search.ask(None)
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._step(1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else -1)
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        if self._pause.isActive():
            self._ask()
        self.stepped.emit(by)

    def _ask(self) -> None:
        self._pause.stop()
        query = Query(self.text.text(), self.regex.isChecked(), self.case.isChecked())
        if query != self._search.query:
            self._search.ask(query)

    def _tell(self) -> None:
        search = self._search
        wrong = bool(search.problem)
        if self.text.property("wrong") != wrong:
            self.text.setProperty("wrong", wrong)
            self.text.style().polish(self.text)
        if search.problem:
            self.count.setText("no regular expression")
            self.count.setToolTip(search.problem)
        elif search.query is None:
            self.count.setText("")
        elif not search.hits:
            self.count.setText("nothing" if search.is_done else "looking…")
        else:
            of = f"{len(search.hits):,}" + ("" if search.is_done else "…")
            at = search.position
            self.count.setText(f"{at:,} of {of}" if at else of)
        has_hits = bool(search.hits)
        self.up.setEnabled(has_hits)
        self.down.setEnabled(has_hits)
