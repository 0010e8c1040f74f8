"""Add or change a probe: what is asked, how often, from where, and what is too much."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict, replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpacerItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import Invalid, NocError
from noc_console.kernel.secret import Secret
from noc_console.services.probes.check import LONGEST_S, SHORTEST_S, check
from noc_console.services.probes.model import Probe, ProbeId, Round, Secrets, Thresholds
from noc_console.services.probes.settings import (
    TITLES,
    ProbeKind,
    Question,
    make,
    questions,
)
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID
from noc_console.views.probes.details import round_text

Try = Callable[[Probe, Secrets], Coroutine[Any, Any, Round]]
ANYWHERE = "any collector"
HINTS = {
    ProbeKind.HTTP: "https://www.example.net/health",
    ProbeKind.DNS: "192.0.2.53, the name server",
}
INTERVALS = {ProbeKind.HTTP: 300.0, ProbeKind.DNS: 60.0, ProbeKind.RADIUS: 300.0}
WIDTH = 780


class ProbeForm(Dialog):
    """Both halves side by side: the question, and what its answer must be like."""

    def __init__(
        self,
        parent: QWidget | None,
        probe: Probe | None,
        *,
        attempt: Try,
        device_name: str = "",
        origins: Sequence[str] = (),
    ) -> None:
        is_new = probe is None or not probe.id
        super().__init__(
            parent,
            "Add a probe" if is_new else "Change the probe",
            "",
            "Add probe" if is_new else "Save",
        )
        self._probe = probe or Probe(ProbeId(0), ProbeKind.ICMP)
        self._attempt = attempt
        self._device_name = device_name
        self.tasks = Tasks(self, self._show_error, self._on_busy)
        self.body.addSpacerItem(QSpacerItem(WIDTH, 0))
        self.kind = QComboBox()
        self.target = QLineEdit(self._probe.target)
        self.name = QLineEdit(self._probe.name)
        self.interval = QDoubleSpinBox()
        self.origin = QComboBox()
        self.shared = _secret_line("kept" if self._probe.has_secret else "")
        self.password = _secret_line("kept" if self._probe.has_secret else "")
        self.inputs: dict[str, QWidget] = {}
        self.loss = _number(0, 100, self._probe.thresholds.loss_percent, " %", decimals=0)
        self.latency = _number(0, 60_000, self._probe.thresholds.latency_ms, " ms")
        self.jitter = _number(0, 60_000, self._probe.thresholds.jitter_ms, " ms")
        self.rounds_on = _whole(1, 100, self._probe.thresholds.rounds_on)
        self.rounds_off = _whole(1, 100, self._probe.thresholds.rounds_off)
        self.certificate = QCheckBox("30, 14 and 7 days before")
        self.try_button = QPushButton("Try now")
        self.outcome = Label("", tone="dim", wrap=True)
        self._fill(origins)
        self._lay_out_form()
        self._show_kind()
        self.kind.currentIndexChanged.connect(lambda _: self._change_kind())
        self.try_button.clicked.connect(lambda _=False: self.try_now())
        self.target.setMinimumWidth(260)
        self.target.setFocus()

    # --- what was typed ----------------------------------------------------------------------

    @property
    def chosen_kind(self) -> ProbeKind:
        return ProbeKind(self.kind.currentData())

    def probe(self) -> Probe:
        """What was typed. Raises Invalid that names the field."""
        typed = {name: _value(widget) for name, widget in self.inputs.items()}
        made = replace(
            self._probe,
            kind=self.chosen_kind,
            target=self.target.text().strip(),
            name=self.name.text().strip(),
            interval_s=self.interval.value(),
            origin=_origin(self.origin.currentText()),
            settings=make(self.chosen_kind, typed),
            thresholds=Thresholds(
                loss_percent=self.loss.value(),
                latency_ms=self.latency.value(),
                jitter_ms=self.jitter.value(),
                rounds_on=self.rounds_on.value(),
                rounds_off=self.rounds_off.value(),
                certificate=self.certificate.isChecked(),
            ),
        )
        check(made)
        return made

    def secrets(self) -> Secrets:
        return Secrets(Secret(self.shared.text()), Secret(self.password.text()))

    def accept(self) -> None:
        try:
            wanted = self.probe()
        except Invalid as error:
            self._refuse(error)
            return
        is_login = wanted.kind is ProbeKind.RADIUS
        if is_login and not (self.shared.text() or self._probe.has_secret):
            self._refuse(Invalid("a login needs the server's shared secret", field="shared"))
            return
        super().accept()

    # --- trying ------------------------------------------------------------------------------

    def try_now(self) -> None:
        """Run it once, as it is typed."""
        try:
            wanted = self.probe()
        except Invalid as error:
            self._refuse(error)
            return
        self.problem.hide()
        secrets = self.secrets()
        self.tasks.do("try", lambda: self._attempt(wanted, secrets), self._show_round)

    def _show_round(self, told: Round) -> None:
        facts = " · ".join(f"{title}: {text}" for title, text in told.facts[:4])
        words = round_text(told)
        self.outcome.setText(f"{words}\n{facts}" if facts else words)

    def _show_error(self, error: BaseException) -> None:
        if not isinstance(error, NocError):
            raise error
        self.outcome.setText(str(error))

    def _on_busy(self, busy: bool) -> None:
        self.try_button.setEnabled(not busy)
        if busy:
            self.outcome.setText("Asking …")

    # --- how it is made ----------------------------------------------------------------------

    def _refuse(self, error: Invalid) -> None:
        self.refuse(str(error)[:1].upper() + str(error)[1:] + ".")
        named: dict[str, QWidget] = {
            "target": self.target,
            "name": self.name,
            "interval_s": self.interval,
            "origin": self.origin,
            "shared": self.shared,
            **self.inputs,
        }
        if error.field in named:
            named[error.field].setFocus()

    def _fill(self, origins: Sequence[str]) -> None:
        for kind, title in TITLES.items():
            self.kind.addItem(title, kind.value)
        self.kind.setCurrentIndex(self.kind.findData(self._probe.kind.value))
        self.interval.setRange(SHORTEST_S, LONGEST_S)
        self.interval.setDecimals(0)
        self.interval.setSuffix(" s")
        self.interval.setValue(self._probe.interval_s)
        self.origin.setEditable(True)
        offered = dict.fromkeys([ANYWHERE, *origins, self._probe.origin or ANYWHERE])
        self.origin.addItems(list(offered))
        self.origin.setCurrentText(self._probe.origin or ANYWHERE)
        self.certificate.setChecked(self._probe.thresholds.certificate)
        self.name.setPlaceholderText("the target's own name")
        for widget, off in ((self.loss, "off"), (self.latency, "off"), (self.jitter, "off")):
            widget.setSpecialValueText(off)

    def _lay_out_form(self) -> None:
        halves = QHBoxLayout()
        halves.setSpacing(4 * GRID)
        left = QVBoxLayout()
        self._form = _form()
        self._form.addRow("Kind", self.kind)
        if self._device_name:
            self._form.addRow("Device", Label(self._device_name, tone="bright"))
        self._form.addRow("Target", self.target)
        self._form.addRow("Name", self.name)
        self._form.addRow("Ask every", self.interval)
        self._form.addRow("From", self.origin)
        self._form.addRow("Shared secret", self.shared)
        self._form.addRow("Password", self.password)
        self._settings = QWidget()
        left.setSpacing(GRID)
        left.addLayout(self._form)
        left.addSpacing(GRID)
        right = QVBoxLayout()
        right.setSpacing(GRID)
        limits = _form()
        limits.addRow("Loss of", self.loss)
        limits.addRow("Median over", self.latency)
        limits.addRow("Jitter over", self.jitter)
        limits.addRow("Alarm after", self.rounds_on)
        limits.addRow("Clear after", self.rounds_off)
        limits.addRow("Certificates", self.certificate)
        self._limits = limits
        right.addWidget(Label("HOW IT IS ASKED", tone="faint", size="small"))
        right.addWidget(self._settings)
        self._right = right
        right.addStretch(1)
        left.addWidget(Label("WHAT IS TOO MUCH", tone="faint", size="small"))
        left.addLayout(limits)
        left.addStretch(1)
        halves.addLayout(left, 1)
        halves.addLayout(right, 1)
        self.body.addLayout(halves)
        line = QHBoxLayout()
        line.setSpacing(2 * GRID)
        line.addWidget(self.try_button, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.outcome, 1)
        self.outcome.setMinimumHeight(36)
        self.outcome.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.body.addSpacing(GRID)
        self.body.addLayout(line)

    def _change_kind(self) -> None:
        self.interval.setValue(INTERVALS.get(self.chosen_kind, 60.0))
        self._show_kind()

    def _show_kind(self) -> None:
        """Ask for what this kind needs."""
        kind = self.chosen_kind
        before, self._settings = self._settings, QWidget()
        form = _form()
        form.setContentsMargins(0, 0, 0, 0)
        self._settings.setLayout(form)
        policy = QSizePolicy.Policy
        self._settings.setSizePolicy(policy.Preferred, policy.Maximum)
        self.inputs = {}
        known = asdict(self._probe.settings) if kind is self._probe.kind else {}
        for question in questions(kind):
            widget = _input(question, known.get(question.name, question.default))
            self.inputs[question.name] = widget
            form.addRow(question.title, widget)
            if question.hint:
                widget.setToolTip(plain_tip(question.hint))
                if isinstance(widget, QLineEdit):
                    widget.setPlaceholderText(question.hint)
        self._right.replaceWidget(before, self._settings)
        before.deleteLater()
        is_login = kind is ProbeKind.RADIUS
        self._form.setRowVisible(self.shared, is_login)
        self._form.setRowVisible(self.password, is_login)
        self._limits.setRowVisible(self.certificate, kind is ProbeKind.HTTP)
        own = "" if self._probe.device_id is None else "the device's address"
        self.target.setPlaceholderText(HINTS.get(kind, own or "192.0.2.1 or a name"))


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(2 * GRID)
    form.setVerticalSpacing(6)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def _secret_line(hint: str) -> QLineEdit:
    line = QLineEdit()
    line.setEchoMode(QLineEdit.EchoMode.Password)
    line.setPlaceholderText(hint)
    return line


def _number(
    least: float, most: float, value: float, suffix: str, *, decimals: int = 1
) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(least, most)
    box.setDecimals(decimals)
    box.setSuffix(suffix)
    box.setValue(value)
    return box


def _whole(least: int, most: int, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(least, most)
    box.setSuffix(" rounds")
    box.setValue(value)
    return box


def _input(question: Question, value: Any) -> QWidget:
    if question.kind is bool:
        tick = QCheckBox()
        tick.setChecked(bool(value))
        tick.setText(question.hint)
        return tick
    if question.choices:
        choice = QComboBox()
        choice.addItems(list(question.choices))
        choice.setCurrentText(str(value))
        return choice
    if question.kind is int:
        whole = QSpinBox()
        whole.setRange(int(question.least or 0), int(question.most or 1_000_000))
        whole.setValue(int(value))
        return whole
    if question.kind is float:
        return _number(question.least or 0.0, question.most or 1e6, float(value), "")
    return QLineEdit(str(value))


def _value(widget: QWidget) -> Any:
    if isinstance(widget, QCheckBox):
        return widget.isChecked()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QSpinBox | QDoubleSpinBox):
        return widget.value()
    return widget.text() if isinstance(widget, QLineEdit) else None


def _origin(text: str) -> str:
    return "" if text.strip() in ("", ANYWHERE) else text.strip()
