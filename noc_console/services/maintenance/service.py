"""Planned work: people say what, when and why; its alarms stay off the desk until it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Conflict, Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.alarms.planned import reshelve
from noc_console.services.maintenance import store
from noc_console.services.maintenance.model import (
    MOST_DEVICES,
    UNBORN,
    Ending,
    Maintenance,
    MaintenanceChanged,
    Report,
    Run,
    Slot,
    Spot,
    Target,
    TargetKind,
    Window,
)
from noc_console.services.maintenance.quiet import PlannedWork
from noc_console.services.maintenance.resolving import Resolver
from noc_console.services.maintenance.rules import compare, plan, resolve
from noc_console.services.maintenance.snapshot import Snapshot, packed, unpacked

MOST_RUNS = 2_000
CALENDAR = timedelta(days=400)


class MaintenanceService:
    """Windows and the times they take place. Beginning on time is the keeper's (`workers`)."""

    def __init__(self, db: Database, *, clock: Clock, resolver: Resolver | None = None) -> None:
        """Without a resolver only windows of devices can be begun."""
        self._db = db
        self._clock = clock
        self._resolver = resolver
        self.planned = PlannedWork()

    # Looking

    @operation("maintenance.now", right="maintenance.see")
    async def now(self, actor: Actor) -> tuple[Maintenance, ...]:
        """Show the devices somebody works on now, by when it ends."""
        async with self._db.read(actor) as tx:
            found = await store.quiet(tx, self._clock.now())
        longest: dict[int, Maintenance] = {}
        for spot, work in found:
            if spot.sensor_id is not None:
                continue
            known = longest.get(spot.device_id)
            # Work on the whole device tells more than work on one of its ports.
            if known is None or _rank(work) > _rank(known):
                longest[spot.device_id] = work
        return tuple(sorted(longest.values(), key=lambda one: (one.ends_at, one.device_id)))

    @operation("maintenance.windows", right="maintenance.see")
    async def windows(self, actor: Actor) -> tuple[Window, ...]:
        """List what is planned or under way."""
        async with self._db.read(actor) as tx:
            return await store.coming(tx, after=self._clock.now())

    @operation("maintenance.window", right="maintenance.see")
    async def window(self, actor: Actor, *, window_id: int) -> Window:
        """Show one window."""
        async with self._db.read(actor) as tx:
            return await _window(tx, window_id)

    @operation("maintenance.runs", right="maintenance.see")
    async def runs(
        self, actor: Actor, *, start: datetime | None = None, end: datetime | None = None
    ) -> tuple[Run, ...]:
        """List the times work took place, the newest first; the last 90 days unless told."""
        until = end or self._clock.now()
        async with self._db.read(actor) as tx:
            return await store.runs_between(
                tx, start=start or until - timedelta(days=90), end=until, limit=MOST_RUNS
            )

    @operation("maintenance.calendar", right="maintenance.see")
    async def calendar(
        self, actor: Actor, *, start: datetime | None = None, days: int = 14
    ) -> tuple[Slot, ...]:
        """Show every time of a span: over, under way and planned."""
        if not 1 <= days <= CALENDAR.days:
            raise Invalid(f"a calendar shows 1 to {CALENDAR.days} days", field="days")
        now = self._clock.now()
        begin = start or now
        end = begin + timedelta(days=days)
        async with self._db.read(actor) as tx:
            runs = await store.runs_between(tx, start=begin, end=end, limit=MOST_RUNS)
            windows = {each.id: each for each in await store.coming(tx, after=begin)}
            missing = {run.window_id for run in runs} - windows.keys()
            windows |= {each.id: each for each in await store.windows_of(tx, missing)}
        return await asyncio.to_thread(
            plan.calendar, windows.values(), runs, start=begin, end=end, now=now
        )

    @operation("maintenance.report", right="maintenance.see")
    async def report(self, actor: Actor, *, run_id: int) -> Report:
        """Tell what was different after work from before it."""
        async with self._db.read(actor) as tx:
            run = await _run(tx, run_id)
            window = await _window(tx, run.window_id)
            kept = await store.snapshots(tx, run_id)
        return await asyncio.to_thread(_report, run, window, *kept)

    async def run(self, actor: Actor, *, run_id: int) -> Run:
        """One time of a window."""
        actor.require("maintenance.see")
        async with self._db.read(actor) as tx:
            return await _run(tx, run_id)

    @staticmethod
    def coming(window: Window, *, now: datetime, most: int = 3) -> tuple[datetime, ...]:
        """When a window begins next. Raises Invalid for one that makes no sense."""
        checked = plan.checked(window, now=now)
        found = plan.times(checked, after=now - checked.length, before=now + timedelta(days=3_660))
        return tuple(islice(found, most))

    @staticmethod
    def repeats(window: Window) -> str:
        """How a window is repeated, as people say it: `every week on Tuesday`; "" for once."""
        return plan.said(window)

    # Planning

    @operation("maintenance.plan")
    async def plan(
        self,
        actor: Actor,
        *,
        title: str,
        minutes: float = 120.0,
        starts_at: datetime | None = None,
        device_ids: tuple[int, ...] = (),
        interface_ids: tuple[int, ...] = (),
        site_ids: tuple[int, ...] = (),
        words: str = "",
        types: tuple[str, ...] = (),
        areas: tuple[str, ...] = (),
        ticket: str = "",
        repeat: str = "",
        zone: str = "UTC",
        quiet_minutes: int = 0,
        warn_minutes: int = 10,
        optical_db: float = 1.0,
        reads_configs: bool = True,
        note: str = "",
    ) -> Window:
        """Plan work on devices, ports, sites, a group, or areas of maps (`MAP:DRAWING`).

        It begins now unless `starts_at` says when. `repeat` is an RFC 5545 rule
        (`FREQ=MONTHLY;BYDAY=2TU`) on the clock of `zone`. With `quiet_minutes` it ends early
        once all that went down has been back for so long.
        """
        targets = [Target(TargetKind.DEVICE, id) for id in device_ids]
        targets += [Target(TargetKind.INTERFACE, id) for id in interface_ids]
        targets += [Target(TargetKind.SITE, id) for id in site_ids]
        if words.strip() or types:
            targets.append(Target(TargetKind.GROUP, words=words.strip(), types=types))
        targets += [_area(text) for text in areas]
        return await self.keep(
            actor,
            window=Window(
                UNBORN,
                title,
                tuple(targets),
                starts_at or self._clock.now(),
                timedelta(minutes=minutes),
                actor.name,
                ticket=ticket,
                repeat=repeat,
                zone=zone,
                quiet_minutes=quiet_minutes,
                warn_minutes=min(warn_minutes, int(minutes)),
                optical_db=optical_db,
                reads_configs=reads_configs,
                note=note,
            ),
        )

    async def keep(self, actor: Actor, *, window: Window) -> Window:
        """Keep a new window, or another form of one that has not begun; begin it if it is time."""
        actor.require("maintenance.plan")
        now = self._clock.now()
        checked = plan.checked(await self._named(actor, window), now=now)
        is_new = window.id == UNBORN
        due = plan.due(checked, now=now)
        spots = await self._spots(actor, checked)
        resolve.check_size(spots)
        async with self._db.begin(actor) as tx:
            if is_new:
                made = replace(checked, by=actor.name, created_at=now)
                made = replace(made, id=await store.add_window(tx, made, _last_end(made)))
            else:
                before = await _window(tx, window.id)
                _refuse_begun(before, await store.under_way(tx), now)
                made = replace(checked, by=before.by, created_at=before.created_at)
                await store.save_window(tx, made, _last_end(made))
            what = "planned" if is_new else "changed"
            tx.record(_event(made, what))
            if due is not None:
                await self._begin(tx, made, due, spots, now)
        return made

    @operation("maintenance.cancel", right="maintenance.plan")
    async def cancel(self, actor: Actor, *, window_id: int) -> None:
        """Call a window off: it does not begin (again). Work under way goes on."""
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            window = await _window(tx, window_id)
            if window.cancelled_at is not None:
                raise Conflict(f"{window.title} was called off already")
            off = replace(window, cancelled_at=now, cancelled_by=actor.name)
            await store.save_window(tx, off, now)
            tx.record(_event(off, "cancelled"))

    @operation("maintenance.restore", right="maintenance.plan")
    async def restore(self, actor: Actor, *, window_id: int) -> None:
        """Take calling a window off back."""
        async with self._db.begin(actor) as tx:
            window = await _window(tx, window_id)
            if window.cancelled_at is None:
                raise Conflict(f"{window.title} is not called off")
            on = replace(window, cancelled_at=None, cancelled_by="")
            await store.save_window(tx, on, _last_end(on))
            tx.record(_event(on, "changed"))

    @operation("maintenance.skip", right="maintenance.plan")
    async def skip(self, actor: Actor, *, window_id: int, starts_at: datetime) -> None:
        """Call off one time of a repetition."""
        async with self._db.begin(actor) as tx:
            window = await _window(tx, window_id)
            soon = starts_at + timedelta(seconds=1)
            if starts_at not in plan.times(window, after=starts_at, before=soon):
                raise NotFound(f"{window.title} does not begin then")
            if not window.repeats:
                raise Invalid("it takes place once: call it off instead", field="starts_at")
            skipped = replace(window, skipped=(*window.skipped, starts_at))
            await store.save_window(tx, skipped, _last_end(skipped))
            tx.record(_event(skipped, "skipped"))

    # Working

    @operation("maintenance.begin", right="maintenance.plan")
    async def begin(
        self,
        actor: Actor,
        *,
        device_ids: tuple[int, ...],
        reason: str,
        minutes: float = 120.0,
        ticket: str = "",
        quiet_minutes: int = 0,
    ) -> None:
        """Work on devices from now on: their alarms stay off the desk until it ends."""
        if not 0 < len(device_ids) <= MOST_DEVICES:
            raise Invalid(f"choose 1 to {MOST_DEVICES:,} devices", field="device_ids")
        now = self._clock.now()
        window = Window(
            UNBORN,
            reason,
            tuple(Target(TargetKind.DEVICE, id) for id in dict.fromkeys(device_ids)),
            now,
            timedelta(minutes=minutes),
            actor.name,
            ticket=ticket,
            quiet_minutes=quiet_minutes,
            warn_minutes=min(10, int(minutes)),
        )
        made = replace(plan.checked(await self._named(actor, window), now=now), created_at=now)
        async with self._db.begin(actor) as tx:
            made = replace(made, id=await store.add_window(tx, made, _last_end(made)))
            spots = tuple(Spot(target.id) for target in made.targets)
            await self._begin(tx, made, now, spots, now)

    @operation("maintenance.end", right="maintenance.plan")
    async def end(self, actor: Actor, *, device_ids: tuple[int, ...]) -> int:
        """End work on devices before its time; alarms that still stand come back. How many."""
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            found = await store.quiet(tx, now, device_ids)
            touched = {spot.device_id for spot, _ in found}
            runs = {work.run_id for _, work in found}
            await store.end_spots(tx, now, device_ids=sorted(touched))
            alive = await store.live_runs(tx, now, runs)
            for run_id in sorted(runs - alive):
                await self._close(tx, await _run(tx, run_id), Ending.BY_HAND, now)
            await self._follow(tx, touched, {work.ends_at for _, work in found}, now)
            for run_id in sorted(runs & alive):
                run = await _run(tx, run_id)
                tx.record(_happened(run, "changed"))
            if not touched:
                tx.wrote = False
        return len(touched)

    @operation("maintenance.end-run", right="maintenance.plan")
    async def end_run(self, actor: Actor, *, run_id: int) -> None:
        """End one piece of work before its time; alarms that still stand come back."""
        await self.finish(actor, run_id=run_id, ending=Ending.BY_HAND)

    @operation("maintenance.extend", right="maintenance.plan")
    async def extend(self, actor: Actor, *, run_id: int, minutes: float = 30.0) -> Run:
        """Let work last longer, seven days in all at most."""
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            run = await _under_way(tx, run_id)
            ends = run.ends_at + timedelta(minutes=minutes)
            if not run.ends_at < ends <= run.starts_at + timedelta(days=7):
                raise Invalid("work lasts 7 days in all at most", field="minutes")
            await store.prolong_spots(tx, run_id, was=run.ends_at, ends_at=ends)
            await store.change_run(tx, run_id, ends_at=ends)
            devices = {spot.device_id for spot in await store.spots_of(tx, run_id)}
            await self._follow(tx, devices, {run.ends_at}, now)
            tx.record(_happened(run, "extended"))
            return await _run(tx, run_id)

    # For the keeper

    async def begin_due(self, actor: Actor) -> int:
        """Begin the windows whose time has come; how many."""
        actor.require("maintenance.plan")
        now = self._clock.now()
        async with self._db.read(actor) as tx:
            coming = await store.coming(tx, after=now)
            due = [
                (window, moment)
                for window in coming
                if (moment := plan.due(window, now=now)) is not None
                and not await store.has_run(tx, window.id, moment)
            ]
        for window, moment in due:
            spots = await self._spots(actor, window)
            async with self._db.begin(actor) as tx:
                # Another collector, or the window of who planned it, may have been quicker.
                if await store.has_run(tx, window.id, moment):
                    continue
                await self._begin(tx, window, moment, spots, now)
        return len(due)

    async def finish(self, actor: Actor, *, run_id: int, ending: Ending) -> None:
        """End a run; Conflict when it is over."""
        actor.require("maintenance.plan")
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            run = await _under_way(tx, run_id)
            devices = {spot.device_id for spot in await store.spots_of(tx, run_id)}
            await store.end_spots(tx, now, run_id=run_id)
            await self._close(tx, run, ending, now)
            await self._follow(tx, devices, {run.ends_at}, now)

    async def under_way(self, actor: Actor) -> tuple[Run, ...]:
        """Runs that are not over, the next to end leading."""
        actor.require("maintenance.see")
        async with self._db.read(actor) as tx:
            return await store.under_way(tx)

    async def spots_of(self, actor: Actor, *, run_id: int) -> tuple[Spot, ...]:
        """What a run keeps, or kept, quiet."""
        actor.require("maintenance.see")
        async with self._db.read(actor) as tx:
            return await store.spots_of(tx, run_id)

    async def note_down(
        self, actor: Actor, *, run_id: int, down: int, warned: bool | None = None
    ) -> None:
        """Keep how much is still down, and whether people are warned of the end."""
        actor.require("maintenance.plan")
        async with self._db.begin(actor) as tx:
            run = await _under_way(tx, run_id)
            more = {} if warned is None else {"warned_at": self._clock.now() if warned else None}
            await store.change_run(tx, run_id, down=down, **more)
            tx.record(_happened(run, "ending" if warned else "changed"))

    async def to_look_at(self, actor: Actor) -> tuple[Run, ...]:
        """Runs of which the state before or after is still to be taken, within a day."""
        actor.require("maintenance.see")
        async with self._db.read(actor) as tx:
            since = self._clock.now() - timedelta(days=1)
            return await store.without_snapshot(tx, since=since)

    async def keep_before(self, actor: Actor, *, run_id: int, snapshot: Snapshot) -> None:
        """Keep how it was when work began."""
        actor.require("maintenance.plan")
        kept = await asyncio.to_thread(packed, snapshot)
        async with self._db.begin(actor) as tx:
            run = await _run(tx, run_id)
            await store.change_run(tx, run_id, before=kept, before_at=snapshot.at)
            tx.record(_happened(run, "changed"))

    async def keep_after(self, actor: Actor, *, run_id: int, snapshot: Snapshot) -> Report:
        """Keep how it is after work, and what of it differs from before."""
        actor.require("maintenance.plan")
        kept = await asyncio.to_thread(packed, snapshot)
        async with self._db.read(actor) as tx:
            run = await _run(tx, run_id)
            window = await _window(tx, run.window_id)
            before, _ = await store.snapshots(tx, run_id)
        report = await asyncio.to_thread(_report, run, window, before, kept)
        async with self._db.begin(actor) as tx:
            await store.change_run(
                tx,
                run_id,
                after=kept,
                after_at=snapshot.at,
                differing=len(report.findings),
                worse=sum(finding.turn.value == "worse" for finding in report.findings),
            )
            tx.record(_happened(run, "compared"))
        return report

    # How it works

    async def _named(self, actor: Actor, window: Window) -> Window:
        """With the names its objects have; NotFound for what is not there."""
        if self._resolver is None:
            return window
        return replace(window, targets=await self._resolver.named(actor, window.targets))

    async def _spots(self, actor: Actor, window: Window) -> tuple[Spot, ...]:
        if self._resolver is None:
            return tuple(Spot(t.id) for t in window.targets if t.kind is TargetKind.DEVICE)
        return await self._resolver.spots(actor, window.targets)

    async def _begin(
        self, tx: Tx, window: Window, moment: datetime, spots: Sequence[Spot], now: datetime
    ) -> None:
        """A time of a window begins: what it is about falls quiet."""
        ends = moment + window.length
        devices = {spot.device_id for spot in spots}
        # What shorter work put aside stays so until this ends.
        was = {work.ends_at for _, work in await store.quiet(tx, now, devices)}
        number = await store.add_run(
            tx, window.id, planned_at=moment, starts_at=now, ends_at=ends, kept_quiet=spots
        )
        await self._follow(tx, devices, was, now)
        tx.record(
            MaintenanceChanged(
                window_id=window.id,
                run_id=number,
                what="began",
                title=window.title,
                devices=len(devices),
            )
        )

    async def _close(self, tx: Tx, run: Run, ending: Ending, now: datetime) -> None:
        by = "" if ending is Ending.TIME else tx.actor.name
        ends = min(run.ends_at, now)
        await store.change_run(
            tx, run.id, ended_at=now, ends_at=ends, ending=ending.value, ended_by=by
        )
        tx.record(_happened(run, "ended"))

    async def _follow(
        self, tx: Tx, devices: Iterable[int], was: Iterable[datetime], now: datetime
    ) -> None:
        await reshelve(
            tx,
            self.planned,
            device_ids=frozenset(devices),
            was=frozenset(was),
            at=now,
            why="maintenance ended",
        )


