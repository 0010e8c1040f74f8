"""From the inventory to the network."""

from __future__ import annotations

from noc_console.services.inventory.link_ends import LinkPort
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    DeviceType,
    EvidenceKind,
    InterfaceId,
    Link,
    LinkId,
    OperStatus,
    Site,
    SiteId,
)
from noc_console.services.inventory.pollable import PortAddresses
from noc_console.services.rootcause.model import Box, Held, Network
from noc_console.services.rootcause.rules.gather import Onu, book, network


def device(number: int, **facts: object) -> Device:
    return Device(DeviceId(number), f"d{number}", f"192.0.2.{number}", 161, **facts)  # type: ignore[arg-type]


def link(*kinds: EvidenceKind) -> Link:
    return Link(LinkId(1), DeviceId(1), InterfaceId(11), DeviceId(2), None, 90, tuple(kinds))


def port(number: int, device_id: int, index: int, lag_index: int | None = None) -> LinkPort:
    return LinkPort(
        InterfaceId(number),
        DeviceId(device_id),
        f"p{number}",
        10**9,
        OperStatus.UP,
        index=index,
        lag_index=lag_index,
    )


def made(
    *links: Link,
    ports: tuple[LinkPort, ...] = (),
    addresses: tuple[PortAddresses, ...] = (),
    onus: tuple[Onu, ...] = (),
) -> Network:
    devices = (
        device(1, site_id=SiteId(5), credential_id=1, type=DeviceType.ROUTER),
        device(2),
    )
    return network(
        devices,
        (Site(SiteId(5), "Erfurt"),),
        links,
        ports,
        zones={2: 4},
        vantage=frozenset({1}),
        addresses=addresses,
        onus=onus,
    )


def test_devices_bring_their_site_zone_and_whether_anybody_manages_them() -> None:
    assert made().boxes == (
        Box(1, "d1", DeviceType.ROUTER, 5, "Erfurt"),
        Box(2, "d2", zone=4, is_managed=False),
    )
    assert made().vantage == {1}


def test_a_link_known_from_talking_alone_is_logical() -> None:
    (wired,) = made(link(EvidenceKind.LLDP, EvidenceKind.BGP), ports=(port(11, 1, 1),)).cables
    assert not wired.is_logical
    assert (wired.a.port, wired.a.name, wired.b.port) == (11, "p11", None)
    (talk,) = made(link(EvidenceKind.BGP, EvidenceKind.ARP)).cables
    assert talk.is_logical


def test_a_lag_has_its_members() -> None:
    ports = (port(11, 1, 1, 50), port(12, 1, 2, 50), port(13, 1, 50), port(14, 2, 50))
    assert made(ports=ports).bundles == {13: (11, 12)}


def test_an_address_two_devices_claim_is_nobodys() -> None:
    addresses = (
        PortAddresses(1, ("10.0.0.1/30", "10.9.9.9/32", "broken")),
        PortAddresses(2, ("10.0.0.2/30", "10.9.9.9/32", "2001:DB8::2/64")),
    )
    assert made(addresses=addresses).addresses == {
        "192.0.2.1": 1,
        "192.0.2.2": 2,
        "10.0.0.1": 1,
        "10.0.0.2": 2,
        "2001:db8::2": 2,
    }


def test_onus_are_counted_by_their_pon_port_and_found_by_serial_or_name() -> None:
    told = made(onus=(Onu(1, "pon 0/1/1", "HWTC01", "home-1"), Onu(1, "0/1/1", "HWTC02")))
    assert told.onus == {(1, "0/1/1"): 2}
    assert told.onu_trees == {
        (1, "hwtc01"): "0/1/1",
        (1, "home-1"): "0/1/1",
        (1, "hwtc02"): "0/1/1",
    }


def test_an_onu_whose_port_nobody_knows_counts_for_its_olt() -> None:
    told = book(
        (Onu(1, "0/1/1"), Onu(1, "0/1/1"), Onu(1, "0/9/9")), {(1, "0/1/1"): 71}, ((72, 2), (73, 2))
    )
    assert told.ports == {71: Held(2, 2), 72: Held(1, 1), 73: Held(1, 1)}
    assert told.devices == {1: Held(1, 1)}
    assert told.of_device == {1: (71,), 2: (72, 73)}
    assert told.ports_of((1, 2, 3)) == {71, 72, 73}
