"""The lab as a whole: sockets, agents, command lines, faults, traps, syslog.

async with open_lab(plan.small()) as lab:
    lab.seeds            # ("127.20.1.1:40123", …)
    lab.fail("link-down", "ams-core-1:HundredGigE0/0/0/0")
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import cast

from noc_console.kernel.errors import Broken
from noc_console.lab import mib, replay, state, traps
from noc_console.lab.agent import Agent
from noc_console.lab.clock import LabClock, ManualClock, WallClock
from noc_console.lab.faults import CATALOGUE, Faults
from noc_console.lab.flows import EVERY_S, Exporter
from noc_console.lab.model import Device, Plan
from noc_console.lab.notices import Notice
from noc_console.lab.shell import Shells
from noc_console.lab.tables.system import engine_id
from noc_console.lab.tree import Tree
from noc_console.lab.world import World
from noc_console.services.lab.model import ActiveFault, FaultKind, LabDevice, LabStatus
from noc_console.wire.keys import AuthProtocol, PrivProtocol, User, make_user
from noc_console.wire.usm import Authoritative

SNMP_PORT = 1161
SSH_PORT = 2222
FIRST_OWN_PORT = 21_000
"""Where ports begin when all devices share 127.0.0.1."""

Peer = tuple[str, int]


def lab_users() -> list[User]:
    """Who may ask by SNMPv3; the pass phrases are printed in the manual."""
    return [
        make_user(
            "noc", AuthProtocol.SHA256, b"lab-auth-pass", PrivProtocol.AES128, b"lab-priv-pass"
        )
    ]


@dataclass(frozen=True, slots=True)
class Options:
    """How to run a lab. Port 0 takes one free port for all devices; None starts no such server."""

    snmp_port: int = SNMP_PORT
    ssh_port: int | None = SSH_PORT
    trap_to: Peer | None = None
    syslog_to: Peer | None = None
    flows_to: Peer | None = None
    speed: float = 1.0
    state_file: Path | None = None
    clock: LabClock = field(default_factory=WallClock)
    own_addresses: bool | None = None
    """None: find out."""


class Lab:
    """A running lab. Use `open_lab`."""

    def __init__(self, plan: Plan, options: Options) -> None:
        self.plan = plan
        self.options = options
        self.clock = options.clock
        self.world = World(plan, options.clock, speed=options.speed)
        self.faults = Faults(self.world)
        self.agents: dict[str, Agent] = {}
        self.traps_sent = 0
        self.syslog_sent = 0
        self.started_at = self.clock.now()
        self._shells = Shells(self.world)
        self._transports: dict[str, asyncio.DatagramTransport] = {}
        self._users = lab_users()
        self._engines: dict[str, Authoritative] = {}
        self._trees: dict[str, Tree] = {}
        self._library = replay.Library(self.clock)
        self._timer: asyncio.TimerHandle | None = None
        self._exporters: dict[str, Exporter] = {}
        self._export_timer: asyncio.TimerHandle | None = None
        self._request_ids = count(1)
        self._is_resumed = False
        self.world.settings.forget = self._build_anew

    # -- life ----------------------------------------------------------------------------

    async def start(self) -> None:
        """Open every socket, take up what was broken before, start the agenda."""
        spare = _use_addresses(self.plan, self.options)
        raise_file_limit(2 * len(self.plan.devices) + 512)
        loop = asyncio.get_running_loop()
        for device in self.plan.devices.values():
            agent = self._agent(device)
            self.agents[device.name] = agent
            transport, _ = await loop.create_datagram_endpoint(
                lambda agent=agent, device=device: _Endpoint(self, device, agent),  # type: ignore[misc]
                sock=spare.pop(device.name),
            )
            self._transports[device.name] = transport
        if self.options.ssh_port is not None:
            for device in self.plan.devices.values():
                device.ssh_port = await self._shells.open(device, device.host, device.ssh_port)
        self._resume()
        self._is_resumed = True
        self.world.listeners.append(self._report)
        self.world.agenda.on_change = self._set_timer
        self._set_timer()
        if self.options.flows_to is not None:
            at = self.clock.now()
            for device in self.plan.devices.values():
                if device.is_router and not isinstance(device.character, replay.Recorded):
                    self._exporters[device.name] = Exporter(self.world, device, at)
            self._export_later()

    def _resume(self) -> None:
        if self.options.state_file is None:
            return
        now = self.clock.now()
        broken = state.load(self.options.state_file, self.world)
        self.world.calm(now)
        self.faults.resume(broken, now)
        self.world.agenda.run(now)

    async def close(self) -> None:
        """Close every socket; what was broken is remembered in the state file."""
        for timer in (self._timer, self._export_timer):
            if timer is not None:
                timer.cancel()
        self.world.agenda.on_change = lambda: None
        self._remember()
        for transport in self._transports.values():
            transport.close()
        await self._shells.close()
        await asyncio.sleep(0)

    def _agent(self, device: Device) -> Agent:
        return Agent(
            tree=lambda: self.tree(device),
            communities=replay.communities(device),
            engine=lambda: self._engine(device),
        )

    def tree(self, device: Device) -> Tree:
        """The device's MIB, built when first asked for."""
        tree = self._trees.get(device.name)
        if tree is None:
            if isinstance(device.character, replay.Recorded):
                return self._library.tree(device.character.path)
            tree = self._trees[device.name] = mib.build(self.world, device)
        return tree

    def _build_anew(self, device: Device) -> None:
        """Its descriptions or its version changed: its MIB is built again when asked for."""
        self._trees.pop(device.name, None)
        if not self.world.answers(device):
            self._shells.hang_up(device)
        if self._is_resumed:
            self._remember()

    def _engine(self, device: Device) -> Authoritative:
        """The SNMPv3 engine; another one after each reboot."""
        node = self.world.node(device)
        engine = self._engines.get(device.name)
        if engine is None or engine.boots != node.boots:
            own = None
            if isinstance(device.character, replay.Recorded):
                own = replay.recorded_engine_id(self.tree(device))
            engine = Authoritative(
                own or engine_id(device), node.boots, self._users, started=node.boot_at
            )
            self._engines[device.name] = engine
        return engine

    # -- use -----------------------------------------------------------------------------

    @property
    def seeds(self) -> tuple[str, ...]:
        """Where to start a discovery: `address:port` of every agent, core routers first."""
        return tuple(f"{d.host}:{d.snmp_port}" for d in self.plan.devices.values())

    def device(self, name: str) -> Device:
        return self.plan.devices[name]

    def catalogue(self) -> tuple[FaultKind, ...]:
        """What can be broken."""
        return tuple(handling.kind for handling in CATALOGUE.values())

    def fail(self, name: str, target: str | None = None) -> ActiveFault:
        """Break something now."""
        fault = self.faults.begin(name, target, self.clock.now())
        self._after_change()
        return fault

    def mend(self, what: str) -> list[ActiveFault]:
        """Mend a fault by id or name."""
        mended = self.faults.mend(what, self.clock.now())
        self._after_change()
        return mended

    def mend_all(self) -> list[ActiveFault]:
        """Mend everything."""
        mended = self.faults.mend_all(self.clock.now())
        self._after_change()
        return mended

    def advance(self, seconds: float) -> None:
        """Let a manual clock run on, doing what falls due on the way."""
        assert isinstance(self.clock, ManualClock)
        end = self.clock.at + seconds
        while (due := self.world.agenda.next) is not None and due <= end:
            self.clock.at = max(self.clock.at, due)
            self.world.agenda.run(self.clock.at)
        self.clock.at = end
        self._after_change()

    def status(self) -> LabStatus:
        """What runs, what is broken, what has been asked."""
        return LabStatus(
            running=True,
            devices=tuple(self._describe(device) for device in self.plan.devices.values()),
            faults=tuple(self.faults.active.values()),
            sites=tuple(self.plan.sites),
            requests=sum(agent.counters.requests for agent in self.agents.values()),
            traps=self.traps_sent,
            syslog=self.syslog_sent,
            started_at=self.started_at,
            seed=self.plan.seed,
        )

    def _describe(self, device: Device) -> LabDevice:
        return LabDevice(
            name=device.name, role=device.role, vendor=device.character.vendor,
            model=device.character.model, site=device.site.key, city=device.site.city,
            address=device.host, snmp_port=device.snmp_port, ssh_port=device.ssh_port,
            alive=self.world.is_alive(device),
            ports=tuple(port.name for port in device.ports if port.link is not None),
        )  # fmt: skip

    # -- within --------------------------------------------------------------------------

    def _after_change(self) -> None:
        for device in self.plan.devices.values():
            if not self.world.answers(device):
                self._shells.hang_up(device)
        self._remember()
        self._set_timer()

    def _remember(self) -> None:
        if self.options.state_file is not None:
            state.save(self.options.state_file, self.world, list(self.faults.active.values()))

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self.world.agenda.next
        if due is not None and not isinstance(self.clock, ManualClock):
            delay = max(0.0, due - self.clock.now())
            self._timer = asyncio.get_running_loop().call_later(delay, self._run_due)

    def _run_due(self) -> None:
        self._timer = None
        self.world.agenda.run(self.clock.now())
        self._after_change()

    def _report(self, notice: Notice) -> None:
        """Send the traps and the syslog line from the device's own socket, hence its address."""
        transport = self._transports.get(notice.device.name)
        if transport is None or transport.is_closing():
            return
        if self.options.trap_to is not None:
            for data in traps.traps(self.world, notice, next(self._request_ids)):
                transport.sendto(data, self.options.trap_to)
                self.traps_sent += 1
        line = traps.syslog(notice) if self.options.syslog_to is not None else None
        if line is not None:
            transport.sendto(line, self.options.syslog_to)
            self.syslog_sent += 1

    def _export_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._export_timer = loop.call_later(EVERY_S, self._export)

    def _export(self) -> None:
        """Send the flows of every router from its own address."""
        at = self.clock.now()
        for name, exporter in self._exporters.items():
            for data in exporter.datagrams(at):
                self._transports[name].sendto(data, self.options.flows_to)
        self._export_later()


