"""How devices are reached: jump hosts by rule, keys of known hosts, and who may use old SSH."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QTabWidget, QVBoxLayout, QWidget

from noc_console.kernel.errors import Invalid, NocError
from noc_console.services.hostkeys.model import Pinned
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.ways.model import Allowed, Way
from noc_console.services.ways.service import WayService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog, confirm, open_dialog
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.rows import Column
from noc_console.views.kit.strips import Strip
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID
from noc_console.views.terminal.authorities import AuthoritiesSheet

SIZE = (1080, 560)


class ReachingWindow(QWidget):
    """Four lists, each with what can be done about its rows."""

    def __init__(self, desk: Desk, ways: WayService, hostkeys: HostKeyService) -> None:
        super().__init__()
        self._desk, self._ways, self._hostkeys = desk, ways, hostkeys
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("How devices are reached")
        self.resize(*SIZE)
        self.strip = Strip()
        self.tasks = Tasks(self, self._failed)
        self.ways: Table[Way] = Table(
            desk, "terminal.ways", _WAYS, lambda way: way.id, self._failed
        )
        self.known: Table[Pinned] = Table(
            desk,
            "terminal.known",
            _known(desk),
            lambda each: each.key.key + each.key.door,
            self._failed,
        )
        self.old: Table[Allowed] = Table(
            desk, "terminal.old", _old(desk), lambda each: (each.host, each.port), self._failed
        )
        self.authorities = AuthoritiesSheet(desk, hostkeys, self._failed)
        self.add_button = QPushButton("Add a way…")
        self.remove_button = QPushButton("Remove the way…")
        self.forget_button = QPushButton("Forget the key…")
        self.forbid_button = QPushButton("Take it back…")
        self.tabs = QTabWidget()
        self._lay_out()
        self._wire()
        self.reload()

    def reload(self) -> None:
        """Read all lists."""
        actor = self._desk.actor
        self.tasks.ask("ways", self._ways.all(actor), self.ways.show_rows)
        self.tasks.ask("old", self._ways.legacy(actor), self.old.show_rows)
        if actor.may("hostkeys.see"):
            self.tasks.ask("known", self._hostkeys.all(actor), self.known.show_rows)
        self.authorities.reload()

    def add_way(self) -> None:
        self.tasks.do("add", self._add_way)

    def remove_way(self) -> None:
        for way in self.ways.selection()[:1]:
            question = (
                f"Remove the way “{way.name}”?",
                f"What it led to through {way.hops or 'no host'} is reached by the next way that"
                " fits, or straight.",
                "Remove the way",
            )
            act = partial(self._ways.remove, self._desk.actor, way_id=way.id)
            self.tasks.do("remove", partial(self._asked, question, act))

    def forget(self) -> None:
        for pinned in self.known.selection()[:1]:
            key = pinned.key
            question = (
                f"Forget what {key.door} is known by?",
                "Whoever connects next is asked whether the key it shows then is the right one.",
                f"Forget {key.door}",
            )
            act = partial(self._hostkeys.forget, self._desk.actor, host=key.host, port=key.port)
            self.tasks.do("forget", partial(self._asked, question, act))

    def forbid(self) -> None:
        for each in self.old.selection()[:1]:
            question = (
                f"No old SSH for {each.host} any more?",
                "A device that speaks nothing else is then not reached.",
                f"Forbid it for {each.host}",
            )
            act = partial(
                self._ways.forbid_legacy, self._desk.actor, host=each.host, port=each.port
            )
            self.tasks.do("forbid", partial(self._asked, question, act))

    async def _asked(
        self, question: tuple[str, str, str], act: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        title, text, verb = question
        if await confirm(self, title, text, verb=verb):
            await act()
            self.reload()

    async def _add_way(self) -> None:
        dialog = WayDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            while await open_dialog(dialog):
                try:
                    await self._ways.add(self._desk.actor, **dialog.values())
                except Invalid as error:
                    dialog.refuse_at(error)
                else:
                    self.reload()
                    return
        finally:
            dialog.deleteLater()

    def _tell(self) -> None:
        """Buttons that cannot work now say why."""
        may = self._desk.actor.may
        for button, table, right in (
            (self.remove_button, self.ways, "terminal.set-up"),
            (self.forget_button, self.known, "hostkeys.override"),
            (self.forbid_button, self.old, "terminal.allow-legacy"),
        ):
            why = "" if may(right) else "You may not change this"
            why = why or ("" if table.selection() else "Choose a row first")
            button.setEnabled(not why)
            button.setToolTip(plain_tip(why))
        can_add = may("terminal.set-up")
        self.add_button.setEnabled(can_add)
        self.add_button.setToolTip(plain_tip("" if can_add else "You may not change this"))

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, NocError):
            self.strip.say(str(error), verb="Read again", act=self.reload)
        else:
            self.strip.say("Something went wrong here.", verb="Read again", act=self.reload)
            self._desk.report(error)

    def _wire(self) -> None:
        self.add_button.clicked.connect(self.add_way)
        self.remove_button.clicked.connect(self.remove_way)
        self.forget_button.clicked.connect(self.forget)
        self.forbid_button.clicked.connect(self.forbid)
        for table in (self.ways, self.known, self.old):
            table.chosen.connect(self._tell)
        self._tell()

    def _lay_out(self) -> None:
        for title, text, table, buttons in (
            (
                "Jump hosts",
                "The first way whose patterns fit a device's name, address and site is taken; an"
                " address with hosts of its own (jump>device) goes that way instead. Backups, jobs"
                " and flights go by the same ways.",
                self.ways,
                (self.add_button, self.remove_button),
            ),
            (
                "Known hosts",
                "The keys hosts prove themselves with. Another key blocks and raises an alarm.",
                self.known,
                (self.forget_button,),
            ),
            (
                "Old SSH",
                "Hosts that may use algorithms that can be broken today. Better firmware is the"
                " way out.",
                self.old,
                (self.forbid_button,),
            ),
        ):
            self.tabs.addTab(_sheet(text, table, buttons), title)
        self.tabs.addTab(self.authorities, "Authorities")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.addWidget(self.strip)
        layout.addWidget(self.tabs)


class WayDialog(Dialog):
    """One rule: which devices, through which hosts."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(
            parent,
            "A way to devices",
            "Patterns may hold * and ?; several stand between blanks. Left empty they fit all.",
            "Add the way",
        )
        self.fields: dict[str, QLineEdit] = {}
        for field, name, hint in (
            ("name", "Name", "core sites"),
            ("names", "Names or addresses of devices", "ams-* 10.20.*"),
            ("sites", "Sites", "Amsterdam*"),
            ("hops", "Through", "mira@jump1>jump2:2222; empty: straight there"),
        ):
            line = QLineEdit()
            line.setPlaceholderText(hint)
            line.setAccessibleName(name)
            self.body.addWidget(Label(name, tone="dim"))
            self.body.addWidget(line)
            self.fields[field] = line
        self.fields["name"].setFocus()

    def values(self) -> dict[str, str]:
        return {field: line.text().strip() for field, line in self.fields.items()}

    def refuse_at(self, error: Invalid) -> None:
        """Say what is wrong, at its field."""
        self.refuse(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        self.fields.get(error.field or "", self.fields["hops"]).setFocus()


def _sheet(text: str, table: QWidget, buttons: tuple[QPushButton, ...]) -> QWidget:
    sheet = QWidget()
    layout = QVBoxLayout(sheet)
    layout.setContentsMargins(0, GRID, 0, 0)
    layout.addWidget(Label(text, tone="dim", wrap=True))
    layout.addWidget(table, 1)
    row = QHBoxLayout()
    for button in buttons:
        row.addWidget(button)
    row.addStretch()
    layout.addLayout(row)
    return sheet


_WAYS: list[Column[Way]] = [
    Column("Name", lambda way: way.name, width=160),
    Column("Devices", lambda way: way.names or "all", width=220, mono=True),
    Column("Sites", lambda way: way.sites or "all", width=160),
    Column("Through", lambda way: way.hops or "straight", width=240, mono=True, stretch=True),
]


def _known(desk: Desk) -> list[Column[Pinned]]:
    return [
        Column("Host", lambda each: each.key.door, width=150, mono=True, is_address=True),
        Column("Kind", lambda each: each.key.algorithm, width=110, dim=True),
        Column(
            "Fingerprint", lambda each: each.key.fingerprint, width=380, mono=True, stretch=True
        ),
        Column(
            "Trusted", lambda each: desk.times.absolute(each.at), lambda each: each.at, width=150
        ),
        Column("By", lambda each: each.by, width=90),
        Column("Why it changed", lambda each: each.reason, width=120),
    ]


def _old(desk: Desk) -> list[Column[Allowed]]:
    return [
        Column("Host", lambda each: each.host, width=170, mono=True, is_address=True),
        Column("Port", lambda each: str(each.port), lambda each: each.port, width=70),
        Column("Why", lambda each: each.reason, width=300, stretch=True),
        Column("Since", lambda each: desk.times.absolute(each.at), lambda each: each.at, width=160),
        Column("By", lambda each: each.by, width=120),
    ]
