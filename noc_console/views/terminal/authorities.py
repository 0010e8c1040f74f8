"""Who signs the keys of hosts: trusted, revoked and removed beside the keys themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from noc_console.kernel.errors import Invalid, Refused
from noc_console.services.hostkeys.model import Authority
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog, confirm, open_dialog
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.rows import Column
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID
from noc_console.views.terminal.connecting import ReasonDialog

TEXT = (
    "Hosts whose key one of these has signed (ssh-keygen -s CA -h -n HOST) are taken without a"
    " question. A certificate that has expired, is for other hosts or of a revoked authority blocks"
    " and raises an alarm."
)


class AuthoritiesSheet(QWidget):
    """The list, and what can be done about its rows."""

    def __init__(
        self, desk: Desk, hostkeys: HostKeyService, failed: Callable[[BaseException], None]
    ) -> None:
        super().__init__()
        self._desk, self._hostkeys = desk, hostkeys
        self.tasks = Tasks(self, failed)
        self.table: Table[Authority] = Table(
            desk, "terminal.authorities", _columns(desk), lambda each: each.id, failed
        )
        self.trust_button = QPushButton("Trust an authority…")
        self.revoke_button = QPushButton("Revoke it…")
        self.remove_button = QPushButton("Remove it…")
        self.trust_button.clicked.connect(self.trust)
        self.revoke_button.clicked.connect(self.revoke)
        self.remove_button.clicked.connect(self.remove)
        self.table.chosen.connect(self._tell)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.addWidget(Label(TEXT, tone="dim", wrap=True))
        layout.addWidget(self.table, 1)
        row = QHBoxLayout()
        for button in (self.trust_button, self.revoke_button, self.remove_button):
            row.addWidget(button)
        row.addStretch()
        layout.addLayout(row)
        self._tell()

    def reload(self) -> None:
        actor = self._desk.actor
        if actor.may("hostkeys.see"):
            self.tasks.ask("authorities", self._hostkeys.authorities(actor), self._show)

    def trust(self) -> None:
        self.tasks.do("trust", self._trust)

    def revoke(self) -> None:
        for each in self.table.selection()[:1]:
            self.tasks.do("revoke", partial(self._revoke, each))

    def remove(self) -> None:
        for each in self.table.selection()[:1]:
            self.tasks.do("remove", partial(self._remove, each))

    def _show(self, rows: tuple[Authority, ...]) -> None:
        self.table.show_rows(rows)
        self._tell()

    async def _trust(self) -> None:
        dialog = AuthorityDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            while await open_dialog(dialog):
                try:
                    await self._hostkeys.trust_authority(self._desk.actor, **dialog.values())
                except Refused as error:
                    dialog.refuse_at(error)
                else:
                    self.reload()
                    return
        finally:
            dialog.deleteLater()

    async def _revoke(self, each: Authority) -> None:
        dialog = ReasonDialog(
            self,
            f"Revoke {each.name}?",
            f"Hosts of {each.hosts} that prove themselves by it are blocked with an alarm until"
            " they have a certificate of another, or somebody trusts their own key.",
            "Revoke it",
            hint="such as: its key was copied, ticket 4711",
        )
        dialog.add_reason()
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if await open_dialog(dialog):
                await self._hostkeys.revoke_authority(
                    self._desk.actor, authority_id=each.id, reason=dialog.reason
                )
                self.reload()
        finally:
            dialog.deleteLater()

    async def _remove(self, each: Authority) -> None:
        text = "Hosts it has signed are known by their own keys again: whoever connects is asked."
        if each.is_revoked:
            text += " Its certificates then no longer block."
        if await confirm(self, f"Remove {each.name}?", text, verb="Remove it"):
            await self._hostkeys.remove_authority(self._desk.actor, authority_id=each.id)
            self.reload()

    def _tell(self) -> None:
        """Buttons that cannot work now say why."""
        chosen = self.table.selection()[:1]
        no_right = "" if self._desk.actor.may("hostkeys.override") else "You may not change this"
        no_row = no_right or ("" if chosen else "Choose a row first")
        is_gone = bool(chosen) and chosen[0].is_revoked
        for button, why in (
            (self.trust_button, no_right),
            (self.revoke_button, no_row or ("It is revoked already" if is_gone else "")),
            (self.remove_button, no_row),
        ):
            button.setEnabled(not why)
            button.setToolTip(plain_tip(why))


class AuthorityDialog(Dialog):
    """A public key, and the hosts whose keys it signs."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(
            parent,
            "An authority for the keys of hosts",
            "Whoever has its private key can pass for every host of these patterns: compare what"
            " you paste with where it comes from.",
            "Trust it",
            is_safe=False,
        )
        self.fields: dict[str, QLineEdit] = {}
        for field, name, hint in (
            ("key", "Its public key", "ssh-ed25519 AAAA…, or a line of known_hosts"),
            ("hosts", "For hosts", "*.example.net 10.20.* !10.20.66.*; as they are connected to"),
            ("name", "Name", "empty: the key's comment"),
        ):
            line = QLineEdit()
            line.setPlaceholderText(hint)
            line.setAccessibleName(name)
            self.body.addWidget(Label(name, tone="dim"))
            self.body.addWidget(line)
            self.fields[field] = line
        self.fields["key"].setFocus()

    def values(self) -> dict[str, str]:
        return {field: line.text().strip() for field, line in self.fields.items()}

    def refuse_at(self, error: Refused) -> None:
        """Say what is wrong, at its field."""
        self.refuse(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        field = error.field if isinstance(error, Invalid) else None
        self.fields.get(field or "", self.fields["key"]).setFocus()


def _columns(desk: Desk) -> list[Column[Authority]]:
    def state(each: Authority) -> str:
        if each.revoked_at is None:
            return "trusted"
        return f"revoked by {each.revoked_by}: {each.reason}"

    return [
        Column("Name", lambda each: each.name, width=140),
        Column("For hosts", lambda each: each.hosts, width=180, mono=True),
        Column("Fingerprint", lambda each: each.fingerprint, width=380, mono=True, stretch=True),
        Column("State", state, width=150),
        Column(
            "Trusted", lambda each: desk.times.absolute(each.at), lambda each: each.at, width=150
        ),
        Column("By", lambda each: each.by, width=80),
    ]
