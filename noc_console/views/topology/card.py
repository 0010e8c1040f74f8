"""What the pointer rests on, in a few lines beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from noc_console.kernel.quantity import Bps
from noc_console.kernel.text import duration, plural
from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.inventory.model import Device, Reachability
from noc_console.services.telemetry.model import DeviceNow
from noc_console.services.topology.model import Edge, LinkState, Node
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.severity import paint_state, severity_pixmap, severity_word
from noc_console.views.kit.sparkline import Curve, Sparkline
from noc_console.views.kit.theme import GRID

AWAY = QPoint(18, 16)
WIDTH = 268
ROWS = 10
TROUBLES = 3
REACH_WORDS = {
    Reachability.UP: "Answers",
    Reachability.DOWN: "Does not answer",
    Reachability.UNKNOWN: "Not polled yet",
}
STATE_WORDS = {
    LinkState.UP: "Up",
    LinkState.DOWN: "Down",
    LinkState.UNKNOWN: "State not known",
}


@dataclass(frozen=True, slots=True)
class Story:
    """What a card says: a headline, a line under it, and facts with their names."""

    title: str
    under: str
    facts: tuple[tuple[str, str], ...]
    state: tuple[Reachability, Severity] | None = None
    hint: str = ""
    troubles: tuple[tuple[Severity, str], ...] = ()
    curve: Curve | None = field(default=None, compare=False)
    """The last hours of what matters most of it."""
    curve_text: str = ""


def device_story(
    node: Node,
    known: Device | None = None,
    now: DeviceNow | None = None,
    wrong: Sequence[Alarm] = (),
) -> Story:
    """A device: how it is, where it is, how it feels."""
    if node.is_passive:
        hint = "Double-click shows what is behind it" if node.members else "Double-click closes it"
        sign = (node.reachability, node.severity)
        return Story(node.name, " ".join(node.facts[0]), node.facts[1:], sign, hint)
    under = REACH_WORDS[node.reachability] if node.is_managed else "Only heard of by its neighbours"
    if node.alarms:
        under += f" · {plural(node.alarms, 'alarm')}, {severity_word(node.severity).lower()}"
    facts = [("Address", node.address), ("Site", node.site)]
    if known is not None:
        facts.append(("Model", " ".join(filter(None, (known.vendor, known.model)))))
    if now is not None:
        facts += [
            ("CPU", _percent(now.cpu)),
            ("Memory", _percent(now.memory)),
            ("Response", "" if now.response_ms is None else f"{now.response_ms:.1f} ms"),
            ("Uptime", "" if now.uptime_s is None else duration(now.uptime_s)),
        ]
    return Story(
        node.name,
        under,
        tuple((name, text) for name, text in facts if text),
        (node.reachability, node.severity),
        "Double-click or Enter opens it",
        tuple((alarm.severity, _trouble(alarm)) for alarm in wrong[:TROUBLES]),
    )


def _trouble(alarm: Alarm) -> str:
    return " · ".join(filter(None, (alarm.interface_name, alarm.text)))


def link_story(edge: Edge, a: str, b: str) -> Story:
    """A link: both directions, its capacity, and how sure we are that it exists."""
    ports = " ↔ ".join(filter(None, (edge.a.port, edge.b.port)))
    facts = [
        (f"{a} →", _flow(edge.load.ab_bps, edge.ab_share)),
        (f"{b} →", _flow(edge.load.ba_bps, edge.ba_share)),
        ("Speed", str(Bps(edge.speed_bps)) if edge.speed_bps else "not told"),
        ("Proof", f"{edge.score} of 100 · {', '.join(kind.upper() for kind in edge.kinds)}"),
    ]
    under = " · ".join(filter(None, (STATE_WORDS[edge.load.state], ports)))
    return Story(f"{a} – {b}", under, tuple(facts), None, "Click: why is this link here?")


def _flow(bps: float | None, part: float | None) -> str:
    if bps is None:
        return "not known"
    return str(Bps(bps)) + ("" if part is None else f" · {part:.0%}")


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0f} %"


class _Ring(QWidget):
    """The state ring of the device the card is about."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(QSize(14, 14))
        self.state: tuple[Reachability, Severity] | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.state is not None:
            painter = QPainter(self)
            paint_state(painter, QRectF(self.rect()), *self.state)
            painter.end()


class _Trouble(QWidget):
    """One alarm: its sign and its text."""

    def __init__(self) -> None:
        super().__init__()
        self._sign = Label("")
        self.text = ElidedLabel("")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._sign)
        layout.addWidget(self.text, 1)

    def tell(self, severity: Severity, text: str) -> None:
        self._sign.setPixmap(severity_pixmap(severity, 14))
        self.text.show_text(text)


class HoverCard(QWidget):
    """Floats over the map and lets the pointer through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedWidth(WIDTH)
        self.title = ElidedLabel("", tone="bright")
        self.under = Label("", tone="dim", size="small", wrap=True)
        self.hint = Label("", tone="faint", size="small")
        self.curve = Sparkline()
        self.curve_text = Label("", tone="faint", size="small")
        self._ring = _Ring()
        self._troubles = [_Trouble() for _ in range(TROUBLES)]
        self._rows = [(Label("", tone="dim"), ElidedLabel("")) for _ in range(ROWS)]
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self._ring)
        head.addWidget(self.title, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        for at, (name, text) in enumerate(self._rows):
            name.setMaximumWidth(130)
            grid.addWidget(name, at, 0)
            grid.addWidget(text, at, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(5)
        layout.addLayout(head)
        layout.addWidget(self.under)
        for row in self._troubles:
            layout.addWidget(row)
        layout.addSpacing(2)
        layout.addLayout(grid)
        layout.addWidget(self.curve_text)
        layout.addWidget(self.curve)
        layout.addSpacing(2)
        layout.addWidget(self.hint)
        self.hide()

    def tell(self, story: Story, spot: QPoint) -> None:
        """Show a story beside a point, inside the parent."""
        self.title.show_text(story.title)
        self.under.setText(story.under)
        self.hint.setText(story.hint)
        self._ring.state = story.state
        self._ring.setVisible(story.state is not None)
        self._ring.update()
        for at, row in enumerate(self._troubles):
            row.setVisible(at < len(story.troubles))
            if at < len(story.troubles):
                row.tell(*story.troubles[at])
        self._fill(story.facts)
        drawn = story.curve is not None and bool(np.isfinite(story.curve).sum() > 1)
        for part in (self.curve, self.curve_text):
            part.setVisible(drawn)
        if story.curve is not None:
            self.curve.show_values(story.curve)
            self.curve_text.setText(story.curve_text)
        self.adjustSize()
        self.move(self._place(spot))
        self.show()
        self.raise_()

    def _fill(self, facts: Sequence[tuple[str, str]]) -> None:
        for at, (name, text) in enumerate(self._rows):
            told = facts[at] if at < len(facts) else None
            name.setVisible(told is not None)
            text.setVisible(told is not None)
            if told is not None:
                name.setText(
                    name.fontMetrics().elidedText(told[0], Qt.TextElideMode.ElideRight, 126)
                )
                text.show_text(told[1])

    def _place(self, spot: QPoint) -> QPoint:
        parent = self.parentWidget()
        assert parent is not None
        room = parent.rect()
        at = spot + AWAY
        if at.x() + self.width() > room.right() - GRID:
            at.setX(spot.x() - AWAY.x() - self.width())
        if at.y() + self.height() > room.bottom() - GRID:
            at.setY(max(GRID, room.bottom() - GRID - self.height()))
        return QPoint(max(GRID, at.x()), max(GRID, at.y()))
