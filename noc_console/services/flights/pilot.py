"""Flies one flight: canaries, gates, waves, and back when something is not well.

Whatever it is about to do to a device is in the store before it does it. So a pilot that was killed
is followed by another, who finds devices `changing`, `held` or `undoing`, looks at each, brings it
back to a known stand, and goes on.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import NocError
from noc_console.kernel.text import plural
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.flights.doing import Changer, Note, Untouched
from noc_console.services.flights.imaging import Imager
from noc_console.services.flights.logbook import Logbook
from noc_console.services.flights.model import Flight, Health, Kind, Phase, Stand, Target, Way
from noc_console.services.flights.ports import Copies
from noc_console.services.flights.rules import gates, shutting, truth, waves
from noc_console.services.flights.safely import Holder
from noc_console.services.flights.watching import Vigil, Watch, Watched
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService

STUCK = Condition("flight-stuck")
ASKS = Condition("flight-asks")
"""A device waits for a person's yes: who is on duty has to hear of it in time."""
ASK_S = 1.0
"""How often it is looked whether somebody wants the flight stopped."""
ANSWER_S = 30.0
"""Before a device takes a change back by itself, so long the last yes to it is taken."""
MOST_ATTEMPTS = 2
_log = structlog.get_logger("flights")
_HELD = (Stand.HELD, Stand.ASKS)
_TIMED = (Way.COMMIT, Way.GUARDED, Way.INVERSE, Way.SAFE)
"""Ways of changes that come back when nobody keeps them: by the device, or by the next pilot."""


@dataclass(frozen=True, slots=True)
class _Trip:
    """What one wave has with it."""

    flight: Flight
    devices: dict[int, Device]
    stop: asyncio.Event
    vigil: Vigil
    earlier: tuple[Watched, ...]
    """What was changed before this wave."""


