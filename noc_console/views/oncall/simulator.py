"""The simulator: who is woken by an alarm at a moment, and what if nobody answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import duration, plural, visible
from noc_console.services.alarms.model import CONDITIONS, Alarm, Severity
from noc_console.services.inventory.model import DeviceType
from noc_console.services.oncall.model import Case, Planned, Simulation, Told
from noc_console.views.kit.label import Label
from noc_console.views.kit.severity import severity_word
from noc_console.views.kit.theme import GRID
from noc_console.views.oncall import inputs
from noc_console.views.oncall.policy_form import SEVERITIES, WAYS

PAUSE_MS = 200
MOST_SHOWN = 60
LONGEST_NOTE = 160


class StepCard(QFrame):
    """One moment of the timeline: when, who, why."""

    def __init__(self, step: Planned, began: datetime, zone: ZoneInfo) -> None:
        super().__init__()
        self.step = step
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        at = step.at.astimezone(zone)
        self.when = Label(f"{at:%a %d %b %H:%M}", tone="bright")
        self.when.setFixedWidth(130)
        waited = step.at - began
        after = f"+ {duration(waited.total_seconds())}" if waited else "at once"
        self.after = Label(after, tone="dim")
        self.what = Label(place_text(step), tone="dim")
        left = QVBoxLayout()
        left.setSpacing(2)
        for part in (self.when, self.after, self.what):
            left.addWidget(part)
        left.addStretch()
        right = QVBoxLayout()
        right.setSpacing(2)
        for told in step.told:
            right.addWidget(Label(told_text(told, step), tone="bright", wrap=True))
            right.addWidget(Label(visible(told.why), tone="dim", wrap=True))
        for problem in step.problems:
            right.addWidget(Label(visible(problem), tone="attention", wrap=True))
        right.addStretch()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 10, 2 * GRID, 10)
        layout.setSpacing(2 * GRID)
        layout.addLayout(left)
        layout.addLayout(right, 1)
        names = ", ".join(told.name for told in step.told) or "nobody"
        self.setAccessibleName(f"{self.when.text()}, {after}: {names}")


def place_text(step: Planned) -> str:
    """`step 2 of round 3`, `last step`."""
    if step.step == 0:
        return "last step"
    return f"step {step.step}" + (f" · round {step.round}" if step.round > 1 else "")


def told_text(told: Told, step: Planned) -> str:
    """`Ada Byron by SMS`."""
    ways = [text for text, kind in WAYS if kind in step.kinds]
    by = f" by {' + '.join(ways)}" if ways and told.contact else ""
    return visible(f"{told.name}{by}")


class Simulator(QWidget):
    """Left the question, right the answer; it is asked again with every change."""

    asked = Signal(object, object)  # datetime, Case

    def __init__(self, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[StepCard] = []
        self._alarms: tuple[Alarm, ...] = ()
        local = now.astimezone().tzinfo
        self.zone = inputs.zones(getattr(local, "key", "") or "UTC")
        self.at = inputs.moment_input(now, self._zone(), "Moment")
        self.alarm = inputs.choice((("an alarm supposed here", 0),), 0, "Alarm")
        levels = ((severity_word(severity), int(severity)) for severity in SEVERITIES)
        self.severity = inputs.choice(levels, int(Severity.CRITICAL), "Severity")
        self.site = inputs.line("", "any site", "Site")
        kinds = (("unknown", ""), *((kind.value, kind.value) for kind in DeviceType))
        self.type = inputs.choice(kinds, "", "Type of device")
        words = (("anything", ""), *((each.value, each.value) for each in CONDITIONS))
        self.condition = inputs.choice(words, "", "Condition")
        self.condition.setEditable(True)
        self.customers = inputs.whole(0, 0, 10_000_000, "", "Customers hit")
        self.new_year = QPushButton("1 January 03:00")
        self.tonight = QPushButton("Tonight 03:00")
        self.right_now = QPushButton("Now")
        self.headline = Label("", size="large", tone="bright", wrap=True)
        self.reasons = Label("", tone="dim", wrap=True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.ask)
        self._lay_out()
        self._wire(now)

    # --- the question ------------------------------------------------------------------------

    def _zone(self) -> ZoneInfo:
        text = self.zone.currentText().strip()
        return ZoneInfo(text if self.zone.findText(text) >= 0 else "UTC")

    @property
    def moment(self) -> datetime:
        return inputs.moment_of(self.at, self._zone())

    def case(self) -> Case:
        """The alarm that was supposed, or chosen."""
        condition = self.condition.currentText().strip()
        return Case(
            severity=Severity(self.severity.currentData()),
            site=self.site.text().strip(),
            type=str(self.type.currentData()),
            condition="" if condition == "anything" else condition,
            customers=self.customers.value(),
        )

    def ask(self) -> None:
        self.asked.emit(self.moment, self.case())

    def offer(self, alarms: Sequence[Alarm]) -> None:
        """Alarms there are, to ask about."""
        self._alarms = tuple(alarms)
        kept = self.alarm.currentData()
        self.alarm.blockSignals(True)
        self.alarm.clear()
        self.alarm.addItem("an alarm supposed here", 0)
        for each in alarms:
            place = visible(f"{each.device_name} {each.condition.value}: {each.text}", limit=70)
            self.alarm.addItem(f"{severity_word(each.severity)} · {place}", int(each.id))
        self.alarm.setCurrentIndex(max(0, self.alarm.findData(kept)))
        self.alarm.blockSignals(False)

    def take(self, alarm: Alarm) -> None:
        """Ask about an alarm there is."""
        self.severity.setCurrentIndex(self.severity.findData(int(alarm.severity)))
        self.site.setText(alarm.site_name)
        self.condition.setCurrentText(alarm.condition.value)
        self.customers.setValue(alarm.impact.customers if alarm.impact else 0)
        self._pause.start()

    def set_moment(self, at: datetime) -> None:
        """A moment on the wall clock of the chosen zone."""
        self.at.setDateTime(inputs.moment_input(at, self._zone(), "").dateTime())

    # --- the answer --------------------------------------------------------------------------

    def show_answer(self, told: Simulation) -> None:
        policy, zone = told.policy, self._zone()
        if policy is None:
            self.headline.setText("Nobody is told")
        else:
            last = told.steps[-1].at - told.at if told.steps else timedelta()
            self.headline.setText(
                visible(f"{policy.name}: {plural(len(told.steps), 'step')}")
                + (f" within {duration(last.total_seconds())}" if last else "")
            )
        lines = [visible(f"{each.policy.name}: {each.why}") for each in told.verdicts]
        self.reasons.setText("\n".join([*lines, *told.problems]))
        for card in self.cards:
            self._answer.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [StepCard(step, told.at, zone) for step in told.steps[:MOST_SHOWN]]
        for at, card in enumerate(self.cards):
            self._answer.insertWidget(at + 2, card)
        more = len(told.steps) - len(self.cards)
        self.rest.setText(f"and {plural(more, 'more step')} like these" if more else "")

    # --- how it works ------------------------------------------------------------------------

    def _wire(self, now: datetime) -> None:
        for box in (self.severity, self.type, self.condition, self.zone):
            box.currentTextChanged.connect(lambda _: self._pause.start())
        self.site.textChanged.connect(lambda _: self._pause.start())
        self.customers.valueChanged.connect(lambda _: self._pause.start())
        self.at.dateTimeChanged.connect(lambda _: self._pause.start())
        self.alarm.currentIndexChanged.connect(self._on_alarm)
        self.right_now.clicked.connect(lambda _=False: self.set_moment(now_in(self._zone())))
        self.tonight.clicked.connect(lambda _=False: self.set_moment(tonight(self._zone())))
        self.new_year.clicked.connect(lambda _=False: self.set_moment(new_year(self._zone())))

    def _on_alarm(self, at: int) -> None:
        if 1 <= at <= len(self._alarms):
            self.take(self._alarms[at - 1])

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(6)
        form.addRow("Moment", self.at)
        quick = QHBoxLayout()
        quick.setSpacing(6)
        for button in (self.right_now, self.tonight, self.new_year):
            button.setStyleSheet("QPushButton { padding: 1px 10px; }")
            quick.addWidget(button)
        quick.addStretch()
        form.addRow("", quick)
        form.addRow("Time zone", self.zone)
        form.addRow("Alarm", self.alarm)
        form.addRow("Severity", self.severity)
        form.addRow("Site", self.site)
        form.addRow("Type of device", self.type)
        form.addRow("Condition", self.condition)
        form.addRow("Customers hit", self.customers)
        question = QWidget()
        question.setFixedWidth(460)
        left = QVBoxLayout(question)
        left.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        left.addLayout(form)
        left.addStretch()
        inside = QWidget()
        self._answer = QVBoxLayout(inside)
        self._answer.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        self._answer.setSpacing(GRID)
        self._answer.addWidget(self.headline)
        self._answer.addWidget(self.reasons)
        self.rest = Label("", tone="dim")
        self._answer.addWidget(self.rest)
        self._answer.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inside)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(question)
        layout.addWidget(area, 1)


def now_in(zone: ZoneInfo) -> datetime:
    return datetime.now(zone)


def tonight(zone: ZoneInfo) -> datetime:
    """The next three o'clock in the morning."""
    now = datetime.now(zone)
    at = now.replace(hour=3, minute=0, second=0, microsecond=0)
    return at if at > now else at + timedelta(days=1)


def new_year(zone: ZoneInfo) -> datetime:
    """Three o'clock on the next 1st of January."""
    return datetime(datetime.now(zone).year + 1, 1, 1, 3, tzinfo=zone)
