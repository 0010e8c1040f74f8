"""The page of flights over real lab routers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from noc_console.adapters.snmp import open_reader
from noc_console.db.database import Database
from noc_console.db.samples import open_samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import SystemClock
from noc_console.lab import plan
from noc_console.lab.run import Lab, Options, open_lab
from tests.services.flights.conftest import Console


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    """Junos, IOS XE, IOS XR."""
    async with open_lab(plan.routers(3), Options(snmp_port=0, ssh_port=0)) as running:
        yield running


@pytest.fixture
async def console(
    store: Database, lab: Lab, operator: Actor, tmp_path: Path
) -> AsyncIterator[Console]:
    async with (
        open_samples(f"sqlite:///{tmp_path}/measured.db", clock=SystemClock()) as samples,
        open_reader() as reader,
    ):
        made = Console(store, samples, reader, tmp_path)
        await made.meet(lab, operator)
        yield made
