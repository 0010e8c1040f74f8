"""What people do with flights: plan, look, approve, start, stop, read the report."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.kernel.operation import operation
from noc_console.kernel.text import plural
from noc_console.services.configs.masking import masked
from noc_console.services.flights import report, sealing, store
from noc_console.services.flights.model import (
    UNBORN,
    Flight,
    FlightChanged,
    Gates,
    Image,
    Kind,
    Phase,
    Report,
    Sealed,
    Stand,
    Target,
)
from noc_console.services.flights.ports import Shelf
from noc_console.services.flights.previewing import Previewed, Previewer, Told
from noc_console.services.flights.rules import waves
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService

MOST_LISTED = 500
MOST_STEPS = 20_000


def _nobody(_done: int, _of: int) -> bool:
    """Nobody watches, nobody calls it off."""
    return True


class FlightService:
    """Plans are made and decided on here; flying is the pilot's (`workers`)."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        secrets: SecretService,
        inventory: InventoryService,
        previewer: Previewer,
        shelf: Shelf,
    ) -> None:
        self._db = db
        self._clock = clock
        self._secrets = secrets
        self._inventory = inventory
        self._previewer = previewer
        self._shelf = shelf

    # Looking

    @operation("flights.list", right="flights.see")
    async def listed(self, actor: Actor) -> tuple[Flight, ...]:
        """List flights, the newest first."""
        async with self._db.read(actor) as tx:
            found = await store.recent(tx, limit=MOST_LISTED)
        return tuple(map(_without_lines, found))

    @operation("flights.show", right="flights.see")
    async def show(self, actor: Actor, *, flight_id: int) -> Report:
        """Show a flight with its devices and its log.

        Who may plan sees its lines as they were written, others with secrets masked.
        """
        async with self._db.read(actor) as tx:
            flight = await _flight(tx, flight_id)
            targets = await store.targets_of(tx, flight_id)
            steps = await store.steps_of(tx, flight_id, limit=MOST_STEPS)
        return Report(await self._opened(actor, flight), targets, steps)

    @operation("flights.preview", right="flights.see")
    async def preview(self, actor: Actor, *, target_id: int) -> Target:
        """Show what a flight would do, or did, to one device; secrets are masked."""
        async with self._db.read(actor) as tx:
            found = await store.target(tx, target_id)
        if found is None:
            raise NotFound(f"no flight has a device {target_id}")
        return found

    @operation("flights.report", right="flights.see")
    async def report(self, actor: Actor, *, flight_id: int) -> str:
        """Write what a flight did as a text: who, why, when, to which devices, with what end."""
        shown = await self.show(actor, flight_id=flight_id)
        lines = masked(shown.flight.template)[0]
        shown = replace(shown, flight=replace(shown.flight, template=lines))
        full = [await self.preview(actor, target_id=target.id) for target in shown.targets]
        return report.text(replace(shown, targets=tuple(full)))

    # Planning

    @operation("flights.plan")
    async def plan(
        self,
        actor: Actor,
        *,
        title: str,
        device_ids: tuple[int, ...],
        template: str,
        variables: tuple[str, ...] = (),
        ticket: str = "",
        canaries: int = 1,
        wave_size: int = 20,
        at_once: int = 10,
        confirm_minutes: int = 10,
        canary_soak_s: float = 180.0,
        soak_s: float = 60.0,
        traffic_drop: float = 60.0,
        ports: bool = True,
        sessions: bool = True,
        alarms: bool = True,
        errors: bool = True,
        undo_all: bool = True,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
    ) -> Flight:
        """Plan a change: a template (or plain lines) for devices. Reads them, changes nothing.

        What gets worse stops the flight, unless it is not watched: ports, routing sessions, alarms,
        errors and discards, and traffic (`traffic_drop` in percent, 0 for not at all).
        """
        flight = Flight(
            UNBORN,
            title,
            Kind.CHANGE,
            template,
            actor.name,
            self._clock.now(),
            variables=_named(variables),
            ticket=ticket,
            canaries=canaries,
            wave_size=wave_size,
            at_once=at_once,
            confirm_minutes=confirm_minutes,
            undo_all=undo_all,
            gates=Gates(
                canary_soak_s,
                soak_s,
                ports=ports,
                sessions=sessions,
                alarms=alarms,
                errors=errors,
                traffic_drop=traffic_drop,
            ),
            starts_at=starts_at,
            ends_at=ends_at,
        )
        return await self.prepare(actor, flight, device_ids)

    @operation("flights.roll-out", right="flights.plan")
    async def roll_out(
        self,
        actor: Actor,
        *,
        title: str,
        device_ids: tuple[int, ...],
        file: str,
        version: str,
        ticket: str = "",
        canaries: int = 1,
        wave_size: int = 5,
        at_once: int = 5,
        canary_soak_s: float = 300.0,
        soak_s: float = 120.0,
        ports: bool = True,
        sessions: bool = True,
        alarms: bool = True,
        errors: bool = True,
        stage_only: bool = False,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
    ) -> Flight:
        """Plan new software for devices: the image is taken in here, and sent once it is flown."""
        image = await self.take_in(actor, file=file, version=version)
        flight = Flight(
            UNBORN,
            title,
            Kind.FIRMWARE,
            "",
            actor.name,
            self._clock.now(),
            ticket=ticket,
            canaries=canaries,
            wave_size=wave_size,
            at_once=at_once,
            stage_only=stage_only,
            gates=Gates(
                canary_soak_s,
                soak_s,
                ports=ports,
                sessions=sessions,
                alarms=alarms,
                errors=errors,
                traffic_drop=0.0,
            ),
            image=image,
            starts_at=starts_at,
            ends_at=ends_at,
        )
        return await self.prepare(actor, flight, device_ids)

    async def take_in(self, actor: Actor, *, file: str, version: str) -> Image:
        """Take an image in; its sums are counted."""
        actor.require("flights.plan")
        return await asyncio.to_thread(self._shelf.add, Path(file), version.strip())

    async def prepare(
        self,
        actor: Actor,
        wanted: Flight,
        device_ids: Sequence[int],
        *,
        told: Told = _nobody,
    ) -> Flight:
        """Preview a plan at every device and keep it. `told` hears how far it is, and says whether
        to go on."""
        actor.require("flights.plan")
        ids = tuple(dict.fromkeys(device_ids))
        wanted = replace(wanted, devices=len(ids), title=wanted.title.strip())
        waves.check(wanted)
        if wanted.kind is Kind.CHANGE and not wanted.template.strip():
            raise Invalid("say what is to be changed", field="template")
        devices = await self._devices(actor, ids)
        made = await self._previewer.preview(actor, wanted, devices, told)
        rows = self._rows(wanted, made)
        # As many as there are: at least one of each platform, and no more than devices.
        ahead = sum(target.wave == 0 for target, _ in rows)
        wanted = replace(wanted, canaries=ahead or wanted.canaries)
        key = await self._secrets.content_key(actor, purpose=sealing.PURPOSE)
        words = sealing.seal_words(key, wanted.template, wanted.variables, tenant=actor.tenant)
        sealed = [(target, sealing.seal(key, kept, tenant=actor.tenant)) for target, kept in rows]
        async with self._db.begin(actor) as tx:
            kept_flight = replace(wanted, template=words, variables={})
            number = await store.add(tx, kept_flight, sealed)
            now = self._clock.now()
            text = f"{plural(len(rows), 'device')} previewed"
            await store.add_step(tx, number, at=now, what=Phase.PLANNED.value, text=text)
            tx.record(FlightChanged(flight_id=number, title=wanted.title, what="planned"))
            kept_flight = await _flight(tx, number)
        return replace(kept_flight, template=wanted.template, variables=wanted.variables)

    async def _opened(self, actor: Actor, flight: Flight) -> Flight:
        key = await self._secrets.content_key(actor, purpose=sealing.PURPOSE)
        template, variables = sealing.unseal_words(key, flight.template, tenant=actor.tenant)
        if not actor.may("flights.plan"):
            template, variables = masked(template)[0], {}
        return replace(flight, template=template, variables=variables)

    def _rows(self, flight: Flight, made: Sequence[Previewed]) -> list[tuple[Target, Sealed]]:
        """In waves; what cannot or need not be flown belongs to none."""
        flown = [
            (each.target.platform, each) for each in made if each.target.stand is Stand.PLANNED
        ]
        divided = waves.divided(flown, canaries=flight.canaries, wave_size=flight.wave_size)
        rows = [
            (replace(each.target, wave=number), each.kept)
            for number, wave in enumerate(divided)
            for each in wave
        ]
        rest = [each for each in made if each.target.stand is not Stand.PLANNED]
        return rows + [(replace(each.target, wave=-1), each.kept) for each in rest]

    async def _devices(self, actor: Actor, ids: Sequence[int]) -> list[Device]:
        known = {int(d.id): d for d in await self._inventory.devices(actor)}
        if missing := [number for number in ids if number not in known]:
            raise NotFound(f"there is no device {missing[0]}")
        return [known[number] for number in ids]

    # Deciding

    @operation("flights.approve")
    async def approve(
        self, actor: Actor, *, flight_id: int, reason: str = "", without_refused: bool = False
    ) -> Flight:
        """Approve a flight. One's own takes the right to do so, and a reason.

        Devices that cannot be flown safely stop the approval, unless it is said to leave them.
        """
        async with self._db.begin(actor) as tx:
            flight = await _held(tx, flight_id)
            if flight.phase is not Phase.PLANNED:
                raise Conflict(f"“{flight.title}” is {flight.phase}: there is nothing to approve")
            if flight.by == actor.name:
                actor.require("flights.approve-own")
                if len(reason.strip()) < 5:
                    raise Invalid(
                        "you planned it yourself: say why nobody else can approve it",
                        field="reason",
                    )
            if not flight.counts.get(Stand.PLANNED.value):
                raise Conflict("there is no device it would change")
            refused = flight.counts.get(Stand.REFUSED.value, 0)
            if refused and not without_refused:
                raise Conflict(
                    f"{plural(refused, 'device')} cannot be flown safely: plan without them, or"
                    " approve without them"
                )
            return await self._enter(
                tx,
                flight,
                Phase.APPROVED,
                f"{actor.name}: {reason.strip()}".rstrip(": "),
                approved_by=actor.name,
                approved_at=self._clock.now(),
                approval=reason.strip(),
            )

    @operation("flights.start")
    async def start(self, actor: Actor, *, flight_id: int) -> Flight:
        """Let an approved flight begin: canaries first, in its window if it has one.

        A device is in the air once at a time: two flights there would judge, and take back, each
        other's changes. The second is refused, whoever starts it and from which console.
        """
        async with self._db.begin(actor) as tx:
            await store.take_turns(tx)
            flight = await _held(tx, flight_id)
            if flight.phase is not Phase.APPROVED:
                raise Conflict(f"“{flight.title}” is {flight.phase}, not approved")
            if waves.is_too_late(flight, self._clock.now()):
                raise Conflict("its window is over: plan it anew")
            if (other := await store.busy_with(tx, flight.id)) is not None:
                raise Conflict(f"“{other[0]}” is in the air at {other[1]}: wait until it is over")
            text = f"started by {actor.name}"
            now = self._clock.now()
            return await self._enter(tx, flight, Phase.FLYING, text, began_at=now)

    @operation("flights.accept", right="flights.approve")
    async def accept(self, actor: Actor, *, flight_id: int, reason: str = "") -> Flight:
        """Say yes to devices that are set otherwise than previewed: they are not taken back for it.

        One's own flight takes the right to approve one's own.
        """
        async with self._db.begin(actor) as tx:
            flight = await _held(tx, flight_id)
            if flight.by == actor.name:
                actor.require("flights.approve-own")
            if flight.phase is not Phase.FLYING or flight.stop:
                raise Conflict(f"“{flight.title}” is {flight.phase}: there is nothing to answer")
            asking = await store.accept(tx, flight.id)
            if not asking:
                raise Conflict(f"no device of “{flight.title}” waits for a yes")
            text = f"{actor.name} takes {plural(len(asking), 'device')} as it came"
            said = f": {reason.strip()}" if reason.strip() else ""
            return await self._enter(tx, flight, Phase.FLYING, text + said, what="accepted")

    @operation("flights.stop", right="flights.start")
    async def stop(self, actor: Actor, *, flight_id: int, reason: str = "") -> Flight:
        """Stop a flight and take back what it changed."""
        async with self._db.begin(actor) as tx:
            flight = await _held(tx, flight_id)
            if flight.phase is not Phase.FLYING:
                raise Conflict(f"“{flight.title}” is {flight.phase}: it cannot be stopped")
            text = f"stopped by {actor.name}" + (f": {reason.strip()}" if reason.strip() else "")
            return await self._enter(tx, flight, Phase.FLYING, text, what="stop", stop=text)

    @operation("flights.cancel", right="flights.plan")
    async def cancel(self, actor: Actor, *, flight_id: int) -> Flight:
        """Call a flight off before it began."""
        async with self._db.begin(actor) as tx:
            flight = await _held(tx, flight_id)
            if flight.phase not in (Phase.PLANNED, Phase.APPROVED):
                raise Conflict(f"“{flight.title}” is {flight.phase}: stop it instead")
            if flight.by != actor.name and not actor.may("flights.approve"):
                raise NotAllowed("another's flight is called off by who may approve it")
            now = self._clock.now()
            text = f"called off by {actor.name}"
            return await self._enter(tx, flight, Phase.CANCELLED, text, ended_at=now, why=text)

    async def _enter(
        self, tx: Tx, flight: Flight, phase: Phase, text: str, *, what: str = "", **values: object
    ) -> Flight:
        said = what or phase.value
        await store.change(tx, flight.id, phase=phase.value, **values)
        await store.add_step(tx, flight.id, at=self._clock.now(), what=said, text=text)
        tx.record(FlightChanged(flight_id=flight.id, title=flight.title, what=said, why=text))
        return _without_lines(await _flight(tx, flight.id))


def _without_lines(flight: Flight) -> Flight:
    """Its lines are kept sealed; `show` opens them."""
    return replace(flight, template="")


async def _held(tx: Tx, flight_id: int) -> Flight:
    """To be decided on: what another console decides at this moment is waited for."""
    await store.hold(tx, flight_id)
    return await _flight(tx, flight_id)


async def _flight(tx: Tx, flight_id: int) -> Flight:
    found = await store.get(tx, flight_id)
    if found is None:
        raise NotFound(f"there is no flight {flight_id}")
    return found


def _named(variables: Sequence[str]) -> dict[str, str]:
    """`name=value` texts as a mapping."""
    told = {}
    for text in variables:
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise Invalid(f"“{text[:40]}” is not written name=value", field="variables")
        told[name.strip()] = value.strip()
    return told
