"""The parts of the box."""

from __future__ import annotations

from noc_console.services.inspection.collectors import entities
from noc_console.services.inspection.model import Entity, Interface
from tests.services.inspection.collectors.recording import agent, table

PARTS, ALIASES = "1.3.6.1.2.1.47.1.1.1.1", "1.3.6.1.2.1.47.1.3.2.1"
PORTS = (Interface(7, "Gi1/0/1"), Interface(8, "twin"), Interface(9, "twin"))


async def test_a_part_is_read_with_what_it_sits_in() -> None:
    cells = table(
        PARTS,
        {
            2: {"1": b"chassis", "5": b"supply"},
            4: {"1": 0, "5": 1},
            5: {"1": 3, "5": 6},
            6: {"1": -1, "5": 2},
            7: {"5": b"PSU B"},
            8: {"5": b"V02"},
            9: {"5": b"f"},
            10: {"1": b"17.3"},
            11: {"5": b"LIT123   "},
            12: {"5": b"Cisco"},
            13: {"5": b"PWR-C1"},
            16: {"1": 2, "5": 1},
        },
    )
    chassis, supply = await entities.read(agent(cells), ())
    assert (chassis.kind, chassis.parent, chassis.software) == ("chassis", 0, "17.3")
    assert not chassis.is_replaceable
    assert supply == Entity(
        index=5,
        parent=1,
        kind="powerSupply",
        position=2,
        name="PSU B",
        descr="supply",
        model="PWR-C1",
        serial="LIT123",
        vendor="Cisco",
        hardware="V02",
        firmware="f",
        is_replaceable=True,
    )


async def test_a_port_is_the_interface_its_alias_names() -> None:
    cells = {
        **table(PARTS, {5: {"10": 10, "11": 10, "12": 10}}),
        **table(
            ALIASES,
            {
                2: {
                    "10.0": ".1.3.6.1.2.1.2.2.1.1.101",
                    "11.0": ".1.3.6.1.2.1.17.1.4.1.1.5",
                    "12.0": ".1.3.6.1.2.1.2.2.1.1.102.3",
                }
            },
        ),
    }
    found = await entities.read(agent(cells), ())
    assert [part.if_index for part in found] == [101, None, None]


async def test_a_port_without_alias_is_the_only_interface_of_its_name() -> None:
    cells = table(
        PARTS, {5: {"1": 10, "2": 10, "3": 9}, 7: {"1": b"Gi1/0/1", "2": b"twin", "3": b"Gi1/0/1"}}
    )
    found = await entities.read(agent(cells), PORTS)
    assert [part.if_index for part in found] == [7, None, None]


async def test_a_box_without_parts_has_none() -> None:
    assert await entities.read(agent({}), PORTS) == ()
