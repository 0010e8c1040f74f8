"""The network while it runs: what is up, what has been counted, what the sensors read.

Everything is answered for a moment `at` (unix seconds). Nothing runs between questions: meters are
formulas, and only an event (a fault, a mend, a device that finished booting) changes the state.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import pi, sin
from zlib import crc32

from noc_console.lab import routing
from noc_console.lab.clock import Agenda, LabClock
from noc_console.lab.effects import Settings
from noc_console.lab.model import BgpPeer, Device, Link, Plan, Port
from noc_console.lab.notices import Notice, What
from noc_console.lab.waves import DAY, EPOCH, PEAK, STEADY, Meter, Wave

BOOT_S = 12.0
"""How long a device stays silent while it boots."""

CHATTER_BPS = 6_000.0
"""Hellos, keepalives and our own polling: what every link carries."""

FILL = 0.98
"""A link never carries more than this share of its speed; the rest is discarded."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a port has counted, and its rates just then (bit/s)."""

    in_octets: int
    out_octets: int
    in_packets: int
    out_packets: int
    in_errors: int
    out_errors: int
    in_discards: int
    out_discards: int
    in_bps: float
    out_bps: float


@dataclass(slots=True, eq=False)
class Line:
    """A link's moving parts. `cuts` names the faults that hold it down; `fade` is dB lost."""

    link: Link
    octets: tuple[Meter, Meter]
    errors: tuple[Meter, Meter]
    discards: tuple[Meter, Meter]
    packet: int
    """Mean packet size in octets."""
    initial: tuple[float, float]
    error_floor: float
    up: bool = True
    cuts: set[str] = field(default_factory=set)
    fade: float = 0.0

    @property
    def meters(self) -> tuple[Meter, ...]:
        return self.octets + self.errors + self.discards


@dataclass(slots=True, eq=False)
class Node:
    """A device's moving parts. `dark` names the faults that keep it off."""

    device: Device
    boots: int
    boot_at: float
    wave: Wave
    alive: bool = True
    cut_off: bool = False
    """It forwards, but nobody reaches its management address any more."""
    dark: set[str] = field(default_factory=set)
    extra_cpu: float = 0.0
    on_battery_since: float | None = None
    has_rebooted: bool = False
    bases: dict[int, list[float]] = field(default_factory=dict)
    changed: dict[int, float] = field(default_factory=dict)
    """When a port last went up or down, by position."""

    @property
    def answers(self) -> bool:
        """Whether its management is reached."""
        return self.alive and not self.cut_off


