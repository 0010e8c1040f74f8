"""Why a link is on the map: the verdict, its reasons, and the rows the devices sent."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from noc_console.services.inventory.model import Evidence, Why
from noc_console.services.topology.model import Edge
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.times import Times
from noc_console.views.topology.card import link_story

WIDTH = 360
RAW_LINES = 9
MOST = 12
"""Pieces of evidence shown; the newest come first."""


class LinkPanel(QWidget):
    """One link at the right side of the map."""

    closed = Signal()
    device_wanted = Signal(int)

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        self._ends: tuple[int, int] = (0, 0)
        self.setProperty("role", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.title = ElidedLabel("", size="large", tone="bright")
        self.under = Label("", tone="dim", wrap=True)
        self.verdict = Label("", wrap=True, selectable=True)
        self.facts = QVBoxLayout()
        self.reasons = QVBoxLayout()
        self.evidence = QVBoxLayout()
        self._buttons = (QPushButton(), QPushButton())
        self._lay_out()

    def show_link(self, edge: Edge, a: str, b: str) -> None:
        """What is known at once; the reasons come with `show_why`."""
        story = link_story(edge, a, b)
        self._ends = (int(edge.a.device_id), int(edge.b.device_id))
        self.title.show_text(story.title)
        self.under.setText(story.under)
        _empty(self.facts)
        for name, text in story.facts:
            line = QHBoxLayout()
            line.addWidget(Label(name, tone="dim"))
            line.addStretch()
            line.addWidget(Label(text))
            self.facts.addLayout(line)
        for button, name in zip(self._buttons, (a, b), strict=True):
            # "&" would become a shortcut.
            button.setText(f"Open {name}".replace("&", "&&"))
        self.verdict.setText("Asking…")
        _empty(self.reasons)
        _empty(self.evidence)

    def show_why(self, why: Why) -> None:
        """The verdict, reason by reason, and the rows behind it."""
        self.verdict.setText(why.verdict)
        _empty(self.reasons)
        for reason in why.reasons:
            self.reasons.addWidget(Label(f"·  {reason}", tone="dim", wrap=True))
        _empty(self.evidence)
        for piece in why.evidence[:MOST]:
            self.evidence.addWidget(self._piece(piece))

    def _piece(self, piece: Evidence) -> QWidget:
        card = QWidget()
        card.setProperty("role", "card")
        card.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(GRID + 2, GRID, GRID + 2, GRID)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(Label(piece.kind.value.upper(), tone="bright"))
        head.addWidget(Label(f"{piece.remote_name} {piece.remote_port}".strip(), tone="dim"), 1)
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

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        close = IconButton("close", "Close (Esc)")
        close.clicked.connect(self.closed)
        head.addWidget(close)
        inside = QWidget()
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(2 * GRID, 0, 2 * GRID, 2 * GRID)
        inner.setSpacing(GRID)
        inner.addWidget(self.under)
        self.facts.setSpacing(5)
        inner.addLayout(self.facts)
        opening = QHBoxLayout()
        for at, button in enumerate(self._buttons):
            button.clicked.connect(lambda _=False, at=at: self.device_wanted.emit(self._ends[at]))
            opening.addWidget(button)
        inner.addLayout(opening)
        inner.addSpacing(GRID)
        inner.addWidget(Label("Why this link is here", tone="bright"))
        inner.addWidget(self.verdict)
        self.reasons.setSpacing(3)
        inner.addLayout(self.reasons)
        self.evidence.setSpacing(GRID)
        inner.addLayout(self.evidence)
        inner.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        wrap = QVBoxLayout()
        wrap.setContentsMargins(2 * GRID, 0, GRID, 0)
        wrap.addLayout(head)
        layout.addLayout(wrap)
        layout.addWidget(scroll, 1)


def _empty(layout: QVBoxLayout | QHBoxLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner := item.layout(), QVBoxLayout | QHBoxLayout):
            _empty(inner)
