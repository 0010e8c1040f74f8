"""Probes of a small network; what a run from here answers is decided by the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.db.samples import PROBE
from noc_console.db.samples.values import Poll, Row
from noc_console.services.probes.model import OF_SAMPLES, Aim, ProbeState, Round
from noc_console.services.probes.rules.measure import row
from noc_console.services.probes.service import ProbeService
from noc_console.services.secrets.service import SecretService
from tests.views.world import World

WELL = Round(ProbeState.WELL, 4, (1000, 1200, 1100, 5000))


@dataclass
class Net:
    """Stands for the network: real targets are asked in tests/adapters/probes."""

    aims: list[Aim] = field(default_factory=list)
    answer: Callable[[Aim], Round] = lambda aim: WELL

    async def run(self, aim: Aim) -> Round:
        self.aims.append(aim)
        return self.answer(aim)


@dataclass
class Probed:
    """The service, and a way to say what was measured."""

    service: ProbeService
    net: Net
    world: World

    async def measure(self, probe_id: int, *rounds: Round, every_s: float = 60.0) -> None:
        """Rounds up to now, the last one now."""
        end = self.world.clock.now()
        polls = []
        for back, told in enumerate(reversed(rounds)):
            at_ms = round((end - timedelta(seconds=every_s * back)).timestamp() * 1000)
            values = Row(PROBE, probe_id, row(told))
            polls.append(Poll(OF_SAMPLES + probe_id, at_ms, [values]))
        await self.world.samples.append(polls)


@pytest.fixture
async def probed(store: Database, world: World, tmp_path: Path) -> AsyncIterator[Probed]:
    net = Net()

    @asynccontextmanager
    async def opening() -> AsyncIterator[Net]:
        yield net

    service = ProbeService(
        store,
        world.samples,
        clock=world.clock,
        inventory=world.inventory,
        secrets=SecretService(store, keyring=KeyFile(tmp_path / "key"), clock=world.clock),
        opening=opening,
    )
    yield Probed(service, net, world)
