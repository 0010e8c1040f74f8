"""The handover as it drafts itself: from what stands, who has it, and what was written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from noc_console.kernel.text import duration, plural, visible
from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.handover.model import Changes, Entry, EntryKind
from noc_console.services.maintenance.model import Slot, SlotState

MOST = 25
"""Lines of one section; the rest is counted."""
_MARKDOWN = str.maketrans({mark: f"\\{mark}" for mark in "\\`*[]<>|"})


def draft(changes: Changes, *, by: str, zone: tzinfo | None) -> str:
    """A text in Markdown. `zone` None is the computer's own."""
    return "\n".join(_lines(changes, by, zone)).rstrip() + "\n"


def plain(text: str) -> str:
    """A handover without Markdown's marks, for a mail or a terminal."""
    lines = []
    for line in text.splitlines():
        bare = line.lstrip("#").strip() if line.startswith("#") else line
        if line.startswith("#"):
            bare = bare.upper() if line.startswith("# ") else bare
            lines += [bare, ("=" if line.startswith("# ") else "-") * len(bare)]
        else:
            lines.append(bare.replace("**", ""))
    text = "\n".join(lines)
    for mark in "`*[]<>|\\":
        text = text.replace(f"\\{mark}", mark)
    return text.rstrip() + "\n"


def _lines(changes: Changes, by: str, zone: tzinfo | None) -> Iterator[str]:
    now, alarms = changes.until, changes.alarms
    yield f"# Handover of {_md(by)}, {_when(now, zone)}"
    yield ""
    yield f"Tells what happened since {_when(changes.since, zone)}."
    yield ""
    yield "## In short"
    yield ""
    yield f"- {_standing(changes)}"
    yield (
        f"- Since then {plural(alarms.came + alarms.passed, 'alarm')} came, "
        f"{alarms.gone + alarms.passed:,} went."
    )
    if alarms.acknowledged:
        who = ", ".join(f"{_md(name)} {count:,}" for name, count in alarms.acknowledged[:8])
        yield f"- Acknowledged by: {who}."
    yield ""
    standing = (*alarms.new, *alarms.old)
    yield from _section("Open, with who has it", [_open(a, now) for a in _worst(standing)])
    yield from _section(
        "Put aside",
        [
            *(f"{_alarm(a)} – until {_when(a.shelved_until, zone)}" for a in alarms.shelved),
            *(f"{_alarm(a)} – suppressed by {_md(a.suppressed_by)}" for a in alarms.suppressed),
        ],
    )
    yield from _section("Maintenance", [_work(slot, zone) for slot in changes.works])
    yield from _section(
        "Notes",
        [f"**{_md(n.about_name or n.about)}**: {_one_line(n.text)} ({_md(n.by)})"
         for n in changes.notes],
    )  # fmt: skip
    log = [entry for entry in changes.log if entry.kind is EntryKind.ENTRY]
    yield from _section("Shift log", [_entry(entry, zone) for entry in log])
    yield from _section(
        "Network",
        [f"{_when(one.at, zone)} {_md(one.text)}" for one in reversed(changes.network)],
        more=changes.more_network,
    )
    yield from _section(
        "Set up",
        [f"{_when(d.at, zone)} {_md(d.text)} ({_md(d.by)})" for d in reversed(changes.deeds)],
    )


def _section(title: str, lines: Iterable[str], *, more: int = 0) -> Iterator[str]:
    told = list(lines)
    if not told:
        return
    yield f"## {title}"
    yield ""
    yield from (f"- {line}" for line in told[:MOST])
    if (rest := len(told) - MOST + more if len(told) > MOST else more) > 0:
        yield f"- and {rest:,} more"
    yield ""


def _standing(changes: Changes) -> str:
    alarms = changes.alarms
    total = alarms.came + alarms.still
    if not total:
        return "All quiet: no alarm stands."
    behind = f", {alarms.folded:,} of them behind another" if alarms.folded else ""
    aside = len(alarms.shelved) + len(alarms.suppressed)
    put = f"; {aside} put aside" if aside else ""
    stand = "stands" if total == 1 else "stand"
    return f"{plural(total, 'alarm')} {stand}{behind}{put}."


def _worst(alarms: Iterable[Alarm]) -> list[Alarm]:
    return sorted(alarms, key=lambda a: (-a.severity, a.first_seen))


def _open(alarm: Alarm, now: datetime) -> str:
    told = f"{_alarm(alarm)} – {duration((now - alarm.first_seen).total_seconds())}"
    if alarm.owner:
        told += f", **{_md(alarm.owner)}** has it"
    elif alarm.acked_by:
        told += f", seen by {_md(alarm.acked_by)}"
    else:
        told += ", nobody has it"
    if alarm.ticket:
        told += f", ticket {_md(alarm.ticket)}"
    if alarm.impact is not None and alarm.impact.customers:
        told += f", {plural(alarm.impact.customers, 'customer')}"
    return told


def _alarm(alarm: Alarm) -> str:
    name = " · ".join(filter(None, (alarm.device_name, alarm.interface_name)))
    severity = Severity(alarm.severity or alarm.was).name.lower()
    return f"{severity}: {_md(name or alarm.about.key)}: {_one_line(alarm.text)}"


def _work(slot: Slot, zone: tzinfo | None) -> str:
    state = {
        SlotState.NOW: f"under way until {_when(slot.ends_at, zone)}",
        SlotState.PLANNED: f"{_when(slot.starts_at, zone)} to {_when(slot.ends_at, zone)}",
        SlotState.PAST: f"ended {_when(slot.ends_at, zone)}",
        SlotState.SKIPPED: f"called off for {_when(slot.starts_at, zone)}",
    }[slot.state]
    told = f"{_md(slot.window.title)} – {state}"
    if slot.window.ticket:
        told += f", ticket {_md(slot.window.ticket)}"
    if slot.run is not None and slot.run.down:
        told += f", {plural(slot.run.down, 'object')} still down"
    if slot.run is not None and slot.run.worse:
        told += f", {slot.run.worse} worse than before"
    return told


def _entry(entry: Entry, zone: tzinfo | None) -> str:
    pinned = f"**{_md(entry.about_name or entry.about)}** " if entry.about else ""
    return f"{_when(entry.at, zone)} {pinned}{_one_line(entry.text)} ({_md(entry.by)})"


def _when(at: datetime | None, zone: tzinfo | None) -> str:
    return f"{at.astimezone(zone):%a %d %b %H:%M}" if at is not None else "–"


def _one_line(text: str) -> str:
    return _md(" / ".join(line.strip() for line in text.splitlines() if line.strip()))


def _md(text: str) -> str:
    """Words of devices and people, with Markdown's marks as themselves."""
    return visible(text, limit=400).translate(_MARKDOWN)
