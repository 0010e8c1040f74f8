"""OSPF adjacencies of both versions."""

from __future__ import annotations

from ipaddress import IPv4Address as Ip

from noc_console.services.inspection.collectors import ospf
from noc_console.services.inspection.model import Address
from tests.services.inspection.collectors.recording import agent, table

V2, V3 = "1.3.6.1.2.1.14.10.1", "1.3.6.1.2.1.191.1.9.1"
OWN = (
    Address("10.0.0.1", 8, 1),
    Address("10.0.0.9", 30, 2),
    Address("10.0.0.10", 30, 3),
    Address("fe80::1", 64, 4),
    Address("10.0.0.11", None, 5),
)


async def test_a_neighbour_is_at_the_interface_of_the_narrowest_subnet() -> None:
    place = "10.0.0.10.0"
    cells = table(
        V2,
        {1: {place: Ip("10.0.0.10")}, 3: {place: Ip("10.255.0.2")}, 5: {place: 1}, 6: {place: 8}},
    )
    (found,) = await ospf.read(agent(cells), OWN)
    assert (found.address, found.router_id, found.state) == ("10.0.0.10", "10.255.0.2", "full")
    assert (found.if_index, found.priority, found.version) == (2, 1, 2)


async def test_a_link_without_addresses_has_its_interface_in_the_index() -> None:
    (found,) = await ospf.read(agent(table(V2, {6: {"10.0.0.6.17": 4}})), OWN)
    assert (found.address, found.if_index, found.state) == ("10.0.0.6", 17, "twoWay")


async def test_version_3_is_by_interface_and_router() -> None:
    place = "12.0.167772162"
    cells = table(
        V3, {4: {place: 2}, 5: {place: b"\xfe\x80" + b"\0" * 13 + b"\x02"}, 8: {place: 7}}
    )
    (found,) = await ospf.read(agent(cells), OWN)
    assert (found.router_id, found.address, found.version) == ("10.0.0.2", "fe80::2", 3)
    assert (found.if_index, found.state, found.priority) == (12, "loading", None)


async def test_rows_of_another_shape_are_left_out() -> None:
    cells = {**table(V2, {6: {"10.0.0.6": 8, "999.0.0.6.0": 8}}), **table(V3, {8: {"1.2": 8}})}
    assert await ospf.read(agent(cells), OWN) == ()
