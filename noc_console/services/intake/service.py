"""What devices said unasked: lines found by their words, and who spoke without being known."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta

from noc_console.db.database import Database
from noc_console.db.lines import Lines
from noc_console.db.samples.values import from_ms
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid
from noc_console.kernel.operation import operation
from noc_console.kernel.text import visible
from noc_console.services.intake import rules, store
from noc_console.services.intake.model import (
    ConfigChange,
    ConfigChangesHeard,
    DeviceCount,
    IntakeLine,
    LineKind,
    LineQuery,
    LinesArrived,
    LinesFound,
    Quarantined,
)

MOST_STRANGERS = 1_000
_MOST_SHOWN = 10_000
_LONGEST_TEXT = 500
_MOST_CHOSEN = 500
"""Devices, sources and the like in one query."""
_FIELD = 200
CHANGES_KEPT = timedelta(days=400)
PATIENCE_S = 1.0
"""How long one search looks back; it says so when that was not far enough."""


class IntakeService:
    """Keeps notifications and log lines, bounded in time and size, and finds them."""

    def __init__(self, db: Database, lines: Lines, *, clock: Clock) -> None:
        self._db = db
        self._lines = lines
        self._clock = clock

    @operation("intake.search", right="intake.see")
    async def search(
        self,
        actor: Actor,
        *,
        text: str = "",
        device_ids: tuple[int, ...] = (),
        kinds: tuple[LineKind, ...] = (),
        facilities: tuple[int, ...] = (),
        severity: int | None = None,
        sources: tuple[str, ...] = (),
        start: datetime | None = None,
        end: datetime | None = None,
        before: int | None = None,
        limit: int = 200,
        counts: bool = False,
    ) -> LinesFound:
        """Find traps and log lines by words, device, kind, facility, severity, source and time.

        `text` is words in any order: bgp, xe-0/0/1, adj*, "lost carrier", -debug. `severity`
        3 finds emergencies to errors. Newest first; `before` (an id) asks for the next page.
        """
        query = LineQuery(
            text=text,
            device_ids=device_ids,
            kinds=kinds,
            facilities=facilities,
            severity=severity,
            sources=sources,
            start=start,
            end=end,
            before=before,
            limit=limit,
        )
        return await self._find(actor, query, counts=counts)

    async def find(self, actor: Actor, *, query: LineQuery, counts: bool = False) -> LinesFound:
        """The same by a query made before, for pages."""
        actor.require("intake.see")
        return await self._find(actor, query, counts=counts)

    @operation("intake.recent", right="intake.see")
    async def recent(
        self, actor: Actor, *, device_id: int | None = None, limit: int = 200
    ) -> tuple[IntakeLine, ...]:
        """Show the last traps and log lines, newest first: of one device, or all."""
        chosen = () if device_id is None else (device_id,)
        query = LineQuery(device_ids=chosen, limit=limit)
        return (await self._find(actor, query, counts=False)).lines

    @operation("intake.newest", right="intake.see")
    async def newest(self, actor: Actor) -> int:
        """Show the number of the newest line: it changes when a search may find more."""
        return await self._lines.newest()

    @operation("intake.quarantine", right="intake.see")
    async def quarantine(self, actor: Actor) -> tuple[Quarantined, ...]:
        """Show who sent traps or log lines without being a device we know."""
        async with self._db.read(actor) as tx:
            return await store.quarantined(tx)

    @operation("intake.keep")
    async def keep(
        self,
        actor: Actor,
        *,
        lines: tuple[IntakeLine, ...],
        strangers: tuple[IntakeLine, ...] = (),
    ) -> None:
        """Keep a batch of lines; those of strangers are counted, with their last words."""
        lines, strangers = rules.bundled(lines), rules.bundled(strangers)
        if lines:
            await self._lines.append([store.packed(line, actor.tenant) for line in lines])
        if not strangers:
            return
        async with self._db.begin(actor) as tx:
            await store.count_in(tx, strangers, most=MOST_STRANGERS)
            tx.record(LinesArrived(count=0, quarantined=sum(line.count for line in strangers)))

    @operation("intake.announce", right="intake.keep")
    async def announce(self, actor: Actor, *, count: int) -> None:
        """Tell every console that so many lines were kept: now and then, not for each of them."""
        async with self._db.begin(actor) as tx:
            tx.record(LinesArrived(count=count, quarantined=0))

    @operation("intake.release", right="intake.keep")
    async def release(self, actor: Actor, *, sources: tuple[str, ...]) -> None:
        """Forget strangers that turned out to be devices of ours."""
        async with self._db.begin(actor) as tx:
            if await store.forget_sources(tx, sources):
                tx.record(LinesArrived(count=0, quarantined=0))
            else:
                tx.wrote = False

    @operation("intake.note-changes", right="intake.keep")
    async def note_changes(self, actor: Actor, *, changes: tuple[ConfigChange, ...]) -> None:
        """Keep what devices said about changes of their set-up."""
        if not changes:
            return
        clean = [
            replace(
                one,
                who=visible(one.who, limit=_FIELD),
                how=visible(one.how, limit=_FIELD),
                text=visible(one.text, limit=rules.TEXT_LIMIT),
            )
            for one in changes
        ]
        async with self._db.begin(actor) as tx:
            await store.note_changes(tx, clean)
            tx.record(ConfigChangesHeard(device_ids=tuple({one.device_id for one in clean})))

    @operation("intake.changes", right="intake.see")
    async def changes_of(
        self, actor: Actor, *, device_id: int, start: datetime, end: datetime, limit: int = 100
    ) -> tuple[ConfigChange, ...]:
        """Show when a device said that it was set up anew, and by whom: oldest first."""
        if start.tzinfo is None or end.tzinfo is None:
            raise Invalid("a time needs its zone", field="start")
        if not 1 <= limit <= _MOST_SHOWN:
            raise Invalid(f"a limit lies between 1 and {_MOST_SHOWN}", field="limit")
        async with self._db.read(actor) as tx:
            return await store.changes_of(tx, device_id, start, end, limit)

    @operation("intake.forget-changes", right="intake.keep")
    async def forget_changes(self, actor: Actor) -> int:
        """Let go of changes of set-ups that were heard long ago; how many."""
        async with self._db.begin(actor) as tx:
            gone = await store.forget_changes(tx, self._clock.now() - CHANGES_KEPT)
            if gone:
                tx.record(ConfigChangesHeard(device_ids=()))
            else:
                tx.wrote = False
        return gone

    async def pack(self) -> int:
        """Make lines of the last hours quick to search; how many bundles of them were made."""
        return await self._lines.pack()

    async def prune(self) -> int:
        """Forget what is too old or too much; how many lines that were."""
        return await self._lines.prune(self._clock.now())

    async def _find(self, actor: Actor, query: LineQuery, *, counts: bool) -> LinesFound:
        _check(query)
        began = time.perf_counter()
        found = await self._lines.search(
            store.asked(query, actor.tenant, counts=counts, patience_s=PATIENCE_S)
        )
        return LinesFound(
            lines=tuple(map(store.unpacked, found.lines)),
            more=found.more,
            matches=found.matches,
            complete=found.complete,
            searched_to=None if found.searched_to is None else from_ms(found.searched_to),
            took_s=time.perf_counter() - began,
            damaged=found.damaged,
            severities=tuple(found.severities),
            devices=tuple(
                DeviceCount(device, count) for device, count in found.devices.items() if device >= 0
            ),
        )


def _check(query: LineQuery) -> None:
    """Refuse what no search can mean, before it costs anything."""
    if not 1 <= query.limit <= _MOST_SHOWN:
        raise Invalid(f"a limit lies between 1 and {_MOST_SHOWN}", field="limit")
    if len(query.text) > _LONGEST_TEXT:
        raise Invalid(f"a search has at most {_LONGEST_TEXT} characters", field="text")
    if query.severity is not None and not 0 <= query.severity <= 7:
        raise Invalid("a severity lies between 0 (emergency) and 7 (debug)", field="severity")
    if any(not 0 <= facility <= 23 for facility in query.facilities):
        raise Invalid("a facility lies between 0 (kernel) and 23 (local7)", field="facilities")
    for field, chosen in (("device_ids", query.device_ids), ("sources", query.sources)):
        if len(chosen) > _MOST_CHOSEN:
            raise Invalid(f"at most {_MOST_CHOSEN} can be chosen", field=field)
    for field, moment in (("start", query.start), ("end", query.end)):
        if moment is not None and moment.tzinfo is None:
            raise Invalid("a time needs its zone", field=field)
    if query.start and query.end and query.start >= query.end:
        raise Invalid("the start must be before the end", field="start")
