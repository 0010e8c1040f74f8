"""Names of the network for terminals, from a real inventory."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from noc_console.db.database import Database
from noc_console.db.samples import Samples, open_samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotFound
from noc_console.kernel.events import EventBus
from noc_console.services.inspection.service import InspectionService
from noc_console.services.inventory.model import (
    DeviceType,
    EvidenceKind,
    Inspected,
    OperStatus,
    Section,
    SeenInterface,
    SeenNeighbour,
)
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.terminal.knowing import Known, LiveKind
from noc_console.services.terminal.names import POINTS, Card, NetworkNames, evenly
from tests.conftest import FakeClock

MAC = "00:1b:21:aa:bb:cc"


def box(
    name: str, number: int, clock: FakeClock, *more: SeenInterface, **told: object
) -> Inspected:
    port = SeenInterface(
        1,
        "Gi0/1",
        "GigabitEthernet0/1",
        f"to the other of {name}",
        speed_bps=1_000_000_000,
        mac=f"00:1b:21:00:00:0{number}",
        oper_status=OperStatus.UP,
        addresses=(f"10.9.0.{number}/24",),
    )
    return Inspected(
        f"192.0.2.{number}",
        161,
        clock.now(),
        name,
        credential_id=1,
        type=DeviceType.ROUTER,
        vendor="Cisco",
        interfaces=(port, *more),
        chassis_mac=f"00:1b:21:00:00:0{number}",
        **told,  # type: ignore[arg-type]
    )


SECTIONS = (
    Section("onus", json.dumps([{"index": "1", "name": "villa-nord", "serial": "HWTC12345678",
                                 "port": "0/1", "if_index": 1, "state": "online",
                                 "receive_dbm": -21.5, "distance_m": 1500}])),
    Section("bgp_peers", json.dumps([{"address": "10.9.0.2", "remote_as": 65001,
                                      "state": "established", "description": "lyon"}])),
    Section("arp", json.dumps([{"if_index": 1, "address": "10.9.0.77", "mac": MAC}])),
    Section("macs", json.dumps([{"mac": MAC, "if_index": 1, "vlan": 10}])),
)  # fmt: skip


class Network:
    """Two routers with a link, and what terminals ask of it."""

    def __init__(self, db: Database, samples: Samples, clock: FakeClock, bus: EventBus) -> None:
        self.inventory = InventoryService(db, clock=clock)
        telemetry = TelemetryService(db, samples, clock=clock, inventory=self.inventory)
        inspection = InspectionService(self.inventory)
        self.names = NetworkNames(self.inventory, inspection, telemetry, clock=clock)
        bus.listen(self.names.heard)
        self.clock = clock
        self.par = self.lyo = 0

    async def grow(self, actor: Actor) -> None:
        self.lyo = await self.inventory.record(actor, inspected=box("lyo-core1", 2, self.clock))
        seen = SeenNeighbour(EvidenceKind.LLDP, 1, "lyo-core1", "Gi0/1",
                             remote_chassis="00:1b:21:00:00:02")  # fmt: skip
        made = box("par-core1", 1, self.clock, neighbours=(seen,), sections=SECTIONS)
        self.par = await self.inventory.record(actor, inspected=made)


@pytest.fixture
async def network(db: Database, clock: FakeClock, bus: EventBus, operator: Actor, tmp_path):  # type: ignore[no-untyped-def]
    async with open_samples(f"sqlite:///{tmp_path}/samples.db", clock=clock) as samples:
        made = Network(db, samples, clock, bus)
        await made.grow(operator)
        yield made


async def card(network: Network, actor: Actor, line: str) -> Card:
    """Of the first live piece of a line in a session on par-core1."""
    book = await network.names.book(actor)
    names = await network.names.device(actor, device_id=network.par)
    live = book.find(line, names)
    return await network.names.about(actor, live[0].known, on=network.par)


async def test_a_port_tells_its_state_speed_and_neighbour(
    network: Network, operator: Actor
) -> None:
    told = await card(network, operator, "GigabitEthernet0/1 is up")
    assert told.title == "Gi0/1 · to the other of par-core1"
    assert told.under == "port · up"
    facts = dict(told.facts)
    assert facts["Neighbour"] == "lyo-core1 Gi0/1"
    assert facts["Address"] == "10.9.0.1/24"
    assert told.device_id == network.par
    assert told.interface_id is not None
    assert told.curve is not None
    assert len(told.curve) == POINTS


async def test_a_device_tells_where_and_what_it_is(network: Network, operator: Actor) -> None:
    told = await card(network, operator, "ping lyo-core1")
    assert (told.title, told.device_id) == ("lyo-core1", network.lyo)
    assert told.under.startswith("router")
    assert dict(told.facts)["Model"] == "Cisco"


async def test_an_address_tells_whose_it_is_or_where_it_was_seen(
    network: Network, operator: Actor
) -> None:
    ours = await card(network, operator, "10.9.0.2")
    assert ours.title == "10.9.0.2 · lyo-core1"
    assert ours.interface_id is not None
    guest = await card(network, operator, "10.9.0.77")
    facts = dict(guest.facts)
    assert facts["Network"] == "10.9.0.0/24"
    assert facts["MAC"] == MAC
    assert facts["Seen on"].startswith("Gi0/1")
    assert facts["Routers in it"] == "lyo-core1, par-core1"


async def test_a_network_tells_who_has_a_port_in_it(network: Network, operator: Actor) -> None:
    told = await card(network, operator, "10.9.0.0/24 connected")
    assert dict(told.facts) == {"Ports in it": "lyo-core1, par-core1"}
    assert told.device_id is None


async def test_a_mac_tells_whose_it_is_or_where_it_was_learned(
    network: Network, operator: Actor
) -> None:
    learned = dict((await card(network, operator, MAC)).facts)
    assert learned["VLAN"] == "10"
    assert learned["Address"] == "10.9.0.77"
    known = await card(network, operator, "001b.2100.0002")
    assert known.device_id == network.lyo


async def test_an_as_tells_its_neighbours(network: Network, operator: Actor) -> None:
    told = await card(network, operator, "remote-as 65001")
    assert told.title == "AS65001"
    assert told.under == "private AS number · 1 neighbour of this device"
    assert told.facts == (("lyon", "10.9.0.2 · established"),)
    other = await card(network, operator, "AS3320")
    assert (other.under, other.device_id) == ("public AS number", None)


@pytest.mark.parametrize("line", ["serial hwtc12345678", "customer villa-nord"])
async def test_an_onu_tells_its_customer_and_light(
    network: Network, operator: Actor, line: str
) -> None:
    told = await card(network, operator, line)
    assert told.title == "villa-nord"
    assert told.under == "ONU · online"
    assert dict(told.facts)["Receives"] == "-21.5 dBm"


async def test_ports_and_addresses_tell_their_customer(
    network: Network, operator: Actor, clock: FakeClock
) -> None:
    more = (
        SeenInterface(5, "Gi0/5", "GigabitEthernet0/5", "Customer: ACME GmbH 200M",
                      addresses=("203.0.113.5/30",)),
        SeenInterface(6, "<pppoe-mira>", "<pppoe-mira>", addresses=("203.0.113.97/32",)),
        SeenInterface(7, "Gi0/7", "GigabitEthernet0/7", "Customer: Bakery"),
    )  # fmt: skip
    arp = Section("arp", json.dumps([{"if_index": 7, "address": "203.0.113.200", "mac": MAC}]))
    macs = Section("macs", json.dumps([{"mac": MAC, "if_index": 7, "vlan": 10}]))
    made = box("par-core1", 1, clock, *more, sections=(arp, macs))
    await network.inventory.record(operator, inspected=made)
    clock.tick(minutes=1)

    async def customer(line: str) -> str | None:
        return dict((await card(network, operator, line)).facts).get("Customer")

    assert await customer("GigabitEthernet0/5 is up") == "ACME GmbH 200M"
    assert await customer("GigabitEthernet0/1 is up") is None
    assert await customer("from 203.0.113.5") == "ACME GmbH 200M", "our end"
    assert await customer("from 203.0.113.6") == "ACME GmbH 200M", "their end"
    assert await customer("from 203.0.113.97") == "mira"
    assert await customer(f"station {MAC}") == "Bakery"
    assert await customer("from 10.9.0.2") is None


async def test_a_pon_port_tells_its_onus(
    network: Network, operator: Actor, clock: FakeClock
) -> None:
    onus = [
        {"index": f"{at}", "name": name, "serial": f"HWTC0000000{at}", "if_index": index}
        for at, (name, index) in enumerate(
            (("villa-nord", 11), ("villa-sud", 11), ("", 11), ("mill", 11), ("farm", 12)), 1
        )
    ]
    ports = (SeenInterface(11, "gpon-0/1/1"), SeenInterface(12, "gpon-0/1/2"))
    made = box("par-core1", 1, clock, *ports, sections=(Section("onus", json.dumps(onus)),))
    await network.inventory.record(operator, inspected=replace(made, type=DeviceType.OLT))
    clock.tick(minutes=1)
    many = await card(network, operator, "gpon-0/1/1 up")
    assert dict(many.facts)["Customer"] == "4 ONUs: villa-nord, villa-sud, HWTC00000003, …"
    one = await card(network, operator, "gpon-0/1/2 up")
    assert dict(one.facts)["Customer"] == "farm"


async def test_what_is_gone_is_told(network: Network, operator: Actor) -> None:
    gone = Known(LiveKind.ONU, "HWTC00000000", network.par)
    with pytest.raises(NotFound):
        await network.names.about(operator, gone)


async def test_names_follow_the_network_but_calmly(
    network: Network, operator: Actor, clock: FakeClock
) -> None:
    first = await network.names.book(operator)
    await network.inventory.record(operator, inspected=box("nce-core9", 3, clock))
    assert await network.names.book(operator) is first
    clock.tick(seconds=31)
    again = await network.names.book(operator)
    assert [live.kind for live in again.find("nce-core9")] == [LiveKind.DEVICE]
    assert await network.names.book(operator) is again


async def test_a_device_that_changed_is_read_again(
    network: Network, operator: Actor, clock: FakeClock
) -> None:
    before = await network.names.device(operator, device_id=network.par)
    assert await network.names.device(operator, device_id=network.par) is before
    more = SeenInterface(2, "Gi0/2", "GigabitEthernet0/2")
    clock.tick(seconds=60)
    changed = box("par-core1", 1, clock, more, version="17.1")
    await network.inventory.record(operator, inspected=changed)
    assert "gi0/2" in (await network.names.device(operator, device_id=network.par)).ports


def test_a_curve_has_gaps_where_nothing_was_measured() -> None:
    times = np.array([0, 1_000, 99_000], dtype=np.int64)
    drawn = evenly(times, np.array([1.0, 3.0, 2.0]), 0.0, 100.0)
    assert drawn[0] == 3.0
    assert drawn[-1] == 2.0
    assert np.isnan(drawn[1:-1]).all()
