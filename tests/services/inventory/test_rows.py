"""What is kept comes back as the value it was."""

from __future__ import annotations

from datetime import timedelta

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import (
    DeviceType,
    EvidenceKind,
    Inspected,
    OperStatus,
    SeenInterface,
    SeenNeighbour,
    SeenSensor,
    SensorKind,
)
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock


async def test_every_field_of_an_inspection_comes_back(
    db: Database, clock: FakeClock, operator: Actor
) -> None:
    inventory = InventoryService(db, clock=clock)
    port = SeenInterface(
        index=4_194_312_192,
        name="gpon0/1/0",
        descr="GPON 0/1/0",
        alias="splitter 7",
        type=250,
        speed_bps=400_000_000_000,
        mtu=9216,
        mac="00:1b:21:00:00:01",
        admin_up=False,
        oper_status=OperStatus.DORMANT,
        has_hc=False,
        addresses=("10.0.0.1/31", "2001:db8::1/64"),
        last_change=clock.now() - timedelta(days=3),
    )
    sensor = SeenSensor(
        SensorKind.DBM,
        "rx",
        "1.3.6.1.9.9",
        1e-4,
        ((1, 1, "ok"), (2, 3, "dark")),
        port.index,
        -28.0,
        -8.0,
        True,
        offset=0.5,
        whole_oid="1.3.6.1.9.8",
        rest_oid="1.3.6.1.9.7",
        is_rest=True,
        warn_low=-25.0,
        warn_high=-10.0,
        group="Slot 3",
        entity_index=4_194_312_192,
        less=(("1.3.6.1.9.6", 0.25), ("1.3.6.1.9.5", -1.0)),
    )
    word = SeenNeighbour(
        EvidenceKind.LLDP, port.index, "phone", "1", "desk", raw="r", is_endpoint=True
    )
    seen = Inspected(
        address="10.0.0.1",
        port=1161,
        at=clock.now(),
        name="olt-1",
        credential_id=5,
        type=DeviceType.OLT,
        vendor="Huawei",
        booted_at=clock.now() - timedelta(days=9),
        interfaces=(port,),
        sensors=(sensor,),
        neighbours=(word,),
    )
    number = await inventory.record(operator, inspected=seen)
    device = await inventory.device(operator, device_id=number)
    for field in ("address", "port", "name", "credential_id", "type", "vendor", "booted_at"):
        assert getattr(device, field) == getattr(seen, field)
    (kept,) = await inventory.interfaces(operator, device_id=number)
    for field in SeenInterface.__slots__:
        assert getattr(kept, field) == getattr(port, field), field
    (measured,) = await inventory.sensors(operator, device_id=number)
    for field in set(SeenSensor.__slots__) - {"if_index"}:
        assert getattr(measured, field) == getattr(sensor, field), field
    (row,) = await inventory.evidence(operator, device_id=number)
    assert (row.remote_name, row.remote_port_descr, row.raw) == ("phone", "desk", "r")
    assert row.is_endpoint
    assert await inventory.strangers(operator) == ()
