"""Why a link is known, or is not: the verdict, its reasons, and the rows devices sent."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from noc_console.services.inventory.model import Evidence, Why
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.times import Times

RAW_LINES = 9
MOST = 12
"""Pieces of evidence shown; the newest come first."""


class WhyView(QWidget):
    """One verdict with everything behind it."""

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        self._names: Mapping[int, str] = {}
        self.verdict = Label("", wrap=True, selectable=True)
        self.reasons = QVBoxLayout()
        self.evidence = QVBoxLayout()
        self.reasons.setSpacing(3)
        self.evidence.setSpacing(GRID)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        self.title = Label("Why this link is here", tone="bright")
        layout.addWidget(self.title)
        layout.addWidget(self.verdict)
        layout.addLayout(self.reasons)
        layout.addLayout(self.evidence)
        layout.addStretch()

    def ask(self) -> None:
        """The answer is on its way."""
        self.verdict.setText("Asking…")
        empty_layout(self.reasons)
        empty_layout(self.evidence)

    def show_why(self, why: Why, names: Mapping[int, str] | None = None) -> None:
        """The answer. `names` of devices tell who said what, where that is not plain."""
        self.ask()
        self._names = names or {}
        self.verdict.setText(why.verdict)
        for reason in why.reasons:
            self.reasons.addWidget(Label(f"·  {reason}", tone="dim", wrap=True))
        for piece in why.evidence[:MOST]:
            self.evidence.addWidget(self._card(piece))

    def _card(self, piece: Evidence) -> QWidget:
        card = QWidget()
        card.setProperty("role", "card")
        card.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(GRID + 2, GRID, GRID + 2, GRID)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(Label(piece.kind.value.upper(), tone="bright"))
        said = f"{piece.remote_name} {piece.remote_port}".strip()
        if (who := self._names.get(int(piece.device_id))) is not None:
            said = f"{who} → {said}"
        head.addWidget(ElidedLabel(said, tone="dim"), 1)
        head.addWidget(Label(f"{self._times.ago(piece.seen_at)} ago", tone="faint", size="small"))
        layout.addLayout(head)
        raw = QPlainTextEdit(piece.raw)
        raw.setReadOnly(True)
        raw.setFont(look().mono(11))
        raw.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        raw.setFrameShape(QFrame.Shape.NoFrame)
        lines = min(RAW_LINES, piece.raw.count("\n") + 1)
        raw.setFixedHeight(lines * raw.fontMetrics().lineSpacing() + 18)
        raw.setAccessibleName("Rows as the device sent them")
        layout.addWidget(raw)
        return card


def empty_layout(layout: QBoxLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner := item.layout(), QBoxLayout):
            empty_layout(inner)
