"""A network that was measured for a day, and the services graphs are made of."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.db.samples import DEVICE, INTERFACE, SENSOR
from noc_console.db.samples.values import Poll, Row
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.graphs.service import GraphService
from noc_console.services.inventory.model import Inspected, SeenInterface, SeenSensor, SensorKind
from noc_console.views.graphs.loading import GraphSource
from noc_console.views.kit.curves import Span
from tests.views.probes.conftest import Probed, probed  # noqa: F401
from tests.views.world import World

STEP_S = 60
HOURS = 6


@dataclass
class Measured:
    """Where things are, and the source that reads them."""

    world: World
    graphs: GraphService
    source: GraphSource
    probed: Probed
    sensor: int

    @property
    def device(self) -> int:
        return self.world.devices["core-1"]

    @property
    def port(self) -> int:
        return self.world.ports["core-1"]

    @property
    def span(self) -> Span:
        end = self.world.clock.now().timestamp()
        return Span(end - HOURS * 3600, end)


@pytest.fixture
async def measured(
    store: Database,
    world: World,
    probed: Probed,  # noqa: F811
    tmp_path: Path,
) -> AsyncIterator[Measured]:
    device, port = world.devices["core-1"], world.ports["core-1"]
    seen = Inspected(
        address="10.0.0.1", port=161, at=world.clock.now(), name="core-1", credential_id=1,
        serial="SN0001", interfaces=(SeenInterface(1, "ge-0/0/1", speed_bps=10**9),),
        sensors=(SeenSensor(SensorKind.DBM, "Rx power", "1.2.3", low=-14.0),),
    )  # fmt: skip
    await world.inventory.record(world.collector, inspected=seen)
    (sensor,) = await world.inventory.sensors(world.collector, device_id=device)
    end = world.clock.now()
    polls, octets = [], 0
    for number in range(HOURS * 3600 // STEP_S):
        at = end - timedelta(seconds=HOURS * 3600 - number * STEP_S)
        octets += int(STEP_S * (4e7 + 2e7 * math.sin(number / 30)))
        rows = [
            Row(INTERFACE, port, (octets, octets // 2, *[number] * 6, 1, 1)),
            Row(DEVICE, device, (30_000 + number * 10, 40_000, 31_000, 86_400 + number, 2500, 1)),
            Row(SENSOR, int(sensor.id), (-3_200 - number,)),
        ]
        polls.append(Poll(device, int(at.timestamp() * 1000), rows))
    await world.samples.append(polls)
    graphs = GraphService(store, AlarmEpisodeService(store), clock=world.clock)
    source = GraphSource(world.inventory, world.telemetry, probes=probed.service, graphs=graphs)
    yield Measured(world, graphs, source, probed, int(sensor.id))
