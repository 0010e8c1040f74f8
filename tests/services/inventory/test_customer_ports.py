"""Ports described as a customer's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import (
    EvidenceKind,
    Inspected,
    SeenInterface,
    SeenNeighbour,
)
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock

AT = datetime(2026, 3, 1, tzinfo=UTC)


def switch(name: str, last: int, *ports: str, neighbour: str = "") -> Inspected:
    """A switch with a port for each description; the first one leads to the neighbour."""
    return Inspected(
        address=f"192.0.2.{last}",
        port=161,
        at=AT,
        name=name,
        credential_id=1,
        chassis_mac=f"02:00:00:00:00:{last:02x}",
        interfaces=tuple(
            SeenInterface(at, f"ge-0/0/{at}", alias=alias) for at, alias in enumerate(ports, 1)
        ),
        neighbours=(
            (SeenNeighbour(EvidenceKind.LLDP, 1, remote_name=neighbour, remote_port="ge-0/0/1"),)
            if neighbour
            else ()
        ),
    )


@pytest.mark.parametrize(
    ("alias", "is_customer"),
    [
        ("customer 4711", True),
        ("Customer: ACME Ltd", True),
        ("KUNDE Bäckerei Süß", True),
        ("subscriber 12", True),
        ("uplink to core", False),
        ("", False),
    ],
)
async def test_a_description_tells(
    db: Database, clock: FakeClock, collector: Actor, alias: str, is_customer: bool
) -> None:
    inventory = InventoryService(db, clock=clock)
    device = await inventory.record(collector, inspected=switch("acc-1", 1, alias))
    found = await inventory.customer_ports(collector)
    assert [port.device_id for port in found] == ([device] if is_customer else [])


async def test_a_link_to_a_device_of_ours_is_no_customer(
    db: Database, clock: FakeClock, collector: Actor
) -> None:
    inventory = InventoryService(db, clock=clock)
    await inventory.record(
        collector, inspected=switch("acc-1", 1, "customer ring", "customer 5", neighbour="acc-2")
    )
    await inventory.record(
        collector, inspected=switch("acc-2", 2, "customer ring", neighbour="acc-1")
    )
    assert len(await inventory.links(collector)) == 1
    (port,) = await inventory.customer_ports(collector)
    assert (await inventory.interface(collector, interface_id=port.id)).alias == "customer 5"
