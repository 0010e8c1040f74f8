"""Leave to change devices for a while: with a reason, recorded, and over by itself.

An elevated session is one whose input is not held back by the read-only filter. It belongs to one
device and one session, ends after its minutes by the steady clock whatever the wall clock does, and
both its beginning and its end are in the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock, steady_s
from noc_console.kernel.errors import Invalid, Refused
from noc_console.kernel.events import Event
from noc_console.kernel.operation import operation
from noc_console.kernel.text import visible

MINUTES = 15
LONGEST_MIN = 120
REASON = 300


@dataclass(frozen=True, slots=True)
class Elevation:
    """Leave to change one device from one session."""

    device_id: int
    name: str
    """What the session is connected to, as people call it."""
    reason: str
    by: str
    until: datetime
    """When it ends, for people."""
    ends_s: float
    """When it ends, by `kernel.clock.steady_s`."""

    def left_s(self, now_s: float | None = None) -> float:
        """Seconds until it ends, 0 when it has."""
        return max(0.0, self.ends_s - (steady_s() if now_s is None else now_s))

    @property
    def is_on(self) -> bool:
        return self.left_s() > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionElevated(Event):
    """Somebody may change a device from a terminal for some minutes."""

    device_id: int
    name: str
    reason: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ElevationEnded(Event):
    """That is over: given back, or its time was up."""

    device_id: int
    name: str
    early: bool


class ElevationService:
    """Gives the leave, and takes it back."""

    def __init__(
        self, db: Database, *, clock: Clock, steady: Callable[[], float] = steady_s
    ) -> None:
        self._db = db
        self._clock = clock
        self._steady = steady

    @operation("terminal.elevate")
    async def elevate(
        self,
        actor: Actor,
        *,
        name: str,
        reason: str,
        device_id: int = 0,
        minutes: int = MINUTES,
        is_recorded: bool = False,
    ) -> Elevation:
        """Be allowed to change a device from a terminal session that is recorded."""
        told = visible(reason.strip(), limit=REASON)
        if not told:
            raise Invalid("say why the device is to be changed", field="reason")
        if not 1 <= minutes <= LONGEST_MIN:
            raise Invalid(f"a session is elevated for 1 to {LONGEST_MIN} minutes", field="minutes")
        if not is_recorded:
            raise Refused("only a session that is recorded can be elevated: start its recording")
        async with self._db.begin(actor) as tx:
            tx.record(SessionElevated(device_id=device_id, name=name, reason=told, minutes=minutes))
        return Elevation(
            device_id=device_id,
            name=name,
            reason=told,
            by=actor.name,
            until=self._clock.now() + timedelta(minutes=minutes),
            ends_s=self._steady() + 60.0 * minutes,
        )

    async def end(self, actor: Actor, elevation: Elevation) -> None:
        """Note that it is over."""
        actor.require("terminal.elevate")
        early = elevation.left_s(self._steady()) > 0
        async with self._db.begin(actor) as tx:
            tx.record(
                ElevationEnded(device_id=elevation.device_id, name=elevation.name, early=early)
            )
