"""A network from a file, taken into a real inventory."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.services.inventory.deciding import LinkDecisionService
from noc_console.services.inventory.model import DeviceType, Inspected, SeenInterface
from noc_console.services.inventory.service import InventoryService
from noc_console.services.topology.exchange.document import Document, Item, Tie
from noc_console.services.topology.exchange.reading import read
from noc_console.services.topology.importing import ImportService
from noc_console.services.topology.model import Position
from tests.conftest import FakeClock

TWO = Document(
    items=(
        Item(
            "1",
            "ams-cr1",
            DeviceType.ROUTER,
            "192.0.2.1",
            "Juniper",
            site="Amsterdam",
            latitude=52.37,
            longitude=4.9,
            x=10.0,
            y=20.0,
        ),
        Item("2", "rtm-cr1", DeviceType.ROUTER),
    ),
    ties=(Tie("1", "2", "xe-0/0/0", "xe-0/0/1", 10**10), Tie("2", "1", "", ""), Tie("1", "2")),
    title="NetBox",
)


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is does not matter here."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
def service(db: Database, inventory: InventoryService, clock: FakeClock) -> ImportService:
    return ImportService(inventory, LinkDecisionService(db, clock=clock), clock=clock)


async def test_what_is_new_comes_in_and_a_second_time_nothing_does(
    service: ImportService, inventory: InventoryService, operator: Actor
) -> None:
    told = await service.preview(operator, TWO)
    assert (told.new_devices, told.new_links, told.merged) == (2, 2, 1)
    steps: list[tuple[int, int]] = []
    done = await service.bring_in(operator, TWO, lambda at, whole: steps.append((at, whole)))
    assert (done.new_devices, done.new_links) == (2, 2) and steps[-1] == (4, 4)
    assert done.positions == {done.devices["1"]: Position(10.0, 20.0)}
    device = await inventory.device(operator, device_id=done.devices["1"])
    assert (device.name, device.vendor, device.type) == ("ams-cr1", "Juniper", DeviceType.ROUTER)
    assert not device.is_managed, "seen in a file, not yet by a poll"
    (site,) = [one for one in await inventory.sites(operator) if one.name == "Amsterdam"]
    assert (site.latitude, site.longitude) == (52.37, 4.9)
    assert await inventory.links(operator)
    again = await service.preview(operator, TWO)
    assert again.is_empty and again.known == 2
    assert (await service.bring_in(operator, TWO)).new_devices == 0


async def test_what_was_measured_beats_what_was_written_down(
    service: ImportService, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    seen = Inspected(
        address="192.0.2.1",
        port=161,
        at=clock.now(),
        name="AMS-CR1",
        credential_id=1,
        vendor="Cisco",
        interfaces=(SeenInterface(index=5, name="xe-0/0/0"),),
    )
    number = await inventory.record(operator, inspected=seen)
    done = await service.bring_in(operator, TWO)
    assert done.devices["1"] == number and done.new_devices == 1
    assert (await inventory.device(operator, device_id=number)).vendor == "Cisco"
    ports = await inventory.interfaces(operator, device_id=number)
    links = await inventory.links(operator)
    ends = {end for link in links for end in (link.a_interface, link.b_interface)}
    assert ports[0].id in ends, "a port named in the file is that port"


async def test_a_name_that_occurs_twice_names_nobody(
    service: ImportService, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    await inventory.record(
        operator, inspected=Inspected(address="", port=0, at=clock.now(), name="sw")
    )
    told = await service.preview(
        operator, Document((Item("1", "sw"), Item("2", "sw"), Item("3", "other")), ())
    )
    assert told.known == 0


async def test_a_reader_may_not_import(service: ImportService) -> None:
    with pytest.raises(NotAllowed):
        await service.bring_in(Actor("x", "main", frozenset({"inventory.read"})), TWO)


async def test_a_real_topology_comes_in_whole(
    service: ImportService, inventory: InventoryService, operator: Actor, shared: Path
) -> None:
    file = shared / "topologies/zoo/graphml/Aconet.graphml"
    document = read([(file.name, file.read_bytes())])
    done = await service.bring_in(operator, document)
    assert len(set(done.devices.values())) == len(document.items)
    assert len(await inventory.devices(operator)) == len(document.items)
    pairs = {frozenset((tie.a, tie.b)) for tie in document.ties}
    links = await inventory.links(operator)
    assert {frozenset((link.a_device, link.b_device)) for link in links} == {
        frozenset(done.devices[end] for end in pair) for pair in pairs
    }
