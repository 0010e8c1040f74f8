"""Dialogs of this page: a channel, a contact, a group, a route, and how the notifier is watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import time

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSpacerItem,
    QWidget,
)

from noc_console.kernel.errors import Invalid
from noc_console.kernel.secret import Secret
from noc_console.services.alarms.model import Severity
from noc_console.services.notify.checking import (
    check_channel,
    check_contact,
    check_group,
    clock_time,
)
from noc_console.services.notify.model import (
    Channel,
    ChannelId,
    Contact,
    Group,
    NotifyPolicy,
)
from noc_console.services.notify.settings import SECRETS, SETTINGS, TITLES, ChannelKind, make
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.theme import GRID
from noc_console.views.notify.inputs import (
    Span,
    Ticks,
    form,
    number,
    secret_line,
    settings_inputs,
    value_of,
    whole,
)

SEVERITIES = tuple(each for each in reversed(Severity) if each > Severity.CLEARED)
LANGUAGES = ("en", "de", "nl")


def severity_box(chosen: Severity) -> QComboBox:
    """Severities, the worst first."""
    box = QComboBox()
    for each in SEVERITIES:
        box.addItem(each.name.capitalize(), int(each))
    box.setCurrentIndex(box.findData(int(chosen)))
    return box


class NotifyForm(Dialog):
    """A dialog that stays open while something is wrong, and says what."""

    def checked(self) -> None:
        """Raise Invalid when what was typed cannot be."""

    def accept(self) -> None:
        try:
            self.checked()
        except Invalid as error:
            text = str(error)
            self.refuse(text[:1].upper() + text[1:] + ".")
            return
        super().accept()


class ChannelForm(NotifyForm):
    """What a channel is, and its secret, which is never shown again."""

    def __init__(self, parent: QWidget | None, channel: Channel) -> None:
        is_new = not channel.id
        super().__init__(
            parent,
            f"Add {TITLES[channel.kind]}" if is_new else f"Change {channel.name}",
            "Secrets go into the vault and are not shown again." if is_new else "",
            "Add channel" if is_new else "Save",
        )
        self._channel = channel
        self.name = QLineEdit(channel.name)
        title, key_title = SECRETS[channel.kind]
        self.secret = secret_line(channel.has_secret)
        self.key = secret_line(channel.has_key)
        self.burst = whole(1, 1000, channel.burst, " messages")
        self.per_hour = number(1, 36_000, channel.per_hour, " an hour")
        self.body.addSpacerItem(QSpacerItem(560, 0))
        rows = form()
        rows.addRow("Name", self.name)
        rows.addRow(title, self.secret)
        if key_title:
            rows.addRow(key_title, self.key)
        known = asdict(channel.settings)
        self.inputs: dict[str, QWidget] = {}
        for name, (words, widget) in settings_inputs(channel.kind, known).items():
            rows.addRow(words, widget)
            self.inputs[name] = widget
        rows.addRow("To one recipient at once", self.burst)
        rows.addRow("And then", self.per_hour)
        self.body.addLayout(rows)
        self.name.setFocus()

    def channel(self) -> Channel:
        """What was typed. Raises Invalid."""
        typed = {name: value_of(widget) for name, widget in self.inputs.items()}
        return replace(
            self._channel,
            name=self.name.text().strip(),
            settings=make(self._channel.kind, typed),
            burst=self.burst.value(),
            per_hour=self.per_hour.value(),
        )

    def secrets(self) -> tuple[Secret, Secret]:
        return Secret(self.secret.text().strip()), Secret(self.key.text().strip())

    def checked(self) -> None:
        check_channel(self.channel(), self.secrets()[0], has_secret=self._channel.has_secret)


class ContactForm(NotifyForm):
    """A person: where reached, whose clock, when left in peace."""

    def __init__(self, parent: QWidget | None, contact: Contact) -> None:
        is_new = not contact.id
        super().__init__(
            parent,
            "Add a contact" if is_new else f"Change {contact.name}",
            "",
            "Add contact" if is_new else "Save",
        )
        self._contact = contact
        self.name = QLineEdit(contact.name)
        self.email = QLineEdit(contact.email)
        self.phone = QLineEdit(contact.phone)
        self.phone.setPlaceholderText("+31612345678")
        self.telegram = QLineEdit(contact.telegram)
        self.telegram.setPlaceholderText("number of the chat with your bot")
        self.zone = QLineEdit(contact.time_zone)
        self.language = QComboBox()
        self.language.setEditable(True)
        self.language.addItems(list(dict.fromkeys([*LANGUAGES, contact.language])))
        self.language.setCurrentText(contact.language)
        self.quiet = Span("Quiet", contact.quiet_from, contact.quiet_until, (time(22), time(7)))
        self.lets = severity_box(contact.quiet_lets)
        self.paused = QCheckBox("on leave: nothing is sent")
        self.paused.setChecked(contact.is_paused)
        rows = form()
        for words, widget in (
            ("Name", self.name),
            ("E-mail", self.email),
            ("Phone", self.phone),
            ("Telegram", self.telegram),
            ("Time zone", self.zone),
            ("Language", self.language),
            ("Quiet hours", self.quiet),
            ("Let through", self.lets),
            ("", self.paused),
        ):
            rows.addRow(words, widget)
        self.body.addLayout(rows)
        self.name.setFocus()

    def contact(self) -> Contact:
        start, end = self.quiet.times()
        return replace(
            self._contact,
            name=self.name.text().strip(),
            email=self.email.text().strip(),
            phone=self.phone.text().replace(" ", ""),
            telegram=self.telegram.text().strip(),
            time_zone=self.zone.text().strip(),
            language=self.language.currentText().strip(),
            quiet_from=start,
            quiet_until=end,
            quiet_lets=Severity(self.lets.currentData()),
            is_paused=self.paused.isChecked(),
        )

    def checked(self) -> None:
        check_contact(self.contact())


class GroupForm(NotifyForm):
    """People under one name."""

    def __init__(self, parent: QWidget | None, group: Group, contacts: Sequence[Contact]) -> None:
        is_new = not group.id
        super().__init__(
            parent,
            "Add a group" if is_new else f"Change {group.name}",
            "",
            "Add group" if is_new else "Save",
        )
        self._group, self._contacts = group, contacts
        self.name = QLineEdit(group.name)
        self.members = Ticks(
            "Members", ((each.id, each.name) for each in contacts), group.contact_ids
        )
        rows = form()
        rows.addRow("Name", self.name)
        rows.addRow("Members", self.members)
        self.body.addLayout(rows)
        self.name.setFocus()

    def group(self) -> Group:
        return replace(
            self._group, name=self.name.text().strip(), contact_ids=self.members.ticked()
        )

    def checked(self) -> None:
        check_group(self.group(), self._contacts)


class PolicyForm(NotifyForm):
    """How long is waited, and who notices when nothing is sent any more."""

    def __init__(
        self,
        parent: QWidget | None,
        policy: NotifyPolicy,
        channels: Sequence[Channel],
        contacts: Sequence[Contact],
    ) -> None:
        super().__init__(
            parent,
            "Waiting and watching",
            "An alarm is told once it has stood for a while, so that what folds or flaps does so"
            " first. A watching service (such as healthchecks) notices when the pings stop.",
            "Save",
        )
        self.wait = number(0, 3600, policy.wait_s, " s")
        self.critical = number(0, 3600, policy.wait_critical_s, " s")
        self.clear_wait = number(0, 86_400, policy.wait_clear_s, " s")
        self.url = secret_line(policy.has_heartbeat)
        self.unwatch = QCheckBox(f"stop pinging {policy.heartbeat_shown}")
        self.every = number(10, 86_400, policy.heartbeat_s, " s")
        self.daily = QLineEdit(f"{policy.daily_test:%H:%M}" if policy.daily_test else "")
        self.daily.setPlaceholderText("e.g. 08:00; empty: none")
        self.zone = QLineEdit(policy.daily_zone)
        self.through = Ticks(
            "Through", ((each.id, each.name) for each in channels), policy.daily_channel_ids
        )
        self.to = QComboBox()
        self.to.addItem("nobody", 0)
        for each in contacts:
            self.to.addItem(each.name, int(each.id))
        self.to.setCurrentIndex(max(0, self.to.findData(int(policy.daily_contact_id or 0))))
        left, right = form(), form()
        left.addRow("Wait before telling", self.wait)
        left.addRow("Of critical ones", self.critical)
        left.addRow("Before telling the end", self.clear_wait)
        left.addRow("Ping this URL", self.url)
        if policy.has_heartbeat:
            left.addRow("", self.unwatch)
        left.addRow("Every", self.every)
        right.addRow("Daily test at", self.daily)
        right.addRow("Time zone", self.zone)
        right.addRow("Through", self.through)
        right.addRow("To", self.to)
        halves = QHBoxLayout()
        halves.setSpacing(4 * GRID)
        halves.addLayout(left, 1)
        halves.addLayout(right, 1)
        self.body.addSpacerItem(QSpacerItem(720, 0))
        self.body.addLayout(halves)

    def checked(self) -> None:
        clock_time(self.daily.text())

    def heartbeat_url(self) -> str | None:
        """None leaves it as it is, empty stops it."""
        if self.unwatch.isChecked():
            return ""
        return self.url.text().strip() or None


class TestForm(NotifyForm):
    """To whom a test goes, for channels that go to people."""

    __test__ = False  # a dialog, no test of pytest's

    def __init__(
        self, parent: QWidget | None, channel: Channel, contacts: Sequence[Contact]
    ) -> None:
        super().__init__(
            parent,
            f"Test {channel.name}",
            "A message is really sent, now, from this machine.",
            "Send test",
        )
        self.to = QComboBox()
        self.to.setEditable(True)
        for each in contacts:
            if address := each.address(channel.kind):
                self.to.addItem(f"{each.name}: {address}", address)
        rows = form()
        rows.addRow("To", self.to)
        self.body.addLayout(rows)

    def address(self) -> str:
        at = self.to.findText(self.to.currentText())
        return str(self.to.itemData(at)) if at >= 0 else self.to.currentText().strip()

    def checked(self) -> None:
        if not self.address():
            raise Invalid("say who is to get the test")


def new_channel(kind: ChannelKind) -> Channel:
    """A channel not yet kept."""
    return Channel(ChannelId(0), "", kind, SETTINGS[kind]())
