"""Whom a search asks next."""

from __future__ import annotations

import pytest

from noc_console.services.discovery.rules import follow
from noc_console.services.discovery.rules.seeds import fence
from noc_console.services.inventory.model import EvidenceKind, SeenNeighbour

OPEN = fence([], [])


def told(kind: EvidenceKind, address: str, name: str = "", **more: bool) -> SeenNeighbour:
    return SeenNeighbour(kind, 1, remote_address=address, remote_name=name, **more)


def ask(*neighbours: SeenNeighbour, peers=(), hops=(), around=OPEN, on_loopback=False):
    return follow.candidates(neighbours, peers, hops, fence=around, on_loopback=on_loopback)


def test_neighbours_on_a_cable_come_before_routing_and_arp() -> None:
    found = ask(
        told(EvidenceKind.ARP, "10.0.0.5"),
        told(EvidenceKind.OSPF, "10.0.0.4"),
        told(EvidenceKind.LLDP, "10.0.0.2", "core-2"),
        peers=("10.0.0.6",),
        hops=("10.0.0.7",),
    )
    assert [(one.address, one.kind) for one in found] == [
        ("10.0.0.2", "lldp"),
        ("10.0.0.4", "ospf"),
        ("10.0.0.6", "peer"),
        ("10.0.0.7", "route"),
        ("10.0.0.5", "arp"),
    ]


def test_an_address_told_of_twice_is_asked_once_under_the_surer_word() -> None:
    found = ask(told(EvidenceKind.ARP, "10.0.0.2"), told(EvidenceKind.CDP, "10.0.0.2", "core-2"))
    assert [(one.kind, one.name) for one in found] == [("cdp", "core-2")]


def test_external_bgp_peers_descriptions_and_endpoints_are_not_asked() -> None:
    assert (
        ask(
            told(EvidenceKind.BGP, "192.0.2.1"),
            told(EvidenceKind.DESCRIPTION, "10.0.0.9"),
            told(EvidenceKind.LLDP, "10.0.0.8", is_endpoint=True),
        )
        == ()
    )


@pytest.mark.parametrize(
    "address", ["224.0.0.5", "0.0.0.0", "169.254.1.1", "fe80::1", "x", "240.0.0.1"]
)
def test_addresses_nobody_answers_at_are_not_asked(address: str) -> None:
    assert ask(told(EvidenceKind.LLDP, address)) == ()


def test_a_search_stays_on_its_side_of_the_loopback() -> None:
    both = told(EvidenceKind.LLDP, "127.20.1.1"), told(EvidenceKind.LLDP, "10.0.0.1")
    assert [one.address for one in ask(*both)] == ["10.0.0.1"]
    assert [one.address for one in ask(*both, on_loopback=True)] == ["127.20.1.1"]


def test_what_the_fence_keeps_out_is_told_with_its_reason() -> None:
    (found,) = ask(told(EvidenceKind.LLDP, "10.0.0.2", "lab-1"), around=fence(["lab-*"], []))
    assert found.refusal == "excluded by name (lab-*)"


def test_one_device_adds_a_bounded_number() -> None:
    flood = [told(EvidenceKind.ARP, f"10.{n // 250}.{n % 250}.1") for n in range(3000)]
    assert len(ask(*flood)) == follow.MOST_FROM_ONE


def test_an_interfaces_address_is_the_devices_own_but_not_the_hosts_loopback() -> None:
    assert follow.is_own("10.0.0.1/24", on_loopback=False)
    assert follow.is_own("127.21.0.1/31", on_loopback=True)
    assert not follow.is_own("127.0.0.1/8", on_loopback=True)


def test_seeds_and_neighbours_on_cables_are_sure() -> None:
    assert follow.is_sure("seed")
    assert follow.is_sure("lldp")
    assert not follow.is_sure("arp")
