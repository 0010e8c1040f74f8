"""The alarm desk: what is wrong, who deals with it, and how it went."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import delete

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import NotFound
from noc_console.kernel.operation import operation
from noc_console.kernel.text import visible
from noc_console.services.alarms import lookers, passing, store, taking
from noc_console.services.alarms.acting import Acting
from noc_console.services.alarms.book import STORE_TROUBLE
from noc_console.services.alarms.listing import DeskCursor, Listed, listed
from noc_console.services.alarms.model import (
    Alarm,
    AlarmCounts,
    AlarmObject,
    AlarmPolicy,
    AlarmReport,
    AlarmStep,
    Condition,
    Severity,
)
from noc_console.services.alarms.ports import NothingPlanned, Planned
from noc_console.services.alarms.tables import alarm_intents
from noc_console.services.alarms.writing import write

_TEXT_LIMIT = 500
MOST_LISTED = 20_000
INTENTS_KEPT = timedelta(days=90)
"""A window that comes back after a longer time may do a second time what it did."""


class AlarmService(Acting):
    """Folds reports into alarms, and lets people deal with them."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        policy: AlarmPolicy | None = None,
        planned: Planned | None = None,
    ) -> None:
        super().__init__(db, clock=clock, policy=policy or AlarmPolicy())
        self._planned = planned or NothingPlanned()

    @operation("alarms.active", right="alarms.see")
    async def active(self, actor: Actor, *, device_id: int | None = None) -> tuple[Alarm, ...]:
        """Show what is wrong now, worst first.

        Alarms that cleared before anybody acknowledged them are among them for a day
        (`is_active` is false, `state` is RETURNED); shelved and suppressed ones come last.
        """
        async with self._db.read(actor) as tx:
            return await store.on_desk(tx, since=self._returned_since(), device_id=device_id)

    async def listed(
        self, actor: Actor, *, after: DeskCursor | None = None, limit: int = 2_000
    ) -> Listed:
        """The desk in parts, then what changed: ask again with the `cursor` of the last answer,
        at once while there is `more`.

        Without a cursor it begins anew. Everything on the desk is told: what is folded, shelved
        or suppressed, and what returned within a day and nobody acknowledged.
        """
        actor.require("alarms.see")
        async with self._db.read(actor) as tx:
            return await listed(
                tx,
                after,
                limit=max(1, min(limit, MOST_LISTED)),
                now=self._clock.now(),
                keep=self._span(self.policy.keep_returned_s),
            )

    async def some(self, actor: Actor, *, alarm_ids: Collection[int]) -> tuple[Alarm, ...]:
        """These alarms as far as they exist, also those that are over."""
        actor.require("alarms.see")
        async with self._db.read(actor) as tx:
            return await store.by_ids(tx, alarm_ids)

    async def look(self, actor: Actor, *, alarm_id: int | None) -> None:
        """Say every few seconds at which alarm this window looks, or that it looks away.

        For the eyes of others only: while the store does not answer it is not said.
        """
        actor.require("alarms.see")
        with suppress(*STORE_TROUBLE):
            await self._db.keep(
                lambda c: lookers.look(
                    c,
                    session=self._db.origin,
                    tenant=actor.tenant,
                    name=actor.name,
                    alarm_id=alarm_id,
                )
            )

    async def lookers(self, actor: Actor) -> Mapping[int, tuple[str, ...]]:
        """Who else looks at which alarm; nobody, while the store does not answer."""
        actor.require("alarms.see")
        with suppress(*STORE_TROUBLE):
            async with self._db.read(actor) as tx:
                return await tx.work(
                    lambda c: lookers.lookers(c, tenant=actor.tenant, but=self._db.origin),
                    writes=False,
                )
        return {}

    async def worst_of(
        self, actor: Actor, *, device_ids: Collection[int]
    ) -> dict[int, tuple[Severity, int]]:
        """The worst severity and the number of standing alarms of devices that have any."""
        actor.require("alarms.see")
        async with self._db.read(actor) as tx:
            told = await store.worst_of(tx, device_ids)
        return {device: (severity, count) for device, severity, count in told}

    @operation("alarms.recent", right="alarms.see")
    async def recent(self, actor: Actor, *, hours: float = 24.0) -> tuple[Alarm, ...]:
        """Show what is wrong now and what cleared within the last hours, newest first."""
        start = self._clock.now() - timedelta(hours=max(0.0, min(hours, 24 * 366)))
        async with self._db.read(actor) as tx:
            return await store.since(tx, start)

    @operation("alarms.top", right="alarms.see")
    async def top(self, actor: Actor, *, limit: int = 50) -> tuple[Alarm, ...]:
        """Show the worst of what nobody has acknowledged.

        What is put aside or only a consequence of something else is left out.
        """
        async with self._db.read(actor) as tx:
            return await store.top(tx, since=self._returned_since(), limit=max(1, min(limit, 1000)))

    @operation("alarms.aside", right="alarms.see")
    async def aside(self, actor: Actor) -> tuple[Alarm, ...]:
        """Show what stands and is shelved or suppressed, worst first."""
        async with self._db.read(actor) as tx:
            return await store.put_aside(tx)

    @operation("alarms.counts", right="alarms.see")
    async def counts(self, actor: Actor) -> AlarmCounts:
        """Count what is wrong by severity."""
        async with self._db.read(actor) as tx:
            return await store.counts(tx, since=self._returned_since())

    @operation("alarms.history", right="alarms.see")
    async def history(self, actor: Actor, *, alarm_id: int) -> tuple[AlarmStep, ...]:
        """Show everything that happened to one alarm, oldest first."""
        async with self._db.read(actor) as tx:
            await _existing(tx, (alarm_id,))
            return await store.steps(tx, alarm_id)

    @operation("alarms.report")
    async def report(
        self,
        actor: Actor,
        *,
        about: AlarmObject,
        condition: Condition,
        severity: Severity,
        text: str,
    ) -> None:
        """Say that something is wrong; the same problem twice is one alarm."""
        await self.apply(actor, reports=(AlarmReport(about, condition, severity, text),))

    @operation("alarms.settle", right="alarms.report")
    async def settle(
        self, actor: Actor, *, about: AlarmObject, condition: Condition, text: str = ""
    ) -> None:
        """Say that a condition is gone; without such an alarm nothing happens."""
        await self.apply(actor, reports=(AlarmReport(about, condition, Severity.CLEARED, text),))

    @operation("alarms.apply", right="alarms.report")
    async def apply(self, actor: Actor, *, reports: tuple[AlarmReport, ...]) -> None:
        """Take in many reports at once, in their order and in one transaction."""
        if not reports:
            return
        now = self._clock.now()
        clean = [_clean(report) for report in reports]
        async with self._db.begin(actor) as tx:
            taken = await tx.work(
                lambda c: taking.take(c, actor.tenant, clean, policy=self.policy, at=now),
                writes=False,
            )
            quiet = await self._planned.quiet(tx, [c.alarm.about for c in taken.all], at=now)
            events = await tx.work(
                lambda c: taking.put(c, actor, taken, quiet, at=now), writes=bool(taken.all)
            )
            for event in events:
                tx.record(event)

    @operation("alarms.tidy", right="alarms.report")
    async def tidy(self, actor: Actor) -> int:
        """Let time do its work: end flapping and storms, empty the shelf; how many changed."""
        now, policy, tenant = self._clock.now(), self.policy, actor.tenant
        async with self._db.read(actor) as tx:
            if not await tx.work(
                lambda c: passing.due(c, tenant, policy=policy, at=now), writes=False
            ):
                return 0
        async with self._db.begin(actor) as tx:
            await store.take_turns(tx)
            changes = await tx.work(
                lambda c: passing.due(c, tenant, policy=policy, at=now), writes=False
            )
            await write(tx, changes, at=now)
            return len(changes)

    async def forget_intents(self, actor: Actor) -> int:
        """Forget which intents were carried out a quarter of a year ago; how many it were."""
        actor.require("alarms.report")
        old = delete(alarm_intents).where(
            alarm_intents.c.tenant == actor.tenant,
            alarm_intents.c.carried_at < self._clock.now() - INTENTS_KEPT,
        )
        return await self._db.keep(lambda connection: connection.execute(old).rowcount)

    def _returned_since(self) -> datetime:
        return self._clock.now() - self._span(self.policy.keep_returned_s)

    @staticmethod
    def _span(seconds: float) -> timedelta:
        return timedelta(seconds=seconds)


def _clean(report: AlarmReport) -> AlarmReport:
    """Texts carry words from devices: one line, bounded, control characters as symbols."""
    return AlarmReport(
        about=report.about,
        condition=report.condition,
        severity=report.severity,
        text=visible(report.text, limit=_TEXT_LIMIT),
        evidence=visible(report.evidence, limit=_TEXT_LIMIT),
    )


async def _existing(tx: Tx, alarm_ids: tuple[int, ...]) -> tuple[Alarm, ...]:
    found = await store.by_ids(tx, alarm_ids)
    missing = set(alarm_ids) - {int(alarm.id) for alarm in found}
    if missing:
        raise NotFound(f"there is no alarm {min(missing)}")
    return found
