"""When a window takes place, and whether it makes sense at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice, pairwise

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import visible
from noc_console.services.maintenance.model import LONGEST, Run, Slot, SlotState, Window
from noc_console.services.maintenance.rules import recurrence

MOST_TARGETS = 5_000
_TITLE, _TICKET, _NOTE = 200, 60, 4_000
_FURTHEST = timedelta(days=3 * 366)
LOOKED_AHEAD = 60
"""So many times of a repetition are looked at for one that begins before the last has ended."""


def checked(window: Window, *, now: datetime) -> Window:
    """The window as it will be kept. Raises Invalid, naming what is wrong."""
    title = visible(window.title.strip(), limit=_TITLE)
    if not title:
        raise Invalid("say what the maintenance is for", field="title")
    if not timedelta(0) < window.length <= LONGEST:
        raise Invalid(f"maintenance lasts up to {LONGEST.days} days", field="minutes")
    if not 0 < len(window.targets) <= MOST_TARGETS:
        raise Invalid(f"choose 1 to {MOST_TARGETS} objects", field="targets")
    minutes = window.length.total_seconds() / 60
    for name in ("quiet_minutes", "warn_minutes"):
        if not 0 <= getattr(window, name) <= minutes:
            raise Invalid(f"{name} lies between 0 and its length", field=name)
    if not 0.1 <= window.optical_db <= 40:
        raise Invalid("light is compared from 0.1 to 40 dB", field="optical_db")
    if not now - LONGEST <= window.starts_at <= now + _FURTHEST:
        raise Invalid("it starts within the next three years", field="starts_at")
    made = replace(
        window,
        title=title,
        ticket=visible(window.ticket.strip(), limit=_TICKET),
        # Lines stay lines: a note is read as it was written.
        note="\n".join(visible(line) for line in window.note[:_NOTE].splitlines()).strip(),
    )
    return _repeated(made, now)


def _repeated(window: Window, now: datetime) -> Window:
    zone = recurrence.zone_of(window.zone)
    if not window.repeat:
        if window.starts_at + window.length <= now:
            raise Invalid("it would be over already", field="starts_at")
        return window
    rule = recurrence.parse(window.repeat, zone)
    after = max(now, window.starts_at)
    coming = recurrence.times(
        rule,
        first=window.starts_at,
        zone=zone,
        after=after - window.length,
        before=after + recurrence.FURTHEST,
    )
    # By the wall clock: a daily day of work may be an hour short when summer time begins.
    begins = [each.astimezone(zone).replace(tzinfo=None) for each in islice(coming, LOOKED_AHEAD)]
    if not begins:
        raise Invalid("so repeated it never happens", field="repeat")
    if any(other - one < window.length for one, other in pairwise(begins)):
        raise Invalid("it would begin again before it ends", field="repeat")
    return replace(window, repeat=recurrence.written(rule))


def times(window: Window, *, after: datetime, before: datetime) -> Iterator[datetime]:
    """When it begins, from `after` on and before `before`; those called off are left out."""
    if window.cancelled_at is not None:
        before = min(before, window.cancelled_at)
    if not window.repeat:
        found: Iterable[datetime] = (window.starts_at,)
    else:
        zone = recurrence.zone_of(window.zone)
        rule = recurrence.parse(window.repeat, zone)
        found = recurrence.times(
            rule, first=window.starts_at, zone=zone, after=after, before=before
        )
    skipped = set(window.skipped)
    for moment in found:
        if after <= moment < before and moment not in skipped:
            yield moment


def said(window: Window) -> str:
    """How it is repeated, in words; "" for once."""
    if not window.repeat:
        return ""
    zone = recurrence.zone_of(window.zone)
    return recurrence.said(recurrence.parse(window.repeat, zone))


def due(window: Window, *, now: datetime) -> datetime | None:
    """The time of it that should be under way; the newest where there are several."""
    # From just after the moment whose work would end right now.
    begun = tuple(times(window, after=now - window.length, before=now + timedelta(microseconds=1)))
    over = begun and begun[-1] + window.length <= now
    return begun[-1] if begun and not over else None


def calendar(
    windows: Iterable[Window], runs: Iterable[Run], *, start: datetime, end: datetime, now: datetime
) -> tuple[Slot, ...]:
    """Every time that touches a span, in order: what took place, and what is planned."""
    known = {window.id: window for window in windows}
    slots: list[Slot] = []
    taken: set[tuple[int, datetime]] = set()
    for run in runs:
        taken.add((run.window_id, run.planned_at))
        window = known.get(run.window_id)
        if window is not None and run.starts_at < end and run.ends_at > start:
            state = SlotState.NOW if run.is_under_way else SlotState.PAST
            slots.append(Slot(window, run.starts_at, run.ends_at, state, run))
    for window in known.values():
        for moment in times(window, after=max(start, now) - window.length, before=end):
            begins, ends = moment, moment + window.length
            if (window.id, moment) not in taken and ends > max(start, now):
                slots.append(Slot(window, begins, ends, SlotState.PLANNED))
        slots.extend(
            Slot(window, moment, moment + window.length, SlotState.SKIPPED)
            for moment in window.skipped
            if start <= moment < end
        )
    return tuple(sorted(slots, key=lambda slot: (slot.starts_at, slot.window.id)))
