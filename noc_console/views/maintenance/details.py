"""The pane beside the list: one time of planned work, and what differed after it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QGridLayout, QPushButton, QVBoxLayout, QWidget

from noc_console.kernel.text import plural
from noc_console.services.maintenance.model import Finding, Report, Slot
from noc_console.views.kit.actions import Actions, tip_follows
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import Label
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError
from noc_console.views.kit.theme import GRID
from noc_console.views.maintenance.columns import (
    finding_columns,
    moment_text,
    run_facts,
    state_text,
)


class SlotDetails(QWidget):
    """Facts, what can be done, and the comparison as a list to copy and export."""

    opened = Signal(object)  # the Finding under Enter or a double click

    def __init__(self, desk: Desk, on_error: OnError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.slot: Slot | None = None
        self.report: Report | None = None
        self.setProperty("role", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(360)
        self.title = Label("", tone="bright", size="large", wrap=True)
        self.state = Label("", tone="dim")
        self._facts = QFormLayout()
        self.buttons = QGridLayout()
        self.said = Label("", wrap=True, selectable=True)
        self.notes = Label("", tone="attention", wrap=True, selectable=True)
        self.table: Table[Finding] = Table(
            desk,
            "maintenance-report",
            finding_columns(),
            lambda finding: (finding.kind, finding.object, finding.after),
            on_error,
            hint="Filter   turn:worse",
        )
        self.table.opened.connect(self.opened)
        self._lay_out()
        self.show_slot(None)

    def offer(self, actions: Actions, *ids: str) -> None:
        """Buttons for these commands; those that cannot be done now are grey."""
        for at, id in enumerate(ids):
            action = actions.action(id)
            if not action.isVisible():
                continue
            button = QPushButton(action.text())
            tip_follows(button, action)
            button.setStyleSheet("QPushButton { padding: 4px 6px; }")
            button.setEnabled(action.isEnabled())
            action.enabledChanged.connect(button.setEnabled)
            button.clicked.connect(action.trigger)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.buttons.addWidget(button, at // 3, at % 3)

    def show_slot(self, slot: Slot | None) -> None:
        """The time under the cursor; its comparison comes by `show_report`."""
        self.slot = slot
        self._inside.setVisible(slot is not None)
        self._nothing.setVisible(slot is None)
        if slot is None:
            return
        self.title.setText(slot.window.title)
        self.state.setText(state_text(slot))
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, text in run_facts(self._desk, slot):
            self._facts.addRow(Label(name, tone="dim"), Label(text, wrap=True, selectable=True))
        if slot.run is None:
            self.show_report(None)

    def show_report(self, report: Report | None) -> None:
        """What was compared, and what came of it."""
        self.report = report
        self.table.setVisible(report is not None and report.after_at is not None)
        self.table.show_rows(() if report is None else report.findings)
        self.notes.setText("" if report is None else "\n".join(report.notes))
        self.notes.setVisible(bool(self.notes.text()))
        self.said.setText(self._words(report))

    def _words(self, report: Report | None) -> str:
        if self.slot is None or self.slot.run is None:
            return "Before and after are compared once it took place."
        if report is None:
            return ""
        if report.before_at is None:
            return ""
        if report.after_at is None:
            when = moment_text(self._desk, report.before_at)
            return f"How it was was taken at {when}. It is compared some minutes after the end."
        looked = ", ".join(f"{count:,} {name}" for name, count in report.looked_at if count)
        span = " and ".join(
            moment_text(self._desk, at) for at in (report.before_at, report.after_at)
        )
        worse = sum(finding.turn.value == "worse" for finding in report.findings)
        if not report.findings:
            return f"Nothing differs between {span}. Compared: {looked or 'nothing'}."
        differ = plural(len(report.findings), "thing differs", "things differ")
        bad = f", {worse:,} of them for the worse" if worse else ""
        return f"{differ} between {span}{bad}. Compared: {looked}."

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2 * GRID, 2 * GRID, 12, 0)
        self._nothing = Label(
            "Choose a time to see what it is about, and what differed after it.",
            tone="dim",
            wrap=True,
        )
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        outer.addWidget(self._nothing)
        self._inside = QWidget()
        outer.addWidget(self._inside, 1)
        layout = QVBoxLayout(self._inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.title)
        layout.addWidget(self.state)
        self._facts.setHorizontalSpacing(2 * GRID)
        self._facts.setVerticalSpacing(4)
        layout.addLayout(self._facts)
        self.buttons.setSpacing(GRID)
        layout.addLayout(self.buttons)
        layout.addSpacing(4)
        layout.addWidget(Label("BEFORE AND AFTER", tone="faint", size="small"))
        layout.addWidget(self.said)
        layout.addWidget(self.notes)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)
