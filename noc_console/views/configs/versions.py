"""The versions of a device: one shown whole, or compared with another, side by side or unified."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import plural
from noc_console.services.accounting.model import Record
from noc_console.services.accounting.service import AccountingService
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.comparison import Comparison
from noc_console.services.configs.model import ShownText, Version
from noc_console.views.configs.diffview import DiffView, Layout
from noc_console.views.configs.rows import command_columns, version_columns
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import ask_save_path
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.label import ElidedLabel, Label, plain_tip
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import GRID

DIFF, WHOLE, COMMANDS = range(3)
_MODES = ("changes", "whole", "commands")
"""Chips of which one is on."""


class VersionsPane(QWidget):
    """Below the devices. One version chosen: what changed with it; two: what differs."""

    def __init__(
        self,
        desk: Desk,
        archive: ArchiveService,
        accounting: AccountingService,
        on_error: OnError,
    ) -> None:
        super().__init__()
        self._desk, self._archive, self._accounting = desk, archive, accounting
        self.tasks = Tasks(self, on_error)
        self._device: int | None = None
        self._wanted: int | None = None
        self._line: int | None = None
        self.comparison: Comparison | None = None
        self.shown: ShownText | None = None
        self.table: Table[Version] = Table(
            desk, "config-versions", version_columns(desk), lambda v: v.id, on_error, hint="Filter"
        )
        self.commands: Table[Record] = Table(
            desk, "config-commands", command_columns(desk), lambda r: r.id, on_error, hint="Filter"
        )
        self.title = ElidedLabel("", tone="bright")
        self.told = Label("", tone="dim")
        self.diff = DiffView()
        self.text = QPlainTextEdit()
        self.text.setProperty("docked", True)
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("Configuration")
        self.text.setProperty("mono", True)
        self.search_line = QLineEdit()
        self.search_line.setPlaceholderText("Find")
        self.search_line.setAccessibleName("Find in the text")
        self.search_line.setMaximumWidth(180)
        self.chips: dict[str, QToolButton] = {}
        self.stack = QStackedWidget()
        self._lay_out()
        self.table.chosen.connect(self._on_chosen)
        self.diff.placed.connect(self._tell_changes)
        self.search_line.returnPressed.connect(self.find_next)
        QShortcut(QKeySequence("F3"), self).activated.connect(self.find_next)

    # --- for the page ------------------------------------------------------------------------

    def show_device(self, device_id: int | None, name: str = "") -> None:
        """The versions of a device, newest first; nothing for None."""
        if device_id != self._device:
            self._device = device_id
            self.table.set_filter("")
            self.table.show_rows(())
            self._clear(name)
        if device_id is None:
            return
        self.tasks.ask(
            "history",
            self._archive.history(self._desk.actor, device_id=device_id),
            self._show_history,
        )

    def show_version(self, version_id: int, line: int | None = None) -> None:
        """One version whole, at a line, such as one that a search found."""
        self._wanted, self._line = version_id, line
        self.chips["whole"].setChecked(True)

    def compare(self, left_id: int, right_id: int) -> None:
        """Two versions, also of two devices."""
        self.chips["changes"].setChecked(True)
        self.tasks.ask(
            "compare",
            self._archive.compare(
                self._desk.actor,
                left_id=left_id,
                right_id=right_id,
                with_secrets=self.chips["secrets"].isChecked(),
            ),
            self.show_comparison,
        )

    def show_comparison(self, found: Comparison) -> None:
        """Two texts beside each other."""
        self.comparison = found
        self.title.show_text(f"{found.left_name}   →   {found.right_name}")
        self.stack.setCurrentIndex(DIFF)
        self.diff.show_comparison(found)

    # --- doing -------------------------------------------------------------------------------

    def find_next(self) -> None:
        """The next place in the whole text, from the top again after the last."""
        wanted = self.search_line.text()
        if not wanted or self.text.find(wanted):
            return
        cursor = self.text.textCursor()
        cursor.movePosition(cursor.MoveOperation.Start)
        self.text.setTextCursor(cursor)
        if not self.text.find(wanted, QTextDocument.FindFlag(0)):
            self.told.setText(f"“{wanted}” does not occur.")

    def copy(self) -> None:
        """What is shown: the difference, or the selection or all of the text."""
        if self.stack.currentIndex() == DIFF:
            self.diff.copy()
        elif self.stack.currentIndex() == COMMANDS:
            self.commands.copy_as("rows")
        elif self.text.textCursor().hasSelection():
            self.text.copy()
        else:
            self.text.selectAll()
            self.text.copy()

    def save(self) -> None:
        """What is shown, to a file; secrets stay as they are shown."""
        self.tasks.do("save", self._save)

    async def _save(self) -> None:
        if self.stack.currentIndex() == COMMANDS:
            self.commands.export()
            return
        is_diff = self.stack.currentIndex() == DIFF
        text = "" if self.comparison is None else self.comparison.unified()
        name = "change.diff"
        if not is_diff and self.shown is not None:
            text = "\n".join(self.shown.lines)
            plain = "".join(c if c.isalnum() or c in "-._" else "_" for c in self.shown.device)
            name = f"{plain}-{self.shown.version.at:%Y%m%d-%H%M}.cfg"
        kinds = "Difference (*.diff)" if is_diff else "Configuration (*.cfg);;Text (*.txt)"
        path = await ask_save_path(self.window(), "Save", name, kinds)
        if path is not None:
            await asyncio.to_thread(write_whole, path, text.encode())

    # --- how it works ------------------------------------------------------------------------

    def _show_history(self, versions: Sequence[Version]) -> None:
        self.table.show_rows(versions)
        wanted, self._wanted = self._wanted, None
        if wanted is not None and self.table.select(wanted):
            return
        if versions and self.table.current() is None:
            self.table.select(versions[0].id)
        elif not versions:
            self.diff.note = "No configuration of this device was kept yet."
            self._clear(self.title.whole())
            self.stack.setCurrentIndex(DIFF)
        else:
            self._on_chosen()

    def _on_chosen(self) -> None:
        chosen = self.table.selection()
        if not chosen:
            return
        if self.chips["whole"].isChecked():
            self._ask_whole(chosen[0])
        elif self.chips["commands"].isChecked():
            self._ask_commands(chosen[0])
        elif len(chosen) >= 2:
            ordered = sorted(chosen, key=lambda version: version.id)
            self.compare(ordered[0].id, ordered[-1].id)
        else:
            self._ask_change(chosen[0])

    def _ask_change(self, version: Version) -> None:
        """What a version changed: beside the one before, or whole when it is the first."""
        older = [one.id for one in self.table.rows.all_rows() if one.id < version.id]
        if older:
            self.compare(max(older), version.id)
        else:
            self._ask_whole(version)

    def _ask_whole(self, version: Version) -> None:
        self.tasks.ask(
            "text",
            self._archive.show(
                self._desk.actor,
                version_id=version.id,
                with_secrets=self.chips["secrets"].isChecked(),
            ),
            self._show_text,
        )

    def _ask_commands(self, version: Version) -> None:
        """Who typed what since the version before, as the device accounts it."""

        def show(told: Sequence[Record]) -> None:
            self.stack.setCurrentIndex(COMMANDS)
            self.commands.show_rows(told)
            self.title.show_text(f"Until {self._desk.times.absolute(version.at)}")
            changes = sum(1 for one in told if one.is_change)
            words = f"{plural(len(told), 'record')}, {changes} that may change the device"
            self.told.setText(words if told else "The device accounted no command (AAA).")

        self.tasks.ask(
            "commands", self._accounting.of_version(self._desk.actor, version_id=version.id), show
        )

    def _show_text(self, shown: ShownText) -> None:
        self.shown = shown
        self.stack.setCurrentIndex(WHOLE)
        self.text.setPlainText("\n".join(shown.lines))
        self.title.show_text(f"{shown.device}   {self._desk.times.absolute(shown.version.at)}")
        told = [f"{plural(shown.version.lines, 'line')} of “{shown.version.command}”"]
        if shown.masked:
            told.append(f"{plural(shown.masked, 'secret')} masked")
        self.told.setText("   ".join(told))
        line, self._line = self._line, None
        if line is not None:
            cursor = self.text.textCursor()
            cursor.movePosition(
                cursor.MoveOperation.Down, cursor.MoveMode.MoveAnchor, max(0, line - 1)
            )
            cursor.movePosition(cursor.MoveOperation.EndOfLine, cursor.MoveMode.KeepAnchor)
            self.text.setTextCursor(cursor)
            self.text.centerCursor()

    def _clear(self, name: str) -> None:
        self.title.show_text(name)
        self.told.setText("")
        self.comparison, self.shown = None, None
        self.diff.show_comparison(None)
        self.text.setPlainText("")
        self.commands.show_rows(())

    def _tell_changes(self, text: str) -> None:
        found = self.comparison
        if found is not None and text:
            text = f"{text}   +{found.diff.added} −{found.diff.removed} lines"
        self.told.setText(text)

    def _chip(self, id: str, words: str, tip: str, *, checked: bool = False) -> QToolButton:
        button = QToolButton()
        button.setProperty("chip", True)
        button.setCheckable(True)
        button.setChecked(checked)
        button.setText(words)
        button.setToolTip(plain_tip(tip))
        self.chips[id] = button
        return button

    def _toggle_layout(self, unified: bool) -> None:
        self.diff.set_layout(Layout.UNIFIED if unified else Layout.SIDES)

    def _lay_out(self) -> None:
        changes = self._chip("changes", "Changes", "What differs", checked=True)
        whole = self._chip("whole", "Whole text", "The configuration as it was read")
        commands = self._chip(
            "commands", "Commands", "Who typed what before this version, as the device accounts it"
        )
        commands.setVisible(self._desk.actor.may("accounting.see"))
        unified = self._chip("unified", "Unified", "One below the other, as diff -u")
        everything = self._chip("all", "All lines", "Lines that are alike as well")
        secrets = self._chip(
            "secrets", "Show secrets", "Without masks; each look is recorded with your name"
        )
        for mode in (changes, whole, commands):
            mode.toggled.connect(partial(self._switch, mode))
        unified.toggled.connect(self._toggle_layout)
        everything.toggled.connect(lambda on: self.diff.set_changes_only(not on))
        secrets.toggled.connect(lambda _: self._on_chosen())
        tools = QWidget()
        tools.setProperty("role", "toolbar")
        tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(tools)
        line.setContentsMargins(GRID, 6, GRID, 6)
        line.setSpacing(6)
        for chip in self.chips.values():
            line.addWidget(chip)
        line.addStretch(1)
        line.addWidget(self.search_line)
        for text, act in (("Copy", self.copy), ("Save…", self.save)):
            button = QPushButton(text)
            button.clicked.connect(act)
            line.addWidget(button)
        self.stack.addWidget(self.diff)
        self.stack.addWidget(self.text)
        self.stack.addWidget(self.commands)
        self.stack.currentChanged.connect(self._fit_tools)
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, 6, 2 * GRID, 6)
        head.addWidget(self.title, 1)
        head.addWidget(self.told)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(tools)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(right)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 3)
        split.setSizes([370, 860])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        self._fit_tools(DIFF)

    def _fit_tools(self, shown: int) -> None:
        """Only what does something to what is shown."""
        for id in ("unified", "all"):
            self.chips[id].setVisible(shown == DIFF)
        may_reveal = self._desk.actor.may("configs.reveal")
        self.chips["secrets"].setVisible(may_reveal and shown != COMMANDS)
        self.search_line.setVisible(shown == WHOLE)

    def _switch(self, chip: QToolButton, on: bool) -> None:
        """One of the modes is always on; where one is taken off, the next takes its place."""
        modes = [self.chips[id] for id in _MODES]
        chosen = chip if on else modes[1] if chip is modes[0] else modes[0]
        for each in modes:
            each.blockSignals(True)
            each.setChecked(each is chosen)
            each.blockSignals(False)
        self._on_chosen()
