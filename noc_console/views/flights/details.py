"""The pane beside the list: a flight, how far it is, its devices with their previews, its log."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from noc_console.services.flights.model import Flight, Phase, Report, Step, Target
from noc_console.views.flights.columns import (
    PHASES,
    asks_text,
    counts_text,
    facts,
    progress,
    step_columns,
    target_columns,
)
from noc_console.views.flights.diff import DiffText
from noc_console.views.kit.actions import Actions
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError
from noc_console.views.kit.theme import GRID

_INSTEAD = {"flights.accept": "flights.approve"}
"""What goes only when another does not stands in its place: the row has room for six."""


class FlightDetails(QWidget):
    """Facts, what can be done, devices, log."""

    asked = Signal(int)  # the target whose preview is wanted
    opened = Signal(object)  # the Target under Enter or a double click

    def __init__(self, desk: Desk, on_error: OnError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.report: Report | None = None
        self.shown: Target | None = None
        self.setProperty("role", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(420)
        self.title = Label("", tone="bright", size="large", wrap=True, selectable=True)
        self.state = Label("", tone="dim", wrap=True)
        self.why = Label("", tone="attention", wrap=True, selectable=True)
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Devices that are through")
        self.bar.setTextVisible(False)
        self.bar.setProperty("thin", True)
        self._facts = QFormLayout()
        self.buttons = QHBoxLayout()
        self.targets: Table[Target] = Table(
            desk, "flight-targets", target_columns(), lambda target: int(target.id), on_error,
            hint="Filter   stands:failed   wave:canary",
        )  # fmt: skip
        self.diff = DiffText()
        self.steps: Table[Step] = Table(
            desk, "flight-steps", step_columns(desk),
            lambda step: (step.at, step.target_id, step.text, step.what), on_error,
            hint="Filter   device:core",
        )  # fmt: skip
        self._lay_out()
        self.targets.chosen.connect(self._on_target)
        self.targets.opened.connect(self.opened)
        self.show_flight(None)

    def offer(self, actions: Actions, *ids: str) -> None:
        """Buttons for these commands; those that cannot be done now are grey and say why."""
        made: dict[str, QPushButton] = {}
        for id in ids:
            action = actions.action(id)
            if not action.isVisible():
                continue
            made[id] = button = QPushButton(action.text())
            button.setToolTip(plain_tip(action.toolTip()))
            button.setEnabled(action.isEnabled())
            action.enabledChanged.connect(button.setEnabled)
            action.changed.connect(
                lambda button=button, action=action: button.setToolTip(plain_tip(action.toolTip()))
            )
            button.clicked.connect(action.trigger)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setProperty("compact", True)
            self.buttons.addWidget(button)
        for id, other in _INSTEAD.items():
            if id in made and other in made:
                _take_turns(actions.action(id), made[id], made[other])
        self.buttons.addStretch()

    def show_flight(self, flight: Flight | None) -> None:
        """The flight under the cursor; its devices and its log come by `show_report`."""
        self._inside.setVisible(flight is not None)
        self._nothing.setVisible(flight is None)
        if flight is None:
            self.report = None
            return
        self.title.setText(flight.title)
        words = PHASES[flight.phase][0]
        self.state.setText(f"{words[:1].upper()}{words[1:]}: {counts_text(flight)}")
        why = flight.why or flight.stop or asks_text(flight)
        self.why.setText(why)
        self.why.setVisible(bool(why))
        self.why.set_tone("dim" if flight.phase is Phase.DONE else "attention")
        done, of = progress(flight)
        self.bar.setRange(0, max(of, 1))
        self.bar.setValue(done)
        self.bar.setVisible(flight.phase.is_in_the_air)
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, text in facts(self._desk, flight):
            self._facts.addRow(Label(name, tone="dim"), Label(text, wrap=True, selectable=True))

    def show_report(self, report: Report) -> None:
        """Its devices and its log."""
        is_other = self.report is None or self.report.flight.id != report.flight.id
        self.report = report
        self.show_flight(report.flight)
        self.targets.show_rows(report.targets)
        self.steps.show_rows(report.steps)
        if is_other and report.targets:
            self.targets.select(self.targets.rows.key_at(0))
        self._on_target()

    def show_preview(self, target: Target) -> None:
        """What would change there, or what did."""
        self.shown = target
        done = f"# what changed\n{target.did}" if target.did else ""
        will = f"# what is expected\n{target.diff}" if target.diff else ""
        self.diff.show_diff(done or will or f"# {target.why or 'nothing changes here'}")

    def _on_target(self) -> None:
        target = self.targets.current()
        if target is not None:
            self.asked.emit(int(target.id))

    def _lay_out(self) -> None:
        self._inside, self._nothing = QWidget(), Label("Choose a flight", tone="dim")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = QVBoxLayout()
        head.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        head.setSpacing(GRID)
        for widget in (self.title, self.state, self.bar, self.why):
            head.addWidget(widget)
        self._facts.setHorizontalSpacing(2 * GRID)
        self._facts.setVerticalSpacing(3)
        head.addLayout(self._facts)
        self.buttons.setSpacing(6)
        head.addLayout(self.buttons)
        devices = QSplitter(Qt.Orientation.Vertical)
        devices.addWidget(self.targets)
        devices.addWidget(self.diff)
        devices.setSizes([240, 200])
        self.tabs = QTabWidget()
        self.tabs.addTab(devices, "Devices")
        self.tabs.addTab(self.steps, "Log")
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(head)
        inside.addWidget(self.tabs, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._inside)
        layout.addWidget(self._nothing)


def _take_turns(action: QAction, button: QPushButton, other: QPushButton) -> None:
    """`button` while its action goes, the other one else."""

    def show() -> None:
        button.setVisible(action.isEnabled())
        other.setHidden(action.isEnabled())

    action.enabledChanged.connect(lambda _: show())
    show()
