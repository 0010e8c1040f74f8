"""One link at the right side of the map: how busy it is, and why it is there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from noc_console.services.inventory.model import Why
from noc_console.services.topology.model import Edge
from noc_console.views.kit.evidence import WhyView, empty_layout
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.theme import GRID
from noc_console.views.kit.times import Times
from noc_console.views.topology.card import link_story

WIDTH = 360


class LinkPanel(QWidget):
    """Facts, buttons to both ends, and the evidence."""

    closed = Signal()
    device_wanted = Signal(int)

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ends: tuple[int, int] = (0, 0)
        self.setProperty("role", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.title = ElidedLabel("", size="large", tone="bright")
        self.under = Label("", tone="dim", wrap=True)
        self.facts = QVBoxLayout()
        self.facts.setSpacing(5)
        self.why = WhyView(times)
        self.buttons = (QPushButton(), QPushButton())
        self._lay_out()

    def show_link(self, edge: Edge, a: str, b: str) -> None:
        """What is known at once; the reasons come with `show_why`."""
        self._ends = (int(edge.a.device_id), int(edge.b.device_id))
        self.show_loads(edge, a, b)
        for button, name in zip(self.buttons, (a, b), strict=True):
            # "&" would become a shortcut.
            button.setText(f"Open {name}".replace("&", "&&"))
        self.why.ask()

    def show_loads(self, edge: Edge, a: str, b: str) -> None:
        """Newer rates of the same link."""
        story = link_story(edge, a, b)
        self.title.show_text(story.title)
        self.under.setText(story.under)
        empty_layout(self.facts)
        for name, text in story.facts:
            line = QHBoxLayout()
            line.addWidget(Label(name, tone="dim"))
            line.addStretch()
            line.addWidget(Label(text))
            self.facts.addLayout(line)

    def show_why(self, why: Why) -> None:
        """The verdict, reason by reason, and the rows behind it."""
        self.why.show_why(why)

    def _lay_out(self) -> None:
        close = IconButton("close", "Close (Esc)")
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, 0, GRID, 0)
        head.addWidget(self.title, 1)
        head.addWidget(close)
        opening = QHBoxLayout()
        for at, button in enumerate(self.buttons):
            button.clicked.connect(lambda _=False, at=at: self.device_wanted.emit(self._ends[at]))
            opening.addWidget(button)
        inside = QWidget()
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(2 * GRID, 0, 2 * GRID, 2 * GRID)
        inner.setSpacing(GRID)
        inner.addWidget(self.under)
        inner.addLayout(self.facts)
        inner.addLayout(opening)
        inner.addSpacing(GRID)
        inner.addWidget(self.why, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
