"""The vault: what it keeps and for what, who can open it, and whether a credential works."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QTabWidget, QToolButton, QWidget

from noc_console.kernel.text import plural
from noc_console.services.credentials.model import Credential, CredentialChanged, CredentialKind
from noc_console.services.credentials.service import CredentialService
from noc_console.services.secrets.model import (
    Holder,
    HolderKind,
    LockState,
    SecretRemoved,
    SecretStored,
    SecretUsed,
    VaultHolderChanged,
    VaultKeyMade,
    VaultResealed,
    VaultState,
    VaultUnlocked,
)
from noc_console.services.vault.model import Entry
from noc_console.services.vault.service import VaultService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route, Tone
from noc_console.views.kit.dialogs import Dialog, confirm, open_dialog
from noc_console.views.kit.icons import WordButton, icon
from noc_console.views.kit.label import ElidedLabel, plain_tip
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import GRID
from noc_console.views.kit.times import age
from noc_console.views.notify.tabs import ListTab, action_button, bar
from noc_console.views.vault.columns import entry_columns, holder_columns
from noc_console.views.vault.devices import DeviceSheet
from noc_console.views.vault.forms import (
    KINDS,
    ChangeCredentialForm,
    NewCredentialForm,
    PersonForm,
    PhraseForm,
    secret_names,
)
from noc_console.views.vault.lock import WindowLock
from noc_console.views.vault.reveal import AgainDialog, RevealDialog

TABS = ("secrets", "people")
_NO_PHRASE = "Nobody has a pass phrase yet: let yourself in under “People and machines” first."


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look brought."""

    entries: tuple[Entry, ...]
    holders: tuple[Holder, ...]
    state: VaultState


