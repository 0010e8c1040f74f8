"""What backs configurations up by itself: by schedule, after changes, and when somebody asks.

Each collector reads the devices it polls, so many at a time. What is due stands in the store: a
collector that was killed in the middle goes on with those it had not kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import structlog

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import steady_s
from noc_console.kernel.errors import NocError
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.heartbeat import beat
from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.configs.backup import BackupService, Due
from noc_console.services.configs.fetching import SET_UP
from noc_console.services.configs.model import (
    BackupPolicy,
    BackupPolicyChanged,
    BackupsWanted,
    Fetched,
)
from noc_console.services.credentials.model import CredentialChanged
from noc_console.services.hostkeys.model import HostKeyTrusted
from noc_console.services.intake.model import ConfigChangesHeard
from noc_console.services.telemetry.ports import AllMine, Shares

_log = structlog.get_logger("configs")

FAILING = Condition("config-backup-failing")
FAILURES = 3
"""In a row, before it is an alarm: one missed night is none."""
LONGEST = 400
LOOK_EVERY_S = 20.0
FLUSH_S = 1.0
MOST_WAITING = 64
"""Configurations read and not yet kept: then no further device is asked."""
PRUNE_EVERY_S = 3_600.0


class BackupRunner:
    """Reads what is due and ours, keeps it, and says when a device cannot be read for good."""

    def __init__(
        self,
        backups: BackupService,
        alarms: AlarmService,
        *,
        bus: EventBus,
        actor: Actor,
        shares: Shares | None = None,
        prunes: Callable[[], bool] = lambda: True,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._backups, self._alarms = backups, alarms
        self._bus, self._actor = bus, actor
        self._shares = shares or AllMine()
        self._prunes = prunes
        self._look_every_s = look_every_s
        self._waiting: list[Due] = []
        self._running: dict[int, Due] = {}
        self._fetched: list[Fetched] = []
        self._heard: set[int] = set()
        self._failures: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._policy = BackupPolicy()
        self._is_wanted = False
        """Something may have become due since the last look."""
        self._news = asyncio.Event()
        self.read = self.failed = 0
        """Counted since the start."""

    async def run(self) -> None:
        """Forever, until cancelled."""
        stop = self._bus.listen(self._hear)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_flushing())
                group.create_task(self._keep_pruning())
                await self._keep_looking(group)
        finally:
            stop()

    def health(self) -> Mapping[str, int]:
        """For the collector's pulse."""
        return {
            "config_backups": self.read,
            "config_failures": self.failed,
            "config_waiting": len(self._waiting) + len(self._running),
        }

    def _hear(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, ConfigChangesHeard):
                self._heard |= {one for one in event.device_ids if self._shares.mine(one)}
                self._is_wanted = True
            elif isinstance(
                event, BackupsWanted | BackupPolicyChanged | CredentialChanged | HostKeyTrusted
            ):
                self._is_wanted = True
        if self._is_wanted:
            self._news.set()

    async def _keep_looking(self, group: asyncio.TaskGroup) -> None:
        while True:
            self._is_wanted = False
            await self.look()
            until = steady_s() + self._look_every_s
            while not self._is_wanted and (left := until - steady_s()) > 0:
                beat("look")
                self._news.clear()
                self._start(group)
                try:
                    async with asyncio.timeout(min(left, 1.0)):
                        await self._news.wait()
                except TimeoutError:
                    pass

    async def look(self) -> None:
        """Read what is due now."""
        heard, self._heard = self._heard, set()
        try:
            if heard:
                await self._backups.note_changes(self._actor, device_ids=sorted(heard))
            self._policy = await self._backups.policy(self._actor)
            due = await self._backups.due(self._actor, mine=self._shares.mine)
        except NocError as error:
            self._heard |= heard
            _log.warning("configurations wait for the store", reason=str(error))
            return
        done = {one.device_id for one in self._fetched}
        self._waiting = [
            one
            for one in due
            if int(one.device.id) not in self._running and int(one.device.id) not in done
        ]

    def _start(self, group: asyncio.TaskGroup) -> None:
        while (
            self._waiting
            and len(self._running) < self._policy.at_once
            and len(self._fetched) < MOST_WAITING
        ):
            one = self._waiting.pop(0)
            number = int(one.device.id)
            if not self._shares.mine(number):
                continue
            self._running[number] = one
            self._names[number] = one.device.name or one.device.address
            self._failures[number] = one.failures
            group.create_task(self._read(one))

    async def _read(self, one: Due) -> None:
        """A device that goes wrong concerns nobody but itself."""
        number = int(one.device.id)
        try:
            told = await self._backups.fetch(self._actor, one, self._policy)
            self._fetched.append(told)
        finally:
            # Kept until then: a look meanwhile must not find it due again.
            self._running.pop(number, None)
            self._news.set()

    async def _keep_flushing(self) -> None:
        try:
            while True:
                beat("flush")
                await asyncio.sleep(FLUSH_S)
                await self._try_flush()
        finally:
            # What was read is kept as well, if the store is still there.
            try:
                await self._try_flush()
            except asyncio.CancelledError:
                _log.warning("configurations not kept", reason="cancelled")

    async def _try_flush(self) -> None:
        try:
            await self.flush()
        except NocError as error:
            _log.warning("configurations wait for the store", reason=str(error))

    async def flush(self) -> None:
        """Keep what was read; what could not be written waits on, within bounds."""
        fetched = tuple(self._fetched)
        if not fetched:
            return
        await self._backups.keep(self._actor, fetched=fetched)
        # The same list: devices that are being read meanwhile add to it.
        del self._fetched[: len(fetched)]
        self.read += sum(1 for one in fetched if one.text)
        self.failed += sum(1 for one in fetched if not one.text)
        self._news.set()
        reports = self._judge(fetched)
        if reports:
            await self._alarms.apply(self._actor, reports=reports)

    def _judge(self, fetched: Sequence[Fetched]) -> tuple[AlarmReport, ...]:
        """Alarms for those that fail again and again; settled when they are read."""
        reports = []
        for told in fetched:
            number = told.device_id
            about = AlarmObject(number, device_name=self._names.get(number, ""))
            before = self._failures.pop(number, 0)
            if told.text:
                if before >= FAILURES:
                    reports.append(AlarmReport(about, FAILING, Severity.CLEARED, "read again"))
            elif before + 1 >= FAILURES and told.reason not in SET_UP:
                text = f"its configuration cannot be read: {told.error}"[:LONGEST]
                reports.append(AlarmReport(about, FAILING, Severity.MINOR, text))
        return tuple(reports)

    async def _keep_pruning(self) -> None:
        while True:
            beat("prune")
            if self._prunes():
                try:
                    await self._backups.prune(self._actor)
                except NocError as error:
                    _log.warning("old configurations not pruned", reason=str(error))
            for _ in range(int(PRUNE_EVERY_S / 30)):
                beat("prune")
                await asyncio.sleep(30)
