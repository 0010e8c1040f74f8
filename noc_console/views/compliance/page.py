"""Compliance: what breaks which rule on which line, the rules, and what is put up with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget

from noc_console.kernel.text import plural
from noc_console.services.compliance.model import (
    ComplianceRuleChanged,
    ConfigsJudged,
    Finding,
    Rule,
    RuleKind,
    Score,
    Verdict,
    WaiverChanged,
)
from noc_console.services.compliance.service import ComplianceService, Tried
from noc_console.services.configs.comparison import Comparison
from noc_console.services.inventory.service import InventoryService
from noc_console.views.compliance.forms import RuleDialog, WaiverDialog
from noc_console.views.compliance.report import pdf
from noc_console.views.compliance.rows import (
    KINDS,
    VERDICTS,
    FindingRow,
    RuleRow,
    finding_columns,
    finding_rows,
    rule_columns,
)
from noc_console.views.configs.diffview import DiffView
from noc_console.views.kit.actions import Command, button_of, corner_of
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import Dialog, ask_save_path, confirm, open_dialog
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import GRID

FINDINGS, RULES = range(2)
OF_FINDINGS = (
    ("waive", "Put up with it…", "clock", "P", "compliance.waive"),
    ("beside", "Template beside configuration", "columns", "C", "compliance.see"),
    ("configuration", "Go to configuration", "config", "G", "configs.see"),
)
OF_RULES = (
    ("add", "Add a rule…", "plus", "N", "compliance.rule"),
    ("edit", "Change…", "edit", "E", "compliance.rule"),
    ("switch", "Switch on or off", "pause", "O", "compliance.rule"),
    ("end-waivers", "Put up with it no longer", "undo", "", "compliance.waive"),
    ("remove", "Remove…", "trash", "Del", "compliance.rule"),
)
OF_ALL = (("report", "Report as PDF…", "export", "", "compliance.see"),)


@dataclass(frozen=True, slots=True)
class _Seen:
    findings: tuple[FindingRow, ...]
    rules: tuple[RuleRow, ...]


class CompliancePage(Page):
    """Broken rules first, with the lines they stand on; the rules behind a second tab."""

    watches = (ConfigsJudged, ComplianceRuleChanged, WaiverChanged)
    calm_ms = 1_000

    def __init__(
        self,
        desk: Desk,
        compliance: ComplianceService,
        inventory: InventoryService,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, parent=parent)
        self._compliance, self._inventory = compliance, inventory
        self.table: Table[FindingRow] = Table(
            desk,
            "compliance",
            finding_columns(desk),
            lambda row: row.key,
            self.show_error,
            hint="Filter   device:ams   rule:ntp   gravity:major",
        )
        self.rules: Table[RuleRow] = Table(
            desk,
            "compliance-rules",
            rule_columns(),
            lambda row: row.rule.id,
            self.show_error,
        )
        self.chips = Chips([("kept", "All verdicts", "Rules that are kept as well")])
        self.table.chips.addWidget(self.chips)
        self.total = Label("", tone="dim")
        self.deeds = QHBoxLayout()
        self.title = ElidedLabel("", tone="bright")
        self.under = Label("", tone="dim", wrap=True)
        self.evidence = Label("", wrap=True, selectable=True)
        self.diff = DiffView()
        self.tabs = QTabWidget()
        self._build()
        self._add_commands()
        self.chips.changed.connect(self._narrow)
        self.table.chosen.connect(self._on_chosen)
        self.rules.chosen.connect(self._on_rule)
        self.rules.opened.connect(lambda _: self.edit())
        self.setFocusProxy(self.table)
        self.table.sort_by_default("verdict")
        self._narrow()

    # --- what is shown -----------------------------------------------------------------------

    def reload(self) -> None:
        self.tasks.ask("compliance", self._look(), self._show)

    def visit(self, route: Route) -> None:
        if route.text:
            self.tabs.setCurrentIndex(FINDINGS)
            self.table.set_filter(route.text)

    async def _look(self) -> _Seen:
        actor = self.desk.actor
        report: tuple[tuple[Rule, Score], ...] = await self._compliance.report(actor)
        found: tuple[Finding, ...] = await self._compliance.findings(actor)
        names = {
            int(each.id): each.name or each.address for each in await self._inventory.devices(actor)
        }
        known = {rule.id: rule for rule, _ in report}
        rows = await asyncio.to_thread(finding_rows, found, known, names)
        return _Seen(tuple(rows), tuple(RuleRow(rule, score) for rule, score in report))

    def _show(self, seen: _Seen) -> None:
        self.table.show_rows(seen.findings)
        self.rules.show_rows(seen.rules)
        broken = sum(1 for one in seen.findings if one.finding.verdict is Verdict.FAIL)
        devices = len({one.finding.device_id for one in seen.findings})
        self.total.setText(
            f"{plural(broken, 'broken rule')}   {plural(devices, 'device')} judged by"
            f" {plural(sum(1 for row in seen.rules if row.rule.is_on), 'rule')}"
        )
        self.tabs.setTabText(FINDINGS, f"Findings ({broken})" if broken else "Findings")
        self.tabs.setTabText(RULES, f"Rules ({len(seen.rules)})")
        self.show_empty(None if seen.rules else self._nothing_yet())
        self.setFocusProxy(self.table if seen.rules else self._empty.button)
        if self.table.rows.count() and self.table.current() is None:
            self.table.select(self.table.rows.key_at(0))
        self._on_chosen()
        self._on_rule()

    def _nothing_yet(self) -> Empty:
        return Empty(
            what="No rule yet",
            why="A rule says what configurations must have, must not have, how each block of a kind"
            " is to be, or what a template filled in for the device comes to. Each new version is"
            " judged, and told line by line.",
            verb="Add a rule",
            act=self.add if self.desk.actor.may("compliance.rule") else None,
            icon="check",
        )

    def _narrow(self) -> None:
        all_of_them = self.chips.buttons["kept"].isChecked()
        self.table.rows.only(
            None if all_of_them else lambda row: row.finding.verdict is not Verdict.PASS
        )

    def _on_chosen(self) -> None:
        row = self.table.current()
        actions = self.desk.actions
        is_broken = row is not None and row.finding.verdict is Verdict.FAIL
        actions.action("compliance.waive").setEnabled(is_broken)
        actions.action("compliance.configuration").setEnabled(row is not None)
        is_template = row is not None and row.rule.kind is RuleKind.TEMPLATE
        actions.action("compliance.beside").setEnabled(is_template)
        self.diff.hide()
        self.evidence.show()
        if row is None:
            self.title.show_text("")
            self.under.setText("")
            self.evidence.setText("")
            return
        self.title.show_text(f"{row.rule.name}   {row.device}")
        told = [VERDICTS[row.finding.verdict][0], KINDS[row.rule.kind], row.rule.remedy]
        if row.finding.waived_until is not None:
            end = self.desk.times.absolute(row.finding.waived_until)
            told.append(f"until {end}: {row.finding.waived_for}")
        self.under.setText("   ".join(filter(None, told)))
        self.evidence.setText(
            "\n".join(
                f"{one.line:>6}  {one.text}" if one.line else f"missing  {one.text}"
                for one in row.finding.evidence
            )
            or "Nothing to tell: it is as the rule wants it."
        )

    def _on_rule(self) -> None:
        row = self.rules.current()
        for name in ("edit", "switch", "remove"):
            self.desk.actions.action(f"compliance.{name}").setEnabled(row is not None)
        waived = row is not None and bool(row.score.waived)
        self.desk.actions.action("compliance.end-waivers").setEnabled(waived)

    # --- doing -------------------------------------------------------------------------------

    def add(self) -> None:
        self.tasks.do("rule", lambda: self._form(None))

    def edit(self) -> None:
        row = self.rules.current()
        if row is not None:
            self.tasks.do("rule", lambda: self._form(row.rule))

    async def _form(self, rule: Rule | None) -> None:
        async def attempt(wanted: Rule) -> Sequence[Tried]:
            # A name may come last.
            named = wanted if wanted.name else replace(wanted, name="untitled")
            return await self._compliance.try_rule(self.desk.actor, rule=named)

        dialog = RuleDialog(self.window(), rule, attempt=attempt)
        try:
            if await self._answered(dialog):
                await self._save(dialog.rule())
        finally:
            dialog.deleteLater()

    async def _save(self, rule: Rule) -> None:
        await self._compliance.save_rule(
            self.desk.actor,
            rule_id=rule.id,
            name=rule.name,
            kind=rule.kind,
            text=rule.text,
            block=rule.block,
            variables=rule.variables,
            platforms=rule.platforms,
            devices=rule.devices,
            gravity=rule.gravity,
            remedy=rule.remedy,
            is_on=rule.is_on,
        )

    def switch(self) -> None:
        """Judge by the chosen rule, or no longer."""
        row = self.rules.current()
        if row is not None:
            self.tasks.do("switch", lambda: self._save(replace(row.rule, is_on=not row.rule.is_on)))

    def remove(self) -> None:
        row = self.rules.current()
        if row is not None:
            self.tasks.do("remove", lambda: self._remove_flow(row.rule))

    async def _remove_flow(self, rule: Rule) -> None:
        text = "Configurations are judged by it no more; what is put up with of it is forgotten."
        if await confirm(self.window(), f"Remove “{rule.name}”", text, verb="Remove the rule"):
            await self._compliance.remove_rule(self.desk.actor, rule_id=rule.id)

    def waive(self) -> None:
        row = self.table.current()
        if row is not None:
            self.tasks.do("waive", lambda: self._waive_flow(row))

    async def _waive_flow(self, row: FindingRow) -> None:
        what = f"“{row.rule.name}” is broken on {row.device}"
        dialog = WaiverDialog(self.window(), what=what, clock=self.desk.clock)
        try:
            if await self._answered(dialog):
                everywhere = dialog.everywhere.isChecked()
                await self._compliance.waive(
                    self.desk.actor,
                    rule_id=row.rule.id,
                    until=dialog.until,
                    reason=dialog.reason.text(),
                    device_id=None if everywhere else row.finding.device_id,
                )
        finally:
            dialog.deleteLater()

    def end_waivers(self) -> None:
        """Nothing of the chosen rule is put up with any longer."""
        row = self.rules.current()
        if row is not None:
            self.tasks.do("end", lambda: self._end_flow(row.rule))

    async def _end_flow(self, rule: Rule) -> None:
        waivers = await self._compliance.waivers(self.desk.actor)
        mine = [one for one in waivers if one.rule_id == rule.id]
        text = f"{plural(len(mine), 'waiver')} of “{rule.name}” ends now."
        if await confirm(self.window(), "Put up with it no longer", text, verb="End them"):
            for one in mine:
                await self._compliance.end_waiver(self.desk.actor, waiver_id=one.id)

    def beside(self) -> None:
        """The template filled in, beside the configuration."""
        row = self.table.current()
        if row is None:
            return

        self.tasks.ask(
            "beside",
            self._compliance.expected(
                self.desk.actor, rule_id=row.rule.id, device_id=row.finding.device_id
            ),
            self._show_beside,
        )

    def _show_beside(self, found: Comparison) -> None:
        self.evidence.hide()
        self.diff.show()
        self.diff.show_comparison(found)

    def configuration(self) -> None:
        row = self.table.current()
        if row is not None:
            self.desk.go(Route("configs", id=row.finding.device_id))

    def report(self) -> None:
        """How every rule stands, and what is broken, as pages."""
        self.tasks.do("report", self._report_flow)

    async def _report_flow(self) -> None:
        now = self.desk.clock.now()
        path = await ask_save_path(
            self.window(), "Report", f"compliance-{now:%Y%m%d}.pdf", "PDF (*.pdf)"
        )
        if path is not None:
            head = f"{self.desk.times.absolute(now)}   {self.total.text()}"
            pages = pdf(self.rules.rows.all_rows(), self.table.rows.all_rows(), head=head)
            await asyncio.to_thread(write_whole, path, pages)
            self.desk.notice(f"Report written to {path.name}")

    async def _answered(self, dialog: Dialog) -> bool:
        # Deleted by the caller: what was entered is read after it closed.
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        return await open_dialog(dialog)

    # --- how it looks ------------------------------------------------------------------------

    def _add_commands(self) -> None:
        made = {
            name: self.desk.actions.add(
                Command(
                    f"compliance.{name}",
                    text,
                    icon,
                    getattr(self, name.replace("-", "_")),
                    keys,
                    right,
                    group="Compliance",
                ),
                self,
            )
            for name, text, icon, keys, right in (*OF_FINDINGS, *OF_RULES, *OF_ALL)
        }
        self.table.set_menu([*(made[each[0]] for each in OF_FINDINGS), None, made["report"]])
        self.rules.set_menu([made[each[0]] for each in OF_RULES])
        self.tabs.setCornerWidget(
            corner_of([self.total, button_of(made["add"]), button_of(made["report"])])
        )
        for name in ("waive", "configuration"):
            self.deeds.addWidget(button_of(made[name]))

    def _build(self) -> None:
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addLayout(self.deeds)
        column.addLayout(head)
        column.addWidget(self.under)
        column.addWidget(self.evidence)
        column.addWidget(self.diff, 1)
        column.addStretch(0)
        self.evidence.setProperty("mono", True)
        self.diff.hide()
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(below)
        split.setSizes([520, 240])
        split.setStretchFactor(0, 1)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(split, "Findings")
        self.tabs.addTab(self.rules, "Rules")
        self.body.addWidget(self.tabs)
