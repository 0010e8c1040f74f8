"""The dialog of a route: which alarms, when, through what, to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from noc_console.services.alarms.model import CONDITIONS, Severity
from noc_console.services.inventory.model import DeviceType
from noc_console.services.notify.checking import check_route
from noc_console.services.notify.model import Channel, Contact, Group, Match, Route, Turn
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID
from noc_console.views.notify.forms import NotifyForm, severity_box
from noc_console.views.notify.inputs import Span, Ticks, form, number, whole, words_of
from noc_console.views.notify.words import DAYS, TURNS

ASKED_TURNS = (
    Turn.RAISED,
    Turn.ESCALATED,
    Turn.CLEARED,
    Turn.ACKNOWLEDGED,
    Turn.UNACKED,
)


class RouteForm(NotifyForm):
    """Two halves: the alarms it is for, and who is told how."""

    def __init__(
        self,
        parent: QWidget | None,
        route: Route,
        *,
        channels: Sequence[Channel],
        contacts: Sequence[Contact],
        groups: Sequence[Group],
        policies: Sequence[str] = (),
    ) -> None:
        is_new = not route.id
        super().__init__(
            parent,
            "Add a route" if is_new else f"Change {route.name}",
            "Routes are asked in their order; each that takes an alarm tells of it.",
            "Add route" if is_new else "Save",
        )
        self._route = route
        self._channels, self._contacts, self._groups = channels, contacts, groups
        match = route.match
        self.name = QLineEdit(route.name)
        self.least, self.most = severity_box(match.least), severity_box(match.most)
        self.conditions = _words(match.conditions, f"e.g. {CONDITIONS[0]}, power*; empty: all")
        kinds = ", ".join(each.value for each in list(DeviceType)[:3])
        self.types = _words(match.device_types, f"e.g. {kinds}; empty: all")
        self.sites = _words(match.sites, "e.g. Delft, North*; empty: all")
        self.devices = _words(match.devices, "e.g. core-*; empty: all")
        self.customers = whole(-1, 1_000_000, match.customers_over)
        self.customers.setSpecialValueText("any")
        self.days = Ticks("Days", enumerate(DAYS), match.days)
        self.hours = Span("Only", match.from_time, match.until_time, (time(8), time(18)))
        self.zone = QLineEdit(match.time_zone)
        self.turns = Ticks("Tell", ((each, TURNS[each]) for each in ASKED_TURNS), route.turns)
        self.unacked = number(1, 10_080, route.unacked_minutes, " min")
        self.channels = Ticks("Channels", ((c.id, c.name) for c in channels), route.channel_ids)
        self.contacts = Ticks("People", ((c.id, c.name) for c in contacts), route.contact_ids)
        self.groups = Ticks("Groups", ((g.id, g.name) for g in groups), route.group_ids)
        self.on_call = QComboBox()
        self.on_call.setEditable(True)
        self.on_call.addItems(list(dict.fromkeys(["", *policies, route.on_call])))
        self.on_call.setCurrentText(route.on_call)
        self.digest = number(0, 1_440, route.digest_minutes, " min")
        self.digest.setSpecialValueText("at once")
        self.last = QCheckBox("ask no further route")
        self.last.setChecked(route.is_last)
        self.enabled = QCheckBox("in force")
        self.enabled.setChecked(route.is_enabled)
        self._lay_out_route()
        self.name.setFocus()

    def route(self) -> Route:
        """What was typed."""
        start, end = self.hours.times()
        match = Match(
            least=Severity(self.least.currentData()),
            most=Severity(self.most.currentData()),
            sites=words_of(self.sites.text()),
            device_types=words_of(self.types.text()),
            conditions=words_of(self.conditions.text()),
            devices=words_of(self.devices.text()),
            customers_over=self.customers.value(),
            days=frozenset(self.days.ticked()),
            from_time=start,
            until_time=end,
            time_zone=self.zone.text().strip(),
        )
        return replace(
            self._route,
            name=self.name.text().strip(),
            match=match,
            # Qt keeps an enumerated word as a plain one.
            turns=frozenset(map(Turn, self.turns.ticked())),
            unacked_minutes=self.unacked.value(),
            channel_ids=self.channels.ticked(),
            contact_ids=self.contacts.ticked(),
            group_ids=self.groups.ticked(),
            on_call=self.on_call.currentText().strip(),
            digest_minutes=self.digest.value(),
            is_last=self.last.isChecked(),
            is_enabled=self.enabled.isChecked(),
        )

    def checked(self) -> None:
        check_route(
            self.route(), channels=self._channels, contacts=self._contacts, groups=self._groups
        )

    def _lay_out_route(self) -> None:
        left, right = form(), form()
        alarms: tuple[tuple[str, QWidget], ...] = (
            ("Name", self.name),
            ("From", self.least),
            ("Up to", self.most),
            ("Conditions", self.conditions),
            ("Kinds of device", self.types),
            ("Sites", self.sites),
            ("Devices", self.devices),
            ("Customers over", self.customers),
            ("Days", self.days),
            ("Hours", self.hours),
            ("Time zone", self.zone),
        )
        telling: tuple[tuple[str, QWidget], ...] = (
            ("Tell when", self.turns),
            ("Nobody for", self.unacked),
            ("Channels", self.channels),
            ("People", self.contacts),
            ("Groups", self.groups),
            ("On call", self.on_call),
            ("Gather for", self.digest),
            ("", self.last),
            ("", self.enabled),
        )
        for rows, named in ((left, alarms), (right, telling)):
            for words, widget in named:
                rows.addRow(words, widget)
        halves = QHBoxLayout()
        halves.setSpacing(4 * GRID)
        for title, rows in (("WHICH ALARMS", left), ("WHO IS TOLD, HOW", right)):
            half = QVBoxLayout()
            half.addWidget(Label(title, tone="faint", size="small"))
            half.addLayout(rows)
            half.addStretch(1)
            halves.addLayout(half, 1)
        self.body.addSpacerItem(QSpacerItem(840, 0))
        self.body.addLayout(halves)


def _words(given: Sequence[str], hint: str) -> QLineEdit:
    line = QLineEdit(", ".join(given))
    line.setPlaceholderText(hint)
    return line
