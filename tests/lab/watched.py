"""The lab, discovered and watched: every real part of a collector in the test's own process.

async with open_watched(tmp_path, plan.small()) as watched:
    watched.lab.fail("link-down")
    await watched.until_alarm("interface-down", device="ams-core-1")
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from noc_console.adapters.keyring import KeyFile
from noc_console.adapters.snmp import FastReader, open_reader
from noc_console.adapters.syslog import open_syslog_receiver
from noc_console.adapters.traps import open_trap_receiver
from noc_console.app import paths
from noc_console.app.compose import event_pack
from noc_console.db.database import Database, metadata, open_engine
from noc_console.db.lines import open_lines
from noc_console.db.samples import Samples, open_samples
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.clock import Clock, SystemClock
from noc_console.kernel.events import EventBus
from noc_console.lab.model import Plan
from noc_console.lab.run import Lab, Options, open_lab
from noc_console.services.alarms.model import Alarm, AlarmPolicy
from noc_console.services.alarms.service import AlarmService
from noc_console.services.alarms.workers import DeskKeeper
from noc_console.services.credentials.service import CredentialService
from noc_console.services.detection.events.book import EventBook
from noc_console.services.discovery.service import DiscoveryService
from noc_console.services.discovery.workers import DiscoveryWorker
from noc_console.services.inspection.platforms.load import load
from noc_console.services.intake.service import IntakeService
from noc_console.services.intake.workers import IntakeWorker
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.telemetry.model import PollPolicy
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.telemetry.workers import Poller

ACTOR = Actor("collector", "acme", frozenset({ALL_RIGHTS}))


class _NoNames:
    """The lab is addressed by numbers; a test must not ask a name server."""

    async def addresses(self, name: str) -> tuple[str, ...]:
        return ()


@dataclass
class Console:
    """A collector's services and workers on a store."""

    db: Database
    samples: Samples
    reader: FastReader
    inventory: InventoryService
    alarms: AlarmService
    telemetry: TelemetryService
    credentials: CredentialService
    discovery: DiscoveryService
    intake: IntakeService
    bus: EventBus
    clock: Clock

    def poller(self) -> Poller:
        return Poller(
            inventory=self.inventory,
            credentials=self.credentials,
            alarms=self.alarms,
            telemetry=self.telemetry,
            samples=self.samples,
            reader=self.reader,
            bus=self.bus,
            clock=self.clock,
            actor=ACTOR,
        )

    def searcher(self) -> DiscoveryWorker:
        """What does searches in a collector."""
        return DiscoveryWorker(
            self.discovery,
            self.inventory,
            self.credentials,
            self.reader,
            actor=ACTOR,
            resolver=_NoNames(),
            rules=load(paths.resources() / "platforms"),
            look_s=0.05,
        )

    async def discover(self, seeds: Sequence[str], *, depth: int = 0) -> None:
        """Find these agents; refuses to go on with less."""
        run = await self.discovery.start(ACTOR, seed=tuple(seeds), depth=depth)
        ended = await self.searcher().work(run.id)
        assert ended.found == len(seeds), ended.failures


@asynccontextmanager
async def open_console(
    folder: Path, *, policy: PollPolicy, alarm_policy: AlarmPolicy | None = None
) -> AsyncIterator[Console]:
    """Services on a SQLite store in `folder`, as a collector has them."""
    async with AsyncExitStack() as stack:
        bus, clock = EventBus(), SystemClock()
        url = f"sqlite:///{folder}/noc.db"
        db = Database(open_engine(url), clock=clock, bus=bus)
        stack.callback(db.close)
        await db.keep(metadata.create_all)
        samples = await stack.enter_async_context(open_samples(url, clock=clock))
        lines = await stack.enter_async_context(open_lines(url, clock=clock))
        reader = await stack.enter_async_context(open_reader(bind="127.0.0.1", bind6="::1"))
        secrets = SecretService(db, keyring=KeyFile(folder / "vault.key"), clock=clock)
        credentials = CredentialService(db, secrets)
        inventory = InventoryService(db, clock=clock)
        yield Console(
            db=db,
            samples=samples,
            reader=reader,
            inventory=inventory,
            alarms=AlarmService(db, clock=clock, policy=alarm_policy),
            telemetry=TelemetryService(
                db, samples, clock=clock, inventory=inventory, default=policy
            ),
            credentials=credentials,
            discovery=DiscoveryService(
                db, clock=clock, credentials=credentials, inventory=inventory
            ),
            intake=IntakeService(db, lines, clock=clock),
            bus=bus,
            clock=clock,
        )


@dataclass
class Watched:
    """A lab and the console that watches it."""

    lab: Lab
    console: Console
    poller: Poller
    trap_port: int
    """Where the console hears traps."""

    async def alarms(self) -> dict[tuple[str, str, str], Alarm]:
        """Standing alarms by device, interface or sensor, and condition."""
        return {
            (alarm.device_name, alarm.interface_name, alarm.condition.value): alarm
            for alarm in await self.console.alarms.active(ACTOR)
            if alarm.is_active
        }

    async def until(self, holds: Callable[[dict[tuple[str, str, str], Alarm]], bool]) -> None:
        """Wait for the alarms to be as wanted; the test's time limit says for how long."""
        while not holds(await self.alarms()):
            await asyncio.sleep(0.1)

    async def rounds(self, count: int) -> None:
        """Let so many whole rounds of polls go by."""
        goal = self.poller.figures.polls + count * len(self.lab.plan.devices)
        while self.poller.figures.polls < goal:
            await asyncio.sleep(0.05)


@asynccontextmanager
async def open_watched(
    folder: Path,
    plan: Plan,
    *,
    policy: PollPolicy,
    alarm_policy: AlarmPolicy | None = None,
    listens: bool = True,
) -> AsyncIterator[Watched]:
    """A lab whose every device is discovered and polled; `listens` for traps and syslog too."""
    async with AsyncExitStack() as stack:
        console = await stack.enter_async_context(
            open_console(folder, policy=policy, alarm_policy=alarm_policy)
        )
        poller = console.poller()
        intake = IntakeWorker(
            console.intake,
            console.inventory,
            bus=console.bus,
            actor=ACTOR,
            hint=console.samples.hint,
            book=EventBook(event_pack()),
        )
        bound = {"clock": console.clock, "bind": "127.0.0.1", "ports": (0,)}
        traps = await stack.enter_async_context(open_trap_receiver(intake.take_trap, **bound))  # type: ignore[arg-type]
        lines = await stack.enter_async_context(open_syslog_receiver(intake.take_line, **bound))  # type: ignore[arg-type]
        assert traps.listener and lines.listener
        options = Options(
            snmp_port=0,
            ssh_port=None,
            trap_to=("127.0.0.1", traps.listener.port) if listens else None,
            syslog_to=("127.0.0.1", lines.listener.port) if listens else None,
        )
        lab = await stack.enter_async_context(open_lab(plan, options))
        await console.discover(lab.seeds)
        keeper = DeskKeeper(console.alarms, ACTOR, every_s=0.5)
        group = await stack.enter_async_context(asyncio.TaskGroup())
        tasks = [group.create_task(work()) for work in (poller.run, intake.run, keeper.run)]
        try:
            yield Watched(lab, console, poller, traps.listener.port)
        finally:
            for task in tasks:
                task.cancel()
