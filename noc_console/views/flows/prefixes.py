"""Prefixes with names: whose addresses these are. Added, changed, imported."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from noc_console.kernel.errors import Invalid, Refused
from noc_console.kernel.text import plural
from noc_console.services.flows.model import FlowPrefix, Imported, PrefixRole
from noc_console.services.flows.service import FlowService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog, ask_open_paths, confirm, open_dialog
from noc_console.views.kit.rows import Column
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError
from noc_console.views.kit.theme import GRID, look

ROLES = {
    PrefixRole.CUSTOMER: "Customer",
    PrefixRole.OWN: "Our own",
    PrefixRole.UPSTREAM: "Upstream",
    PrefixRole.PEER: "Peer",
    PrefixRole.OTHER: "Other",
}
MOST_BYTES = 16 << 20
COMMANDS = (
    ("add", "Add a prefix…", "plus", "Ins"),
    ("edit", "Change…", "edit", "F2"),
    ("remove", "Forget…", "trash", "Del"),
    ("load", "Import CSV…", "folder", "Ctrl+I"),
)


class PrefixDialog(Dialog):
    """One prefix: what it is, whose, and what to us."""

    def __init__(self, parent: QWidget | None, known: FlowPrefix | None) -> None:
        title = f"Change {known.prefix}" if known else "A prefix with a name"
        text = "Flows from and to it are summed up under this name. The longest match wins."
        super().__init__(parent, title, text, "Change it" if known else "Add it")
        self.prefix = QLineEdit(known.prefix if known else "")
        self.prefix.setPlaceholderText("192.0.2.0/24 or 2001:db8::/32")
        self.name = QLineEdit(known.name if known else "")
        self.role = QComboBox()
        for role, words in ROLES.items():
            self.role.addItem(words, role)
        self.role.setCurrentIndex(self.role.findData(known.role if known else PrefixRole.CUSTOMER))
        self.owner = QLineEdit(known.owner if known else "")
        self.owner.setPlaceholderText("Customer or partner; the name if empty")
        form = QFormLayout()
        form.setSpacing(GRID)
        for words, field in (
            ("Prefix", self.prefix),
            ("Name", self.name),
            ("Role", self.role),
            ("Owner", self.owner),
        ):
            form.addRow(words, field)
            field.setAccessibleName(words)
        self.body.addLayout(form)
        self.prefix.setFocus()

    def values(self) -> dict[str, str | PrefixRole]:
        return {
            "prefix": self.prefix.text().strip(),
            "name": self.name.text().strip(),
            "role": PrefixRole(self.role.currentData()),
            "owner": self.owner.text().strip(),
        }


class ImportedDialog(Dialog):
    """What an import did, and the lines it could not take."""

    def __init__(self, parent: QWidget | None, done: Imported) -> None:
        count = plural(len(done.wrong), "line")
        super().__init__(
            parent,
            f"{count} could not be taken",
            f"{done.added} added, {done.changed} changed. Mend these lines and import them again:"
            " what is there already is left as it is.",
            "Close",
        )
        self.cancel_button.hide()
        shown = QPlainTextEdit(
            "\n".join(f"line {one.line}: {one.why}\n    {one.text}" for one in done.wrong[:1_000])
        )
        shown.setReadOnly(True)
        shown.setFont(look().mono())
        shown.setMinimumSize(75 * GRID, 25 * GRID)
        shown.setAccessibleName("Lines that could not be taken")
        self.body.addWidget(shown)


class Prefixes(Table[FlowPrefix]):
    """The named prefixes, and what one does with them."""

    def __init__(
        self, desk: Desk, flows: FlowService, on_error: OnError, changed: Callable[[], None]
    ) -> None:
        super().__init__(
            desk,
            "flow-prefixes",
            (
                Column("Prefix", lambda one: one.prefix, width=190, mono=True, is_address=True),
                Column("Name", lambda one: one.name, width=240, stretch=True),
                Column("Role", lambda one: ROLES[one.role], width=110),
                Column("Owner", lambda one: one.owner or "–", width=240),
            ),
            lambda one: one.id,
            on_error,
            hint="Filter prefixes   role:customer",
        )
        self._flows, self._changed = flows, changed
        self.add_button = QPushButton("Add a prefix…")
        self.load_button = QPushButton("Import CSV…")
        self.load_button.setToolTip("Columns: prefix, name, role, owner")
        self.chips.addWidget(self.add_button)
        self.chips.addWidget(self.load_button)
        self.set_menu(
            [
                desk.actions.add(
                    Command(
                        f"flows.prefix-{name}",
                        text,
                        icon,
                        getattr(self, name),
                        keys,
                        right="flows.change",
                        group="Flows",
                    ),
                    self,
                )
                for name, text, icon, keys in COMMANDS
            ]
        )
        self.add_button.clicked.connect(self.add)
        self.load_button.clicked.connect(self.load)
        self.opened.connect(lambda _row: self.edit())

    def add(self) -> None:
        self.tasks.do("add", lambda: self._edit_flow(None))

    def edit(self) -> None:
        if one := self.current():
            self.tasks.do("edit", lambda: self._edit_flow(one))

    def remove(self) -> None:
        self.tasks.do("remove", self._remove_flow)

    def load(self) -> None:
        self.tasks.do("load", self._load_flow)

    async def _edit_flow(self, known: FlowPrefix | None) -> None:
        """Open until it is right, or given up."""
        dialog = PrefixDialog(self.window(), known)
        dialog.accept_button.clicked.disconnect()
        dialog.accept_button.clicked.connect(
            lambda: self.tasks.do("keep", lambda: self._keep(dialog, known))
        )
        await open_dialog(dialog)

    async def _keep(self, dialog: PrefixDialog, known: FlowPrefix | None) -> None:
        actor, values = self.desk.actor, dialog.values()
        try:
            if known is None:
                await self._flows.add_prefix(actor, **values)  # type: ignore[arg-type]
            else:
                await self._flows.change_prefix(
                    actor,
                    id=known.id,
                    **values,  # type: ignore[arg-type]
                )
        except Refused as error:
            dialog.refuse(f"{error}.")
            return
        dialog.accept()
        self._changed()

    async def _remove_flow(self) -> None:
        chosen = self.selection()
        if not chosen:
            return
        count = plural(len(chosen), "name")
        if await confirm(
            self.window(),
            f"Forget {count}",
            "Flows already summed up keep them. New ones count as connected, or as elsewhere.",
            verb=f"Forget {count}",
        ):
            await self._flows.remove_prefixes(
                self.desk.actor, ids=tuple(int(one.id) for one in chosen)
            )
            self._changed()

    async def _load_flow(self) -> None:
        paths = await ask_open_paths(
            self.window(), "Import prefixes", "CSV (*.csv *.txt);;All files (*)"
        )
        for path in paths:
            await self.import_file(path)

    async def import_file(self, path: Path) -> None:
        """Take the prefixes of a file; what is wrong with it is told line by line."""
        text = await asyncio.to_thread(_read, path)
        done = await self._flows.import_prefixes(self.desk.actor, text=text)
        self._changed()
        if done.wrong:
            # Not before this task has ended its own dialog.
            QTimer.singleShot(0, lambda: self._tell(done))
        else:
            self.desk.notice(
                f"{plural(done.added, 'prefix', 'prefixes')} added, {done.changed} changed"
            )

    def _tell(self, done: Imported) -> None:
        self.tasks.do("tell", lambda: self._tell_flow(done))

    async def _tell_flow(self, done: Imported) -> None:
        await open_dialog(ImportedDialog(self.window(), done))


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Invalid(f"{path.name} is larger than 16 MiB")
        data = path.read_bytes()
    except OSError as error:
        raise Invalid(f"{path.name} cannot be read: {error.strerror}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what spreadsheets on Windows save
