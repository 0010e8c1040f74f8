"""The strip of tools that floats over the map while it is edited."""

from __future__ import annotations

from enum import StrEnum
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from noc_console.services.maps.model import DrawingKind, Tint
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.theme import GRID, look
from noc_console.views.topology.drawing import tint_color

ABOVE = 10
"""Pixels between the top of the map and the strip."""


class Hand(StrEnum):
    """What a press on the map does."""

    SELECT = "select"
    NOTE = "note"
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    POLYGON = "polygon"
    LINE = "line"
    ARROW = "arrow"

    @property
    def kind(self) -> DrawingKind:
        return DrawingKind(self.value)


HANDS = (
    (Hand.SELECT, "cursor", "Select, move and resize (V)"),
    (Hand.NOTE, "note", "Note: click and write (N)"),
    (Hand.RECTANGLE, "rectangle", "Area: drag a rectangle (R)"),
    (Hand.ELLIPSE, "ellipse", "Area: drag an ellipse (O)"),
    (Hand.POLYGON, "polygon", "Area: click corners, Enter or double click ends (Y)"),
    (Hand.LINE, "line", "Line (L)"),
    (Hand.ARROW, "arrow", "Arrow (A)"),
)
KEYS = {
    Qt.Key.Key_V: Hand.SELECT,
    Qt.Key.Key_N: Hand.NOTE,
    Qt.Key.Key_R: Hand.RECTANGLE,
    Qt.Key.Key_O: Hand.ELLIPSE,
    Qt.Key.Key_Y: Hand.POLYGON,
    Qt.Key.Key_L: Hand.LINE,
    Qt.Key.Key_A: Hand.ARROW,
}


class EditStrip(QWidget):
    """Buttons only; what they mean is the edit tool's."""

    hand_chosen = Signal(str)
    tint_chosen = Signal(str)
    asked = Signal(str)
    """`image`, `front`, `behind`, `lock`, `remove` or `done`."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.hands: dict[Hand, IconButton] = {}
        self.deeds: dict[str, IconButton] = {}
        self.snap = IconButton("grid", "Snap to the grid")
        self.snap.setCheckable(True)
        self.tints = QToolButton()
        self.done = QPushButton("Done")
        self.done.setToolTip("Leave editing (Esc)")
        self._lay_out()
        self.show_tint(Tint.GREY)
        self.done.clicked.connect(partial(self.asked.emit, "done"))
        look().changed.connect(self._fill_tints)
        over.installEventFilter(self)
        self.hide()

    def _lay_out(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(GRID // 2, 3, GRID // 2, 3)
        line.setSpacing(2)
        for hand, picture, tip in HANDS:
            button = IconButton(picture, tip)
            button.setCheckable(True)
            button.setAutoExclusive(False)
            button.clicked.connect(partial(self._choose, hand))
            self.hands[hand] = button
            line.addWidget(button)
        for parts in (
            (("image", "image", "Background image…"),),
            (
                ("front", "front", "To the front (])"),
                ("behind", "behind", "To the back ([)"),
                ("lock", "lock", "Lock what is chosen; with nothing chosen unlock all"),
                ("trash", "remove", "Remove what is chosen (Del)"),
            ),
        ):
            for picture, word, tip in parts:
                self._deed(line, picture, word, tip)
            if len(parts) == 1:
                line.addWidget(_rule())
                self._tints(line)
                line.addWidget(self.snap)
                line.addWidget(_rule())
        line.addWidget(_rule())
        line.addWidget(self.done)
        self.show_hand(Hand.SELECT)

    def _deed(self, line: QHBoxLayout, picture: str, word: str, tip: str) -> None:
        button = IconButton(picture, tip)
        button.clicked.connect(partial(self.asked.emit, word))
        self.deeds[word] = button
        line.addWidget(button)

    def _tints(self, line: QHBoxLayout) -> None:
        self.tints.setAutoRaise(True)
        self.tints.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.tints.setToolTip("Tint of what is chosen and drawn next")
        self.tints.setAccessibleName("Tint")
        self.tints.setIconSize(QSize(16, 16))
        self.tints.setMenu(QMenu(self.tints))
        self._fill_tints()
        line.addWidget(self.tints)

    def _fill_tints(self) -> None:
        menu = self.tints.menu()
        menu.clear()
        for tint in Tint:
            action = menu.addAction(_dot(tint), tint.value.capitalize())
            action.triggered.connect(partial(self._tint, tint))

    def _choose(self, hand: Hand, _checked: bool = False) -> None:
        self.hand_chosen.emit(hand.value)

    def _tint(self, tint: Tint, _checked: bool = False) -> None:
        self.tint_chosen.emit(tint.value)

    def show_hand(self, hand: Hand) -> None:
        for each, button in self.hands.items():
            button.setChecked(each is hand)

    def show_tint(self, tint: Tint) -> None:
        self.tints.setIcon(_dot(tint))

    def show_chosen(self, count: int) -> None:
        """Deeds that need something chosen are dim without."""
        for word in ("front", "behind", "remove"):
            self.deeds[word].setEnabled(bool(count))

    def open(self) -> None:
        self._settle()
        self.show()
        self.raise_()

    def _settle(self) -> None:
        self.adjustSize()
        self.move(max(0, (self._over.width() - self.width()) // 2), ABOVE)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self._over:
            self._settle()
        return super().eventFilter(watched, event)


class _Rule(QWidget):
    """A hair between groups of buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(GRID + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = look().color("line.strong")
        painter.fillRect(GRID // 2, 5, 1, self.height() - 10, color)
        painter.end()


def _rule() -> QWidget:
    return _Rule()


def _dot(tint: Tint) -> QIcon:
    pixmap = QPixmap(32, 32)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint_color(tint))
    painter.drawEllipse(5, 5, 22, 22)
    painter.end()
    return QIcon(pixmap)
