"""Maintenance: who works on a device says so, and its alarms stay off the desk meanwhile.

They are shelved, not lost: raised while the work lasts they are put aside until its end, and
come back then if they still stand. The work's own history is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Index, Row, Select, String, Table, Text, select

from noc_console.db.database import BigId, Database, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid
from noc_console.kernel.events import Event
from noc_console.kernel.operation import operation
from noc_console.kernel.text import visible
from noc_console.services.alarms import rules, store
from noc_console.services.alarms.model import Alarm, AlarmObject
from noc_console.services.alarms.planned import put_aside
from noc_console.services.alarms.ports import Quiet
from noc_console.services.alarms.writing import write

LONGEST = timedelta(days=7)
MOST_DEVICES = 5_000
_REASON = 500

maintenance = Table(
    "alarm_maintenance",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("device_id", BigId, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String, nullable=False),
    Index(None, "tenant", "ends_at"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Work on one device."""

    device_id: int
    starts_at: datetime
    ends_at: datetime
    """When it will end by itself; for work that was ended early, when it was."""
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceChanged(Event):
    """Work on a device began or ended; `what` is `began` or `ended`."""

    device_id: int
    what: str


class MaintenanceService:
    """Begins and ends work on devices."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    @operation("alarms.in-maintenance", right="alarms.see")
    async def now(self, actor: Actor) -> tuple[Maintenance, ...]:
        """Show the devices somebody works on now, by when it ends."""
        async with self._db.read(actor) as tx:
            found = await in_force(tx, self._clock.now())
        return tuple(sorted(found.values(), key=lambda one: (one.ends_at, one.device_id)))

    @operation("alarms.maintain", right="alarms.shelve")
    async def begin(
        self, actor: Actor, *, device_ids: tuple[int, ...], reason: str, minutes: float = 120.0
    ) -> None:
        """Work on devices for a while: their alarms stay off the desk until it ends."""
        told = visible(reason.strip(), limit=_REASON)
        if not told:
            raise Invalid("say what the maintenance is for", field="reason")
        if not 0 < minutes <= LONGEST.total_seconds() / 60:
            raise Invalid(f"maintenance lasts up to {LONGEST.days} days", field="minutes")
        if not 0 < len(device_ids) <= MOST_DEVICES:
            raise Invalid(f"choose 1 to {MOST_DEVICES:,} devices", field="device_ids")
        now = self._clock.now()
        ends = now + timedelta(minutes=minutes)
        async with self._db.begin(actor) as tx:
            await store.take_turns(tx)
            await _end(tx, device_ids, now)
            working = {id: Maintenance(id, now, ends, told, actor.name) for id in device_ids}
            for device, work in working.items():
                await _keep(tx, work)
                tx.record(MaintenanceChanged(device_id=device, what="began"))
            changes = [rules.Change(alarm) for alarm in await _standing(tx, device_ids)]
            quiet = {c.alarm.about.key: _quiet(working, c.alarm) for c in changes}
            await write(tx, put_aside(changes, quiet), at=now)

    @operation("alarms.end-maintenance", right="alarms.shelve")
    async def end(self, actor: Actor, *, device_ids: tuple[int, ...]) -> int:
        """End work before its time; alarms that still stand come back. How many devices it was."""
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            await store.take_turns(tx)
            working = await in_force(tx, now, device_ids)
            await _end(tx, tuple(working), now)
            changes = []
            for alarm in await _standing(tx, tuple(working)):
                if alarm.shelved_until == working[alarm.about.device_id].ends_at:
                    back = rules.unshelve(alarm)
                    step = ("unshelved", back.severity, "maintenance ended")
                    changes.append(rules.Change(back, [step]))
            await write(tx, changes, at=now)
            for device in working:
                tx.record(MaintenanceChanged(device_id=device, what="ended"))
            if not working:
                tx.wrote = False
        return len(working)


class DevicesAtWork:
    """`Planned` of devices: whose alarms are put aside at a moment."""

    async def quiet(
        self, tx: Tx, abouts: Collection[AlarmObject], *, at: datetime
    ) -> Mapping[str, Quiet]:
        working = await in_force(tx, at, {about.device_id for about in abouts})
        return {
            about.key: Quiet(work.ends_at, work.reason)
            for about in abouts
            if (work := working.get(about.device_id)) is not None
        }


async def in_force(
    tx: Tx, at: datetime, device_ids: Collection[int] | None = None
) -> dict[int, Maintenance]:
    """Work under way at a moment, by device; of these devices, or of all."""
    query = _of(tx).where(maintenance.c.starts_at <= at, maintenance.c.ends_at > at)
    wanted = None if device_ids is None else set(device_ids)
    found = await tx.rows(query.order_by(maintenance.c.id), _work)
    return {one.device_id: one for one in found if wanted is None or one.device_id in wanted}


async def _standing(tx: Tx, device_ids: Collection[int]) -> tuple[Alarm, ...]:
    wanted = set(device_ids)
    return tuple(alarm for alarm in await store.standing(tx) if alarm.about.device_id in wanted)


async def _end(tx: Tx, device_ids: Collection[int], at: datetime) -> None:
    for device in set(device_ids) & set(await in_force(tx, at, device_ids)):
        await tx.execute(
            maintenance.update()
            .where(
                maintenance.c.tenant == tx.actor.tenant,
                maintenance.c.device_id == device,
                maintenance.c.ends_at > at,
            )
            .values(ends_at=at)
        )


async def _keep(tx: Tx, work: Maintenance) -> None:
    await tx.insert(
        maintenance,
        tenant=tx.actor.tenant,
        device_id=work.device_id,
        starts_at=work.starts_at,
        ends_at=work.ends_at,
        reason=work.reason,
        by=work.by,
    )


def _of(tx: Tx) -> Select[Any]:
    return select(maintenance).where(maintenance.c.tenant == tx.actor.tenant)


def _work(row: Row[Any]) -> Maintenance:
    return Maintenance(row.device_id, row.starts_at, row.ends_at, row.reason, row.by)


def _quiet(working: Mapping[int, Maintenance], alarm: Alarm) -> Quiet:
    work = working[alarm.about.device_id]
    return Quiet(work.ends_at, work.reason)
