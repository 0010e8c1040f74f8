"""Panels beside the map: a link drawn by hand, and the links that were rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from noc_console.kernel.quantity import Bps
from noc_console.services.inventory.decisions import Decision
from noc_console.services.inventory.model import Interface
from noc_console.views.kit.evidence import empty_layout
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.theme import GRID
from noc_console.views.kit.times import Times
from noc_console.views.topology.side import SidePanel

SPEEDS = (0, 10**8, 10**9, 10**10, 25 * 10**9, 4 * 10**10, 10**11, 4 * 10**11)
PHYSICAL = frozenset({6, 7, 26, 62, 69, 71, 117, 250})
"""ifTypes a cable can end at (IANAifType-MIB): Ethernet in its ages, radio, GPON."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A link as somebody draws it."""

    a_device: int
    b_device: int
    a_interface: int | None
    b_interface: int | None
    speed_bps: int
    reason: str


class EndRow(QWidget):
    """One end: a device, taken from the map, and one of its ports."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.device: tuple[int, str] | None = None
        self.name = ElidedLabel("Click a device on the map", tone="dim")
        self.port = QComboBox()
        self.port.setAccessibleName(f"Port of end {number}")
        self.port.setEnabled(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(Label("From" if number == 1 else "To", tone="faint", size="small"))
        layout.addWidget(self.name)
        layout.addWidget(self.port)

    def take(self, device: tuple[int, str] | None) -> None:
        """Another device, whose ports are on their way; None empties the end."""
        self.device = device
        self.name.show_text("Click a device on the map" if device is None else device[1])
        self.name.set_tone("dim" if device is None else "bright")
        self.port.clear()
        self.port.setEnabled(False)

    def show_ports(self, ports: Sequence[Interface]) -> None:
        """The ports of the device: those a cable can end at first."""
        self.port.clear()
        self.port.addItem("Port not known", None)
        known = sorted(
            (port for port in ports if port.index),
            key=lambda port: (port.type not in PHYSICAL, port.index),
        )
        for port in known:
            self.port.addItem(port.label, int(port.id))
        self.port.setEnabled(True)


class DrawLinkPanel(SidePanel):
    """Choose a device, a port, the other device and its port, and how much it carries."""

    drawn = Signal(object)  # Wanted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Draw a link", parent)
        self.under.setText("For a connection no device tells of. Click its two ends on the map.")
        self.rows = (EndRow(1), EndRow(2))
        self.speed = QComboBox()
        self.speed.setAccessibleName("Speed")
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("Reason, for those after you")
        self.reason.setAccessibleName("Reason of the decision")
        self.button = QPushButton("Draw the link")
        self.button.setProperty("main", True)
        self.button.clicked.connect(self._draw)
        for speed in SPEEDS:
            self.speed.addItem("Speed as the ports tell" if not speed else str(Bps(speed)), speed)
        for part in (*self.rows, self.speed, self.reason, self.button):
            self.body.addWidget(part)
        self.body.addStretch()
        self.start(())

    def start(self, devices: Sequence[tuple[int, str]]) -> None:
        """Begin anew, with the devices that are selected."""
        self.reason.clear()
        self.speed.setCurrentIndex(0)
        for at, row in enumerate(self.rows):
            row.take(devices[at] if at < len(devices) else None)
        self._show_ready()

    def take(self, device: tuple[int, str]) -> int | None:
        """A device was clicked: it becomes the first empty end, else the second one. The answer
        is the end, None when the device is an end already.
        """
        if any(row.device == device for row in self.rows):
            return None
        end = 0 if self.rows[0].device is None else 1
        self.rows[end].take(device)
        self._show_ready()
        return end

    def show_ports(self, ports: Mapping[int, Sequence[Interface]]) -> None:
        """Ports by device id."""
        for row in self.rows:
            if row.device is not None and row.device[0] in ports and not row.port.isEnabled():
                row.show_ports(ports[row.device[0]])

    def _show_ready(self) -> None:
        self.button.setEnabled(all(row.device is not None for row in self.rows))

    def _draw(self) -> None:
        a, b = self.rows
        if a.device is not None and b.device is not None:
            self.drawn.emit(
                Wanted(
                    a.device[0],
                    b.device[0],
                    a.port.currentData(),
                    b.port.currentData(),
                    self.speed.currentData(),
                    self.reason.text(),
                )
            )


class DecisionsPanel(SidePanel):
    """What people decided about links, with a way to take each back."""

    forgotten = Signal(int)
    pair_wanted = Signal(int, int)

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__("Decided links", parent)
        self._times = times
        self.lines = QVBoxLayout()
        self.lines.setSpacing(GRID)
        self.body.addLayout(self.lines)
        self.body.addStretch()

    def show_decisions(
        self, decisions: Sequence[Decision], names: Mapping[int, str], *, may_write: bool
    ) -> None:
        """Rejected links first: they cannot be seen on the map."""
        empty_layout(self.lines)
        rejected = [one for one in decisions if not one.says_it_is_there]
        kept = [one for one in decisions if one.says_it_is_there]
        self.under.setText(
            "Nobody has decided about a link yet."
            if not decisions
            else "They hold whatever devices tell."
        )
        for title, some in (("Rejected links", rejected), ("Accepted and drawn links", kept)):
            if some:
                self.lines.addWidget(Label(title, tone="bright"))
            for one in some:
                self.lines.addWidget(self._card(one, names, may_write))

    def _card(self, one: Decision, names: Mapping[int, str], may_write: bool) -> QWidget:
        card = QWidget()
        layout = QVBoxLayout(card)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        ends = [names.get(end, f"device {end}") for end in (one.a_device, one.b_device)]
        head = QHBoxLayout()
        head.addWidget(ElidedLabel(" – ".join(ends)), 1)
        why = QPushButton("Why?")
        why.clicked.connect(lambda: self.pair_wanted.emit(one.a_device, one.b_device))
        head.addWidget(why)
        if may_write:
            back = QPushButton("Take back")
            back.clicked.connect(lambda: self.forgotten.emit(one.id))
            head.addWidget(back)
        layout.addLayout(head)
        said = f"{one.actor}, {self._times.ago(one.at)} ago"
        text = f"{said}: {one.reason}" if one.reason else said
        layout.addWidget(Label(text, tone="dim", size="small", wrap=True))
        return card
