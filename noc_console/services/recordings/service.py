"""Recording devices: the whole of what one answers, as a file to look into elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid
from noc_console.kernel.operation import operation
from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.inspection.live import Budget
from noc_console.services.inspection.ports import Walker
from noc_console.services.inspection.recorder import Recorded, Recorder
from noc_console.services.recordings.model import DeviceRecorded
from noc_console.services.snmp.service import SnmpService

RIGHT = "recordings.make"
REQUESTS_PER_SECOND = 25.0


class RecordingService:
    """Makes recordings; who made one of what is journaled, since it may hold secrets."""

    def __init__(
        self,
        db: Database,
        walker: Walker,
        *,
        snmp: SnmpService,
        products: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        """`products` tells, when a recording is redacted, which names are of products."""
        self._products = products
        self._db = db
        self._walker = walker
        self._snmp = snmp

    @operation("recordings.make")
    async def record(
        self,
        actor: Actor,
        *,
        file: str,
        device: str = "",
        address: str = "",
        credential: str = "",
        redact: bool = False,
        overwrite: bool = False,
        requests_per_second: float = REQUESTS_PER_SECOND,
    ) -> Recorded:
        """Walk a device to its end and write what it answers to a file (.snmprec).

        Redacted, it is without secrets, users, subscribers' addresses and customers' names
        (`noc-console record --help` says what exactly).
        """
        if not file:
            raise Invalid("name the file to write", field="file")
        if not 0.1 <= requests_per_second <= 10_000:
            raise Invalid(
                "the budget is 0.1 to 10000 requests a second", field="requests_per_second"
            )
        target = await self._snmp.target(
            actor, device=device, address=address, credential=credential
        )
        recorder = self._recorder(target, requests_per_second, redact=redact)
        return await self.write(actor, recorder=recorder, file=Path(file), overwrite=overwrite)

    async def recorder(self, actor: Actor, *, device_id: int, redact: bool) -> Recorder:
        """A recorder for a device of the inventory, to be watched and stopped; see `write`."""
        actor.require(RIGHT)
        target = await self._snmp.target(actor, device=str(device_id))
        return self._recorder(target, REQUESTS_PER_SECOND, redact=redact)

    async def write(
        self, actor: Actor, *, recorder: Recorder, file: Path, overwrite: bool
    ) -> Recorded:
        """Let a recorder do its work, and journal what came of it."""
        actor.require(RIGHT)
        made = await recorder.record(file, overwrite=overwrite)
        async with self._db.begin(actor) as tx:
            tx.record(
                DeviceRecorded(
                    address=recorder.peer,
                    file=file.name,
                    objects=made.objects,
                    is_redacted=made.is_redacted,
                )
            )
        return made

    def _recorder(self, target: SnmpTarget, rate: float, *, redact: bool) -> Recorder:
        return Recorder(
            self._walker, target, budget=Budget(rate), redact=redact, products=self._products
        )
