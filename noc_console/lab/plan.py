"""Builds the simulated ISP from a seed: three cities on a ring, and in each the same small network.

core-1 and core-2 face the other cities, edge routers have transit, the broadband gateway ends
subscribers' sessions, two aggregation switches carry access switches, OLTs and radio; every site
has a UPS. `full` is 66 devices, `small` 6, `of_size` as many as asked for.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, replace
from math import ceil

from noc_console.kernel.errors import Invalid
from noc_console.lab.characters.base import Character
from noc_console.lab.characters.cisco import Isr, Xr
from noc_console.lab.characters.juniper import Mx
from noc_console.lab.cities import (
    ACCESS,
    ACCESS_POINT,
    CITIES,
    GATEWAY,
    OLT,
    RADIO_ROUTER,
    SERVER,
    UPS,
    City,
)
from noc_console.lab.model import BgpPeer, Device, Link, Onu, Plan, Port, Site
from noc_console.lab.tables.protocols import OWN_AS

DEFAULT_SEED = 1
DEFAULT_BASE = "127.20.0.0"
_TRANSIT_AS = (64_501, 64_502, 64_503)
_MBIT = 1e6
_RINGS_PER_PAIR = 18
_LONG_RING = 8
MOST_ROUTERS = 700
_IN_TURN: tuple[Character, ...] = (Mx(), Isr(), Xr())


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of everything a city gets."""

    cities: int = 3
    rings: int = 2
    """Access rings."""
    ring_size: int = 2
    """Switches in a ring, which begins at one aggregation switch and ends at its twin."""
    olts: int = 2
    aps: int = 4
    edges: int = 2
    has_gateway: bool = True
    has_server: bool = True
    ups: int = 3


SMALL = Extent(
    cities=1, rings=0, olts=1, aps=0, edges=0, has_gateway=False, has_server=False, ups=1
)


def full(seed: int = DEFAULT_SEED) -> Plan:
    """The lab as `noc-console lab` runs it: 66 devices."""
    return build(seed, Extent())


def small(seed: int = DEFAULT_SEED) -> Plan:
    """Six devices of one city, for tests: two cores, an aggregation and an access switch, an OLT
    and a UPS."""
    return build(seed, SMALL)


def routers(
    count: int,
    seed: int = DEFAULT_SEED,
    *,
    base: str = DEFAULT_BASE,
    kinds: tuple[Character, ...] = _IN_TURN,
) -> Plan:
    """A chain of routers that take configuration, of these kinds in turn: for trying changes."""
    if not 2 <= count <= MOST_ROUTERS:
        raise Invalid(f"2 to {MOST_ROUTERS} routers", field="routers")
    return _Builder(seed, SMALL, base).chain(count, kinds)


def of_size(devices: int, seed: int = DEFAULT_SEED) -> Plan:
    """At least that many devices."""
    return build(seed, extent_of(devices))


def extent_of(devices: int) -> Extent:
    """Grows as networks do: more access rings, then longer ones, then more aggregation for them.

    0 is the usual size. Beyond about 2,000 devices the cores have no ports left: refused.
    """
    extent = Extent()
    besides = 2 + extent.edges + 1 + 2 + extent.olts + 1 + extent.aps + 1 + extent.ups
    wanted = max(0, ceil(devices / extent.cities) - besides)
    size = 2 if wanted <= 2 * _RINGS_PER_PAIR else _LONG_RING
    rings = max(extent.rings, ceil(wanted / size))
    if rings > 4 * _RINGS_PER_PAIR:
        raise Invalid(f"a lab of {devices} devices is too large; 1,700 fit", field="devices")
    return replace(extent, rings=rings, ring_size=size)


def build(seed: int, extent: Extent, *, base: str = DEFAULT_BASE) -> Plan:
    """A plan from a seed; the same seed gives the same plan, whatever else runs."""
    return _Builder(seed, extent, base).build()


