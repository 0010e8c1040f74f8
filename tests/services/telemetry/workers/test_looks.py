"""Wishes, hints and what others spend, as other processes leave them in the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from noc_console.db.samples import DEVICE, INTERFACE, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
)
from noc_console.services.inventory.pollable import PortFact
from noc_console.services.telemetry.budget import Budget
from noc_console.services.telemetry.model import Ints, PollPolicy, Subject
from noc_console.services.telemetry.ports import AllMine
from noc_console.services.telemetry.rules.ledger import Ledger
from noc_console.services.telemetry.rules.ports import ports_of
from noc_console.services.telemetry.workers import looks as module
from noc_console.services.telemetry.workers.fleet import Fleet
from noc_console.services.telemetry.workers.looks import Looks, cost_of
from noc_console.services.telemetry.workers.outbox import NOTHING_STANDS
from noc_console.services.telemetry.workers.ward import Ward
from tests.conftest import FakeClock

PUBLIC = SnmpCredential(kind=CredentialKind.SNMP_V2C, community=Secret("public"))
PORTS = ports_of([PortFact(7, n, n, f"xe-{n}", 0, 1, True, False) for n in range(1, 51)])
TARGET = SnmpTarget("192.0.2.1", 161, PUBLIC)


class Bench:
    """A fleet of one device, on a steady clock that is set by hand."""

    def __init__(self, samples: Samples, clock: FakeClock, actor: Actor) -> None:
        self.now = 1_000.0
        self.looked: list[int | None] = []
        self.fleet = Fleet(
            cast(Any, None),  # nothing is read of an inventory here
            cast(Any, None),
            samples,
            shares=AllMine(),
            standing_of=lambda device_id: NOTHING_STANDS,
            clock=clock,
            actor=actor,
            steady=lambda: self.now,
        )
        self.fleet.policy = PollPolicy(watched_interval_s=0.04)
        self.ward = Ward(
            Subject(Device(DeviceId(7), "n", "192.0.2.1", 161), TARGET, PORTS), PollPolicy()
        )
        self.fleet.wards[7] = self.ward
        self.fleet.schedule.put(7, 1_050.0)
        self.ledger = Ledger()
        self.budget = Budget(samples, clock=clock, steady=lambda: self.now)
        self.looks = Looks(
            self.fleet,
            samples,
            budget=self.budget,
            ledger=self.ledger,
            clock=clock,
            steady=lambda: self.now,
            look=self._look,
        )

    async def _look(self, ward: Ward, rows: Ints | None) -> None:
        self.looked.append(None if rows is None else len(rows))
        ward.busy = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self.looks.run(group))
            await asyncio.sleep(0.03)
            yield
            task.cancel()


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """SQLite only: what is asked of the stores is proved on both elsewhere."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture
def bench(samples: Samples, clock: FakeClock, collector: Actor) -> Bench:
    return Bench(samples, clock, collector)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.01)


async def test_a_hint_of_another_process_hastens_the_device_and_counts_once(
    bench: Bench, samples: Samples, clock: FakeClock
) -> None:
    async with bench.running():
        await samples.hint([7, 8], clock.now())
        await until(lambda: bench.fleet.schedule.turn_of(7) == 1_000.0)
        bench.fleet.schedule.put(7, 1_050.0)
        await asyncio.sleep(0.1)
        assert bench.fleet.schedule.turn_of(7) == 1_050.0, "the same word again is no news"
        bench.ward.began = 1_000.0
        clock.tick(seconds=1)
        await samples.hint([7], clock.now())
        await until(lambda: bench.fleet.schedule.turn_of(7) == 1_000.0 + module.SOONEST_S)


async def test_a_hint_while_the_device_is_asked_is_kept_for_afterwards(bench: Bench) -> None:
    bench.ward.busy = True
    bench.looks.hint(7)
    bench.looks.hint(999)
    assert bench.ward.is_hinted and bench.fleet.schedule.turn_of(7) == 1_050.0


async def test_wishes_are_served_within_the_budget_and_what_is_put_off_is_counted(
    bench: Bench, samples: Samples, clock: FakeClock
) -> None:
    until_then = clock.now() + timedelta(seconds=10)
    await samples.wish(INTERFACE, 7, [3, 4], until_then, "window")
    async with bench.running():
        await until(lambda: bench.looked == [2])
        for _ in range(8):
            bench.now += 0.05
            await asyncio.sleep(0.03)
        assert 1 < len(bench.looked) <= 5, "four a second, and it began with as many"
        assert bench.ledger.budget(4.0, bench.now).refused > 0
        await samples.wish(DEVICE, 7, [7], until_then, "window")
        bench.now += 20.0
        await until(lambda: bench.looked[-1] is None)
        bench.ward.down = True
        seen = len(bench.looked)
        bench.now += 20.0
        await asyncio.sleep(0.1)
        assert len(bench.looked) == seen, "who does not answer is not looked at"


async def test_what_others_of_ours_ask_a_device_leaves_less_for_looks(
    bench: Bench, samples: Samples, clock: FakeClock
) -> None:
    console = Budget(samples, clock=clock)
    async with bench.running():
        console.spend(TARGET.peer, 40)
        await console.sync()
        bench.now += 1.1
        await until(lambda: bench.ledger.budget(4.0, bench.now).others == 40)
        await samples.wish(INTERFACE, 7, [3], clock.now() + timedelta(seconds=10), "window")
        await asyncio.sleep(0.1)
        assert bench.looked == [], "nine seconds are to be paid for"
        bench.now += 12.0
        await until(lambda: bench.looked == [1])


def test_a_look_costs_what_its_instances_take() -> None:
    assert cost_of(PORTS, PORTS.ids[:2] - 1) == 1
    assert cost_of(PORTS, PORTS.ids - 1) == -(-(1 + 50 * 14) // 32)
