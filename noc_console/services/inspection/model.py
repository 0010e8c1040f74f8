"""What a device is and what is inside it, as one inspection found it.

Everything here is plain values: the command line prints them as JSON, the inventory keeps them,
the device page draws them. A fact the device did not tell is None or empty, never a guess.
MACs are `aa:bb:cc:dd:ee:ff`, OIDs dotted without a leading dot, speeds bit/s, sizes bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.wire.numbers import PLAIN, Decoding


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the device is, and the reasons: the rule that fitted and what it fitted."""

    platform: str = ""
    """A name of the rule files (`resources/platforms`); "" when no rule fits."""
    label: str = ""
    vendor: str = ""
    device_type: str = ""
    model: str = ""
    version: str = ""
    serial: str = ""
    features: str = ""
    reasons: tuple[str, ...] = ()
    role: str = ""
    """The part it plays where its kind leaves that open: `olt`, `router`, `switch` …"""


@dataclass(frozen=True, slots=True)
class System:
    """The system group (RFC 3418) and what tells this box from others."""

    name: str = ""
    descr: str = ""
    object_id: str = ""
    location: str = ""
    contact: str = ""
    engine_id: str = ""
    chassis_mac: str = ""
    uptime_ticks: int | None = None
    engine_seconds: int | None = None
    services: int = 0
    is_forwarding: bool = False


@dataclass(frozen=True, slots=True)
class Interface:
    """One row of IF-MIB (RFC 2863); None where the agent has no such column."""

    if_index: int
    name: str = ""
    """ifName, else ifDescr."""
    descr: str = ""
    alias: str = ""
    type: int | None = None
    """IANAifType; `iftypes.name_of` has its name."""
    speed_bps: int | None = None
    mtu: int | None = None
    mac: str = ""
    admin: str = ""
    """`up`, `down`, `testing` or "" (not told)."""
    oper: str = ""
    """The label of ifOperStatus, or "" (not told)."""
    duplex: str = ""
    """`full`, `half` or "" (EtherLike-MIB)."""
    lag_index: int | None = None
    """ifIndex of the aggregate it is attached to (IEEE8023-LAG-MIB)."""
    above: tuple[int, ...] = ()
    """ifIndexes of the interfaces stacked on it (ifStackTable)."""
    last_change_ticks: int | None = None
    has_hc: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """An own IPv4 or IPv6 address; `if_index` None when the agent does not say where it is."""

    address: str
    prefix_length: int | None = None
    if_index: int | None = None
    origin: str = ""
    """`manual`, `dhcp`, `linklayer`, `random` or "" (IpAddressOriginTC)."""


@dataclass(frozen=True, slots=True)
class Arp:
    """An address and the MAC it was heard with (ARP or neighbour discovery)."""

    if_index: int
    address: str
    mac: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Whom the device hears on a port, in the neighbour's own words."""

    protocol: str
    """`lldp`, `cdp`, `edp`, `fdp`, `mndp`, `isdp`."""
    local_if_index: int | None = None
    local_port: str = ""
    remote_name: str = ""
    remote_port: str = ""
    remote_port_descr: str = ""
    remote_platform: str = ""
    remote_version: str = ""
    remote_address: str = ""
    remote_chassis: str = ""
    raw: str = ""
    """The rows as read: `column = value` a line."""
    is_endpoint: bool = False
    """It calls itself a telephone or a station: no part of the network."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of the box (ENTITY-MIB, RFC 6933)."""

    index: int
    parent: int
    kind: str
    """The label of entPhysicalClass."""
    position: int = -1
    name: str = ""
    descr: str = ""
    model: str = ""
    serial: str = ""
    vendor: str = ""
    hardware: str = ""
    firmware: str = ""
    software: str = ""
    is_replaceable: bool = False
    if_index: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a number is read again: GET `oid`, then `(reading * scale) + offset`, then the curve.

    `whole_oid` names a second instance the value is a share of, or `rest_oid` one that makes
    the whole together with it; the value is then in percent.
    """

    oid: str
    scale: float = 1.0
    offset: float = 0.0
    is_logarithmic: bool = False
    """The device tells milliwatts: the value is 10·log10 of it, in dBm."""
    whole_oid: str = ""
    rest_oid: str = ""
    is_rest: bool = False
    """`oid` tells what is free: the used share is 100 less it."""
    less: tuple[tuple[str, float], ...] = ()
    """Instances, and how many of `oid`'s units each of theirs is, that are taken off it before
    anything else: caches that the system gives back when asked. Negative factors are added."""
    decoding: Decoding = PLAIN
    """How the value becomes a number in the first place."""


@dataclass(frozen=True, slots=True)
class Processor:
    name: str
    usage_percent: float | None
    reading: Reading
    index: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """A pool of memory; bytes are None where the agent tells a share only."""

    name: str
    total_bytes: int | None
    used_bytes: int | None
    used_percent: float | None
    reading: Reading | None = None
    kind: str = "system"
    """`system`, `swap`, `buffers`, `cached`, `shared` or `virtual`."""
    index: str = ""


@dataclass(frozen=True, slots=True)
class Storage:
    """A disk, file system or flash."""

    name: str
    total_bytes: int | None
    used_bytes: int | None
    used_percent: float | None
    reading: Reading | None = None
    kind: str = ""
    index: str = ""


@dataclass(frozen=True, slots=True)
class Sensor:
    """Something measured, with its value at inspection and how to read it again."""

    kind: str
    """A key of `units.UNITS`: `temperature`, `voltage`, `dbm`, `state` …"""
    name: str
    value: float
    reading: Reading
    limit_low: float | None = None
    limit_high: float | None = None
    warn_low: float | None = None
    warn_high: float | None = None
    states: tuple[tuple[int, int, str], ...] = ()
    """Of `state`: the device's number, ours (0 ok, 1 warning, 2 critical, 3 unknown), its word."""
    if_index: int | None = None
    entity_index: int | None = None
    group: str = ""
    index: str = ""


