"""Add or change an escalation policy: which alarms, and step by step whom they wake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpacerItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import Severity
from noc_console.services.oncall import words
from noc_console.services.oncall.check import checked_policy
from noc_console.services.oncall.model import Duties, Match, Policy, Step, Target, TargetKind
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import Label
from noc_console.views.kit.severity import severity_word
from noc_console.views.kit.theme import GRID
from noc_console.views.oncall import inputs

SEVERITIES = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)
PLACES = frozenset({"slack", "teams", "webhook", "apprise"})
"""Kinds of channels that are a place, not a way to a person."""
WAYS = (("e-mail", "email"), ("SMS", "sms"), ("Telegram", "telegram"))


def target_text(target: Target, duties: Duties) -> str:
    """Whom a target means, in a few words."""
    if target.kind is TargetKind.DESK:
        return "every open window"
    if target.kind is TargetKind.PERSON:
        return duties.name_of(target.id)
    told: Sequence[tuple[int, str]]
    if target.kind is TargetKind.ROTA:
        told = [(int(one.id), f"on call: {one.name}") for one in duties.rotas]
    elif target.kind is TargetKind.GROUP:
        told = [(one.id, f"group {one.name}") for one in duties.groups]
    else:
        told = [(one.id, f"{one.kind} {one.name}") for one in duties.channels]
    return dict(told).get(target.id, f"{target.kind.value} {target.id} (removed)")


def targets_text(targets: Sequence[Target], duties: Duties) -> str:
    return ", ".join(target_text(target, duties) for target in targets) or "nobody yet"


def offered(duties: Duties) -> tuple[tuple[str, tuple[Target, ...]], ...]:
    """Everything a step can tell, in groups."""
    return (
        ("Windows", (Target(TargetKind.DESK),)),
        ("Whoever is on call", tuple(Target(TargetKind.ROTA, int(r.id)) for r in duties.rotas)),
        ("People", tuple(Target(TargetKind.PERSON, p.id) for p in duties.people)),
        ("Groups", tuple(Target(TargetKind.GROUP, g.id) for g in duties.groups)),
        (
            "Places",
            tuple(Target(TargetKind.CHANNEL, c.id) for c in duties.channels if c.kind in PLACES),
        ),
    )


class StepRow(QWidget):
    """One step: when, whom, by what."""

    removed = Signal()

    def __init__(self, step: Step, duties: Duties, *, what: str) -> None:
        super().__init__()
        self._duties = duties
        self.after = inputs.minutes(step.after_min, f"{what}: minutes without acknowledgement")
        self.targets = QToolButton()
        self.ways = QToolButton()
        self._of_targets: dict[Target, QAction] = {}
        self._of_ways: dict[str, QAction] = {}
        for button in (self.targets, self.ways):
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            button.setProperty("chip", True)
        self._fill(step)
        self.remove_button = IconButton("trash", f"Remove {what}")
        self.remove_button.clicked.connect(lambda _=False: self.removed.emit())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        self.what = Label(what, tone="dim")
        self.what.setFixedWidth(64)
        self.after.setFixedWidth(100)
        parts: tuple[str | QWidget, ...] = ("after", self.after, "tell", self.targets, "by")
        for part in (self.what, *parts, self.ways):
            shown = Label(part) if isinstance(part, str) else part
            shown.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            layout.addWidget(shown)
        layout.addStretch()
        layout.addWidget(self.remove_button)
        self._tell()

    def step(self) -> Step:
        return Step(
            tuple(target for target, action in self._of_targets.items() if action.isChecked()),
            self.after.value(),
            tuple(kind for kind, action in self._of_ways.items() if action.isChecked()),
        )

    def choose(self, target: Target, *, on: bool = True) -> None:
        """Tick or untick somebody."""
        self._of_targets[target].setChecked(on)

    def _fill(self, step: Step) -> None:
        menu = QMenu(self.targets)
        known = {target for _, targets in offered(self._duties) for target in targets}
        gone = tuple(target for target in step.targets if target not in known)
        for title, targets in (*offered(self._duties), ("Removed meanwhile", gone)):
            if targets:
                menu.addSection(title)
            for target in targets:
                action = menu.addAction(target_text(target, self._duties))
                action.setCheckable(True)
                action.setChecked(target in step.targets)
                action.toggled.connect(lambda _: self._tell())
                self._of_targets[target] = action
        self.targets.setMenu(menu)
        ways = QMenu(self.ways)
        for text, kind in WAYS:
            action = ways.addAction(text)
            action.setCheckable(True)
            action.setChecked(kind in step.kinds)
            action.toggled.connect(lambda _: self._tell())
            self._of_ways[kind] = action
        self.ways.setMenu(ways)

    def _tell(self) -> None:
        step = self.step()
        told = targets_text(step.targets, self._duties)
        self.targets.setText(told if len(told) <= 60 else f"{told[:58]}…")
        self.targets.setAccessibleName(f"Whom: {told}")
        chosen = [text for text, kind in WAYS if kind in step.kinds]
        self.ways.setText(" + ".join(chosen) or "every way")
        self.ways.setAccessibleName(f"By {self.ways.text()}")


class PolicyForm(Dialog):
    """`policy()` is what was typed."""

    def __init__(self, parent: QWidget | None, policy: Policy, duties: Duties) -> None:
        is_new = not policy.id
        super().__init__(
            parent,
            "Add an escalation policy" if is_new else f"Change {policy.name}",
            "While nobody acknowledges, owns or shelves the alarm, its steps are taken.",
            "Add policy" if is_new else "Save",
        )
        self._policy, self._duties = policy, duties
        match = policy.match
        self.name = inputs.line(policy.name, "e.g. Core network", "Name")
        self.zone = inputs.zones(policy.zone)
        self.is_on = QCheckBox("The policy is on")
        self.is_on.setChecked(policy.is_on)
        levels = ((f"{severity_word(s)} or worse", int(s)) for s in SEVERITIES)
        self.least = inputs.choice(levels, int(match.least), "Severity")
        self.sites = inputs.line(", ".join(match.sites), "any; or pop-*, Northgate", "Sites")
        self.types = inputs.line(", ".join(match.types), "any; or router, olt", "Types of devices")
        self.conditions = inputs.line(
            ", ".join(match.conditions), "any; or unreachable, optical-*", "Conditions"
        )
        self.customers = inputs.whole(match.customers, 0, 10_000_000, "", "Customers hit, at least")
        self.hours = inputs.line(
            words.hours_text(match.hours), "always; or Mon-Fri 17:00-08:00", "Raised within"
        )
        self.rows: list[StepRow] = []
        self._steps = QVBoxLayout()
        self._steps.setSpacing(6)
        self.add_button = QPushButton("Add step")
        self.add_button.clicked.connect(lambda _=False: self.add_step())
        self.again = inputs.whole(policy.again, 0, 1_000, " times more", "Repeat the steps")
        self.pause = inputs.minutes(policy.pause_min, "Minutes between two rounds")
        self.has_final = QCheckBox("and at last")
        self.has_final.setChecked(policy.final is not None)
        self.final = StepRow(policy.final or Step((), 15.0), duties, what="last")
        self.final.remove_button.hide()
        self.final.what.hide()
        self.final.setEnabled(policy.final is not None)
        self.has_final.toggled.connect(self.final.setEnabled)
        self._lay_out_form()
        for step in policy.steps or (Step(()),):
            self._add(step)
        self.name.setFocus()

    def policy(self) -> Policy:
        """Raises Invalid that says what is wrong."""
        return checked_policy(
            replace(
                self._policy,
                name=self.name.text(),
                zone=self.zone.currentText().strip(),
                is_on=self.is_on.isChecked(),
                match=Match(
                    least=Severity(self.least.currentData()),
                    sites=inputs.words_of(self.sites.text()),
                    types=inputs.words_of(self.types.text()),
                    conditions=inputs.words_of(self.conditions.text()),
                    customers=self.customers.value(),
                    hours=words.read_hours(self.hours.text()),
                ),
                steps=tuple(row.step() for row in self.rows),
                again=self.again.value(),
                pause_min=self.pause.value(),
                final=self.final.step() if self.has_final.isChecked() else None,
            )
        )

    def accept(self) -> None:
        try:
            self.policy()
        except Invalid as error:
            self.refuse(str(error))
            return
        super().accept()

    def add_step(self) -> None:
        self._add(Step((), 15.0))

    def _add(self, step: Step) -> None:
        row = StepRow(step, self._duties, what=f"step {len(self.rows) + 1}")
        row.removed.connect(lambda row=row: self._drop(row))
        self.rows.append(row)
        self._steps.addWidget(row)

    def _drop(self, row: StepRow) -> None:
        if len(self.rows) > 1:
            self.rows.remove(row)
            self._steps.removeWidget(row)
            row.deleteLater()
            for number, each in enumerate(self.rows, start=1):
                each.what.setText(f"step {number}")

    def _lay_out_form(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(6)
        form.addRow("Name", self.name)
        form.addRow("Alarms", self.least)
        form.addRow("Sites", self.sites)
        form.addRow("Types of devices", self.types)
        form.addRow("Conditions", self.conditions)
        form.addRow("Customers hit from", self.customers)
        form.addRow("Raised within", self.hours)
        form.addRow("Time zone", self.zone)
        form.addRow("", self.is_on)
        inside = QWidget()
        inside.setLayout(self._steps)
        self._steps.setAlignment(Qt.AlignmentFlag.AlignTop)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setMinimumHeight(120)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)  # on the ground of the dialog
        inside.setAutoFillBackground(False)
        rounds = QHBoxLayout()
        rounds.setSpacing(GRID)
        rounds.addWidget(self.add_button)
        rounds.addStretch()
        rounds.addWidget(Label("then repeat"))
        rounds.addWidget(self.again)
        rounds.addWidget(Label("every"))
        rounds.addWidget(self.pause)
        last = QHBoxLayout()
        last.addWidget(self.has_final)
        last.addWidget(self.final, 1)
        self.body.addSpacerItem(QSpacerItem(760, 0))
        self.body.addLayout(form)
        self.body.addWidget(area, 1)
        self.body.addLayout(rounds)
        self.body.addLayout(last)
