"""Routing neighbours and next hops, as rows."""

from __future__ import annotations

from noc_console.services.inspection.collectors import layer3
from noc_console.services.inventory.model import SeenInterface

PORTS = (
    SeenInterface(1, "a", addresses=("10.0.0.0/31",)),
    SeenInterface(2, "b", addresses=("10.0.0.1/8", "2001:db8::1/64")),
)


def test_an_ospf_neighbour_is_at_the_narrowest_subnet_that_holds_it() -> None:
    rows = [((10, 0, 0, 1, 0), {"ipAddr": "10.0.0.1", "state": 8})]
    (found,) = layer3.ospf(rows, PORTS)
    assert (found.if_index, found.remote_address) == (1, "10.0.0.1")


def test_an_ospf_neighbour_that_is_down_is_none() -> None:
    assert layer3.ospf([((10, 0, 0, 1, 0), {"ipAddr": "10.0.0.1", "state": 1})], PORTS) == ()


def test_bgp_tells_of_a_cable_only_on_a_connected_subnet() -> None:
    rows = [
        ((10, 0, 0, 1), {"state": 6, "remoteAddr": "10.0.0.1", "remoteAs": 65001}),
        ((10, 0, 0, 9), {"state": 3, "remoteAddr": "10.0.0.9", "remoteAs": 65001}),
        ((192, 0, 2, 1), {"state": 6, "remoteAddr": "192.0.2.1", "remoteAs": 65000}),
    ]
    assert [one.remote_address for one in layer3.bgp(rows, PORTS)] == ["10.0.0.1"]


def test_only_peers_of_our_own_as_are_asked() -> None:
    rows = [
        ((10, 0, 0, 1), {"remoteAddr": "10.0.0.1", "remoteAs": 65000}),
        ((192, 0, 2, 1), {"remoteAddr": "192.0.2.1", "remoteAs": 64999}),
    ]
    assert layer3.internal_peers(rows, 65000) == ("10.0.0.1",)
    assert layer3.internal_peers(rows, None) == ()


def test_next_hops_are_those_of_our_own_routing() -> None:
    cidr = [
        ((10, 2, 0, 0, 255, 255, 0, 0, 0, 10, 0, 0, 1), {"type": 4, "proto": 13}),
        ((10, 3, 0, 0, 255, 255, 0, 0, 0, 192, 0, 2, 1), {"type": 4, "proto": 14}),
        ((10, 4, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0), {"type": 3, "proto": 2}),
    ]
    inet = [((1, 4, 10, 2, 0, 0, 16, 2, 0, 0, 1, 4, 10, 0, 0, 3), {"type": 4, "proto": 3})]
    old = [((10, 5, 0, 0), {"nextHop": "10.0.0.4", "type": 4, "proto": 8})]
    assert layer3.next_hops(cidr, inet, old) == ("10.0.0.1", "10.0.0.3", "10.0.0.4")


def test_a_broken_route_index_names_no_hop() -> None:
    assert layer3.next_hops((), [((1, 200, 10), {"type": 4, "proto": 3})], ()) == ()
