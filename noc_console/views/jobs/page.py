"""Jobs: what runs and what ran at the left, where it stands and what it brought at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import plural
from noc_console.services.inventory.service import InventoryService
from noc_console.services.jobs.model import (
    UNBORN,
    Job,
    JobChanged,
    JobKind,
    JobRunChanged,
    Run,
    RunState,
)
from noc_console.services.jobs.service import JobService
from noc_console.services.maintenance.model import Target, TargetKind
from noc_console.services.maps.areas import AreaService
from noc_console.views.jobs.columns import (
    KINDS,
    RUNS,
    job_columns,
    progress_text,
    run_columns,
    where_text,
)
from noc_console.views.jobs.form import Asking, JobForm
from noc_console.views.jobs.results import RunResults
from noc_console.views.kit.actions import Command, corner_of, keys_of
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import confirm, open_dialog
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import GRID, look
from noc_console.views.maintenance.picking import ObjectPicker

COMMANDS = (
    ("new", "New job…", "plus", "N", "jobs.run"),
    ("start", "Run now", "play", "R", "jobs.run"),
    ("cancel", "Cancel the run", "stop", "X", "jobs.run"),
    ("again", "Run again where it failed", "refresh", "A", "jobs.run"),
    ("edit", "Change the job…", "edit", "E", "jobs.run"),
    ("pause", "Pause or resume the schedule", "pause", "P", "jobs.run"),
    ("remove", "Remove the job…", "trash", "Del", "jobs.run"),
    ("export", "Export as JSON…", "export", "J", ""),
)
SIDES = ("devices", "tables", "output", "compare")
"""Of a run, in the order of their tabs."""
WHY_NOT = {
    "start": "Choose a job that is still kept",
    "cancel": "Only a run that waits or runs can be cancelled",
    "again": "Only a run that is over and did not bring every result",
    "edit": "Choose a job that is still kept",
    "pause": "Only a job with a schedule",
    "remove": "Choose a job that is still kept",
    "export": "Choose a run",
}


@dataclass(frozen=True, slots=True)
class JobPageServices:
    """What the page asks."""

    jobs: JobService
    inventory: InventoryService
    areas: AreaService | None = None


class JobsPage(Page):
    """Runs, the newest first, and the jobs that are kept."""

    watches = (JobChanged, JobRunChanged)
    calm_ms = 800
    """A run at thousands of devices tells of itself many times a second."""

    def __init__(
        self, desk: Desk, services: JobPageServices, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, parent=parent)
        self.services = services
        self.runs: Table[Run] = Table(
            desk, "job-runs", run_columns(desk), lambda run: run.id, self.show_error,
            hint="Filter   state:runs   job:bgp",
        )  # fmt: skip
        self.jobs: Table[Job] = Table(
            desk, "jobs", job_columns(desk, services.jobs), lambda job: job.id, self.show_error,
            hint="Filter   repeats:week",
        )  # fmt: skip
        self.chips = Chips(
            [
                ("open", "At work", "Only runs that wait or run"),
                ("bad", "Without result", "Only runs that did not bring every result"),
            ]
        )
        self.runs.chips.addWidget(self.chips)
        self.lists = QTabWidget()
        self.title = Label("", tone="bright", size="large", wrap=True)
        self.state = Label("", tone="dim", wrap=True, selectable=True)
        self.bar = QProgressBar()
        self.results = RunResults(desk, services.jobs, self.show_error)
        self._kept: dict[int, Job] = {}
        self._wanted: int | None = None
        self._build()
        self._add_commands()
        self._wire()

    # --- what is shown -----------------------------------------------------------------------

    def reload(self) -> None:
        self.tasks.ask("all", self._all(), self._show)

    async def _all(self) -> tuple[tuple[Run, ...], tuple[Job, ...]]:
        actor = self.desk.actor
        return await self.services.jobs.runs(actor), await self.services.jobs.all(actor)

    def visit(self, route: Route) -> None:
        """An id chooses a run; `new device:7` opens the form for that device; `tables`, `output`
        and `compare` show that side of a run, `kept` the jobs; other words filter."""
        first, _, rest = route.text.partition(" ")
        if first == "new":
            self.new(targets=_targets(rest))
        elif first in SIDES:
            self.lists.setCurrentIndex(0)
            self.results.tabs.setCurrentIndex(SIDES.index(first))
        elif first == "kept":
            self.lists.setCurrentIndex(1)
        elif route.text:
            self.runs.set_filter(route.text)
        if route.id is not None:
            self._wanted = route.id
            self.mark_stale()

    def repaint_times(self) -> None:
        self.mark_stale()

    def _show(self, found: tuple[tuple[Run, ...], tuple[Job, ...]]) -> None:
        runs, jobs = found
        self._kept = {int(job.id): job for job in jobs}
        self.runs.show_rows(runs)
        self.jobs.show_rows(jobs)
        self.chips.set_text("open", f"At work {sum(not run.state.is_over for run in runs):,}")
        self.show_empty(None if runs or jobs else self._nothing_yet())
        if self._wanted is not None and self.runs.select(self._wanted):
            self._wanted = None
        elif runs and self.runs.current() is None and not self.runs.filter_line.text():
            self.runs.select(self.runs.rows.key_at(0))
        if jobs and self.jobs.current() is None and not self.jobs.filter_line.text():
            self.jobs.select(self.jobs.rows.key_at(0))
        self._on_chosen()

    def _nothing_yet(self) -> Empty:
        return Empty(
            what="No job has run yet",
            why="A job asks many devices the same at once: commands, a playbook of Ansible, a"
            " template of AWX. Answers become tables, are kept and compared with later ones. It"
            " runs now or on schedule; what would change a device is not sent unless you may and"
            " mean it." + self.desk.actions.hint(" Press {key} for a new one.", "jobs.new"),
            verb="New job" if self.desk.actor.may("jobs.run") else "",
            act=self.new,
            icon="table",
        )

    def _run(self) -> Run | None:
        return self.runs.current() if self.lists.currentIndex() == 0 else None

    def _job(self) -> Job | None:
        if self.lists.currentIndex() == 1:
            return self.jobs.current()
        run = self.runs.current()
        return self._kept.get(int(run.job_id)) if run is not None else None

    def _on_chosen(self) -> None:
        run, job = self._run(), self._job()
        self._enable(run, job)
        self.results.setVisible(run is not None)
        self._plain.setVisible(run is None)
        if run is not None:
            self._show_run(run)
        elif job is not None:
            self._show_job(job)
        else:
            self.title.setText("")
            self.state.setText("Choose a run to see what it brought, or a job to change it.")
            self.bar.hide()
            self._plain.setText("")

    def _show_run(self, run: Run) -> None:
        self.title.setText(run.title)
        who = "by schedule" if run.planned_at else f"by {run.by}"
        cancelled = f", cancelled by {run.cancel_by}" if run.cancel_by else ""
        progress = progress_text(run, self.desk.clock.now())
        self.state.setText(f"{RUNS[run.state][0].capitalize()}, {who}{cancelled}. {progress}")
        self.bar.setVisible(not run.state.is_over)
        self.bar.setRange(0, run.devices)
        self.bar.setValue(run.done)
        self.results.show_run(run, self.runs.rows.all_rows())

    def _show_job(self, job: Job) -> None:
        self.title.setText(job.title)
        self.bar.hide()
        coming = None if job.is_paused else self.services.jobs.coming(job)
        parts = [KINDS[job.kind][0].capitalize(), f"at {where_text(job.targets)}"]
        if said := JobService.repeats(job):
            parts.append(said)
        if job.is_paused:
            parts.append("paused")
        elif coming is not None:
            parts.append(f"next {self.desk.times.clock_time(coming)}")
        if job.may_change:
            parts.append("may change devices")
        self.state.setText(", ".join(parts) + f". Kept by {job.by}.")
        words = job.body if job.kind is not JobKind.AWX else f"{job.server} · {job.template_id}"
        self._plain.setText(words)

    def _enable(self, run: Run | None, job: Job | None) -> None:
        may = self.desk.actor.may("jobs.run")
        is_kept = job is not None
        missing = run is not None and run.state.is_over and (run.bad or run.devices > run.good)
        can = {
            "start": is_kept,
            "cancel": run is not None and not run.state.is_over and not run.cancel_by,
            "again": is_kept and bool(missing) and run is not None
            and run.kind is not JobKind.AWX,
            "edit": is_kept,
            "pause": job is not None and job.starts_at is not None,
            "remove": is_kept,
            "export": run is not None,
        }  # fmt: skip
        for name, enabled in can.items():
            action = self.desk.actions.action(f"jobs.{name}")
            action.setEnabled(bool(enabled) and (may or name == "export"))

    def _on_chips(self) -> None:
        on = self.chips.on()
        self.runs.rows.only(
            (
                lambda run: (
                    ("open" not in on or not run.state.is_over)
                    and ("bad" not in on or bool(run.bad) or run.state is RunState.FAILED)
                )
            )
            if on
            else None
        )

    # --- what is done ------------------------------------------------------------------------

    def new(self, *, targets: Sequence[Target] = ()) -> None:
        """Ask for everything, and run it or keep it."""
        self.tasks.do("form", lambda: self._ask(None, targets))

    def edit(self) -> None:
        if job := self._job():
            self.tasks.do("form", lambda: self._ask(job, ()))

    async def _ask(self, job: Job | None, targets: Sequence[Target]) -> None:
        services, actor = self.services, self.desk.actor
        asking = Asking(
            preview=lambda made: services.jobs.preview(actor, job=made),
            templates=lambda server, token: services.jobs.templates(
                actor, server=server, token=token
            ),
        )
        form = JobForm(
            self.window(),
            self.desk,
            asking,
            lambda dialog: ObjectPicker(
                actor, services.inventory, services.areas, lambda error: dialog.refuse(str(error))
            ),
            job,
            targets=targets,
        )
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if not await open_dialog(form):
                return
            made, begins_now = form.job_made(), form.begins_now
        finally:
            form.deleteLater()
        kept = await services.jobs.keep(actor, job=made)
        if begins_now and made.id == UNBORN:
            run = await services.jobs.start(actor, job_id=kept.id)
            self._wanted = run.id
            self.lists.setCurrentIndex(0)
        else:
            self.desk.notice(f"{kept.title} is kept.")

    def start(self) -> None:
        if job := self._job():
            number, actor = int(job.id), self.desk.actor
            self.tasks.do(
                "start", lambda: self._start(job) if job.may_change else
                self.services.jobs.start(actor, job_id=number),
                self._started,
            )  # fmt: skip

    async def _start(self, job: Job) -> Run | None:
        seen = await self.services.jobs.preview(
            self.desk.actor, job=replace(job, starts_at=None, repeat="")
        )
        where = plural(len(seen.devices), "device") if seen.devices else "what its template is for"
        if not await confirm(
            self.window(),
            f"Run “{job.title}” at {where}",
            "This job may change devices. Nothing is undone by itself: a change flight would.",
            verb=f"Run it at {where}",
        ):
            return None
        return await self.services.jobs.start(self.desk.actor, job_id=job.id)

    def _started(self, run: Run | None) -> None:
        if run is not None:
            self._wanted = run.id
            self.lists.setCurrentIndex(0)
            self.mark_stale()

    def again(self) -> None:
        if run := self._run():
            number, actor = run.id, self.desk.actor
            self.tasks.do(
                "start",
                lambda: self.services.jobs.again(actor, run_id=number),
                self._started,
            )

    def cancel(self) -> None:
        if run := self._run():
            number, actor = run.id, self.desk.actor
            self.tasks.do("cancel", lambda: self.services.jobs.cancel(actor, run_id=number))

    def pause(self) -> None:
        if job := self._job():
            number, paused, actor = job.id, not job.is_paused, self.desk.actor
            self.tasks.do(
                "pause",
                lambda: self.services.jobs.pause(actor, job_id=number, paused=paused),
            )

    def remove(self) -> None:
        if job := self._job():
            self.tasks.do("remove", lambda: self._remove(job))

    async def _remove(self, job: Job) -> None:
        if await confirm(
            self.window(),
            f"Remove “{job.title}”",
            "It does not begin any more. Its runs and what they brought stay.",
            verb="Remove the job",
        ):
            await self.services.jobs.remove(self.desk.actor, job_id=job.id)

    def export(self) -> None:
        self.results.export_json()

    # --- wiring --------------------------------------------------------------------------------

    def _build(self) -> None:
        self.lists.setDocumentMode(True)
        self.lists.addTab(self.runs, "Runs")
        self.lists.addTab(self.jobs, "Jobs and schedules")
        self.new_button = QPushButton("New job")
        self.new_button.setProperty("main", True)
        self.new_button.setVisible(self.desk.actor.may("jobs.run"))
        self.new_button.setProperty("compact", True)
        self.lists.setCornerWidget(corner_of([self.new_button]))
        side = QWidget()
        side.setProperty("role", "side")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        room = QVBoxLayout(side)
        room.setContentsMargins(0, 0, 0, 0)
        room.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        head.setSpacing(GRID)
        self.bar.setTextVisible(False)
        self.bar.setProperty("thin", True)
        self.buttons = QGridLayout()
        self.buttons.setSpacing(GRID)
        line = QHBoxLayout()
        line.addLayout(self.buttons)
        line.addStretch()
        self._plain = Label("", wrap=True, selectable=True)
        self._plain.setFont(look().mono())  # commands, playbooks and scripts
        self._plain.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._plain.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        for widget in (self.title, self.state, self.bar):
            head.addWidget(widget)
        head.addLayout(line)
        room.addLayout(head)
        room.addWidget(self.results, 1)
        room.addWidget(self._plain, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.lists)
        split.addWidget(side)
        split.setStretchFactor(1, 1)
        split.setCollapsible(0, False)
        split.setSizes([500, 700])
        self.body.addWidget(split)
        self.setFocusProxy(self.runs)

    def _add_commands(self) -> None:
        made = {
            name: self.desk.actions.add(
                Command(f"jobs.{name}", text, icon, getattr(self, name), keys, right, "Jobs"), self
            )
            for name, text, icon, keys, right in COMMANDS
        }
        self.runs.set_menu([made[name] for name in ("start", "cancel", "again", "export")])
        self.jobs.set_menu([made[name] for name in ("start", "edit", "pause", "remove")])
        for at, name in enumerate(("start", "cancel", "again", "edit", "export")):
            action = made[name]
            if not action.isVisible():
                continue
            button = QPushButton(action.text())
            button.setProperty("compact", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            _follow(button, action, WHY_NOT[name])
            self.buttons.addWidget(button, 0, at)

    def _wire(self) -> None:
        self.new_button.clicked.connect(lambda: self.new())
        self.chips.changed.connect(self._on_chips)
        self.runs.chosen.connect(self._on_chosen)
        self.jobs.chosen.connect(self._on_chosen)
        self.jobs.opened.connect(lambda _: self.edit())
        self.lists.currentChanged.connect(lambda _: self._on_chosen())
        self.results.opened.connect(
            lambda number: self.desk.go(Route("device", id=number)) if number else None
        )


def _follow(button: QPushButton, action: QAction, why_not: str) -> None:
    """A button for an action: grey with its reason when it cannot be done now."""

    def show() -> None:
        enabled = action.isEnabled()
        button.setEnabled(enabled)
        tip = f"{action.text()}  {keys_of(action)}" if enabled else why_not
        button.setToolTip(plain_tip(tip))

    action.changed.connect(show)  # also when it has other keys
    button.clicked.connect(action.trigger)
    show()


def _targets(text: str) -> tuple[Target, ...]:
    """`device:7 site:3` as targets; anything else is left out."""
    kinds = {"device": TargetKind.DEVICE, "site": TargetKind.SITE}
    found = []
    for word in text.split():
        kind, _, number = word.partition(":")
        if kind in kinds and number.isdigit():
            found.append(Target(kinds[kind], int(number)))
    return tuple(found)