def _rank(work: Maintenance) -> tuple[bool, datetime]:
    return work.interface_id is None, work.ends_at


def _area(text: str) -> Target:
    number, _, drawing = text.partition(":")
    if not number.isascii() or not number.isdecimal() or not drawing:
        raise Invalid("an area is written MAP:DRAWING, as `maps.areas` tells", field="areas")
    return Target(TargetKind.AREA, map_id=int(number), drawing=drawing)


def _last_end(window: Window) -> datetime | None:
    """When nothing of it is left to begin; None without an end."""
    if window.cancelled_at is not None:
        return window.cancelled_at
    if not window.repeats:
        return window.starts_at + window.length
    if "COUNT=" not in window.repeat and "UNTIL=" not in window.repeat:
        return None
    last = window.starts_at
    for moment in plan.times(
        replace(window, skipped=()),
        after=window.starts_at,
        before=window.starts_at + timedelta(days=366 * 50),
    ):
        last = moment
    return last + window.length


def _report(run: Run, window: Window, before: bytes | None, after: bytes | None) -> Report:
    if before is None:
        missing = ("How it was before the work was not taken: no collector ran when it began.",)
        return Report(run, None, None, notes=missing)
    was = unpacked(before)
    if after is None:
        return Report(run, was.at, None)
    is_now = unpacked(after)
    return Report(
        run,
        was.at,
        is_now.at,
        findings=compare.findings(was, is_now, optical_db=window.optical_db),
        notes=compare.notes(was, is_now),
        looked_at=compare.looked_at(was, is_now),
    )


def _refuse_begun(window: Window, under_way: Sequence[Run], now: datetime) -> None:
    if any(run.window_id == window.id for run in under_way):
        raise Conflict(f"{window.title} is under way: extend it, or end it")
    if not window.repeats and window.starts_at + window.length <= now:
        raise Conflict(f"{window.title} is over: plan it anew")


def _event(window: Window, what: str) -> MaintenanceChanged:
    return MaintenanceChanged(window_id=window.id, run_id=0, what=what, title=window.title)


def _happened(run: Run, what: str) -> MaintenanceChanged:
    return MaintenanceChanged(
        window_id=run.window_id, run_id=run.id, what=what, title=run.title, devices=run.devices
    )


async def _window(tx: Tx, window_id: int) -> Window:
    found = await store.window(tx, window_id)
    if found is None:
        raise NotFound(f"there is no maintenance {window_id}")
    return found


async def _run(tx: Tx, run_id: int) -> Run:
    found = await store.run(tx, run_id)
    if found is None:
        raise NotFound(f"there is no run {run_id} of a maintenance")
    return found


async def _under_way(tx: Tx, run_id: int) -> Run:
    run = await _run(tx, run_id)
    if not run.is_under_way:
        raise Conflict(f"{run.title} is over")
    return run
