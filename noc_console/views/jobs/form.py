"""Plan a job: what is asked, of whom and when, and what it would do before it does."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from PySide6.QtCore import QDate, QDateTime, Qt, QTime, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpacerItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import NocError
from noc_console.kernel.text import plural, visible
from noc_console.services.jobs.model import (
    UNBORN,
    AwxTemplate,
    Foreseen,
    Job,
    JobKind,
    Preview,
)
from noc_console.services.maintenance.model import Target
from noc_console.views.jobs.columns import foreseen_columns
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID, look
from noc_console.views.maintenance.form import OWN, REPEATS, own_zone, rule_of
from noc_console.views.maintenance.picking import ObjectPicker

WIDTH = 960
PAUSE_MS = 400
BY_HAND, NOW, AT = "hand", "now", "at"
WHENS = (("Now", NOW), ("Only when it is started", BY_HAND), ("At a time", AT))
KINDS = (
    ("Commands at devices", JobKind.COMMANDS),
    ("Ansible playbook", JobKind.PLAYBOOK),
    ("Template of AWX", JobKind.AWX),
    ("Script of your own", JobKind.SCRIPT),
)
HINTS = {
    JobKind.COMMANDS: "show version\n{interfaces}\n@junos\nshow bgp summary",
    JobKind.PLAYBOOK: "- hosts: all\n  gather_facts: false\n  tasks:\n    - …",
    JobKind.SCRIPT: '#!/bin/sh\nping -c 3 "$NOC_ADDRESS"',
}
BODIES = {
    JobKind.COMMANDS: "Lines. @ios,junos begins lines for these platforms, @* for all; {version},"
    " {arp}, {routes} … stand for each platform's own command",
    JobKind.PLAYBOOK: "Playbook. Hosts are the devices chosen, in groups by platform, type, site",
    JobKind.SCRIPT: "Script, run once for each device on the collector's machine by its #! line."
    " NOC_DEVICE, NOC_ADDRESS, NOC_PORT, NOC_PLATFORM and NOC_VARIABLES tell of the device; the"
    " login is JSON, to be read once from the path NOC_LOGIN",
}


@dataclass(frozen=True, slots=True)
class Asking:
    """What the form asks of the desk."""

    preview: Callable[[Job], Coroutine[Any, Any, Preview]]
    templates: Callable[[str, str], Coroutine[Any, Any, tuple[AwxTemplate, ...]]]


ANY_HEIGHT = 16_777_215
"""Qt's QWIDGETSIZE_MAX: as high as the layout says."""


