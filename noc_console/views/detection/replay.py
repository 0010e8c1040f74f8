"""The test bench: what the rule under the cursor would have raised, and on one object a graph."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from noc_console.kernel.text import duration, plural
from noc_console.services.detection.measures import MEASURES
from noc_console.services.detection.model import Firing, Kind, Replay, Rule
from noc_console.services.detection.service import DetectionService
from noc_console.views.detection.rows import firing_columns, firing_key
from noc_console.views.kit.curves import Curve, Span
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.drawing import Limit, Manner, Mark
from noc_console.views.kit.label import Label
from noc_console.views.kit.plots import Graph
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import GRID

SPANS = (("Last day", 1.0), ("Last 7 days", 7.0), ("Last 30 days", 30.0), ("Last 90 days", 90.0))
MOST_AROUND = timedelta(days=8)


class ReplayPane(QWidget):
    """A span and a button, a sentence with the outcome, the list, and the graph of one."""

    def __init__(
        self,
        desk: Desk,
        detection: DetectionService,
        on_error: OnError,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self._detection = detection
        self._subject: tuple[str, str] = ("", "")
        """The id of a rule, and its text where it is not kept yet."""
        self._remedy = ""
        self.tasks = Tasks(self, on_error, self._on_busy)
        self.shown: Replay | None = None
        self.title = Label("", tone="bright")
        self.span = QComboBox()
        for words, days in SPANS:
            self.span.addItem(words, days)
        self.span.setCurrentIndex(1)
        self.span.setAccessibleName("Span of the replay")
        self.button = QPushButton("Replay")
        self.verdict = Label("", tone="dim", wrap=True)
        self.table: Table[Firing] = Table(
            desk,
            "detection.firings",
            firing_columns(desk),
            firing_key,
            on_error,
            hint="Filter   severity:major   device:core",
        )
        self.graph = Graph(desk.times)
        self._lay_out()
        self.button.clicked.connect(lambda _=False: self.run())
        self.table.chosen.connect(self._draw)
        self._say_nothing()

    def show_rule(
        self, rule_id: str, title: str, *, toml: str = "", remedy: str = "", why_not: str = ""
    ) -> None:
        """What is to be replayed next; `why_not` where it cannot be."""
        self._remedy = remedy
        self.title.setText(title)
        self.button.setEnabled(not why_not)
        self.span.setVisible(not why_not)
        self.button.setVisible(not why_not)
        if (rule_id, toml) == self._subject:
            return
        self._subject = (rule_id, toml)
        self.tasks.drop("replay")
        self.tasks.drop("curve")
        self.shown = None
        self.table.show_rows(())
        self._say_nothing(why_not)

    def run(self) -> None:
        """Replay the span."""
        rule_id, toml = self._subject
        if not (rule_id or toml) or not self.button.isEnabled():
            return
        days = float(self.span.currentData())
        self.verdict.setText("Replaying…")
        actor = self.desk.actor
        self.tasks.ask(
            "replay",
            self._detection.replay(actor, rule_id=rule_id, toml=toml, days=days),
            self._show,
        )

    def _show(self, told: Replay) -> None:
        self.shown = told
        self.verdict.setText(verdict(told))
        self.table.show_rows(told.firings)
        self.table.setVisible(bool(told.firings))
        if told.firings:
            self.table.select(firing_key(told.firings[-1]))
        else:
            self._clear("It would have raised nothing in this time.")

    def _draw(self) -> None:
        firing, told = self.table.current(), self.shown
        if firing is None or told is None:
            return
        start, end = around(firing, told)
        rule_id, toml = self._subject
        self.tasks.ask(
            "curve",
            self._detection.curve(
                self.desk.actor, key=firing.about.key, start=start, end=end,
                rule_id=rule_id, toml=toml,
            ),
            lambda found: self._show_curve(firing, told, Span(start.timestamp(), end.timestamp()),
                                           *found),
        )  # fmt: skip

    def _show_curve(
        self,
        firing: Firing,
        told: Replay,
        span: Span,
        rule: Rule,
        curve: tuple[np.ndarray, np.ndarray] | None,
    ) -> None:
        if curve is None:
            self._clear("This object is no longer there.")
            return
        times, values = curve
        measure = MEASURES[rule.measure]
        name = " ".join(filter(None, (firing.about.device_name, firing.about.interface_name)))
        self.graph.show_curves(
            (Curve(f"{name}: {measure.title}", times / 1000, values, unit=measure.unit),),
            span,
            write=measure.say,
            note="Nothing was measured in this time.",
            manner=Manner(from_zero=measure.unit not in ("dBm", "°C")),
            limits=limits_of(rule),
            marks=[mark(one) for one in told.firings if one.about.key == firing.about.key],
        )

    def _clear(self, note: str) -> None:
        self.graph.show_curves((), Span(0.0, 1.0), write=str, note=note)

    def _say_nothing(self, why_not: str = "") -> None:
        self.verdict.setText(" ".join(self._remedy.split()))
        self.table.hide()
        self._clear(why_not or "Replay a rule to see when it would have rung (R).")

    def _on_busy(self, is_busy: bool) -> None:
        self.button.setText("Replaying…" if is_busy else "Replay")

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(GRID + 4, 5, GRID, 0)
        line.addWidget(self.title)
        line.addStretch()
        line.addWidget(self.span)
        line.addWidget(self.button)
        said = QHBoxLayout()
        said.setContentsMargins(GRID + 4, 0, GRID, 4)
        said.addWidget(self.verdict, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(self.graph)
        split.setChildrenCollapsible(False)
        split.setSizes([560, 620])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addLayout(said)
        column.addWidget(split, 1)


def verdict(told: Replay) -> str:
    """The outcome in a sentence or two."""
    span = duration((told.end - told.start).total_seconds())
    how = "each poll" if not told.resolution_s else f"means of {duration(told.resolution_s)}"
    parts = [
        f"{plural(told.total, 'alarm')} in {span} ({told.per_day:.1f} a day)"
        f" on {plural(told.objects, 'object')}, judged by {how}."
    ]
    if told.kept or told.lost:
        parts.append(
            f"Of {plural(told.kept + told.lost, 'real alarm')} it would have kept {told.kept}"
            f" and lost {told.lost}; {told.new} would be new."
        )
    elif told.total:
        parts.append("None of them really rang at that time.")
    if told.skipped:
        parts.append(f"{plural(told.skipped, 'object')} were left out.")
    parts += [f"{note[0].upper()}{note[1:]}." for note in told.notes]
    return " ".join(parts)


def around(firing: Firing, told: Replay) -> tuple[datetime, datetime]:
    """A span that shows the firing with some air, within what was replayed."""
    end = firing.end or told.end
    air = max(timedelta(minutes=30), (end - firing.start) / 2)
    start, end = max(told.start, firing.start - air), min(told.end, end + air)
    return (max(start, end - MOST_AROUND), end) if end > start else (start, told.end)


def limits_of(rule: Rule) -> list[Limit]:
    """The lines to draw, where levels are values of the curve."""
    if rule.kind is Kind.TREND and rule.target is not None:
        return [Limit(rule.target, f"target {MEASURES[rule.measure].say(rule.target)}")]
    if rule.kind is not Kind.THRESHOLD or rule.measure == "sensor.light_drop":
        return []
    sign = "≤" if rule.below else "≥"
    return [
        Limit(
            level.raise_at,
            f"{level.severity.name.lower()} {sign} {MEASURES[rule.measure].say(level.raise_at)}",
            level.severity,
        )
        for level in rule.levels
    ]


def mark(firing: Firing) -> Mark:
    """Where it would have rung."""
    end = float("inf") if firing.end is None else firing.end.timestamp()
    return Mark(firing.start.timestamp(), firing.text, end, firing.severity)
