"""Beside the list: how the alarms are distributed, and a click to see only some of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from noc_console.kernel.text import visible
from noc_console.services.alarms.model import Severity
from noc_console.views.alarms.asked import FACETS, Asked
from noc_console.views.alarms.matching import Facet
from noc_console.views.alarms.words import condition_text
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.severity import paint_severity, severity_word
from noc_console.views.kit.table import spaced
from noc_console.views.kit.theme import GRID, SMALL_PX, look

ROW_PX = 22
BOX_PX = 11
MOST = 8
"""Values shown of a facet; more are there when asked for."""
MORE = "\0more"
WIDTH = 208


@dataclass(frozen=True, slots=True)
class Choice:
    """One value: how often, and whether it is picked."""

    value: str
    count: int
    is_picked: bool


class FacetRows(QWidget):
    """The values of one facet as lines with a box; a click or Space turns one."""

    turned = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.choices: tuple[Choice, ...] = ()
        self._all: tuple[Choice, ...] = ()
        self._is_long = False
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName(FACETS[name])
        self._hover = -1
        look().changed.connect(self.update)

    def show_facet(self, facet: Facet, picked: frozenset[str]) -> None:
        """Swap the values; a picked one that nobody has any more stays to be turned off."""
        found = [
            Choice(value, count, value in picked)
            for value, count in zip(facet.values, facet.counts, strict=True)
        ]
        gone = [Choice(value, 0, True) for value in sorted(picked - set(facet.values))]
        choices = (*found, *gone)
        if choices != self._all:
            self._all = choices
            self._cut()

    def _cut(self) -> None:
        shown = self._all
        if not self._is_long and len(shown) > MOST + 1:
            first = [one for at, one in enumerate(shown) if at < MOST or one.is_picked]
            shown = (*first, Choice(MORE, len(self._all) - len(first), False))
        if len(shown) != len(self.choices):
            self.updateGeometry()
        self.choices = tuple(shown)
        self._at = max(0, min(self._at, len(shown) - 1))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, len(self.choices) * ROW_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, len(self.choices) * ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        most = max((one.count for one in self._all), default=1) or 1
        for at, choice in enumerate(self.choices):
            row = QRect(0, at * ROW_PX, self.width(), ROW_PX)
            if row.intersects(event.rect()):
                self._paint_row(painter, row, choice, at, most)
        painter.end()

    def _paint_row(self, painter: QPainter, row: QRect, choice: Choice, at: int, most: int) -> None:
        if at == self._hover or (at == self._at and self.hasFocus()):
            is_here = at == self._at and self.hasFocus()
            painter.fillRect(row, look().color("surface.selected" if is_here else "surface.hover"))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(look().font(12))
        if choice.value == MORE:
            painter.setPen(look().color("accent.plain"))
            painter.drawText(row.adjusted(20, 0, 0, 0), middle, f"{choice.count:,} more")
            return
        box = QRectF(4.5, row.center().y() - BOX_PX / 2 + 0.5, BOX_PX, BOX_PX)
        painter.setPen(QPen(look().color("accent.plain" if choice.is_picked else "line.strong"), 1))
        painter.setBrush(look().color("accent.plain" if choice.is_picked else "surface.field"))
        painter.drawRoundedRect(box, 2, 2)
        left = 22
        if self.name == "severity":
            sign = QRectF(left, row.center().y() - 6, 13, 13)
            paint_severity(painter, sign, Severity[choice.value.upper()])
            left += 19
        count = spaced(choice.count)
        wide = painter.fontMetrics().horizontalAdvance(count) + 6
        bright = choice.is_picked or choice.count
        weight = QFont.Weight.DemiBold if choice.is_picked else QFont.Weight.Normal
        painter.setFont(look().font(12, weight))
        painter.setPen(look().color("text.plain" if bright else "text.faint"))
        room = row.adjusted(left, 0, -wide - 4, 0)
        words = words_of(self.name, choice.value)
        cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, middle, cut)
        painter.setFont(look().font(SMALL_PX))
        painter.setPen(look().color("text.dim"))
        painter.drawText(
            row.adjusted(0, 0, -4, 0), middle | int(Qt.AlignmentFlag.AlignRight), count
        )
        track = QRectF(left, row.bottom() - 1, (row.width() - left - 4) * choice.count / most, 1.5)
        painter.fillRect(track, look().color("line.strong"))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = int(event.position().y()) // ROW_PX
        if at != self._hover:
            self._hover = at
            known = 0 <= at < len(self.choices) and self.choices[at].value != MORE
            self.setToolTip(plain_tip(words_of(self.name, self.choices[at].value)) if known else "")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._at = int(event.position().y()) // ROW_PX
        self._turn()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._at = max(0, min(len(self.choices) - 1, self._at + step))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._turn()
        else:
            super().keyPressEvent(event)

    def _turn(self) -> None:
        if not 0 <= self._at < len(self.choices):
            return
        value = self.choices[self._at].value
        if value == MORE:
            self._is_long = True
            self._cut()
        else:
            self.turned.emit(value)


class FacetPane(QScrollArea):
    """All facets, one below the other; those with nothing to choose are left out."""

    turned = Signal(str, str)  # facet, value

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "side")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(150)
        inner = QWidget()
        inner.setProperty("role", "side")
        inner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(inner)
        column.setContentsMargins(GRID, GRID, 4, GRID)
        column.setSpacing(2)
        self.rows: dict[str, FacetRows] = {}
        self._titles: dict[str, Label] = {}
        for name, title in FACETS.items():
            self._titles[name] = Label(title, tone="dim", size="small")
            rows = self.rows[name] = FacetRows(name)
            rows.turned.connect(lambda value, name=name: self.turned.emit(name, value))
            column.addWidget(self._titles[name])
            column.addWidget(rows)
            column.addSpacing(6)
        column.addStretch(1)
        self.setWidget(inner)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 400)

    def show_facets(self, facets: Mapping[str, Facet], asked: Asked) -> None:
        for name, rows in self.rows.items():
            facet, picked = facets.get(name, Facet()), asked.picked(name)
            rows.show_facet(facet, picked)
            is_useful = len(facet.values) > 1 or bool(picked)
            rows.setVisible(is_useful)
            self._titles[name].setVisible(is_useful)

    def texts(self) -> Mapping[str, Sequence[tuple[str, int]]]:
        """What is shown, for tests and for readers of screens."""
        return {
            name: [(words_of(name, one.value), one.count) for one in rows.choices]
            for name, rows in self.rows.items()
            if rows.isVisibleTo(self)
        }


_SINCE = {"older": "more than a week"}


def words_of(facet: str, value: str) -> str:
    """A value as people say it."""
    if facet == "severity":
        return severity_word(Severity[value.upper()])
    if facet in ("condition", "type"):
        return condition_text(value)
    if facet == "since":
        return _SINCE.get(value, f"up to {value}")
    if facet in ("state", "part"):
        return value.capitalize()
    return visible(value)
