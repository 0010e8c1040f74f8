"""The first look at a device: its front, what it is and why we think so, what fills up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import visible
from noc_console.views.device.head import type_word
from noc_console.views.device.known import Known
from noc_console.views.device.measured import Measured
from noc_console.views.device.panel import Panel
from noc_console.views.kit.bars import Bar, Bars
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID
from noc_console.views.kit.times import Times

WIDE = 1180
"""Width from which cards stand in three columns."""
MEASURED = ("processors", "memory", "storage", "supplies")
MOST_WORDS = 12
"""Lines of states and problems in a card; the lists beside have all of them."""


class Card(QWidget):
    """A titled box that is there only when it has something to say."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.title = Label(title, tone="dim", size="small")
        self.body = QVBoxLayout()
        self.body.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 9, 12, 11)
        layout.setSpacing(6)
        layout.addWidget(self.title)
        layout.addLayout(self.body)


class Facts(QWidget):
    """Names and values, one pair a line; values can be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._pairs: list[tuple[Label, Label]] = []
        self.facts: tuple[tuple[str, str], ...] = ()

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        told = tuple((name, visible(text)[:400]) for name, text in facts if text)
        if told == self.facts:
            return
        self.facts = told
        while len(self._pairs) < len(told):
            name = Label("", tone="dim")
            name.setAlignment(Qt.AlignmentFlag.AlignTop)
            value = Label("", wrap=True, selectable=True)
            at = len(self._pairs)
            self._grid.addWidget(name, at, 0)
            self._grid.addWidget(value, at, 1)
            self._pairs.append((name, value))
        for at, (name, value) in enumerate(self._pairs):
            name.setVisible(at < len(told))
            value.setVisible(at < len(told))
            if at < len(told):
                name.setText(told[at][0])
                value.setText(told[at][1])


class Lines(QWidget):
    """A few lines of text, wrapped."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(3)
        self._labels: list[Label] = []
        self.lines: tuple[tuple[str, str], ...] = ()

    def show_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        """Lines as (text, tone)."""
        told = tuple((visible(text)[:300], tone) for text, tone in lines)
        if told == self.lines:
            return
        self.lines = told
        while len(self._labels) < len(told):
            label = Label("", wrap=True, selectable=True)
            self._layout.addWidget(label)
            self._labels.append(label)
        for at, label in enumerate(self._labels):
            label.setVisible(at < len(told))
            if at < len(told):
                label.setText(told[at][0])
                label.set_tone(told[at][1])


class Overview(QScrollArea):
    """Cards in columns under the front of the box."""

    bar_chosen = Signal(int)  # sensor id

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.panel = Panel()
        self.identity, self.reasons = Facts(), Lines()
        self.processors, self.memory = Bars("Processors"), Bars("Memory")
        self.storage, self.supplies = Bars("Storage"), Bars("Power")
        self.states, self.problems = Lines(), Lines()
        self.cards = {
            "identity": self._card("What it is", self.identity),
            "reasons": self._card("Why we think so", self.reasons),
            "processors": self._card("Processors", self.processors),
            "memory": self._card("Memory", self.memory),
            "storage": self._card("Storage", self.storage),
            "supplies": self._card("Power", self.supplies),
            "states": self._card("Parts and their states", self.states),
            "problems": self._card("What could not be read", self.problems),
        }
        for bars in (self.processors, self.memory, self.storage, self.supplies):
            bars.chosen.connect(self.bar_chosen)
        self._columns = [QVBoxLayout() for _ in range(3)]
        self._places: tuple[tuple[str, ...], ...] = ()
        self._lay_out()

    # --- what is shown ---------------------------------------------------------------------

    def show_known(self, known: Known) -> None:
        """What changes rarely."""
        device, what = known.device, known.findings.verdict
        inspected = device.inspected_at
        self.identity.show_facts(
            (
                ("Vendor", device.vendor),
                ("Model", device.model),
                ("Platform", what.label or device.platform),
                ("Version", device.version),
                ("Serial", device.serial),
                ("Features", what.features),
                ("Type", type_word(device.type)),
                ("Place", device.location),
                ("Contact", device.contact),
                ("Chassis MAC", device.chassis_mac),
                ("Object ID", device.sys_object_id),
                ("Describes itself", " ".join(device.sys_descr.split())),
                ("Inspected", f"{self._times.ago(inspected)} ago" if inspected else ""),
            )
        )
        reasons = [(reason, "") for reason in what.reasons]
        self.reasons.show_lines(reasons or [(_no_reason(known), "dim")])
        problems = [(f"{one.what}: {one.why}", "") for one in known.findings.problems]
        self.problems.show_lines(_first(problems))
        self.cards["problems"].setVisible(bool(problems))

    def show_measured(self, now: Measured) -> None:
        """What is measured."""
        for key, bars in (
            ("processors", self.processors),
            ("memory", self.memory),
            ("storage", self.storage),
            ("supplies", self.supplies),
        ):
            self._fill(key, bars, now.bars.get(key, ()))
        self.states.show_lines(_first(list(now.lines)))
        self.cards["states"].setVisible(bool(now.lines))
        self._arrange()

    def _fill(self, key: str, bars: Bars, told: tuple[Bar, ...]) -> None:
        bars.show_bars(told)
        self.cards[key].setVisible(bool(told))

    # --- how it is laid out ------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(GRID + 4, GRID, GRID + 4, GRID + 4)
        layout.setSpacing(GRID)
        layout.addWidget(self.panel)
        self._line = QHBoxLayout()
        self._line.setSpacing(GRID)
        for column in self._columns:
            column.setSpacing(GRID)
            column.addStretch(1)
            self._line.addLayout(column, 1)
        layout.addLayout(self._line)
        layout.addStretch(1)
        self.setWidget(inner)
        self._arrange()

    def _arrange(self) -> None:
        """Cards in as many columns as there is room and something to say."""
        measured = [key for key in MEASURED if not self.cards[key].isHidden()]
        count = 3 if self.viewport().width() >= WIDE and measured else 2
        told: tuple[tuple[str, ...], ...] = {
            2: (("identity",), ("reasons", *MEASURED, "states", "problems"), ()),
            3: (("identity",), ("reasons", "states", "problems"), MEASURED),
        }[count]
        if told == self._places:
            return
        self._places = told
        # Not takeAt(): the item it hands to Python lives on and is told of the card's changes
        # in the new item's stead, which then keeps the card's first height for ever.
        for column in self._columns:
            for card in self.cards.values():
                column.removeWidget(card)
        for at, (column, keys) in enumerate(zip(self._columns, told, strict=True)):
            for place, key in enumerate(keys):
                column.insertWidget(place, self.cards[key])
            self._line.setStretch(at, 1 if keys else 0)

    def _card(self, title: str, widget: QWidget) -> Card:
        card = Card(title)
        card.body.addWidget(widget)
        return card

    def sizeHint(self) -> QSize:
        return QSize(900, 420)


def _no_reason(known: Known) -> str:
    if known.kept.at is None:
        return "It has not been inspected yet; a discovery run asks it for everything."
    return "No rule knows this platform; vendor and model are what the device says itself."


def _first(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if len(lines) <= MOST_WORDS:
        return lines
    more = len(lines) - MOST_WORDS + 1
    return [*lines[: MOST_WORDS - 1], (f"and {more} more", "dim")]
