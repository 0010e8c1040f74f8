"""What a page says about itself, in place: an error, an empty list, work under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from noc_console.views.kit.icons import IconButton, paint_icon
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, look

OPENERS = frozenset(
    ["it", "nobody", "nothing", "say", "that", "the", "there", "this", "two", "what", "who"]
)
"""Words errors begin with. Others may be names, which are written as they are."""


def _sentence(text: str) -> str:
    """An error's words as a sentence: they are small where they follow a colon in a log."""
    return text[:1].upper() + text[1:] if text.partition(" ")[0] in OPENERS else text


class IconView(QWidget):
    """An icon as a picture, in the colour of a token."""

    def __init__(self, name: str, size: int, tint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._tint = name, tint
        self.setFixedSize(QSize(size, size))
        look().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_icon(painter, QRectF(self.rect()), self._name, look().color(self._tint))
        painter.end()


class Strip(QWidget):
    """A line along the top of a page: what happened, and at most one thing to do about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = Label("", wrap=True, selectable=True)
        self.button = QPushButton("Retry")
        self.dismiss = IconButton("close", "Dismiss")
        self._act: Callable[[], object] = self.hide
        self.button.clicked.connect(lambda: self._act())
        self.dismiss.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 6, GRID, 6)
        layout.setSpacing(GRID)
        layout.addWidget(IconView("attention", 18, "attention.plain"))
        layout.addWidget(self.text, 1)
        layout.addWidget(self.button)
        layout.addWidget(self.dismiss)
        self.hide()

    def say(self, text: str, *, verb: str = "", act: Callable[[], object] | None = None) -> None:
        self.text.setText(_sentence(text))
        self.button.setVisible(bool(verb and act))
        self.button.setText(verb)
        self._act = act or self.hide
        self.show()


@dataclass(frozen=True, slots=True)
class Empty:
    """Why there is nothing to see, and the one button that helps."""

    what: str
    why: str
    verb: str = ""
    act: Callable[[], object] | None = None
    icon: str = "info"


class EmptyState(QWidget):
    """Stands where rows would stand (U36)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._icon_box = QVBoxLayout()
        self.what = Label("", size="large", tone="bright")
        self.why = Label("", tone="dim", wrap=True)
        self.why.setFixedWidth(56 * GRID)
        self.button = QPushButton()
        self.button.setProperty("main", True)
        self._act: Callable[[], object] = lambda: None
        self.button.clicked.connect(lambda: self._act())
        layout = QVBoxLayout(self)
        layout.setSpacing(GRID)
        layout.addStretch(2)
        layout.addLayout(self._icon_box)
        center = Qt.AlignmentFlag.AlignHCenter
        self.what.setAlignment(center)
        self.why.setAlignment(center)
        layout.addWidget(self.what)
        # Between stretches, not aligned: an aligned label would not wrap by its width.
        middle = QHBoxLayout()
        middle.addStretch()
        middle.addWidget(self.why)
        middle.addStretch()
        layout.addLayout(middle)
        layout.addSpacing(GRID)
        layout.addWidget(self.button, 0, center)
        layout.addStretch(3)

    def show_empty(self, empty: Empty) -> None:
        while (item := self._icon_box.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        picture = IconView(empty.icon, 40, "icon.dim")
        self._icon_box.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self.what.setText(empty.what)
        self.why.setText(empty.why)
        self.button.setVisible(bool(empty.verb and empty.act))
        self.button.setText(empty.verb)
        self._act = empty.act or (lambda: None)


class BusyLine(QWidget):
    """Two pixels that move along the top while a page waits for an answer."""

    PAUSE_MS = 150
    """Answers faster than this show nothing: flicker is worse than waiting."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(2)
        self._step = 0
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(self.PAUSE_MS)
        self._wait.timeout.connect(self._begin)
        self._move = QTimer(self)
        self._move.setInterval(40)
        self._move.timeout.connect(self._advance)

    @property
    def is_moving(self) -> bool:
        return self._move.isActive()

    def set_busy(self, busy: bool) -> None:
        if busy:
            self._wait.start()
        else:
            self._wait.stop()
            self._move.stop()
            self.update()

    def _begin(self) -> None:
        self._step = 0
        self._move.start()
        self.update()

    def _advance(self) -> None:
        self._step = (self._step + 1) % 50
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._move.isActive():
            return
        painter = QPainter(self)
        width = self.width() / 4
        left = (self.width() + width) * self._step / 50 - width
        painter.fillRect(QRectF(left, 0, width, 2), look().color("accent.plain"))
        painter.end()
