"""CDP's cache and MikroTik's neighbours."""

from __future__ import annotations

from noc_console.services.inspection.collectors import cdp as collector
from noc_console.services.inspection.model import Interface, Neighbour
from tests.services.inspection.collectors.recording import Cell, agent, table

PORTS = (Interface(7, "Gi0/7"),)


async def read(cells: dict[str, Cell]) -> tuple[Neighbour, ...]:
    return await collector.read(agent(cells), PORTS)


async def test_ciscos_cache_tells_who_what_and_where() -> None:
    cells: dict[str, Cell] = table(
        "1.3.6.1.4.1.9.9.23.1.2.1.1",
        {
            4: {"7.3": b"\x0a\x00\x00\x02"},
            5: {"7.3": b"NX-OS 9.3"},
            6: {"7.3": b"core-2(FOC2145X0AB)", "99.1": b"SEP00", "1": b"short"},
            7: {"7.3": b"Ethernet1/2"},
            8: {"7.3": b"N9K-C93180"},
            9: {"7.3": b"\0\0\0\x29", "99.1": b"\0\0\x04\x90"},
        },
    )
    switch, phone = await read(cells)
    assert (switch.protocol, switch.local_if_index, switch.local_port) == ("cdp", 7, "Gi0/7")
    assert (switch.remote_name, switch.remote_port) == ("core-2", "Ethernet1/2")
    assert (switch.remote_platform, switch.remote_version) == ("N9K-C93180", "NX-OS 9.3")
    assert (switch.remote_address, switch.is_endpoint) == ("10.0.0.2", False)
    assert (phone.local_if_index, phone.is_endpoint) == (None, True)


async def test_foundry_keeps_cdp_neighbours_beside_its_own() -> None:
    cells: dict[str, Cell] = table(
        "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1",
        {3: {"7.1": b"icx", "7.2": b"cat"}, 7: {"7.1": b"e1/1"}, 10: {"7.1": 1, "7.2": 2}},
    )
    found = await read(cells)
    assert [(one.protocol, one.remote_name) for one in found] == [("fdp", "icx"), ("cdp", "cat")]


async def test_broadcoms_isdp_is_found_under_each_maker() -> None:
    for base in ("1.3.6.1.4.1.4413.1.1.39", "1.3.6.1.4.1.674.10895.5000.2.6132.1.1.39"):
        cells: dict[str, Cell] = table(
            f"{base}.1.2.1.1", {6: {"7.1": b"n3048"}, 7: {"7.1": b"Gi1/0/6"}}
        )
        (found,) = await read(cells)
        assert (found.protocol, found.remote_port) == ("isdp", "Gi1/0/6")


async def test_mikrotik_names_its_neighbours_and_no_port_of_theirs() -> None:
    cells: dict[str, Cell] = table(
        "1.3.6.1.4.1.14988.1.1.11.1.1",
        {
            3: {"1": b"\x00\x1b\x22\x00\x00\x09"},
            4: {"1": b"6.48"},
            5: {"1": b"MikroTik"},
            6: {"1": b"ap-9"},
            8: {"1": 7, "2": 7},
        },
    )
    (found,) = await read(cells)
    assert (found.protocol, found.local_if_index, found.remote_name) == ("mndp", 7, "ap-9")
    assert (found.remote_platform, found.remote_version) == ("MikroTik", "6.48")
    assert (found.remote_chassis, found.remote_port) == ("00:1b:22:00:00:09", "")
