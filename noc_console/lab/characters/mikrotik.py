"""MikroTik: RouterOS on a wireless router and on access points."""

from __future__ import annotations

import random
from ipaddress import IPv4Interface

from noc_console.lab import menus
from noc_console.lab.characters.base import Character, Run
from noc_console.lab.characters.words import colons, columns, split_seconds, when
from noc_console.lab.cli import Commands
from noc_console.lab.model import BgpPeer, Device, Port
from noc_console.lab.notices import Notice, What
from noc_console.lab.setting import Tree
from noc_console.lab.tables import addressing, host, physical
from noc_console.lab.tree import Builder, Cell, signed, unsigned
from noc_console.lab.world import World
from noc_console.wire import ber

MTXR = "1.3.6.1.4.1.14988.1.1"
_FLASH_KB = 131_072


class RouterOs(Character):
    vendor = "MikroTik"
    enterprise = 14988
    object_id = "1.3.6.1.4.1.14988.1"
    oui = bytes.fromhex("488f5a")
    software = "7.12.1"
    speaks = frozenset({"lldp", "mndp"})
    loopback = ("lo-mgmt", "lo-mgmt", 60)
    has_entity = False
    prompt = "[noc@{name}] > "
    dialect = "menus"
    family = "routeros"

    def serial(self, rng: random.Random) -> str:
        return "HE" + "".join(rng.choices("0123456789ABCDEF", k=9))

    def describe(self, device: Device) -> str:
        return f"RouterOS {self.model}"

    def first_setting(self, device: Device) -> Tree:
        tree = _first_interfaces(device)
        tree["/ip address"] = {_first_address(port): {} for port in device.ports if port.address}
        tree["/routing bgp connection"] = {_first_peer(peer): {} for peer in device.peers}
        identity = menus.entry("set", {"name": device.name})
        snmp = menus.entry("set", {"enabled": "yes", "location": device.location})
        tree |= {"/snmp": {snmp: {}}, "/system identity": {identity: {}}}
        return {path: below for path, below in tree.items() if below}

    def refuse(self, line: str) -> str:
        return f"bad command name {line.split()[0].strip('/')} (line 1 column 1)"

    def tables(self, mib: Builder, world: World, device: Device) -> None:
        """MIKROTIK-MIB: health, licence, neighbours, optics, wireless; and HOST-RESOURCES."""

        def tenths(reading: float) -> bytes:
            return signed(round(reading * 10))

        mib.scalar(
            f"{MTXR}.3.8", ber.INTEGER, lambda _a, at: tenths(24 + world.cpu(device, at) / 400)
        )
        mib.scalar(
            f"{MTXR}.3.10", ber.INTEGER, lambda _a, at: tenths(world.temperature(device, at))
        )
        mib.scalar(
            f"{MTXR}.3.11", ber.INTEGER, lambda _a, at: tenths(world.temperature(device, at, 1) + 8)
        )
        mib.scalar(f"{MTXR}.4.1", ber.OCTETS, device.serial[:8])
        mib.scalar(f"{MTXR}.4.3", ber.INTEGER, 6)
        mib.scalar(f"{MTXR}.4.4", ber.OCTETS, self.software)
        mib.scalar(f"{MTXR}.7.3", ber.OCTETS, device.serial)
        mib.scalar(f"{MTXR}.7.4", ber.OCTETS, self.software)
        host.fill(mib, world, device, disks={131_072: ("system disk", _FLASH_KB, 0.31)})
        for number, (near, far) in enumerate(device.neighbours("mndp"), 1):
            _neighbour(mib, world, near, far, number)
        for port in physical.optics(device):
            _optic(mib, world, port)
        for port in device.ports:
            if port.kind == "radio":
                _radio(mib, world, device, port)

    def log_line(self, notice: Notice) -> str | None:
        port = notice.port.name if notice.port else ""
        speed = notice.port.speed // 1000 if notice.port else 0
        texts = {
            What.LINK_DOWN: f"interface,info {port} link down",
            What.LINK_UP: f"interface,info {port} link up (speed {speed}G, full duplex)",
            What.COLD_START: "system,error,critical router was rebooted without proper shutdown",
            What.CPU_HIGH: f"system,warning cpu load {notice.value:.0f}%",
            What.CPU_NORMAL: f"system,info cpu load {notice.value:.0f}%",
            What.ERRORS_RISING: f"interface,warning {port} fcs errors rising ({notice.value:.0f}/s)",
            What.ERRORS_GONE: f"interface,info {port} fcs errors stopped",
            What.OPTICS_LOW: f"interface,warning {port} sfp rx power low ({notice.value:.1f}dBm)",
            What.OPTICS_NORMAL: f"interface,info {port} sfp rx power normal ({notice.value:.1f}dBm)",
        }
        return texts.get(notice.what)


