"""Short messages at the lower right: they come, are read, and leave; never take the focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget
from shiboken6 import isValid

from noc_console.views.kit.desk import Tone
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID

STAYS_MS = 6000
MOST = 4


class Toast(QFrame):
    """One message; a click sends it away."""

    def __init__(self, text: str, tone: Tone, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = text
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        label = Label(
            text, tone="attention" if tone is Tone.ATTENTION else "bright", wrap=len(text) > 60
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 10, 2 * GRID, 10)
        layout.addWidget(label)
        self.setMaximumWidth(440)
        self.adjustSize()

    def mousePressEvent(self, event: object) -> None:
        self.deleteLater()


class Toasts(QObject):
    """Stacks messages over the window's corner."""

    def __init__(self, window: QWidget, *, bottom: int) -> None:
        super().__init__(window)
        self._window, self._bottom = window, bottom
        self._shown: list[Toast] = []
        window.installEventFilter(self)

    @property
    def texts(self) -> list[str]:
        return [toast.text for toast in self._shown]

    def say(self, text: str, tone: str = Tone.PLAIN) -> None:
        if text in self.texts:
            return  # the same news twice is one piece of news
        toast = Toast(text, Tone(tone), self._window)
        toast.destroyed.connect(lambda _=None, gone=toast: self._forget(gone))
        self._shown.append(toast)
        for old in self._shown[:-MOST]:
            old.deleteLater()
        QTimer.singleShot(STAYS_MS, toast, toast.deleteLater)
        toast.show()
        toast.raise_()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _forget(self, gone: Toast) -> None:
        self._shown = [toast for toast in self._shown if toast is not gone]
        if isValid(self._window):
            self._place()

    def _place(self) -> None:
        bottom = self._window.height() - self._bottom - GRID
        for toast in reversed(self._shown):
            bottom -= toast.height()
            toast.move(self._window.width() - toast.width() - 2 * GRID, bottom)
            bottom -= GRID
