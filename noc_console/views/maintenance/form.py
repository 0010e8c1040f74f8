"""Plan work, or plan it otherwise: on what, when, how often, and what happens at its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from PySide6.QtCore import QDate, QDateTime, QTime, QTimeZone
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDateTimeEdit,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpacerItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import duration
from noc_console.services.maintenance.model import UNBORN, Target, Window
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID
from noc_console.views.maintenance.picking import ObjectPicker

WIDTH = 820
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
OWN = "own"
REPEATS = (
    ("Once", ""),
    ("Every day", "day"),
    ("Every week", "week"),
    ("Every 2 weeks", "fortnight"),
    ("Every month, same weekday", "weekday"),
    ("Every month, same day", "date"),
    ("By a rule (RFC 5545)", OWN),
)
SHOWN = 3


def rule_of(choice: str, start: datetime) -> str:
    """A repetition as a rule, from the day it begins on."""
    day = DAYS[start.weekday()]
    nth = (start.day - 1) // 7 + 1
    return {
        "day": "FREQ=DAILY",
        "week": f"FREQ=WEEKLY;BYDAY={day}",
        "fortnight": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}",
        "weekday": f"FREQ=MONTHLY;BYDAY={nth if nth < 5 else -1}{day}",
        "date": f"FREQ=MONTHLY;BYMONTHDAY={start.day}",
    }.get(choice, "")


def own_zone() -> str:
    """The IANA name of this computer's zone."""
    return bytes(QTimeZone.systemTimeZoneId().data()).decode() or "UTC"


