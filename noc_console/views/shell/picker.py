"""A line to type in and a list of answers below it: the palette and the omnibox are made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from noc_console.kernel.text import visible
from noc_console.views.kit.icons import pixmap
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, SMALL_PX, look

Index = QModelIndex | QPersistentModelIndex
ROW = 34
WIDTH = 640
MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: what it is, where or what more, its shortcut, and what choosing it does."""

    title: str
    act: Callable[[], object]
    detail: str = ""
    icon: str = ""
    keys: str = ""
    is_enabled: bool = True


class Choices(QAbstractListModel):
    """The answers shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.items: tuple[Choice, ...] = ()

    def show(self, items: Sequence[Choice]) -> None:
        self.beginResetModel()
        self.items = tuple(items)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return visible(self.items[index.row()].title)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            choice = self.items[index.row()]
            return visible(f"{choice.title} {choice.detail} {choice.keys}")
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        enabled = index.isValid() and self.items[index.row()].is_enabled
        usable = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usable if enabled else Qt.ItemFlag.NoItemFlags


class _ChoiceDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(WIDTH, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        given: Any = option  # the stubs do not know the inherited fields
        rect: QRect = given.rect
        model = index.model()
        assert isinstance(model, Choices)
        choice = model.items[index.row()]
        painter.save()
        if given.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect.adjusted(6, 1, -6, -1), look().color("surface.selected"))
        room = rect.adjusted(2 * GRID, 0, -2 * GRID, 0)
        if choice.icon:
            ratio = painter.device().devicePixelRatioF()
            picture = pixmap(choice.icon, 16, "icon.plain", ratio)
            painter.drawPixmap(QPoint(room.left(), room.center().y() - 7), picture)
        room.adjust(3 * GRID, 0, 0, 0)
        room = self._keys(painter, room, choice)
        self._words(painter, room, choice)
        painter.restore()

    def _keys(self, painter: QPainter, room: QRect, choice: Choice) -> QRect:
        if not choice.keys:
            return room
        painter.setFont(look().font(SMALL_PX))
        painter.setPen(look().color("text.faint"))
        painter.drawText(
            room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, choice.keys
        )
        return room.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(choice.keys) - GRID, 0)

    def _words(self, painter: QPainter, room: QRect, choice: Choice) -> None:
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(look().font(weight=QFont.Weight.Medium))
        painter.setPen(look().color("text.bright" if choice.is_enabled else "text.disabled"))
        most = room.width() if not choice.detail else int(room.width() * 0.62)
        metrics = painter.fontMetrics()
        title = metrics.elidedText(visible(choice.title), Qt.TextElideMode.ElideRight, most)
        painter.drawText(room, side, title)
        if choice.detail:
            rest = room.adjusted(metrics.horizontalAdvance(title) + 12, 0, 0, 0)
            painter.setFont(look().font(SMALL_PX + 1))
            painter.setPen(look().color("text.dim"))
            painter.drawText(
                rest,
                side,
                painter.fontMetrics().elidedText(
                    visible(choice.detail), Qt.TextElideMode.ElideRight, rest.width()
                ),
            )


class Picker(QFrame):
    """Floats over the window, takes the keyboard, gives it back when it closes."""

    typed = Signal(str)
    closed = Signal()

    def __init__(self, window: QWidget, hint: str, icon_name: str = "search") -> None:
        super().__init__(window)
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.line = QLineEdit()
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(hint)
        self.line.setFixedHeight(36)
        self.choices = Choices(self)
        self.list = QListView()
        self.list.setModel(self.choices)
        self.list.setItemDelegate(_ChoiceDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setStyleSheet("QListView { background: transparent; }")
        self.note = Label("", tone="faint", size="small")
        self._back: QWidget | None = None
        self._over = window
        self._lay_out()
        self.line.textEdited.connect(self.typed)
        self.line.installEventFilter(self)
        self.list.clicked.connect(self._take)
        window.installEventFilter(self)
        self.hide()

    def open(self, text: str = "") -> None:
        """Show it with an empty line, or with `text` in it."""
        self._back = QApplication.focusWidget()
        self.line.setText(text)
        self.line.selectAll()
        self.typed.emit(text)
        self._place()
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_up(self) -> None:
        """Hide it and give the focus back to where it was."""
        if not self.isVisible():
            return
        self.hide()
        if self._back is not None and isValid(self._back):
            self._back.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def show_choices(self, items: Sequence[Choice], note: str = "") -> None:
        self.choices.show(items)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        if items:
            self.list.setCurrentIndex(self.choices.index(0))
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line:
            if event.type() == QEvent.Type.KeyPress:
                assert isinstance(event, QKeyEvent)
                return self._key(event)
            if event.type() == QEvent.Type.FocusOut and self.isVisible():
                self._back = None  # the focus went elsewhere on purpose
                self.close_up()
        elif event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: MOST_ROWS,
            Qt.Key.Key_PageUp: -MOST_ROWS,
        }
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.close_up()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.list.currentIndex())
        elif key in steps:
            self._move(steps[key])
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._move(1 if key == Qt.Key.Key_Tab else -1)
        else:
            return False
        return True

    def _move(self, by: int) -> None:
        last = len(self.choices.items) - 1
        if last >= 0:
            at = self.list.currentIndex().row() + by
            at = (
                (last if at < 0 else 0 if at > last else at)
                if abs(by) == 1
                else max(0, min(last, at))
            )
            self.list.setCurrentIndex(self.choices.index(at))

    def _take(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        choice = self.choices.items[index.row()]
        if choice.is_enabled:
            self.close_up()
            choice.act()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 6)
        layout.setSpacing(6)
        top = QVBoxLayout()
        top.setContentsMargins(GRID, 0, GRID, 0)
        top.addWidget(self.line)
        layout.addLayout(top)
        layout.addWidget(self.list)
        bottom = QVBoxLayout()
        bottom.setContentsMargins(2 * GRID, 0, 2 * GRID, 2)
        bottom.addWidget(self.note)
        layout.addLayout(bottom)

    def _place(self) -> None:
        window = self._over
        width = min(WIDTH, window.width() - 4 * GRID)
        rows = min(MOST_ROWS, len(self.choices.items), max(1, (window.height() - 200) // ROW))
        self.list.setFixedHeight(rows * ROW + (4 if rows else 0))
        self.list.setVisible(rows > 0)
        # A hidden layout answers with old sizes: add up what is shown.
        height = GRID + 36 + 12 + (self.list.height() if rows else 0)
        height += 22 if self.note.text() else 0
        self.setGeometry((window.width() - width) // 2, 56, width, height)
