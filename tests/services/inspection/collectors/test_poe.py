"""Power over Ethernet."""

from __future__ import annotations

from noc_console.services.inspection.collectors import poe
from noc_console.services.inspection.model import Entity, Interface, PoePort
from tests.services.inspection.collectors.recording import agent, table

PORT, CISCO = "1.3.6.1.2.1.105.1.1.1", "1.3.6.1.4.1.9.9.402.1.2.1"
STACK = (
    Interface(101, "Gi1/0/1", type=6),
    Interface(213, "Gi2/0/13", type=6),
    Interface(500, "Vlan1", type=53),
)


async def test_a_port_that_gives_power_tells_class_and_watts() -> None:
    cells = {
        **table(PORT, {3: {"2.13": 1}, 6: {"2.13": 3}, 10: {"2.13": 5}}),
        **table(CISCO, {9: {"2.13": 7400}, 11: {"2.13": 40}}),
    }
    parts = (Entity(40, 1, "port", if_index=999),)
    assert await poe.read(agent(cells), STACK, parts) == (
        PoePort("2/13", 999, "on", "deliveringPower", "class4", 7400),
    )


async def test_a_port_is_placed_by_the_numbers_of_its_name() -> None:
    cells = table(PORT, {6: {"1.1": 2, "2.13": 1, "1.500": 2}})
    found = await poe.read(agent(cells), STACK, ())
    assert [(port.if_index, port.state) for port in found] == [
        (101, "searching"),
        (None, "searching"),
        (213, "disabled"),
    ]


async def test_a_single_box_leaves_the_group_out_of_its_names() -> None:
    ports = tuple(Interface(n, str(n), type=6) for n in (1, 2))
    found = await poe.read(agent(table(PORT, {6: {"1.2": 4, "2.1": 2}})), ports, ())
    assert [(port.if_index, port.state) for port in found] == [(2, "fault"), (None, "searching")]


async def test_the_class_of_a_port_without_a_device_says_nothing() -> None:
    (port,) = await poe.read(agent(table(PORT, {6: {"1.1": 2}, 10: {"1.1": 1}})), (), ())
    assert (port.power_class, port.milliwatts) == ("", None)


async def test_a_number_that_only_looks_like_one_places_nothing() -> None:
    """`³` is a digit to Python, and no number."""
    ports = (Interface(7, "Gi1/0/\u00b30", type=6),)
    (port,) = await poe.read(agent(table(PORT, {6: {"1.30": 2}})), ports, ())
    assert port.if_index is None
