"""What the poller has to write: samples, states and alarms, together, about once a second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from noc_console.db.samples import DEVICE, INTERFACE, SENSOR, Poll, Row, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotFound
from noc_console.services.alarms.model import AlarmReport, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import OperStatus, Reachability
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.rules.tracker import Outcome

MOST_POLLS = 50_000
"""Polls that may wait for a store that does not answer: an hour of 800 devices."""


@dataclass(slots=True)
class _Waiting:
    polls: list[Poll] = field(default_factory=list)
    statuses: dict[int, dict[int, OperStatus]] = field(default_factory=dict)
    reachability: dict[int, tuple[Reachability, datetime]] = field(default_factory=dict)
    reports: list[AlarmReport] = field(default_factory=list)


class Outbox:
    """Collects outcomes of polls and writes them in batches. Knows which alarms stand."""

    def __init__(
        self,
        *,
        samples: Samples,
        inventory: InventoryService,
        alarms: AlarmService,
        actor: Actor,
    ) -> None:
        self._samples = samples
        self._inventory = inventory
        self._alarms = alarms
        self._actor = actor
        self._waiting = _Waiting()
        self._standing: dict[tuple[str, Condition], Severity] = {}
        self.dropped = 0
        """Polls that could not be kept any longer."""

    @property
    def standing(self) -> Mapping[tuple[str, Condition], Severity]:
        """Alarms that stand, with what waits to be written already counted in."""
        return self._standing

    def keep(self, device_id: int, at_ms: int, outcome: Outcome) -> None:
        """Take what a reading amounted to."""
        rows = [Row(INTERFACE, number, row) for number, row in outcome.interfaces.items()]
        rows += [Row(SENSOR, number, (value,)) for number, value in outcome.sensors.items()]
        if outcome.device:
            rows.append(Row(DEVICE, device_id, outcome.device))
        if rows:
            self._waiting.polls.append(Poll(device_id, at_ms, rows))
        if outcome.statuses:
            self._waiting.statuses.setdefault(device_id, {}).update(outcome.statuses)
        self.report(*outcome.reports)

    def report(self, *reports: AlarmReport) -> None:
        """Take reports for the alarm desk; they count as standing from now on."""
        self._waiting.reports += reports
        self._count_in(reports)

    def reach(self, device_id: int, reachability: Reachability, at: datetime) -> None:
        """Note that a device began or stopped answering."""
        self._waiting.reachability[device_id] = reachability, at

    async def flush(self) -> None:
        """Write what waits. Measurements first: they are what cannot be had again.

        What could not be written waits on; writing something twice does no harm.
        """
        batch, self._waiting = self._waiting, _Waiting()
        try:
            await self._write(batch)
        except BaseException:
            self._put_back(batch)
            raise

    async def _write(self, batch: _Waiting) -> None:
        if batch.polls:
            await self._samples.append(batch.polls)
            batch.polls = []
        for device_id, (reachability, at) in batch.reachability.items():
            await self._set_reachability(device_id, reachability, at)
        for device_id, statuses in batch.statuses.items():
            await self._inventory.set_interface_statuses(
                self._actor, device_id=device_id, statuses=statuses
            )
        await self._alarms.apply(self._actor, reports=tuple(batch.reports))

    def _put_back(self, old: _Waiting) -> None:
        new = self._waiting
        polls = old.polls + new.polls
        self.dropped += max(0, len(polls) - MOST_POLLS)
        statuses = old.statuses
        for device_id, later in new.statuses.items():
            statuses.setdefault(device_id, {}).update(later)
        self._waiting = _Waiting(
            polls=polls[-MOST_POLLS:],
            statuses=statuses,
            reachability=old.reachability | new.reachability,
            reports=old.reports + new.reports,
        )

    async def reconcile(self) -> None:
        """Read which alarms stand: somebody may have cleared one by hand.

        What waits to be written is newer than what is read, so it is counted in again.
        """
        found = await self._alarms.active(self._actor)
        self._standing = {
            (alarm.about.key, alarm.condition): alarm.severity for alarm in found if alarm.is_active
        }
        self._count_in(self._waiting.reports)

    async def _set_reachability(
        self, device_id: int, reachability: Reachability, at: datetime
    ) -> None:
        try:
            await self._inventory.set_reachability(
                self._actor, device_id=device_id, reachability=reachability, at=at
            )
        except NotFound:
            pass  # the device was removed while it was asked

    def _count_in(self, reports: list[AlarmReport] | tuple[AlarmReport, ...]) -> None:
        for report in reports:
            slot = (report.about.key, report.condition)
            if report.severity == Severity.CLEARED:
                self._standing.pop(slot, None)
            else:
                self._standing[slot] = report.severity
