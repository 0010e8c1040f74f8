"""Configurations: every device with its newest one, its versions below, and a search over all."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QSplitter, QTabWidget, QWidget

from noc_console.kernel.text import plural
from noc_console.services.accounting.service import AccountingService
from noc_console.services.compliance.model import ConfigsJudged, Finding, Score
from noc_console.services.compliance.service import ComplianceService, score_of
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.backup import BackupService
from noc_console.services.configs.exports import ExportService
from noc_console.services.configs.model import (
    BackupsRun,
    BackupsWanted,
    ConfigVersionKept,
    Exported,
    Match,
    Overview,
)
from noc_console.services.credentials.model import Credential
from noc_console.services.credentials.service import CredentialService
from noc_console.views.configs.forms import ExportDialog, ExportPolicyDialog, PolicyDialog
from noc_console.views.configs.rows import STATES, ConfigRow, config_columns, config_rows
from noc_console.views.configs.searching import SearchPane
from noc_console.views.configs.versions import VersionsPane
from noc_console.views.kit.actions import Command, button_of, corner_of
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import confirm, open_dialog
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table

COMMANDS = (
    ("back-up", "Back up now", "refresh", "B", "configs.back-up"),
    ("compare", "Compare two devices", "columns", "C", "configs.see"),
    ("pin", "Trust the SSH keys shown now…", "key", "K", "hostkeys.trust"),
    ("device", "Go to device", "device", "G", ""),
    ("rules", "What breaks rules", "check", "", "compliance.see"),
)
OF_ALL = (
    ("schedule", "Schedule…", "clock", "", "configs.set-policy"),
    ("export", "Export to git…", "export", "", "configs.export"),
    ("exports", "Export by schedule…", "clock", "", "configs.export"),
    ("search", "Search configurations", "search", "Ctrl+F", "configs.see"),
)
DEVICES, SEARCH = range(2)


@dataclass(frozen=True, slots=True)
class ConfigServices:
    """What the page asks."""

    backups: BackupService
    archive: ArchiveService
    compliance: ComplianceService
    exports: ExportService
    accounting: AccountingService
    credentials: CredentialService


class ConfigsPage(Page):
    """What needs setting up or fails first; below, the versions of the device under the cursor."""

    watches = (ConfigVersionKept, BackupsRun, BackupsWanted, ConfigsJudged)
    calm_ms = 1_000

    def __init__(
        self, desk: Desk, services: ConfigServices, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, parent=parent)
        self.services = services
        self._wanted: int | None = None
        self._folder = ""
        self.table: Table[ConfigRow] = Table(
            desk,
            "configs",
            config_columns(desk),
            lambda row: row.id,
            self.show_error,
            hint="Filter   platform:junos   state:fails   by:mira",
        )
        self.chips = Chips(
            [
                ("trouble", "Trouble", "Only devices that fail or need setting up"),
                ("broken", "Breaks rules", "Only devices that break a rule"),
            ]
        )
        self.table.chips.addWidget(self.chips)
        self.versions = VersionsPane(desk, services.archive, services.accounting, self.show_error)
        self.searching = SearchPane(desk, services.archive, self.show_error)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(self.versions)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([330, 470])
        self.tabs.addTab(split, "Devices")
        self.tabs.addTab(self.searching, "Search")
        self.body.addWidget(self.tabs)
        self._add_commands()
        self.table.chosen.connect(self._on_chosen)
        self.chips.changed.connect(self._narrow)
        self.searching.opened.connect(self._open_match)
        self.setFocusProxy(self.table)
        self.table.sort_by_default("state")

    # --- what is shown -----------------------------------------------------------------------

    def reload(self) -> None:
        self.tasks.ask("configs", self._look(), self._show)

    def visit(self, route: Route) -> None:
        if route.text:
            self.table.set_filter(route.text)
        if route.id is not None:
            self.tabs.setCurrentIndex(DEVICES)
            if not self.table.select(route.id):
                self._wanted = route.id

    async def _look(self) -> list[ConfigRow]:
        actor = self.desk.actor
        found: tuple[Overview, ...] = await self.services.archive.overview(actor)
        scores: dict[int, Score] = {}
        if actor.may("compliance.see"):
            by_device: dict[int, list[Finding]] = {}
            for each in await self.services.compliance.findings(actor):
                by_device.setdefault(each.device_id, []).append(each)
            scores = {number: score_of(each) for number, each in by_device.items()}
        return config_rows(found, scores)

    def _show(self, rows: list[ConfigRow]) -> None:
        self.table.show_rows(rows)
        self.show_empty(None if rows else self._nothing_yet())
        if self._wanted is not None and self.table.select(self._wanted):
            self._wanted = None
        if rows and self.table.current() is None and not self.table.filter_line.text():
            self.table.select(self.table.rows.key_at(0))
        self._on_chosen()
        self._hint(rows)

    def _hint(self, rows: list[ConfigRow]) -> None:
        """What stands in the way of many devices, once, with the way out."""
        untrusted = [row.id for row in rows if row.one.standing.reason == "untrusted"]
        lost = [row for row in rows if row.one.standing.reason == "no-login"]
        if untrusted:
            self.strip.say(
                f"The SSH keys of {plural(len(untrusted), 'device')} are not trusted yet: no"
                " password is sent to them.",
                verb="Trust the keys they show…",
                act=lambda: self._pin(tuple(untrusted)),
            )
        elif lost:
            self.strip.say(
                f"There is no login for {plural(len(lost), 'device')}.",
                verb="Add one to the vault",
                act=lambda: self.desk.go(Route("vault")),
            )

    def _nothing_yet(self) -> Empty:
        return Empty(
            what="No device yet",
            why="The configurations of all managed devices are read once a day and after each"
            " change that is heard, kept encrypted with all their versions, and compared with"
            " your rules.",
            verb="Discover devices",
            act=lambda: self.desk.go(Route("discovery")),
            icon="config",
        )

    def _on_chosen(self) -> None:
        row = self.table.current()
        chosen = self.table.selection()
        for name in ("back-up", "pin", "device"):
            self.desk.actions.action(f"configs.{name}").setEnabled(row is not None)
        with_version = [one for one in chosen if one.one.version is not None]
        compare = self.desk.actions.action("configs.compare")
        compare.setEnabled(len(chosen) == len(with_version) == 2)
        compare.setToolTip("" if compare.isEnabled() else "Choose two devices with Ctrl")
        self.versions.show_device(row.id if row else None, row.one.name if row else "")

    def _narrow(self) -> None:
        trouble = self.chips.buttons["trouble"].isChecked()
        broken = self.chips.buttons["broken"].isChecked()

        def wanted(row: ConfigRow) -> bool:
            is_bad = row.score is not None and bool(row.score.failed or row.score.errors)
            return (not trouble or STATES[row.state][2] < 2) and (not broken or is_bad)

        self.table.rows.only(wanted if trouble or broken else None)

    def _open_match(self, match: Match) -> None:
        self.tabs.setCurrentIndex(DEVICES)
        self.versions.show_version(match.version_id, match.line)
        if not self.table.select(match.device_id):
            self.table.set_filter("")
            self.table.select(match.device_id)
        self.versions.show_device(match.device_id, match.device)

    # --- doing -------------------------------------------------------------------------------

    def back_up(self) -> None:
        """Have the chosen devices read now, by the collectors."""
        ids = tuple(row.id for row in self.table.selection())
        if ids:
            actor = self.desk.actor
            self.tasks.do(
                "back-up",
                lambda: self.services.backups.want(actor, device_ids=ids),
                lambda count: self.desk.notice(f"{plural(count, 'device')} will be read now"),
            )

    def compare(self) -> None:
        """The newest configurations of two devices, side by side."""
        versions = [row.one.version for row in self.table.selection()]
        if len(versions) == 2 and versions[0] is not None and versions[1] is not None:
            self.versions.compare(versions[0].id, versions[1].id)

    def pin(self) -> None:
        """Trust the keys of the chosen devices."""
        ids = tuple(row.id for row in self.table.selection())
        if ids:
            self._pin(ids)

    def _pin(self, ids: tuple[int, ...]) -> None:
        self.tasks.do("pin", lambda: self._pin_flow(ids))

    async def _pin_flow(self, ids: tuple[int, ...]) -> None:
        count = plural(len(ids), "device")
        text = (
            "Each is asked for its key now, and proves itself with it from then on. Somebody who"
            " stands between you and a device at this moment would be trusted as well: compare"
            " some of the fingerprints with what the devices' own consoles say."
        )
        if await confirm(self.window(), f"Trust the keys of {count}", text, verb="Trust them"):
            done = await self.services.backups.pin_keys(self.desk.actor, device_ids=ids)
            self.strip.hide()
            self.desk.notice(f"{plural(done, 'key')} trusted; the devices are read now")

    def device(self) -> None:
        row = self.table.current()
        if row is not None:
            self.desk.go(Route("device", id=row.id))

    def rules(self) -> None:
        """The rules that the device under the cursor breaks."""
        row = self.table.current()
        self.desk.go(Route("compliance", text=f"device:{row.one.name}" if row else ""))

    def schedule(self) -> None:
        self.tasks.do("schedule", self._schedule_flow)

    async def _schedule_flow(self) -> None:
        actor = self.desk.actor
        policy = await self.services.backups.policy(actor)
        writers: list[Credential] = []
        if actor.may("credentials.list"):
            writers = [
                one for one in await self.services.credentials.all(actor) if one.kind.is_snmp
            ]
        dialog = PolicyDialog(self.window(), policy, writers)
        if await self._answered(dialog):
            wanted = dialog.policy()
            await self.services.backups.set_policy(
                actor,
                is_on=wanted.is_on,
                interval_h=wanted.interval_h,
                at_once=wanted.at_once,
                settle_s=wanted.settle_s,
                keep_versions=wanted.keep_versions,
                trust_new=wanted.trust_new,
                write_credentials=wanted.write_credentials,
            )
        dialog.deleteLater()

    def export(self) -> None:
        """Write all versions into a git repository."""
        self.tasks.do("export", self._export_flow)

    async def _export_flow(self) -> None:
        may = self.desk.actor.may("configs.reveal")
        dialog = ExportDialog(self.window(), folder=self._folder, may_reveal=may)
        is_wanted = await self._answered(dialog)
        folder, secrets = dialog.folder.text().strip(), dialog.secrets.isChecked()
        dialog.deleteLater()
        if is_wanted:
            self._folder = folder
            told: Exported = await self.services.archive.export(
                self.desk.actor, folder=folder, with_secrets=secrets
            )
            self.desk.notice(
                f"{plural(told.commits, 'version')} of {plural(told.devices, 'device')}"
                f" written to {told.path}"
            )

    def exports(self) -> None:
        """Have the repository written by itself."""
        self.tasks.do("exports", self._exports_flow)

    async def _exports_flow(self) -> None:
        actor, exports = self.desk.actor, self.services.exports
        dialog = ExportPolicyDialog(
            self.window(),
            await exports.policy(actor),
            await exports.last(actor),
            may_reveal=actor.may("configs.reveal"),
        )
        if await self._answered(dialog):
            wanted = dialog.policy()
            await exports.set_policy(
                actor,
                folder=wanted.folder,
                every_h=wanted.every_h,
                after_changes=wanted.after_changes,
                with_secrets=wanted.with_secrets,
            )
        dialog.deleteLater()

    def search(self) -> None:
        """Over to the search line."""
        self.tabs.setCurrentIndex(SEARCH)
        self.searching.line.setFocus()
        self.searching.line.selectAll()

    async def _answered(self, dialog: QDialog) -> bool:
        # Deleted by the caller: what was entered is read after it closed.
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        return await open_dialog(dialog)

    def _add_commands(self) -> None:
        made: list[QAction] = []
        for name, text, icon, keys, right in (*COMMANDS, *OF_ALL):
            handler = getattr(self, name.replace("-", "_"))
            command = Command(
                f"configs.{name}", text, icon, handler, keys, right, group="Configurations"
            )
            made.append(self.desk.actions.add(command, self))
        self.table.set_menu([*made[: len(COMMANDS)], None, *made[len(COMMANDS) :]])
        self.tabs.setCornerWidget(corner_of([button_of(made[0])], made[len(COMMANDS) :]))
