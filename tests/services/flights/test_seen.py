"""What a template sees: the inventory's words about a device, its site and its customers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid
from noc_console.services.flights.rules.templates import rendered
from noc_console.services.flights.seen import Around, around, values
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    EvidenceKind,
    Inspected,
    SeenInterface,
    SeenNeighbour,
)
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.tagging import TagService
from tests.conftest import FakeClock

TEMPLATE = (
    "{{ site.name }} | {{ site.address }} | {{ device.tags|join(',') }}\n"
    "{% for i in interfaces if i.customer %}\n"
    "{{ i.descr }}: {{ i.customer }}\n"
    "{% endfor %}"
)


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


async def filled(inventory: InventoryService, actor: Actor, device_id: int, text: str) -> str:
    known = await inventory.devices(actor)
    device = next(each for each in known if int(each.id) == device_id)
    ports = await inventory.interfaces(actor, device_id=device_id)
    return rendered(text, values(device, ports, {}, await around(actor, inventory)))


async def test_site_tags_and_customers_are_there(
    db: Database, inventory: InventoryService, operator: Actor
) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    core = Inspected(
        "192.0.2.2", 161, at, "core-1", credential_id=1, chassis_mac="02:00:00:00:00:02",
        interfaces=(SeenInterface(1, "ge-0/0/1"),),
    )  # fmt: skip
    await inventory.record(operator, inspected=core)
    aliases = ("Customer: ACME Ltd", "uplink", "kunde bakery, to core-1", "")
    seen = Inspected(
        "192.0.2.1", 161, at, "acc-1", credential_id=1,
        location="Amsterdam, AMS1", chassis_mac="02:00:00:00:00:01",
        interfaces=tuple(
            SeenInterface(n, f"Gi0/{n}", descr=f"GigabitEthernet0/{n}", alias=alias)
            for n, alias in enumerate(aliases, 1)
        ),
        neighbours=(
            SeenNeighbour(EvidenceKind.LLDP, 3, remote_name="core-1", remote_port="ge-0/0/1"),
        ),
    )  # fmt: skip
    number = int(await inventory.record(operator, inspected=seen))
    await TagService(db, inventory).tag(operator, device_ids=(number,), tags=("edge",))
    device = await inventory.device(operator, device_id=number)
    sites = {site.id: site.name for site in await inventory.sites(operator)}
    assert device.site_id is not None
    first, *customers = (await filled(inventory, operator, number, TEMPLATE)).splitlines()
    assert first == f"{sites[device.site_id]} | Amsterdam, AMS1 | edge"
    # What leads to a device of ours is no customer's, whatever its description says.
    assert customers == ["GigabitEthernet0/1: ACME Ltd"]


def test_what_nobody_knows_is_empty_and_what_there_is_not_is_refused() -> None:
    bare = Device(DeviceId(1), "sw-1", "192.0.2.1", 161)
    seen = values(bare, (), {"vlan": "7"}, Around())
    text = "{{ site.name }}{{ site.address }}{{ site.latitude }}vlan {{ var.vlan }}"
    assert rendered(text, seen) == "vlan 7"
    with pytest.raises(Invalid, match="'customer' is undefined"):
        rendered("{{ customer.name }}", seen)
