"""What changed since a moment as one list, and the columns of the page's lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtGui import QIcon

from noc_console.services.alarms.model import NO_DEVICE, Alarm
from noc_console.services.handover.model import Changes, Entry, EntryKind, Handover, Note, Shift
from noc_console.services.maintenance.model import SlotState
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.icons import icon
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.severity import severity_icon
from noc_console.views.kit.times import iso

ORDER = (
    "new", "open", "put aside", "maintenance", "note", "log", "set up", "acknowledged", "over",
    "network",
)  # fmt: skip
ICONS = {
    "acknowledged": "check",
    "maintenance": "clock",
    "network": "map",
    "set up": "settings",
    "note": "note",
    "log": "comment",
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One thing that is to be known."""

    key: str
    kind: str
    at: datetime
    object: str
    text: str
    who: str = ""
    alarm: Alarm | None = None
    route: Route | None = None


def change_rows(changes: Changes) -> tuple[ChangeRow, ...]:
    """Everything, by kind; for a thread when there is much of it."""
    return tuple(_rows(changes))


def _rows(changes: Changes) -> Iterator[ChangeRow]:
    alarms = changes.alarms
    for kind, found in (
        ("new", alarms.new),
        ("open", alarms.old),
        ("put aside", (*alarms.shelved, *alarms.suppressed)),
        ("over", alarms.over),
    ):
        for alarm in dict.fromkeys(found):
            yield _alarm(kind, alarm)
    for name, count in alarms.acknowledged:
        yield ChangeRow(f"ack:{name}", "acknowledged", changes.until, f"{count:,} alarms", "", name)
    for slot in changes.works:
        words = {
            SlotState.NOW: "is under way",
            SlotState.PLANNED: "is planned",
            SlotState.PAST: "is over",
            SlotState.SKIPPED: "is called off",
        }[slot.state]
        yield ChangeRow(
            f"work:{slot.key}",
            "maintenance",
            slot.starts_at,
            slot.window.ticket or "",
            f"{slot.window.title} {words}",
            slot.window.by,
            route=Route("maintenance", id=slot.run.id if slot.run else None),
        )
    for at, happening in enumerate(changes.network):
        device = int(happening.devices[0]) if happening.devices else None
        route = Route("device", id=device) if device is not None else None
        yield ChangeRow(
            f"network:{at}:{happening.at}", "network", happening.at, "", happening.text, route=route
        )
    for at, deed in enumerate(changes.deeds):
        yield ChangeRow(f"deed:{at}:{deed.at}", "set up", deed.at, "", deed.text, deed.by)
    for note in changes.notes:
        yield ChangeRow(
            f"note:{note.id}", "note", note.edited_at or note.at, note.about_name or note.about,
            note.text, note.edited_by or note.by, route=route_of(note.about),
        )  # fmt: skip
    for entry in changes.log:
        if entry.kind is EntryKind.ENTRY:
            yield ChangeRow(
                f"log:{entry.id}", "log", entry.at, entry.about_name or entry.about, entry.text,
                entry.by, route=route_of(entry.about),
            )  # fmt: skip


def _alarm(kind: str, alarm: Alarm) -> ChangeRow:
    name = " · ".join(filter(None, (alarm.device_name, alarm.interface_name)))
    at = alarm.cleared_at if kind == "over" and alarm.cleared_at else alarm.first_seen
    return ChangeRow(
        f"alarm:{kind}:{alarm.id}",
        kind,
        at,
        name or alarm.about.key,
        alarm.text,
        alarm.owner or alarm.acked_by or "",
        alarm,
        Route("alarms", id=int(alarm.id))
        if kind != "over"
        else Route("device", id=alarm.about.device_id)
        if alarm.about.device_id != NO_DEVICE
        else None,
    )


def route_of(about: str) -> Route | None:
    """Where an object is looked at; None for a ticket, which is kept elsewhere."""
    kind, _, number = about.partition(":")
    if not (number.isascii() and number.isdecimal()):
        return None
    if kind == "interface":
        return Route("graphs", text=about)
    pages = {"device": "device", "alarm": "alarms", "maintenance": "maintenance"}
    return Route(pages[kind], id=int(number)) if kind in pages else None