class _Endpoint(asyncio.DatagramProtocol):
    """One agent's socket."""

    def __init__(self, lab: Lab, device: Device, agent: Agent) -> None:
        self._alive = lab.world.node(device)
        self._now = lab.clock.now
        self._answer = agent.answer
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # asyncio's own transport does not inherit from the class it is documented as
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if not self._alive.answers:
            return
        reply = self._answer(data, self._now())
        if reply is not None and self._transport is not None:
            self._transport.sendto(reply, addr)


@asynccontextmanager
async def open_lab(plan: Plan, options: Options | None = None) -> AsyncIterator[Lab]:
    """A lab for as long as the block lasts; without options on one free port, silent."""
    lab = Lab(plan, options or Options(snmp_port=0, ssh_port=0))
    try:
        await lab.start()
        yield lab
    finally:
        await lab.close()


def _use_addresses(plan: Plan, options: Options) -> dict[str, socket.socket]:
    """Bind every agent's UDP socket; devices learn their addresses and ports."""
    own = can_bind("127.20.0.1") if options.own_addresses is None else options.own_addresses
    devices = list(plan.devices.values())
    if own:
        return _bind_same_port(devices, options)
    bound: dict[str, socket.socket] = {}
    for number, device in enumerate(devices):
        device.listens_on = "127.0.0.1"  # the plan's addresses stay in the tables
        device.snmp_port = 0 if options.snmp_port == 0 else FIRST_OWN_PORT + number
        device.ssh_port = 0 if not options.ssh_port else FIRST_OWN_PORT + 2_000 + number
        bound[device.name] = _bind(device)
    return bound