class JobForm(Dialog):
    """What and where at the left, when and how at the right, what it would do below."""

    def __init__(
        self,
        parent: QWidget | None,
        desk: Desk,
        asking: Asking,
        picker: Callable[[JobForm], ObjectPicker],
        job: Job | None = None,
        *,
        targets: Sequence[Target] = (),
    ) -> None:
        is_new = job is None or job.id == UNBORN
        super().__init__(
            parent,
            "New job" if is_new else "Change the job",
            "Asked of every device at once; the answers are kept, made tables where a template is"
            " known, and compared with those of other runs.",
            "Run" if is_new else "Save",
        )
        self._desk, self._asking = desk, asking
        self._job = job or Job(UNBORN, "", JobKind.COMMANDS, (), zone=own_zone())
        self.tasks = Tasks(self, self._wrong)
        self.seen: Preview | None = None
        self.body.addSpacerItem(QSpacerItem(WIDTH, 0))
        self.what = QLineEdit(self._job.title)
        self.kind = QComboBox()
        self.objects = picker(self)
        self.text = QPlainTextEdit(self._job.body)
        self.text_said = Label("", tone="dim", wrap=True)
        self.template = QPlainTextEdit(self._job.template)
        self.variables = QPlainTextEdit(self._job.variables)
        self.folder = QLineEdit(self._job.folder)
        self.check = QCheckBox("Dry run (--check --diff)")
        self.server = QLineEdit(self._job.server)
        self.token = QLineEdit(self._job.token)
        self.seek = QPushButton("Find templates")
        self.templates = QComboBox()
        self.when = QComboBox()
        self.start = QDateTimeEdit()
        self.zone = QComboBox()
        self.repeat = QComboBox()
        self.rule = QLineEdit()
        self.parallel, self.timeout = _whole(1, 64, " at a time"), _whole(5, 86_400, " s")
        self.told = Label("", tone="dim", wrap=True)
        self.leave = QLineEdit()
        self.leave_said = Label("", tone="attention", wrap=True)
        self.devices: Table[Foreseen] = Table(
            desk, "job-preview", foreseen_columns(), lambda one: one.device_id, self._wrong,
            hint="Filter   would:changes",
        )  # fmt: skip
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._fill()
        self._lay_out_form()
        self._wire()
        self.objects.choose((*self._job.targets, *targets))
        self._refresh()
        self.what.setFocus()

    @property
    def begins_now(self) -> bool:
        return bool(self.when.currentData() == NOW)

    def job_made(self) -> Job:
        """What was typed, as far as it goes."""
        start = self._start() if self.when.currentData() == AT else None
        choice = str(self.repeat.currentData())
        repeat = self.rule.text().strip() if choice == OWN else ""
        if start is not None and choice != OWN:
            repeat = rule_of(choice, start)
        return replace(
            self._job,
            title=self.what.text(),
            kind=self._kind(),
            targets=self.objects.targets,
            body=self.text.toPlainText(),
            template=self.template.toPlainText().strip(),
            variables=self.variables.toPlainText(),
            folder=self.folder.text().strip(),
            is_check=self.check.isChecked(),
            server=self.server.text().strip(),
            token=self.token.text().strip(),
            template_id=int(self.templates.currentData() or 0),
            parallel=self.parallel.value(),
            timeout_s=self.timeout.value(),
            starts_at=None if start is None else start.astimezone(UTC),
            repeat=repeat if start is not None else "",
            zone=self.zone.currentText().strip(),
            may_change=self._is_meant(),
        )

    def accept(self) -> None:
        if self.seen is None:
            self.refuse(self.told.text() or "Wait for the preview.")
        elif self.seen.needs_leave and not self._is_meant():
            self.refuse(f"Type {self._number()} to say that it is meant.")
        else:
            super().accept()

    # --- what it would do ------------------------------------------------------------------

    def _number(self) -> str:
        """What is typed to say that it is meant: how many devices, or the word for a template."""
        count = len(self.seen.devices) if self.seen is not None else 0
        return str(count) if count else "change"

    def _is_meant(self) -> bool:
        return bool(self.seen and self.seen.needs_leave) and (
            self.leave.text().strip() == self._number()
        )

    def _changed(self) -> None:
        self.seen = None
        self.problem.hide()
        self._refresh()
        self._pause.start()

    def _look(self) -> None:
        self.tasks.ask("preview", self._asking.preview(self.job_made()), self._show)

    def _show(self, seen: Preview) -> None:
        self.seen = seen
        self.devices.show_rows(seen.devices)
        parts = [plural(len(seen.devices), "device")]
        if seen.problems:
            parts.append(f"{len(seen.problems):,} cannot be asked")
        if seen.coming:
            zone = _zone(self.zone.currentText())
            times = ", ".join(f"{at.astimezone(zone):%a %d %b %H:%M}" for at in seen.coming)
            parts.append(f"begins {times}")
        self.told.setText("; ".join(parts) + ".")
        if self.begins_now and seen.devices:
            self.accept_button.setText(f"Run at {plural(len(seen.devices), 'device')}")
        self._show_leave(seen)

    def _show_leave(self, seen: Preview) -> None:
        self.leave.setVisible(seen.needs_leave)
        self.leave_said.setVisible(seen.needs_leave)
        if not seen.needs_leave:
            return
        may = self._desk.actor.may("jobs.change")
        if seen.playbook:
            what = "A playbook, template or script may change devices, whatever it says."
        elif seen.changing:
            what = f"It would change {plural(len(seen.changing), 'device')}."
        else:
            what = f"Of {plural(len(seen.unknown), 'device')} it cannot be told what it does there."
        how = (
            f"Type {self._number()} to say that it is meant."
            if may
            else "You may not change devices by jobs (right: jobs change)."
        )
        self.leave_said.setText(
            f"{what} Changes belong in a change flight, which checks and undoes them. {how}"
        )
        self.leave.setEnabled(may)

    def _wrong(self, error: BaseException) -> None:
        self.seen = None
        self.devices.show_rows(())
        told = str(error) if isinstance(error, NocError) else "Something went wrong"
        self.told.setText(f"{told[:1].upper()}{told[1:]}.")
        if not isinstance(error, NocError):
            self._desk.report(error)

    def _find(self) -> None:
        self.tasks.do(
            "templates",
            lambda: self._asking.templates(self.server.text(), self.token.text().strip()),
            self._offer,
        )

    def _offer(self, found: tuple[AwxTemplate, ...]) -> None:
        chosen = self.templates.currentData() or self._job.template_id
        self.templates.clear()
        for each in found:
            self.templates.addItem(f"{visible(each.name)} ({each.id})", each.id)
        self.templates.setCurrentIndex(max(0, self.templates.findData(chosen)))

    # --- how it works ----------------------------------------------------------------------

    def _kind(self) -> JobKind:
        # Qt hands the text of an enum back, not the enum.
        return JobKind(str(self.kind.currentData()))

    def _start(self) -> datetime:
        shown = self.start.dateTime()
        day, clock = shown.date(), shown.time()
        zone = _zone(self.zone.currentText())
        return datetime(
            day.year(), day.month(), day.day(), clock.hour(), clock.minute(), tzinfo=zone
        )

    def _fill(self) -> None:
        job = self._job
        for text, kind in KINDS:
            self.kind.addItem(text, kind.value)
        self.kind.setCurrentIndex([kind for _, kind in KINDS].index(job.kind))
        self.kind.setEnabled(job.id == UNBORN)
        for text, when in WHENS if job.id == UNBORN else WHENS[1:]:
            self.when.addItem(text, when)
        at = AT if job.starts_at is not None else NOW if job.id == UNBORN else BY_HAND
        self.when.setCurrentIndex(self.when.findData(at))
        names = dict.fromkeys((job.zone, own_zone(), "UTC", *sorted(available_timezones())))
        self.zone.addItems(list(names))
        self.zone.setCurrentText(job.zone)
        moment = job.starts_at or self._desk.clock.now() + timedelta(hours=1)
        local = moment.astimezone(_zone(job.zone))
        self.start.setDisplayFormat("ddd yyyy-MM-dd HH:mm")
        self.start.setCalendarPopup(True)
        self.start.setDateTime(
            QDateTime(QDate(local.year, local.month, local.day), QTime(local.hour, local.minute))
        )
        for text, choice in REPEATS:
            self.repeat.addItem(text, choice)
        self.repeat.setCurrentIndex(self.repeat.findData(OWN if job.repeat else ""))
        self.rule.setText(job.repeat)
        self.parallel.setValue(job.parallel)
        self.timeout.setValue(job.timeout_s)
        self.check.setChecked(job.is_check)
        if job.template_id:
            self.templates.addItem(f"Template {job.template_id}", job.template_id)
        self._name_all()

    def _name_all(self) -> None:
        self.what.setPlaceholderText("What for: versions of all edges, BGP before the change")
        self.variables.setPlaceholderText('{"vlan": 7}')
        self.template.setPlaceholderText("Value NAME (\\S+) …   only for what ntc-templates lack")
        self.folder.setPlaceholderText("Folder of its files, on the collector's machine")
        self.server.setPlaceholderText("https://awx.example.net")
        self.token.setPlaceholderText("Name of a token in the vault")
        self.rule.setPlaceholderText("FREQ=MONTHLY;BYDAY=2TU")
        self.leave.setPlaceholderText("It is meant: type the number")
        for editor in (self.text, self.template, self.variables):
            editor.setFont(look().mono())
            editor.setFixedHeight(58)
            editor.setTabChangesFocus(True)
        self.text.setMinimumHeight(92)
        self.text.setMaximumHeight(ANY_HEIGHT)  # it takes what the dialog has left
        for widget, name in (
            (self.what, "What for"), (self.kind, "Kind"), (self.text, "Lines, playbook or script"),
            (self.template, "TextFSM template"), (self.variables, "Variables"),
            (self.folder, "Folder"), (self.server, "Address of AWX"), (self.token, "Token"),
            (self.templates, "Job template"), (self.when, "When"), (self.start, "Begins"),
            (self.zone, "Time zone"), (self.repeat, "Repeats"), (self.rule, "Rule"),
            (self.parallel, "At a time"), (self.timeout, "Time-out"),
            (self.leave, "Number of devices that may be changed"),
        ):  # fmt: skip
            widget.setAccessibleName(name)

    def _lay_out_form(self) -> None:
        left, right = QVBoxLayout(), QFormLayout()
        self._right = right
        left.setSpacing(4)
        for words, widget in (("What for", self.what), ("On what", self.objects)):
            left.addWidget(Label(words, tone="dim"))
            left.addWidget(widget)
        left.addWidget(self.text_said)
        left.addWidget(self.text, 1)
        right.setHorizontalSpacing(2 * GRID)
        right.setVerticalSpacing(6)
        finding = QHBoxLayout()
        finding.addWidget(self.templates, 1)
        finding.addWidget(self.seek)
        self._finding = QWidget()
        self._finding.setLayout(finding)
        finding.setContentsMargins(0, 0, 0, 0)
        for words, field in (
            ("Done by", self.kind),
            ("When", self.when),
            ("Begins", self.start),
            ("Time zone", self.zone),
            ("Repeats", self.repeat),
            ("", self.rule),
            ("Address", self.server),
            ("Token", self.token),
            ("Template", self._finding),
            ("Variables", self.variables),
            ("Folder", self.folder),
            ("", self.check),
            ("Own TextFSM", self.template),
            ("Devices", self.parallel),
            ("Waits", self.timeout),
        ):
            right.addRow(Label(words, tone="dim"), field)
        halves = QHBoxLayout()
        halves.setSpacing(3 * GRID)
        halves.addLayout(left, 3)
        how = QVBoxLayout()
        how.addLayout(right)
        how.addStretch()
        halves.addLayout(how, 2)
        self.body.addLayout(halves, 1)
        self.devices.setFixedHeight(150)
        self.body.addWidget(self.told)
        self.body.addWidget(self.devices)
        self.body.addWidget(self.leave_said)
        self.body.addWidget(self.leave)
        self.leave.hide()
        self.leave_said.hide()

    def _wire(self) -> None:
        for signal in (
            self.what.textChanged, self.kind.currentIndexChanged, self.objects.changed,
            self.text.textChanged, self.template.textChanged, self.variables.textChanged,
            self.server.textChanged, self.token.textChanged, self.templates.currentIndexChanged,
            self.when.currentIndexChanged, self.start.dateTimeChanged,
            self.zone.currentTextChanged, self.repeat.currentIndexChanged, self.rule.textChanged,
        ):  # fmt: skip
            signal.connect(lambda *_: self._changed())
        self._pause.timeout.connect(self._look)
        self.seek.clicked.connect(self._find)
        self.leave.textChanged.connect(lambda _: self.problem.hide())

    def _refresh(self) -> None:
        kind, when = self._kind(), self.when.currentData()
        commands, play, awx, script = (kind is each for each in JobKind)
        for widget, shows in (
            (self.start, when == AT),
            (self.zone, when == AT),
            (self.repeat, when == AT),
            (self.rule, when == AT and self.repeat.currentData() == OWN),
            (self.server, awx),
            (self.token, awx),
            (self._finding, awx),
            (self.variables, not commands),
            (self.folder, play or script),
            (self.check, play),
            (self.template, commands or script),
            (self.parallel, not awx),
        ):
            self._right.setRowVisible(widget, shows)
        self.text.setVisible(not awx)
        self.text_said.setText(BODIES.get(kind, "") + ("." if not awx else ""))
        self.text_said.setVisible(not awx)
        self.text.setPlaceholderText(HINTS.get(kind, ""))
        if self._job.id == UNBORN:
            self.accept_button.setText("Run now" if when == NOW else "Keep the job")
        self.seek.setEnabled(bool(self.server.text().strip() and self.token.text().strip()))
        self.seek.setToolTip("" if self.seek.isEnabled() else "Give the address and a token first")

    def keyPressEvent(self, event: Any) -> None:
        # Enter in the middle of a form is no reason to run it everywhere.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            event.accept()
            return
        super().keyPressEvent(event)


def _zone(name: str) -> ZoneInfo:
    """The zone, or UTC while somebody is still typing; the service names a wrong one."""
    try:
        return ZoneInfo(name.strip())
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _whole(least: int, most: int, suffix: str) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(least, most)
    spin.setSuffix(suffix)
    return spin
