"""One link at the right side of the map: how busy it is, why it is there, and what to do of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from noc_console.kernel.quantity import Bps
from noc_console.services.inventory.decisions import Decision, Verdict
from noc_console.services.inventory.model import Why
from noc_console.services.topology.model import Edge
from noc_console.views.kit.evidence import WhyView, empty_layout
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.sparkline import Sparkline
from noc_console.views.kit.theme import GRID
from noc_console.views.kit.times import Times
from noc_console.views.topology.card import STATE_WORDS, link_story
from noc_console.views.topology.side import SidePanel

Floats = NDArray[np.float64]
MOST_PARTS = 48
DECIDED = {
    Verdict.ACCEPT: "Accepted by {}",
    Verdict.REJECT: "Rejected by {}",
    Verdict.DRAW: "Drawn by {}",
}


class LinkPanel(SidePanel):
    """Facts, the last hours both ways, the parts of a bundle, the evidence, and decisions."""

    device_wanted = Signal(int)
    graph_wanted = Signal(object)  # Edge
    part_wanted = Signal(object)  # Edge
    accepted = Signal(object, str)  # Edge, reason
    rejected = Signal(object, str)
    forgotten = Signal(int)  # decision

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._times = times
        self._ends: tuple[int, int] = (0, 0)
        self._names = ("", "")
        self.edge: Edge | None = None
        self.whole: Edge | None = None
        """The bundle the link on show is a part of."""
        self.facts = QVBoxLayout()
        self.facts.setSpacing(5)
        self.parts = QVBoxLayout()
        self.parts.setSpacing(2)
        self.curves = (Sparkline("series.a"), Sparkline("series.b"))
        self.directions = (ElidedLabel("", tone="dim"), ElidedLabel("", tone="dim"))
        self.why = WhyView(times)
        self.buttons = (QPushButton(), QPushButton())
        self.graph_button = QPushButton("Graph")
        self.back_button = QPushButton("All parts")
        self.reason = QLineEdit()
        self.accept_button = QPushButton("Accept")
        self.reject_button = QPushButton("Reject")
        self.decisions = QVBoxLayout()
        self._history = QWidget()
        self._deciding = QWidget()
        self._may_write = True
        self._lay_out_link()

    @property
    def ends(self) -> tuple[int, int]:
        """The devices it is about."""
        return self._ends

    def show_link(self, edge: Edge, a: str, b: str, *, whole: Edge | None = None) -> None:
        """What is known at once; the reasons come with `show_why`, the past with `show_past`."""
        self.edge, self.whole = edge, whole
        self._ends = (int(edge.a.device_id), int(edge.b.device_id))
        self.show_loads(edge, a, b)
        self._name_ends(a, b)
        self._show_parts(edge)
        self.back_button.setVisible(whole is not None)
        measured = edge.a.interface_id is not None or edge.b.interface_id is not None
        self.graph_button.setVisible(measured)
        self._history.setVisible(measured)
        for curve in self.curves:
            curve.show_values(np.empty(0))
        self.why.title.setText("Why this link is here")
        self._wait()

    def show_pair(self, a: tuple[int, str], b: tuple[int, str]) -> None:
        """Two devices without a link: why is there none?"""
        self.edge = self.whole = None
        self._ends = (a[0], b[0])
        self.title.show_text(f"{a[1]} – {b[1]}")
        self.under.setText("No link")
        empty_layout(self.facts)
        empty_layout(self.parts)
        self._name_ends(a[1], b[1])
        for part in (self._history, self.graph_button, self.back_button):
            part.hide()
        self.why.title.setText("Why there is no link")
        self._wait()

    def show_loads(self, edge: Edge, a: str, b: str) -> None:
        """Newer rates of the same link."""
        story = link_story(edge, a, b)
        self.title.show_text(story.title)
        self.under.setText(story.under)
        for label, name in zip(self.directions, (f"{a} →", f"{b} →"), strict=True):
            label.show_text(name)
        empty_layout(self.facts)
        for name, text in story.facts:
            line = QHBoxLayout()
            line.addWidget(Label(name, tone="dim"))
            line.addStretch()
            line.addWidget(Label(text))
            self.facts.addLayout(line)

    def show_past(self, curves: tuple[Floats, Floats]) -> None:
        """Bit/s of the last hours, from `a` and from `b`, on one scale."""
        known = np.concatenate(curves)
        top = float(np.nanmax(known)) if np.isfinite(known).any() else 1.0
        for line, values in zip(self.curves, curves, strict=True):
            line.show_values(values, high=max(top, 1.0))
            peak = float(np.nanmax(values)) if np.isfinite(values).any() else None
            line.setToolTip("" if peak is None else f"At most {Bps(peak)}")

    def show_why(self, why: Why) -> None:
        """The verdict, reason by reason, and the rows behind it."""
        self.why.show_why(why, dict(zip(self._ends, self._names, strict=True)))
        self._show_decisions(why.decisions)

    def let_write(self, may: bool) -> None:
        """Whether decisions are offered: not of the past, and not to who may not decide."""
        self._may_write = may
        self._show_deciding()

    def _name_ends(self, a: str, b: str) -> None:
        self._names = (a, b)
        for button, name in zip(self.buttons, (a, b), strict=True):
            # "&" would become a shortcut.
            button.setText(f"Open {name}".replace("&", "&&"))

    def _wait(self) -> None:
        self.why.ask()
        self.reason.clear()
        empty_layout(self.decisions)
        self._show_deciding()

    def _show_deciding(self) -> None:
        """A bundle is decided part by part."""
        one = self.edge is not None and self.edge.link_id > 0
        self._deciding.setVisible(self._may_write and one)
        by_hand = self.edge is not None and "manual" in self.edge.kinds
        self.accept_button.setVisible(not by_hand)

    def _show_parts(self, edge: Edge) -> None:
        empty_layout(self.parts)
        if not edge.parts:
            return
        self.parts.addWidget(Label(f"{len(edge.parts)} links in one", tone="bright"))
        for part in edge.parts[:MOST_PARTS]:
            button = QPushButton(part_text(part).replace("&", "&&"))
            button.setProperty("flat", True)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _=False, part=part: self.part_wanted.emit(part))
            self.parts.addWidget(button)
        if len(edge.parts) > MOST_PARTS:
            self.parts.addWidget(Label(f"and {len(edge.parts) - MOST_PARTS} more", tone="faint"))

    def _show_decisions(self, decisions: Sequence[Decision]) -> None:
        empty_layout(self.decisions)
        for one in decisions:
            line = QHBoxLayout()
            words = DECIDED[one.verdict].format(one.actor)
            said = ElidedLabel(f"{words}, {self._times.ago(one.at)} ago")
            line.addWidget(said, 1)
            if self._may_write:
                back = QPushButton("Take back")
                back.clicked.connect(lambda _=False, id=one.id: self.forgotten.emit(id))
                line.addWidget(back)
            self.decisions.addLayout(line)

    def _lay_out_link(self) -> None:
        opening = QHBoxLayout()
        for at, button in enumerate(self.buttons):
            button.clicked.connect(lambda _=False, at=at: self.device_wanted.emit(self._ends[at]))
            opening.addWidget(button)
        self.graph_button.clicked.connect(lambda: self.graph_wanted.emit(self.edge))
        self.back_button.clicked.connect(lambda: self.part_wanted.emit(self.whole))
        below = QHBoxLayout()
        below.addWidget(self.graph_button)
        below.addWidget(self.back_button)
        below.addStretch()
        self.body.addLayout(self.facts)
        self.body.addWidget(self._laid_history())
        self.body.addLayout(below)
        self.body.addLayout(opening)
        self.body.addLayout(self.parts)
        self.body.addSpacing(GRID)
        self.body.addLayout(self.decisions)
        self.body.addWidget(self._laid_deciding())
        self.body.addWidget(self.why, 1)

    def _laid_history(self) -> QWidget:
        inside = QVBoxLayout(self._history)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(2)
        inside.addWidget(Label("The last 6 hours", tone="faint", size="small"))
        for label, curve in zip(self.directions, self.curves, strict=True):
            curve.setFixedHeight(34)
            curve.setAccessibleName("Load of the last hours")
            inside.addWidget(label)
            inside.addWidget(curve)
        return self._history

    def _laid_deciding(self) -> QWidget:
        self.reason.setPlaceholderText("Reason, for those after you")
        self.reason.setAccessibleName("Reason of the decision")
        self.accept_button.setToolTip("It is there: keep it though evidence fades")
        self.reject_button.setToolTip("It is not there: never show it, whatever evidence says")
        self.accept_button.clicked.connect(
            lambda: self.accepted.emit(self.edge, self.reason.text())
        )
        self.reject_button.clicked.connect(
            lambda: self.rejected.emit(self.edge, self.reason.text())
        )
        inside = QVBoxLayout(self._deciding)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.reason)
        line = QHBoxLayout()
        line.addWidget(self.accept_button)
        line.addWidget(self.reject_button)
        inside.addLayout(line)
        return self._deciding


def part_text(part: Edge) -> str:
    """A part of a bundle in one line: its ports, its state, its load."""
    ports = " ↔ ".join(filter(None, (part.a.port, part.b.port))) or "ports not known"
    shares = [share for share in (part.ab_share, part.ba_share) if share is not None]
    load = f" · {max(shares):.0%}" if shares else ""
    return f"{ports}   {STATE_WORDS[part.load.state].lower()}{load}"


def both_ways(edge: Edge, series: Mapping[int, tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """Bit/s from `a` and from `b`, out of octets received and sent by interface: either end's
    word will do.
    """
    nothing = (np.empty(0), np.empty(0))
    a_in, a_out = series.get(int(edge.a.interface_id or 0), nothing)
    b_in, b_out = series.get(int(edge.b.interface_id or 0), nothing)
    return 8.0 * _either(a_out, b_in), 8.0 * _either(b_out, a_in)


def _either(one: Floats, other: Floats) -> Floats:
    if not len(one) or not np.isfinite(one).any():
        return other
    if len(one) != len(other):
        return one
    return np.where(np.isnan(one), other, one)