class _Builder:
    def __init__(self, seed: int, extent: Extent, base: str) -> None:
        self._plan = Plan(seed)
        self._extent = extent
        octets = base.split(".")
        self._net = f"{octets[0]}.{octets[1]}"
        self._links_net = f"{octets[0]}.{int(octets[1]) + 1}"
        self._transit_net = f"{octets[0]}.{int(octets[1]) + 9}"
        self._city_number = 0
        self._in_city = 0
        self._next_link = 0
        self._next_transit = 0

    def build(self) -> Plan:
        cities = CITIES[: self._extent.cities]
        for number, city in enumerate(cities, 1):
            self._city_number, self._in_city = number, 0
            self._city(city)
        self._ring([city.code for city in cities])
        for device in self._plan.devices.values():
            self._describe_ports(device)
        self._sessions([city.code for city in cities])
        return self._plan

    def chain(self, count: int, kinds: tuple[Character, ...]) -> Plan:
        city = CITIES[0]
        self._city_number = 1
        self._city_sites(city, 1)
        site = next(iter(self._plan.sites.values()))
        chain = [
            self._device(city, "edge", n, kinds[(n - 1) % len(kinds)], site)
            for n in range(1, count + 1)
        ]
        for a, b in itertools.pairwise(chain):
            self._wire(a, b, "core", 10_000)
            for one, other in ((a, b), (b, a)):
                one.peers.append(self._inside(one, other))
        for device in chain:
            self._describe_ports(device)
        return self._plan

    # -- devices -------------------------------------------------------------------------

    def _city(self, city: City) -> None:
        extent = self._extent
        sites = self._city_sites(city, max(1, extent.ups))
        pop, hubs = sites[0], sites[1:] or sites
        cores = [self._device(city, "core", n, c, pop) for n, c in enumerate(city.cores, 1)]
        self._wire(cores[0], cores[1], "core", 100_000)
        for n in range(1, extent.edges + 1):
            edge = self._device(city, "edge", n, city.edge, pop)
            for core in cores:
                self._wire(core, edge, "core", 100_000)
            self._transit(edge)
        if not extent.edges:
            self._transit(cores[0])
        if extent.has_gateway:
            gateway = self._device(city, "bng", 1, GATEWAY, pop)
            for core in cores:
                self._wire(core, gateway, "core", 100_000)
            wholesale = self._free(gateway, 10_000)
            wholesale.alias = "wholesale handover"
            self._subscriber(wholesale, down=2_100 * _MBIT, up=640 * _MBIT)
        aggs = self._aggregation(city, pop, cores)
        switches = self._access(city, aggs, hubs, cores)
        for n in range(1, extent.olts + 1):
            self._olt(city, n, hubs[(n - 1) % len(hubs)], aggs)
        if extent.aps:
            self._radio(city, hubs, aggs)
        if extent.has_server:
            server = self._device(city, "srv", 1, SERVER, pop)
            self._wire(aggs[0], server, "access", 10_000)
            self._subscriber(server.ports[1], down=60 * _MBIT, up=900 * _MBIT)
            server.ports[1].alias = "content cache"
        for n, site in enumerate(sites[: extent.ups], 1):
            ups = self._device(city, "ups", n, UPS, site)
            near = aggs[0] if n == 1 else next(s for s in switches if s.site is site)
            self._wire(near, ups, "management", 1_000, sees=frozenset())

    def _city_sites(self, city: City, count: int) -> list[Site]:
        sites = [
            Site(f"{city.code}-{n}", city.name, *place) for n, place in enumerate(city.sites, 1)
        ][:count]
        self._plan.sites.update((site.key, site) for site in sites)
        return sites

    def _aggregation(
        self, city: City, pop: Site, cores: list[Device], first: int = 1
    ) -> list[Device]:
        """A pair of aggregation switches on both cores (one alone when there are no rings)."""
        count = 2 if self._extent.rings else 1
        aggs = [self._device(city, "agg", n, city.agg, pop) for n in range(first, first + count)]
        for agg in aggs:
            for core in cores:
                self._wire(core, agg, "uplink", 25_000)
        if count == 2:
            self._wire(aggs[0], aggs[1], "access", 25_000)
        return aggs

    def _access(
        self, city: City, aggs: list[Device], hubs: list[Site], cores: list[Device]
    ) -> list[Device]:
        """Rings of switches between two aggregation switches; without rings, one switch."""
        switches: list[Device] = []
        for ring in range(self._extent.rings):
            if ring and ring % _RINGS_PER_PAIR == 0:
                aggs = self._aggregation(city, aggs[0].site, cores, first=ring // 9 + 1)
            site = hubs[ring % len(hubs)]
            members = [
                self._switch(city, len(switches) + n, site)
                for n in range(1, self._extent.ring_size + 1)
            ]
            chain = [aggs[0], *members, aggs[1]]
            for a, b in itertools.pairwise(chain):
                self._wire(a, b, "access", 10_000)
            switches += members
        if not switches:
            switches.append(self._switch(city, 1, hubs[0]))
            self._wire(aggs[0], switches[0], "access", 10_000)
        return switches

    def _switch(self, city: City, number: int, site: Site) -> Device:
        character = ACCESS[(number - 1) % len(ACCESS)]
        switch = self._device(city, "acc", number, character, site)
        self._customers(switch)
        return switch

    def _olt(self, city: City, number: int, site: Site, aggs: list[Device]) -> None:
        olt = self._device(city, "olt", number, OLT, site)
        for agg in aggs:
            self._wire(agg, olt, "access", 10_000)
        rng = self._rng(olt.name)
        for port in (port for port in olt.ports if port.kind == "pon"):
            onus = [self._onu(rng, olt, port, n) for n in range(rng.randint(14, 24))]
            olt.onus[port.position] = onus
            online = sum(onu.online for onu in onus)
            port.alias = f"PON tree {port.name[-1]}, {len(onus)} homes"
            self._subscriber(port, down=online * 24 * _MBIT, up=online * 3.5 * _MBIT)

    def _onu(self, rng: random.Random, olt: Device, port: Port, number: int) -> Onu:
        distance = rng.randint(220, 9800)
        receive = -14.5 - distance / 1000 * 0.35 - rng.choice((3.5, 7.0)) - rng.uniform(0, 1.5)
        return Onu(
            number=number,
            serial=b"HWTC" + rng.randbytes(4),
            name=f"{olt.name}-{port.name[-1]}-{number:02d}",
            distance=distance,
            receive=receive,
            transmit=rng.uniform(1.8, 2.9),
            online=rng.random() > 0.06,
        )

    def _radio(self, city: City, hubs: list[Site], aggs: list[Device]) -> None:
        router = self._device(city, "wlr", 1, RADIO_ROUTER, hubs[0])
        self._wire(aggs[0], router, "access", 10_000)
        for n in range(1, self._extent.aps + 1):
            ap = self._device(city, "ap", n, ACCESS_POINT, hubs[(n - 1) % len(hubs)])
            sees = frozenset({"lldp", "mndp"}) if n % 2 else frozenset({"mndp"})
            self._wire(router, ap, "access", 1_000, sees=sees)
            radio = next(port for port in ap.ports if port.kind == "radio")
            rng = self._rng(ap.name)
            ap.clients[radio.position] = [
                bytes.fromhex("64d154") + rng.randbytes(3) for _ in range(rng.randint(8, 22))
            ]
            radio.alias = "sector 5 GHz"
            count = len(ap.clients[radio.position])
            self._subscriber(radio, down=count * 6 * _MBIT, up=count * 0.9 * _MBIT)

    def _customers(self, switch: Device) -> None:
        """Business customers on most of the small ports; the rest is free."""
        rng = self._rng(switch.name)
        for port in [p for p in switch.ports if p.speed == 1_000 and p.kind == "ethernet"][:17]:
            if rng.random() < 0.2:
                continue
            port.alias = f"customer {rng.randint(1000, 9999)}"
            macs = [bytes.fromhex("a8c0ea") + rng.randbytes(3) for _ in range(rng.randint(1, 3))]
            switch.clients[port.position] = macs
            demand = rng.choice((20, 70, 150, 260, 430)) * _MBIT
            self._subscriber(port, down=demand, up=demand * rng.uniform(0.15, 0.6))

    def _device(
        self, city: City, role: str, number: int, character: Character, site: Site
    ) -> Device:
        name = f"{city.code}-{role}-{number}"
        self._in_city += 1
        # 250 devices a city in its own /24, then the one three further on.
        net, host = divmod(self._in_city - 1, 250)
        address = f"{self._net}.{self._city_number + 3 * net}.{host + 1}"
        rng = self._rng(name)
        mac = character.oui + rng.randbytes(2) + b"\x00"
        device = Device(
            name=name, role=role, site=site,
            rack=f"rack {rng.choice('ABCD')}{rng.randint(1, 24):02d}",
            character=character, serial=character.serial(rng), mac=mac, address=address,
            number=len(self._plan.devices) + 1,
        )  # fmt: skip
        self._ports(device)
        if role in ("core", "edge", "bng"):
            device.router_id = address
        self._plan.devices[name] = device
        return device

    def _ports(self, device: Device) -> None:
        for run in device.character.ports:
            for n in range(run.count):
                position = len(device.ports)
                low = int.from_bytes(device.mac[4:], "big") + position + 1
                device.ports.append(
                    Port(
                        device=device, position=position, name=run.name.format(n=run.first + n),
                        short=run.short.format(n=run.first + n), kind=run.kind, speed=run.speed,
                        if_index=run.index + n * run.step,
                        mac=device.mac[:4] + (low & 0xFFFF).to_bytes(2, "big"), optical=run.optical,
                    )
                )  # fmt: skip
        name, short, index = device.character.loopback
        vlan = bool(device.character.management_vlan)
        device.ports.append(
            Port(
                device=device, position=len(device.ports), name=name, short=short,
                kind="vlan" if vlan else "loopback", speed=1_000, if_index=index, mac=device.mac,
                alias="management", address=device.address, prefix=24 if vlan else 32,
            )
        )  # fmt: skip

    # -- cables --------------------------------------------------------------------------

    def _wire(
        self, a: Device, b: Device, purpose: str, speed: int, *,
        sees: frozenset[str] | None = None, metric: int = 10,
    ) -> Link:  # fmt: skip
        """The next free port of that speed on both sides; what both speak shows the cable."""
        if sees is None:
            sees = a.character.speaks & b.character.speaks
            if a.role == b.role == "acc" and "cdp" in sees:
                sees = frozenset({"cdp"})  # some cables only CDP knows
        link = Link(self._free(a, speed), self._free(b, speed), purpose, metric, sees=sees)
        for end in link.ends:
            end.link = link
        if purpose in ("core", "ring", "uplink"):
            self._number_link(link)
        self._plan.links.append(link)
        return link

    def _free(self, device: Device, speed: int) -> Port:
        """The cheapest free port that is fast enough, else the fastest there is."""
        free = [p for p in device.ports if p.kind == "ethernet" and p.link is None]
        enough = [p for p in free if p.speed >= speed]
        if not free:
            raise ValueError(f"{device.name} has no free port left")
        return (
            min(enough, key=lambda p: (p.speed, p.position))
            if enough
            else max(free, key=lambda p: (p.speed, -p.position))
        )

    def _number_link(self, link: Link) -> None:
        """A /31 for the two ends."""
        assert link.b is not None
        for end in (link.a, link.b):
            high, low = divmod(self._next_link, 256)
            end.address, end.prefix = f"{self._links_net}.{high}.{low}", 31
            self._next_link += 1

    def _subscriber(self, port: Port, *, down: float, up: float) -> None:
        port.link = Link(port, None, "subscriber", down=down, up=up)
        self._plan.links.append(port.link)

    def _transit(self, edge: Device) -> None:
        port = self._free(edge, 100_000)
        port.link = Link(port, None, "transit")
        number = self._next_transit
        self._next_transit += 1
        port.address, port.prefix = f"{self._transit_net}.{number}.1", 30
        port.alias = f"transit AS{_TRANSIT_AS[number % 3]}"
        self._plan.links.append(port.link)

    def _ring(self, codes: list[str]) -> None:
        if len(codes) < 3:
            return
        for n in (1, 2):
            for here, there in zip(codes, codes[1:] + codes[:1], strict=True):
                a, b = (
                    self._plan.devices[f"{here}-core-{n}"],
                    self._plan.devices[f"{there}-core-{n}"],
                )
                self._wire(a, b, "ring", 10_000, metric=100)

    def _describe_ports(self, device: Device) -> None:
        for port in device.ports:
            if port.far is not None:
                port.alias = f"to {port.far.device.name} {port.far.name}"

    # -- routing sessions ----------------------------------------------------------------

    def _sessions(self, codes: list[str]) -> None:
        """core-1 and core-2 reflect routes to their city and to each other; edges have transit."""
        devices = self._plan.devices
        cores = [devices[f"{code}-core-{n}"] for code in codes for n in (1, 2)]
        for core in cores:
            for other in cores:
                if other is not core:
                    core.peers.append(self._inside(core, other))
            for client in devices.values():
                if client.role in ("edge", "bng") and client.site.city == core.site.city:
                    core.peers.append(self._inside(core, client))
                    client.peers.append(self._inside(client, core))
        for device in devices.values():
            for port in device.ports:
                if port.link is not None and port.link.purpose == "transit":
                    number = int(port.alias.removeprefix("transit AS"))
                    far = port.address.rsplit(".", 1)[0] + ".2"
                    prefixes = self._rng(port.key).randint(905_000, 948_000)
                    device.peers.append(BgpPeer(far, number, port.address, None, port, prefixes))

    def _inside(self, device: Device, far: Device) -> BgpPeer:
        prefixes = self._rng(f"{device.name}>{far.name}").randint(80, 2_400)
        return BgpPeer(far.router_id, OWN_AS, device.router_id, far, None, prefixes)

    def _rng(self, what: str) -> random.Random:
        """Chance of its own for everything, so that adding one thing changes nothing else."""
        return random.Random(f"{self._plan.seed}/{what}")
