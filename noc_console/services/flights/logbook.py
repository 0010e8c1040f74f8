"""The state machine of a flight in the store: every step is written before it is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import NotFound
from noc_console.services.flights import sealing, store
from noc_console.services.flights.model import (
    Flight,
    FlightChanged,
    FlightStepped,
    Phase,
    Sealed,
    Stand,
    Target,
)
from noc_console.services.secrets.service import SecretService


class Logbook:
    """What the pilot reads and writes."""

    def __init__(self, db: Database, secrets: SecretService, *, clock: Clock) -> None:
        self._db = db
        self._secrets = secrets
        self._clock = clock

    async def in_the_air(self, actor: Actor) -> tuple[Flight, ...]:
        """Flights that somebody has to fly."""
        async with self._db.read(actor) as tx:
            return await store.in_phases(tx, (Phase.FLYING, Phase.UNDOING))

    async def flight(self, actor: Actor, flight_id: int) -> Flight:
        async with self._db.read(actor) as tx:
            found = await store.get(tx, flight_id)
        if found is None:
            raise NotFound(f"there is no flight {flight_id}")
        return found

    async def targets(self, actor: Actor, flight_id: int) -> tuple[Target, ...]:
        async with self._db.read(actor) as tx:
            return await store.targets_of(tx, flight_id)

    async def kept(self, actor: Actor, target: Target) -> Sealed:
        """Lines, inverse and configuration from before, in the clear; for the wire only."""
        key = await self._secrets.content_key(actor, purpose=sealing.PURPOSE)
        async with self._db.read(actor) as tx:
            sealed = await store.sealed_of(tx, target.id)
        return sealing.unseal(key, sealed, tenant=actor.tenant)

    async def note(self, actor: Actor, flight: Flight, what: str, text: str) -> None:
        """A line of the log about the flight itself."""
        async with self._db.begin(actor) as tx:
            now = self._clock.now()
            await store.add_step(tx, flight.id, at=now, what=what, text=text)
            tx.record(FlightChanged(flight_id=flight.id, title=flight.title, what=what, why=text))

    async def step(self, actor: Actor, target: Target, what: str, text: str) -> None:
        """A line of the log about a device: what is about to be sent to it."""
        async with self._db.begin(actor) as tx:
            await store.add_step(
                tx,
                target.flight_id,
                at=self._clock.now(),
                what=what,
                text=text,
                target_id=target.id,
            )
            tx.record(_stepped(target, target.stand))

    async def move(
        self, actor: Actor, target: Target, stand: Stand, text: str = "", **more: Any
    ) -> None:
        """A device stands somewhere else from now on, written before anything is done there."""
        async with self._db.begin(actor) as tx:
            now: datetime = self._clock.now()
            await store.change_target(tx, target.id, stand=stand.value, **more)
            await store.add_step(
                tx, target.flight_id, at=now, what=stand.value, text=text, target_id=target.id
            )
            tx.record(_stepped(target, stand))

    async def arrive(
        self, actor: Actor, target: Target, stand: Stand, *, kept: Sealed, did: str, why: str
    ) -> None:
        """A device is changed; how it is set now is kept with it, as that is what is taken back."""
        key = await self._secrets.content_key(actor, purpose=sealing.PURPOSE)
        sealed = sealing.seal(key, kept, tenant=actor.tenant)
        await self.move(actor, target, stand, why, did=did, why=why, sealed=sealed)

    async def enter(self, actor: Actor, flight: Flight, phase: Phase, why: str = "") -> bool:
        """The flight enters another phase; what waits for its turn is let go of at the end.

        False, and nothing is written, for one that would be done and that somebody stopped in the
        same moment.
        """
        now = self._clock.now()
        values: dict[str, Any] = {"phase": phase.value}
        if why:
            values["why"] = why
        if phase.is_over:
            values["ended_at"] = now
        async with self._db.begin(actor) as tx:
            await store.hold(tx, flight.id)
            now_kept = await store.get(tx, flight.id)
            if phase is Phase.DONE and now_kept is not None and now_kept.stop:
                return False
            await store.change(tx, flight.id, **values)
            if phase.is_over or phase is Phase.UNDOING:
                await store.skip_planned(tx, flight.id)
            await store.add_step(tx, flight.id, at=now, what=phase.value, text=why)
            tx.record(
                FlightChanged(flight_id=flight.id, title=flight.title, what=phase.value, why=why)
            )
        return True


def _stepped(target: Target, stand: Stand) -> FlightStepped:
    return FlightStepped(
        flight_id=target.flight_id,
        target_id=target.id,
        device_id=target.device_id,
        stand=stand.value,
    )
