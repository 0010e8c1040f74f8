"""Lines found in all configurations, with the version each stands in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from noc_console.kernel.text import plural
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.model import Match, SearchResult
from noc_console.views.configs.rows import match_columns
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import Label
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import GRID


class SearchPane(QWidget):
    """A line to search by; Enter asks. Enter on a row opens its version there."""

    opened = Signal(object)  # Match

    def __init__(self, desk: Desk, archive: ArchiveService, on_error: OnError) -> None:
        super().__init__()
        self._desk, self._archive = desk, archive
        self.tasks = Tasks(self, on_error)
        self.line = QLineEdit()
        self.line.setPlaceholderText(
            'Words of one line   ntp server -10.0.0.1   "ip helper"   /neighbor \\S++ shutdown/'
        )
        self.line.setAccessibleName("Search in all configurations")
        self.every = QCheckBox("All versions")
        self.button = QPushButton("Search")
        self.told = Label(
            "The newest configuration of each device is searched, or every version kept."
            " What only stands in a secret is not found.",
            tone="dim",
        )
        self.table: Table[Match] = Table(
            desk,
            "config-search",
            match_columns(desk),
            lambda match: (match.version_id, match.line),
            on_error,
        )
        self._lay_out()
        self.line.returnPressed.connect(self.search)
        self.button.clicked.connect(self.search)
        self.table.opened.connect(self.opened.emit)
        self.setFocusProxy(self.line)

    def search(self) -> None:
        """Look for what is in the line."""
        if not self.line.text().strip():
            return
        self.told.setText("Searching…")
        self.tasks.ask(
            "search",
            self._archive.search(
                self._desk.actor, text=self.line.text(), all_versions=self.every.isChecked()
            ),
            self._show,
        )

    def _show(self, found: SearchResult) -> None:
        self.table.show_rows(found.matches)
        devices = len({match.device_id for match in found.matches})
        told = f"{plural(len(found.matches), 'line')} on {plural(devices, 'device')}"
        told += f"   {plural(found.searched, 'configuration')} in {found.took_s:.1f} s"
        if not found.is_complete:
            told += f"   of {found.total}: there is more, say it more closely"
        self.told.setText(told)

    def _lay_out(self) -> None:
        tools = QWidget()
        tools.setProperty("role", "toolbar")
        tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(tools)
        line.setContentsMargins(GRID + 4, 6, GRID, 6)
        line.setSpacing(GRID)
        line.addWidget(self.line, 1)
        line.addWidget(self.every)
        line.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(tools)
        told = QHBoxLayout()
        told.setContentsMargins(2 * GRID, 6, 2 * GRID, 6)
        told.addWidget(self.told)
        layout.addLayout(told)
        self.table.sort_by_default("device")
        layout.addWidget(self.table, 1)
