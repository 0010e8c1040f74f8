"""What hangs on an OLT's ports, from its last inspection."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.services.inspection import documents
from noc_console.services.inspection.model import Onu
from noc_console.services.inventory.model import DeviceType, Inspected, Section, SeenInterface
from noc_console.services.inventory.service import InventoryService
from noc_console.services.topology.pons import OnuState, PonService, state_of
from tests.conftest import FakeClock

INDEX = 4_194_312_192
ONUS = (
    Onu("1.0", "home-1", "48575443AA", "GPON 0/1/0", INDEX, "online", -19.9, distance_m=800),
    Onu("1.1", "", "48575443BB", "GPON 0/1/0", INDEX, "offline"),
    Onu("2.0", "home-3", "48575443CC", "GPON 0/1/9", 99, "working", -28.4),
)


@pytest.mark.parametrize(
    ("word", "light", "state"),
    [
        ("online", -20.0, OnuState.UP),
        ("Working", None, OnuState.UP),
        ("", -20.0, OnuState.UP),
        ("online", -27.5, OnuState.WEAK),
        ("offline", None, OnuState.OFF),
        ("dyingGasp", None, OnuState.OFF),
        ("LOS", None, OnuState.LOST),
        ("loss of signal", None, OnuState.LOST),
        ("auth-failed", None, OnuState.LOST),
    ],
)
def test_the_word_of_each_vendor_becomes_one_of_four(
    word: str, light: float | None, state: OnuState
) -> None:
    assert state_of(Onu("1", state=word, receive_dbm=light)) is state


async def test_onus_stand_behind_the_port_they_hang_on(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    inventory = InventoryService(db, clock=clock)
    id = await inventory.record(
        collector,
        inspected=Inspected(
            address="10.0.0.7", port=161, at=clock.now(), name="olt-1", credential_id=1,
            type=DeviceType.OLT, interfaces=(SeenInterface(INDEX, "GPON 0/1/0"),),
            sections=(Section("onus", documents.written(ONUS, most=10)[0]),),
        ),
    )  # fmt: skip
    service = PonService(inventory)
    found = await service.pons(collector, device_ids=(int(id),))
    by_port = {pon.port: pon for pon in found}
    first, second = by_port["GPON 0/1/0"], by_port["GPON 0/1/9"]
    assert [onu.name for onu in first.onus] == ["home-1", "48575443BB"]
    assert first.interface_id is not None and first.number == int(first.interface_id)
    assert (first.dark, second.dark, second.interface_id, second.number) == (1, 0, None, 99)
    with pytest.raises(NotAllowed):
        await service.pons(Actor("eve", collector.tenant, frozenset()), device_ids=(int(id),))


async def test_a_device_without_onus_has_no_tree(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    inventory = InventoryService(db, clock=clock)
    seen = Inspected(address="10.0.0.8", port=161, at=clock.now(), name="sw", credential_id=1)
    id = await inventory.record(collector, inspected=seen)
    assert await PonService(inventory).pons(collector, device_ids=(int(id),)) == ()
