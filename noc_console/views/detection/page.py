"""Alarm rules: the list of all of them, what is done about them, and the bench to try them on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import plural
from noc_console.services.detection.curves import has_history
from noc_console.services.detection.language import read_rule
from noc_console.services.detection.model import Family, Origin, RuleRow, RulesChanged
from noc_console.services.detection.service import DetectionService
from noc_console.services.intake.trying import EventTrialService
from noc_console.views.detection.draft import draft_of
from noc_console.views.detection.form import RuleForm, TextForm, fresh
from noc_console.views.detection.replay import ReplayPane
from noc_console.views.detection.rows import rule_columns
from noc_console.views.detection.trying import TryDialog
from noc_console.views.kit.actions import Command
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import ask_open_paths, ask_save_path, confirm, open_dialog
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.page import Page
from noc_console.views.kit.table import Table

LARGEST_FILE = 256 << 10
COMMANDS = (
    ("add", "Make a rule…", "plus", "N", "detection.save"),
    ("edit", "Change…", "edit", "E", "detection.save"),
    ("toggle", "Switch on or off", "pause", "S", "detection.save"),
    ("duplicate", "Duplicate", "copy", "D", "detection.save"),
    ("undo", "Take the last change back", "undo", "Ctrl+Z", "detection.save"),
    ("remove", "Remove…", "trash", "Del", "detection.save"),
    ("replay", "Replay", "play", "R", "detection.see"),
    ("alarms", "Show its alarms", "alarm", "A", ""),
)
OF_MANY = (
    ("trying", "Try a line or trap…", "logs", "L", "detection.see"),
    ("import", "Import TOML…", "folder", "", "detection.save"),
    ("export", "Export TOML…", "export", "", "detection.see"),
)
CHIPS = (
    ("metric", "Values", "Rules about measured values"),
    ("event", "Events", "Rules about traps, log lines and flows"),
    ("own", "Yours", "Rules of your own, and changed ones of ours"),
    ("off", "Off", "Rules that are switched off"),
)


class DetectionPage(Page):
    """The list above, below it the test bench for the rule under the cursor."""

    watches = (RulesChanged,)
    refresh_s = 60.0

    def __init__(
        self,
        desk: Desk,
        detection: DetectionService,
        trials: EventTrialService | None = None,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, parent=parent)
        self._detection, self._trials = detection, trials
        self._rows: tuple[RuleRow, ...] = ()
        self._wanted: str | None = None
        self.table: Table[RuleRow] = Table(
            desk,
            "detection",
            rule_columns(),
            lambda row: row.id,
            self.show_error,
            hint="Filter   kind:trend   condition:cpu   on:off   alarms:>10",
        )
        self.chips = Chips(CHIPS)
        self.bench = ReplayPane(desk, detection, self.show_error)
        self._build()
        self._add_commands()
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(lambda _row: self.edit())
        self.chips.changed.connect(self._sift)
        self.setFocusProxy(self.table)
        self.table.sort_by_default("rule")

    # --- what is shown -----------------------------------------------------------------------

    def reload(self) -> None:
        self.tasks.ask("rules", self._detection.rules(self.desk.actor), self._show)

    def visit(self, route: Route) -> None:
        if route.text:
            self.table.set_filter(route.text)

    def _show(self, rows: tuple[RuleRow, ...]) -> None:
        self._rows = rows
        self._sift()
        if self._wanted is not None and self.table.select(self._wanted):
            self._wanted = None
        if self.table.current() is None and self.table.rows.rows():
            self.table.select(self.table.rows.key_at(0))
        self._on_chosen()

    def _sift(self) -> None:
        chosen = self.chips.on()
        self.table.show_rows([row for row in self._rows if _is_among(row, chosen)])

    def _on_chosen(self) -> None:
        row = self.table.current()
        for name in ("edit", "toggle", "duplicate", "undo", "remove", "replay", "alarms"):
            self.desk.actions.action(f"detection.{name}").setEnabled(row is not None)
        if row is None:
            self.bench.show_rule("", "")
            return
        is_ours = row.origin is Origin.PACK
        self.desk.actions.action("detection.remove").setEnabled(not is_ours)
        self.bench.show_rule(row.id, row.title, remedy=row.remedy, why_not=_why_not(row))

    # --- doing -------------------------------------------------------------------------------

    def add(self) -> None:
        self.tasks.do("form", self._add_flow)

    async def _add_flow(self) -> None:
        await self._keep(RuleForm(self.window(), fresh(), is_new=True))

    def edit(self) -> None:
        row = self.table.current()
        if row is not None:
            self.tasks.do("form", lambda: self._edit_flow(row))

    async def _edit_flow(self, row: RuleRow) -> None:
        if row.family is Family.METRIC:
            draft = draft_of(read_rule(row.toml))
            await self._keep(RuleForm(self.window(), draft, is_new=False))
        else:
            await self._keep(TextForm(self.window(), row.toml, row.title))

    async def _keep(self, dialog: RuleForm | TextForm) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if await open_dialog(dialog):
                made = await self._detection.save(self.desk.actor, toml=dialog.text())
                self._wanted = made.id
                self.mark_stale()
        finally:
            dialog.deleteLater()

    def toggle(self) -> None:
        """Switch off what is chosen; when all of it is off, on."""
        chosen = self.table.selection()
        ids = tuple(row.id for row in chosen)
        if not ids:
            return
        all_off = not any(row.is_enabled for row in chosen)
        change = self._detection.enable if all_off else self._detection.disable
        actor = self.desk.actor
        self.tasks.do("toggle", lambda: change(actor, rule_ids=ids))

    def duplicate(self) -> None:
        row = self.table.current()
        if row is None:
            return
        actor, rule_id = self.desk.actor, row.id

        def show(made: RuleRow) -> None:
            self._wanted = made.id
            self.mark_stale()

        self.tasks.do("duplicate", lambda: self._detection.duplicate(actor, rule_id=rule_id), show)

    def undo(self) -> None:
        """Take the last change of the rule back; again for the one before."""
        row = self.table.current()
        if row is not None:
            actor, rule_id = self.desk.actor, row.id
            self.tasks.do("undo", lambda: self._detection.undo(actor, rule_id=rule_id))

    def remove(self) -> None:
        row = self.table.current()
        if row is not None and row.origin is not Origin.PACK:
            self.tasks.do("remove", lambda: self._remove_flow(row))

    async def _remove_flow(self, row: RuleRow) -> None:
        is_own = row.origin is Origin.OWN
        title = "Remove the rule" if is_own else "Back to our version"
        text = (
            f"“{row.title}” is asked no more and its alarms clear."
            if is_own
            else f"What was changed of “{row.title}” is given up."
        ) + " Ctrl+Z takes this back."
        verb = "Remove rule" if is_own else "Give up changes"
        if await confirm(self.window(), title, text, verb=verb):
            await self._detection.remove(self.desk.actor, rule_id=row.id)

    def replay(self) -> None:
        self.bench.run()

    def alarms(self) -> None:
        row = self.table.current()
        if row is not None:
            self.desk.go(Route("alarms", text=f"condition:{row.condition}"))

    def trying(self) -> None:
        if self._trials is not None:
            self.tasks.do("trying", self._trying_flow)

    async def _trying_flow(self) -> None:
        if self._trials is None:
            return
        row = self.table.current()
        alone = (row.id, row.toml) if row is not None and row.family is Family.EVENT else None
        dialog = TryDialog(
            self.window(),
            self.desk,
            self._trials,
            self.desk.actor,
            clock=self.desk.clock,
            rule=alone,
        )
        await open_dialog(dialog)

    def import_toml(self) -> None:
        self.tasks.do("import", self._import_flow)

    async def _import_flow(self) -> None:
        for path in await ask_open_paths(self.window(), "Import rules", "TOML (*.toml)"):
            text = await asyncio.to_thread(_read, path)
            count = await self._detection.import_toml(self.desk.actor, text=text)
            self.desk.notice(f"{plural(count, 'rule')} taken over from {path.name}")

    def export_toml(self) -> None:
        self.tasks.do("export", self._export_flow)

    async def _export_flow(self) -> None:
        ids = tuple(row.id for row in self.table.selection())
        path = await ask_save_path(self.window(), "Export rules", "rules.toml", "TOML (*.toml)")
        if path is not None:
            text = await self._detection.export(self.desk.actor, rule_ids=ids)
            await asyncio.to_thread(write_whole, path, text.encode())
            self.desk.notice(f"rules written to {path.name}")

    # --- how it is made ----------------------------------------------------------------------

    def _add_commands(self) -> None:
        handlers: dict[str, Callable[[], None]] = {
            "import": self.import_toml,
            "export": self.export_toml,
        }
        made = []
        for name, text, icon, keys, right in (*COMMANDS, *OF_MANY):
            handler = handlers.get(name) or getattr(self, name)
            command = Command(
                f"detection.{name}", text, icon, handler, keys, right, group="Alarm rules"
            )
            made.append(self.desk.actions.add(command, self))
        self.table.set_menu([*made[: len(COMMANDS)], None, *made[len(COMMANDS) :]])
        self.desk.actions.action("detection.trying").setEnabled(self._trials is not None)

    def _build(self) -> None:
        self.table.chips.addWidget(self.chips)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(self.bench)
        split.setChildrenCollapsible(False)
        split.setSizes([420, 320])
        self.body.addWidget(split)


def _is_among(row: RuleRow, words: frozenset[str]) -> bool:
    """Whether the chips that are down let it pass."""
    families = words & {"metric", "event"}
    if families and row.family.value not in families:
        return False
    if "own" in words and row.origin is Origin.PACK:
        return False
    return "off" not in words or not row.is_enabled


def _why_not(row: RuleRow) -> str:
    """Why a rule cannot be replayed here; empty when it can."""
    if row.family is Family.EVENT:
        return "Rules about events are tried on kept lines: press L."
    try:
        rule = read_rule(row.toml)
    except Invalid as error:
        return str(error)
    if not has_history(rule.measure):
        return "Of this measure no history is kept, so it cannot be replayed."
    return "A rule that mutes raises nothing." if rule.is_mute else ""


def _read(path: Path) -> str:
    if path.stat().st_size > LARGEST_FILE:
        raise Invalid(f"{path.name} is larger than {LARGEST_FILE >> 10} KiB")
    return path.read_text(encoding="utf-8-sig", errors="replace")
