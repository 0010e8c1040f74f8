"""The whole network as rows, on both databases."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.services.inventory.listed import Listing
from noc_console.services.inventory.model import (
    Inspected,
    SeenInterface,
    SeenSensor,
    SensorKind,
)
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock


async def test_ports_and_sensors_come_by_their_ids_and_only_to_their_tenant(
    db: Database, clock: FakeClock, collector: Actor
) -> None:
    inventory = InventoryService(db, clock=clock)
    for number in (1, 2):
        seen = Inspected(
            address=f"10.0.0.{number}",
            port=161,
            at=clock.now(),
            name=f"core-{number}",
            credential_id=1,
            serial=f"S{number}",
            interfaces=(SeenInterface(1, "ge-0/0/1", alias="up", speed_bps=10**9, type=6),),
            sensors=(SeenSensor(SensorKind.DBM, "Rx", "1.2.3", low=-14.0, warn_high=1.0),),
        )
        await inventory.record(collector, inspected=seen)
    listing = Listing(db)
    ports, sensors = await listing.ports(collector), await listing.sensors(collector)
    assert [port.id for port in ports] == sorted(port.id for port in ports)
    assert [(port.name, port.alias, port.speed_bps, port.type) for port in ports] == [
        ("ge-0/0/1", "up", 10**9, 6)
    ] * 2
    assert [(one.kind, one.low, one.high, one.warn_high) for one in sensors] == [
        ("dbm", -14.0, None, 1.0)
    ] * 2
    stranger = Actor("eve", "other", frozenset({"*"}))
    assert await listing.ports(stranger) == await listing.sensors(stranger) == ()
    with pytest.raises(NotAllowed):
        await listing.ports(Actor("lin", "acme"))
