"""A database, measurements, an inventory and probes, with a network that answers as it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.db.samples import Samples, open_samples
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import Device, Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.probes.model import Aim, ProbeState, Round
from noc_console.services.probes.service import ProbeService
from noc_console.services.secrets.service import SecretService
from tests.conftest import FakeClock

WELL = Round(ProbeState.WELL, 4, (1000, 1200, 1100, 5000))


class ToldProber:
    """Stands for the network: what a target answers is decided by the test.

    Loss, silence and the end of certificates cannot be had on demand from real peers; those
    are asked in tests/adapters/probes.
    """

    def __init__(self) -> None:
        self.aims: list[Aim] = []
        self.answer: Callable[[Aim], Round] = lambda aim: WELL

    async def run(self, aim: Aim) -> Round:
        self.aims.append(aim)
        return self.answer(aim)


@pytest.fixture
def prober() -> ToldProber:
    return ToldProber()


@pytest.fixture
async def samples(store_url: str, clock: FakeClock) -> AsyncIterator[Samples]:
    async with open_samples(store_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
def alarms(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def probes(
    db: Database,
    samples: Samples,
    clock: FakeClock,
    inventory: InventoryService,
    prober: ToldProber,
    tmp_path: Path,
) -> ProbeService:
    @asynccontextmanager
    async def opening() -> AsyncIterator[ToldProber]:
        yield prober

    secrets = SecretService(db, keyring=KeyFile(tmp_path / "vault.key"), clock=clock)
    return ProbeService(
        db, samples, clock=clock, inventory=inventory, secrets=secrets, opening=opening
    )


@pytest.fixture
async def devices(
    inventory: InventoryService, collector: Actor, clock: FakeClock
) -> tuple[Device, ...]:
    """Two managed devices."""
    for number in (1, 2):
        await inventory.record(
            collector,
            inspected=Inspected(
                address=f"127.0.0.{number}",
                port=1161,
                at=clock.now(),
                name=f"core-{number}",
                credential_id=1,
                serial=f"S{number}",
            ),
        )
    return await inventory.devices(collector)
