"""What the simulated ISP is made of: sites, devices, ports, links and what hangs on them.

These are the facts that do not change while the lab runs; what moves is in `world`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noc_console.lab.characters.base import Character


@dataclass(frozen=True, slots=True)
class Site:
    """A place with power of its own: everything in it goes dark together."""

    key: str
    city: str
    street: str
    latitude: float
    longitude: float

    def location(self, rack: str) -> str:
        """The text devices carry as sysLocation."""
        return f"{self.city}, {self.street}, {rack} [{self.latitude:.4f}, {self.longitude:.4f}]"


@dataclass(slots=True, eq=False)
class Port:
    """One interface. `speed` in Mbit/s; `mac` six octets; `link` once something is plugged in."""

    device: Device
    position: int
    name: str
    short: str
    kind: str
    """ethernet, pon, radio, loopback or vlan."""
    speed: int
    if_index: int
    mac: bytes
    optical: bool = False
    alias: str = ""
    address: str = ""
    prefix: int = 32
    link: Link | None = None
    vlan: int = 0

    @property
    def key(self) -> str:
        """How people and the control channel name it: `ams-core-1:HundredGigE0/0/0/0`."""
        return f"{self.device.name}:{self.name}"

    @property
    def is_physical(self) -> bool:
        return self.kind in ("ethernet", "pon", "radio")

    @property
    def far(self) -> Port | None:
        """The port at the other end; None when nothing of ours is there."""
        if self.link is None:
            return None
        return self.link.b if self.link.a is self else self.link.a


@dataclass(slots=True, eq=False)
class Link:
    """A cable from `a` to `b`; `b` is None when a subscriber or a transit provider is there.

    `purpose` is core, ring, access, management, subscriber, transit. `down` and `up` are the mean
    demand in bit/s of what hangs on a subscriber link. `sees` names the protocols that show it.
    """

    a: Port
    b: Port | None
    purpose: str
    metric: int = 10
    down: float = 0.0
    up: float = 0.0
    sees: frozenset[str] = frozenset({"lldp"})

    @property
    def key(self) -> str:
        return f"{self.a.key}--{self.b.key}" if self.b else self.a.key

    @property
    def speed(self) -> int:
        return min(self.a.speed, self.b.speed) if self.b else self.a.speed

    @property
    def ends(self) -> tuple[Port, ...]:
        return (self.a, self.b) if self.b else (self.a,)


@dataclass(frozen=True, slots=True)
class Onu:
    """A subscriber's optical terminal on a PON port; powers in dBm, distance in metres."""

    number: int
    serial: bytes
    name: str
    distance: int
    receive: float
    transmit: float
    online: bool


@dataclass(frozen=True, slots=True)
class BgpPeer:
    """A BGP session; `far` is the device at the other end, None outside our network."""

    address: str
    remote_as: int
    local: str
    far: Device | None
    port: Port | None
    prefixes: int


@dataclass(slots=True, eq=False)
class Device:
    """One box. `address` is where it is managed, `serial` what is printed on it."""

    name: str
    role: str
    site: Site
    rack: str
    character: Character
    serial: str
    mac: bytes
    address: str
    number: int
    ports: list[Port] = field(default_factory=list)
    onus: dict[int, list[Onu]] = field(default_factory=dict)
    """By position of the PON port."""
    clients: dict[int, list[bytes]] = field(default_factory=dict)
    """MAC addresses heard at a subscriber or radio port, by its position."""
    peers: list[BgpPeer] = field(default_factory=list)
    router_id: str = ""
    listens_on: str = ""
    """Where its sockets are, if not at its own address (systems that have only 127.0.0.1)."""
    snmp_port: int = 0
    ssh_port: int = 0

    @property
    def location(self) -> str:
        return self.site.location(self.rack)

    @property
    def is_router(self) -> bool:
        return bool(self.router_id)

    @property
    def host(self) -> str:
        """The address to reach it at."""
        return self.listens_on or self.address

    def port(self, name: str) -> Port | None:
        """By full or short name."""
        for port in self.ports:
            if name in (port.name, port.short):
                return port
        return None

    def neighbours(self, protocol: str) -> list[tuple[Port, Port]]:
        """Our port and theirs, for every cable `protocol` would show."""
        return [
            (port, port.far)
            for port in self.ports
            if port.link and port.far and protocol in port.link.sees
        ]


@dataclass(slots=True)
class Plan:
    """The whole network as it was built."""

    seed: int
    sites: dict[str, Site] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)

    def at(self, site: str) -> list[Device]:
        """Everything in one site."""
        return [device for device in self.devices.values() if device.site.key == site]

    def find_port(self, key: str) -> Port | None:
        """A port by `device:port`."""
        name, _, port = key.partition(":")
        device = self.devices.get(name)
        return device.port(port) if device and port else None
