"""Probes: the list, the smoke of the chosen one, and what is done about it."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import plural
from noc_console.services.alarms.model import AlarmChanged, AlarmsChanged
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import DeviceChanged
from noc_console.services.probes.model import (
    Imported,
    PingRule,
    PingRuleChanged,
    Probe,
    ProbeChanged,
    Round,
    Secrets,
)
from noc_console.services.probes.service import ProbeService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.curves import Span
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import (
    Dialog,
    ask_open_paths,
    ask_save_path,
    confirm,
    open_dialog,
)
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.page import Page
from noc_console.views.kit.rows import Curve
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import GRID
from noc_console.views.probes.details import ProbeDetails
from noc_console.views.probes.form import ProbeForm
from noc_console.views.probes.rows import ProbeRow, probe_columns, probe_rows
from noc_console.views.probes.smoke import COLUMNS, NOTHING, Smoke, SmokeGraph, smoke_of

RANGES = (
    ("live", "Live", 900.0),
    ("1h", "1 h", 3_600.0),
    ("6h", "6 h", 21_600.0),
    ("24h", "24 h", 86_400.0),
    ("7d", "7 d", 604_800.0),
    ("30d", "30 d", 2_592_000.0),
    ("1y", "1 y", 31_536_000.0),
)
MOST_CURVES = 150
"""Rows whose last hour is drawn: those at the top of the list, as it is sorted."""
CURVES_EVERY_S = 60.0
MANY, SLOWER_S = 1_000, 20.0
LARGEST_FILE = 4 << 20
COMMANDS = (
    ("add", "Add…", "plus", "N", "probes.add"),
    ("run", "Run now", "play", "R", "probes.run"),
    ("edit", "Edit…", "edit", "E", "probes.add"),
    ("pause", "Pause or resume", "pause", "P", "probes.add"),
    ("duplicate", "Duplicate", "copy", "D", "probes.add"),
    ("remove", "Remove…", "trash", "Del", "probes.remove"),
    ("device", "Go to device", "device", "G", ""),
    ("alarms", "Show alarms", "alarm", "A", ""),
)
OF_MANY = (
    ("rule", "Ping every device", "probe", "", "probes.add"),
    ("import", "Import CSV…", "folder", "", "probes.add"),
    ("export", "Export for import…", "export", "", "probes.see"),
)


class ProbesPage(Page):
    """Worst first; below the list the smoke of the probe under the cursor."""

    watches = (ProbeChanged, PingRuleChanged, AlarmChanged, AlarmsChanged, DeviceChanged)
    refresh_s = 5.0
    calm_ms = 500

    def __init__(
        self,
        desk: Desk,
        probes: ProbeService,
        alarms: AlarmService,
        telemetry: TelemetryService,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, parent=parent)
        self._probes, self._alarms, self._telemetry = probes, alarms, telemetry
        self._curves: Mapping[int, Curve] = {}
        self._curves_at: datetime | None = None
        self._wanted: int | None = None
        self._drawn: int | None = None
        self.range = "1h"
        self.close_up: Span | None = None
        self.rule = PingRule()
        self.table: Table[ProbeRow] = Table(
            desk,
            "probes",
            probe_columns(desk),
            lambda row: row.id,
            self.show_error,
            hint="Filter   kind:http   state:silent   loss:>5",
        )
        self.rule_chip = QToolButton()
        self.details = ProbeDetails(desk)
        self.graph = SmokeGraph(desk.times)
        self.chips: dict[str, QToolButton] = {}
        self.title = Label("", tone="bright")
        self._build()
        self._add_commands()
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(lambda _row: self.edit())
        self.graph.zoomed.connect(self.zoom)
        self.graph.zoomed_out.connect(self.zoom_out)
        self.setFocusProxy(self.table)
        self.table.sort_by_default("state")

    # --- what is shown -----------------------------------------------------------------------

    def reload(self) -> None:
        self.tasks.ask("probes", self._look(), self._show)

    def visit(self, route: Route) -> None:
        if route.text:
            self.table.set_filter(route.text)
        if route.id is not None and not self.table.select(route.id):
            self._wanted = route.id

    def repaint_times(self) -> None:
        self.details.refresh()

    async def _look(self) -> tuple[list[ProbeRow], PingRule]:
        actor = self.desk.actor
        async with asyncio.TaskGroup() as group:
            probes = group.create_task(self._probes.now(actor))
            alarms = group.create_task(self._alarms.active(actor))
            rule = group.create_task(self._probes.rule(actor))
        rows = await asyncio.to_thread(
            probe_rows,
            probes.result(),
            alarms.result(),
            self._curves,
            self.table.rows.all_rows(),
            now=self.desk.clock.now(),
        )
        return rows, rule.result()

    def _show(self, told: tuple[list[ProbeRow], PingRule]) -> None:
        rows, self.rule = told
        self.table.show_rows(rows)
        # A list of thousands is read anew less often: it takes a second of a core each time.
        self._timer.setInterval(round(1000 * (self.refresh_s if len(rows) <= MANY else SLOWER_S)))
        self.rule_chip.setChecked(self.rule.is_on)
        self.show_empty(None if rows else self._nothing_yet())
        # Keys (N adds a probe) work where the focus is: on an empty page, at its button.
        self.setFocusProxy(self.table if rows else self._empty.button)
        if self._wanted is not None and self.table.select(self._wanted):
            self._wanted = None
        if rows and self.table.current() is None and not self.table.filter_line.text():
            self.table.select(self.table.rows.key_at(0))
        self._on_chosen()
        self._ask_curves()

    def _nothing_yet(self) -> Empty:
        if self.rule.is_on:
            return Empty(
                what="No device to ping yet",
                why="Every managed device is pinged as soon as there is one."
                + self.desk.actions.hint(
                    " Press {key} to add a probe of any other target.", "probes.add"
                ),
                verb="Discover devices",
                act=lambda: self.desk.go(Route("discovery")),
                icon="probe",
            )
        add = self.desk.actions.hint(" press {key} to", "probes.add")
        return Empty(
            what="Nothing is probed yet",
            why="A probe asks what SNMP cannot tell: whether a target answers, how fast, how"
            " evenly, and whether its page, its name server or its login works. Ping every"
            f" device with one click, or{add} add a probe of your own: ping, TCP, DNS,"
            " HTTP, SSH, RADIUS, TWAMP.",
            verb="Ping every device",
            act=self.switch_rule,
            icon="probe",
        )

    def _on_chosen(self) -> None:
        row = self.table.current()
        selection = self.table.selection()
        self.details.show_row(row)
        by_hand = bool(selection) and not any(r.now.probe.is_of_rule for r in selection)
        for name, *_ in COMMANDS:
            if name == "add":
                continue
            needs_hand = name in {"edit", "pause", "duplicate", "remove"}
            enabled = by_hand if needs_hand else row is not None
            if name == "device" and row is not None:
                enabled = row.now.probe.device_id is not None
            self.desk.actions.action(f"probes.{name}").setEnabled(enabled)
        is_paused = bool(selection) and all(r.now.probe.is_paused for r in selection)
        self.desk.actions.action("probes.pause").setText("Resume" if is_paused else "Pause")
        if row is None:
            self._drawn = None
            self.tasks.drop("smoke")
            self.graph.show_smoke(NOTHING, self.span(), note="")
            return
        if row.id != self._drawn:
            self.close_up = None
        self._drawn = row.id
        self._ask_smoke()

    # --- the smoke ---------------------------------------------------------------------------

    def span(self) -> Span:
        """What to ask for."""
        if self.close_up is not None:
            return self.close_up
        end = self.desk.clock.now().timestamp()
        seconds = next(length for key, _, length in RANGES if key == self.range)
        return Span(end - seconds, end)

    def choose_range(self, key: str) -> None:
        """Another stretch of time, up to now."""
        self.range, self.close_up = key, None
        self.chips[key].setChecked(True)
        self._ask_smoke()

    def zoom(self, span: Span) -> None:
        self.close_up = span
        self._ask_smoke()

    def zoom_out(self) -> None:
        """Back to the whole range."""
        self.close_up = None
        self._ask_smoke()

    def _ask_smoke(self) -> None:
        if self._drawn is None:
            return
        self.tasks.ask("smoke", self._smoke(self._drawn, self.span()), self._show_smoke)

    async def _smoke(self, probe_id: int, span: Span) -> tuple[Smoke, Span]:
        series = await self._probes.series(
            self.desk.actor,
            probe_id=probe_id,
            start=datetime.fromtimestamp(span.start, UTC),
            end=datetime.fromtimestamp(span.end, UTC),
            columns=COLUMNS,
        )
        return smoke_of(series), span

    def _show_smoke(self, told: tuple[Smoke, Span]) -> None:
        self.graph.show_smoke(*told, note="Nothing was measured in this time.")

    def _ask_curves(self) -> None:
        """The last hour of the rows at the top, once a minute."""
        now = self.desk.clock.now()
        is_fresh = self._curves_at is not None and (now - self._curves_at) < timedelta(
            seconds=CURVES_EVERY_S
        )
        ids = tuple(row.id for row in self.table.rows.rows()[:MOST_CURVES])
        if not ids or (is_fresh and self._curves.keys() >= set(ids)):
            return
        self._curves_at = now
        self.tasks.ask("curves", self._last_hours(ids), self._show_curves)

    async def _last_hours(self, ids: tuple[int, ...]) -> Mapping[int, Curve]:
        end = self.desk.clock.now()
        found = await self._probes.series_of(
            self.desk.actor,
            probe_ids=ids,
            start=end - timedelta(hours=1),
            end=end,
            columns=("median_us",),
        )
        return {
            number: hour_of(series.times_ms, series.values["median_us"], end)
            for number, series in found.items()
        }

    def _show_curves(self, curves: Mapping[int, Curve]) -> None:
        self._curves = curves
        self.table.show_rows(
            [
                replace(row, curve=self._curves[row.id]) if row.id in self._curves else row
                for row in self.table.rows.all_rows()
            ]
        )

    # --- doing -------------------------------------------------------------------------------

    def add(self) -> None:
        self.tasks.do("form", lambda: self._form(None, ""))

    def edit(self) -> None:
        row = self.table.current()
        if row is None:
            return
        if row.now.probe.is_of_rule:
            self.strip.say(
                "This ping belongs to the rule “ping every device”.",
                verb="Change the rule",
                act=self.switch_rule,
            )
            return
        self.tasks.do("form", lambda: self._form(row.now.probe, row.now.device_name))

    async def _form(self, probe: Probe | None, device_name: str) -> None:
        collectors = await self._telemetry.collectors(self.desk.actor)
        dialog = ProbeForm(
            self.window(),
            probe,
            attempt=self._try,
            device_name=device_name,
            origins=[f"collector:{health.name}" for health in collectors],
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if await open_dialog(dialog):
                made = await self._probes.save(
                    self.desk.actor, wanted=dialog.probe(), secrets=dialog.secrets()
                )
                self._wanted = int(made.id)
        finally:
            dialog.deleteLater()

    async def _try(self, probe: Probe, secrets: Secrets) -> Round:
        return await self._probes.try_once(self.desk.actor, probe=probe, secrets=secrets)

    def run(self) -> None:
        """Once now, from this machine; the answer stands beside the smoke."""
        row = self.table.current()
        if row is None:
            return

        def told(answer: Round) -> None:
            if self.details.row is not None and self.details.row.id == row.id:
                self.details.show_once(answer)

        actor = self.desk.actor
        self.tasks.do(f"run {row.id}", lambda: self._probes.run_once(actor, probe_id=row.id), told)

    def pause(self) -> None:
        """Pause what runs; when all that is chosen is paused, resume it."""
        chosen = self.table.selection()
        ids = tuple(row.id for row in chosen)
        actor = self.desk.actor
        change = (
            self._probes.resume
            if chosen and all(row.now.probe.is_paused for row in chosen)
            else self._probes.pause
        )
        if ids:
            self.tasks.do("pause", lambda: change(actor, probe_ids=ids))

    def duplicate(self) -> None:
        row = self.table.current()
        if row is not None:
            actor = self.desk.actor

            def show(made: Probe) -> None:
                self._wanted = int(made.id)
                self.mark_stale()

            self.tasks.do("duplicate", lambda: self._probes.duplicate(actor, probe_id=row.id), show)

    def remove(self) -> None:
        ids = tuple(row.id for row in self.table.selection())
        if ids:
            self.tasks.do("remove", lambda: self._remove_flow(ids))

    async def _remove_flow(self, ids: tuple[int, ...]) -> None:
        count = plural(len(ids), "probe")
        text = "They are asked no more. What was measured is kept until its time is over."
        if await confirm(self.window(), f"Remove {count}", text, verb=f"Remove {count}"):
            await self._probes.remove(self.desk.actor, probe_ids=ids)

    def device(self) -> None:
        row = self.table.current()
        if row is not None and row.now.probe.device_id is not None:
            self.desk.go(Route("device", id=row.now.probe.device_id))

    def alarms(self) -> None:
        row = self.table.current()
        if row is not None:
            name = row.now.device_name or row.now.name
            self.desk.go(Route("alarms", text=f'object:"{name}"'))

    def switch_rule(self) -> None:
        """Ping every device, or stop doing so."""
        is_on = not self.rule.is_on
        self.rule_chip.setChecked(self.rule.is_on)  # it follows what is kept, not the click
        self.tasks.do("rule", lambda: self._rule_flow(is_on))

    async def _rule_flow(self, is_on: bool) -> None:
        if not is_on and not await confirm(
            self.window(),
            "Stop pinging every device",
            "Pings added by hand go on. What was measured is kept until its time is over.",
            verb="Stop pinging",
        ):
            return
        await self._probes.set_rule(self.desk.actor, is_on=is_on)

    def import_csv(self) -> None:
        self.tasks.do("import", self._import_flow)

    async def _import_flow(self) -> None:
        for path in await ask_open_paths(self.window(), "Import probes", "CSV (*.csv)"):
            text = await asyncio.to_thread(_read, path)
            done = await self._probes.import_csv(self.desk.actor, text=text)
            self.desk.notice(f"{plural(done.added, 'probe')} added from {path.name}")
            if done.problems:
                await open_dialog(_problems(self.window(), path.name, done))

    def export_csv(self) -> None:
        self.tasks.do("export", self._export_flow)

    async def _export_flow(self) -> None:
        path = await ask_save_path(self.window(), "Export probes", "probes.csv", "CSV (*.csv)")
        if path is not None:
            text = await self._probes.export(self.desk.actor)
            await asyncio.to_thread(write_whole, path, text.encode())
            self.desk.notice(f"probes written to {path.name}")

    # --- how it is made ----------------------------------------------------------------------

    def _add_commands(self) -> None:
        made = []
        handlers = {"import": self.import_csv, "export": self.export_csv, "rule": self.switch_rule}
        for name, text, icon, keys, right in (*COMMANDS, *OF_MANY):
            handler = handlers.get(name) or getattr(self, name)
            command = Command(f"probes.{name}", text, icon, handler, keys, right, group="Probes")
            made.append(self.desk.actions.add(command, self))
        self.table.set_menu([*made[: len(COMMANDS)], None, *made[len(COMMANDS) :]])
        self.details.offer(
            self.desk.actions, "probes.run", "probes.edit", "probes.pause", "probes.add"
        )

    def _build(self) -> None:
        self.rule_chip.setText("Ping every device")
        self.rule_chip.setCheckable(True)
        self.rule_chip.setProperty("chip", True)
        self.rule_chip.setToolTip(
            plain_tip("One rule pings every managed device that has no ping of its own.")
        )
        self.rule_chip.clicked.connect(lambda _=False: self.switch_rule())
        self.rule_chip.setVisible(self.desk.actor.may("probes.add"))
        self.table.chips.addWidget(self.rule_chip)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._range_line())
        column.addWidget(self.graph, 1)
        lower = QSplitter(Qt.Orientation.Horizontal)
        lower.addWidget(below)
        lower.addWidget(self.details)
        lower.setStretchFactor(0, 1)
        lower.setCollapsible(0, False)
        lower.setSizes([900, 320])
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(lower)
        split.setChildrenCollapsible(False)
        split.setSizes([400, 330])
        self.body.addWidget(split)

    def _range_line(self) -> QWidget:
        tools = QWidget()
        tools.setProperty("role", "toolbar")
        tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(tools)
        line.setContentsMargins(GRID + 4, 5, GRID, 5)
        line.setSpacing(GRID // 2)
        group = QButtonGroup(self)
        for key, words, _ in RANGES:
            chip = QToolButton()
            chip.setText(words)
            chip.setCheckable(True)
            chip.setProperty("chip", True)
            chip.clicked.connect(lambda _=False, key=key: self.choose_range(key))
            group.addButton(chip)
            self.chips[key] = chip
            line.addWidget(chip)
        line.addStretch()
        self.chips[self.range].setChecked(True)
        return tools


def hour_of(times_ms: NDArray[np.int64], values: Curve, end: datetime) -> Curve:
    """Values at their places within the hour before `end`, NaN where nothing was told.

    A slot is a minute, or the usual time between two values when that is longer.
    """
    step_ms = 60_000.0
    if len(times_ms) > 1:
        step_ms = max(step_ms, float(np.median(np.diff(times_ms))))
    slots = np.full(max(1, math.ceil(3_600_000 / step_ms)), np.nan)
    places = np.floor((times_ms - (end.timestamp() - 3600) * 1000) / step_ms).astype(int)
    inside = (places >= 0) & (places < len(slots))
    np.fmax.at(slots, places[inside], values[inside])
    return slots


def _read(path: Path) -> str:
    if path.stat().st_size > LARGEST_FILE:
        raise Invalid(f"{path.name} is larger than {LARGEST_FILE >> 20} MiB")
    return path.read_text(encoding="utf-8-sig", errors="replace")


def _problems(parent: QWidget, name: str, done: Imported) -> Dialog:
    shown = "\n".join(done.problems[:12])
    more = len(done.problems) - 12
    text = f"{shown}\nand {more} more" if more > 0 else shown
    count = plural(len(done.problems), "row")
    return Dialog(parent, f"{count} of {name} left out", text, "Understood")
