"""However many devices are sick, none keeps a healthy one waiting."""

from __future__ import annotations

import asyncio

import pytest

from noc_console.services.telemetry.model import Lane
from noc_console.services.telemetry.workers.lanes import Lanes


async def test_a_thousand_that_die_at_once_do_not_keep_the_healthy_from_their_turn() -> None:
    """N dead devices hold two slots no longer than patience lasts; the living come and go."""
    lanes = Lanes({Lane.FAST: 2, Lane.SLOW: 1, Lane.SILENT: 1})
    buried = asyncio.Event()
    ended: list[str] = []

    async def turn(name: str, *, dies: bool) -> None:
        async with lanes.seat(Lane.FAST, patience_s=0.001) as seat:
            if dies:
                await buried.wait()
                assert seat.is_overtime
            ended.append(name)

    async with asyncio.TaskGroup() as group:
        for number in range(1_000):
            group.create_task(turn(f"dead {number}", dies=True))
        for number in range(50):
            group.create_task(turn(f"alive {number}", dies=False))
        while len(ended) < 50:
            await asyncio.sleep(0.01)
        assert {name.split()[0] for name in ended} == {"alive"}, "before any of the dead has ended"
        buried.set()
    assert len(ended) == 1_050


async def test_the_slow_wait_for_each_other_and_for_nobody_else() -> None:
    lanes = Lanes({Lane.FAST: 1, Lane.SLOW: 1, Lane.SILENT: 1})
    order: list[str] = []

    async def turn(lane: Lane, name: str, held: asyncio.Event) -> None:
        async with lanes.seat(lane, patience_s=60.0):
            order.append(name)
            await held.wait()

    first, rest = asyncio.Event(), asyncio.Event()
    rest.set()
    async with asyncio.TaskGroup() as group:
        group.create_task(turn(Lane.SLOW, "slow 1", first))
        group.create_task(turn(Lane.SLOW, "slow 2", rest))
        group.create_task(turn(Lane.FAST, "fast", rest))
        group.create_task(turn(Lane.SILENT, "silent", rest))
        for _ in range(5):
            await asyncio.sleep(0)
        assert order == ["slow 1", "fast", "silent"]
        assert lanes.waiting == 1
        first.set()
    assert order[-1] == "slow 2"
    assert lanes.waiting == 0


async def test_a_turn_that_fails_or_is_cancelled_frees_its_slot() -> None:
    lanes = Lanes({Lane.FAST: 1, Lane.SLOW: 1, Lane.SILENT: 1})
    with pytest.raises(ZeroDivisionError):
        async with lanes.seat(Lane.FAST, patience_s=60.0):
            raise ZeroDivisionError

    async def hold() -> None:
        async with lanes.seat(Lane.FAST, patience_s=60.0):
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        holding, waiting = group.create_task(hold()), group.create_task(hold())
        await asyncio.sleep(0)
        waiting.cancel()
        holding.cancel()
    async with lanes.seat(Lane.FAST, patience_s=60.0) as seat:
        assert not seat.is_overtime
    assert lanes.waiting == 0
