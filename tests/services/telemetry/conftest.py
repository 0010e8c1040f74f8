"""A store of measurements beside the database, and a device to measure."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from noc_console.db.database import Database
from noc_console.db.samples import Samples, open_samples
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import (
    Device,
    Inspected,
    Interface,
    OperStatus,
    SeenInterface,
    SeenSensor,
    Sensor,
    SensorKind,
)
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.service import TelemetryService
from tests.conftest import FakeClock


@dataclass(frozen=True)
class Known:
    """A device of the inventory with two interfaces and a sensor."""

    device: Device
    ports: tuple[Interface, ...]
    sensor: Sensor


@pytest.fixture
async def samples(store_url: str, clock: FakeClock) -> AsyncIterator[Samples]:
    async with open_samples(store_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
def telemetry(
    db: Database, samples: Samples, clock: FakeClock, inventory: InventoryService
) -> TelemetryService:
    return TelemetryService(db, samples, clock=clock, inventory=inventory)


@pytest.fixture
async def known(inventory: InventoryService, collector: Actor, clock: FakeClock) -> Known:
    seen = Inspected(
        address="127.0.0.1",
        port=1161,
        at=clock.now(),
        name="core-1",
        credential_id=1,
        serial="S1",
        interfaces=tuple(
            SeenInterface(
                index=index, name=f"xe-{index}", speed_bps=10**9, oper_status=OperStatus.UP
            )
            for index in (1, 2)
        ),
        sensors=(SeenSensor(SensorKind.TEMPERATURE, "board", "1.3.6.1.4.1.9.9.13.1.3.1.3.1"),),
    )
    device_id = await inventory.record(collector, inspected=seen)
    return Known(
        device=await inventory.device(collector, device_id=device_id),
        ports=await inventory.interfaces(collector, device_id=device_id),
        sensor=(await inventory.sensors(collector, device_id=device_id))[0],
    )
