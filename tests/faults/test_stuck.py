"""A part of a collector that hangs: seen, told where, started again, and an alarm about it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from noc_console.app import supervise
from noc_console.app.supervise import supervisor
from noc_console.app.vitals import Vitals
from noc_console.db.samples import Samples
from noc_console.services.alarms.model import Condition
from noc_console.services.telemetry.model import PollPolicy
from tests.faults.bench import open_bench
from tests.lab.watched import ACTOR


class HangingOnce:
    """The real store of measurements, except that the first batch never returns."""

    def __init__(self, real: Samples) -> None:
        self._real = real
        self.asked = self.written = 0

    async def append(self, batch: Sequence[Any]) -> None:
        self.asked += 1
        if self.asked == 1:
            await self._never()
        await self._real.append(batch)
        self.written += len(batch)

    async def _never(self) -> None:
        await asyncio.Event().wait()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


async def test_a_poller_that_hangs_in_its_store_is_started_again_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S16: polls go on being asked while nothing is written: only the writing loop knows."""
    monkeypatch.setattr(supervise, "LOOK_EVERY_S", 0.1)
    monkeypatch.setattr(supervise, "FIRST_WAIT_S", 0.1)
    policy = PollPolicy(interval_s=0.5, settled_s=1.0)
    async with open_bench(tmp_path, policy=policy) as bench, supervisor() as keeper:
        console = bench.console
        store = HangingOnce(console.samples)
        poller = replace(console, samples=store).poller()  # type: ignore[arg-type]
        keeper.start("poller", poller.run, patience_s=3.0)
        vitals = Vitals(
            name=lambda: "ams-1",
            workers=lambda: keeper.health,
            db=console.db,
            alarms=console.alarms,
            clock=console.clock,
            actor=ACTOR,
        )
        while not keeper.health["poller"].restarts:
            await asyncio.sleep(0.05)
        assert store.written, "what waited was written on the way out"
        saved = store.written
        while store.written < saved + 2:
            await asyncio.sleep(0.05)
        health = keeper.health["poller"]
        assert (health.stuck, health.restarts, health.is_well) == (1, 1, True)
        assert health.error.startswith("writing stood still")
        assert " _never < " in health.hung_at
        await vitals.look()
        (alarm,) = [a for a in await bench.alarms() if a.condition is Condition.WORKER_STUCK]
        assert alarm.about.key == "collector:ams-1/worker:poller"
        assert "poller stuck: writing stood still" in alarm.text
