"""Times of planned work in a list, and what differed after one."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtGui import QColor, QIcon

from noc_console.kernel.text import duration, plural
from noc_console.services.maintenance.model import (
    Ending,
    Finding,
    Run,
    Slot,
    SlotState,
    Target,
    Turn,
    Window,
)
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import icon
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import iso

STATES = {
    SlotState.NOW: ("now", "play", 0),
    SlotState.PLANNED: ("planned", "clock", 1),
    SlotState.PAST: ("over", "check", 2),
    SlotState.SKIPPED: ("called off", "close", 3),
}
TURNS = {
    Turn.WORSE: ("worse", 0),
    Turn.CHANGED: ("changed", 1),
    Turn.BETTER: ("better", 2),
}
_SHOWN = 3


def state_text(slot: Slot) -> str:
    if slot.run is not None and slot.run.ending is Ending.RECOVERED:
        return "over early"
    return STATES[slot.state][0]


def targets_text(targets: tuple[Target, ...], shown: int = _SHOWN) -> str:
    """`core-1, edge-2 and 3 more`."""
    names = [target_name(target) for target in targets]
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more


def target_name(target: Target) -> str:
    return target.name or f"{target.kind.value} {target.id or target.drawing}"


def after_text(run: Run | None) -> str:
    """What is still down, or what the comparison came to, in few words."""
    if run is None:
        return ""
    if run.is_under_way and (run.down or not run.has_after):
        return f"{run.down:,} still down" if run.down else ""
    if not run.has_after:
        return "not compared"
    if not run.differing:
        return "as before"
    other = run.differing - run.worse
    worse = f"{run.worse} worse" if run.worse else ""
    return ", ".join(filter(None, (worse, f"{other} other" if other else "")))


def length_text(window: Window) -> str:
    return duration(window.length.total_seconds())


def moment_text(desk: Desk, at: datetime, *, beside: datetime | None = None) -> str:
    """`02:00` today (or on the day it stands beside), `Sun 02:00` within days, `29 Nov 02:00`."""
    zone = desk.times.zone()
    local, day = at.astimezone(zone), (beside or desk.clock.now()).astimezone(zone).date()
    days = abs((local.date() - day).days)
    return f"{local:%H:%M}" if not days else f"{local:{'%a' if days < 7 else '%d %b'} %H:%M}"


def _ink(slot: Slot) -> QColor | None:
    quiet = slot.state in {SlotState.PAST, SlotState.SKIPPED}
    return look().color("text.dim") if quiet else None


def _after_ink(slot: Slot) -> QColor | None:
    run = slot.run
    worse = run is not None and (run.worse or (run.is_under_way and run.down))
    return look().color("attention.plain") if worse else _ink(slot)


def slot_columns(desk: Desk) -> tuple[Column[Slot], ...]:
    times = desk.times

    def state_icon(slot: Slot) -> QIcon | None:
        return icon(STATES[slot.state][1], "icon.dim")

    return (
        Column(
            "State",
            state_text,
            sort=lambda slot: (STATES[slot.state][2], slot.starts_at),
            width=92,
            icon=state_icon,
            color=_ink,
            bold=lambda slot: slot.state is SlotState.NOW,
        ),
        Column(
            "What",
            lambda slot: slot.window.title,
            width=190,
            color=_ink,
            bold=lambda slot: slot.state is SlotState.NOW,
            tip=lambda slot: slot.window.note or slot.window.title,
            stretch=True,
        ),
        Column(
            "Begins",
            lambda slot: moment_text(desk, slot.starts_at),
            sort=lambda slot: slot.starts_at,
            width=106,
            align=Align.RIGHT,
            tip=lambda slot: times.absolute(slot.starts_at),
            color=_ink,
            export=lambda slot: iso(slot.starts_at),
        ),
        Column(
            "Ends",
            lambda slot: moment_text(desk, slot.ends_at, beside=slot.starts_at),
            sort=lambda slot: slot.ends_at,
            width=96,
            align=Align.RIGHT,
            tip=lambda slot: times.absolute(slot.ends_at),
            color=_ink,
            export=lambda slot: iso(slot.ends_at),
        ),
        Column(
            "Objects",
            lambda slot: targets_text(slot.window.targets),
            width=124,
            color=_ink,
            tip=lambda slot: targets_text(slot.window.targets, 20),
        ),
        Column(
            "Devices",
            lambda slot: f"{slot.run.devices:,}" if slot.run else "",
            sort=lambda slot: slot.run.devices if slot.run else None,
            width=64,
            align=Align.RIGHT,
            hidden=True,
            color=_ink,
        ),
        Column("Outcome", lambda slot: after_text(slot.run), width=84, color=_after_ink),
        Column("Ticket", lambda slot: slot.window.ticket, width=88, color=_ink),
        Column(
            "Repeats",
            lambda slot: MaintenanceService.repeats(slot.window),
            width=140,
            hidden=True,
            color=_ink,
        ),
        Column("By", lambda slot: slot.window.by, width=100, hidden=True, color=_ink),
        Column(
            "Ended by",
            lambda slot: slot.run.ended_by if slot.run else "",
            width=100,
            hidden=True,
            color=_ink,
        ),
    )


def finding_columns() -> tuple[Column[Finding], ...]:
    def ink(finding: Finding) -> QColor | None:
        if finding.turn is Turn.WORSE:
            return look().color("attention.plain")
        return look().color("text.dim") if finding.turn is Turn.BETTER else None

    return (
        Column(
            "Turn",
            lambda finding: TURNS[finding.turn][0],
            sort=lambda finding: TURNS[finding.turn][1],
            width=72,
            color=ink,
        ),
        Column("Kind", lambda finding: finding.kind.value, width=84, hidden=True),
        Column("Object", lambda finding: finding.object, width=130, stretch=True,
               tip=lambda finding: finding.object),
        Column("Before", lambda finding: finding.before, width=64, dim=True,
               tip=lambda finding: finding.before),
        Column("After", lambda finding: finding.after, width=96, color=ink,
               tip=lambda finding: finding.after),
    )  # fmt: skip


def run_facts(desk: Desk, slot: Slot) -> tuple[tuple[str, str], ...]:
    """What the pane tells of one time, by the words in front of it."""
    window, run, times = slot.window, slot.run, desk.times
    told = [
        ("When", f"{times.absolute(slot.starts_at)[:16]} to {times.absolute(slot.ends_at)[:16]}"),
        ("Objects", targets_text(window.targets, 6)),
    ]
    if window.repeats:
        told.append(("Repeats", f"{MaintenanceService.repeats(window)} ({window.zone})"))
    if window.ticket:
        told.append(("Ticket", window.ticket))
    told.append(("Planned by", window.by))
    if run is not None and run.is_under_way:
        down = f"{plural(run.down, 'object')} still down" if run.down else "nothing is down"
        told.append(("Now", f"{plural(run.devices, 'device')}, {down}"))
    if window.quiet_minutes and (run is None or run.is_under_way):
        told.append(("Ends early", f"all back and quiet for {window.quiet_minutes} min"))
    if run is not None and run.ending is not None:
        by = f", {run.ended_by}" if run.ended_by else ""
        words = {Ending.TIME: "when its time was up", Ending.RECOVERED: "all was back",
                 Ending.BY_HAND: "by hand"}  # fmt: skip
        told.append(("Ended", words[run.ending] + by))
    if window.note:
        told.append(("Note", window.note))
    return tuple(told)
