"""An hour of flows of two routers, written by the collector's own worker."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from noc_console.db.database import Database
from noc_console.db.flows import FlowStore, open_flows, word_id
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.services.flows.model import PrefixRole
from noc_console.services.flows.service import FlowService
from noc_console.services.flows.workers import FlowWorker
from noc_console.wire.flows.records import RECORD, halves
from tests.conftest import FakeClock
from tests.lab import flow_packets as made
from tests.services.flows.conftest import FIELDS
from tests.views.world import World

SERVICES = ((6, 443, 60), (17, 443, 30), (6, 80, 8), (17, 53, 2), (17, 3074, 12), (6, 22, 3))


@dataclass
class Flowing:
    """The flows of a small network."""

    flows: FlowService
    store: FlowStore
    worker: FlowWorker
    world: World
    clock: FakeClock

    async def export(self, *datagrams: bytes, source: str = "10.0.0.1") -> None:
        """Datagrams of one minute, and its end."""
        await self.worker._look_up()
        await self.worker.turn()
        for data in datagrams:
            self.worker.take(data, source)
        await self.worker.turn()
        self.clock.tick(seconds=60)
        await self.worker.turn()

    async def an_hour(self, minutes: int = 60, *, each: int = 120) -> None:
        """Traffic with a shape: some applications, some talkers, a wave over the hour."""
        dice = random.Random(7)
        await self.worker._look_up()
        for minute in range(minutes):
            await self.worker.turn()
            self.worker.take(made.ipfix(made.a_set(2, made.template(256, FIELDS))), "10.0.0.1")
            self.worker.take(made.ipfix(made.a_set(2, made.template(256, FIELDS))), "10.0.0.2")
            rows = np.zeros(each, RECORD)
            for row in rows:
                protocol, port, weight = dice.choice(SERVICES)
                source = f"198.18.{dice.randint(0, 3)}.{dice.randint(1, 9)}"
                target = f"100.64.{dice.randint(0, 5)}.{dice.randint(1, 40)}"
                row["src_hi"], row["src_lo"] = halves(source)
                row["dst_hi"], row["dst_lo"] = halves(target)
                wave = 1 + 0.4 * np.sin(minute / 9 + weight)
                row["bytes"] = int(dice.expovariate(1) * weight * wave * 400_000)
                row["packets"], row["flows"] = max(1, int(row["bytes"]) // 900), 1
                row["sport"], row["dport"] = port, dice.randint(40_000, 60_000)
                row["protocol"], row["in_if"], row["out_if"] = protocol, 1, 2
                row["src_as"] = dice.choice((15169, 2906, 20940, 13335))
                row["sampling"] = 1000
            for address in ("10.0.0.1", "10.0.0.2"):
                self.worker._exporters[address].flows += each // 2
                self.worker._rows.append((word_id(address), rows[: each // 2 or 1]))
            self.clock.tick(seconds=60)
        await self.worker.turn()
        self.clock.tick(seconds=1)


@pytest.fixture
async def flowing(
    store: Database,
    world: World,
    clock: FakeClock,
    bus: EventBus,
    collector: Actor,
    tmp_path: Path,
) -> AsyncIterator[Flowing]:
    async with open_flows(f"sqlite:///{tmp_path}/noc.db", clock=clock) as kept:
        flows = FlowService(store, kept, clock=clock, inventory=world.inventory)
        worker = FlowWorker(
            flows,
            kept,
            world.inventory,
            bus=bus,
            clock=clock,
            actor=collector,
            name="noc-1",
        )
        yield Flowing(flows, kept, worker, world, clock)


async def name_customers(flowing: Flowing, actor: Actor) -> None:
    for number, owner in enumerate(("Bakery Nord", "School 12", "Hotel Post")):
        await flowing.flows.add_prefix(
            actor,
            prefix=f"100.64.{number}.0/24",
            name=f"Fibre {number + 1}",
            role=PrefixRole.CUSTOMER,
            owner=owner,
        )