class Ccr(RouterOs):
    """The router behind the access points."""

    model = "CCR2116-12G-4S+"
    ports = (
        Run("sfp-sfpplus{n}", "sfp-sfpplus{n}", 4, 10_000, 1, first=1),
        Run("ether{n}", "ether{n}", 13, 1_000, 5, first=1, optical=False),
    )
    memory_mb = 16_384
    processors = 16
    cpu_idle = 12.0
    watts = 70


class AccessPoint(RouterOs):
    """A sector antenna with subscribers' radios around it."""

    model = "RBmANTBox-52-15s"
    oui = bytes.fromhex("dc2c6e")
    ports = (
        Run("ether{n}", "ether{n}", 1, 1_000, 1, first=1, optical=False),
        Run("wlan{n}", "wlan{n}", 1, 866, 2, first=1, kind="radio", optical=False),
    )
    loopback = ("bridge1", "bridge1", 3)
    memory_mb = 256
    processors = 4
    cpu_idle = 21.0
    watts = 18


def _neighbour(mib: Builder, world: World, near: Port, far: Port, number: int) -> None:
    """mtxrNeighborTable: what MNDP and CDP heard."""
    device = far.device
    cells: dict[int, Cell] = {
        2: (ber.IP, device.address),
        3: (ber.OCTETS, device.mac),
        4: (ber.OCTETS, device.character.software),
        5: (ber.OCTETS, device.character.vendor),
        6: (ber.OCTETS, device.name),
        7: (ber.OCTETS, device.serial),
        8: (ber.INTEGER, near.if_index),
    }
    mib.row(f"{MTXR}.11.1.1", (number,), cells, exists=world.while_up(near))


def _optic(mib: Builder, world: World, port: Port) -> None:
    def power(received: int, at: float) -> bytes:
        return signed(round(physical.dbm(world, port, at, received=bool(received)) * 1000))

    index = (port.if_index,)
    mib.cell(f"{MTXR}.19.1.1.2", index, ber.OCTETS, port.name)
    mib.cell(f"{MTXR}.19.1.1.5", index, ber.GAUGE32, 131_000)
    mib.cell(f"{MTXR}.19.1.1.6", index, ber.INTEGER, lambda _a, at: signed(
        world.temperature(port.device, at, port.position)))  # fmt: skip
    mib.cell(f"{MTXR}.19.1.1.7", index, ber.GAUGE32, 3300)
    mib.cell(f"{MTXR}.19.1.1.8", index, ber.GAUGE32, 34)
    mib.cell(f"{MTXR}.19.1.1.9", index, ber.INTEGER, power, 0)
    mib.cell(f"{MTXR}.19.1.1.10", index, ber.INTEGER, power, 1)


def signal(mac: bytes, at: float) -> int:
    """dBm of a subscriber's radio."""
    return -48 - mac[5] % 27 - (int(at / 17) + mac[4]) % 3


def _radio(mib: Builder, world: World, device: Device, port: Port) -> None:
    clients = device.clients.get(port.position, [])
    index = (port.if_index,)
    mib.row(
        f"{MTXR}.1.3.1", index,
        {
            2: (ber.GAUGE32, lambda _a, at: unsigned(world.rate(port, at, out=True))),
            3: (ber.GAUGE32, lambda _a, at: unsigned(world.rate(port, at, out=False))),
            4: (ber.OCTETS, f"{device.name}-5g"),
            5: (ber.OCTETS, port.mac),
            6: (ber.GAUGE32, lambda _a, _at: unsigned(len(clients) if world.is_up(port) else 0)),
            7: (ber.INTEGER, 5180 + device.number % 8 * 20),
            8: (ber.OCTETS, "5ghz-n/ac"),
            9: (ber.INTEGER, lambda _a, at: signed(-104 - int(at / 90) % 4)),
            10: (ber.INTEGER, 92),
        },
    )  # fmt: skip
    for mac in clients:

        def strength(_arg: int, at: float, mac: bytes = mac) -> bytes | None:
            return signed(signal(mac, at)) if world.is_up(port) else None

        mib.cell(f"{MTXR}.1.2.1.3", (*mac, port.if_index), ber.INTEGER, strength)


words = Commands(abbreviates=False, leave=("quit", "/quit"))
RouterOs.commands = words


@words.add("/system resource print", "system resource print", "show version")
def _resource(world: World, device: Device, _words: list[str]) -> str:
    at = world.now()
    days, hours, minutes, seconds = split_seconds(world.uptime(device, at))
    memory = device.character.memory_mb
    return (
        f"                   uptime: {days // 7}w{days % 7}d{hours}h{minutes}m{seconds}s\n"
        f"                  version: {device.character.software} (stable)\n"
        f"              free-memory: {memory * (1 - world.memory(device, at)):.1f}MiB\n"
        f"             total-memory: {memory:.1f}MiB\n"
        f"                cpu-count: {device.character.processors}\n"
        f"                 cpu-load: {world.cpu(device, at)}%\n"
        f"               board-name: {device.character.model}\n"
        f"                 platform: MikroTik"
    )


