"""The list of rules over a small network with a past."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.db.database import Database
from noc_console.db.samples import DEVICE, Poll, Row
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.detection.bench import Bench
from noc_console.services.detection.census import Census
from noc_console.services.detection.events.book import EventBook
from noc_console.services.detection.events.family import EventFamily
from noc_console.services.detection.events.reading import load as load_events
from noc_console.services.detection.pack import folder, our_book
from noc_console.services.detection.service import DetectionService
from tests.views.world import World


@pytest.fixture
def detection(store: Database, world: World) -> DetectionService:
    episodes = AlarmEpisodeService(store)
    return DetectionService(
        store,
        clock=world.clock,
        pack=our_book(),
        bench=Bench(world.samples, Census(world.inventory), episodes),
        episodes=episodes,
        events=EventFamily(EventBook(load_events(folder() / "events"))),
    )


async def heat(world: World, device_id: int, *, busy: tuple[int, int] = (60, 40)) -> None:
    """Two hours of polls, in some of which the CPU is at 97 %."""
    end = world.clock.now()
    first, last = busy
    polls = []
    for back in range(120, 0, -1):
        cpu = 97_000 if last < back <= first else 20_000
        at_ms = round((end - timedelta(minutes=back)).timestamp() * 1000)
        polls.append(Poll(device_id, at_ms, [Row(DEVICE, device_id, (cpu, 0, 0, 9, 9, 1))]))
    await world.samples.append(polls)
