"""Runs, jobs, devices and differences in lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtGui import QColor, QIcon

from noc_console.kernel.text import duration, plural
from noc_console.services.jobs.model import (
    Difference,
    Foreseen,
    Item,
    ItemState,
    Job,
    JobKind,
    Merged,
    Run,
    RunState,
)
from noc_console.services.jobs.service import JobService
from noc_console.services.maintenance.model import Target
from noc_console.services.terminal.judging import Verdict
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import icon
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import iso
from noc_console.views.maintenance.columns import moment_text, targets_text

KINDS = {
    JobKind.COMMANDS: ("commands", "terminal"),
    JobKind.PLAYBOOK: ("playbook", "play"),
    JobKind.AWX: ("AWX", "external"),
    JobKind.SCRIPT: ("script", "note"),
}
RUNS = {
    RunState.WAITING: ("waits", "clock", 0),
    RunState.RUNNING: ("runs", "play", 1),
    RunState.FAILED: ("failed", "attention", 2),
    RunState.INTERRUPTED: ("interrupted", "attention", 3),
    RunState.CANCELLED: ("cancelled", "close", 4),
    RunState.DONE: ("done", "check", 5),
}
ITEMS = {
    ItemState.FAILED: ("failed", "attention", 0),
    ItemState.UNREACHABLE: ("unreachable", "attention", 1),
    ItemState.INTERRUPTED: ("interrupted", "attention", 2),
    ItemState.REFUSED: ("not sent", "lock", 3),
    ItemState.RUNNING: ("runs", "play", 4),
    ItemState.WAITING: ("waits", "clock", 5),
    ItemState.CANCELLED: ("cancelled", "close", 6),
    ItemState.NOT_BEGUN: ("not begun", "close", 7),
    ItemState.CHANGED: ("changed", "check", 8),
    ItemState.OK: ("ok", "check", 9),
}
LOOKED_AT = 5_000
"""Rows that are looked at for columns nobody filled."""
VERDICTS = {
    Verdict.READS: "only looks",
    Verdict.UNKNOWN: "cannot be told",
    Verdict.CHANGES: "changes it",
}


def _attention(is_bad: bool) -> QColor | None:
    return look().color("attention.plain") if is_bad else None


def _done(run: Run) -> str:
    if not run.devices:
        return ""
    if not run.state.is_over:
        return f"{run.done:,} of {run.devices:,}"
    return f"{run.good:,} of {run.devices:,}"


def _share(run: Run) -> float | None:
    return run.done / run.devices if run.devices and not run.state.is_over else None


def lasted(run: Run, now: datetime) -> str:
    """How long it took, or takes by now."""
    if run.started_at is None:
        return ""
    return duration(((run.ended_at or now) - run.started_at).total_seconds())


def run_columns(desk: Desk) -> tuple[Column[Run], ...]:
    def state_icon(run: Run) -> QIcon | None:
        bad = run.state in {RunState.FAILED, RunState.INTERRUPTED} or bool(run.bad)
        return icon(RUNS[run.state][1], "attention.plain" if bad else "icon.dim")

    return (
        Column(
            "State",
            lambda run: RUNS[run.state][0],
            sort=lambda run: (RUNS[run.state][2], -run.id),
            width=104,
            icon=state_icon,
            bold=lambda run: not run.state.is_over,
        ),
        Column("Job", lambda run: run.title, sort=lambda run: run.title.casefold(), stretch=True,
               width=150),
        Column("Results", _done, sort=lambda run: run.good, width=92, align=Align.RIGHT,
               color=lambda run: _attention(bool(run.bad)),
               bar=_share, tip=lambda run: f"{run.good:,} with a result, {run.bad:,} without",
               export=lambda run: str(run.good)),
        Column("Without", lambda run: f"{run.bad:,}" if run.bad else "",
               sort=lambda run: run.bad, width=72, align=Align.RIGHT, hidden=True,
               color=lambda run: _attention(bool(run.bad)), export=lambda run: str(run.bad)),
        Column("Asked", lambda run: moment_text(desk, run.asked_at),
               sort=lambda run: run.asked_at, width=92, dim=True,
               export=lambda run: iso(run.asked_at)),
        Column("Took", lambda run: lasted(run, desk.clock.now()), width=80, dim=True, hidden=True),
        Column("By", lambda run: "schedule" if run.planned_at else run.by, width=100, dim=True,
               hidden=True),
        Column("Kind", lambda run: KINDS[run.kind][0], width=84, dim=True, hidden=True),
    )  # fmt: skip


def job_columns(desk: Desk, service: JobService) -> tuple[Column[Job], ...]:
    def following(job: Job) -> datetime | None:
        return None if job.is_paused else service.coming(job)

    def begins(job: Job) -> str:
        if job.is_paused:
            return "paused"
        at = following(job)
        return moment_text(desk, at) if at is not None else ""

    return (
        Column("Job", lambda job: job.title, sort=lambda job: job.title.casefold(), stretch=True,
               width=210, icon=lambda job: icon(KINDS[job.kind][1], "icon.dim")),
        Column("Next", begins, sort=following, width=92,
               export=lambda job: iso(at) if (at := following(job)) else ""),
        Column("Repeats", JobService.repeats, width=92, dim=True),
        Column("Where", lambda job: where_text(job.targets), width=140, dim=True, hidden=True),
        Column("Changes", lambda job: "may change" if job.may_change else "", width=84,
               color=lambda job: _attention(job.may_change)),
        Column("By", lambda job: job.by, width=100, dim=True, hidden=True),
    )  # fmt: skip


def where_text(targets: tuple[Target, ...]) -> str:
    """`core-1, edge-2 and 3 more`, or that it is the template's affair."""
    return targets_text(targets) if targets else "as the template says"


