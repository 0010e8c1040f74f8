"""Shifts: what is written down, what changed since one's last, and what the next one takes over."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, tzinfo

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.kernel.operation import operation
from noc_console.kernel.text import visible
from noc_console.services.alarms.since import AlarmsSinceService
from noc_console.services.handover import store
from noc_console.services.handover.model import (
    Changes,
    Deed,
    Entry,
    EntryKind,
    EntryWritten,
    Handover,
    HandoverChanged,
    HandoverState,
    Note,
    Shift,
    ShiftChanged,
    Version,
)
from noc_console.services.handover.rules import deeds, draft, notes, words
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.services.topology.history import HistoryService

FIRST = timedelta(hours=12)
"""What who was never on shift takes for the last one: a night."""
AHEAD = timedelta(hours=12)
LONGEST = timedelta(days=31)
MOST_ENTRIES = 1_000
MOST_DEEDS = 300
MOST_HAPPENINGS = 300


class HandoverService:
    """The shift log, notes pinned to objects, and handovers."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        alarms: AlarmsSinceService,
        maintenance: MaintenanceService,
        inventory: InventoryService,
        history: HistoryService,
    ) -> None:
        self._db = db
        self._clock = clock
        self._alarms = alarms
        self._maintenance = maintenance
        self._inventory = inventory
        self._history = history

    # Shifts

    @operation("handover.begin-shift", right="handover.write")
    async def begin_shift(self, actor: Actor) -> Shift:
        """Begin one's shift."""
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            if await store.current(tx, actor.name) is not None:
                raise Conflict("your shift has begun already")
            return await self._begin(tx, now)

    @operation("handover.end-shift", right="handover.write")
    async def end_shift(self, actor: Actor) -> Shift:
        """End one's shift without a handover."""
        async with self._db.begin(actor) as tx:
            shift = await _mine(tx)
            await self._end(tx, shift, None)
            return shift

    @operation("handover.shift", right="handover.see")
    async def shift(self, actor: Actor) -> Shift | None:
        """Show one's shift, if one is on it."""
        async with self._db.read(actor) as tx:
            return await store.current(tx, actor.name)

    @operation("handover.shifts", right="handover.see")
    async def shifts(self, actor: Actor, *, days: float = 14.0) -> tuple[Shift, ...]:
        """List who was on shift when, the newest first."""
        since = self._clock.now() - timedelta(days=max(0.0, min(days, 366.0)))
        async with self._db.read(actor) as tx:
            return await store.shifts_since(tx, since)

    @operation("handover.since-last-shift", right="handover.see")
    async def since_last_shift(self, actor: Actor) -> datetime:
        """Tell when one's last shift ended; also while one is on shift, which then is no "last".

        Who never ended one is told twelve hours ago.
        """
        async with self._db.read(actor) as tx:
            ended = await store.last_ended(tx, actor.name)
        return ended or self._clock.now() - FIRST

    # The log and notes

    @operation("handover.write")
    async def write(
        self, actor: Actor, *, text: str, about: str = "", about_name: str = ""
    ) -> Entry:
        """Write a line into the shift log, about an object (`device:7`, `ticket:CHG-7`) or none."""
        return await self._write(actor, EntryKind.ENTRY, text, about, about_name)

    @operation("handover.pin", right="handover.write")
    async def pin(self, actor: Actor, *, about: str, text: str, about_name: str = "") -> Entry:
        """Pin a note to an object; it shows wherever the object shows until it is taken off."""
        if not about:
            raise Invalid("say what the note is about, like device:7", field="about")
        return await self._write(actor, EntryKind.NOTE, text, about, about_name)

    @operation("handover.edit-note", right="handover.write")
    async def edit_note(self, actor: Actor, *, note_id: int, text: str) -> None:
        """Change the words of a pinned note; those before stay in the log."""
        await self._step(actor, note_id, EntryKind.EDITED, words.clean(text))

    @operation("handover.unpin", right="handover.write")
    async def unpin(self, actor: Actor, *, note_id: int) -> None:
        """Take a pinned note off its object."""
        await self._step(actor, note_id, EntryKind.REMOVED, "")

    @operation("handover.notes", right="handover.see")
    async def notes(self, actor: Actor, *, about: tuple[str, ...] = ()) -> tuple[Note, ...]:
        """Show the notes pinned to these objects, or all; the newest first."""
        async with self._db.read(actor) as tx:
            return notes.standing(await store.note_entries(tx, about))

    @operation("handover.log", right="handover.see")
    async def log(
        self, actor: Actor, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Entry, ...]:
        """Show what was written down, the newest first; the last week unless told."""
        end = until or self._clock.now()
        start = since or end - timedelta(days=7)
        async with self._db.read(actor) as tx:
            return await store.log(tx, since=start, until=end, limit=MOST_ENTRIES)

    # What changed

    @operation("handover.changes", right="handover.see")
    async def changes(self, actor: Actor, *, since: datetime | None = None) -> Changes:
        """Tell what changed since one's last shift, or since a moment within the last month."""
        now = self._clock.now()
        start = since or await self.since_last_shift(actor)
        if start >= now:
            raise Invalid("that moment is yet to come", field="since")
        start = max(start, now - LONGEST)
        alarms = await self._alarms.since(actor, at=start)
        network = await self._history.changes(actor, start=start, end=now, alarms=False)
        works = await self._maintenance.calendar(
            actor, start=start, days=(now - start + AHEAD).days + 1
        )
        names = {int(device.id): device.name for device in await self._inventory.devices(actor)}
        async with self._db.read(actor) as tx:
            done = await store.deeds(tx, deeds.EVENTS, since=start, until=now, limit=MOST_DEEDS)
            log = await store.log(tx, since=start, until=now, limit=MOST_ENTRIES)
            pinned = notes.standing(await store.note_entries(tx))
            shifts = await store.shifts_since(tx, now)
        told = [
            Deed(at, by, text)
            for at, by, event, facts in reversed(done)
            if (text := deeds.told(event, facts, names))
        ]
        return Changes(
            since=start,
            until=now,
            alarms=alarms,
            network=network[-MOST_HAPPENINGS:],
            more_network=max(0, len(network) - MOST_HAPPENINGS),
            deeds=tuple(told),
            works=tuple(slot for slot in works if slot.starts_at <= now + AHEAD),
            log=tuple(reversed(log)),
            notes=pinned,
            on_shift=tuple(shift for shift in shifts if shift.ended_at is None),
        )

    # Handovers

    @operation("handover.draft", right="handover.write")
    async def draft(self, actor: Actor, *, anew: bool = False) -> Handover:
        """Draft the handover from what is known now; words a person changed stay, unless anew.

        Times are told in the zone of the computer it is drafted at.
        """
        return await self.draft_in(actor, zone=None, anew=anew)

    async def draft_in(self, actor: Actor, *, zone: tzinfo | None, anew: bool = False) -> Handover:
        """As `draft`, with times in a zone; None is the computer's."""
        actor.require("handover.write")
        async with self._db.read(actor) as tx:
            known = await store.draft_of(tx, actor.name)
        if known is not None and known.is_edited and not anew:
            return known
        changes = await self.changes(actor)
        text = await asyncio.to_thread(draft.draft, changes, by=actor.name, zone=zone)
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            mine = await store.current(tx, actor.name)
            known = await store.draft_of(tx, actor.name)
            if known is None:
                number = await store.add_handover(
                    tx,
                    shift_id=None if mine is None else mine.id,
                    since=changes.since,
                    text=text,
                    at=now,
                )
            else:
                number = known.id
                await store.change_handover(tx, number, since=changes.since)
                await store.write_handover(tx, number, text=text, at=now, is_edited=False)
            tx.record(HandoverChanged(handover_id=number, by=actor.name, what="drafted"))
            return await _handover(tx, number)

    @operation("handover.edit", right="handover.write")
    async def edit(self, actor: Actor, *, handover_id: int, text: str) -> Handover:
        """Change the words of one's draft; those before are kept."""
        clean = words.clean(text, limit=words.LONGEST_HANDOVER)
        async with self._db.begin(actor) as tx:
            before = await _draft(tx, handover_id)
            if before.text.strip() == clean:
                tx.wrote = False
                return before
            now = self._clock.now()
            await store.write_handover(tx, handover_id, text=clean, at=now, is_edited=True)
            tx.record(HandoverChanged(handover_id=handover_id, by=actor.name, what="edited"))
            return await _handover(tx, handover_id)

    @operation("handover.hand-over", right="handover.write")
    async def hand_over(self, actor: Actor, *, handover_id: int) -> Handover:
        """Hand over: the words stay as they are from now on, and one's shift ends."""
        async with self._db.begin(actor) as tx:
            await _draft(tx, handover_id)
            now = self._clock.now()
            await store.change_handover(
                tx, handover_id, state=HandoverState.HANDED.value, handed_at=now
            )
            shift = await store.current(tx, actor.name)
            if shift is not None:
                await self._end(tx, shift, handover_id)
            tx.record(HandoverChanged(handover_id=handover_id, by=actor.name, what="handed"))
            return await _handover(tx, handover_id)

    @operation("handover.take-over", right="handover.write")
    async def take_over(self, actor: Actor, *, handover_id: int) -> Handover:
        """Sign a handover: one has read it and the desk is one's own. One's shift begins."""
        async with self._db.begin(actor) as tx:
            found = await _handover(tx, handover_id)
            if found.state is HandoverState.DRAFT:
                raise Conflict(f"{found.by} has not handed over yet")
            if found.state is HandoverState.TAKEN:
                raise Conflict(f"{found.taken_by} took over already")
            now = self._clock.now()
            await store.change_handover(
                tx,
                handover_id,
                state=HandoverState.TAKEN.value,
                taken_by=actor.name,
                taken_at=now,
            )
            if await store.current(tx, actor.name) is None:
                await self._begin(tx, now)
            tx.record(HandoverChanged(handover_id=handover_id, by=actor.name, what="taken"))
            return await _handover(tx, handover_id)

    @operation("handover.list", right="handover.see")
    async def handovers(self, actor: Actor, *, limit: int = 100) -> tuple[Handover, ...]:
        """List handovers, the newest first; drafts of others are left out."""
        async with self._db.read(actor) as tx:
            found = await store.newest_handovers(tx, max(1, min(limit, 1_000)))
        return tuple(
            one for one in found if one.state is not HandoverState.DRAFT or one.by == actor.name
        )

    @operation("handover.read", right="handover.see")
    async def handover(self, actor: Actor, *, handover_id: int) -> Handover:
        """Show a handover."""
        async with self._db.read(actor) as tx:
            return await _handover(tx, handover_id)

    @operation("handover.versions", right="handover.see")
    async def versions(self, actor: Actor, *, handover_id: int) -> tuple[Version, ...]:
        """Show how a handover came to its words, oldest first."""
        async with self._db.read(actor) as tx:
            return await store.versions_of(tx, (await _handover(tx, handover_id)).id)

    @staticmethod
    def plain(text: str) -> str:
        """A handover's words without Markdown's marks."""
        return draft.plain(text)

    # How it works

    async def _begin(self, tx: Tx, now: datetime) -> Shift:
        number = await store.begin(tx, tx.actor.name, now)
        tx.record(ShiftChanged(shift_id=number, person=tx.actor.name, what="began"))
        return Shift(number, tx.actor.name, now)

    async def _end(self, tx: Tx, shift: Shift, handover_id: int | None) -> None:
        await store.end(tx, shift.id, self._clock.now(), handover_id)
        tx.record(ShiftChanged(shift_id=shift.id, person=shift.person, what="ended"))

    async def _write(
        self, actor: Actor, kind: EntryKind, text: str, about: str, about_name: str
    ) -> Entry:
        clean, key = words.clean(text), words.about(about.strip())
        name = visible(about_name.strip(), limit=200)
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            number = await store.add_entry(
                tx, at=now, kind=kind, text=clean, about=key, about_name=name
            )
            tx.record(EntryWritten(entry_id=number, about=key, what=kind.value))
        return Entry(number, now, actor.name, kind, clean, key, name)

    async def _step(self, actor: Actor, note_id: int, kind: EntryKind, text: str) -> None:
        async with self._db.begin(actor) as tx:
            note = await store.entry(tx, note_id)
            if note is None or note.kind is not EntryKind.NOTE:
                raise NotFound(f"there is no note {note_id}")
            standing = notes.standing(await store.note_entries(tx, (note.about,)))
            if all(each.id != note_id for each in standing):
                raise Conflict("that note was taken off already")
            number = await store.add_entry(
                tx,
                at=self._clock.now(),
                kind=kind,
                text=text,
                about=note.about,
                about_name=note.about_name,
                of_id=note_id,
            )
            tx.record(EntryWritten(entry_id=number, about=note.about, what=kind.value))


async def _mine(tx: Tx) -> Shift:
    shift = await store.current(tx, tx.actor.name)
    if shift is None:
        raise Conflict("you are not on shift")
    return shift


async def _handover(tx: Tx, handover_id: int) -> Handover:
    found = await store.handover(tx, handover_id)
    if found is None:
        raise NotFound(f"there is no handover {handover_id}")
    return found


async def _draft(tx: Tx, handover_id: int) -> Handover:
    found = await _handover(tx, handover_id)
    if found.state is not HandoverState.DRAFT:
        raise Conflict("what was handed over stays as it is")
    if found.by != tx.actor.name:
        raise NotAllowed(f"this is the draft of {found.by}")
    return found
