"""What templates see of a device is one set of words, plain values all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    Inspected,
    Interface,
    InterfaceId,
    OperStatus,
    SeenInterface,
)
from noc_console.services.inventory.service import InventoryService
from noc_console.services.templates.words import (
    Around,
    around,
    of_device,
    of_interfaces,
    of_site,
)
from tests.conftest import FakeClock

DEVICE = Device(DeviceId(1), "sw-1", "192.0.2.1", 161, location="Rack 4", tags=("edge",))
PORT = Interface(
    InterfaceId(7), DeviceId(1), 3, "Gi1/0/3", alias="Customer: ACME Ltd", lag_index=9,
    oper_status=OperStatus.UP, speed_bps=10**9, addresses=("192.0.2.1/24",),
)  # fmt: skip


def test_a_device_and_its_site_are_told_and_what_nobody_knows_is_empty() -> None:
    told = of_device(DEVICE)
    assert (told["name"], told["tags"], told["contact"]) == ("sw-1", ["edge"], "")
    assert of_site(DEVICE, Around()) == {
        "name": "", "address": "Rack 4", "latitude": "", "longitude": "",
    }  # fmt: skip


def test_ports_are_told_with_whom_they_lead_to() -> None:
    (told,) = of_interfaces([PORT], Around(customer_ports=frozenset({7})))
    assert (told["customer"], told["is_up"], told["is_member"]) == ("ACME Ltd", True, True)
    assert (told["speed"], told["addresses"]) == (10**9, ["192.0.2.1/24"])
    down = replace(PORT, oper_status=OperStatus.DOWN, lag_index=None)
    (told,) = of_interfaces([down], Around())
    assert (told["customer"], told["is_up"], told["is_member"]) == ("", False, False)


async def test_what_is_around_is_read_from_the_inventory(
    db: Database, clock: FakeClock, operator: Actor
) -> None:
    inventory = InventoryService(db, clock=clock)
    seen = Inspected(
        "192.0.2.1", 161, datetime(2026, 3, 1, tzinfo=UTC), "sw-1", credential_id=1,
        location="Amsterdam, AMS1", interfaces=(SeenInterface(1, "Gi0/1", alias="Customer: X"),),
    )  # fmt: skip
    number = int(await inventory.record(operator, inspected=seen))
    device = await inventory.device(operator, device_id=number)
    known = await around(operator, inventory)
    (port,) = await inventory.interfaces(operator, device_id=number)
    assert known.customer_ports == {int(port.id)}
    assert of_site(device, known)["name"] == known.sites[int(device.site_id or 0)].name
