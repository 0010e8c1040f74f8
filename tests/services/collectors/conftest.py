"""Collectors of one store, each with a connection of its own, as processes have them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from noc_console.db.database import Database, metadata, open_engine
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.events import EventBus
from noc_console.services.collectors.model import SHARDS
from noc_console.services.collectors.service import CollectorService
from noc_console.services.collectors.workers import LeaseKeeper, Rhythm
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService

QUICK = Rhythm(heartbeat_s=0.3, ttl_s=1.5, hint_s=0.1)
ACTOR = Actor("collector", "acme", frozenset({ALL_RIGHTS}))


@dataclass
class Member:
    """One collector of a team, in this process, with a store of its own."""

    db: Database
    service: CollectorService
    keeper: LeaseKeeper
    asked: set[int] = field(default_factory=set)
    """Devices it is just asking."""

    def shards(self) -> set[int]:
        """What it may poll of the common zone now, by the answers polling gets."""
        unknown = 1_000 * SHARDS  # ids that no device of a test has
        return {number for number in range(SHARDS) if self.keeper.mine(unknown + number)}


class Team:
    """Starts collectors and ends them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.running: dict[str, asyncio.Task[None]] = {}
        self._stack = AsyncExitStack()

    def member(self, name: str, *, url: str = "", **more: object) -> Member:
        db = Database(open_engine(url or self.url), clock=SystemClock(), bus=EventBus())
        self._stack.callback(db.close)
        service = CollectorService(db, inventory=InventoryService(db, clock=SystemClock()))
        asked: set[int] = set()
        settings: dict[str, object] = {"rhythm": QUICK, **more}
        keeper = LeaseKeeper(
            db,
            service,
            bus=EventBus(),
            actor=ACTOR,
            name=name,
            asking=lambda: asked,
            **settings,  # type: ignore[arg-type]
        )
        return Member(db, service, keeper, asked)

    def start(self, name: str, *, url: str = "", **more: object) -> Member:
        made = self.member(name, url=url, **more)
        task = asyncio.get_running_loop().create_task(made.keeper.run())
        self.running[f"{name} {len(self.running)}"] = task
        return made

    async def stop(self, name: str) -> None:
        """End it in good order, as SIGTERM would."""
        task = next(task for key, task in self.running.items() if key.startswith(f"{name} "))
        task.cancel()
        await asyncio.wait({task})

    async def close(self) -> None:
        for task in self.running.values():
            task.cancel()
        if self.running:
            await asyncio.wait(self.running.values())
        for task in self.running.values():
            if not task.cancelled() and (error := task.exception()):
                raise error
        await self._stack.aclose()


async def until(condition: Callable[[], bool], patience_s: float = 20.0) -> None:
    async with asyncio.timeout(patience_s):
        while not condition():
            await asyncio.sleep(0.01)


def box(name: str, *, location: str = "") -> Inspected:
    """A device of that name, as an inspection found it."""
    return Inspected(
        name=name,
        address=f"10.0.0.{sum(name.encode()) % 250 + 1}",
        port=161,
        at=datetime(2026, 3, 1, tzinfo=UTC),
        credential_id=1,
        serial=f"serial of {name}",
        location=location,
    )


async def make_tables(url: str) -> None:
    database = Database(open_engine(url), clock=SystemClock(), bus=EventBus())
    await database.keep(metadata.create_all)
    database.close()


@asynccontextmanager
async def team_on(url: str) -> AsyncIterator[Team]:
    made = Team(url)
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
async def team(postgres_url: str) -> AsyncIterator[Team]:
    await make_tables(postgres_url)
    async with team_on(postgres_url) as made:
        yield made
