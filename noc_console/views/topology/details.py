"""One link at the right side of the map: how busy it is, and why it is there."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from noc_console.services.inventory.model import Why
from noc_console.services.topology.model import Edge
from noc_console.views.kit.evidence import WhyView, empty_layout
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID
from noc_console.views.kit.times import Times
from noc_console.views.topology.card import link_story
from noc_console.views.topology.side import SidePanel


class LinkPanel(SidePanel):
    """Facts, buttons to both ends, and the evidence."""

    device_wanted = Signal(int)

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._ends: tuple[int, int] = (0, 0)
        self.facts = QVBoxLayout()
        self.facts.setSpacing(5)
        self.why = WhyView(times)
        self.buttons = (QPushButton(), QPushButton())
        self._lay_out_link()

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

    def _lay_out_link(self) -> None:
        opening = QHBoxLayout()
        for at, button in enumerate(self.buttons):
            button.clicked.connect(lambda _=False, at=at: self.device_wanted.emit(self._ends[at]))
            opening.addWidget(button)
        self.body.addLayout(self.facts)
        self.body.addLayout(opening)
        self.body.addSpacing(GRID)
        self.body.addWidget(self.why, 1)