class World:
    """The state of the lab; `listeners` hear every notice, in order."""

    def __init__(self, plan: Plan, clock: LabClock, *, speed: float = 1.0) -> None:
        self.plan = plan
        self.now = clock.now
        self.speed = speed
        self.agenda = Agenda()
        self.listeners: list[Callable[[Notice], None]] = []
        self.settings = Settings(self)
        self.nodes = {d.name: self._node(d, clock.now()) for d in plan.devices.values()}
        self._lines: dict[Link, Line] = {}
        self._guards: dict[Port | Device, Callable[[float], bool]] = {}
        first = routing.loads(plan, lambda _link: True)
        for link in plan.links:
            self._lines[link] = self._line(link, first.get(link, [0.0, 0.0]))

    def _node(self, device: Device, now: float) -> Node:
        """Its last boot lies on a fixed grid of its own, so a restarted lab finds it again."""
        rng = random.Random(f"{self.plan.seed}/{device.name}/boot")
        period = rng.uniform(90, 420) * DAY
        offset = rng.uniform(0, period)
        age = max(3600.0, (now - EPOCH + offset) % period)
        boots = int((now - EPOCH + offset) // period) + 2
        wave = Wave(random.Random(f"{self.plan.seed}/{device.name}/cpu"), speed=self.speed)
        return Node(device, boots, float(int(now - age)), wave)

    def _line(self, link: Link, load: list[float]) -> Line:
        rng = random.Random(f"{self.plan.seed}/{link.key}")
        waves = Wave(rng, speed=self.speed), Wave(rng, speed=self.speed)
        levels = self._fit(link, load[0])[0] / 8, self._fit(link, load[1])[0] / 8
        # A healthy line still drops a frame now and then; radios more.
        floor = 10 ** rng.uniform(-6, -4.5) * (200 if link.a.kind == "radio" else 1)
        return Line(
            link,
            (Meter(waves[0], levels[0]), Meter(waves[1], levels[1])),
            (Meter(STEADY, floor), Meter(STEADY, floor / 2)),
            (Meter(STEADY), Meter(STEADY)),
            packet=rng.randint(620, 940),
            initial=levels,
            error_floor=floor,
        )

    @staticmethod
    def _fit(link: Link, bps: float) -> tuple[float, float]:
        """What of a mean load fits through, and what is left over."""
        bps += CHATTER_BPS
        room = link.speed * 1e6 * FILL / PEAK
        return min(bps, room), max(0.0, bps - room)

    # -- state ---------------------------------------------------------------------------

    def node(self, device: Device) -> Node:
        return self.nodes[device.name]

    def line(self, link: Link) -> Line:
        return self._lines[link]

    def lines(self) -> Iterable[Line]:
        return self._lines.values()

    def is_alive(self, device: Device) -> bool:
        """Whether it answers anything."""
        return self.nodes[device.name].alive

    def answers(self, device: Device) -> bool:
        """Whether it can be managed; what is cut off still forwards."""
        return self.nodes[device.name].answers

    def is_up(self, port: Port) -> bool:
        """ifOperStatus, as a question."""
        if not port.is_physical:
            return True
        return port.link is not None and self._lines[port.link].up

    def uptime(self, device: Device, at: float) -> float:
        """Seconds since it booted."""
        return max(0.0, at - self.nodes[device.name].boot_at)

    def while_up(self, port: Port) -> Callable[[float], bool]:
        """A guard for rows that come and go with a port; the same one each time."""
        guard = self._guards.get(port)
        if guard is None:
            guard = self._guards[port] = lambda _at: self.is_up(port)
        return guard

    def while_alive(self, device: Device) -> Callable[[float], bool]:
        """A guard for rows that come and go with a device."""
        guard = self._guards.get(device)
        if guard is None:
            guard = self._guards[device] = lambda _at: self.is_alive(device)
        return guard

    def last_change(self, port: Port) -> float:
        """When the port last went up or down (unix seconds); a port never touched: at boot."""
        node = self.nodes[port.device.name]
        return node.changed.get(port.position, node.boot_at + 20 + port.position / 10)

    def session_up(self, peer: BgpPeer) -> bool:
        """Whether a BGP session stands."""
        if self.settings.closed and frozenset((peer.local, peer.address)) in self.settings.closed:
            return False
        if peer.far is not None:
            return self.is_alive(peer.far) and any(
                self.is_up(p) for p in peer.far.ports if p.kind == "ethernet" and p.far
            )
        return peer.port is None or self.is_up(peer.port)

    # -- counters ------------------------------------------------------------------------

    def _raw(self, port: Port, line: Line, at: float) -> list[float]:
        """In and out octets, errors, discards since the meters began."""
        inwards, outwards = (1, 0) if line.link.a is port else (0, 1)
        return [
            line.octets[inwards].value(at),
            line.octets[outwards].value(at),
            line.errors[inwards].value(at),
            0.0,
            0.0,
            line.discards[outwards].value(at),
        ]

    def _base(self, port: Port, line: Line) -> list[float]:
        """What the meters had counted when the device booted."""
        node = self.nodes[port.device.name]
        base = node.bases.get(port.position)
        if base is None:
            inwards, outwards = (1, 0) if line.link.a is port else (0, 1)
            boot = node.boot_at
            errors = line.error_floor / (1 if inwards == 0 else 2)
            base = [
                line.initial[inwards] * line.octets[inwards].wave.area(boot),
                line.initial[outwards] * line.octets[outwards].wave.area(boot),
                errors * (boot - EPOCH),
                0.0,
                0.0,
                0.0,
            ]
            node.bases[port.position] = base
        return base

    def octets(self, port: Port, at: float, *, out: bool) -> int:
        """Octets since the device booted."""
        line = self._lines.get(port.link) if port.link else None
        if line is None:
            return 0
        forward = (line.link.a is port) == out
        meter = line.octets[0 if forward else 1]
        return max(0, int(meter.value(at) - self._base(port, line)[1 if out else 0]))

    def packets(self, port: Port, at: float, *, out: bool) -> int:
        """Packets since the device booted."""
        line = self._lines.get(port.link) if port.link else None
        return self.octets(port, at, out=out) // line.packet if line else 0

    def faults_in(self, port: Port, at: float) -> tuple[int, int]:
        """Received errors and discarded outgoing packets since the device booted."""
        line = self._lines.get(port.link) if port.link else None
        if line is None:
            return 0, 0
        raw, base = self._raw(port, line, at), self._base(port, line)
        return max(0, int(raw[2] - base[2])), max(0, int(raw[5] - base[5]))

    def rate(self, port: Port, at: float, *, out: bool) -> float:
        """bit/s just then."""
        line = self._lines.get(port.link) if port.link else None
        if line is None:
            return 0.0
        forward = (line.link.a is port) == out
        return line.octets[0 if forward else 1].rate(at) * 8

    def counts(self, port: Port, at: float) -> Counts:
        """All counters of a port at once, for command lines."""
        errors, discards = self.faults_in(port, at)
        return Counts(
            self.octets(port, at, out=False),
            self.octets(port, at, out=True),
            self.packets(port, at, out=False),
            self.packets(port, at, out=True),
            errors,
            0,
            0,
            discards,
            self.rate(port, at, out=False),
            self.rate(port, at, out=True),
        )

    # -- sensors -------------------------------------------------------------------------

    def cpu(self, device: Device, at: float) -> int:
        """Percent, 1 to 100."""
        node = self.nodes[device.name]
        return min(
            100, max(1, round(device.character.cpu_idle * node.wave.height(at) + node.extra_cpu))
        )

    def memory(self, device: Device, at: float) -> float:
        """Share used, 0 to 1: slowly growing since the last boot, as memory does."""
        node = self.nodes[device.name]
        start = 0.34 + crc32(device.name.encode()) % 19 / 100
        leak = min(0.08, (at - node.boot_at) / (200 * DAY) * 0.08)
        return start + leak + 0.008 * sin(at / 97) + node.extra_cpu / 1500

    def temperature(self, device: Device, at: float, sensor: int = 0) -> float:
        """°C of a sensor: the room's day, the load, and a little of its own."""
        own = crc32(f"{device.name}/{sensor}".encode()) % 70 / 10
        room = 2.0 * sin(2 * pi * (at * self.speed - 9 * 3600) / DAY)
        return 29 + own + room + 0.3 * sin(at / 61 + own) + self.cpu(device, at) * 0.12

    def optics(self, port: Port, at: float) -> tuple[float, float]:
        """Received and sent power in dBm; -40 is darkness."""
        own = crc32(port.key.encode())
        sent = -1.5 + own % 25 / 10 if port.speed < 100_000 else 0.8 + own % 15 / 10
        line = self._lines.get(port.link) if port.link else None
        if line is None:
            return -40.0, sent
        far = line.link.b if line.link.a is port else line.link.a
        if line.cuts or (far is not None and not self.is_alive(far.device)):
            return -40.0, sent
        loss = 2.0 + own // 64 % 45 / 10 + (4.0 if line.link.purpose == "ring" else 0.0)
        return sent - loss - line.fade + 0.08 * sin(at / 37 + own % 7), sent

    # -- change --------------------------------------------------------------------------

    def tell(self, notice: Notice) -> None:
        """Let a device report, if it is alive to do so."""
        if self.answers(notice.device):
            for listener in self.listeners:
                listener(notice)

    def power_off(self, device: Device, owner: str, at: float) -> None:
        """It stops answering at once; call `settle` when all devices of the event are done."""
        node = self.node(device)
        node.dark.add(owner)
        node.alive = False

    def power_on(self, device: Device, owner: str, at: float, *, silent_s: float = BOOT_S) -> None:
        """Power returns; after booting it answers again, with its counters at nought."""
        node = self.node(device)
        node.dark.discard(owner)
        if node.dark or node.alive:
            return

        def booted(then: float) -> None:
            if not node.dark and not node.alive:
                self._boot(node, then)
                self.settings.booted(device)
                self.settle(then)
                self.tell(Notice(What.COLD_START, device, then))

        self.agenda.add(at + silent_s, booted, owner=f"boot/{device.name}")

    def _boot(self, node: Node, at: float) -> None:
        node.alive = True
        node.boots += 1
        node.boot_at = at
        node.has_rebooted = True
        node.changed.clear()
        node.on_battery_since = None
        for port in node.device.ports:
            if port.link is not None:
                node.bases[port.position] = self._raw(port, self._lines[port.link], at)

    def settle(self, at: float) -> None:
        """After a change: which links are up now, where the traffic goes, who tells about it."""
        flipped: list[Line] = []
        for line in self._lines.values():
            up = not line.cuts and all(self.is_alive(end.device) for end in line.link.ends)
            if up != line.up:
                line.up = up
                flipped.append(line)
        if not flipped:
            return
        self._reroute(at)
        for line in flipped:
            for end in line.link.ends:
                self.nodes[end.device.name].changed[end.position] = at
                self.tell(Notice(What.LINK_UP if line.up else What.LINK_DOWN, end.device, at, end))
        self._tell_sessions(flipped, at)

    def calm(self, at: float) -> None:
        """No fault bends anything: traffic on the links that are up, errors at their floor."""
        self._reroute(at)
        for line in self._lines.values():
            for way, meter in enumerate(line.errors):
                meter.change(line.error_floor / (way + 1), at)

    def _reroute(self, at: float) -> None:
        loads = routing.loads(self.plan, lambda link: self._lines[link].up)
        for link, line in self._lines.items():
            for way, load in enumerate(loads.get(link, (0.0, 0.0))):
                fits, over = self._fit(link, load) if line.up else (0.0, 0.0)
                line.octets[way].change(fits / 8, at)
                line.discards[way].change(over / 8 / line.packet, at)

    def _tell_sessions(self, flipped: list[Line], at: float) -> None:
        """eBGP falls with its link; iBGP finds another way unless the far router is gone."""
        what = {True: What.BGP_UP, False: What.BGP_DOWN}
        for line in flipped:
            for end in line.link.ends:
                for peer in end.device.peers:
                    if peer.port is end:
                        notice = Notice(what[line.up], end.device, at, end, peer=peer.address)
                        self.tell(notice)
