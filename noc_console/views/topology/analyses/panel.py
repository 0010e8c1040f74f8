"""What the panels of all analyses share: choices in chips, a list, and a way out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Hashable, Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import visible
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.theme import GRID, look
from noc_console.views.topology.analyses.rows import RowList
from noc_console.views.topology.side import SidePanel


class Choice(QWidget):
    """One of several, as chips in a line: by click, or by arrows once it has the focus."""

    changed = Signal(str)  # by the operator

    def __init__(self, name: str, *, small: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_small = small
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(3 if small else 6)
        self._line.addStretch()
        self.buttons: dict[str, QToolButton] = {}

    def offer(self, offered: Sequence[tuple[str, str, str]], chosen: str = "") -> None:
        """What there is as (id, words, tip); tells nobody."""
        before = chosen or self.chosen
        if list(self.buttons) != [id for id, _, _ in offered]:
            for button in self.buttons.values():
                self._group.removeButton(button)
                button.hide()
                button.deleteLater()
            self.buttons = {id: self._button(id) for id, _, _ in offered}
        for id, words, tip in offered:
            self.buttons[id].setText(words.replace("&", "&&"))
            self.buttons[id].setToolTip(plain_tip(tip))
            self.buttons[id].setAccessibleName(tip or words)
        if self.buttons:
            self.choose(before if before in self.buttons else next(iter(self.buttons)))

    def choose(self, id: str) -> None:
        """Choose without telling."""
        self.buttons[id].setChecked(True)

    @property
    def chosen(self) -> str:
        return next((id for id, each in self.buttons.items() if each.isChecked()), "")

    def _button(self, id: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("chip", True)
        button.setCheckable(True)
        if self._is_small:
            button.setFont(look().font(11))
        button.clicked.connect(lambda _=False: self.changed.emit(id))
        self._group.addButton(button)
        self._line.insertWidget(self._line.count() - 1, button)
        return button


class AnalysisPanel(SidePanel):
    """A side panel with one list; Esc leaves."""

    key_chosen = Signal(object)

    def __init__(self, title: str, list_name: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.under.hide()
        self.list = RowList(list_name)
        self.list.chosen.connect(self.key_chosen)
        self.verdict = Label("", wrap=True, selectable=True)
        self.note = Label("", tone="dim", size="small", wrap=True)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(GRID)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def say(self, text: str) -> None:
        """The verdict; device names in it are shown as they are."""
        # A line does not end within a unit.
        self.verdict.setText(visible(text).replace("b/s", "b/\u2060s"))
        self.verdict.setVisible(bool(text))

    def hint(self, text: str) -> None:
        """A remark in small letters, or none."""
        self.note.setText(visible(text))
        self.note.setVisible(bool(text))

    def add_button(self, text: str, act: Callable[[], object], *, tip: str = "") -> QPushButton:
        """A button under the list."""
        button = QPushButton(text)
        button.setToolTip(plain_tip(tip))
        button.clicked.connect(lambda _=False: act())
        self.foot.addWidget(button)
        return button

    def line(self, name: str, widget: QWidget) -> QWidget:
        """A choice with its name before it."""
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(Label(name, tone="dim", size="small"))
        layout.addWidget(widget, 1)
        return row

    def stack(self, *parts: QWidget) -> None:
        """The parts from top to bottom; the list takes what is left."""
        for part in parts:
            self.body.addWidget(part, 1 if part is self.list else 0)
        self.foot.addStretch()
        self.body.addLayout(self.foot)


class Card(QWidget):
    """A frame around a few lines."""

    def __init__(self, role: str = "card", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.lines = QVBoxLayout(self)
        self.lines.setContentsMargins(GRID + 2, GRID, GRID + 2, GRID)
        self.lines.setSpacing(4)


def as_csv(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table for a spreadsheet. What a device says may not become a formula there."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, str):
        shown = visible(value)
        return f"'{shown}" if shown[:1] in ("=", "+", "-", "@") else shown
    return value


Key = Hashable
