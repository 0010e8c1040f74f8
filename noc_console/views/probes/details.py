"""The pane beside the smoke: what a probe told last, in words, phases and facts."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import duration, visible
from noc_console.services.probes.model import ProbeState, Round
from noc_console.services.probes.spread import percentile
from noc_console.views.kit.actions import Actions, tip_follows
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.units import ms_text
from noc_console.views.probes.rows import ProbeRow, interval_text, origin_text, state_word

PHASES = (
    ("name", "Name", "series.c"),
    ("connect", "Connect", "series.a"),
    ("tls", "TLS", "series.b"),
    ("first_byte", "First byte", "series.d"),
)
VARIATIONS = (("forward", "Jitter there"), ("backward", "Jitter back"))


class PhaseBar(QWidget):
    """How a request's time was spent, part by part."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[tuple[str, str, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.update)

    def show_phases(self, phases: Mapping[str, float]) -> None:
        """Milliseconds by phase; what is no phase of a request is left out."""
        self._parts = tuple(
            (title, tint, phases[name]) for name, title, tint in PHASES if name in phases
        )
        self.setVisible(len(self._parts) > 1)
        told = ", ".join(f"{title} {ms_text(value)}" for title, _, value in self._parts)
        self.setAccessibleName(f"Phases: {told}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 18 + 18 * len(self._parts))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(look().font(12))
        total = sum(value for *_, value in self._parts) or 1.0
        x, width = 0.0, float(self.width())
        for _, tint, value in self._parts:
            part = width * value / total
            painter.fillRect(QRectF(x, 2, max(1.0, part - 1), 8), look().color(tint))
            x += part
        for at, (title, tint, value) in enumerate(self._parts):
            y = 16 + 18 * at
            painter.fillRect(QRectF(0, y + 5, 8, 8), look().color(tint))
            painter.setPen(look().color("text.dim"))
            room = QRectF(16, y, width - 16, 18)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), title)
            painter.setPen(look().color("text.plain"))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, int(right), ms_text(value))
        painter.end()


class ProbeDetails(QWidget):
    """Name, words, phases, facts, and what can be done."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = desk.times
        self.row: ProbeRow | None = None
        self.setProperty("role", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(280)
        self.name = ElidedLabel("", tone="bright", size="large")
        self.about = ElidedLabel("", tone="dim")
        self.error = Label("", tone="attention", wrap=True, selectable=True)
        self.once = Label("", wrap=True, selectable=True)
        self.phases = PhaseBar()
        self.facts = QFormLayout()
        self.buttons = QGridLayout()
        self._rows: list[tuple[Label, Label]] = []
        self._lay_out()
        desk.times.changed.connect(self.refresh)
        self.show_row(None)

    def offer(self, actions: Actions, *ids: str) -> None:
        """Buttons for these commands, side by side."""
        for at, id in enumerate(ids):
            action = actions.action(id)
            if not action.isVisible():
                continue
            button = QPushButton(action.text())
            tip_follows(button, action)
            button.setProperty("main", at == 0)
            button.setStyleSheet("QPushButton { padding: 4px 6px; }")
            button.setEnabled(action.isEnabled())
            action.enabledChanged.connect(button.setEnabled)
            action.changed.connect(lambda a=action, b=button: b.setText(a.text()))
            button.clicked.connect(action.trigger)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.buttons.addWidget(button, 0, at)

    def show_row(self, row: ProbeRow | None) -> None:
        """Another probe, or a newer word about the same."""
        if row is None or self.row is None or row.id != self.row.id:
            self.once.hide()
        self.row = row
        self._inside.setVisible(row is not None)
        self._nothing.setVisible(row is None)
        self.refresh()

    def show_once(self, told: Round) -> None:
        """The outcome of a run from this machine."""
        self.once.setText(f"From here, just now: {round_text(told)}")
        self.once.show()

    def refresh(self) -> None:
        """Ages moved on, or the zone changed."""
        row = self.row
        if row is None:
            return
        now = row.now
        self.name.show_text(now.name)
        every = f"{now.probe.title} every {interval_text(now.probe.interval_s)}"
        self.about.show_text(f"{every} · {now.target}" if now.target != now.name else every)
        self.error.setText(visible(now.error, limit=500))
        self.error.setVisible(bool(now.error))
        self.phases.show_phases(now.phases_ms)
        facts = [
            ("State", f"{state_word(row)}, {self._times.ago(now.at)} ago" if now.at else "–"),
            ("From", origin_text(row)),
        ]
        if now.median_ms is not None and now.least_ms is not None and now.greatest_ms is not None:
            facts.append(
                (
                    "Round trip",
                    ms_text(now.median_ms)
                    if now.least_ms == now.greatest_ms
                    else f"{ms_text(now.median_ms)}"
                    f" ({ms_text(now.least_ms)} – {ms_text(now.greatest_ms)})",
                )
            )
        if now.sent > 1:
            facts.append(("Lost", f"{now.lost} of {now.sent}"))
        facts += [
            (title, ms_text(now.phases_ms[name]))
            for name, title in VARIATIONS
            if name in now.phases_ms
        ]
        facts += list(now.facts)
        if now.expires_at is not None:
            left = (now.expires_at - self._times.clock.now()).total_seconds()
            facts.append(("Ends in", duration(left) if left > 0 else "it has ended"))
        self._show_facts(facts)

    def _show_facts(self, facts: list[tuple[str, str]]) -> None:
        while len(self._rows) < len(facts):
            pair = (Label("", tone="dim"), Label("", wrap=True, selectable=True))
            self._rows.append(pair)
            self.facts.addRow(*pair)
        for at, (title, text) in enumerate(self._rows):
            is_shown = at < len(facts)
            self.facts.setRowVisible(text, is_shown)
            if is_shown:
                title.setText(visible(facts[at][0], limit=60))
                text.setText(visible(facts[at][1], limit=400))

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(scroll)
        room = QWidget()
        scroll.setWidget(room)
        layout = QVBoxLayout(room)
        layout.setContentsMargins(2 * GRID, GRID + 4, 12, GRID)
        self._nothing = Label("Choose a probe to see its smoke.", tone="dim", wrap=True)
        layout.addWidget(self._nothing)
        self._inside = QWidget()
        layout.addWidget(self._inside)
        layout.addStretch(1)
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(GRID)
        inside.addWidget(self.name)
        inside.addWidget(self.about)
        inside.addWidget(self.error)
        line = QHBoxLayout()
        self.buttons.setSpacing(GRID)
        line.addLayout(self.buttons)
        inside.addLayout(line)
        inside.addWidget(self.once)
        inside.addWidget(self.phases)
        self.facts.setHorizontalSpacing(2 * GRID)
        self.facts.setVerticalSpacing(4)
        inside.addLayout(self.facts)


def round_text(told: Round) -> str:
    """A round in a line: `5 of 5, 0.4 ms (0.3 – 0.6 ms)`, or why not."""
    if not told.rtts_us:
        return told.error or "no answer"
    ordered = sorted(told.rtts_us)
    median = ms_text(percentile(ordered, 50) / 1000)
    spread = ""
    if len(ordered) > 1:
        spread = f" ({ms_text(ordered[0] / 1000)} – {ms_text(ordered[-1] / 1000)})"
    count = f"{told.sent - told.lost} of {told.sent}, " if told.sent > 1 else ""
    words = f"{count}{median}{spread}"
    return words if told.state == ProbeState.WELL else f"{told.error} ({words})"