class MaintenanceForm(Dialog):
    """Both halves side by side: on what, and when."""

    def __init__(
        self,
        parent: QWidget | None,
        desk: Desk,
        picker: Callable[[MaintenanceForm], ObjectPicker],
        window: Window | None = None,
        *,
        targets: Sequence[Target] = (),
        starts_at: datetime | None = None,
    ) -> None:
        is_new = window is None or window.id == UNBORN
        super().__init__(
            parent,
            "Plan maintenance" if is_new else "Change the maintenance",
            "Alarms of its objects stay off the desk until it ends. What still stands then comes"
            " back, and both sides are compared.",
            "Plan" if is_new else "Save",
        )
        self._desk = desk
        self._window = window or _fresh(desk, starts_at)
        self.body.addSpacerItem(QSpacerItem(WIDTH, 0))
        self.what = QLineEdit(self._window.title)
        self.ticket = QLineEdit(self._window.ticket)
        self.objects = picker(self)
        self.note = QPlainTextEdit(self._window.note)
        self.now = QCheckBox("Begin now")
        self.start = QDateTimeEdit()
        self.zone = QComboBox()
        self.hours, self.minutes = _whole(0, 168, " h"), _whole(0, 59, " min")
        self.repeat = QComboBox()
        self.rule = QLineEdit()
        self.ends = QCheckBox("until")
        self.until = QDateEdit()
        self.early = _whole(0, 240, " min")
        self.warn = _whole(0, 240, " min")
        self.optical = QDoubleSpinBox()
        self.configs = QCheckBox("and configurations, by a hash")
        self.preview = Label("", tone="dim", wrap=True)
        self._fill()
        self._lay_out_form()
        self._wire()
        self.objects.choose((*self._window.targets, *targets))
        self.now.setChecked(window is None and starts_at is None)
        self._refresh()
        self.what.setFocus()

    def window_made(self) -> Window:
        """What was typed. Raises Invalid, naming what is wrong."""
        start = self._start()
        repeat = self.rule.text().strip()
        choice = str(self.repeat.currentData())
        if choice != OWN:
            repeat = rule_of(choice, start)
            if repeat and self.ends.isChecked():
                day = self.until.date()
                repeat += f";UNTIL={day.year():04}{day.month():02}{day.day():02}"
        length = timedelta(hours=self.hours.value(), minutes=self.minutes.value())
        made = replace(
            self._window,
            title=self.what.text(),
            ticket=self.ticket.text(),
            targets=self.objects.targets,
            starts_at=start.astimezone(UTC),
            length=length,
            repeat=repeat,
            zone=self.zone.currentText().strip(),
            quiet_minutes=self.early.value(),
            warn_minutes=min(self.warn.value(), int(length.total_seconds() // 60)),
            optical_db=self.optical.value(),
            reads_configs=self.configs.isChecked(),
            note=self.note.toPlainText(),
        )
        MaintenanceService.coming(made, now=self._desk.clock.now(), most=1)
        return made

    def accept(self) -> None:
        try:
            self.window_made()
        except Invalid as error:
            self.refuse(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        else:
            super().accept()

    # --- how it works -----------------------------------------------------------------------

    def _start(self) -> datetime:
        zone = _zone(self.zone.currentText())
        if self.now.isChecked():
            return self._desk.clock.now().astimezone(zone).replace(second=0, microsecond=0)
        shown = self.start.dateTime()
        day, clock = shown.date(), shown.time()
        return datetime(
            day.year(), day.month(), day.day(), clock.hour(), clock.minute(), tzinfo=zone
        )

    def _fill(self) -> None:
        window = self._window
        names = dict.fromkeys((window.zone, own_zone(), "UTC", *sorted(available_timezones())))
        self.zone.addItems(list(names))
        self.zone.setEditable(True)
        self.zone.setCurrentText(window.zone)
        local = window.starts_at.astimezone(_zone(window.zone))
        self.start.setDisplayFormat("ddd yyyy-MM-dd HH:mm")
        self.start.setCalendarPopup(True)
        self.start.setDateTime(
            QDateTime(QDate(local.year, local.month, local.day), QTime(local.hour, local.minute))
        )
        total = int(window.length.total_seconds() // 60)
        self.hours.setValue(total // 60)
        self.minutes.setValue(total % 60)
        for text, choice in REPEATS:
            self.repeat.addItem(text, choice)
        self._fill_repeat(local)
        self.early.setValue(window.quiet_minutes)
        self.early.setSpecialValueText("no")
        self.warn.setValue(window.warn_minutes)
        self.warn.setSpecialValueText("no")
        self.optical.setRange(0.1, 40.0)
        self.optical.setDecimals(1)
        self.optical.setSuffix(" dB")
        self.optical.setValue(window.optical_db)
        self.configs.setChecked(window.reads_configs)
        self.note.setFixedHeight(9 * GRID)
        self.note.setTabChangesFocus(True)
        self.what.setPlaceholderText("What for: a new line card, a fibre that is moved")
        self.ticket.setPlaceholderText("Number, if there is one")
        self.rule.setPlaceholderText("FREQ=MONTHLY;BYDAY=2TU")
        for widget, name in (
            (self.what, "What for"), (self.ticket, "Ticket"), (self.note, "Note"),
            (self.start, "Begins"), (self.zone, "Time zone"), (self.hours, "Hours"),
            (self.minutes, "Minutes"), (self.repeat, "Repeats"), (self.rule, "Rule"),
            (self.until, "Last day"), (self.early, "Ends early after"),
            (self.warn, "Warns before the end"), (self.optical, "Light that changed"),
        ):  # fmt: skip
            widget.setAccessibleName(name)

    def _fill_repeat(self, local: datetime) -> None:
        rule, _, until = self._window.repeat.partition(";UNTIL=")
        choices = [choice for _, choice in REPEATS]
        known = next((c for c in choices if c not in {"", OWN} and rule_of(c, local) == rule), OWN)
        choice = known if self._window.repeat else ""
        if known != OWN and until:
            self.ends.setChecked(True)
            last = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            day = last.astimezone(local.tzinfo).date()
            self.until.setDate(QDate(day.year, day.month, day.day))
        else:
            self.until.setDate(QDate(local.year, local.month, local.day).addMonths(6))
        self.repeat.setCurrentIndex(choices.index(choice))
        self.rule.setText(self._window.repeat)

    def _lay_out_form(self) -> None:
        left, right = QVBoxLayout(), QFormLayout()
        self._right = right
        left.setSpacing(4)
        for words, widget in (
            ("What for", self.what),
            ("Ticket", self.ticket),
            ("On what", self.objects),
            ("Note", self.note),
        ):
            left.addWidget(Label(words, tone="dim"))
            left.addWidget(widget)
        right.setHorizontalSpacing(2 * GRID)
        right.setVerticalSpacing(GRID)
        begins, lasts = QHBoxLayout(), QHBoxLayout()
        begins.addWidget(self.start, 1)
        begins.addWidget(self.now)
        lasts.addWidget(self.hours)
        lasts.addWidget(self.minutes)
        lasts.addStretch()
        until = QHBoxLayout()
        until.addWidget(self.ends)
        until.addWidget(self.until, 1)
        self._until_row = QWidget()
        self._until_row.setLayout(until)
        until.setContentsMargins(0, 0, 0, 0)
        right.addRow(Label("Begins", tone="dim"), begins)
        right.addRow(Label("Time zone", tone="dim"), self.zone)
        right.addRow(Label("Lasts", tone="dim"), lasts)
        right.addRow(Label("Repeats", tone="dim"), self.repeat)
        right.addRow(Label("", tone="dim"), self.rule)
        right.addRow(Label("", tone="dim"), self._until_row)
        right.addRow(Label("Ends early when all is back for", tone="dim"), self.early)
        right.addRow(Label("Warns before its end", tone="dim"), self.warn)
        right.addRow(Label("Compares light beyond", tone="dim"), self.optical)
        right.addRow(Label("", tone="dim"), self.configs)
        right.addRow(self.preview)
        halves = QHBoxLayout()
        halves.setSpacing(3 * GRID)
        halves.addLayout(left, 1)
        halves.addLayout(right, 1)
        self.body.addLayout(halves)

    def _wire(self) -> None:
        for signal in (
            self.start.dateTimeChanged, self.zone.currentTextChanged, self.hours.valueChanged,
            self.minutes.valueChanged, self.repeat.currentIndexChanged, self.rule.textChanged,
            self.now.toggled, self.ends.toggled, self.until.dateChanged, self.objects.changed,
            self.what.textChanged,
        ):  # fmt: skip
            signal.connect(lambda *_: self._refresh())

    def _refresh(self) -> None:
        choice = str(self.repeat.currentData())
        self._right.setRowVisible(self.rule, choice == OWN)
        self._right.setRowVisible(self._until_row, choice not in {"", OWN})
        self.until.setEnabled(self.ends.isChecked())
        self.start.setEnabled(not self.now.isChecked())
        self.problem.hide()
        try:
            made = self.window_made()
        except Invalid as error:
            self.preview.setText(f"{str(error)[:1].upper()}{str(error)[1:]}.")
            return
        self.preview.setText(self._told(made))

    def _told(self, made: Window) -> str:
        """When it takes place, in the zone of the window's wall clock."""
        zone = _zone(made.zone)
        now = self._desk.clock.now()
        coming = MaintenanceService.coming(made, now=now, most=SHOWN + 1)
        times = [f"{moment.astimezone(zone):%a %d %b %Y %H:%M}" for moment in coming[:SHOWN]]
        lasts = duration(made.length.total_seconds())
        if not made.repeats:
            return f"{times[0]}, for {lasts}."
        more = " and so on" if len(coming) > SHOWN else ""
        said = MaintenanceService.repeats(made)
        return f"{said[:1].upper()}{said[1:]}: {', '.join(times)}{more}; {lasts} each."


def _fresh(desk: Desk, starts_at: datetime | None) -> Window:
    start = starts_at or desk.clock.now() + timedelta(hours=1)
    start = start.replace(minute=0, second=0, microsecond=0)
    return Window(UNBORN, "", (), start, timedelta(hours=2), desk.actor.name, zone=own_zone())


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
