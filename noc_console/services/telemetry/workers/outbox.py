"""What the poller has to write: samples, states and alarms, together, about once a second."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import structlog
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from noc_console.db.samples import DEVICE, INTERFACE, SENSOR, Poll, Row, Rows, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.heartbeat import beat
from noc_console.kernel.trace import span
from noc_console.services.alarms.model import AlarmReport, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import OperStatus, Reachability
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.rules.outcome import Outcome, Standing

_log = structlog.get_logger("poller")

MOST_POLLS = 50_000
"""Polls that may wait for a store that does not answer: an hour of 800 devices."""
MOST_ROWS = 2_000_000
"""Interfaces and sensors in them: 170 MB, two to four minutes of ten thousand devices."""
STORE_TROUBLE = (Unreachable, OperationalError, InterfaceError, InternalError)
LONGEST_PATIENCE_S = 10.0
"""Between two attempts to reach a store that does not answer."""
NOTHING_STANDS: Standing = {}


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
        self._standing: dict[int, dict[tuple[str, Condition], Severity]] = {}
        self.dropped = 0
        """Polls that could not be kept any longer."""
        self.written = 0
        """Polls that are in the store."""

    def standing_of(self, device_id: int) -> Standing:
        """Alarms of a device that stand, with what waits to be written already counted in."""
        return self._standing.get(device_id, NOTHING_STANDS)

    @property
    def unwritten(self) -> int:
        """Polls that wait for the store."""
        return len(self._waiting.polls)

    def keep(self, device_id: int, at_ms: int, outcome: Outcome) -> None:
        """Take what a reading amounted to."""
        rows: list[Row | Rows] = []
        if outcome.port_ids is not None and outcome.port_rows is not None:
            rows.append(Rows(INTERFACE, outcome.port_ids, outcome.port_rows))
        if outcome.sensors:
            ids = np.array(list(outcome.sensors), np.int64)
            values = np.array([list(outcome.sensors.values())], np.int64).T
            rows.append(Rows(SENSOR, ids, np.ascontiguousarray(values)))
        if outcome.device:
            rows.append(Row(DEVICE, device_id, outcome.device))
        if rows:
            self._waiting.polls.append(Poll(device_id, at_ms, rows))
        if outcome.statuses:
            self._waiting.statuses.setdefault(device_id, {}).update(outcome.statuses)
        self.report(*outcome.reports)

    def report(self, *reports: AlarmReport) -> None:
        """Take reports for the alarm desk; they count as standing from now on.

        What is a little better than what stands is not said: an alarm only grows worse until
        it clears, and each poll would say it again.
        """
        news = [report for report in reports if not self._is_milder(report)]
        self._waiting.reports += news
        self._count_in(news)

    def reach(self, device_id: int, reachability: Reachability, at: datetime) -> None:
        """Note that a device began or stopped answering."""
        self._waiting.reachability[device_id] = reachability, at

    async def flush(self) -> None:
        """Write what waits. Measurements first: they are what cannot be had again.

        What could not be written waits on; writing something twice does no harm.
        """
        batch, self._waiting = self._waiting, _Waiting()
        try:
            with span("write", polls=len(batch.polls), alarms=len(batch.reports)):
                await self._write(batch)
        except BaseException:
            self._put_back(batch)
            raise

    async def _write(self, batch: _Waiting) -> None:
        if batch.polls:
            await self._samples.append(batch.polls)
            self.written += len(batch.polls)
            batch.polls = []
        if batch.reachability:
            await self._inventory.set_reachabilities(self._actor, found=batch.reachability)
        for device_id, statuses in batch.statuses.items():
            await self._inventory.set_interface_statuses(
                self._actor, device_id=device_id, statuses=statuses
            )
        if batch.reports:
            await self._alarms.apply(self._actor, reports=tuple(batch.reports))

    def _put_back(self, old: _Waiting) -> None:
        new = self._waiting
        polls = old.polls + new.polls
        first = _first_kept(polls)
        self.dropped += first
        statuses = old.statuses
        for device_id, later in new.statuses.items():
            statuses.setdefault(device_id, {}).update(later)
        self._waiting = _Waiting(
            polls=polls[first:],
            statuses=statuses,
            reachability=old.reachability | new.reachability,
            reports=old.reports + new.reports,
        )

    async def reconcile(self) -> None:
        """Read which alarms stand: somebody may have cleared one by hand.

        What waits to be written is newer than what is read, so it is counted in again.
        """
        found = await self._alarms.active(self._actor)
        standing: dict[int, dict[tuple[str, Condition], Severity]] = defaultdict(dict)
        for alarm in found:
            if alarm.is_active:
                slot = (alarm.about.key, alarm.condition)
                standing[alarm.about.device_id][slot] = alarm.severity
        self._standing = dict(standing)
        self._count_in(self._waiting.reports)

    def _is_milder(self, report: AlarmReport) -> bool:
        stands = self.standing_of(report.about.device_id).get(
            (report.about.key, report.condition), Severity.CLEARED
        )
        return Severity.CLEARED < report.severity < stands

    def _count_in(self, reports: Sequence[AlarmReport]) -> None:
        for report in reports:
            slot, number = (report.about.key, report.condition), report.about.device_id
            if report.severity != Severity.CLEARED:
                standing = self._standing.setdefault(number, {})
                standing[slot] = max(report.severity, standing.get(slot, Severity.CLEARED))
            elif (known := self._standing.get(number)) is not None:
                known.pop(slot, None)
                if not known:
                    del self._standing[number]


def _first_kept(polls: Sequence[Poll]) -> int:
    """Where the polls begin that may go on waiting: the newest."""
    rows = 0
    for place in range(len(polls) - 1, -1, -1):
        rows += sum(
            len(one.subject_ids) if isinstance(one, Rows) else 1 for one in polls[place].rows
        )
        if rows > MOST_ROWS or len(polls) - place > MOST_POLLS:
            return place + 1
    return 0


async def insist(what: str, work: Callable[[], Awaitable[None]], *, strand: str) -> None:
    """Try until the store answers: polling goes on meanwhile, and what it finds waits.

    `strand` names the loop that waits here: it moves, though the store does not.
    """
    pause = 0.5
    while True:
        beat(strand)
        try:
            return await work()
        except STORE_TROUBLE as error:
            _log.warning("the store does not answer", at=what, reason=first_line(error))
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PATIENCE_S)


def first_line(error: BaseException) -> str:
    """Drivers write essays, some with the statement in them."""
    return str(error).partition("\n")[0][:200]