@words.add("/system routerboard print", "system routerboard print")
def _board(_world: World, device: Device, _words: list[str]) -> str:
    return (
        f"       routerboard: yes\n             model: {device.character.model}\n"
        f"     serial-number: {device.serial}\n  current-firmware: {device.character.software}"
    )


@words.add("/system identity print", "system identity print")
def _identity(_world: World, device: Device, _words: list[str]) -> str:
    return f"  name: {device.name}"


@words.add("/interface print", "interface print", "/interface print detail", "show interfaces",
           "/interface print stats", "interface print stats")  # fmt: skip
def _interfaces(world: World, device: Device, _words: list[str]) -> str:
    rows = []
    for number, port in enumerate(device.ports):
        counts = world.counts(port, world.now())
        flag = "R" if world.is_up(port) else " "
        rows.append((number, flag, port.name, port.kind, counts.in_octets, counts.out_octets,
                     counts.in_errors, port.alias))  # fmt: skip
    head = (
        "Flags: R - RUNNING\n"
        " #    NAME             TYPE      RX-BYTE            TX-BYTE            RX-ERROR  COMMENT\n"
    )
    return head + columns(rows, "{:>2} {:<2} {:<16} {:<9} {:<18} {:<18} {:<9} {}")


@words.add("/ip address print", "ip address print")
def _addresses(_world: World, device: Device, _words: list[str]) -> str:
    rows = [(n, f"{p.address}/{p.prefix}", p.name) for n, p in
            enumerate(p for p in device.ports if p.address)]  # fmt: skip
    return " #   ADDRESS             INTERFACE\n" + columns(rows, "{:>2}   {:<19} {}")


@words.add("/ip arp print", "ip arp print")
def _arp(world: World, device: Device, _words: list[str]) -> str:
    rows = [
        (n, address, colons(mac).upper(), port.name)
        for n, (port, address, mac, _far) in enumerate(addressing.arp(world, device))
    ]
    return " #   ADDRESS         MAC-ADDRESS        INTERFACE\n" + columns(
        rows, "{:>2}   {:<15} {:<18} {}"
    )


@words.add("/ip neighbor print", "ip neighbor print")
def _neighbours(world: World, device: Device, _words: list[str]) -> str:
    rows = [
        (n, near.name, far.device.address, colons(far.device.mac).upper(), far.device.name)
        for n, (near, far) in enumerate(device.neighbours("mndp"))
        if world.is_up(near)
    ]
    head = " #  INTERFACE        ADDRESS         MAC-ADDRESS        IDENTITY\n"
    return head + columns(rows, "{:>2}  {:<16} {:<15} {:<18} {}")


@words.add(
    "/interface wireless registration-table print", "interface wireless registration-table print"
)
def _registrations(world: World, device: Device, _words: list[str]) -> str:
    rows = []
    for position, macs in device.clients.items():
        port = device.ports[position]
        if world.is_up(port):
            rows += [(n, port.name, colons(mac).upper(), signal(mac, world.now()))
                     for n, mac in enumerate(macs)]  # fmt: skip
    head = " # INTERFACE  MAC-ADDRESS         SIGNAL-STRENGTH\n"
    return head + columns(rows, "{:>2} {:<10} {:<19} {}dBm")


@words.add("/export", "export", "show running-config", "/export verbose", "show configuration",
           "/export terse", "/export verbose terse")  # fmt: skip
def _export(world: World, device: Device, _words: list[str]) -> str:
    lines = [f"# {when(world.now(), '%Y-%m-%d %H:%M:%S')} by RouterOS {device.character.software}",
             f"# model = {device.character.model}", f"# serial number = {device.serial}"]  # fmt: skip
    return "\n".join([*lines, *menus.printed(world.settings.of(device).running)])


def _first_interfaces(device: Device) -> Tree:
    kinds = {"ethernet": "/interface ethernet", "radio": "/interface wireless"}
    tree: Tree = {}
    for port in device.ports:
        words = {"comment": port.alias} if port.alias else {}
        if port.kind in kinds and words:
            line = menus.entry("set", words, port.name)
            tree.setdefault(kinds[port.kind], {})[line] = {}
        elif port.kind not in kinds:
            line = menus.entry("add", {**words, "name": port.name})
            tree.setdefault("/interface bridge", {})[line] = {}
    return dict(sorted(tree.items()))


def _first_address(port: Port) -> str:
    its = IPv4Interface(f"{port.address}/{port.prefix}")
    network = str(its.network.network_address)
    return menus.entry("add", {"address": str(its), "interface": port.name, "network": network})


def _first_peer(peer: BgpPeer) -> str:
    words = {
        "name": f"to-{peer.address}",
        "local.address": peer.local,
        "remote.address": peer.address,
        "remote.as": str(peer.remote_as),
    }
    return menus.entry("add", words)
