"""Shifts, what is written down in them, and what one shift hands to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from noc_console.kernel.events import Event
from noc_console.services.alarms.model import Alarm
from noc_console.services.alarms.tally import AlarmsSince
from noc_console.services.maintenance.model import Slot
from noc_console.services.topology.happenings import Happening

ShiftId = NewType("ShiftId", int)
EntryId = NewType("EntryId", int)
HandoverId = NewType("HandoverId", int)


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody's time at the desk."""

    id: ShiftId
    person: str
    began_at: datetime
    ended_at: datetime | None = None
    handover_id: HandoverId | None = None
    """What was handed over at its end."""


class EntryKind(StrEnum):
    """A line of the log, or a step in the life of a pinned note. Nothing is ever altered."""

    ENTRY = "entry"
    NOTE = "note"
    EDITED = "edited"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the shift log, as it was written."""

    id: EntryId
    at: datetime
    by: str
    kind: EntryKind
    text: str
    about: str = ""
    """What it is about: `device:7`, `alarm:12`, `ticket:CHG-7`; "" for nothing in particular."""
    about_name: str = ""
    of_id: EntryId | None = None
    """The note that was edited or taken off."""


@dataclass(frozen=True, slots=True)
class Note:
    """Words pinned to an object, shown wherever it is shown, until somebody takes them off."""

    id: EntryId
    about: str
    about_name: str
    text: str
    by: str
    at: datetime
    edited_by: str = ""
    edited_at: datetime | None = None


class HandoverState(StrEnum):
    """Where a handover stands."""

    DRAFT = "draft"
    HANDED = "handed"
    """Its shift is over and the next has not signed."""
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Handover:
    """What one shift tells the next. Once handed over its words stay."""

    id: HandoverId
    by: str
    since: datetime
    """From when on it tells: the end of the writer's last shift."""
    text: str
    """Markdown."""
    state: HandoverState
    created_at: datetime
    shift_id: ShiftId | None = None
    is_edited: bool = False
    """A person changed the draft: it is not drafted over any more."""
    handed_at: datetime | None = None
    taken_by: str = ""
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """How a handover's words were at one time."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a person (or a device) did to how things are set up, in a line."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a moment: all that a shift has to know."""

    since: datetime
    until: datetime
    alarms: AlarmsSince
    network: tuple[Happening, ...] = ()
    """Devices, ports and links, oldest first; without alarms."""
    more_network: int = 0
    """How many more there were than are told."""
    deeds: tuple[Deed, ...] = ()
    works: tuple[Slot, ...] = ()
    """Maintenance since then, under way, and of the next twelve hours."""
    log: tuple[Entry, ...] = ()
    notes: tuple[Note, ...] = ()
    """Pinned ones that stand."""
    on_shift: tuple[Shift, ...] = ()

    @property
    def owned(self) -> tuple[Alarm, ...]:
        """Roots that stand and somebody works on."""
        return tuple(a for a in (*self.alarms.new, *self.alarms.old) if a.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftChanged(Event):
    """Somebody began or ended a shift; `what` is `began` or `ended`."""

    shift_id: int
    person: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWritten(Event):
    """Something was written into the log or pinned; `what` is the kind of the entry."""

    entry_id: int
    about: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverChanged(Event):
    """A handover was drafted, edited, handed over or taken over."""

    handover_id: int
    by: str
    what: str
