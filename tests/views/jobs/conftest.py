"""Jobs on a desk with the small world of the views; what does the work is a stand-in, as in
`tests.services.jobs`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from noc_console.adapters.jobs.scripts import OwnScripts
from noc_console.kernel.actor import Actor
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inventory.model import Inspected
from noc_console.services.jobs.book import RunBook
from noc_console.services.jobs.doing import Means
from noc_console.services.jobs.model import UNBORN, Job, JobKind, Run
from noc_console.services.jobs.service import JobService
from noc_console.services.jobs.workers import JobRunner
from noc_console.services.maintenance.model import Target, TargetKind
from noc_console.services.maintenance.resolving import Resolver
from noc_console.services.ways.service import WayService
from noc_console.views.jobs.page import JobPageServices
from tests.conftest import FakeClock
from tests.services.jobs.conftest import (
    Awx,
    Credentials,
    Parser,
    Playbooks,
    Shells,
    driver,
)
from tests.views.world import World


@dataclass
class Jobs:
    """The services and what was done through them."""

    services: JobPageServices
    means: Means
    shells: Shells
    playbooks: Playbooks
    world: World
    actor: Actor
    running: list[asyncio.Task[None]] = field(default_factory=list)

    def begin(self) -> None:
        """A collector that does jobs, until the test is over."""
        runner = JobRunner(self.means, actor=self.world.collector, every_s=0.01)
        self.running.append(asyncio.get_running_loop().create_task(runner.run()))

    async def job(self, *lines: str, title: str = "Look around") -> Job:
        targets = tuple(
            Target(TargetKind.DEVICE, self.world.devices[name]) for name in ("core-1", "core-2")
        )
        made = Job(UNBORN, title, JobKind.COMMANDS, targets, body="\n".join(lines))
        return await self.services.jobs.keep(self.actor, job=made)

    async def done(self, *lines: str) -> Run:
        """A run that is over."""
        job = await self.job(*lines)
        return await self.again(job)

    async def again(self, job: Job) -> Run:
        run = await self.services.jobs.start(self.actor, job_id=job.id)
        while True:
            run = await self.services.jobs.run(self.actor, run_id=run.id)
            if run.state.is_over:
                return run
            await asyncio.sleep(0.01)


@pytest.fixture
async def jobs(world: World, clock: FakeClock, operator: Actor) -> AsyncIterator[Jobs]:
    hostkeys = HostKeyService(world.store, clock=clock)
    for number, name in enumerate(("core-1", "core-2"), start=1):
        address = f"10.0.0.{number}"
        seen = Inspected(
            address, 161, clock.now(), name, 1, platform="ios", serial=f"SN{number:04}"
        )
        await world.inventory.record(world.collector, inspected=seen)
        key = HostKey(address, 22, "ssh-ed25519 AAAA", "SHA256:x")
        await hostkeys.trust(operator, key=key)
    shells, playbooks, credentials = Shells(), Playbooks(), Credentials()
    service = JobService(
        world.store,
        clock=clock,
        inventory=world.inventory,
        resolver=Resolver(world.inventory),
        drivers=driver,
        parser=Parser(),
        awx=Awx(),
        credentials=credentials,  # type: ignore[arg-type]
    )
    means = Means(
        jobs=service,
        book=RunBook(world.store, clock=clock),
        inventory=world.inventory,
        credentials=credentials,  # type: ignore[arg-type]
        ways=WayService(
            world.store,
            clock=clock,
            hostkeys=hostkeys,
            credentials=credentials,  # type: ignore[arg-type]
        ),
        drivers=driver,
        shells=shells,
        parser=Parser(),
        playbooks=playbooks,
        awx=Awx(),
        scripts=OwnScripts(),
    )
    page = JobPageServices(service, world.inventory)
    made = Jobs(page, means, shells, playbooks, world, operator)
    yield made
    for task in made.running:
        task.cancel()
        await asyncio.wait({task})
