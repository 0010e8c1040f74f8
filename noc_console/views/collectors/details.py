"""One collector in full: its schedule's truth, who keeps it waiting, and its workers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from noc_console.services.telemetry.model import (
    Breaker,
    Lane,
    ScheduleNow,
    TierNow,
    TroubledDevice,
    WorkerHealth,
)
from noc_console.views.collectors.histogram import Histogram
from noc_console.views.collectors.rows import (
    REASONS,
    CollectorRow,
    seconds_text,
    tier_columns,
    troubled_columns,
    worker_columns,
)
from noc_console.views.kit.bars import Bar, Bars
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError
from noc_console.views.kit.theme import GRID

Fact = tuple[str, str, bool]
"""Name, words, and whether it asks for a look."""
_NEVER = datetime.fromtimestamp(0, UTC)


def schedule_facts(row: CollectorRow) -> list[Fact]:
    """The figures beside the histogram."""
    now = row.schedule
    if now is None:
        return []
    late = now.lateness
    lanes, breakers = now.lanes, now.breakers
    return [
        ("Polls", f"{now.polls_per_s:.1f} a second", False),
        ("Requests", f"{now.requests_per_s:.1f} a second", False),
        ("Late", f"{late.late:,} of {late.turns:,}", late.late > 0),
        ("Median", f"{seconds_text(late.p50_s)} late", False),
        ("p95", f"{seconds_text(late.p95_s)} late", False),
        ("Worst", f"{seconds_text(late.max_s)} late", False),
        ("Waiting", f"{now.waiting:,} for a slot", now.waiting > 0),
        ("Slow lane", f"{lanes.get(Lane.SLOW, 0):,} devices", False),
        ("Silent", f"{lanes.get(Lane.SILENT, 0):,} devices", False),
        (
            "Breakers",
            f"{breakers.get(Breaker.OPEN, 0):,} open, {breakers.get(Breaker.HALF_OPEN, 0):,} half",
            False,
        ),
    ]


def process_facts(row: CollectorRow) -> list[Fact]:
    """The figures of the process itself."""
    health = row.health
    if health is None:
        return []
    skew = health.clock_skew_s
    facts = [
        ("Polls", f"{health.polls:,} since it started", False),
        ("Failures", f"{health.failures:,}", False),
        ("Traps", f"{health.traps:,}", False),
        ("Log lines", f"{health.syslog:,}", False),
        ("Accounts (AAA)", f"{health.accounted:,}", False),
        ("Lost on the way in", f"{health.dropped:,}", health.dropped > 0),
        ("Measurements lost", f"{health.dropped_polls:,}", health.dropped_polls > 0),
        ("Loop", f"{seconds_text(health.loop_lag_s)} late at worst", health.loop_lag_s > 0.25),
        ("Stood still", f"{health.loop_blocked:,} times", health.loop_blocked > 0),
    ]
    if skew is not None:
        facts.append(("Clock", f"{skew:+.2f} s to the store's", abs(skew) > 5))
    if health.metrics:
        facts.append(("Metrics", f"http://{health.metrics}/metrics", False))
    return facts


class Facts(QWidget):
    """Names and words in two columns, quiet but for what asks for a look."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(3)
        self._labels: list[tuple[Label, Label]] = []

    def show_facts(self, facts: list[Fact]) -> None:
        while len(self._labels) < len(facts):
            pair = (Label("", tone="dim"), Label("", selectable=True))
            at = len(self._labels)
            for column, label in enumerate(pair):
                self._grid.addWidget(label, at, column)
            self._labels.append(pair)
        for at, (name, words) in enumerate(self._labels):
            is_used = at < len(facts)
            name.setVisible(is_used)
            words.setVisible(is_used)
            if is_used:
                name.setText(facts[at][0])
                words.setText(facts[at][1])
                words.set_tone("attention" if facts[at][2] else "")

    def texts(self) -> dict[str, str]:
        """What is shown, for tests and copies."""
        return {name.text(): words.text() for name, words in self._labels if not name.isHidden()}