class Pilot:
    """One flight, from where it stands to its end."""

    def __init__(
        self,
        logbook: Logbook,
        inventory: InventoryService,
        alarms: AlarmService,
        watch: Watch,
        *,
        changer: Changer,
        holder: Holder,
        imager: Imager,
        clock: Clock,
        actor: Actor,
        copies: Copies | None = None,
        ask_s: float = ASK_S,
    ) -> None:
        self._logbook = logbook
        self._inventory = inventory
        self._alarms = alarms
        self._watch = watch
        self._changer = changer
        self._holder = holder
        self._imager = imager
        self._clock = clock
        self._actor = actor
        self._copies = copies
        self._ask_s = ask_s

    async def fly(self, flight_id: int) -> None:
        """Until it is over. Cancelled (another collector's turn), it can be taken up anywhere."""
        flight = await self._logbook.flight(self._actor, flight_id)
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._hear(flight_id, stop))
            try:
                if flight.phase is Phase.UNDOING:
                    await self._go_back(flight, flight.why)
                elif flight.phase is Phase.FLYING:
                    await self._go(flight, stop)
            finally:
                listening.cancel()
                await self._holder.let_go(flight_id)

    async def _hear(self, flight_id: int, stop: asyncio.Event) -> None:
        while not stop.is_set():
            if (await self._logbook.flight(self._actor, flight_id)).stop:
                stop.set()
            await asyncio.sleep(self._ask_s)

    # -- forward ---------------------------------------------------------------------------

    async def _go(self, flight: Flight, stop: asyncio.Event) -> None:
        devices = await self._devices()
        vigil = self._watch.over(self._actor, flight)
        trouble = await self._recover(flight, devices)
        while not trouble:
            targets = await self._logbook.targets(self._actor, flight.id)
            number = waves.next_wave(targets)
            if number is None:
                if await self._land(flight, Phase.DONE, _ended(targets)):
                    return
                break
            if stop.is_set():
                break
            now = self._clock.now()
            wave = [t for t in targets if t.wave == number]
            is_begun = any(t.stand in _HELD for t in wave)
            if not is_begun and waves.is_too_late(flight, now):
                closed = "its window closed before all were changed"
                if await self._land(flight, Phase.DONE, closed):
                    return
                break
            if not is_begun and not waves.is_time(flight, now):
                await asyncio.sleep(self._ask_s)
                continue
            earlier = [t for t in targets if t.stand.is_changed and t.wave != number]
            trip = _Trip(flight, devices, stop, vigil, self._watched(earlier, devices))
            trouble = await self._wave(trip, number, wave)
        why = trouble or (await self._logbook.flight(self._actor, flight.id)).stop
        await self._go_back(flight, why)

    async def _wave(self, trip: _Trip, number: int, wave: Sequence[Target]) -> str:
        """Change, watch, keep. What went wrong, in a sentence; "" when nothing did.

        What earlier waves changed is watched, too, also while this one is being changed.
        """
        flight, devices, stop, earlier = trip.flight, trip.devices, trip.stop, trip.earlier
        name = "the canaries" if number == 0 else f"wave {number}"
        waiting = [t for t in wave if t.stand is Stand.PLANNED]
        # Taken up after a kill: what is held is seen through, but begun is only in the window.
        if waiting and waves.is_time(flight, self._clock.now()):
            told = f"{name}: {plural(len(waiting), 'device')}"
            await self._logbook.note(self._actor, flight, "wave", told)
            async with self._guarded(trip) as failed:
                await self._change_all(trip, waiting, failed)
            if failed:
                return f"{name}: {failed[0]}"
        if stop.is_set():
            return ""
        targets = await self._logbook.targets(self._actor, flight.id)
        held = [t for t in targets if t.wave == number and t.stand in _HELD]
        if not held:
            return ""
        soak = flight.gates.canary_soak_s if number == 0 else flight.gates.soak_s
        before = f", and {plural(len(earlier), 'device')} changed before" if earlier else ""
        told = f"{name}: watched for {soak:g} s{before}"
        await self._logbook.note(self._actor, flight, "watch", told)
        since = min((t.changed_at for t in held if t.changed_at), default=self._clock.now())
        fresh = [Watched(t, devices[t.device_id], since) for t in held]
        found = await trip.vigil.soak(fresh, earlier, seconds=soak, stop=stop)
        if found:
            return f"{name}: {gates.sentence(found)}"
        if no := await self._answered(trip, number, fresh):
            return f"{name}: {no}"
        if stop.is_set():
            return ""
        return await self._keep_all(flight, held, devices)

    async def _answered(self, trip: _Trip, number: int, fresh: Sequence[Watched]) -> str:
        """Wait for a yes to what is set otherwise than previewed, and watch on meanwhile.

        Why it cannot be kept; "" when there is nothing (more) to ask.
        """
        while not trip.stop.is_set():
            targets = await self._logbook.targets(self._actor, trip.flight.id)
            asking = [t for t in targets if t.wave == number and t.stand is Stand.ASKS]
            if not asking:
                return ""
            late = [t for t in asking if _is_late(t, self._clock.now(), ANSWER_S)]
            if late:
                told = "is set otherwise than previewed, and nobody said yes in time"
                return f"{late[0].name} {told}: {late[0].why}"
            found = await trip.vigil.soak(fresh, trip.earlier, seconds=self._ask_s, stop=trip.stop)
            if found:
                return gates.sentence(found)
        return ""

    @asynccontextmanager
    async def _guarded(self, trip: _Trip) -> AsyncIterator[list[str]]:
        """While a wave is changed, the devices changed before are watched; what went wrong.

        Not while software boots: neighbours lose their links to who does.
        """
        failed: list[str] = []
        changed = asyncio.Event()

        async def watch() -> None:
            found = await trip.vigil.soak((), trip.earlier, seconds=math.inf, stop=changed)
            if found:
                failed.append(gates.sentence(found))

        async with asyncio.TaskGroup() as group:
            if trip.earlier and trip.flight.kind is not Kind.FIRMWARE:
                group.create_task(watch())
            try:
                yield failed
            finally:
                changed.set()

    async def _change_all(self, trip: _Trip, wave: Sequence[Target], failed: list[str]) -> None:
        """Change a wave, so many at once; once anything `failed`, no other begins."""
        flight, devices = trip.flight, trip.devices
        before = await self._watch.look(self._actor, [devices[t.device_id] for t in wave])
        dead = [t.name for t in wave if not before[t.device_id].answers]
        if dead:
            failed.append(f"{dead[0]} does not answer SNMP: nobody could see whether all is well")

        async def one(target: Target) -> None:
            if failed or trip.stop.is_set() or waves.is_too_late(flight, self._clock.now()):
                return
            ready = await self._expecting(target, before[target.device_id])
            told = await self._change(flight, ready, devices[target.device_id])
            if told:
                failed.append(f"{target.name}: {told}")

        await self._each(flight, wave, one)

    async def _expecting(self, target: Target, before: Health) -> Target:
        """With how it is now as its baseline; ports that its lines shut may be down."""
        kept = await self._logbook.kept(self._actor, target)
        shut = shutting.named(shutting.told(kept.lines), before.ports_up)
        if shut:
            text = f"shuts {', '.join(sorted(shut))} on purpose: that it is down stops nothing"
            await self._logbook.step(self._actor, target, "expects", text)
        return replace(target, baseline=gates.packed(replace(before, shut=shut)))

    async def _change(self, flight: Flight, target: Target, device: Device) -> str:
        """One device. Why it failed; "" when it is held."""
        now = self._clock.now()
        is_timed = target.way in _TIMED
        until = now + timedelta(minutes=flight.confirm_minutes) if is_timed else None
        moving = replace(
            target,
            stand=Stand.CHANGING,
            attempt=target.attempt + 1,
            changed_at=now,
            until=until,
        )
        await self._logbook.move(
            self._actor,
            moving,
            Stand.CHANGING,
            f"by {target.way}",
            attempt=moving.attempt,
            changed_at=now,
            until=until,
            baseline=target.baseline,
        )
        doer, note = self._doer(flight, target), self._noting(moving)
        kept = await self._logbook.kept(self._actor, target)
        try:
            done = await doer.change(self._actor, flight, moving, device, kept, note)
        except Untouched as error:
            await self._logbook.move(
                self._actor, moving, Stand.FAILED, str(error), why=str(error), until=None
            )
            return str(error)
        except NocError as error:
            # Half done, perhaps: the way back looks what is true.
            await self._undo(flight, replace(moving, why=str(error)), device, then=Stand.FAILED)
            return str(error)
        stand = Stand.HELD
        if done.surprise and not await self._is_known(flight, done.surprise):
            stand = Stand.ASKS
        came = replace(kept, came=done.came)
        await self._logbook.arrive(
            self._actor, moving, stand, kept=came, did=done.did, why=done.surprise
        )
        if stand is Stand.ASKS:
            await self._ask(flight, moving, done.surprise)
        return ""

    async def _ask(self, flight: Flight, target: Target, surprise: str) -> None:
        """Call somebody; who says nothing says no."""
        await self._alarms.report(
            self._actor,
            about=_about(target),
            condition=ASKS,
            severity=Severity.MINOR,
            text=f"“{flight.title}” came otherwise than previewed, and asks for a yes: {surprise}",
        )

    async def _hush(self, target: Target) -> None:
        """It is answered, or over."""
        if target.why:
            await self._alarms.settle(self._actor, about=_about(target), condition=ASKS)

    async def _is_known(self, flight: Flight, surprise: str) -> bool:
        """Whether somebody said yes to a surprise of this kind at another device."""
        targets = await self._logbook.targets(self._actor, flight.id)
        kind = truth.kind(surprise)
        accepted = (Stand.HELD, Stand.KEPT)
        return bool(kind) and any(
            kind == truth.kind(t.why) for t in targets if t.stand in accepted and t.why
        )

    async def _keep_all(
        self, flight: Flight, held: Sequence[Target], devices: dict[int, Device]
    ) -> str:
        failed: list[str] = []

        async def one(target: Target) -> None:
            device = devices[target.device_id]
            try:
                kept = await self._logbook.kept(self._actor, target)
                await self._doer(flight, target).keep(
                    self._actor, flight, target, device, kept, self._noting(target)
                )
            except NocError as error:
                failed.append(f"{target.name} could not be told to keep it: {error}")
                return
            await self._logbook.move(self._actor, target, Stand.KEPT, until=None)
            await self._hush(target)

        await self._each(flight, held, one)
        return failed[0] if failed else ""

    # -- back ------------------------------------------------------------------------------

    async def _go_back(self, flight: Flight, why: str) -> None:
        """Take back what is held, and what was kept if the plan says so."""
        if flight.phase is not Phase.UNDOING:
            await self._logbook.enter(self._actor, flight, Phase.UNDOING, why)
        devices = await self._devices()
        targets = await self._logbook.targets(self._actor, flight.id)
        touched = [t for t in targets if t.stand.is_touched]
        if not flight.undo_all:
            touched = [t for t in touched if t.stand is not Stand.KEPT]

        async def one(target: Target) -> None:
            await self._undo(flight, target, devices[target.device_id])

        await self._each(flight, touched, one)
        targets = await self._logbook.targets(self._actor, flight.id)
        left = [why] if why else []
        for stand, words in ((Stand.STUCK, "not brought back"), (Stand.UNLIKE, "not as before")):
            if names := [t.name for t in targets if t.stand is stand]:
                left.append(f"{words}: {', '.join(names[:5])}")
        is_back = len(left) == bool(why)
        await self._land(flight, Phase.UNDONE if is_back else Phase.FAILED, "; ".join(left))

    async def _undo(
        self, flight: Flight, target: Target, device: Device, *, then: Stand = Stand.UNDONE
    ) -> str:
        """Take one back, and read whether it is as before. Why it is not; "" when it is."""
        await self._logbook.move(self._actor, target, Stand.UNDOING, target.why)
        await self._hush(target)
        kept = await self._logbook.kept(self._actor, target)
        moving = replace(target, stand=Stand.UNDOING)
        try:
            other = await self._doer(flight, target).undo(
                self._actor, flight, target, device, kept, self._noting(moving)
            )
        except NocError as error:
            told = f"{target.why}; {error}" if target.why else str(error)
            await self._logbook.move(self._actor, moving, Stand.STUCK, str(error), why=told)
            await self._cry(flight, target, f"could not be taken back: {error}")
            return f"could not be brought back: {error}"
        if other:
            why = f"ours is taken back, and it is not as it was before: {other}"
            told = f"{target.why}; {why}" if target.why else why
            await self._logbook.move(self._actor, moving, Stand.UNLIKE, why, why=told, until=None)
            told = f"was taken back, and it is not as before: {other}"
            await self._cry(flight, target, told, severity=Severity.MAJOR)
            return why
        await self._logbook.move(
            self._actor, moving, then, "it is as it was before", why=target.why, until=None
        )
        return ""

    async def _cry(
        self, flight: Flight, target: Target, told: str, *, severity: Severity = Severity.CRITICAL
    ) -> None:
        await self._alarms.report(
            self._actor,
            about=_about(target),
            condition=STUCK,
            severity=severity,
            text=f"“{flight.title}” {told}",
        )

    async def _land(self, flight: Flight, phase: Phase, why: str) -> bool:
        """It is over; what it touched is backed up anew. False when it was stopped just now."""
        if not await self._logbook.enter(self._actor, flight, phase, why):
            return False
        targets = await self._logbook.targets(self._actor, flight.id)
        touched = [t.device_id for t in targets if t.changed_at is not None]
        if self._copies is not None and touched:
            await self._copies.note_changes(self._actor, device_ids=touched)
        return True

    # -- after a kill ----------------------------------------------------------------------

    async def _recover(self, flight: Flight, devices: dict[int, Device]) -> str:
        """Bring devices that somebody left in the middle back to a known stand.

        Held ones are watched anew, unless their own time is over: those are taken back first.
        """
        targets = await self._logbook.targets(self._actor, flight.id)
        left = [t for t in targets if t.stand in (Stand.CHANGING, Stand.UNDOING)]
        held = [t for t in targets if t.stand in _HELD]
        left += [t for t in held if not self._is_alone(t) and _is_late(t, self._clock.now())]
        alone = [t for t in held if self._is_alone(t)]
        left += [t for t in alone if not await self._stands(t, devices[t.device_id])]
        if not left:
            return ""
        await self._logbook.note(
            self._actor, flight, "resumed", f"left in the middle: {plural(len(left), 'device')}"
        )
        trouble: list[str] = []

        async def one(target: Target) -> None:
            again = target.attempt < MOST_ATTEMPTS
            then = Stand.PLANNED if again else Stand.FAILED
            if told := await self._undo(flight, target, devices[target.device_id], then=then):
                trouble.append(f"{target.name} was left in the middle, and {told}")
            elif not again:
                trouble.append(f"{target.name} was left in the middle twice")

        await self._each(flight, left, one)
        return trouble[0] if trouble else ""

    def _is_alone(self, target: Target) -> bool:
        """Whether it was held by a session that ended with another console."""
        return target.way is Way.SAFE and not self._holder.holds(target)

    async def _stands(self, target: Target, device: Device) -> bool:
        """Whether that console kept it, and did not come to note it."""
        kept = await self._logbook.kept(self._actor, target)
        try:
            return await self._holder.stands(self._actor, device, kept)
        except NocError:
            return False  # the way back looks again, and longer

    # -- help ------------------------------------------------------------------------------

    async def _each(
        self, flight: Flight, targets: Sequence[Target], do: Callable[[Target], Awaitable[None]]
    ) -> None:
        turn = asyncio.Semaphore(flight.at_once)

        async def one(target: Target) -> None:
            async with turn:
                await do(target)

        async with asyncio.TaskGroup() as group:
            for target in targets:
                group.create_task(one(target))

    def _watched(
        self, targets: Sequence[Target], devices: dict[int, Device]
    ) -> tuple[Watched, ...]:
        """What is still in the inventory: who was taken out of it meanwhile is nobody's concern."""
        return tuple(
            Watched(t, devices[t.device_id], t.changed_at or self._clock.now())
            for t in targets
            if t.device_id in devices
        )

    async def _devices(self) -> dict[int, Device]:
        return {int(d.id): d for d in await self._inventory.devices(self._actor)}

    def _doer(self, flight: Flight, target: Target) -> Changer | Holder | Imager:
        if flight.kind is Kind.FIRMWARE:
            return self._imager
        return self._holder if target.way is Way.SAFE else self._changer

    def _noting(self, target: Target) -> Note:
        async def note(text: str) -> None:
            await self._logbook.step(self._actor, target, "does", text)

        return note


def _about(target: Target) -> AlarmObject:
    return AlarmObject(target.device_id, device_name=target.name)


def _is_late(target: Target, now: datetime, before_s: float = 5.0) -> bool:
    """Whether the device has taken it back by itself, or is about to."""
    return target.until is not None and now >= target.until - timedelta(seconds=before_s)


def _ended(targets: Sequence[Target]) -> str:
    kept = sum(t.stand is Stand.KEPT for t in targets)
    return f"{plural(kept, 'device')} changed"
