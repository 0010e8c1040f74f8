"""The pane beside the list: everything about the alarm under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.services.alarms.model import Alarm, AlarmState, AlarmStep
from noc_console.services.alarms.sla import burnt_by
from noc_console.views.alarms.columns import impact_words
from noc_console.views.alarms.section import Section
from noc_console.views.alarms.timeline import Timeline
from noc_console.views.alarms.words import condition_text, object_text, severity_text
from noc_console.views.kit.actions import Actions, text_follows, tip_follows
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.severity import SeveritySign
from noc_console.views.kit.theme import GRID

FACTS = ("Since", "Place", "Cause", "Ack", "Owner", "Ticket", "Hits", "SLA", "Looking")
QUIET = frozenset({"Place", "Owner", "Ticket", "Hits", "SLA", "Looking"})
"""Facts that are left out while there is nothing to say."""
HISTORY = "Steps"


class AlarmDetails(QWidget):
    """Sign, words, facts, what can be done, the history, and sections that load when looked at."""

    object_asked = Signal()

    def __init__(
        self, desk: Desk, sections: Sequence[Section] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._times = desk, desk.times
        self.alarm: Alarm | None = None
        self.lookers: tuple[str, ...] = ()
        self.setProperty("role", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(258)
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
        self.sections = tuple(sections)
        self.tabs: dict[str, QToolButton] = {}
        self._form = QFormLayout()
        self._stack = QStackedWidget()
        self._fill()
        desk.times.changed.connect(self.refresh)
        self.show_alarm(None)

    def offer(self, actions: Actions, *ids: str) -> None:
        """Buttons for these commands, the first one large."""
        for at, id in enumerate(ids):
            action = actions.action(id)
            if not action.isVisible():
                continue
            button = QPushButton()
            button.setProperty("main", at == 0)
            button.setEnabled(action.isEnabled())
            action.enabledChanged.connect(button.setEnabled)
            button.clicked.connect(action.trigger)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if at == 0:
                text_follows(button, action)
                self.buttons.addWidget(button, 0, 0, 1, 4)
            else:
                button.setText(action.text().removesuffix("…").partition(" – ")[0])
                tip_follows(button, action)
                button.setStyleSheet("QPushButton { padding: 4px 0; font-size: 12px; }")
                self.buttons.addWidget(button, 1 + (at - 1) // 4, (at - 1) % 4)

    def show_alarm(self, alarm: Alarm | None, *, selected: int = 1) -> None:
        """Show one alarm; with several selected say how many its buttons act on."""
        other = alarm is None or self.alarm is None or alarm.id != self.alarm.id
        self.alarm = alarm
        self._inside.setVisible(alarm is not None)
        self._nothing.setVisible(alarm is None)
        for section in self.sections:
            is_useful = alarm is not None and section.concerns(alarm)
            self.tabs[section.title].setEnabled(is_useful)
            section.show_alarm(alarm if is_useful else None)
        if alarm is None:
            self.timeline.show_steps(())
            return
        if not self.tabs[self.shown_tab].isEnabled():
            self.show_tab(HISTORY)
        if other:
            self.lookers = ()
        hollow = alarm.state is not AlarmState.UNACKNOWLEDGED
        self.sign.show_sign(alarm.severity, quiet=hollow)
        several = f"   {selected:,} selected" if selected > 1 else ""
        self.severity.setText(severity_text(alarm) + several)
        self.object.setText(object_text(alarm).replace("&", "&&"))
        self.object.setToolTip(plain_tip(object_text(alarm)))
        self.text.setText(alarm.text)
        self.refresh()

    def show_history(self, steps: tuple[AlarmStep, ...]) -> None:
        self.timeline.show_steps(steps)

    def show_lookers(self, names: tuple[str, ...]) -> None:
        """Who else has it open."""
        if names != self.lookers:
            self.lookers = names
            self.refresh()

    @property
    def shown_tab(self) -> str:
        return next((title for title, tab in self.tabs.items() if tab.isChecked()), HISTORY)

    def show_tab(self, title: str) -> None:
        """Look at this part."""
        self.tabs[title].setChecked(True)
        self._stack.setCurrentIndex(list(self.tabs).index(title))

    def next_tab(self, by: int = 1) -> None:
        """The part beside, those that have nothing to tell left out."""
        known = [title for title, tab in self.tabs.items() if tab.isEnabled()]
        at = known.index(self.shown_tab) if self.shown_tab in known else 0
        self.show_tab(known[(at + by) % len(known)])

    def refresh(self) -> None:
        """Ages moved on, or the zone changed."""
        if self.alarm is None:
            return
        told = self._told(self.alarm)
        for name in FACTS:
            self.facts[name].setText(told[name])
            self._form.setRowVisible(self.facts[name], bool(told[name]) or name not in QUIET)

    def _told(self, alarm: Alarm) -> dict[str, str]:
        times = self._times

        def when(at: datetime) -> str:
            return f"{times.clock_time(at)} · {times.ago(at)} ago"

        seen = f"{when(alarm.first_seen)}"
        if alarm.count > 1:
            seen += f", {alarm.count:,} reports, the last {times.ago(alarm.last_seen)} ago"
        acked = f"{alarm.acked_by}, {times.ago(alarm.acked_at)} ago" if alarm.acked_by else "nobody"
        owner = f"{alarm.owner}, {times.ago(alarm.owned_at)} ago" if alarm.owner else ""
        burnt = burnt_by(alarm, now=self._desk.clock.now())
        return {
            "Since": seen,
            "Place": alarm.site_name,
            "Cause": condition_text(alarm.condition),
            "Ack": acked,
            "Owner": owner,
            "Ticket": alarm.ticket,
            "Hits": impact_words(alarm.impact) if alarm.impact is not None else "",
            "SLA": f"{burnt:,.0f} minutes burnt" if burnt else "",
            "Looking": ", ".join(self.lookers),
        }

    def _fill(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2 * GRID, 2 * GRID, 12, 0)
        self._nothing = Label("Choose an alarm to see what is known about it.", tone="dim",
                              wrap=True)  # fmt: skip
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        outer.addWidget(self._nothing)
        self._inside = QWidget()
        outer.addWidget(self._inside, 1)
        layout = QVBoxLayout(self._inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        head = QGridLayout()
        head.setHorizontalSpacing(GRID)
        head.addWidget(self.sign, 0, 0)
        head.addWidget(self.severity, 0, 1)
        head.setColumnStretch(1, 1)
        layout.addLayout(head)
        layout.addWidget(self.object, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.text)
        self._form.setHorizontalSpacing(2 * GRID)
        self._form.setVerticalSpacing(3)
        for name, label in self.facts.items():
            self._form.addRow(Label(name, tone="dim"), label)
        layout.addLayout(self._form)
        self.buttons.setSpacing(6)
        layout.addLayout(self.buttons)
        layout.addLayout(self._tab_line())
        layout.addWidget(self._stack, 1)

    def _tab_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(0, GRID, 0, 0)
        line.setSpacing(0)
        group = QButtonGroup(self)
        self._stack.addWidget(self.timeline)
        for section in self.sections:
            self._stack.addWidget(section)
        for title in (HISTORY, *(section.title for section in self.sections)):
            tab = self.tabs[title] = QToolButton()
            tab.setText(title)
            tab.setCheckable(True)
            tab.setProperty("tab", True)
            tab.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            tab.clicked.connect(lambda _=False, title=title: self.show_tab(title))
            group.addButton(tab)
            line.addWidget(tab)
        line.addStretch(1)
        self.tabs[HISTORY].setChecked(True)
        return line
