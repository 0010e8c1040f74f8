"""Plan a change or new software: to what, in which steps, and what must hold on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import (
    QCheckBox,
    QDateTimeEdit,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpacerItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.model import UNBORN, Flight, Gates, Kind
from noc_console.services.maintenance.model import Target as Chosen
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.theme import GRID, look
from noc_console.views.maintenance.picking import ObjectPicker

WIDTH = 980
EXAMPLE = (
    "interface {{ interfaces[0].descr }}\n description {{ var.what }}\n\n"
    "or lines as they are typed, or set lines"
)
SEES = (
    "device: name, address, platform, vendor, model, version, serial, location, contact, type,"
    " tags\n"
    "site: name, address, latitude, longitude\n"
    "interfaces, each: name (short), descr (in full), alias (its description), type, speed, mtu,"
    " mac, is_enabled, is_up, is_member (of a bundle), addresses, customer\n"
    "var: what stands under Variables\n\n"
    "{% for i in interfaces if i.customer %} goes over customers' ports. A customer is known where"
    " the description of a port names one, or by the name of his PPP session; what nobody knows is"
    " empty. A site's address is what the device says of its location.\n\n"
    "Not here: prefixes and VLANs still to be given out (there is no IPAM), and what else is known"
    " of a customer (there is no register of them). Write those as variables."
)
WHAT_STOPS = (
    "What is ticked is watched after each wave; what is worse than before stops the flight and"
    " takes it back. A device that no longer answers always does. Ports that the lines themselves"
    " shut may be down."
)
NOT_SEEN = "Sees device, site, interfaces and var; no IPAM, no register of customers."
WATCHED = {
    "ports": "A port that was up is down, other than those the lines themselves shut",
    "sessions": "A BGP, OSPF or IS-IS session that stood is gone",
    "alarms": "A new alarm, major or worse, about one of the devices",
    "errors": "Errors and discards rise by more than 10 a second, to twice what they were or more",
}


class FlightForm(Dialog):
    """What and where on the left, how on the right."""

    def __init__(
        self,
        parent: QWidget | None,
        desk: Desk,
        kind: Kind,
        picker: Callable[[FlightForm], ObjectPicker],
        *,
        targets: Sequence[Chosen] = (),
        again: Flight | None = None,
    ) -> None:
        super().__init__(
            parent,
            "Plan a change" if kind is Kind.CHANGE else "Roll out software",
            "Every device is read and previewed; nothing is changed before somebody approves and"
            " starts it.",
            "Preview",
        )
        self._desk = desk
        self._kind = kind
        self.body.addSpacerItem(QSpacerItem(WIDTH, 0))
        self.what = QLineEdit()
        self.ticket = QLineEdit()
        self.objects = picker(self)
        self.template = QPlainTextEdit()
        self.sees = Label(NOT_SEEN, tone="dim", wrap=True)
        self.variables = QPlainTextEdit()
        self.file = QLineEdit()
        self.browse = QPushButton("Choose…")
        self.version = QLineEdit()
        self.stage_only = QCheckBox("Bring it there only, boot nothing")
        self.canaries = _whole(1, 100, "")
        self.wave = _whole(1, 1_000, " devices")
        self.at_once = _whole(1, 64, " devices")
        self.confirm = _whole(1, 60, " min")
        self.canary_soak = _whole(1, 3_600, " s")
        self.soak = _whole(1, 3_600, " s")
        self.traffic = _whole(0, 100, " %")
        self.watched = {name: QCheckBox(name) for name in WATCHED}
        self.undo_all = QCheckBox("Take back all of it when one wave fails")
        self.in_window = QCheckBox("Only between")
        self.start, self.end = QDateTimeEdit(), QDateTimeEdit()
        self._fill(again or _fresh(desk, kind))
        self._lay_out_form()
        self.objects.choose(targets)
        self.in_window.toggled.connect(self._refresh)
        self._refresh()
        self.what.setFocus()

    @property
    def targets(self) -> tuple[Chosen, ...]:
        return self.objects.targets

    def flight_made(self) -> Flight:
        """What was typed; the image of software is taken in later. Raises Invalid."""
        if not self.what.text().strip():
            raise Invalid("say in a line what it is for", field="title")
        if not self.targets:
            raise Invalid("choose devices, sites, groups or areas", field="device_ids")
        is_change = self._kind is Kind.CHANGE
        if is_change and not self.template.toPlainText().strip():
            raise Invalid("say what is to be changed", field="template")
        if not is_change and not (self.file.text().strip() and self.version.text().strip()):
            raise Invalid("choose the image, and say which version it is", field="file")
        return Flight(
            UNBORN,
            self.what.text().strip(),
            self._kind,
            self.template.toPlainText() if is_change else "",
            self._desk.actor.name,
            self._desk.clock.now(),
            variables=_variables(self.variables.toPlainText()),
            ticket=self.ticket.text().strip(),
            canaries=self.canaries.value(),
            wave_size=self.wave.value(),
            at_once=self.at_once.value(),
            confirm_minutes=self.confirm.value(),
            undo_all=self.undo_all.isChecked(),
            stage_only=self.stage_only.isChecked(),
            gates=Gates(
                float(self.canary_soak.value()),
                float(self.soak.value()),
                traffic_drop=float(self.traffic.value()),
                **{name: box.isChecked() for name, box in self.watched.items()},
            ),
            starts_at=_moment(self.start) if self.in_window.isChecked() else None,
            ends_at=_moment(self.end) if self.in_window.isChecked() else None,
        )

    def accept(self) -> None:
        try:
            self.flight_made()
        except Invalid as error:
            self.refuse(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        else:
            super().accept()

    # --- how it works -----------------------------------------------------------------------

    def _fill(self, flight: Flight) -> None:
        self.what.setText(flight.title)
        self.ticket.setText(flight.ticket)
        self.template.setPlainText(flight.template)
        self.variables.setPlainText(
            "\n".join(f"{name}={value}" for name, value in flight.variables.items())
        )
        for spin, value in (
            (self.canaries, flight.canaries), (self.wave, flight.wave_size),
            (self.at_once, flight.at_once), (self.confirm, flight.confirm_minutes),
            (self.canary_soak, round(flight.gates.canary_soak_s)),
            (self.soak, round(flight.gates.soak_s)),
            (self.traffic, round(flight.gates.traffic_drop)),
        ):  # fmt: skip
            spin.setValue(value)
        self.traffic.setSpecialValueText("not looked at")
        for name, box in self.watched.items():
            box.setChecked(bool(getattr(flight.gates, name)))
            box.setToolTip(WATCHED[name])
            box.setAccessibleName(f"Stopped by {name}")
        self.undo_all.setChecked(flight.undo_all)
        self.stage_only.setChecked(flight.stage_only)
        now = QDateTime.currentDateTime()
        for edit, hours in ((self.start, 1), (self.end, 3)):
            edit.setDisplayFormat("ddd yyyy-MM-dd HH:mm")
            edit.setCalendarPopup(True)
            edit.setDateTime(now.addSecs(3_600 * hours))
        self.objects.chosen.setMinimumHeight(13 * GRID)
        self.template.setFont(look().mono())
        self.template.setPlaceholderText(EXAMPLE)
        self.template.setMinimumHeight(16 * GRID)
        self.template.setToolTip(plain_tip(SEES))
        self.sees.setToolTip(plain_tip(SEES))
        self.variables.setPlaceholderText("name=value, a line each")
        self.variables.setFixedHeight(7 * GRID)
        self.variables.setTabChangesFocus(True)
        self.what.setPlaceholderText("New NTP servers, a fix for CVE-2026-…")
        self.ticket.setPlaceholderText("if there is one")
        self.version.setPlaceholderText("As the device tells it once it runs")
        for widget, name in (
            (self.what, "What for"), (self.ticket, "Ticket"), (self.template, "Lines"),
            (self.variables, "Variables"), (self.file, "Image"), (self.version, "Version"),
            (self.canaries, "Canaries"), (self.wave, "Wave"), (self.at_once, "At once"),
            (self.confirm, "Devices wait"), (self.canary_soak, "Canaries are watched"),
            (self.soak, "Waves are watched"), (self.traffic, "Traffic may fall"),
            (self.start, "Not before"), (self.end, "Not after"),
        ):  # fmt: skip
            widget.setAccessibleName(name)

    def _lay_out_form(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addLayout(_beside(("What for", self.what, 5), ("Ticket", self.ticket, 2)))
        _below(left, "At which devices", self.objects)
        if self._kind is Kind.CHANGE:
            _below(left, "Lines, or a template (Jinja2)", self.template)
            left.addWidget(self.sees)
            _below(left, "Variables", self.variables)
        else:
            place = QHBoxLayout()
            place.addWidget(self.file, 1)
            place.addWidget(self.browse)
            left.addWidget(Label("Image", tone="dim"))
            left.addLayout(place)
            _below(left, "Version", self.version)
            left.addWidget(self.stage_only)
            left.addStretch()
        halves = QHBoxLayout()
        halves.setSpacing(3 * GRID)
        halves.addLayout(left, 10)
        halves.addLayout(self._lay_out_how(), 9)
        self.body.addLayout(halves)

    def _lay_out_how(self) -> QVBoxLayout:
        steps = QGridLayout()
        steps.setSpacing(GRID)
        steps.setColumnStretch(1, 1)
        steps.setColumnStretch(3, 1)
        rows: list[tuple[str, QWidget]] = [
            ("Canaries", self.canaries),
            ("Then waves of", self.wave),
            ("At once", self.at_once),
        ]
        if self._kind is Kind.CHANGE:
            rows += [
                ("Traffic may fall by", self.traffic),
                ("Devices wait to be told", self.confirm),
            ]
        for row, (words, field) in enumerate(rows):
            steps.addWidget(Label(words, tone="dim"), row, 0)
            steps.addWidget(field, row, 1)
        for row, field in enumerate((self.canary_soak, self.soak)):
            steps.addWidget(Label("watched for", tone="dim"), row, 2)
            steps.addWidget(field, row, 3)
        right = QVBoxLayout()
        right.setSpacing(GRID)
        right.addLayout(steps)
        right.addSpacing(GRID)
        watched = QHBoxLayout()
        watched.setSpacing(2 * GRID)
        watched.addWidget(Label("Stopped by", tone="dim"))
        for box in self.watched.values():
            watched.addWidget(box)
        watched.addStretch()
        right.addLayout(watched)
        right.addWidget(Label(WHAT_STOPS, tone="dim", wrap=True))
        right.addWidget(self.undo_all)
        right.addSpacing(GRID)
        right.addWidget(self.in_window)
        window = QHBoxLayout()
        window.setSpacing(GRID)
        window.addWidget(self.start, 1)
        window.addWidget(Label("and", tone="dim"))
        window.addWidget(self.end, 1)
        right.addLayout(window)
        right.addStretch()
        return right

    def _refresh(self) -> None:
        for edit in (self.start, self.end):
            edit.setEnabled(self.in_window.isChecked())
            edit.setToolTip("" if self.in_window.isChecked() else "Tick “Only between” first")


def _below(layout: QVBoxLayout, words: str, widget: QWidget) -> None:
    layout.addWidget(Label(words, tone="dim"))
    layout.addWidget(widget)


def _beside(*fields: tuple[str, QWidget, int]) -> QHBoxLayout:
    """Fields with their words above them, each with its share of the room."""
    line = QHBoxLayout()
    line.setSpacing(GRID)
    for words, widget, share in fields:
        column = QVBoxLayout()
        column.setSpacing(4)
        _below(column, words, widget)
        line.addLayout(column, share)
    return line


def _fresh(desk: Desk, kind: Kind) -> Flight:
    software = kind is Kind.FIRMWARE
    return Flight(
        UNBORN, "", kind, "", desk.actor.name, desk.clock.now(),
        wave_size=5 if software else 20, at_once=5 if software else 10,
        gates=Gates(300.0, 120.0, traffic_drop=0.0) if software else Gates(),
    )  # fmt: skip


def _variables(text: str) -> dict[str, str]:
    told = {}
    for line in filter(str.strip, text.splitlines()):
        name, equals, value = line.partition("=")
        if not equals or not name.strip().isidentifier():
            raise Invalid(f"“{line.strip()[:40]}” is not written name=value", field="variables")
        told[name.strip()] = value.strip()
    return told


def _moment(edit: QDateTimeEdit) -> datetime:
    return datetime.fromtimestamp(edit.dateTime().toSecsSinceEpoch(), UTC)


def _whole(least: int, most: int, suffix: str) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(least, most)
    spin.setSuffix(suffix)
    return spin
