"""The sheet of keys: what works here, by group. Made from the actions, so it cannot be wrong."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from noc_console.views.kit.actions import Actions
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, look

ALWAYS = (
    ("Tables", "Filter", "/"),
    ("Tables", "Clear the filter", "Esc"),
    ("Tables", "Open the row", "Enter"),
    ("Tables", "Copy the rows", "Ctrl+C"),
)


def lines(actions: Actions) -> list[tuple[str, str, str]]:
    """Group, words and keys of everything that has a key, in the groups' order of appearance."""
    found = [
        (
            command.group,
            command.text,
            "   ".join(
                keys.toString(QKeySequence.SequenceFormat.NativeText) for keys in action.shortcuts()
            ),
        )
        for command, action in actions.commands()
        if action.shortcuts()
    ]
    order = list(dict.fromkeys(group for group, _, _ in found))
    found.sort(key=lambda line: order.index(line[0]))
    return [*found, *ALWAYS]


class ShortcutSheet(Dialog):
    """Two columns of groups; Esc closes it."""

    def __init__(self, actions: Actions, parent: QWidget | None) -> None:
        super().__init__(parent, "Keys", "", "Close")
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.cancel_button.hide()
        groups = [
            (name, list(members)) for name, members in groupby(lines(actions), lambda line: line[0])
        ]
        columns = (QVBoxLayout(), QVBoxLayout())
        heights = [0, 0]
        for name, members in groups:
            shorter = 0 if heights[0] <= heights[1] else 1
            columns[shorter].addLayout(_group(name, members))
            heights[shorter] += len(members) + 2
        inner = QWidget()
        both = QHBoxLayout(inner)
        both.setContentsMargins(0, 0, GRID, 0)
        both.setSpacing(5 * GRID)
        for column in columns:
            column.setSpacing(2 * GRID)
            column.addStretch()
            both.addLayout(column, 1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setStyleSheet(
            "QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }"
        )
        area.setMinimumSize(720, min(560, max(heights) * 25 + 40))
        self.body.addWidget(area)


def _group(name: str, members: list[tuple[str, str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(2 * GRID)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(0, 1)
    grid.addWidget(Label(name.upper(), tone="faint", size="small"), 0, 0)
    for at, (_, text, keys) in enumerate(members, start=1):
        shown = Label(keys, tone="bright")
        shown.setFont(look().mono())
        grid.addWidget(Label(text), at, 0)
        grid.addWidget(shown, at, 1, Qt.AlignmentFlag.AlignRight)
    return grid
