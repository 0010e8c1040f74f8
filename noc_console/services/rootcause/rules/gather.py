"""From what the inventory knows to the network as causes see it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from noc_console.services.inventory.link_ends import LinkPort
from noc_console.services.inventory.model import Device, EvidenceKind, Link, Site
from noc_console.services.inventory.pollable import PortAddresses
from noc_console.services.rootcause.model import Book, Box, Cable, Held, Network, Plug
from noc_console.services.rootcause.rules.pon import tree_name

LOGICAL = frozenset({EvidenceKind.BGP, EvidenceKind.OSPF, EvidenceKind.ARP})
"""Evidence of talking to one another, over whatever lies between."""


@dataclass(frozen=True, slots=True)
class Onu:
    """One ONU as its OLT told of it; the port is the OLT's name for the PON port."""

    olt: int
    port: str
    serial: str = ""
    name: str = ""


def network(
    devices: Iterable[Device],
    sites: Iterable[Site],
    links: Iterable[Link],
    ports: Iterable[LinkPort],
    *,
    zones: Mapping[int, int],
    vantage: frozenset[int],
    addresses: Iterable[PortAddresses] = (),
    onus: Iterable[Onu] = (),
) -> Network:
    """Everything that does not change with an alarm."""
    known = tuple(devices)
    places = {int(site.id): site.name for site in sites}
    by_port = {int(port.id): port for port in ports}
    counts: Counter[tuple[int, str]] = Counter()
    trees: dict[tuple[int, str], str] = {}
    for onu in onus:
        tree = tree_name(onu.port)
        counts[onu.olt, tree] += 1
        for word in filter(None, (onu.serial, onu.name)):
            trees[onu.olt, word.lower()] = tree
    return Network(
        boxes=tuple(_box(device, places, zones) for device in known),
        cables=tuple(_cable(link, by_port) for link in links),
        vantage=vantage,
        addresses=_addresses(known, addresses),
        bundles=_bundles(by_port),
        onus=dict(counts),
        onu_trees=trees,
    )


def _box(device: Device, places: Mapping[int, str], zones: Mapping[int, int]) -> Box:
    return Box(
        device_id=int(device.id),
        name=device.name or device.address,
        type=device.type,
        site_id=None if device.site_id is None else int(device.site_id),
        site="" if device.site_id is None else places.get(int(device.site_id), ""),
        zone=zones.get(int(device.id), 0),
        is_managed=device.is_managed,
    )


def _cable(link: Link, ports: Mapping[int, LinkPort]) -> Cable:
    return Cable(
        _plug(link.a_device, link.a_interface, ports),
        _plug(link.b_device, link.b_interface, ports),
        is_logical=LOGICAL.issuperset(link.kinds),
    )


def _plug(device: int, port: int | None, ports: Mapping[int, LinkPort]) -> Plug:
    known = None if port is None else ports.get(int(port))
    name = "" if known is None else known.name
    return Plug(int(device), None if port is None else int(port), name)


def _bundles(ports: Mapping[int, LinkPort]) -> dict[int, tuple[int, ...]]:
    """The members of each LAG among the ports that links end at."""
    members: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, port in ports.items():
        if port.lag_index is not None:
            members[int(port.device_id), port.lag_index].append(number)
    return {
        number: tuple(sorted(members[int(port.device_id), port.index]))
        for number, port in ports.items()
        if port.index and (int(port.device_id), port.index) in members
    }


def _addresses(devices: Iterable[Device], ports: Iterable[PortAddresses]) -> dict[str, int]:
    """Whose each address is; one that several devices claim is nobody's."""
    found: dict[str, int] = {}
    shared: set[str] = set()
    told = [(int(device.id), device.address) for device in devices]
    told += [(port.device_id, each) for port in ports for each in port.addresses]
    for device, text in told:
        try:
            address = str(ip_address(text.partition("/")[0].partition("%")[0]))
        except ValueError:
            continue
        if found.setdefault(address, device) != device:
            shared.add(address)
    return {address: device for address, device in found.items() if address not in shared}


def book(
    onus: Iterable[Onu],
    trees: Mapping[tuple[int, str], int],
    customer_ports: Iterable[tuple[int, int]],
) -> Book:
    """Who hangs where: an ONU is a customer with one service, and so is a customer's port.

    `trees` are the OLTs' PON ports by OLT and place; `customer_ports` are (port, device).
    """
    devices: Counter[int] = Counter()
    ports: Counter[int] = Counter()
    of_device: dict[int, set[int]] = defaultdict(set)
    for onu in onus:
        port = trees.get((onu.olt, tree_name(onu.port)))
        if port is None:
            devices[onu.olt] += 1
        else:
            ports[port] += 1
            of_device[onu.olt].add(port)
    for port, device in customer_ports:
        ports[port] += 1
        of_device[device].add(port)
    return Book(
        devices={one: Held(many, many) for one, many in devices.items()},
        ports={one: Held(many, many) for one, many in ports.items()},
        of_device={one: tuple(sorted(many)) for one, many in of_device.items()},
    )
