"""Where shifts, the log and handovers are kept. The log is append-only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Row,
    Select,
    String,
    Table,
    Text,
    func,
    or_,
    select,
)

from noc_console.db.database import BigId, Tx, journal, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.handover.model import (
    Entry,
    EntryId,
    EntryKind,
    Handover,
    HandoverId,
    HandoverState,
    Shift,
    ShiftId,
    Version,
)

shifts = Table(
    "shifts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("person", String, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("handover_id", BigId),
    Index(None, "tenant", "person", "ended_at"),
    Index(None, "tenant", "began_at"),
    sqlite_autoincrement=True,
)

entries = Table(
    "shift_log",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("about", String, nullable=False),
    Column("about_name", String, nullable=False),
    Column("text", Text, nullable=False),
    # The note an edit or a removal is about.
    Column("of_id", BigId),
    Index(None, "tenant", "at"),
    Index(None, "tenant", "about"),
    Index(None, "tenant", "kind"),
    sqlite_autoincrement=True,
)

handovers = Table(
    "handovers",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("by", String, nullable=False),
    Column("shift_id", BigId),
    Column("since", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("is_edited", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("handed_at", UtcDateTime),
    Column("taken_by", String, nullable=False),
    Column("taken_at", UtcDateTime),
    Index(None, "tenant", "state"),
    Index(None, "tenant", "created_at"),
    sqlite_autoincrement=True,
)

versions = Table(
    "handover_versions",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("handover_id", BigId, ForeignKey("handovers.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "handover_id"),
    sqlite_autoincrement=True,
)


# Shifts


async def begin(tx: Tx, person: str, at: datetime) -> ShiftId:
    return ShiftId(await tx.insert(shifts, tenant=tx.actor.tenant, person=person, began_at=at))


async def end(tx: Tx, shift_id: int, at: datetime, handover_id: int | None) -> None:
    await tx.execute(
        shifts.update()
        .where(shifts.c.tenant == tx.actor.tenant, shifts.c.id == shift_id)
        .values(ended_at=at, handover_id=handover_id)
    )


async def current(tx: Tx, person: str) -> Shift | None:
    query = _shifts(tx).where(shifts.c.person == person, shifts.c.ended_at.is_(None))
    found = await tx.rows(query.order_by(shifts.c.id.desc()).limit(1), _shift)
    return found[0] if found else None


async def last_ended(tx: Tx, person: str) -> datetime | None:
    query = (
        select(shifts.c.ended_at)
        .where(
            shifts.c.tenant == tx.actor.tenant,
            shifts.c.person == person,
            shifts.c.ended_at.is_not(None),
        )
        .order_by(shifts.c.ended_at.desc())
        .limit(1)
    )
    return await tx.one(query, lambda row: row.ended_at)


async def shifts_since(tx: Tx, since: datetime) -> tuple[Shift, ...]:
    """Shifts that touch the time after a moment, the newest first."""
    touches = or_(shifts.c.ended_at.is_(None), shifts.c.ended_at > since)
    query = _shifts(tx).where(touches).order_by(shifts.c.began_at.desc(), shifts.c.id.desc())
    return await tx.rows(query.limit(1_000), _shift)


def _shifts(tx: Tx) -> Select[Any]:
    return select(shifts).where(shifts.c.tenant == tx.actor.tenant)


def _shift(row: Row[Any]) -> Shift:
    return Shift(
        id=ShiftId(row.id),
        person=row.person,
        began_at=row.began_at,
        ended_at=row.ended_at,
        handover_id=None if row.handover_id is None else HandoverId(row.handover_id),
    )


# The log


async def add_entry(
    tx: Tx,
    *,
    at: datetime,
    kind: EntryKind,
    text: str,
    about: str = "",
    about_name: str = "",
    of_id: int | None = None,
) -> EntryId:
    number = await tx.insert(
        entries,
        tenant=tx.actor.tenant,
        at=at,
        by=tx.actor.name,
        kind=kind.value,
        about=about,
        about_name=about_name,
        text=text,
        of_id=of_id,
    )
    return EntryId(number)


async def log(tx: Tx, *, since: datetime, until: datetime, limit: int) -> tuple[Entry, ...]:
    """What was written down in a span, the newest first."""
    query = (
        _entries(tx)
        .where(entries.c.at > since, entries.c.at <= until)
        .order_by(entries.c.at.desc(), entries.c.id.desc())
    )
    return await tx.rows(query.limit(limit), _entry)


async def note_entries(tx: Tx, about: Collection[str] = ()) -> tuple[Entry, ...]:
    """The steps of pinned notes: of these objects, or of all; oldest first."""
    query = _entries(tx).where(entries.c.kind != EntryKind.ENTRY.value)
    if about:
        query = query.where(entries.c.about.in_(sorted(set(about))))
    return await tx.rows(query.order_by(entries.c.id), _entry)


async def entry(tx: Tx, entry_id: int) -> Entry | None:
    return await tx.one(_entries(tx).where(entries.c.id == entry_id), _entry)


def _entries(tx: Tx) -> Select[Any]:
    return select(entries).where(entries.c.tenant == tx.actor.tenant)


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=EntryId(row.id),
        at=row.at,
        by=row.by,
        kind=EntryKind(row.kind),
        text=row.text,
        about=row.about,
        about_name=row.about_name,
        of_id=None if row.of_id is None else EntryId(row.of_id),
    )


# Handovers


async def add_handover(
    tx: Tx, *, shift_id: int | None, since: datetime, text: str, at: datetime
) -> HandoverId:
    number = await tx.insert(
        handovers,
        tenant=tx.actor.tenant,
        by=tx.actor.name,
        shift_id=shift_id,
        since=since,
        text=text,
        state=HandoverState.DRAFT.value,
        is_edited=False,
        created_at=at,
        taken_by="",
    )
    await _add_version(tx, number, text, at)
    return HandoverId(number)


async def write_handover(
    tx: Tx, handover_id: int, *, text: str, at: datetime, is_edited: bool
) -> None:
    """Other words; those before are kept as a version."""
    await change_handover(tx, handover_id, text=text, is_edited=is_edited)
    await _add_version(tx, handover_id, text, at)


async def change_handover(tx: Tx, handover_id: int, **values: Any) -> None:
    await tx.execute(
        handovers.update()
        .where(handovers.c.tenant == tx.actor.tenant, handovers.c.id == handover_id)
        .values(**values)
    )


async def handover(tx: Tx, handover_id: int) -> Handover | None:
    return await tx.one(_handovers(tx).where(handovers.c.id == handover_id), _handover)


async def draft_of(tx: Tx, person: str) -> Handover | None:
    """The draft somebody has begun."""
    query = _handovers(tx).where(
        handovers.c.by == person, handovers.c.state == HandoverState.DRAFT.value
    )
    found = await tx.rows(query.order_by(handovers.c.id.desc()).limit(1), _handover)
    return found[0] if found else None


async def newest_handovers(tx: Tx, limit: int) -> tuple[Handover, ...]:
    query = _handovers(tx).order_by(handovers.c.created_at.desc(), handovers.c.id.desc())
    return await tx.rows(query.limit(limit), _handover)


async def versions_of(tx: Tx, handover_id: int) -> tuple[Version, ...]:
    query = (
        select(versions)
        .where(versions.c.tenant == tx.actor.tenant, versions.c.handover_id == handover_id)
        .order_by(versions.c.id)
    )
    return await tx.rows(query, lambda row: Version(row.at, row.by, row.text))


async def _add_version(tx: Tx, handover_id: int, text: str, at: datetime) -> None:
    await tx.insert(
        versions,
        tenant=tx.actor.tenant,
        handover_id=handover_id,
        at=at,
        by=tx.actor.name,
        text=text,
    )


def _handovers(tx: Tx) -> Select[Any]:
    return select(handovers).where(handovers.c.tenant == tx.actor.tenant)


def _handover(row: Row[Any]) -> Handover:
    return Handover(
        id=HandoverId(row.id),
        by=row.by,
        since=row.since,
        text=row.text,
        state=HandoverState(row.state),
        created_at=row.created_at,
        shift_id=None if row.shift_id is None else ShiftId(row.shift_id),
        is_edited=row.is_edited,
        handed_at=row.handed_at,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
    )


# The journal


async def deeds(
    tx: Tx, events: Sequence[str], *, since: datetime, until: datetime, limit: int
) -> tuple[tuple[datetime, str, str, dict[str, Any]], ...]:
    """Entries of these kinds in a span, the newest first: when, who, which, its facts."""
    tenant = tx.actor.tenant

    def read(connection: Connection) -> tuple[tuple[datetime, str, str, dict[str, Any]], ...]:
        query = (
            select(journal.c.at, journal.c.actor, journal.c.event, journal.c.facts)
            .where(
                journal.c.id >= _first_entry(connection, since - _ORDER),
                journal.c.tenant == tenant,
                journal.c.event.in_(events),
                journal.c.at > since,
                journal.c.at <= until,
            )
            .order_by(journal.c.id.desc())
            .limit(limit)
        )
        return tuple((row.at, row.actor, row.event, row.facts) for row in connection.execute(query))

    return await tx.work(read, writes=False)


_ORDER = timedelta(minutes=5)
"""Numbers of the journal follow its times but for transactions side by side, and clocks."""


def _first_entry(connection: Connection, since: datetime) -> int:
    """The number from which on entries are newer: found in twenty steps, where reading a
    journal of millions by its times, which no index holds, would take seconds.
    """
    low, high = connection.execute(select(func.min(journal.c.id), func.max(journal.c.id))).one()
    if low is None:
        return 0
    while low < high:
        middle = (low + high) // 2
        next_one = select(journal.c.id, journal.c.at).where(journal.c.id >= middle)
        row = connection.execute(next_one.order_by(journal.c.id).limit(1)).one()
        if row.at <= since:
            low = row.id + 1
        else:
            high = middle
    return int(low)
