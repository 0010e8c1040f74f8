"""Objects found in the inventory by whatever a device calls them."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.intake.placing import Placing, Ports, key_of, sensor_of
from noc_console.services.inventory.model import (
    DeviceId,
    Inspected,
    Interface,
    InterfaceId,
    SeenInterface,
    Sensor,
    SensorId,
    SensorKind,
)
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.intake.conftest import BOOK


def port(number: int, index: int, name: str, descr: str = "") -> Interface:
    return Interface(InterfaceId(number), DeviceId(1), index, name, descr)


PORTS = Ports(
    (
        port(1, 7, "Gi0/1", "GigabitEthernet0/1"),
        port(2, 8, "GigabitEthernet0/2"),
        port(3, 9, "ge-0/0/0"),
        port(4, 0, "gone-1"),
    )
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"ifindex": "7"}, 1),
        ({"ifindex": "99", "interface": "Gi0/2"}, 2),
        ({"interface": "GigabitEthernet0/1"}, 1),
        ({"interface": "gi0/2,"}, 2),
        ({"interface": "ge-0/0/0"}, 3),
        ({"interface": "Gi0/22"}, None),
        ({"interface": "Te0/2"}, None),
        ({"interface": ""}, None),
        ({"ifindex": "0"}, None),
        ({}, None),
    ],
)
def test_a_port_is_found_by_index_or_by_any_of_its_names(
    words: dict[str, str], found: int | None
) -> None:
    for _ in range(2):  # the second time it is remembered
        known = PORTS.find(words)
        assert (None if known is None else int(known.id)) == found


@pytest.mark.parametrize(
    ("varbind", "key"),
    [
        (("1.3.6.1.2.1.15.3.1.2.10.0.0.1", 1), "10.0.0.1"),
    ],
)
def test_an_address_is_written_one_way(varbind: tuple[str, int], key: str) -> None:
    (found,) = BOOK.find_trap("1.3.6.1.2.1.15.0.2", (varbind,))
    assert key_of(found) == key
    (told,) = BOOK.find_line(
        "BGP peer 10.0.0.1+179 (External AS 1) changed state from Established to Idle",
        mnemonic="RPD_BGP_NEIGHBOR_STATE_CHANGED",
    )
    assert key_of(told) == key


async def test_an_object_has_its_names_and_a_device_that_is_gone_has_none(
    db: Database, clock: FakeClock, collector: Actor
) -> None:
    inventory = InventoryService(db, clock=clock)
    seen = Inspected(
        address="10.0.0.9",
        port=161,
        at=clock.now(),
        name="edge-1",
        serial="1",
        credential_id=1,
        interfaces=(SeenInterface(index=7, name="Gi0/1", alias="uplink"),),
    )
    device = int(await inventory.record(collector, inspected=seen))
    placing = Placing(inventory, collector)
    (lost,) = BOOK.find_line("Interface Gi0/1 left the port-channel Po1", mnemonic="EC-5-UNBUNDLE")
    about = await placing.place(device, lost, now=0.0)
    assert about is not None and about.interface_id is not None
    assert (about.device_name, about.interface_name) == ("edge-1", "Gi0/1 · uplink")
    (unknown,) = BOOK.find_line(
        "Interface Gi9/9 left the port-channel Po1", mnemonic="EC-5-UNBUNDLE"
    )
    about = await placing.place(device, unknown, now=0.0)
    assert about is not None and about.other == "interface:Gi9/9"
    assert await placing.place(device + 1, lost, now=0.0) is None


def sensor(number: int, name: str, entity: int | None = None) -> Sensor:
    return Sensor(
        SensorId(number), DeviceId(1), SensorKind.TEMPERATURE, name, "1.3", entity_index=entity
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [({"entity": "1003"}, 2), ({"sensor": "INLET"}, 1), ({"entity": "9"}, None), ({}, None)],
)
def test_a_sensor_is_found_by_its_part_or_its_name(
    words: dict[str, str], found: int | None
) -> None:
    known = sensor_of((sensor(1, "Inlet"), sensor(2, "PSU 1", 1003)), words)
    assert (None if known is None else int(known.id)) == found
