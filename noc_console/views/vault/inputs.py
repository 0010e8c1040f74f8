"""Inputs for secrets: masked, never filled in, and emptied once they were read."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.views.kit.dialogs import ask_open_paths
from noc_console.views.kit.label import Label
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import GRID

LARGEST_KEY = 65_536


class SecretLine(QLineEdit):
    """A line that shows dots. `take` empties it: the widget keeps no copy to be found later."""

    def __init__(self, title: str, *, placeholder: str = "") -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(title)
        self.setPlaceholderText(placeholder)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def secret(self) -> Secret:
        return Secret(self.text())

    def take(self) -> Secret:
        """What was typed, which is forgotten here."""
        typed = Secret(self.text())
        self.clear()
        return typed


class KeyInput(QWidget):
    """A private key, pasted or from a file; of it only its length is shown."""

    changed = Signal()

    def __init__(self, on_error: OnError) -> None:
        super().__init__()
        self._key = Secret("")
        self.tasks = Tasks(self, on_error)
        self.state = Label("none yet", tone="dim")
        self.paste_button = QPushButton("Paste")
        self.file_button = QPushButton("Choose a file…")
        self.paste_button.clicked.connect(self.paste)
        self.file_button.clicked.connect(lambda: self.tasks.do("file", self._choose))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.paste_button)
        row.addWidget(self.file_button)
        row.addWidget(self.state, 1)
        self.setFocusProxy(self.paste_button)

    def paste(self) -> None:
        self.put(QGuiApplication.clipboard().text())

    def put(self, text: str) -> None:
        text = text.strip()[:LARGEST_KEY]
        self._key = Secret(text)
        first = text.partition("\n")[0]
        is_key = first.startswith("-----BEGIN ") and "PRIVATE KEY" in first
        self.state.setText(_said(self._key) if is_key else "this is no private key")
        self.state.set_tone("dim" if is_key else "attention")
        self.changed.emit()

    def secret(self) -> Secret:
        return self._key

    async def _choose(self) -> None:
        chosen = await ask_open_paths(self.window(), "Private key", "All files (*)")
        if chosen:
            self.put(_read(chosen[0]))


def _said(key: Secret) -> str:
    if SshLogin(0, "", "", key=key).needs_touch:
        return "a security key's: for terminals alone, by touch"
    return f"a private key of {len(key.reveal()):,} characters"


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(LARGEST_KEY + 1).decode("utf-8", "replace")


def rows_of(*parts: tuple[str, QWidget]) -> QFormLayout:
    """Rows of a title and an input."""
    made = QFormLayout()
    made.setHorizontalSpacing(2 * GRID)
    made.setVerticalSpacing(6)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for title, widget in parts:
        if not widget.accessibleName():
            widget.setAccessibleName(title)
        made.addRow(title, widget)
    return made
