"""The list of rules on a store, with a few devices and their past."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.db.samples import Samples, open_samples
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.service import AlarmService
from noc_console.services.detection.bench import Bench
from noc_console.services.detection.census import Census
from noc_console.services.detection.events.book import EventBook
from noc_console.services.detection.events.family import EventFamily
from noc_console.services.detection.events.reading import load as load_events
from noc_console.services.detection.pack import folder, our_book
from noc_console.services.detection.service import DetectionService
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock


@pytest.fixture
async def samples(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Samples]:
    async with open_samples(f"sqlite:///{tmp_path}/past.db", clock=clock) as store:
        yield store


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
def alarms(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def detection(
    db: Database, clock: FakeClock, samples: Samples, inventory: InventoryService
) -> DetectionService:
    episodes = AlarmEpisodeService(db)
    return DetectionService(
        db,
        clock=clock,
        pack=our_book(),
        bench=Bench(samples, Census(inventory), episodes),
        episodes=episodes,
        events=EventFamily(EventBook(load_events(folder() / "events"))),
    )
