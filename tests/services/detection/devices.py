"""A few devices in the inventory, as a discovery would record them."""

from __future__ import annotations

from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import (
    Inspected,
    OperStatus,
    SeenInterface,
    SeenSensor,
    SensorKind,
)
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock


async def add_devices(
    inventory: InventoryService, clock: FakeClock, actor: Actor, count: int
) -> list[int]:
    """So many routers with two interfaces and a sensor each; their ids."""
    found = []
    for number in range(1, count + 1):
        seen = Inspected(
            address=f"192.0.2.{number}",
            port=161,
            at=clock.now(),
            name=f"core-{number}",
            serial=f"S{number}",
            location="Erfurt, rack 1",
            credential_id=1,
            interfaces=(
                SeenInterface(1, "xe-0", speed_bps=10**9, oper_status=OperStatus.UP),
                SeenInterface(2, "xe-1", alias="cust-1", speed_bps=10**9),
            ),
            sensors=(SeenSensor(SensorKind.VOLTAGE, "rail", "1.3.6.1.4.1.9.9.109.1"),),
        )
        found.append(int(await inventory.record(actor, inspected=seen)))
    return found
