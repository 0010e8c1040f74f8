"""Why an alarm is folded, or stands for itself; and what is folded behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from noc_console.services.alarms.model import Alarm
from noc_console.services.rootcause.model import Explained
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.section import Section
from noc_console.views.alarms.words import object_text
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.severity import severity_icon
from noc_console.views.kit.tasks import OnError

Family = Callable[[int], Awaitable[Sequence[Alarm]]]
"""What is folded behind an alarm."""
MOST = 40


@dataclass(frozen=True, slots=True)
class Reason:
    """All that the section tells."""

    told: Explained | None
    folded: Sequence[Alarm]
    remedy: str = ""
    """What the rule that raised it proposes."""


class Reasons(Section):
    """The reasoning in sentences, and the lines behind it to be clicked."""

    title = "Why"
    asked = Signal(int)  # an alarm that was clicked

    def __init__(self, desk: Desk, given: DeskServices, on_error: OnError, family: Family) -> None:
        super().__init__(desk, given, on_error)
        self._family = family
        self.verdict = Label("", tone="bright", wrap=True, selectable=True)
        self.steps = Label("", wrap=True, selectable=True)
        self.path = Label("", tone="dim", wrap=True, selectable=True)
        self.remedy = Label("", wrap=True, selectable=True)
        self.behind = Label("", tone="dim", size="small")
        self.lines: list[QPushButton] = []
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(6)
        for label in (self.remedy, self.verdict, self.steps, self.path, self.behind):
            self._column.addWidget(label)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(area, 1)
        self.clear()

    def clear(self) -> None:
        self._show(Reason(None, ()))

    def load(self, alarm: Alarm) -> None:
        self.tasks.ask("why", self._ask(alarm), self._tell)

    async def _ask(self, alarm: Alarm) -> Reason:
        causes, actor = self.given.rootcause, self.desk.actor
        folded = await self._family(int(alarm.id))
        why = None
        if causes is not None:
            why = await causes.why(actor, alarm_id=int(alarm.id))
        return Reason(why, folded, await self._remedy(alarm))

    async def _remedy(self, alarm: Alarm) -> str:
        detection, actor = self.given.detection, self.desk.actor
        if detection is None or not actor.may("detection.see"):
            return ""
        return await detection.remedy(
            actor, condition=str(alarm.condition), device_id=alarm.about.device_id
        )

    def _tell(self, found: Reason) -> None:
        is_empty = found.told is None and not found.folded and not found.remedy
        self.say("Nothing is folded behind it." if is_empty else "")
        self._show(found)

    def _show(self, found: Reason) -> None:
        told = found.told
        self.verdict.setText(told.verdict if told else "")
        self.steps.setText("\n".join(f"• {step}" for step in told.steps) if told else "")
        way = " → ".join(told.path) if told and len(told.path) > 1 else ""
        self.path.setText(f"The way: {way}" if way else "")
        self.remedy.setText(f"What to do: {found.remedy}" if found.remedy else "")
        for label in (self.remedy, self.verdict, self.steps, self.path):
            label.setVisible(bool(label.text()))
        count = len(found.folded)
        self.behind.setText(f"FOLDED BEHIND IT: {count:,}" if count else "")
        self.behind.setVisible(count > 0)
        for line in self.lines:
            line.deleteLater()
        self.lines = [self._line(alarm) for alarm in found.folded[:MOST]]
        for at, line in enumerate(self.lines):
            self._column.insertWidget(5 + at, line)

    def _line(self, alarm: Alarm) -> QPushButton:
        line = QPushButton(f"{object_text(alarm)}: {alarm.text}".replace("&", "&&")[:200])
        line.setProperty("flat", True)
        line.setStyleSheet("QPushButton { padding: 1px 0; text-align: left; }")
        line.setIcon(severity_icon(alarm.severity, quiet=alarm.acked_by is not None))
        line.setToolTip(plain_tip(f"{object_text(alarm)}\n{alarm.text}\n{alarm.root_why}"))
        line.setMinimumWidth(40)
        line.clicked.connect(lambda _=False, id=int(alarm.id): self.asked.emit(id))
        return line
