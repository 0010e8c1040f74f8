"""Services and a small recorded network for pages that show measurements."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from noc_console.db.database import Database
from noc_console.db.samples import DEVICE, INTERFACE, SENSOR, Poll, Row, Samples, open_samples
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import DeviceId, SeenSensor, SensorKind
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.quiet import PlannedWork
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.topology.service import TopologyService
from tests.conftest import FakeClock
from tests.services.topology.network import Plan, isp

Ids = dict[str, DeviceId]


@pytest.fixture
async def samples(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Samples]:
    async with open_samples(f"sqlite:///{tmp_path}/noc.db", clock=clock) as opened:
        yield opened


@pytest.fixture
def inventory(store: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(store, clock=clock)


@pytest.fixture
def alarms(store: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(store, clock=clock, planned=PlannedWork())


@pytest.fixture
def telemetry(
    store: Database, samples: Samples, clock: FakeClock, inventory: InventoryService
) -> TelemetryService:
    return TelemetryService(store, samples, clock=clock, inventory=inventory)


@pytest.fixture
def topology(
    store: Database,
    clock: FakeClock,
    inventory: InventoryService,
    alarms: AlarmService,
    telemetry: TelemetryService,
) -> Iterator[TopologyService]:
    service = TopologyService(inventory, alarms, telemetry, store, clock=clock)
    yield service
    service.close()


@pytest.fixture
def plan() -> Plan:
    drawn = isp(("Prague", "Brno"))
    drawn.boxes[0].sensors.append(
        SeenSensor(SensorKind.TEMPERATURE, "Inlet", "1.3.6.1.2.1.99.1.1.1.4.7", high=60.0)
    )
    return drawn


_recorded: dict[tuple[str, datetime], tuple[sqlite3.Connection, Ids]] = {}
"""Stores as they were after a plan was recorded: recording takes a second, copying a moment."""


@pytest.fixture
async def ids(
    plan: Plan,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
    samples: Samples,
    tmp_path: Path,
) -> Ids:
    """38 devices in two cities."""
    key, file = (repr(plan.boxes), clock.now()), tmp_path / "noc.db"
    if key not in _recorded:
        known = await plan.record(inventory, operator, clock.now())
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        await asyncio.to_thread(_copy, file, kept)
        _recorded[key] = (kept, known)
        return dict(known)
    kept, known = _recorded[key]
    await asyncio.to_thread(_copy, kept, file)
    return dict(known)


def _copy(source: sqlite3.Connection | Path, target: sqlite3.Connection | Path) -> None:
    with ExitStack() as opened:
        one, other = (
            opened.enter_context(closing(sqlite3.connect(each))) if isinstance(each, Path) else each
            for each in (source, target)
        )
        one.backup(other)


async def on_screen(widget: QWidget, width: int = 1200, height: int = 700) -> None:
    """Show a widget from inside a task: processEvents() there would run other tasks inside
    this one, which asyncio refuses, and those tasks never end (qasync #59)."""
    widget.resize(width, height)
    widget.show()
    await asyncio.sleep(0.02)


async def measure(
    samples: Samples,
    inventory: InventoryService,
    actor: Actor,
    clock: FakeClock,
    device_id: int,
    *,
    share: float = 0.3,
    polls: int = 3,
) -> None:
    """Polls every 20 s up to now: all ports equally busy, CPU 42 %, sensors 41 °C."""
    ports = await inventory.interfaces(actor, device_id=device_id)
    sensors = await inventory.sensors(actor, device_id=device_id)
    now = int(clock.now().timestamp() * 1000)
    batch = []
    for poll in range(polls):
        rows = []
        for port in ports:
            octets = int(share * port.speed_bps / 8 * 20) * (poll + 1)
            told = {"in_octets": octets, "out_octets": octets // 2, "status": 1}
            rows.append(
                Row(INTERFACE, int(port.id), [told.get(name, 0) for name in INTERFACE.columns])
            )
        rows.append(Row(DEVICE, device_id, [42_000, 61_000, 40_000, 86_400, 1_900, 1]))
        rows += [Row(SENSOR, int(sensor.id), [41_000]) for sensor in sensors]
        batch.append(Poll(device_id, now - (polls - 1 - poll) * 20_000, rows))
    await samples.append(batch)
