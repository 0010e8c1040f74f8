"""Lists of findings: a headline, a line under it, bars; as many as there are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from noc_console.kernel.text import visible
from noc_console.services.topology.findings import BUSY
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import look

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
TOP = QModelIndex()
PAD = 7
LINE = 19
UNDER = 16
BAR = 16
LABEL_W = 30
VALUE_W = 104
ALIKE = 50
"""The rows of a long list are of one kind and height; so many may differ."""
SHOWN = 5
"""Rows a list has room for at least."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A bar in a row: what, how full (0–1, None when not known), and in words."""

    name: str
    share: float | None
    text: str
    is_load: bool = True
    """Loads ask for a look when high; other shares are only long."""

    @property
    def is_bad(self) -> bool:
        return self.is_load and self.share is not None and self.share >= BUSY


@dataclass(frozen=True, slots=True)
class Row:
    """One finding; `key` is what choosing it means."""

    text: str
    under: str = ""
    value: str = ""
    gauges: tuple[Gauge, ...] = ()
    key: Hashable = None
    is_bad: bool = False
    """The value asks for a look; it says so in words too."""

    @property
    def height(self) -> int:
        under = UNDER if self.under else 0
        return 2 * PAD + LINE + under + BAR * len(self.gauges)

    @property
    def spoken(self) -> str:
        parts = (self.text, self.value, self.under, *(f"{g.name} {g.text}" for g in self.gauges))
        return ", ".join(filter(None, parts))


class Made(Sequence[Row]):
    """Rows made when they are looked at: of ten thousand findings a screen shows twenty."""

    def __init__(self, items: Sequence[T], make: Callable[[T], Row]) -> None:
        self._items: Sequence[Any] = items
        self._make = make
        self._made: dict[int, Row] = {}

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        row = self._made.get(at)
        if row is None:
            row = self._made[at] = self._make(self._items[at])
        return row


class Rows(QAbstractListModel):
    """The rows as Qt asks for them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[Row] = ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        if len(rows) == len(self.rows) and rows:
            self.rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = TOP) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return visible(row.spoken)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip("\n".join(filter(None, (row.text, row.under))))
        return None


class RowList(QTableView):
    """Rows to walk through by keys; a click or Enter chooses one.

    A table of one column: a QListView asks the model twice for each of ten thousand rows.
    """

    chosen = Signal(object)  # the row's key

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setMinimumHeight(SHOWN * 54)
        self.model_ = Rows(self)
        self.setModel(self.model_)
        self.setItemDelegate(_RowDelegate(self))
        self.clicked.connect(self._choose)
        look().changed.connect(self.viewport().update)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Other rows; the current one stays where it is when their number is the same."""
        heights = [row.height for row in rows[:ALIKE]]
        if heights:
            self.verticalHeader().setDefaultSectionSize(max(heights))
        self.model_.show_rows(rows)
        if len(heights) == len(rows):
            for at, height in enumerate(heights):
                self.setRowHeight(at, height)

    @property
    def rows(self) -> Sequence[Row]:
        return self.model_.rows

    @property
    def current(self) -> Row | None:
        at = self.currentIndex().row()
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def go(self, at: int) -> None:
        """Make a row the current one."""
        self.setCurrentIndex(self.model_.index(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()  # the panel's
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # A letter typed here is a command of the map, not a search among rows.
        if event.type() == QEvent.Type.ShortcutOverride:
            event.ignore()
            return False
        return super().event(event)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid() and self.rows[index.row()].key is not None:
            self.chosen.emit(self.rows[index.row()].key)


class _RowDelegate(QStyledItemDelegate):
    """Paints one row."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, self._row(index).height)

    def _row(self, index: Index) -> Row:
        model = index.model()
        assert isinstance(model, Rows)
        return model.rows[index.row()]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, room = self._row(index), QRect(option.rect)
        painter.save()
        self._ground(painter, option, room)
        inner = room.adjusted(10, PAD, -10, -PAD)
        top = QRect(inner.left(), inner.top(), inner.width(), LINE)
        self._head(painter, top, row)
        at = top.bottom() + 1
        if row.under:
            line = QRect(inner.left(), at, inner.width(), UNDER)
            painter.setFont(look().font(11))
            painter.setPen(look().color("text.dim"))
            self._words(painter, line, row.under, Qt.AlignmentFlag.AlignLeft)
            at += UNDER
        for gauge in row.gauges:
            self._gauge(painter, QRect(inner.left(), at, inner.width(), BAR), gauge)
            at += BAR
        painter.setPen(look().color("line.hair"))
        painter.drawLine(room.left() + 10, room.bottom(), room.right() - 10, room.bottom())
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, room: QRect) -> None:
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            active = state & QStyle.StateFlag.State_Active
            token = "surface.selected" if active else "surface.selected_idle"
            painter.fillRect(room, look().color(token))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(room, look().color("surface.hover"))

    def _head(self, painter: QPainter, room: QRect, row: Row) -> None:
        weight = QFont.Weight.DemiBold if row.is_bad else QFont.Weight.Normal
        font = look().font(weight=weight)
        wide = QFontMetrics(font).horizontalAdvance(row.value)
        painter.setFont(look().font())
        painter.setPen(look().color("text.bright"))
        name = QRect(room.left(), room.top(), room.width() - wide - 10, room.height())
        self._words(painter, name, row.text, Qt.AlignmentFlag.AlignLeft)
        painter.setFont(font)
        painter.setPen(look().color("attention.plain" if row.is_bad else "text.plain"))
        self._words(painter, room, row.value, Qt.AlignmentFlag.AlignRight)

    def _gauge(self, painter: QPainter, room: QRect, gauge: Gauge) -> None:
        painter.setFont(look().font(11))
        painter.setPen(look().color("text.dim"))
        label = QRect(room.left(), room.top(), LABEL_W, room.height())
        self._words(painter, label, gauge.name, Qt.AlignmentFlag.AlignLeft)
        value = QRect(room.right() - VALUE_W, room.top(), VALUE_W + 1, room.height())
        painter.setPen(look().color("attention.plain" if gauge.is_bad else "text.plain"))
        self._words(painter, value, gauge.text, Qt.AlignmentFlag.AlignRight)
        left = room.left() + (LABEL_W if gauge.name else 0)
        track = QRectF(left, room.center().y() - 2, value.left() - left - 8, 5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().color("surface.raised"))
        painter.drawRoundedRect(track, 2.5, 2.5)
        if gauge.share is not None and gauge.share > 0:
            full = QRectF(track)
            full.setWidth(max(3.0, track.width() * min(1.0, gauge.share)))
            painter.setBrush(look().color("attention.plain" if gauge.is_bad else "load.low"))
            painter.drawRoundedRect(full, 2.5, 2.5)

    def _words(self, painter: QPainter, room: QRect, text: str, align: Qt.AlignmentFlag) -> None:
        cut = painter.fontMetrics().elidedText(
            visible(text), Qt.TextElideMode.ElideRight, max(8, room.width())
        )
        painter.drawText(room, int(align | Qt.AlignmentFlag.AlignVCenter), cut)
