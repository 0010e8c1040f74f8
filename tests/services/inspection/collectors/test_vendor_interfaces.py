"""Ports beside IF-MIB."""

from __future__ import annotations

from noc_console.services.inspection.collectors import vendor_interfaces
from noc_console.services.inspection.model import Interface
from tests.services.inspection.collectors.recording import agent, table


async def test_pon_ports_of_a_ufiber_olt_get_numbers_of_their_own() -> None:
    cells = table(
        "1.3.6.1.4.1.41112.1.5.7.2.1", {2: {"2": b"pon1", "3": b"pon2"}, 3: {"2": 1, "3": 2}}
    )
    assert await vendor_interfaces.read(agent(cells), frozenset((1,))) == (
        Interface(1002, "pon1", "pon1", admin="up", oper="up"),
        Interface(1003, "pon2", "pon2", oper="down"),
    )


async def test_ports_of_an_intrusion_prevention_sensor_are_counted() -> None:
    cells = table(
        "1.3.6.1.4.1.8962.2.1.2.1.11.1.1",
        {1: {"2.1": b"G0/1", "3.1": b"G1/1"}, 3: {"2.1": 2, "3.1": 1}, 4: {"2.1": 2, "3.1": 1}},
    )
    found = await vendor_interfaces.read(agent(cells), frozenset())
    assert [(port.if_index, port.name, port.admin, port.oper) for port in found] == [
        (0, "G0/1", "down", "down"),
        (1, "G1/1", "up", "up"),
    ]


async def test_a_number_of_iftable_is_not_used_again() -> None:
    cells = table("1.3.6.1.4.1.41112.1.5.7.2.1", {2: {"2": b"pon1"}})
    assert await vendor_interfaces.read(agent(cells), frozenset((1002,))) == ()
