"""Routes from the newest table a device has."""

from __future__ import annotations

from ipaddress import IPv4Address as Ip

import pytest

from noc_console.services.inspection.collectors import routes
from noc_console.services.inspection.model import Route
from tests.services.inspection.collectors.recording import agent, table

INET, CIDR, OLD = "1.3.6.1.2.1.4.24.7.1", "1.3.6.1.2.1.4.24.4.1", "1.3.6.1.2.1.4.21.1"


async def test_everything_of_an_inet_route_is_in_its_index() -> None:
    place = "1.4.10.1.0.0.16.2.0.0.1.4.10.0.0.254"
    cells = table(INET, {7: {place: 3}, 8: {place: 4}, 9: {place: 13}, 12: {place: 20}})
    assert await routes.read(agent(cells)) == (
        Route("10.1.0.0/16", "10.0.0.254", "ospf", "remote", 3, 20),
    )


async def test_the_default_route_has_no_bits() -> None:
    v4 = "1.4.0.0.0.0.0.2.0.0.1.4.10.0.0.254"
    v6 = "2.16." + "0." * 16 + "0.2.0.0.2.16.254.128" + ".0" * 13 + ".1"
    found = await routes.read(agent(table(INET, {7: {v4: 3, v6: 3}})))
    assert {(one.prefix, one.next_hop) for one in found} == {
        ("0.0.0.0/0", "10.0.0.254"),
        ("::/0", "fe80::1"),
    }


async def test_a_connected_network_has_no_next_hop() -> None:
    inet = "1.4.10.1.0.0.16.2.0.0.1.4.0.0.0.0"
    (found,) = await routes.read(agent(table(INET, {8: {inet: 3}})))
    assert (found.next_hop, found.type, found.if_index) == ("", "local", None)
    cidr = "10.1.0.0.255.255.0.0.0.0.0.0.0"
    cells = table(CIDR, {5: {cidr: 2}, 6: {cidr: 3}, 7: {cidr: 2}, 11: {cidr: -1}})
    assert await routes.read(agent(cells)) == (Route("10.1.0.0/16", "", "local", "local", 2),)


async def test_the_oldest_table_tells_its_mask_in_a_column() -> None:
    cells = table(
        OLD,
        {
            2: {"10.1.0.0": 2, "10.2.0.0": 2},
            7: {"10.1.0.0": Ip("10.0.0.254")},
            8: {"10.1.0.0": 4},
            9: {"10.1.0.0": 3},
            11: {"10.1.0.0": Ip("255.255.0.0")},
        },
    )
    assert await routes.read(agent(cells)) == (
        Route("10.1.0.0/16", "10.0.0.254", "netmgmt", "remote", 2),
    )


@pytest.mark.parametrize(
    "index",
    ["1", "1.4.10.1", "1.9999.1.2.3.4", "1.4.10.1.0.0.99.2.0.0.1.4.0.0.0.0", "9.4.1.2.3.4.8.0.1.0"],
)
async def test_a_broken_index_is_no_route(index: str) -> None:
    assert await routes.read(agent(table(INET, {7: {index: 1}}))) == ()


async def test_a_mask_with_holes_is_no_route() -> None:
    cells = table(CIDR, {5: {"10.1.0.0.255.0.255.0.0.0.0.0.0": 2}})
    assert await routes.read(agent(cells)) == ()
