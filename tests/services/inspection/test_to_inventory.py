"""Findings as the inventory takes them in."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from noc_console.services.inspection import documents, to_inventory
from noc_console.services.inspection.model import (
    Address,
    Arp,
    BgpPeer,
    Entity,
    Findings,
    Interface,
    Memory,
    Onu,
    Processor,
    Reading,
    Route,
    Sensor,
    Storage,
    System,
    Transceiver,
    Verdict,
    Vlan,
)
from noc_console.services.inspection.units import UNITS
from noc_console.services.inventory.link_ends import LAG
from noc_console.services.inventory.model import (
    DeviceType,
    Grade,
    Inspected,
    OperStatus,
    SensorKind,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOTHING = Findings(System(), Verdict())


def told(found: Findings) -> Inspected:
    return to_inventory.inspected(found, address="10.0.0.1", port=161, credential_id=3, at=AT)


def test_who_it_is_comes_from_the_system_and_the_verdict() -> None:
    who = System("core-1", "IOS", "1.3.6.1.4.1.9.1.1", "Delft", "noc", uptime_ticks=360_000)
    what = Verdict("ios", "Cisco IOS", "Cisco", "network", "C2960", "15.0", "FOC1")
    seen = told(Findings(who, what))
    assert (seen.name, seen.platform, seen.model, seen.serial) == ("core-1", "ios", "C2960", "FOC1")
    assert seen.booted_at == AT - timedelta(hours=1)
    assert seen.type is DeviceType.SWITCH


@pytest.mark.parametrize(
    ("ticks", "engine", "age"),
    [
        (None, 5, None),
        (100, None, timedelta(seconds=1)),
        (100, 50_000_000, timedelta(seconds=50_000_000)),
        (100, 10**12, timedelta(seconds=1)),
    ],
)
def test_an_uptime_that_wrapped_is_told_by_the_engine(
    ticks: int | None, engine: int | None, age: timedelta | None
) -> None:
    booted = to_inventory.booted_at(System(uptime_ticks=ticks, engine_seconds=engine), AT)
    assert booted == (None if age is None else AT - age)


def test_interfaces_take_their_addresses_and_words() -> None:
    port = Interface(7, "xe-0", speed_bps=10**10, admin="down", oper="lowerLayerDown", mac="aa")
    bare = Interface(8)
    seen = told(
        replace(
            NOTHING,
            interfaces=(port, bare),
            addresses=(
                Address("10.0.0.1", 31, 7),
                Address("fe80::1", None, 7),
                Address("10.9.9.9", 24),
            ),
        )
    )
    first, second = seen.interfaces
    assert first.addresses == ("10.0.0.1/31", "fe80::1/128")
    assert (first.admin_up, first.oper_status) == (False, OperStatus.LOWER_LAYER_DOWN)
    assert (second.name, second.admin_up, second.oper_status) == ("8", True, OperStatus.UNKNOWN)


def test_a_member_of_a_lag_is_told_by_its_own_table_or_by_the_stack() -> None:
    ports = (
        Interface(1, lag_index=500),
        Interface(2, above=(3, 500)),
        Interface(3, type=6, above=(77,)),
        Interface(500, type=LAG, lag_index=500),
    )
    seen = told(replace(NOTHING, interfaces=ports))
    assert [port.lag_index for port in seen.interfaces] == [500, 500, None, None]


def test_a_last_change_after_now_is_no_fact() -> None:
    who = System(uptime_ticks=1000)
    ports = (Interface(1, last_change_ticks=500), Interface(2, last_change_ticks=10**9))
    first, second = told(Findings(who, Verdict(), ports)).interfaces
    assert first.last_change == AT - timedelta(seconds=5)
    assert second.last_change is None


def test_everything_that_can_be_read_again_is_a_sensor() -> None:
    reading = Reading("1.2", 0.1, -3.0, whole_oid="1.3", is_rest=True, less=(("1.4", -1.0),))
    found = replace(
        NOTHING,
        processors=(Processor("CPU 0", 5.0, Reading("1.5")),),
        memory=(
            Memory("RAM", 100, 50, 50.0, reading),
            Memory("Swap", None, None, None, Reading("1.6"), "swap"),
            Memory("Told once", 100, 50, 50.0),
        ),
        storage=(Storage("/", 100, 5, 5.0, Reading("1.7")),),
        sensors=(
            Sensor(
                "state", "PSU", 1.0, Reading("1.8"),
                states=((1, 0, "ok"), (2, 1, "low"), (3, 2, "off"), (4, 3, "?")),
            ),
            Sensor("power", "Inlet", 90.0, Reading("1.9"), limit_high=math.inf, warn_high=80.0),
            Sensor("phlogiston", "?", 1.0, Reading("1.10")),
        ),
        wireless=(Sensor("power", "Radio", 17.0, Reading("1.11")),),
    )  # fmt: skip
    seen = told(found).sensors
    assert [one.kind for one in seen] == [
        SensorKind.STATE,
        SensorKind.POWER,
        SensorKind.RADIO_POWER,
        SensorKind.CPU,
        SensorKind.MEMORY,
        SensorKind.MEMORY,
        SensorKind.STORAGE,
    ]
    state, power, _, _, ram, swap, _ = seen
    assert [(n, g) for n, g, *_ in state.states] == [
        (1, Grade.GOOD),
        (2, Grade.WARNING),
        (3, Grade.CRITICAL),
        (4, Grade.UNKNOWN),
    ]
    assert (power.high, power.warn_high) == (None, 80.0)
    assert (ram.scale, ram.offset, ram.whole_oid, ram.is_rest) == (0.1, -3.0, "1.3", True)
    assert ram.less == (("1.4", -1.0),)
    assert (ram.group, swap.group) == ("system", "swap")


def test_every_section_of_the_findings_is_kept() -> None:
    rows = {"system", "verdict", "addresses", "neighbours", "sensors", "wireless"}
    assert set(to_inventory.SECTIONS) == {field.name for field in fields(Findings)} - rows


def test_sections_say_what_did_not_fit() -> None:
    found = replace(NOTHING, routes=tuple(Route(f"10.0.{n}.0/24", "", "") for n in range(3_000)))
    kept = {one.name: one.document for one in told(found).sections}
    assert set(kept) == {"routes", "problems"}
    assert '"what":"routes"' in kept["problems"]
    assert len(documents.read(Route, kept["routes"])) == 2_000


def test_of_interfaces_only_what_the_inventory_has_no_columns_for_is_a_document() -> None:
    ports = (Interface(1, "a", mtu=1500), Interface(2, "b", duplex="half", lag_index=9))
    (section,) = told(replace(NOTHING, interfaces=ports)).sections
    assert documents.read(Interface, section.document) == (
        Interface(2, duplex="half", lag_index=9),
    )


def test_parts_are_known_by_their_place_not_by_their_index() -> None:
    def chassis(first: int, serial: str) -> Findings:
        return replace(
            NOTHING,
            entities=(
                Entity(first, 0, "chassis", 0, "Chassis", serial="CH1"),
                Entity(first + 5, first, "module", 3, "Slot 3", model="LC", serial=serial),
                Entity(first + 6, first + 5, "port", 1, "Port"),
            ),
        )

    before, after = told(chassis(1, "A")).parts, told(chassis(1001, "B")).parts
    assert [one.place for one in before] == [one.place for one in after]
    assert [one.serial for one in before] == ["CH1", "A"]
    looped = replace(NOTHING, entities=(Entity(1, 1, "module", serial="X"),))
    assert len(told(looped).parts) == 1


def test_an_optical_module_is_a_part_of_its_port() -> None:
    found = replace(
        NOTHING,
        interfaces=(Interface(4, "xe-0/0/1"),),
        transceivers=(Transceiver("9", 4, model="LR", serial="OPT1"), Transceiver("10")),
    )
    (part,) = told(found).parts
    assert (part.place, part.serial) == ("transceiver xe-0/0/1", "OPT1")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"onus": (Onu("1"),)}, DeviceType.OLT),
        ({"bgp_peers": (BgpPeer("10.0.0.2", 1, "established"),)}, DeviceType.ROUTER),
        ({"vlans": (Vlan(1),)}, DeviceType.SWITCH),
        ({"wireless": (Sensor("clients", "2.4 GHz", 3.0, Reading("1.2")),)}, DeviceType.WIRELESS),
        ({}, DeviceType.SWITCH),
        ({"system": System(is_forwarding=True)}, DeviceType.ROUTER),
        ({"system": System(is_forwarding=True), "vlans": (Vlan(1),)}, DeviceType.SWITCH),
    ],
)
def test_a_network_device_is_what_it_does(changes: dict[str, object], expected: DeviceType) -> None:
    network = replace(NOTHING, verdict=Verdict(device_type="network"))
    found = replace(network, **changes)  # type: ignore[arg-type]
    assert to_inventory.device_type(found) is expected


def test_a_word_of_the_rules_that_we_have_no_part_for_is_other() -> None:
    for word, part in (("power", DeviceType.POWER), ("printer", DeviceType.OTHER)):
        found = replace(NOTHING, verdict=Verdict(device_type=word))
        assert to_inventory.device_type(found) is part


def test_every_class_an_inspection_knows_can_be_kept_in_the_same_unit() -> None:
    for kind, unit in UNITS.items():
        found = replace(
            NOTHING,
            sensors=(Sensor(kind, "x", 1.0, Reading("1.2")),),
            wireless=(Sensor(kind, "y", 1.0, Reading("1.3")),),
        )
        sensor, radio = told(found).sensors
        assert sensor.kind.value == kind
        assert sensor.kind.unit == unit.replace("bit/s", "b/s"), kind
        assert radio.kind.value in (kind, f"radio-{kind}")


def test_raw_rows_are_kept_with_the_evidence_only() -> None:
    found = replace(NOTHING, arp=(Arp(1, "10.0.0.2", "02:00:00:00:00:02", raw="ipNetToMedia"),))
    seen = told(found)
    assert "ipNetToMedia" not in seen.sections[0].document
    assert seen.neighbours[0].raw == "ipNetToMedia"