def _bind_same_port(devices: list[Device], options: Options) -> dict[str, socket.socket]:
    """The same port on every address; with port 0, one that is free on all of them."""
    for _ in range(20):
        port = options.snmp_port
        bound: dict[str, socket.socket] = {}
        try:
            for device in devices:
                device.snmp_port = port
                device.ssh_port = options.ssh_port or 0
                bound[device.name] = _bind(device)
                port = device.snmp_port
        except Broken:
            for each in bound.values():
                each.close()
            if options.snmp_port:
                raise
            continue
        return bound
    raise Broken("found no UDP port that is free on all the lab's addresses")


def _bind(device: Device) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    try:
        sock.bind((device.host, device.snmp_port))
    except OSError as error:
        sock.close()
        raise Broken(
            f"cannot listen on {device.host}:{device.snmp_port} ({error.strerror}): "
            "is another lab running? Choose --base or --snmp-port"
        ) from error
    device.snmp_port = int(sock.getsockname()[1])
    return sock


def can_bind(address: str) -> bool:
    """Whether this system has all of 127/8 (Linux has; others only 127.0.0.1)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.bind((address, 0))
        except OSError:
            return False
    return True


def raise_file_limit(wanted: int) -> None:
    """Two sockets a device: the usual 1,024 open files are soon used up."""
    if os.name != "posix":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, limit), hard))
