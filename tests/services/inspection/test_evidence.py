"""Whom a device knows, as evidence for links."""

from __future__ import annotations

from dataclasses import replace

from noc_console.services.inspection import evidence
from noc_console.services.inspection.model import (
    Arp,
    BgpPeer,
    Findings,
    LearnedMac,
    Neighbour,
    OspfNeighbour,
    Route,
    System,
    Verdict,
)
from noc_console.services.inventory.model import EvidenceKind, SeenInterface

NOTHING = Findings(System(), Verdict())
PORTS = (
    SeenInterface(1, "wide", addresses=("10.0.0.1/8", "nonsense")),
    SeenInterface(2, "narrow", addresses=("10.1.0.1/30",)),
)


def kinds(found: Findings) -> list[tuple[str, int | None, str]]:
    return [
        (one.kind.value, one.if_index, one.remote_address or one.remote_chassis or one.remote_name)
        for one in evidence.neighbours(found, PORTS)
    ]


def test_what_was_heard_over_the_cable_comes_first_and_whole() -> None:
    heard = Neighbour("edp", 1, remote_name="core-2", remote_port="1:2", raw="r", is_endpoint=True)
    (one,) = evidence.neighbours(
        replace(NOTHING, neighbours=(heard, replace(heard, protocol="telepathy"))), PORTS
    )
    assert (one.kind, one.remote_name, one.remote_port) == (EvidenceKind.EDP, "core-2", "1:2")
    assert one.is_endpoint and one.raw == "r"


def test_routing_neighbours_stand_at_the_interface_of_their_subnet() -> None:
    found = replace(
        NOTHING,
        ospf_neighbours=(
            OspfNeighbour("10.1.0.2", "1.1.1.1", "full"),
            OspfNeighbour("10.1.0.3", "1.1.1.2", "down"),
        ),
        bgp_peers=(
            BgpPeer("10.9.0.2", 65000, "established"),
            BgpPeer("192.0.2.1", 65000, "established"),
            BgpPeer("10.9.0.3", 65000, "idle"),
            BgpPeer("not an address", 65000, "established"),
        ),
    )
    assert kinds(found) == [("ospf", 2, "10.1.0.2"), ("bgp", 1, "10.9.0.2")]


def test_a_port_with_many_macs_leads_to_a_network_not_to_a_neighbour() -> None:
    crowd = tuple(LearnedMac(f"02:00:00:00:00:{n:02x}", 1) for n in range(40))
    found = replace(NOTHING, macs=(*crowd, LearnedMac("02:00:00:00:01:00", 2)))
    assert kinds(found) == [("fdb", 2, "02:00:00:00:01:00")]


def test_addresses_of_quiet_interfaces_come_before_crowds() -> None:
    found = replace(
        NOTHING,
        arp=(
            Arp(1, "10.0.0.5", "02:00:00:00:00:05"),
            Arp(1, "10.0.0.6", "02:00:00:00:00:06"),
            Arp(2, "10.1.0.2", "02:00:00:00:00:07"),
            Arp(2, "10.1.0.3", "ff:ff:ff:ff:ff:ff"),
        ),
    )
    assert [address for _, _, address in kinds(found)] == ["10.0.0.5", "10.0.0.6", "10.1.0.2"]


def test_only_peers_of_our_own_network_are_followed() -> None:
    peers = (
        BgpPeer("10.0.0.2", 65000, "idle", local_as=65000),
        BgpPeer("10.0.0.3", 65001, "idle", local_as=65000),
        BgpPeer("10.0.0.4", 65000, "idle"),
    )
    assert evidence.internal_peers(peers) == ("10.0.0.2",)


def test_only_interior_routes_lead_on() -> None:
    routes = (
        Route("10.2.0.0/16", "10.1.0.2", "ospf", "remote"),
        Route("10.3.0.0/16", "10.1.0.2", "netmgmt"),
        Route("10.4.0.0/16", "10.1.0.9", "bgp", "remote"),
        Route("10.5.0.0/16", "0.0.0.0", "ospf", "remote"),
        Route("10.6.0.0/16", "10.1.0.7", "ospf", "local"),
    )
    assert evidence.next_hops(routes) == ("10.1.0.2",)
