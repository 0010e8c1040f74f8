"""The escalation policies: their order, what each is for, and changing them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from noc_console.services.oncall.model import NEW, Duties, Policy, PolicyId
from noc_console.services.oncall.service import OnCallService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import confirm
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import Label
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import GRID
from noc_console.views.oncall.lists import PolicyRow, policy_columns, policy_rows
from noc_console.views.oncall.policy_form import PolicyForm
from noc_console.views.oncall.steps import Did, answered, follow

COMMANDS = (
    ("add_policy", "New policy…", "plus", "N", "oncall.change"),
    ("edit_policy", "Change the policy…", "edit", "E", "oncall.change"),
    ("switch_policy", "Switch on or off", "power", "Space", "oncall.change"),
    ("policy_up", "Ask it earlier", "up", "Alt+Up", "oncall.change"),
    ("policy_down", "Ask it later", "down", "Alt+Down", "oncall.change"),
    ("remove_policy", "Remove the policy…", "trash", "Del", "oncall.change"),
)


class PoliciesPane(QWidget):
    """The list, and a button for each thing that can be done with it."""

    def __init__(
        self,
        desk: Desk,
        oncall: OnCallService,
        on_error: OnError,
        did: Did,
        parent: QWidget | None = None,
    ) -> None:
        """`did` keeps an edit so that it can be undone."""
        super().__init__(parent)
        self.desk, self._oncall, self._did = desk, oncall, did
        self.duties = Duties()
        self._zone = "UTC"
        self.tasks = Tasks(self, on_error)
        self.table: Table[PolicyRow] = Table(
            desk, "oncall.policies", policy_columns(desk), lambda row: row.id, on_error
        )
        self._build()
        self.table.sort_by_default("order")
        self.table.opened.connect(lambda _row: self.edit())
        self.table.chosen.connect(self._on_chosen)
        self.setFocusProxy(self.table)
        self._on_chosen()

    def show_duties(self, duties: Duties, *, zone: str) -> None:
        """`zone` is that of a new policy."""
        self.duties, self._zone = duties, zone
        self.table.show_rows(policy_rows(duties))
        self._on_chosen()

    def _on_chosen(self) -> None:
        has_one = self.table.current() is not None
        may = self.desk.actor.may("oncall.change")
        for name, *_ in COMMANDS[1:]:
            self.desk.actions.action(f"oncall.{name}").setEnabled(has_one and may)

    def add(self) -> None:
        made = Policy(PolicyId(NEW), "", zone=self._zone)
        self.tasks.do("form", lambda: self._policy_form(made))

    def edit(self) -> None:
        if (row := self.table.current()) is not None:
            self.tasks.do("form", lambda: self._policy_form(row.policy))

    async def _policy_form(self, policy: Policy) -> None:
        form = PolicyForm(self.window(), policy, self.duties)
        if (wanted := await answered(form, form.policy)) is not None:
            await self._change_policy(policy, wanted)

    async def _change_policy(self, before: Policy, wanted: Policy) -> None:
        actor = self.desk.actor
        made = await self._oncall.keep_policy(actor, policy=wanted)
        if before.id:
            self._did(
                f"change {made.name}",
                undo=lambda: self._put_policy(before),
                redo=lambda: self._put_policy(made),
            )
        else:
            self._did(
                f"add {made.name}",
                undo=lambda: self._oncall.remove_policy(actor, policy_id=int(made.id)),
                redo=lambda: self._put_policy(made),
            )

    async def _put_policy(self, policy: Policy) -> None:
        duties = await self._oncall.duties(self.desk.actor)
        there = {one.id: one.version for one in duties.policies}
        kept = replace(policy, version=there.get(policy.id, policy.version))
        await self._oncall.keep_policy(self.desk.actor, policy=kept)

    def switch(self) -> None:
        if (row := self.table.current()) is not None:
            wanted = replace(row.policy, is_on=not row.policy.is_on)
            self.tasks.do("switch", lambda: self._change_policy(row.policy, wanted))

    def remove(self) -> None:
        if (row := self.table.current()) is not None:
            self.tasks.do("remove", lambda: self._remove_policy(row.policy))

    async def _remove_policy(self, policy: Policy) -> None:
        text = "What it is escalating passes to the next policy that fits, if there is one."
        name = policy.name
        if await confirm(self.window(), f"Remove {name}", text, verb=f"Remove {name}"):
            actor = self.desk.actor
            await self._oncall.remove_policy(actor, policy_id=int(policy.id))
            self._did(
                f"remove {name}",
                undo=lambda: self._put_policy(policy),
                redo=lambda: self._oncall.remove_policy(actor, policy_id=int(policy.id)),
            )

    def up(self) -> None:
        self._move_policy(-1)

    def down(self) -> None:
        self._move_policy(1)

    def _move_policy(self, by: int) -> None:
        row = self.table.current()
        ids = [int(policy.id) for policy in self.duties.policies]
        if row is None or row.id not in ids:
            return
        at = ids.index(row.id)
        if not 0 <= at + by < len(ids):
            return
        after = list(ids)
        after.insert(at + by, after.pop(at))
        self.tasks.do("move", lambda: self._order(tuple(ids), tuple(after)))

    async def _order(self, before: tuple[int, ...], after: tuple[int, ...]) -> None:
        actor = self.desk.actor
        await self._oncall.order_policies(actor, policy_ids=after)
        self._did(
            "change the order",
            undo=lambda: self._oncall.order_policies(actor, policy_ids=before),
            redo=lambda: self._oncall.order_policies(actor, policy_ids=after),
        )

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        bar = QHBoxLayout()
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, 0)
        bar.setSpacing(6)
        told = "The first policy from the top that is for an alarm has it."
        bar.addWidget(Label(told, tone="dim"))
        bar.addStretch()
        actions = []
        for name, text, icon, keys, right in COMMANDS:
            act = getattr(self, name.replace("_policy", "").replace("policy_", ""))
            command = Command(
                f"oncall.{name}", text, icon, act, shortcut=keys, right=right, group="On call"
            )
            action = self.desk.actions.add(command, self)
            actions.append(action)
            button = QPushButton(text) if name == "add_policy" else IconButton(icon, text)
            follow(button, action)
            bar.addWidget(button)
        self.table.set_menu(actions)
        layout.addLayout(bar)
        layout.addWidget(self.table, 1)
