"""`| grep` beside a terminal: the lines of the running command that matter, coloured by rules."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QHideEvent,
    QShowEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.filtering import (
    KEPT,
    MARK,
    Line,
    LiveFilter,
    Wanted,
)
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import Label
from noc_console.views.kit.strips import Strip
from noc_console.views.kit.theme import GRID, look
from noc_console.views.terminal.tintrules import RulesLine, TintRules

TICK_MS = 50
BUDGET_S = 0.006
"""Of each tick for new lines: the terminal beside must stay alive."""
SLICE = 400
SHOWN = 20_000
"""Lines kept on screen."""
CHIPS = (
    ("regex", "Regex", "The pattern is a regular expression"),
    ("case", "Aa", "Capitals count"),
    ("invert", "Not", "Lines that do not match"),
    ("command", "Each command anew", "Begin anew with every Enter"),
)


class FilterPane(QWidget):
    """Shows what a `LiveFilter` lets through; the filter is a tap of the session."""

    closed = Signal()

    def __init__(self, desk: Desk, rules: TintRules, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._rules = rules
        self.filter = LiveFilter(Wanted(rules=rules.all))
        self.pattern, self.rules_line = QLineEdit(), RulesLine(rules)
        self.context = QSpinBox()
        self.chips = Chips(CHIPS)
        self.chips.turn(frozenset({"regex"}))
        self.text = QPlainTextEdit()
        self.text.setProperty("docked", True)
        self.count = Label("", tone="dim", size="small")
        self.strip = Strip()
        self._generation = self.filter.generation
        self._hits = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.take)
        self._lay_out()
        self._wire()
        self._dress()

    # --- what it does ------------------------------------------------------------------------

    def take(self) -> None:
        """Show new lines, as many as fit into a tick."""
        if not self.isVisible():
            return
        if self._generation != self.filter.generation:
            self._generation = self.filter.generation
            self.text.clear()
            self._hits = 0
        began = time.perf_counter()
        while self.filter.is_behind and time.perf_counter() - began < BUDGET_S:
            self._append(self.filter.take(SLICE))
        if self.filter.problem:
            self.strip.say(self.filter.problem)
        self._tell()

    def change(self) -> None:
        """Another pattern: at once, over everything that was heard."""
        on = self.chips.on()
        self.filter.is_by_command = "command" in on
        wanted = Wanted(
            self.pattern.text(),
            "regex" in on,
            "case" in on,
            "invert" in on,
            self.context.value(),
            self._rules.all,
        )
        if wanted == self.filter.wanted:
            return
        try:
            self.filter.change(wanted)
        except Invalid as error:
            self.strip.say(str(error))
            return
        self.strip.hide()
        self.take()

    def copy(self) -> None:
        """The lines that are shown."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def clear(self) -> None:
        self.filter.clear()
        self.take()

    # --- how it looks ------------------------------------------------------------------------

    def _append(self, lines: list[Line]) -> None:
        if not lines:
            return
        bar = self.text.verticalScrollBar()
        is_at_end = bar.value() >= bar.maximum()
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        for line in lines:
            self._hits += line.is_hit
            if not cursor.atStart():
                cursor.insertBlock()
            if line.is_after_gap:
                cursor.insertText("⋯", _format("text.faint"))
                cursor.insertBlock()
            self._write(cursor, line)
        cursor.endEditBlock()
        if is_at_end:
            bar.setValue(bar.maximum())

    def _write(self, cursor: QTextCursor, line: Line) -> None:
        base = _format("text.plain" if line.is_hit else "text.dim")
        at = 0
        for part in line.stretches:
            cursor.insertText(line.text[at : part.start], base)
            if part.tint == MARK:
                cursor.insertText(line.text[part.start : part.end], _marked())
            else:
                cursor.insertText(line.text[part.start : part.end], _format(part.tint))
            at = part.end
        cursor.insertText(line.text[at:], base)

    def _tell(self) -> None:
        more = "…" if self.filter.is_behind else ""
        self.count.setText(f"{self._hits:,} of {self.filter.heard:,} lines{more}")

    def _dress(self) -> None:
        self.text.setFont(look().mono())
        self._generation = -1  # colours of the lines are of the old theme
        self.filter.change(self.filter.wanted)

    def _wire(self) -> None:
        self.pattern.textChanged.connect(lambda _: self.change())
        self.context.valueChanged.connect(lambda _: self.change())
        self.chips.changed.connect(self.change)
        self._rules.changed.connect(self.change)
        self.rules_line.refused.connect(self.strip.say)
        self.rules_line.accepted.connect(self.strip.hide)
        look().changed.connect(self._dress)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _lay_out(self) -> None:
        self.setMinimumWidth(280)
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(SHOWN)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setUndoRedoEnabled(False)
        self.text.setAccessibleName("Lines that match")
        self.text.setPlaceholderText(
            f"Lines of the running command that match appear here. The last {KEPT:,} lines are"
            " remembered: change the pattern whenever you like."
        )
        self.pattern.setPlaceholderText("Filter lines: down|err-disabled")
        self.pattern.setClearButtonEnabled(True)
        self.pattern.setAccessibleName("Pattern")
        self.context.setRange(0, 50)
        self.context.setPrefix("± ")
        self.context.setToolTip("Lines around each hit")
        self.context.setAccessibleName("Lines around each hit")
        head = QHBoxLayout()
        head.setSpacing(GRID // 2)
        head.addWidget(self.pattern, 1)
        head.addWidget(self.context)
        for name, tip, act in (
            ("copy", "Copy these lines", self.copy),
            ("clear", "Forget what was heard", self.clear),
            ("close", "Close the filter", self.closed.emit),
        ):
            button = IconButton(name, tip)
            button.clicked.connect(act)
            head.addWidget(button)
        options = QHBoxLayout()
        options.addWidget(self.chips)
        options.addStretch()
        options.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 4, GRID, 4)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addLayout(options)
        layout.addWidget(self.rules_line)
        layout.addWidget(self.strip)
        layout.addWidget(self.text, 1)
        self.setFocusProxy(self.pattern)


def _format(token: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(look().color(token)))
    return made


def _marked() -> QTextCharFormat:
    made = _format("text.bright")
    made.setBackground(QColor(look().color("surface.selected")))
    return made
