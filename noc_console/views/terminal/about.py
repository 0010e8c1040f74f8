"""About a connection: what was agreed with the device, who proved what, and how much went over."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from noc_console.kernel.quantity import Bytes
from noc_console.kernel.text import duration, visible
from noc_console.services.terminal.session import Session
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, look


class AboutDialog(QDialog):
    """As it is when opened; what a device says of itself is plain text."""

    def __init__(self, parent: QWidget | None, session: Session) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{session.target.title} – connection")
        self.rows = tuple(_rows(session))
        copy, close = QPushButton("Copy"), QPushButton("Close")
        close.setDefault(True)
        close.setFocus()
        copy.setAutoDefault(False)
        copy.clicked.connect(self.copy)
        close.clicked.connect(self.accept)
        self.copy_button = copy
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(Label(session.target.title, size="large", tone="bright"))
        for badge in session.badges:
            layout.addWidget(Label(f"{badge[:1].upper()}{badge[1:]}", tone="attention", wrap=True))
        layout.addLayout(self._grid())
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(copy)
        buttons.addWidget(close)
        layout.addSpacing(GRID)
        layout.addLayout(buttons)

    def copy(self) -> None:
        """All of it, a line each."""
        text = "\n".join(f"{name}: {value}" for name, value in self.rows)
        QGuiApplication.clipboard().setText(text)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(1, 1)
        for at, (name, value) in enumerate(self.rows):
            shown = Label(value, selectable=True, wrap=True)
            shown.setFont(look().mono())
            shown.setMinimumWidth(56 * GRID)
            shown.setAccessibleName(name)
            grid.addWidget(Label(name, tone="dim"), at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(shown, at, 1)
        return grid


def _rows(session: Session) -> list[tuple[str, str]]:
    rows = [("Connection", session.describe), *session.facts]
    if session.target.device_id is not None:
        place = session.target.site or "no site"
        rows.append(("Device", f"{session.target.platform or 'unknown platform'}, {place}"))
    rows += [
        ("Received", str(Bytes(session.received))),
        ("Sent", str(Bytes(session.sent))),
        ("Lasts", duration(session.seconds)),
        ("State", f"{session.state}{', ' + session.why if session.why else ''}"),
    ]
    return [(name, visible(value, limit=400)) for name, value in rows if value]
