"""A secret for a person's eyes: the pass phrase again, fifteen seconds, and a frame."""

from __future__ import annotations

import ctypes

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.secret import Secret
from noc_console.kernel.text import visible
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, look
from noc_console.views.vault.clipboard import CLEAR_MS, SecretClipboard, secret_clipboard
from noc_console.views.vault.inputs import SecretLine, rows_of

SHOWN_S = 15
DOTS = "••••••••••••"
_EXCLUDED = 0x11
"""WDA_EXCLUDEFROMCAPTURE of SetWindowDisplayAffinity: not in pictures of the screen."""


class AgainDialog(Dialog):
    """Asks for the pass phrase once more, for one deed, and which of several it is for."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        verb: str,
        *,
        choices: tuple[str, ...] = (),
    ) -> None:
        super().__init__(parent, title, text, verb)
        self.choice = QComboBox()
        self.choice.addItems(list(choices))
        self.phrase = SecretLine("Pass phrase")
        rows: list[tuple[str, QWidget]] = [("Show", self.choice)] if len(choices) > 1 else []
        self.body.addSpacerItem(QSpacerItem(420, 0))
        self.body.addLayout(rows_of(*rows, ("Your pass phrase", self.phrase)))
        self.phrase.setFocus()

    def accept(self) -> None:
        if not self.phrase.text():
            self.refuse("Your pass phrase is needed.")
            return
        super().accept()


class RevealDialog(QDialog):
    """Shows a secret until the time is over; dots whenever another window is in front."""

    def __init__(
        self,
        parent: QWidget | None,
        name: str,
        secret: Secret,
        *,
        seconds: int = SHOWN_S,
        clipboard: SecretClipboard | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{name} is shown")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._secret, self._left = secret, seconds
        self._clipboard = clipboard or secret_clipboard()
        self.text = Label(DOTS, size="large", tone="bright", wrap=True)
        # In letters that tell l, I and 1 apart: it is typed from here.
        self.text.setFont(look().mono())
        self.text.setMinimumWidth(54 * GRID)
        self.time = Label("", tone="dim")
        self.note = Label("", tone="dim", wrap=True)
        self.copy_button = QPushButton("Copy for 30 s")
        self.close_button = QPushButton("Hide now")
        self.copy_button.clicked.connect(self.copy)
        self.close_button.clicked.connect(self.accept)
        self.close_button.setDefault(True)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self._lay_out(name)
        self._show_time()
        self._timer.start()

    def copy(self) -> None:
        self._clipboard.copy(self._secret)
        self.note.setText(f"On the clipboard for {CLEAR_MS // 1000} s.")

    def is_in_front(self) -> bool:
        return self.isActiveWindow()

    def refresh(self) -> None:
        """Dots unless this window is in front: who takes a picture brings another one there."""
        shown = "\n".join(visible(line) for line in self._secret.reveal().splitlines())
        self.text.setText(shown if self.is_in_front() else DOTS)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.__dict__:
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        keep_out_of_pictures(self)
        self.refresh()

    def done(self, result: int) -> None:
        self._timer.stop()
        self._secret = Secret("")
        self.text.setText(DOTS)
        super().done(result)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QPen(look().color("attention.plain"), 4))
        painter.drawRect(QRectF(self.rect()).adjusted(2, 2, -2, -2))
        painter.end()

    def _tick(self) -> None:
        self._left -= 1
        self._show_time()
        if self._left <= 0:
            self.reject()

    def _show_time(self) -> None:
        self.time.setText(f"Hidden again in {max(0, self._left)} s. Who looked is in the journal.")

    def _lay_out(self, name: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addWidget(Label(name, tone="dim"))
        column.addWidget(self.text)
        column.addWidget(self.time)
        column.addWidget(self.note)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.copy_button)
        row.addWidget(self.close_button)
        column.addLayout(row)


def keep_out_of_pictures(window: QWidget) -> bool:
    """Ask the system to leave a window out of screenshots and recordings; False where it cannot.

    Windows can. X11 and Wayland have no such wish, hence the dots when another window is in front.
    """
    libraries = getattr(ctypes, "windll", None)
    if libraries is None:
        return False
    return bool(libraries.user32.SetWindowDisplayAffinity(int(window.winId()), _EXCLUDED))
