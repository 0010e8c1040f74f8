"""A small network on either database, measured a little."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.db.samples import DEVICE, INTERFACE, SENSOR, Poll, Row, Samples, open_samples
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.listed import Listing
from noc_console.services.inventory.model import (
    DeviceType,
    Inspected,
    SeenInterface,
    SeenSensor,
    SensorKind,
)
from noc_console.services.inventory.service import InventoryService
from noc_console.services.probes.ports import Prober
from noc_console.services.probes.service import ProbeService
from noc_console.services.secrets.service import SecretService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.top.service import TopService
from tests.conftest import FakeClock

MEGABIT = 125_000
"""Octets a second."""


@dataclass
class Lists:
    """The service, what it reads, and where things are."""

    top: TopService
    samples: Samples
    inventory: InventoryService
    clock: FakeClock
    device: int
    ports: tuple[int, ...]
    sensors: tuple[int, ...]

    async def measure(
        self, *, minutes: int, megabits: tuple[int, ...], light: int = -9_000
    ) -> None:
        """A poll a minute up to now; each port receives so much."""
        end, polls = self.clock.now(), []
        for back in range(minutes, -1, -1):
            at = end - timedelta(minutes=back)
            at_ms = int(at.timestamp() * 1000)
            seconds = at_ms // 1000
            rows = [
                Row(INTERFACE, port, (seconds * rate * MEGABIT, 0, 0, 0, 0, 0, 0, 0, 1, 1))
                for port, rate in zip(self.ports, megabits, strict=True)
            ]
            rows.append(Row(SENSOR, self.sensors[0], (light,)))
            rows.append(Row(DEVICE, self.device, (42_000, 30_000, 35_000, 1000, 2_500, 1)))
            polls.append(Poll(self.device, at_ms, rows))
        await self.samples.append(polls)


@pytest.fixture
async def lists(
    db: Database, store_url: str, clock: FakeClock, collector: Actor, tmp_path: Path
) -> AsyncIterator[Lists]:
    inventory = InventoryService(db, clock=clock)
    ports = tuple(
        SeenInterface(number, f"ge-0/0/{number}", alias=alias, speed_bps=10**9)
        for number, alias in ((1, "transit AS64500"), (2, "customer <b>7</b>"), (3, ""))
    )
    seen = Inspected(
        address="10.0.0.1",
        port=161,
        at=clock.now(),
        name="core-1",
        credential_id=1,
        type=DeviceType.ROUTER,
        location="Northgate",
        interfaces=ports,
        sensors=(
            SeenSensor(SensorKind.DBM, "Rx power", "1.2.3", low=-14.0, high=2.0),
            SeenSensor(SensorKind.TEMPERATURE, "board", "1.2.4"),
        ),
    )
    device = await inventory.record(collector, inspected=seen)
    known = await inventory.interfaces(collector, device_id=device)
    sensors = await inventory.sensors(collector, device_id=device)

    @asynccontextmanager
    async def nobody() -> AsyncIterator[Prober]:
        raise AssertionError("nothing is probed here")
        yield

    async with open_samples(store_url, clock=clock) as samples:
        telemetry = TelemetryService(db, samples, clock=clock, inventory=inventory)
        secrets = SecretService(db, keyring=KeyFile(tmp_path / "key"), clock=clock)
        probes = ProbeService(
            db, samples, clock=clock, inventory=inventory, secrets=secrets, opening=nobody
        )
        top = TopService(
            Listing(db),
            samples,
            clock=clock,
            inventory=inventory,
            telemetry=telemetry,
            probes=probes,
        )
        yield Lists(
            top,
            samples,
            inventory,
            clock,
            int(device),
            tuple(int(port.id) for port in known),
            tuple(int(sensor.id) for sensor in sensors),
        )