@dataclass(frozen=True, slots=True)
class Transceiver:
    """A pluggable optical or copper module; its light and heat are sensors of its interface."""

    index: str
    if_index: int | None = None
    entity_index: int | None = None
    type: str = ""
    vendor: str = ""
    oui: str = ""
    model: str = ""
    revision: str = ""
    serial: str = ""
    date: str = ""
    ddm: bool | None = None
    encoding: str = ""
    cable: str = ""
    distance_m: int | None = None
    wavelength_nm: int | None = None
    connector: str = ""
    channels: int = 1


@dataclass(frozen=True, slots=True)
class Vlan:
    """A VLAN with the interfaces that carry it (Q-BRIDGE-MIB, RFC 4363, or the vendor's)."""

    vlan: int
    name: str = ""
    state: str = ""
    tagged: tuple[int, ...] = ()
    untagged: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SpanningTree:
    """The bridge's view of one spanning tree (BRIDGE-MIB, RFC 4188)."""

    bridge: str
    root: str
    root_cost: int
    root_if_index: int | None
    ports: tuple[tuple[int, str], ...] = ()
    """ifIndex and the label of dot1dStpPortState."""


@dataclass(frozen=True, slots=True)
class LearnedMac:
    """A MAC of the forwarding table."""

    mac: str
    if_index: int
    vlan: int | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class BgpPeer:
    """A BGP session (BGP4-MIB, RFC 4273, or the vendor's for IPv6)."""

    address: str
    remote_as: int
    state: str
    admin: str = ""
    local_address: str = ""
    local_as: int | None = None
    identifier: str = ""
    established_seconds: int | None = None
    in_updates: int | None = None
    out_updates: int | None = None
    description: str = ""
    vrf: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class OspfNeighbour:
    """An OSPF adjacency (OSPF-MIB, RFC 4750; OSPFV3-MIB, RFC 5643)."""

    address: str
    router_id: str
    state: str
    priority: int | None = None
    if_index: int | None = None
    version: int = 2
    raw: str = ""


@dataclass(frozen=True, slots=True)
class IsisAdjacency:
    """An IS-IS adjacency (ISIS-MIB, RFC 4444)."""

    system_id: str
    state: str
    if_index: int | None = None
    address: str = ""
    area: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Vrf:
    """A virtual routing table (MPLS-L3VPN-STD-MIB, RFC 4382, or the vendor's)."""

    name: str
    route_distinguisher: str = ""
    description: str = ""
    interfaces: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """A route (IP-FORWARD-MIB, RFC 4292, or its elders)."""

    prefix: str
    next_hop: str
    protocol: str
    type: str = ""
    if_index: int | None = None
    metric: int | None = None


@dataclass(frozen=True, slots=True)
class PoePort:
    """Power over Ethernet of a port (POWER-ETHERNET-MIB, RFC 3621, or the vendor's)."""

    port: str
    if_index: int | None = None
    admin: str = ""
    state: str = ""
    power_class: str = ""
    milliwatts: int | None = None


@dataclass(frozen=True, slots=True)
class Onu:
    """An ONU or ONT as its OLT sees it; powers in dBm, distance in metres."""

    index: str
    name: str = ""
    serial: str = ""
    port: str = ""
    if_index: int | None = None
    state: str = ""
    receive_dbm: float | None = None
    transmit_dbm: float | None = None
    olt_receive_dbm: float | None = None
    distance_m: int | None = None
    model: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """All that one inspection brought home."""

    system: System
    verdict: Verdict
    interfaces: tuple[Interface, ...] = ()
    addresses: tuple[Address, ...] = ()
    arp: tuple[Arp, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    entities: tuple[Entity, ...] = ()
    processors: tuple[Processor, ...] = ()
    memory: tuple[Memory, ...] = ()
    storage: tuple[Storage, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    wireless: tuple[Sensor, ...] = ()
    """Radio figures: clients, noise, rates; named like sensors, kept apart as people ask so."""
    transceivers: tuple[Transceiver, ...] = ()
    vlans: tuple[Vlan, ...] = ()
    spanning_trees: tuple[SpanningTree, ...] = ()
    macs: tuple[LearnedMac, ...] = ()
    bgp_peers: tuple[BgpPeer, ...] = ()
    ospf_neighbours: tuple[OspfNeighbour, ...] = ()
    isis_adjacencies: tuple[IsisAdjacency, ...] = ()
    vrfs: tuple[Vrf, ...] = ()
    routes: tuple[Route, ...] = ()
    poe: tuple[PoePort, ...] = ()
    onus: tuple[Onu, ...] = ()
    problems: tuple[Problem, ...] = ()
