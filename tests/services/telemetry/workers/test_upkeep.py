"""The pulse and the keeper, on real stores."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import numpy as np

from noc_console.db.samples import DEVICE, Poll, Row, Samples
from noc_console.kernel.actor import Actor
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.telemetry.workers import CollectorPulse, SamplesKeeper
from tests.conftest import FakeClock


async def test_the_pulse_carries_what_every_part_says(
    samples: Samples, telemetry: TelemetryService, clock: FakeClock, operator: Actor
) -> None:
    pulse = CollectorPulse(
        samples,
        clock=clock,
        name=lambda: "noc-1",
        sources=(lambda: {"devices": 3, "polls": 9}, lambda: {"traps": 2}),
        every_s=0.01,
    )
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        task = group.create_task(pulse.run())
        first = clock.now()
        while not await telemetry.collectors(operator):
            await asyncio.sleep(0.01)
        clock.tick(seconds=2)
        while (await telemetry.collectors(operator))[0].at == first:
            await asyncio.sleep(0.01)
        task.cancel()
    (health,) = await telemetry.collectors(operator)
    assert (health.name, health.devices, health.polls, health.traps) == ("noc-1", 3, 9, 2)


async def test_the_keeper_packs_past_hours_and_forgets_the_oldest(
    samples: Samples, clock: FakeClock
) -> None:
    async def measure() -> None:
        at_ms = round(clock.now().timestamp() * 1000)
        row = Row(DEVICE, 7, (10_000, None, None, 60, 900, 1))
        await samples.append([Poll(7, at_ms, [row])])

    for _ in range(3):
        await measure()
        clock.tick(minutes=40)
    keeper = SamplesKeeper(samples, clock=clock, every_s=3600.0)
    await keeper.tidy(prune=False)
    assert (await samples.stats()).blocks > 0
    clock.tick(days=DEVICE.retention.hourly / timedelta(days=1) + 2)
    await keeper.tidy(prune=True)
    start = clock.now() - timedelta(days=3000)
    series = await samples.series(DEVICE, 7, start, clock.now())
    assert np.isnan(series.values["cpu"]).all()


async def test_the_keeper_begins_at_once(samples: Samples, clock: FakeClock) -> None:
    row = Row(DEVICE, 7, (None, None, None, None, None, 0))
    await samples.append([Poll(7, round(clock.now().timestamp() * 1000), [row])])
    clock.tick(hours=3)
    keeper = SamplesKeeper(samples, clock=clock, every_s=3600.0)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        task = group.create_task(keeper.run())
        while not (await samples.stats()).blocks:
            await asyncio.sleep(0.01)
        task.cancel()


async def test_who_has_not_the_duty_leaves_the_measurements_alone(
    samples: Samples, clock: FakeClock
) -> None:
    row = Row(DEVICE, 7, (None, None, None, None, None, 0))
    await samples.append([Poll(7, round(clock.now().timestamp() * 1000), [row])])
    clock.tick(hours=3)
    duty: list[bool] = []
    asked = 0

    def is_mine() -> bool:
        nonlocal asked
        asked += 1
        return bool(duty)

    keeper = SamplesKeeper(samples, clock=clock, every_s=0.01, is_mine=is_mine)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        task = group.create_task(keeper.run())
        while asked < 5:
            await asyncio.sleep(0.01)
        assert not (await samples.stats()).blocks
        duty.append(True)
        while not (await samples.stats()).blocks:
            await asyncio.sleep(0.01)
        task.cancel()