class CollectorDetails(QTabWidget):
    """`device_opened` with a device's id."""

    device_opened = Signal(int)

    def __init__(self, desk: Desk, names: Mapping[int, str], on_error: OnError) -> None:
        super().__init__()
        self._names = names
        self.histogram = Histogram()
        self.facts = Facts("Schedule")
        self.process = Facts("Process")
        self.reasons = Bars("Failed polls by reason")
        self.budget = Bars("Requests by who asked")
        self.spent = Bars("Devices asked most")
        self.tiers: Table[TierNow] = Table(
            desk, "collector-tiers", tier_columns(), lambda tier: tier.name, on_error
        )
        self.troubled: Table[TroubledDevice] = Table(
            desk, "collector-devices", troubled_columns(names), lambda d: d.device_id, on_error
        )
        self.workers: Table[WorkerHealth] = Table(
            desk, "collector-workers", worker_columns(), lambda worker: worker.name, on_error
        )
        self.addTab(self._schedule_tab(), "Schedule")
        self.addTab(self.troubled, "Slowest devices")
        self.addTab(self.tiers, "Classes")
        self.addTab(self._process_tab(), "Workers")
        self.troubled.opened.connect(lambda d: self.device_opened.emit(int(d.device_id)))
        self.spent.chosen.connect(self.device_opened)

    def show_row(self, row: CollectorRow | None) -> None:
        """All of one collector, or nothing."""
        schedule = None if row is None else row.schedule
        self.facts.show_facts([] if row is None else schedule_facts(row))
        self.process.show_facts([] if row is None else process_facts(row))
        now = schedule or ScheduleNow(collector="", at=_NEVER)
        self.histogram.show_lateness(now.lateness)
        self._show_bars(now)
        self.tiers.show_rows(now.tiers)
        self.troubled.show_rows(now.troubled)
        self.workers.show_rows(row.health.workers if row is not None and row.health else ())
        sick = sum(one.lane is not Lane.FAST or one.misses > 0 for one in now.troubled)
        self.setTabText(1, f"Slowest devices  {sick} sick" if sick else "Slowest devices")

    def _show_bars(self, now: ScheduleNow) -> None:
        ranked = sorted(now.failures.items(), key=lambda pair: -pair[1])
        most = max((count for _, count in ranked), default=0)
        self.reasons.show_bars(
            [
                Bar(REASONS.get(reason, reason), count / most, f"{count:,}", is_count=True)
                for reason, count in ranked
                if count
            ]
        )
        budget = now.budget
        asked = [
            ("Polling", budget.polling),
            ("Watching", budget.watching),
            ("Others of ours", budget.others),
            ("Put off", budget.refused),
        ]
        most = max(count for _, count in asked)
        self.budget.show_bars(
            [
                Bar(name, count / most if most else 0, f"{count:,}", is_count=True)
                for name, count in asked
            ]
        )
        self.spent.show_bars(
            [
                Bar(
                    self._names.get(int(number), f"device {number}"),
                    rate / budget.per_second if budget.per_second else None,
                    f"{rate:.2f}/s",
                    key=int(number),
                )
                for number, rate in budget.spent_most[:6]
            ]
        )
        for title, bars in self._titled:
            title.setVisible(bool(bars.bars))
            bars.setVisible(bool(bars.bars))

    def _schedule_tab(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(2 * GRID, GRID + 2, 2 * GRID, GRID)
        row.setSpacing(4 * GRID)
        facts = QVBoxLayout()
        facts.addWidget(self.facts)
        facts.addStretch(1)
        row.addLayout(facts)
        middle = QVBoxLayout()
        middle.setSpacing(2)
        middle.addWidget(
            ElidedLabel("How late polls began, last ten minutes", tone="dim", size="small")
        )
        middle.addWidget(self.histogram, 4)
        middle.addStretch(1)
        row.addLayout(middle, 3)
        right = QVBoxLayout()
        right.setSpacing(2)
        self._titled: list[tuple[Label, Bars]] = []
        for words, bars in (
            ("Requests by who asked", self.budget),
            ("Failed polls by reason", self.reasons),
            ("Asked most, of their budget", self.spent),
        ):
            title = Label(words, tone="dim", size="small")
            self._titled.append((title, bars))
            right.addWidget(title)
            right.addWidget(bars)
            right.addSpacing(GRID)
        right.addStretch(1)
        row.addLayout(right, 2)
        return page

    def _process_tab(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(2 * GRID, 0, 0, 0)
        row.setSpacing(3 * GRID)
        facts = QVBoxLayout()
        facts.setContentsMargins(0, GRID + 2, 0, 0)
        facts.addWidget(self.process, 0, Qt.AlignmentFlag.AlignTop)
        facts.addStretch(1)
        row.addLayout(facts)
        row.addWidget(self.workers, 1)
        return page
