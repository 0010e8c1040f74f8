"""Answers of a ring: who said the same, and two of them line beside line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QColor, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from noc_console.kernel.text import plural, visible
from noc_console.services.terminal.comparing import Group, Kind, Leaving, aligned
from noc_console.services.terminal.ring import Member, names_of
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.theme import GRID, look

TINTS = {Kind.CHANGED: "attention.plain", Kind.ONLY_LEFT: "series.d", Kind.ONLY_RIGHT: "series.b"}
SIGNS = {Kind.SAME: "  ", Kind.CHANGED: "~ ", Kind.ONLY_LEFT: "- ", Kind.ONLY_RIGHT: "+ "}
STRENGTH = 40
"""Of 255: the ground behind lines that differ."""
ASIDE = GRID + 4
"""So far from the edge as the answers' own text."""


class AnswerView(QWidget):
    """One answer, or the canary's beside another device's; their lines scroll together."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.groups = Label("", tone="dim", wrap=True)
        self.left, self.right = _Side(), _Side()
        pair = QHBoxLayout()
        pair.setSpacing(1)
        pair.addWidget(self.left)
        pair.addWidget(self.right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.groups.setContentsMargins(ASIDE, GRID, ASIDE, 0)
        layout.addWidget(self.groups)
        layout.addLayout(pair, 1)
        one, other = self.left.text.verticalScrollBar(), self.right.text.verticalScrollBar()
        one.valueChanged.connect(other.setValue)
        other.valueChanged.connect(one.setValue)
        self._again: tuple[Member, str, Member, str, Leaving] | None = None
        look().changed.connect(self._repaint)
        self.clear()

    def clear(self) -> None:
        self._again = None
        self.show_groups((), {})
        self.left.show_lines("", ())
        self.right.hide()

    def show_groups(self, groups: Sequence[Group], names: Mapping[int, str]) -> None:
        """Who gave the same answer."""
        self.groups.setVisible(bool(groups))
        if not groups:
            self.groups.setText("")
            return
        told = []
        for group in groups[:6]:
            who = ", ".join(visible(names.get(one, str(one))) for one in group.devices[:4])
            more = f" and {len(group.devices) - 4} more" if len(group.devices) > 4 else ""
            told.append(f"{plural(len(group.devices), 'device')}: {who}{more}")
        head = "All the same. " if len(groups) == 1 else f"{len(groups)} different answers. "
        self.groups.setText(head + "  ·  ".join(told))

    def show_text(self, name: str, text: str) -> None:
        self._again = None
        self.left.show_lines(visible(name), [(Kind.SAME, line) for line in text.splitlines()])
        self.right.hide()

    def show_diff(
        self, canary: Member, base: str, member: Member, text: str, leaving: Leaving
    ) -> None:
        """The canary left, the other right, lines that belong together beside one another."""
        self._again = (canary, base, member, text, leaving)
        pairs = aligned(base, text, names=(names_of(canary), names_of(member)), leaving=leaving)
        self.left.show_lines(
            f"{visible(canary.name)} (canary)", [(pair.kind, pair.left) for pair in pairs]
        )
        self.right.show_lines(visible(member.name), [(pair.kind, pair.right) for pair in pairs])
        self.right.show()

    def _repaint(self) -> None:
        if self._again is not None:
            self.show_diff(*self._again)


class _Side(QWidget):
    """A name and lines, coloured by how they differ; a sign says it without colour."""

    def __init__(self) -> None:
        super().__init__()
        self.name = ElidedLabel("", tone="bright")
        self.text = QPlainTextEdit()
        self.text.setProperty("docked", True)
        self.text.setReadOnly(True)
        self.text.setFont(look().mono())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("Answer")
        self.text.setPlaceholderText("Answers stand here, beside the canary's.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.name.setContentsMargins(ASIDE, GRID, ASIDE, GRID)
        layout.addWidget(self.name)
        layout.addWidget(self.text, 1)

    def show_lines(self, name: str, lines: Sequence[tuple[Kind, str]]) -> None:
        self.name.show_text(name)
        self.name.setVisible(bool(name))
        self.text.clear()
        differs = any(kind is not Kind.SAME for kind, _ in lines)
        cursor = QTextCursor(self.text.document())
        cursor.beginEditBlock()
        for at, (kind, line) in enumerate(lines):
            if at:
                cursor.insertBlock()
            cursor.setBlockFormat(_ground(kind))
            cursor.insertText((SIGNS[kind] if differs else "") + line, QTextCharFormat())
        cursor.endEditBlock()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)


def _ground(kind: Kind) -> QTextBlockFormat:
    made = QTextBlockFormat()
    if kind in TINTS:
        color = QColor(look().color(TINTS[kind]))
        color.setAlpha(STRENGTH)
        made.setBackground(color)
    return made
