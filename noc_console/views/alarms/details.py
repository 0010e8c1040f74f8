"""The pane beside the list: everything about the alarm under the cursor."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QGridLayout, QPushButton, QVBoxLayout, QWidget

from noc_console.services.alarms.model import Alarm, AlarmState, AlarmStep
from noc_console.views.alarms.timeline import Timeline
from noc_console.views.alarms.words import object_text, severity_text
from noc_console.views.kit.actions import Actions
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.severity import SeveritySign
from noc_console.views.kit.theme import GRID

FACTS = ("Since", "Last seen", "Reports", "Site", "Condition", "Owner")


class AlarmDetails(QWidget):
    """Sign, words, facts, what can be done, and the history."""

    object_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = desk.times
        self.alarm: Alarm | None = None
        self.setProperty("role", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(280)
        self.sign = SeveritySign(22)
        self.severity = Label("", tone="bright", size="large")
        self.object = QPushButton()
        self.object.setProperty("flat", True)
        self.object.setStyleSheet("QPushButton { padding: 0; text-align: left; }")
        self.object.clicked.connect(self.object_asked)
        self.text = Label("", wrap=True, selectable=True)
        self.facts = {name: Label("", selectable=True, wrap=True) for name in FACTS}
        self.timeline = Timeline(desk.times)
        self.buttons = QGridLayout()
        self._lay_out()
        desk.times.changed.connect(self.refresh)
        self.show_alarm(None)

    def offer(self, actions: Actions, *ids: str) -> None:
        """Buttons for these commands, the first one large."""
        for at, id in enumerate(ids):
            action = actions.action(id)
            if not action.isVisible():
                continue
            keys = action.shortcut().toString()
            button = QPushButton(f"{action.text()}  {keys}" if keys else action.text())
            button.setProperty("main", at == 0)
            button.setEnabled(action.isEnabled())
            action.enabledChanged.connect(button.setEnabled)
            button.clicked.connect(action.trigger)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if at == 0:
                self.buttons.addWidget(button, 0, 0, 1, 3)
            else:
                button.setText(action.text())
                button.setToolTip(plain_tip(f"{action.text()}  {keys}"))
                button.setStyleSheet("QPushButton { padding: 4px 6px; }")
                self.buttons.addWidget(button, 1 + (at - 1) // 3, (at - 1) % 3)

    def show_alarm(self, alarm: Alarm | None, *, selected: int = 1) -> None:
        """Show one alarm; with several selected say how many its buttons act on."""
        self.alarm = alarm
        self._inside.setVisible(alarm is not None)
        self._nothing.setVisible(alarm is None)
        if alarm is None:
            self.timeline.show_steps(())
            return
        hollow = alarm.state is not AlarmState.UNACKNOWLEDGED
        self.sign.show_sign(alarm.severity, quiet=hollow)
        several = f"   {selected} selected" if selected > 1 else ""
        self.severity.setText(severity_text(alarm) + several)
        self.object.setText(object_text(alarm).replace("&", "&&"))
        self.text.setText(alarm.text)
        self.refresh()

    def show_history(self, steps: tuple[AlarmStep, ...]) -> None:
        self.timeline.show_steps(steps)

    def refresh(self) -> None:
        """Ages moved on, or the zone changed."""
        alarm, times = self.alarm, self._times
        if alarm is None:
            return

        def when(at: datetime) -> str:
            return f"{times.clock_time(at)} · {times.ago(at)} ago"

        owner = f"{alarm.acked_by}, {times.ago(alarm.acked_at)} ago" if alarm.acked_by else "nobody"
        for name, text in (
            ("Since", when(alarm.first_seen)),
            (
                "Last seen",
                when(alarm.last_seen),
            ),
            ("Reports", f"{alarm.count:,}"),
            ("Site", alarm.site_name or "–"),
            ("Condition", alarm.condition.value.replace("-", " ")),
            ("Owner", owner),
        ):
            self.facts[name].setText(text)

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2 * GRID, 2 * GRID, 12, 0)
        self._nothing = Label("Choose an alarm to see its history.", tone="dim", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        outer.addWidget(self._nothing)
        self._inside = QWidget()
        outer.addWidget(self._inside, 1)
        layout = QVBoxLayout(self._inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        head = QGridLayout()
        head.setHorizontalSpacing(GRID)
        head.addWidget(self.sign, 0, 0)
        head.addWidget(self.severity, 0, 1)
        head.setColumnStretch(1, 1)
        layout.addLayout(head)
        layout.addWidget(self.object, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.text)
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(4)
        for name, label in self.facts.items():
            form.addRow(Label(name, tone="dim"), label)
        layout.addLayout(form)
        layout.addSpacing(4)
        self.buttons.setSpacing(GRID)
        layout.addLayout(self.buttons)
        layout.addSpacing(GRID)
        layout.addWidget(Label("HISTORY", tone="faint", size="small"))
        layout.addWidget(self.timeline, 1)
