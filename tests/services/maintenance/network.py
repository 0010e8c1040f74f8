"""A few devices, as inspections leave them."""

from __future__ import annotations

from datetime import timedelta

from noc_console.db.samples import SENSOR, Samples
from noc_console.db.samples.values import Poll, Row
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import (
    DeviceType,
    Inspected,
    OperStatus,
    SeenInterface,
    SeenSensor,
    SensorKind,
)
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock

LIGHT_OID = "1.3.6.1.4.1.9.9.91.1.1.1.1.4.1"


async def device(
    inventory: InventoryService,
    actor: Actor,
    clock: FakeClock,
    name: str,
    *,
    number: int,
    site: str = "Northgate",
    kind: DeviceType = DeviceType.ROUTER,
    status: OperStatus = OperStatus.UP,
) -> int:
    """A managed device with one port, in which a light sensor sits."""
    seen = Inspected(
        address=f"10.0.0.{number}",
        port=161,
        at=clock.now() - timedelta(minutes=1),
        name=name,
        credential_id=1,
        type=kind,
        vendor="Juniper",
        serial=f"SN{number:04}",
        location=site,
        interfaces=(SeenInterface(1, "ge-0/0/1", oper_status=status),),
        sensors=(SeenSensor(SensorKind.DBM, "ge-0/0/1 rx power", LIGHT_OID, if_index=1),),
    )
    return int(await inventory.record(actor, inspected=seen))


async def light(
    samples: Samples, clock: FakeClock, *, device_id: int, sensor_id: int, dbm: float
) -> None:
    """What a light sensor told, as a collector would have written it."""
    at_ms = int(clock.now().timestamp() * 1000)
    row = Row(SENSOR, sensor_id, (round(dbm * 1000),))
    await samples.append([Poll(device_id, at_ms, [row])])