class VaultPage(Page):
    """A line on the vault's state, what is in it, and who can open it."""

    watches = (
        CredentialChanged,
        SecretStored,
        SecretRemoved,
        SecretUsed,
        VaultHolderChanged,
        VaultKeyMade,
        VaultResealed,
        VaultUnlocked,
    )
    calm_ms = 1000

    def __init__(
        self,
        desk: Desk,
        vault: VaultService,
        credentials: CredentialService,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, parent=parent)
        self._vault, self._credentials = vault, credentials
        self.known: Looked | None = None
        self.state_line = ElidedLabel("", tone="dim")
        self.tabs = QTabWidget()
        self.table: Table[Entry] = Table(
            desk, "vault.secrets", entry_columns(desk), lambda row: row.key, self.show_error,
            hint="Filter   kind:key   devices:0   -snmp",
        )  # fmt: skip
        self.holders: Table[Holder] = Table(
            desk, "vault.holders", holder_columns(desk), lambda row: int(row.id), self.show_error
        )
        self._act = self._commands()
        self._build()
        self.table.opened.connect(lambda _: self.change())
        self.table.chosen.connect(self._enable)
        self.holders.chosen.connect(self._enable)
        self._enable()

    def reload(self) -> None:
        self.tasks.ask("vault", self._look(), self._show)

    def visit(self, route: Route) -> None:
        """`vault/people` opens a tab."""
        if route.text in TABS:
            self.tabs.setCurrentIndex(TABS.index(route.text))

    async def _look(self) -> Looked:
        actor, vault = self.desk.actor, self._vault
        async with asyncio.TaskGroup() as group:
            entries = group.create_task(vault.entries(actor))
            holders = group.create_task(vault.holders(actor))
            state = group.create_task(vault.state(actor))
        return Looked(entries.result(), holders.result(), state.result())

    def _show(self, looked: Looked) -> None:
        self.known = looked
        self.secrets_tab.show_rows(looked.entries)
        self.people_tab.show_rows(looked.holders)
        text, is_bad = self._state_text(looked)
        self.state_line.show_text(text)
        self.state_line.set_tone("attention" if is_bad else "dim")
        self._enable()

    def _state_text(self, looked: Looked) -> tuple[str, bool]:
        state = looked.state
        if state.lock is LockState.LOCKED:
            return "The vault is locked.", True
        asking = [each.name for each in looked.holders if not each.is_let_in]
        parts = [f"Opened with {state.place}" if state.secrets else "Nothing is kept yet"]
        if person := self._vault.holding.person:
            parts[0] = f"Opened by {person}"
        parts.append(plural(state.secrets, "secret"))
        if state.made_at is not None:
            seconds = max(0.0, (self.desk.clock.now() - state.made_at).total_seconds())
            parts.append(f"key {state.generation}, {age(seconds)} old")
        parts.append(plural(state.people, "person", "people") + " with a pass phrase")
        if state.behind:
            parts.append(f"{state.behind:,} still under an older key")
        if asking:
            parts.append(f"{', '.join(asking)} asks to be let in")
        return " · ".join(parts), bool(state.behind or asking)

    # --- credentials -----------------------------------------------------------------------

    def add(self, kind: CredentialKind) -> None:
        self._do(lambda: self._add(kind))

    async def _add(self, kind: CredentialKind) -> None:
        form = NewCredentialForm(self.window(), kind)
        if not await _answered(form):
            return
        first, second = form.take()
        actor, name, user = self.desk.actor, form.name.text().strip(), form.user.text().strip()
        if kind is CredentialKind.SNMP_V3:
            await self._credentials.add_snmp(
                actor,
                name=name,
                kind=kind,
                user=user,
                auth_protocol=form.auth.currentText(),
                auth_pass=first.reveal(),
                priv_protocol=form.priv.currentText(),
                priv_pass=second.reveal(),
            )
        elif kind.is_snmp:
            await self._credentials.add_snmp(actor, name=name, kind=kind, community=first.reveal())
        else:
            await self._credentials.add(
                actor,
                kind=kind,
                secret=first,
                name=name,
                user=user,
                priv_secret=second,
                certificate=form.certificate.toPlainText(),
                match=form.match.match(),
            )

    def change(self) -> None:
        if (known := self._chosen()) is not None:
            self._do(lambda: self._change(known))

    async def _change(self, known: Credential) -> None:
        form = ChangeCredentialForm(self.window(), known)
        if not await _answered(form):
            return
        first, second = form.take()
        match, certificate = form.match.match(), form.new_certificate()
        await self._credentials.change(
            self.desk.actor,
            credential_id=int(known.id),
            name=form.name.text(),
            user=form.user.text(),
            names=match.names,
            words=match.words,
            sites=match.sites,
        )
        if first or second or certificate is not None:
            await self._credentials.new_secret(
                self.desk.actor,
                credential_id=int(known.id),
                secret=first,
                priv_secret=second,
                certificate=certificate,
            )
        if first or second:
            self.desk.notice(f"{known.name} has another secret from now on")

    def reorder(self, steps: int) -> None:
        """Try the chosen one earlier or later."""
        if (known := self._chosen()) is not None:
            self._do(
                lambda: self._credentials.move(
                    self.desk.actor, credential_id=int(known.id), steps=steps
                )
            )

    def remove(self) -> None:
        if (known := self._chosen()) is not None:
            self._do(lambda: self._remove(known))

    async def _remove(self, known: Credential) -> None:
        if await confirm(
            self.window(),
            f"Remove {known.name}?",
            "Its secrets are forgotten. Devices that answered to it are not asked with it again.",
            verb=f"Remove {known.name}",
        ):
            await self._credentials.remove(self.desk.actor, credential_id=int(known.id))

    def devices(self) -> None:
        """Which devices it is for, and a test on one of them."""
        if (known := self._chosen()) is not None:
            sheet = DeviceSheet(self.window(), self.desk, self._vault, known)
            sheet.show()

    def reveal(self) -> None:
        if (row := self.table.current()) is not None and row.refs:
            self._do(lambda: self._reveal(row))

    async def _reveal(self, row: Entry) -> None:
        known = row.credential
        named = secret_names(known) if known else tuple((ref, ref) for ref in row.refs)
        ask = AgainDialog(
            self.window(),
            f"Show {row.name}?",
            "It is shown for 15 seconds. That you looked goes into the journal.",
            "Show for 15 s",
            choices=tuple(title for title, _ in named),
        )
        if not await _answered(ask):
            return
        title, ref = named[max(0, ask.choice.currentIndex())]
        secret = await self._vault.reveal(self.desk.actor, ref=ref, passphrase=ask.phrase.take())
        name = f"{row.name}: {title.lower()}" if len(named) > 1 else row.name
        await open_dialog(RevealDialog(self.window(), name, secret))

    # --- keys and holders ------------------------------------------------------------------

    def rotate(self) -> None:
        self._do(self._rotate)

    async def _rotate(self) -> None:
        if await confirm(
            self.window(),
            "Make a new key for the vault?",
            "Every secret is sealed anew with it, and the old key is forgotten. Windows and "
            "collectors go on meanwhile; interrupted, it goes on later.",
            verb="Make a new key",
        ):
            done = await self._vault.rotate(self.desk.actor)
            self.desk.notice(f"{plural(done, 'secret')} sealed with a new key")

    def lock(self) -> None:
        """Lock the window this page is in."""
        found = self.window().findChild(WindowLock)
        if isinstance(found, WindowLock):
            found.lock()

    def add_person(self) -> None:
        self._do(self._add_person)

    async def _add_person(self) -> None:
        people = self.known.state.people if self.known else 0
        form = PersonForm(self.window(), is_first=not people)
        if await _answered(form):
            form.again.clear()
            added = await self._vault.add_person(
                self.desk.actor, name=form.name.text(), passphrase=form.phrase.take()
            )
            self.desk.notice(f"{added.name} can open the vault now")

    def change_phrase(self) -> None:
        if (holder := self.holders.current()) is not None:
            self._do(lambda: self._change_phrase(holder))

    async def _change_phrase(self, holder: Holder) -> None:
        form = PhraseForm(self.window(), holder.name)
        if await _answered(form):
            form.again.clear()
            await self._vault.change_passphrase(
                self.desk.actor, person=holder.name, old=form.old.take(), new=form.phrase.take()
            )
            self.desk.notice(f"{holder.name} has another pass phrase")

    def let_in(self) -> None:
        if (holder := self.holders.current()) is not None:
            self._do(lambda: self._let_in(holder))

    async def _let_in(self, holder: Holder) -> None:
        if await confirm(
            self.window(),
            f"Let {holder.name} in?",
            f"Its fingerprint is {holder.fingerprint}. It reads every secret from then on: let it "
            f"in only if the machine itself shows the same (noc-console vault.holders there).",
            verb=f"Let {holder.name} in",
        ):
            await self._vault.let_in(
                self.desk.actor, holder_id=int(holder.id), fingerprint=holder.fingerprint
            )

    def put_out(self) -> None:
        if (holder := self.holders.current()) is not None:
            self._do(lambda: self._put_out(holder))

    async def _put_out(self, holder: Holder) -> None:
        if await confirm(
            self.window(),
            f"Put {holder.name} out?",
            "A new key is made that they never had, and everything is sealed with it. What they "
            "read before they may remember: change those secrets on the devices too.",
            verb=f"Put {holder.name} out",
        ):
            done = await self._vault.put_out(self.desk.actor, holder_id=int(holder.id))
            self.desk.notice(
                f"{holder.name} is out; {plural(done, 'secret')} sealed with a new key",
                Tone.PLAIN,
            )

    # --- how it works ----------------------------------------------------------------------

    def _chosen(self) -> Credential | None:
        row = self.table.current()
        return row.credential if row is not None else None

    def _do(self, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        self.tasks.do("work", work, lambda _: self.mark_stale())

    def _commands(self) -> dict[str, QAction]:
        def add(
            id: str,
            text: str,
            icon_name: str,
            act: Callable[[], object],
            right: str,
            keys: str = "",
        ) -> None:
            command = Command(
                f"vault.{id}", text, icon_name, act, right=right, group="Vault", shortcut=keys
            )
            made[id] = self.desk.actions.add(command, self)

        made: dict[str, QAction] = {}
        for kind, title in KINDS:
            add(f"add.{kind.value}", f"Add: {title}…", "key", partial(self.add, kind),
                "credentials.add")  # fmt: skip
        add("change", "Change…", "edit", self.change, "credentials.add")
        add(
            "earlier",
            "Try it earlier",
            "up",
            partial(self.reorder, -1),
            "credentials.add",
            "Alt+Up",
        )
        add(
            "later", "Try it later", "down", partial(self.reorder, 1), "credentials.add", "Alt+Down"
        )
        add("remove", "Remove…", "trash", self.remove, "credentials.remove")
        add("devices", "Devices and test…", "devices", self.devices, "vault.see")
        add("reveal", "Show…", "eye", self.reveal, "vault.reveal")
        add("rotate", "New key…", "refresh", self.rotate, "vault.rotate")
        add("lock", "Lock now", "lock", self.lock, "")
        add("person", "Let a person in…", "user", self.add_person, "vault.people")
        add("phrase", "Another pass phrase…", "key", self.change_phrase, "vault.unlock")
        add("letin", "Let in…", "check", self.let_in, "vault.people")
        add("putout", "Put out…", "close", self.put_out, "vault.people")
        return made

    def _enable(self) -> None:
        """What cannot be done now is off, and says why."""
        known, row, holder = self.known, self.table.current(), self.holders.current()
        people = known.state.people if known else 0
        has_phrase = bool(people) or "pass phrase" in (known.state.place if known else "")
        chosen = row is not None and row.credential is not None
        nothing = "Choose a credential first."
        self._allow("change", chosen, nothing)
        self._allow("remove", chosen, nothing)
        self._allow("devices", chosen, nothing)
        order = [each.key for each in known.entries if each.credential] if known else []
        at = order.index(row.key) if row is not None and row.key in order else -1
        self._allow("earlier", at > 0, nothing if at < 0 else "It is tried first already.")
        self._allow(
            "later", 0 <= at < len(order) - 1, nothing if at < 0 else "It is tried last already."
        )
        self._allow(
            "reveal",
            row is not None and bool(row.refs) and has_phrase,
            _NO_PHRASE if not has_phrase else "Choose something with a secret first.",
        )
        self._allow("lock", has_phrase, _NO_PHRASE)
        is_person = holder is not None and holder.kind is HolderKind.PERSON
        self._allow("phrase", is_person, "Choose a person first.")
        asks = holder is not None and not holder.is_let_in
        self._allow("letin", asks, "Choose a machine that asks to be let in.")
        can_go = holder is not None and not holder.is_this
        self._allow(
            "putout",
            can_go,
            "Whoever has the vault open here cannot put themselves out."
            if holder is not None
            else "Choose a person or a machine first.",
        )

    def _allow(self, id: str, is_on: bool, why: str) -> None:
        action = self._act[id]
        action.setEnabled(is_on and action.isVisible())
        action.setToolTip(plain_tip(action.text() if is_on else why))

    def _build(self) -> None:
        act = self._act
        adding = WordButton()
        adding.setText("Add")
        adding.setIcon(icon("plus"))
        adding.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(adding)
        menu.addActions([act[f"add.{kind.value}"] for kind, _ in KINDS])
        adding.setMenu(menu)
        self.add_button = adding
        names = ("change", "devices", "reveal", "remove")
        buttons = [adding, *(action_button(act[name]) for name in names), None]
        buttons += [action_button(act["rotate"]), action_button(act["lock"])]
        self.secrets_tab = ListTab(
            self.table,
            buttons,
            Empty(
                "The vault is empty",
                "Add what opens your devices: SNMP communities and users, logins with a password "
                "or a key, enable words. Everything else holds only their names.",
                verb="Add a login",
                act=partial(self.add, CredentialKind.SSH),
                icon="lock",
            ),
        )
        self.table.set_menu([act[name] for name in (*names, "earlier", "later")])
        people = [action_button(act[name]) for name in ("person", "phrase", "letin", "putout")]
        self.people_tab = ListTab(
            self.holders,
            [*people, None],
            Empty(
                "Nobody opens the vault yet",
                "It is made with the first secret, for this machine. Let a person in, and windows "
                "wait for a pass phrase and lock when nobody is there.",
                verb="Let a person in",
                act=self.add_person,
                icon="user",
            ),
        )
        self.holders.set_menu([act[name] for name in ("phrase", "letin", "putout")])
        self.tabs.addTab(self.secrets_tab, "Secrets")
        self.tabs.addTab(self.people_tab, "People and machines")
        self.tabs.setDocumentMode(True)
        self.body.addLayout(bar(self.state_line))
        self.body.addSpacing(GRID)
        self.body.addWidget(self.tabs, 1)


async def _answered(dialog: Dialog) -> bool:
    """Open it; its inputs are still there to be read when this returns."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    try:
        return await open_dialog(dialog)
    finally:
        dialog.deleteLater()
