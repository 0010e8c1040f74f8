"""Utilisation of the past, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import numpy as np
import pytest

from noc_console.db.database import Database
from noc_console.db.samples import DEVICE, INTERFACE, Poll, Row, Samples, open_samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.past import LoadHistoryService
from noc_console.services.telemetry.service import TelemetryService
from tests.conftest import FakeClock


@pytest.fixture
async def samples(store_url: str, clock: FakeClock) -> AsyncIterator[Samples]:
    async with open_samples(store_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def loads(db: Database, samples: Samples, clock: FakeClock) -> LoadHistoryService:
    inventory = InventoryService(db, clock=clock)
    telemetry = TelemetryService(db, samples, clock=clock, inventory=inventory)
    return LoadHistoryService(samples, telemetry, inventory, clock=clock)


async def polled(
    samples: Samples, start: datetime, minutes: int, *, ports: tuple[int, ...] = (11, 12)
) -> None:
    """A poll a minute; the port receives as many octets a second as the minute's number."""
    total, batch = 0, []
    for minute in range(minutes):
        total += 60 * minute
        row = [total if name == "in_octets" else 0 for name in INTERFACE.columns]
        at = int((start + timedelta(minutes=minute)).timestamp() * 1000)
        batch.append(Poll(1, at, [Row(INTERFACE, port, row) for port in ports]))
    await samples.append(batch)


async def test_just_now_the_rate_is_that_of_the_last_two_polls(
    loads: LoadHistoryService, samples: Samples, operator: Actor, clock: FakeClock
) -> None:
    start = clock.now()
    await polled(samples, start, 20)
    clock.tick(minutes=20)
    told = await loads.at(
        operator, moment=start + timedelta(minutes=7, seconds=20), interface_ids=range(11, 12 + 500)
    )
    assert told.of((11, 12, 13), "in_octets").tolist()[:2] == [56.0, 56.0]
    assert np.isnan(told.of((13,), "in_octets")).all()
    assert told.width_s == 0


async def test_of_packed_hours_it_is_the_mean_of_five_minutes(
    loads: LoadHistoryService, samples: Samples, operator: Actor, clock: FakeClock
) -> None:
    start = clock.now()
    await polled(samples, start, 60)
    clock.tick(hours=6)
    await samples.compact(clock.now())
    told = await loads.at(operator, moment=start + timedelta(minutes=12), interface_ids=(12, 11))
    assert told.of((11,), "in_octets").tolist() == [8.0 * 12]  # 10…14
    assert told.width_s == 300
    frames = await loads.frames(
        operator, start=start, end=start + timedelta(hours=1), interface_ids=(11, 12)
    )
    assert len(frames) == 12
    assert frames[1].of((12,), "in_octets").tolist() == [8.0 * 7]
    assert frames[1].at == start + timedelta(minutes=10)


async def test_of_long_ago_the_hour_is_kept(
    loads: LoadHistoryService, samples: Samples, operator: Actor, clock: FakeClock
) -> None:
    start = clock.now()
    await polled(samples, start, 60)
    clock.tick(hours=6)
    await samples.compact(clock.now())
    clock.tick(days=200)
    told = await loads.at(operator, moment=start + timedelta(minutes=12), interface_ids=(11,))
    assert told.width_s == 3600
    assert told.of((11,), "in_octets")[0] == pytest.approx(8 * 30, abs=8)
    assert (await loads.since(operator)) == clock.now() - timedelta(days=730)


async def test_nobody_asked_for_is_no_question(
    loads: LoadHistoryService, operator: Actor, clock: FakeClock
) -> None:
    told = await loads.at(operator, moment=clock.now(), interface_ids=())
    assert np.isnan(told.of((1,), "in_octets")).all()
    with pytest.raises(NotAllowed):
        await loads.since(Actor("guest", "acme", frozenset()))


async def test_a_device_felt_then_as_it_said(
    loads: LoadHistoryService, db: Database, samples: Samples, operator: Actor, clock: FakeClock
) -> None:
    inventory = InventoryService(db, clock=clock)
    device = await inventory.record(
        operator, inspected=Inspected("10.0.0.1", 161, clock.now(), name="sw-1")
    )
    at = clock.now()
    batch = []
    for minute in range(10):
        then = int((at + timedelta(minutes=minute)).timestamp() * 1000)
        row = Row(DEVICE, int(device), [10_000 * minute, None, 40_000, 60, 2_500, 1])
        batch.append(Poll(int(device), then, [row]))
    await samples.append(batch)
    clock.tick(hours=2)
    felt = await loads.device_at(
        operator, device_id=int(device), moment=at + timedelta(minutes=4, seconds=30)
    )
    assert felt is not None
    assert (felt.cpu, felt.memory, felt.response_ms, felt.reachable) == (40.0, None, 2.5, True)
    early = at - timedelta(hours=1)
    assert await loads.device_at(operator, device_id=int(device), moment=early) is None
