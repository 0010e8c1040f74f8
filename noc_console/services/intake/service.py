"""What devices said unasked: the last lines, and who spoke without being known."""

from __future__ import annotations

from datetime import timedelta

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid
from noc_console.kernel.operation import operation
from noc_console.services.intake import rules, store
from noc_console.services.intake.model import IntakeLine, LinesArrived, Quarantined

KEPT_DAYS = 7
MOST_LINES = 200_000
MOST_STRANGERS = 1_000
_MOST_SHOWN = 10_000


class IntakeService:
    """Keeps notifications and log lines, bounded in time and number."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    @operation("intake.recent", right="intake.see")
    async def recent(
        self, actor: Actor, *, device_id: int | None = None, limit: int = 200
    ) -> tuple[IntakeLine, ...]:
        """Show the last traps and log lines, newest first: of one device, or all."""
        if not 1 <= limit <= _MOST_SHOWN:
            raise Invalid(f"a limit lies between 1 and {_MOST_SHOWN}", field="limit")
        async with self._db.read(actor) as tx:
            return await store.newest(tx, device_id=device_id, limit=limit)

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
        if not lines and not strangers:
            return
        async with self._db.begin(actor) as tx:
            await store.add(tx, lines)
            if strangers:
                await store.count_in(tx, strangers, most=MOST_STRANGERS)
            tx.record(
                LinesArrived(
                    count=sum(line.count for line in lines),
                    quarantined=sum(line.count for line in strangers),
                )
            )

    @operation("intake.release", right="intake.keep")
    async def release(self, actor: Actor, *, sources: tuple[str, ...]) -> None:
        """Forget strangers that turned out to be devices of ours."""
        async with self._db.begin(actor) as tx:
            if await store.forget_sources(tx, sources):
                tx.record(LinesArrived(count=0, quarantined=0))
            else:
                tx.wrote = False

    async def prune(self) -> int:
        """Forget what is too old or too much; how many lines that were."""
        before = self._clock.now() - timedelta(days=KEPT_DAYS)
        return await self._db.keep(
            lambda connection: store.prune(connection, before=before, most=MOST_LINES)
        )