def change_columns(desk: Desk) -> tuple[Column[ChangeRow], ...]:
    times = desk.times

    def sign(row: ChangeRow) -> QIcon | None:
        if row.alarm is not None:
            is_over = not row.alarm.is_active
            severity = row.alarm.was if is_over else row.alarm.severity
            return severity_icon(severity, quiet=is_over or row.kind == "put aside")
        return icon(ICONS[row.kind], "icon.dim") if row.kind in ICONS else None

    return (
        Column(
            "Kind",
            lambda row: row.kind,
            sort=lambda row: (
                ORDER.index(row.kind),
                -int(row.alarm.was) if row.alarm else 0,
                -row.at.timestamp(),
            ),
            width=116,
            icon=sign,
        ),
        Column(
            "When",
            lambda row: times.clock_time(row.at),
            sort=lambda row: row.at,
            width=88,
            align=Align.RIGHT,
            tip=lambda row: times.both(row.at),
            export=lambda row: iso(row.at),
        ),
        Column("Object", lambda row: row.object, width=190, tip=lambda row: row.object),
        Column("What", lambda row: _line(row.text), width=360, stretch=True,
               tip=lambda row: row.text),
        Column("Who", lambda row: row.who, width=130),
    )  # fmt: skip


def log_columns(desk: Desk) -> tuple[Column[Entry], ...]:
    times = desk.times
    kinds = {
        EntryKind.ENTRY: "log",
        EntryKind.NOTE: "note pinned",
        EntryKind.EDITED: "note changed",
        EntryKind.REMOVED: "note taken off",
    }
    return (
        Column(
            "When",
            lambda entry: times.clock_time(entry.at),
            sort=lambda entry: (entry.at, entry.id),
            width=92,
            align=Align.RIGHT,
            tip=lambda entry: times.both(entry.at),
            export=lambda entry: iso(entry.at),
        ),
        Column("By", lambda entry: entry.by, width=120),
        Column("Object", lambda entry: entry.about_name or entry.about, width=180),
        Column("What", lambda entry: _line(entry.text), width=420, stretch=True,
               tip=lambda entry: entry.text),
        Column("Kind", lambda entry: kinds[entry.kind], width=110, dim=True),
    )  # fmt: skip


def note_columns(desk: Desk) -> tuple[Column[Note], ...]:
    times = desk.times
    return (
        Column("Object", lambda note: note.about_name or note.about, width=190),
        Column("Note", lambda note: _line(note.text), width=420, stretch=True,
               tip=lambda note: note.text),
        Column("By", lambda note: note.edited_by or note.by, width=120),
        Column(
            "Since",
            lambda note: times.clock_time(note.at),
            sort=lambda note: note.at,
            width=92,
            align=Align.RIGHT,
            tip=lambda note: times.both(note.at),
            export=lambda note: iso(note.at),
        ),
    )  # fmt: skip


def handover_columns(desk: Desk) -> tuple[Column[Handover], ...]:
    times = desk.times
    return (
        Column(
            "When",
            lambda one: times.clock_time(one.handed_at or one.created_at),
            sort=lambda one: one.handed_at or one.created_at,
            width=88,
            align=Align.RIGHT,
            tip=lambda one: times.both(one.handed_at or one.created_at),
            export=lambda one: iso(one.handed_at or one.created_at),
        ),
        Column("From", lambda one: one.by, width=104, stretch=True),
        Column(
            "State",
            lambda one: {"draft": "draft", "handed": "not signed"}.get(
                one.state.value, f"signed by {one.taken_by}"
            ),
            width=120,
        ),
    )


def shift_text(desk: Desk, shift: Shift | None, others: tuple[Shift, ...]) -> str:
    """`On shift since 14:00 · also: jan`."""
    mine = f"On shift since {desk.times.clock_time(shift.began_at)}" if shift else "Not on shift"
    names = [other.person for other in others if shift is None or other.id != shift.id]
    also = f"   ·   also on shift: {', '.join(names[:5])}" if names else ""
    return mine + also


def _line(text: str) -> str:
    return " / ".join(line.strip() for line in text.splitlines() if line.strip())
