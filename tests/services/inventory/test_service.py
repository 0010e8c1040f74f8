"""The inventory's use cases on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.services.inventory.model import (
    DeviceType,
    EvidenceKind,
    Inspected,
    InterfaceStatusChanged,
    OperStatus,
    Part,
    PartChanged,
    Reachability,
    ReachabilityChanged,
    Section,
    SeenInterface,
    SeenNeighbour,
    SeenSensor,
    SensorKind,
)
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


def port(index: int, name: str, **more: object) -> SeenInterface:
    mac = f"00:1b:21:00:{index // 256:02x}:{index % 256:02x}"
    fields = {"oper_status": OperStatus.UP, "speed_bps": 10**10, "mac": mac, "type": 6}
    return SeenInterface(index, name, **(fields | more))  # type: ignore[arg-type]


def box(clock: FakeClock, number: int, **more: object) -> Inspected:
    """A device called core-N at 10.0.0.N with two ports."""
    ports = (
        port(number * 256 + 1, "et-0/0/1", addresses=(f"10.1.{number}.1/31",)),
        port(number * 256 + 2, "et-0/0/2", alias=f"Dark fibre {number} to Delft"),
    )
    fields = {
        "name": f"core-{number}.example.net",
        "credential_id": 1,
        "type": DeviceType.ROUTER,
        "vendor": "Juniper",
        "serial": f"JN12AB{number:04}",
        "chassis_mac": f"00:1b:22:00:00:{number:02x}",
        "sys_object_id": "1.3.6.1.4.1.2636.1.1.1.2.29",
        "location": "Delft, Markt 1; 52.01,4.36",
        "interfaces": ports,
    }
    return Inspected(f"10.0.0.{number}", 161, clock.now(), **(fields | more))  # type: ignore[arg-type]


def lldp(to: int, from_index: int, port_name: str = "et-0/0/1") -> SeenNeighbour:
    return SeenNeighbour(
        EvidenceKind.LLDP,
        from_index,
        remote_name=f"core-{to}.example.net",
        remote_port=port_name,
        remote_chassis=f"00:1b:22:00:00:{to:02x}",
        raw="lldpRemSysName.0.1.1 = core",
    )


async def test_a_recorded_device_is_found_with_its_parts(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    sensor = SeenSensor(SensorKind.TEMPERATURE, "Inlet", "1.3.6.1.2.1.99.1.1.1.4.7", if_index=257)
    number = await inventory.record(operator, inspected=box(clock, 1, sensors=(sensor,)))
    device = await inventory.device(operator, device_id=number)
    assert (device.name, device.address, device.reachability) == (
        "core-1.example.net",
        "10.0.0.1",
        Reachability.UP,
    )
    ports = await inventory.interfaces(operator, device="core-1")
    assert [(one.index, one.name, one.addresses) for one in ports] == [
        (257, "et-0/0/1", ("10.1.1.1/31",)),
        (258, "et-0/0/2", ()),
    ]
    (known,) = await inventory.sensors(operator, device_id=number)
    assert known.interface_id == ports[0].id
    (site,) = await inventory.sites(operator)
    assert (site.name, site.latitude, device.site_id) == ("Delft, Markt 1", 52.01, site.id)


async def test_the_same_device_seen_again_stays_one_device(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    first = await inventory.record(operator, inspected=box(clock, 1))
    before = await inventory.interfaces(operator, device_id=first)
    clock.tick(hours=1)
    elsewhere = replace(box(clock, 1), address="10.1.1.1")
    assert await inventory.record(operator, inspected=elsewhere) == first
    (device,) = await inventory.devices(operator)
    assert device.address == "10.0.0.1"
    assert device.last_seen == clock.now()
    assert device.first_seen == clock.now() - timedelta(hours=1)
    after = await inventory.interfaces(operator, device_id=first)
    assert [one.id for one in after] == [one.id for one in before]
    assert (await inventory.device_named(operator, name="10.1.1.1")).id == first


async def test_boxes_that_share_a_factory_serial_stay_apart(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    await inventory.record(operator, inspected=box(clock, 1, serial="0123456789"))
    await inventory.record(operator, inspected=box(clock, 2, serial="0123456789"))
    assert len(await inventory.devices(operator)) == 2


async def test_an_interface_that_went_away_is_kept_and_marked(
    inventory: InventoryService, clock: FakeClock, operator: Actor, bus: EventBus
) -> None:
    number = await inventory.record(operator, inspected=box(clock, 1))
    told: list[Event] = []
    bus.listen(told.extend)
    clock.tick(hours=1)
    whole = box(clock, 1)
    await inventory.record(operator, inspected=replace(whole, interfaces=whole.interfaces[:1]))
    gone, left = await inventory.interfaces(operator, device_id=number)
    assert (gone.name, gone.index, gone.oper_status) == ("et-0/0/2", 0, OperStatus.NOT_PRESENT)
    assert left.last_seen == clock.now()
    assert [type(event) for event in told] == [InterfaceStatusChanged]


async def test_a_device_that_deals_its_indexes_anew_keeps_its_interfaces(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    number = await inventory.record(operator, inspected=box(clock, 1))
    before = {one.name: one.id for one in await inventory.interfaces(operator, device_id=number)}
    swapped = tuple(
        replace(one, index=258 if one.index == 257 else 257) for one in box(clock, 1).interfaces
    )
    await inventory.record(operator, inspected=box(clock, 1, interfaces=swapped))
    after = await inventory.interfaces(operator, device_id=number)
    assert {one.name: one.id for one in after} == before
    assert [one.index for one in after] == [257, 258]


async def test_two_devices_that_hear_each_other_are_linked_port_to_port(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    one = await inventory.record(operator, inspected=box(clock, 1, neighbours=(lldp(2, 257),)))
    assert await inventory.links(operator) == ()
    other = await inventory.record(operator, inspected=box(clock, 2))
    (half,) = await inventory.links(operator)
    assert half.score == 75
    clock.tick(minutes=1)
    await inventory.record(operator, inspected=box(clock, 2, neighbours=(lldp(1, 513),)))
    (link,) = await inventory.links(operator, device_id=one)
    assert link.id == half.id
    assert (link.a_device, link.b_device, link.score) == (one, other, 95)
    names = [
        (await inventory.interface(operator, interface_id=end)).name
        for end in (link.a_interface, link.b_interface)
        if end
    ]
    assert names == ["et-0/0/1", "et-0/0/1"]
    assert link.speed_bps == 10**10


async def test_a_link_nobody_tells_of_any_more_stays_and_counts_for_less(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    await inventory.record(operator, inspected=box(clock, 1, neighbours=(lldp(2, 257),)))
    await inventory.record(operator, inspected=box(clock, 2, neighbours=(lldp(1, 513),)))
    clock.tick(hours=6)
    await inventory.record(operator, inspected=box(clock, 1))
    await inventory.record(operator, inspected=box(clock, 2))
    (link,) = await inventory.links(operator)
    assert link.score == 26
    assert link.last_seen == clock.now() - timedelta(hours=6)
    why = await inventory.why(operator, a="core-1", b="core-2")
    assert any("no longer does" in reason for reason in why.reasons)


async def test_why_says_who_hears_whom_and_who_does_not(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    await inventory.record(operator, inspected=box(clock, 1, neighbours=(lldp(2, 257),)))
    await inventory.record(operator, inspected=box(clock, 2))
    why = await inventory.why(operator, a="core-1", b="core-2")
    assert why.link is not None
    assert why.reasons[0].startswith(
        "core-1.example.net says by LLDP: port et-0/0/1 → core-2.example.net, port et-0/0/1"
    )
    assert any("core-2.example.net does not confirm it" in reason for reason in why.reasons)
    assert why.evidence[0].raw == "lldpRemSysName.0.1.1 = core"
    none = await inventory.record(operator, inspected=box(clock, 3))
    missing = await inventory.why(operator, a=str(none), b="core-1")
    assert missing.link is None
    assert missing.verdict.startswith("There is no link between core-3")


async def test_a_known_unknown_becomes_the_device_once_it_answers(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    await inventory.record(operator, inspected=box(clock, 1, neighbours=(lldp(2, 257),)))
    heard = await inventory.record_unknown(
        operator, name="core-2", chassis="001b.2200.0002", via="core-1 by LLDP"
    )
    (link,) = await inventory.links(operator)
    assert link.b_device == heard
    assert not (await inventory.device(operator, device_id=heard)).is_managed
    assert await inventory.record(operator, inspected=box(clock, 2)) == heard
    device = await inventory.device(operator, device_id=heard)
    assert (device.name, device.address, device.is_managed) == (
        "core-2.example.net",
        "10.0.0.2",
        True,
    )
    (link,) = await inventory.links(operator)
    assert link.b_interface is not None


async def test_hearsay_never_overwrites_what_a_device_said_itself(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    number = await inventory.record(operator, inspected=box(clock, 1))
    before = await inventory.device(operator, device_id=number)
    again = await inventory.record_unknown(operator, name="core-1", address="10.0.0.1")
    assert again == number
    assert await inventory.device(operator, device_id=number) == before


@pytest.mark.parametrize(
    ("question", "kind", "title"),
    [
        ("core-1", "device", "core-1.example.net"),
        ("EXAMPLE.NET", "device", "core-1.example.net"),
        ("JN12AB0001", "device", "core-1.example.net"),
        ("10.1.1.1", "address", "core-1.example.net · 10.1.1.1"),
        ("00:1B:21:00:01:01", "mac", "core-1.example.net · et-0/0/1"),
        ("001b.2100.0101", "mac", "core-1.example.net · et-0/0/1"),
        ("001b21000101", "mac", "core-1.example.net · et-0/0/1"),
        ("delft", "interface", "core-1.example.net · et-0/0/2 · Dark fibre 1 to Delft"),
        ("dark  fibre 1", "interface", "core-1.example.net · et-0/0/2 · Dark fibre 1 to Delft"),
        ("core-1 et-0/0/2", "interface", "core-1.example.net · et-0/0/2 · Dark fibre 1 to Delft"),
    ],
)
async def test_the_omnibox_finds_it(
    inventory: InventoryService,
    clock: FakeClock,
    operator: Actor,
    question: str,
    kind: str,
    title: str,
) -> None:
    await inventory.record(operator, inspected=box(clock, 1))
    found = await inventory.find(operator, text=question)
    assert (kind, title) in {(hit.kind, hit.title) for hit in found}


async def test_a_status_that_did_not_change_is_not_told(
    inventory: InventoryService, clock: FakeClock, operator: Actor, bus: EventBus
) -> None:
    number = await inventory.record(operator, inspected=box(clock, 1))
    one, other = await inventory.interfaces(operator, device_id=number)
    told: list[Event] = []
    bus.listen(told.extend)
    statuses = {one.id: OperStatus.UP, other.id: OperStatus.DOWN}
    for _ in range(2):
        await inventory.set_interface_statuses(operator, device_id=number, statuses=statuses)
        await inventory.set_reachability(
            operator, device_id=number, reachability=Reachability.DOWN, at=clock.now()
        )
    assert told == [
        InterfaceStatusChanged(device_id=number, interface_id=other.id, oper_status=2),
        ReachabilityChanged(device_id=number, reachability="down"),
    ]


async def test_another_tenant_sees_nothing(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    await inventory.record(operator, inspected=box(clock, 1))
    stranger = Actor("eve", "other", operator.rights)
    assert await inventory.devices(stranger) == ()
    assert await inventory.find(stranger, text="core") == ()
    with pytest.raises(NotFound):
        await inventory.device_named(stranger, name="core-1")


async def test_who_may_not_read_reads_nothing(inventory: InventoryService) -> None:
    with pytest.raises(NotAllowed):
        await inventory.devices(Actor("guest", "acme"))


async def test_ageing_twice_changes_nothing_the_second_time(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    await inventory.record(operator, inspected=box(clock, 1, neighbours=(lldp(2, 257),)))
    await inventory.record(operator, inspected=box(clock, 2))
    assert await inventory.age(operator) == 0


HOSTILE = "x\x00y\ud800\udcff" + "\U0001f525" * 5000
"""What neither database takes as it is: a NUL, half characters, and no end."""


async def test_hostile_texts_and_numbers_are_kept_within_their_columns(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    seen = box(
        clock,
        1,
        name=HOSTILE,
        serial=HOSTILE,
        engine_id=HOSTILE,
        chassis_mac=HOSTILE,
        sys_descr=HOSTILE,
        location=HOSTILE,
        contact=HOSTILE,
        model=HOSTILE,
        interfaces=(
            port(2**32 - 1, HOSTILE, descr=HOSTILE, alias=HOSTILE, mtu=2**32 - 1),
            port(1, "a", type=2**32 - 1, speed_bps=(2**32 - 1) * 10**6),
            port(2, "b", type=-1, speed_bps=2**64, mtu=2**64),
        ),
        sensors=(SeenSensor(SensorKind.TEMPERATURE, HOSTILE, "1.3.6.1.9", scale=1e24),),
        neighbours=(
            SeenNeighbour(
                EvidenceKind.LLDP,
                if_index=1,
                remote_name=HOSTILE,
                remote_port=HOSTILE,
                remote_port_descr=HOSTILE,
                remote_address=HOSTILE,
                remote_chassis=HOSTILE,
                raw=HOSTILE,
            ),
        ),
    )
    number = await inventory.record(operator, inspected=seen)
    assert await inventory.record(operator, inspected=seen) == number
    device = await inventory.device(operator, device_id=number)
    assert device.name.startswith("xy??")
    assert len(device.name) == 255
    ports = {one.index: one for one in await inventory.interfaces(operator, device_id=number)}
    assert ports[2**32 - 1].mtu == 2**32 - 1
    assert (ports[1].type, ports[1].speed_bps) == (0, (2**32 - 1) * 10**6)
    assert (ports[2].type, ports[2].speed_bps, ports[2].mtu) == (0, 0, 0)
    assert len(await inventory.sensors(operator, device_id=number)) == 1
    assert await inventory.evidence(operator, device_id=number)
    (site,) = await inventory.sites(operator)
    assert "\x00" not in site.name


async def test_a_known_unknown_with_a_hostile_name_is_kept_once(
    inventory: InventoryService, operator: Actor
) -> None:
    heard = {"name": HOSTILE, "address": "10.0.0.9\x00", "chassis": HOSTILE, "via": HOSTILE}
    first = await inventory.record_unknown(operator, **heard)
    assert await inventory.record_unknown(operator, **heard, port=2**40) == first


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "%", "_\\", "'", "x" * 100_000])
async def test_no_question_breaks_the_store(
    inventory: InventoryService, operator: Actor, clock: FakeClock, text: str
) -> None:
    await inventory.record(operator, inspected=box(clock, 1, name="ab-1"))
    await inventory.devices(operator, text=text)
    await inventory.find(operator, text=text)
    with pytest.raises(NotFound):
        await inventory.device_named(operator, name=text)


async def test_a_table_of_twenty_thousand_interfaces_is_kept_and_told_again(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    ports = tuple(port(index, f"pon-{index}") for index in range(1, 20_001))
    number = await inventory.record(operator, inspected=box(clock, 1, interfaces=ports))
    await inventory.record(operator, inspected=box(clock, 1, interfaces=ports[:-1]))
    kept = await inventory.interfaces(operator, device_id=number)
    assert len(kept) == 20_000
    assert [one.name for one in kept if not one.index] == ["pon-20000"]


def card(place: str, serial: str) -> Part:
    return Part(place, f"Module {place}", "LC-48", serial)


async def test_an_exchanged_part_is_told(
    inventory: InventoryService, clock: FakeClock, operator: Actor, bus: EventBus
) -> None:
    told: list[Event] = []
    await inventory.record(
        operator, inspected=box(clock, 1, parts=(card("1", "A1"), card("2", "B1")))
    )
    bus.listen(told.extend)
    await inventory.record(operator, inspected=box(clock, 1, parts=(card("1", "A2"),)))
    await inventory.record(operator, inspected=box(clock, 1, parts=(card("2", "B1"),)))
    assert [event for event in told if isinstance(event, PartChanged)] == [
        PartChanged(device_id=1, part="Module 1", what="replaced: was LC-48 A1, is LC-48 A2")
    ]


async def test_sections_of_the_last_inspection_are_kept_and_replaced(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    first = (Section("vlans", '[{"vlan": 7}]'), Section("bgp_peers", "[]"))
    number = await inventory.record(
        operator, inspected=box(clock, 1, sections=first, parts=(card("1", "A1"),))
    )
    kept = await inventory.sections(operator, device_id=number)
    assert {one.name: one.document for one in kept} == {
        "vlans": '[{"vlan": 7}]',
        "bgp_peers": "[]",
    }
    clock.tick(hours=1)
    second = (Section("vlans", '[{"vlan": 8}]'),)
    await inventory.record(operator, inspected=box(clock, 1, sections=second))
    (vlans,) = await inventory.sections(operator, device_id=number)
    assert (vlans.document, vlans.at) == ('[{"vlan": 8}]', clock.now())
    stranger = replace(operator, tenant="other")
    with pytest.raises(NotFound):
        await inventory.sections(stranger, device_id=number)


async def test_hearsay_leaves_the_sections_alone(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    vlans = (Section("vlans", "[]"),)
    number = await inventory.record(operator, inspected=box(clock, 1, sections=vlans))
    await inventory.record(operator, inspected=box(clock, 1, credential_id=None))
    assert len(await inventory.sections(operator, device_id=number)) == 1


async def test_two_sensors_may_read_one_instance(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    seen = (
        SeenSensor(SensorKind.LOAD, "Load", "1.3.6.1.9"),
        SeenSensor(SensorKind.PERCENT, "Share", "1.3.6.1.9"),
    )
    number = await inventory.record(operator, inspected=box(clock, 1, sensors=seen))
    before = await inventory.sensors(operator, device_id=number)
    await inventory.record(operator, inspected=box(clock, 1, sensors=seen))
    assert await inventory.sensors(operator, device_id=number) == before
    assert [one.name for one in before] == ["Load", "Share"]


async def test_only_the_tenants_own_sensors_are_known(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    seen = (SeenSensor(SensorKind.LOAD, "Load", "1.3.6.1.9"),)
    number = await inventory.record(operator, inspected=box(clock, 1, sensors=seen))
    (sensor,) = await inventory.sensors(operator, device_id=number)
    asked = {int(sensor.id), 999}
    assert await inventory.known_sensors(operator, sensor_ids=asked) == {int(sensor.id)}
    stranger = replace(operator, tenant="other")
    assert await inventory.known_sensors(stranger, sensor_ids=asked) == frozenset()


async def test_places_are_those_of_devices_that_can_be_asked(
    inventory: InventoryService, collector: Actor, clock: FakeClock
) -> None:
    here = await inventory.record(collector, inspected=box(clock, 1))
    there = await inventory.record(
        collector, inspected=box(clock, 2, location="Utrecht, Neude 1; 52.09,5.12")
    )
    await inventory.record_unknown(collector, name="stranger")
    places = await inventory.places(collector)
    assert set(places) == {here, there}
    assert places[here] != places[there]
    site = places[there]
    assert site is not None
    assert await inventory.places(collector, site_ids={site}) == {there: site}


async def test_of_devices_nobody_asks_any_more_only_the_bad_news_stays(
    inventory: InventoryService, collector: Actor, clock: FakeClock, bus: EventBus
) -> None:
    up, down = [
        await inventory.record(collector, inspected=box(clock, number)) for number in (1, 2)
    ]
    for number, state in ((up, Reachability.UP), (down, Reachability.DOWN)):
        await inventory.set_reachability(
            collector, device_id=number, reachability=state, at=clock.now()
        )
    heard: list[Event] = []
    bus.listen(heard.extend)
    assert await inventory.doubt(collector, device_ids=(up, down, 999), at=clock.now()) == 1
    states = {one.id: one.reachability for one in await inventory.devices(collector)}
    assert states == {up: Reachability.UNKNOWN, down: Reachability.DOWN}
    assert heard == [ReachabilityChanged(device_id=up, reachability=Reachability.UNKNOWN)]
    assert await inventory.doubt(collector, device_ids=(up, down), at=clock.now()) == 0
