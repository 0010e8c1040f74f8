"""Messages of new alarms in a small window of their own: seen while the console is hidden, too.

They take no focus, leave by themselves unless they are critical, and can be dealt with in place.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from noc_console.kernel.text import visible
from noc_console.services.alarms.model import Severity
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import ElidedLabel
from noc_console.views.kit.severity import SeveritySign, severity_color, severity_word
from noc_console.views.kit.theme import GRID, look
from noc_console.views.shell.news import Card

WIDTH = 400


class AlarmToast(QFrame):
    """One card: what it is, and Acknowledge, Show, close."""

    acknowledged = Signal(object)  # tuple of alarm ids
    asked = Signal(object)  # the Card
    closed = Signal(object)  # the Card

    def __init__(self, card: Card, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        sign = SeveritySign(20)
        sign.show_sign(card.worst.severity)
        self.title = ElidedLabel(tone="bright")
        self.title.show_text(visible(card.title))
        self.text = ElidedLabel(tone="dim")
        self.text.show_text(visible(card.text))
        count = len(card.ids)
        self.take = QPushButton(f"Acknowledge {count:,}" if card.is_group else "Acknowledge")
        self.open = QPushButton("Show")
        self.close_button = IconButton("close", "Close this message")
        self.setAccessibleName(spoken(card))
        for button in (self.take, self.open, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.take.clicked.connect(lambda _=False: self.acknowledged.emit(card.ids))
        self.open.clicked.connect(lambda _=False: self.asked.emit(card))
        self.close_button.clicked.connect(lambda _=False: self.closed.emit(card))
        self._lay_out(sign)
        look().changed.connect(self.update)

    def _lay_out(self, sign: SeveritySign) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(sign)
        top.addWidget(self.title, 1)
        top.addWidget(self.close_button)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addStretch()
        for button in (self.open, self.take):
            button.setFixedHeight(26)
            button.setStyleSheet("QPushButton { padding: 1px 12px; }")
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 10, 10, 10)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.text)
        layout.addLayout(buttons)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        band = QRectF(0, 6, 3, self.height() - 12)
        painter.fillRect(band, severity_color(self.card.worst.severity))
        painter.end()


class AlarmToasts(QWidget):
    """The cards one above the other, at the corner of the console or of its screen."""

    acknowledged = Signal(object)  # tuple of alarm ids
    asked = Signal(object)  # the Card
    closed = Signal(object)  # the Card

    def __init__(self, window: QWidget) -> None:
        flags = (
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.WindowDoesNotAcceptFocus
        )
        super().__init__(None, flags)
        self._window = window
        self.cards: list[AlarmToast] = []
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle("New alarms")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GRID)
        self.hide()

    def show_cards(self, cards: tuple[Card, ...]) -> None:
        """Show these; those that were there already stay as they are."""
        if cards == tuple(toast.card for toast in self.cards):
            return
        there = {toast.card: toast for toast in self.cards}
        for card, toast in there.items():
            if card not in cards:
                self._layout.removeWidget(toast)
                toast.hide()
                toast.deleteLater()
        self.cards = [there.get(card) or self._made(card) for card in cards]
        for at, toast in enumerate(self.cards):
            self._layout.insertWidget(at, toast)
        self.setVisible(bool(self.cards))
        if self.cards:
            self.adjustSize()
            self.place()

    def _made(self, card: Card) -> AlarmToast:
        toast = AlarmToast(card)
        toast.acknowledged.connect(self.acknowledged)
        toast.asked.connect(self.asked)
        toast.closed.connect(self.closed)
        return toast

    def place(self) -> None:
        """At the lower right: of the console while it is seen, of the screen while not."""
        screen = self._window.screen().availableGeometry()
        room = screen
        if self._window.isVisible() and not self._window.isMinimized():
            room = self._window.geometry().adjusted(0, 0, 0, -28).intersected(screen) or screen
        size = self.sizeHint()
        self.setGeometry(QRect(_corner(room, size.width(), size.height()), size))


def _corner(room: QRect, width: int, height: int) -> QPoint:
    left = max(room.left(), room.right() - width - 2 * GRID)
    return QPoint(left, max(room.top(), room.bottom() - height - 2 * GRID))


def spoken(card: Card) -> str:
    """A card for who hears it."""
    severity: Severity = card.worst.severity
    return visible(f"{severity_word(severity)}. {card.title}. {card.text}", limit=300)


def announce(widget: QWidget, text: str) -> None:
    """Let a screen reader say it now, whatever it reads (U47)."""
    said = QAccessibleAnnouncementEvent(widget, text)
    said.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(said)
