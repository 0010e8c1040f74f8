"""What operators do with the built-in lab: look at it, break it, mend it."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.operation import operation
from noc_console.services.lab.model import ActiveFault, FaultKind, LabChanged, LabStatus
from noc_console.services.lab.ports import LabControl


class LabService:
    """The lab's use cases. The lab itself is a process of its own, reached by its control file."""

    def __init__(self, db: Database, lab: LabControl, *, clock: Clock) -> None:
        self._db = db
        self._lab = lab
        self._clock = clock

    @operation("lab.status", right="lab.view")
    async def status(self, actor: Actor) -> LabStatus:
        """Whether the lab runs, its devices, and what is broken in it."""
        try:
            return await self._lab.status()
        except Unreachable as error:
            return LabStatus(running=False, reason=str(error))

    @operation("lab.faults", right="lab.view")
    async def faults(self, actor: Actor) -> tuple[FaultKind, ...]:
        """Everything that can be broken, and the alarm to expect."""
        return await self._lab.catalogue()

    @operation("lab.fail")
    async def fail(self, actor: Actor, *, name: str, target: str = "") -> ActiveFault:
        """Break something: a fault's name, and a port, device or site (else a fitting one)."""
        fault = await self._lab.fail(name, target or None)
        await self._note(actor, "failed", (fault,))
        return fault

    @operation("lab.mend")
    async def mend(self, actor: Actor, *, name: str = "all") -> tuple[ActiveFault, ...]:
        """Mend a fault by its id, all of one name, or everything."""
        mended = await (self._lab.mend_all() if name in ("", "all") else self._lab.mend(name))
        await self._note(actor, "mended", mended)
        return mended

    async def _note(self, actor: Actor, what: str, faults: tuple[ActiveFault, ...]) -> None:
        if not faults:
            return
        async with self._db.begin(actor) as tx:
            for fault in faults:
                tx.record(LabChanged(what=what, fault=fault.name, target=fault.target))
