"""A rule as it is written, with what it would find; and what is put up with until when."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import plural
from noc_console.services.compliance.model import Gravity, Rule, RuleKind, Verdict
from noc_console.services.compliance.service import Tried
from noc_console.views.compliance.rows import KINDS
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID, look

HINTS = {
    RuleKind.HAS: "Each of these lines must be there, wherever it stands. A line between slashes"
    " is a pattern: /^ntp server 10\\./",
    RuleKind.LACKS: "None of these lines may be there. A line between slashes is a pattern:"
    " /^ip http (secure-)?server/",
    RuleKind.BLOCK: "In each block whose head fits the pattern, each of these lines must be there,"
    " and none that begins with a minus: -ip proxy-arp",
    RuleKind.TEMPLATE: "Each line must be there, in its block. Jinja2: {{ device.name }},"
    " {% if device.platform == 'ios' %}, {% for each in ntp %}; name, address, platform, vendor,"
    " model, version, serial, location, contact, type and tags of the device are known, the name,"
    " address, latitude and longitude of its site, and its interfaces: {% for port in interfaces if"
    " port.alias %}; name, descr, alias, type, speed, mtu, mac, is_enabled, is_up, is_member,"
    " addresses, customer. Configurations print full names: descr is that"
    " of Cisco (GigabitEthernet1/0/3), name is short (Gi1/0/3) and finds its block, too. A block"
    " after = holds these lines and no others: =interface {{ port.descr }}",
}
ROOMY = QSize(600, 620)
Try = Callable[[Rule], Awaitable[Sequence[Tried]]]


class RuleDialog(Dialog):
    """Write a rule, try it on what is there, save it."""

    def __init__(self, parent: QWidget | None, rule: Rule | None, *, attempt: Try) -> None:
        super().__init__(
            parent,
            "Change the rule" if rule else "New rule",
            "",
            "Save" if rule else "Add",
        )
        known = rule or Rule(0, "", RuleKind.HAS, "")
        self._id = known.id
        self._attempt = attempt
        self.tasks = Tasks(self, self._failed)
        self.name = QLineEdit(known.name)
        self.kind = QComboBox()
        for kind, words in KINDS.items():
            self.kind.addItem(words, kind)
        self.kind.setCurrentIndex(list(KINDS).index(known.kind))
        self.block = QLineEdit(known.block)
        self.block.setPlaceholderText("^interface (Gi|Te)")
        self.text = QPlainTextEdit(known.text)
        self.text.setFont(look().mono())
        self.text.setMinimumSize(60 * GRID, 9 * GRID)
        self.variables = QPlainTextEdit(known.variables)
        self.variables.setFont(look().mono())
        self.variables.setFixedHeight(8 * GRID)
        self.variables.setPlaceholderText("ntp = 10.0.0.1, 10.0.0.2")
        self.platforms = QLineEdit(", ".join(known.platforms))
        self.platforms.setPlaceholderText("every platform, or: ios, iosxr, junos")
        self.devices = QLineEdit(", ".join(known.devices))
        self.devices.setPlaceholderText("every device, or: ams-*, *-core-*")
        self.gravity = QComboBox()
        for gravity in Gravity:
            self.gravity.addItem(gravity.value, gravity)
        self.gravity.setCurrentIndex(list(Gravity).index(known.gravity))
        self.remedy = QLineEdit(known.remedy)
        self.remedy.setPlaceholderText("Why it matters, and what to do")
        self.is_on = QCheckBox("Judge by it")
        self.is_on.setChecked(known.is_on)
        self.hint = Label("", tone="dim", wrap=True)
        self.try_button = QPushButton("Try it")
        self.tried = Label("", tone="dim", wrap=True)
        self._fill()
        self.kind.currentIndexChanged.connect(lambda _: self._fit())
        self.try_button.clicked.connect(self.try_it)
        self._fit()
        self.resize(self.sizeHint().expandedTo(ROOMY))  # the lines take what is left
        self.name.setFocus()

    def rule(self) -> Rule:
        """As it stands in the form."""
        return Rule(
            id=self._id,
            name=self.name.text().strip(),
            kind=RuleKind(self.kind.currentData()),
            text=self.text.toPlainText(),
            block=self.block.text().strip(),
            variables=self.variables.toPlainText(),
            platforms=_listed(self.platforms.text()),
            devices=_listed(self.devices.text()),
            gravity=Gravity(self.gravity.currentData()),
            remedy=self.remedy.text().strip(),
            is_on=self.is_on.isChecked(),
        )

    def try_it(self) -> None:
        """Judge what is there by the rule as it stands in the form; nothing is kept."""
        self.problem.hide()
        self.tried.setText("Trying…")
        rule = self.rule()

        async def attempt() -> Sequence[Tried]:
            return await self._attempt(rule)

        self.tasks.do("try", attempt, self._show)

    def _show(self, found: Sequence[Tried]) -> None:
        broken = [one for one in found if one.verdict is not Verdict.PASS]
        told = f"{len(found) - len(broken)} of {plural(len(found), 'device')} as it should be."
        for one in broken[:4]:
            line = one.evidence[0].text if one.evidence else ""
            told += f"\n{one.device}: {line}"
        if len(broken) > 4:
            told += f"\nand {len(broken) - 4} more"
        self.tried.setText(told if found else "No configuration that it is about was kept yet.")

    def _failed(self, error: BaseException) -> None:
        self.tried.setText("")
        self.refuse(str(error))
        fields = {"name": self.name, "block": self.block, "text": self.text}
        if isinstance(error, Invalid) and error.field in fields:
            fields[error.field].setFocus()

    def _fit(self) -> None:
        kind = RuleKind(self.kind.currentData())
        self.hint.setText(HINTS[kind])
        self._form.setRowVisible(self.block, kind is RuleKind.BLOCK)
        self._form.setRowVisible(self.variables, kind is RuleKind.TEMPLATE)

    def _fill(self) -> None:
        self._form = QFormLayout()
        self._form.setSpacing(GRID)
        for name, field in (
            ("Name", self.name),
            ("Wants", self.kind),
            ("Blocks", self.block),
            ("Lines", self.text),
            ("Variables", self.variables),
            ("Platforms", self.platforms),
            ("Devices", self.devices),
            ("Gravity", self.gravity),
            ("Why", self.remedy),
        ):
            field.setAccessibleName(name)
            self._form.addRow(Label(name, tone="dim"), field)
        self.body.addLayout(self._form)
        self.body.addWidget(self.hint)
        self.body.addWidget(self.is_on)
        self.try_button.setProperty("compact", True)
        self.body.addWidget(self.try_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.tried)


class WaiverDialog(Dialog):
    """Until when, and why."""

    def __init__(self, parent: QWidget | None, *, what: str, clock: Clock) -> None:
        super().__init__(
            parent,
            "Put up with it",
            f"{what}. It is no longer counted as broken until that day; then it is again, by"
            " itself. Your name and the reason are kept.",
            "Put up with it",
        )
        self._clock = clock
        self.days = QSpinBox()
        self.days.setRange(1, 365)
        self.days.setValue(30)
        self.days.setSuffix(" days")
        self.days.setAccessibleName("For how long")
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Why")
        self.everywhere = QCheckBox("On every device")
        form = QFormLayout()
        form.setSpacing(GRID)
        form.addRow(Label("For", tone="dim"), self.days)
        form.addRow(Label("Why", tone="dim"), self.reason)
        form.addRow(self.everywhere)
        self.body.addLayout(form)
        self.reason.setFocus()

    @property
    def until(self) -> datetime:
        return self._clock.now() + timedelta(days=self.days.value())

    def accept(self) -> None:
        if len(self.reason.text().split()) >= 2 or len(self.reason.text().strip()) >= 4:
            super().accept()
        else:
            self.refuse("Say why, in a few words.")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for each in text.split(",") if (part := each.strip()))
