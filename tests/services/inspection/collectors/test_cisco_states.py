"""Cisco's health."""

from __future__ import annotations

from noc_console.services.inspection.collectors import cisco_states
from noc_console.services.inspection.collectors.entity_sensors import Names
from noc_console.services.inspection.model import Entity, Sensor
from tests.services.inspection.collectors.recording import agent, table

CISCO = "1.3.6.1.4.1.9.9"
NAMES = Names.of((Entity(1013, 1, "powerSupply", name="Switch 1 - Power Supply A"),))
Cells = dict[str, int | str | bytes | None]


async def read(cells: Cells) -> dict[str, Sensor]:
    found = await cisco_states.read(agent(cells), NAMES, {62: "StackSub-St1-1"})
    return {f"{sensor.kind} {sensor.name}": sensor for sensor in found}


def word(sensor: Sensor) -> tuple[str, int]:
    """What the device says, and how bad it is."""
    return next((word, ours) for number, ours, word in sensor.states if number == sensor.value)


async def test_the_environment_is_degrees_and_states() -> None:
    found = await read(
        {
            **table(f"{CISCO}.13.1.3.1",
                    {2: {"1": "Inlet"}, 3: {"1": 25}, 4: {"1": 56}, 6: {"1": 1}}),
            **table(f"{CISCO}.13.1.4.1", {2: {"7": "Fan 1"}, 3: {"7": 3}}),
            **table(f"{CISCO}.13.1.5.1", {3: {"3": 5}}),
        }
    )  # fmt: skip
    heat = found["temperature Inlet"]
    assert (heat.value, heat.limit_high) == (25.0, 56.0)
    assert word(found["state Inlet"]) == ("normal", 0)
    assert word(found["state Fan 1"]) == ("critical", 2)
    assert word(found["state Part 3"]) == ("notPresent", 3)


async def test_voltages_come_in_millivolts_with_limits() -> None:
    found = await read(
        table(f"{CISCO}.13.1.2.1",
              {2: {"1": "12 V rail"}, 3: {"1": 12_059}, 4: {"1": 10_800}, 5: {"1": 13_200},
               7: {"1": 2}})
    )  # fmt: skip
    rail = found["voltage 12 V rail"]
    assert (rail.value, rail.limit_low, rail.limit_high) == (12.059, 10.8, 13.2)
    assert word(found["state 12 V rail"]) == ("warning", 1)


async def test_a_supply_that_failed_is_critical() -> None:
    found = await read(table(f"{CISCO}.117.1.1.2.1", {2: {"1013": 8, "9": 2}}))
    failed = found["state Switch 1 - Power Supply A power"]
    assert (word(failed), failed.entity_index) == (("failed", 2), 1013)
    assert word(found["state Part 9 power"]) == ("on", 0)


async def test_redundancy_is_told_of_both_sides() -> None:
    found = await read({f"{CISCO}.176.1.1.2.0": 14, f"{CISCO}.176.1.1.4.0": 9,
                        f"{CISCO}.176.1.2.16.0": 8})  # fmt: skip
    assert word(found["state Redundancy: this unit"]) == ("active", 0)
    assert word(found["state Redundancy: the peer"]) == ("standbyHot", 0)
    mode = found["state Redundancy mode"]
    assert (word(mode)[0], mode.reading.oid) == ("hotStandbyRedundant", f"{CISCO}.176.1.2.16.0")


async def test_a_stack_tells_members_ports_and_ring() -> None:
    found = await read(
        {
            f"{CISCO}.500.1.1.3.0": 2,
            **table(f"{CISCO}.500.1.2.1.1",
                    {1: {"2000": 2}, 3: {"1000": 1, "2000": 4}, 6: {"1000": 4, "2000": 6}}),
            **table(f"{CISCO}.500.1.2.2.1", {1: {"62": 2, "63": 1}}),
        }
    )  # fmt: skip
    assert word(found["state Switch 1 role"]) == ("master", 0)
    assert word(found["state Switch 2 state"]) == ("verMismatch", 2)
    down = found["state Stack port StackSub-St1-1"]
    assert (word(down), down.if_index) == (("down", 2), 62)
    assert found["state Stack port 63"].if_index is None
    assert word(found["state Stack ring is redundant"]) == ("false", 1)


async def test_a_single_switch_is_no_stack_with_a_broken_ring() -> None:
    assert await read({f"{CISCO}.500.1.1.3.0": 2}) == {}


async def test_hsrp_is_named_by_its_address() -> None:
    octets = {"1.0": b"\xc0\x00\x02\x01"}
    found = await read(table(f"{CISCO}.106.1.2.1.1", {11: {**octets}, 15: {"1.0": 6, "2.1": 1}}))
    assert word(found["state HSRP 192.0.2.1"]) == ("active", 0)
    assert found["state HSRP group 1"].if_index == 2


async def test_a_firewall_tells_failover_sessions_and_connections() -> None:
    found = await read(
        {
            **table(f"{CISCO}.147.1.2.1.1.1", {2: {"6": "Primary unit"}, 3: {"6": 9, "7": 4}}),
            **table(f"{CISCO}.147.1.2.2.2.1", {5: {"40.6": 4200, "40.7": 17925, "6.1": 3}}),
            f"{CISCO}.392.1.3.35.0": 13,
        }
    )
    assert word(found["state Primary unit"]) == ("active", 0)
    assert word(found["state Secondary unit"]) == ("error", 2)
    assert found["count Connections in use"].value == 4200.0
    assert found["count Most connections"].value == 17925.0
    assert found["count Active SVC sessions"].value == 13.0
    assert len(found) == 5


async def test_poe_is_told_in_milliwatts_where_cisco_tells_it_finer() -> None:
    standard = table("1.3.6.1.2.1.105.1.3.1.1", {2: {"1": 740, "2": 370}, 4: {"1": 26, "2": 9}})
    finer = table(f"{CISCO}.402.1.3.1", {2: {"1": "Supply A"}, 4: {"1": 26_100}, 5: {"1": 713_900}})
    found = await read({**standard, **finer, f"{CISCO}.402.1.4.1.0": 7})
    assert {name: sensor.value for name, sensor in found.items()} == {
        "power PoE budget 1": 740.0,
        "power PoE budget 2": 370.0,
        "power PoE used 2": 9.0,
        "power PoE used Supply A": 26.1,
        "power PoE left Supply A": 713.9,
        "count PoE devices connected": 7.0,
    }


async def test_of_calls_those_of_sip_count() -> None:
    found = await read(table(f"{CISCO}.63.1.3.8.1.1", {2: {"1": 5, "2": 2}}))
    assert {name: sensor.value for name, sensor in found.items()} == {
        "count SIP active connections": 2.0
    }