def item_columns(desk: Desk) -> tuple[Column[Item], ...]:
    def took(item: Item) -> float | None:
        if item.started_at is None or item.ended_at is None:
            return None
        return (item.ended_at - item.started_at).total_seconds()

    def bad(item: Item) -> bool:
        return item.state.is_over and not item.state.is_good

    return (
        Column("Device", lambda item: item.name, sort=lambda item: item.name.casefold(), width=120),
        Column(
            "State",
            lambda item: ITEMS[item.state][0],
            sort=lambda item: ITEMS[item.state][2],
            width=108,
            icon=lambda item: icon(
                ITEMS[item.state][1], "attention.plain" if bad(item) else "icon.dim"
            ),
        ),
        Column("Rows", lambda item: f"{item.rows:,}" if item.rows else "",
               sort=lambda item: item.rows, width=60, align=Align.RIGHT),
        Column("Note", lambda item: item.note, width=180, stretch=True,
               tip=lambda item: item.note, color=lambda item: _attention(bad(item))),
        Column("Took", lambda item: "" if (s := took(item)) is None else f"{s:.1f} s", sort=took,
               width=72, align=Align.RIGHT, dim=True),
        Column("Platform", lambda item: item.platform, width=100, dim=True, hidden=True),
        Column("Ended", lambda item: moment_text(desk, item.ended_at) if item.ended_at else "",
               sort=lambda item: item.ended_at, width=92, dim=True, hidden=True,
               export=lambda item: iso(item.ended_at) if item.ended_at else ""),
    )  # fmt: skip


def cell_columns(table: Merged) -> tuple[Column[tuple[str, ...]], ...]:
    """The columns a template gave; numbers are sorted as numbers."""

    def column(at: int, title: str) -> Column[tuple[str, ...]]:
        return Column(
            title.replace("_", " ").capitalize(),
            lambda row: row[at],
            sort=lambda row: _order(row[at]),
            id=title,
            width=130,
            bold=(lambda _: True) if at == 0 else None,
            # What no device told is there to be chosen, and not in the way.
            hidden=not any(row[at] for row in table.rows[:LOOKED_AT]),
        )

    return tuple(column(at, title) for at, title in enumerate(table.columns))


def _order(cell: str) -> tuple[int, float, str]:
    try:
        return (0, float(cell), "")
    except ValueError:
        return (1, 0.0, cell.casefold())


def difference_columns() -> tuple[Column[Difference], ...]:
    return (
        Column("Device", lambda one: one.device, sort=lambda one: one.device.casefold(), width=120),
        Column("Line", lambda one: one.line, width=180, mono=True, stretch=True),
        Column("Gone", lambda one: f"{len(one.removed):,}" if one.removed else "",
               sort=lambda one: len(one.removed), width=60, align=Align.RIGHT),
        Column("New", lambda one: f"{len(one.added):,}" if one.added else "",
               sort=lambda one: len(one.added), width=60, align=Align.RIGHT),
        Column("Note", lambda one: one.note or ("as before" if one.is_same else ""), width=160,
               dim=True),
    )  # fmt: skip


def foreseen_columns() -> tuple[Column[Foreseen], ...]:
    def verdict(one: Foreseen) -> str:
        return "not asked" if one.problem else VERDICTS[one.verdict]

    return (
        Column("Device", lambda one: one.name, sort=lambda one: one.name.casefold(), width=120),
        Column("Would", verdict, width=110,
               color=lambda one: _attention(bool(one.problem) or one.verdict is not Verdict.READS)),
        Column("Lines", lambda one: "; ".join(one.lines), width=220, mono=True, stretch=True),
        Column("Why", lambda one: one.problem or one.why, width=200, tip=lambda one: one.problem
               or one.why),
        Column("Platform", lambda one: one.platform, width=90, dim=True),
    )  # fmt: skip


def progress_text(run: Run, now: datetime) -> str:
    """`212 of 400 devices, 3 without a result, about 2 min left`."""
    if run.state is RunState.WAITING:
        return "Waits for a collector that does jobs."
    if run.state.is_over or run.started_at is None:
        told = plural(run.good, "device") + " with a result"
        return f"{told}, {run.bad:,} without. {run.note}".strip()
    if not run.devices:
        return run.note or "At work."
    told = f"{run.done:,} of {plural(run.devices, 'device')}"
    if run.bad:
        told += f", {run.bad:,} without a result"
    spent = (now - run.started_at).total_seconds()
    if run.done and spent > 2:
        told += f", about {duration(spent / run.done * (run.devices - run.done))} left"
    return told


def run_text(desk: Desk, run: Run) -> str:
    """A run among others, to choose from."""
    return f"{moment_text(desk, run.asked_at)} · {run.title} · {RUNS[run.state][0]}"


def lines_of(found: Sequence[Difference]) -> str:
    """Differences as a text with signs, as `diff` writes it."""
    parts: list[str] = []
    for one in found:
        if one.is_same:
            continue
        parts.append(f"{one.device}  {one.line}  {one.note}".rstrip())
        parts += [f"- {line}" for line in one.removed]
        parts += [f"+ {line}" for line in one.added]
        parts.append("")
    return "\n".join(parts)
