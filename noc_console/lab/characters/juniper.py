"""Juniper: Junos routers (MX) and switches (EX, QFX)."""

from __future__ import annotations

from noc_console.lab.characters.base import Character, Run
from noc_console.lab.characters.words import (
    colons,
    columns,
    split_seconds,
    up_down,
    wanted,
    when,
)
from noc_console.lab.cli import Commands
from noc_console.lab.model import Device, Port
from noc_console.lab.notices import Notice, What
from noc_console.lab.setting import Tree, read_set, write_braces, write_set
from noc_console.lab.tables import addressing, bridging, physical, protocols
from noc_console.lab.tree import Builder, signed, unsigned
from noc_console.lab.world import World
from noc_console.wire import ber

BOX = "1.3.6.1.4.1.2636.3.1"
OPERATING = f"{BOX}.13.1"
DOM = "1.3.6.1.4.1.2636.3.60.1.1.1.1"


class Junos(Character):
    vendor = "Juniper"
    enterprise = 2636
    dialect = "set"
    family = "junos"
    oui = bytes.fromhex("f4a739")
    software = "22.4R3-S2.11"
    speaks = frozenset({"lldp"})
    port_id_subtype = 7  # local: the ifIndex as text
    loopback = ("lo0.0", "lo0.0", 16)
    memory_mb = 16_384
    prompt = "noc@{name}> "
    processors = 1
    has_entity_sensors = False

    def describe(self, device: Device) -> str:
        kind = "Ethernet Switch" if self.has_bridge else "internet router"
        return (
            f"Juniper Networks, Inc. {self.model.lower()} {kind}, kernel JUNOS {self.software}, "
            "Build date: 2023-12-14 09:04:45 UTC Copyright (c) 1996-2023 Juniper Networks, Inc."
        )

    def first_setting(self, device: Device) -> Tree:
        return read_set(_first_lines(device))

    def lldp_port_id(self, port: Port) -> bytes:
        return str(port.if_index).encode()

    def refuse(self, line: str) -> str:
        word = line.split()[0]
        return (
            f"{' ' * (len(line.split()[0]) + 2)}^\nunknown command.\nerror: {word}: unknown command"
        )

    def tables(self, mib: Builder, world: World, device: Device) -> None:
        """JUNIPER-MIB's operating table and JUNIPER-DOM-MIB."""
        mib.scalar(f"{BOX}.2", ber.OCTETS, f"Juniper {self.model} Internet Backbone Router")
        mib.scalar(f"{BOX}.3", ber.OCTETS, device.serial)
        self._operating(mib, world, device, (9, 1, 0, 0), "Routing Engine 0", busy=True)
        self._operating(mib, world, device, (7, 1, 0, 0), f"FPC: {self.model} @ 0/*/*", busy=True)
        self._operating(mib, world, device, (4, 1, 0, 0), "Fan Tray 0", busy=False)
        for port in physical.optics(device):
            self._optic(mib, world, port)

    def _operating(
        self, mib: Builder, world: World, device: Device, index: tuple[int, ...], text: str, *,
        busy: bool,
    ) -> None:  # fmt: skip
        def heat(_arg: int, at: float) -> bytes:
            return unsigned(world.temperature(device, at, index[0]) + 6)

        def cpu(_arg: int, at: float) -> bytes:
            return unsigned(world.cpu(device, at) if busy else 0)

        def buffer(_arg: int, at: float) -> bytes:
            return unsigned(world.memory(device, at) * 100 if busy else 0)

        mib.row(
            OPERATING, index,
            {
                5: (ber.OCTETS, text),
                6: (ber.INTEGER, 2),
                7: (ber.GAUGE32, heat),
                8: (ber.GAUGE32, cpu),
                11: (ber.GAUGE32, buffer),
                13: (ber.TIMETICKS, lambda _a, at: unsigned(world.uptime(device, at) * 100)),
                15: (ber.INTEGER, self.memory_mb if busy else 0),
                21: (ber.GAUGE32, cpu),
            },
        )  # fmt: skip

    def _optic(self, mib: Builder, world: World, port: Port) -> None:
        def power(received: int, at: float) -> bytes:
            dbm = physical.dbm(world, port, at, received=bool(received))
            return signed(round(dbm * 100))

        def heat(_arg: int, at: float) -> bytes:
            return signed(world.temperature(port.device, at, port.position))

        index = (port.if_index,)
        mib.cell(f"{DOM}.5", index, ber.INTEGER, power, 1)
        mib.cell(f"{DOM}.6", index, ber.INTEGER, 6100)
        mib.cell(f"{DOM}.7", index, ber.INTEGER, power, 0)
        mib.cell(f"{DOM}.8", index, ber.INTEGER, heat)

    def log_line(self, notice: Notice) -> str | None:
        port = notice.port.name if notice.port else ""
        index = notice.port.if_index if notice.port else 0
        texts = {
            What.LINK_DOWN: f"mib2d[1792]: SNMP_TRAP_LINK_DOWN: ifIndex {index}, ifAdminStatus up(1), "
            f"ifOperStatus down(2), ifName {port}",
            What.LINK_UP: f"mib2d[1792]: SNMP_TRAP_LINK_UP: ifIndex {index}, ifAdminStatus up(1), "
            f"ifOperStatus up(1), ifName {port}",
            What.COLD_START: "snmpd[1803]: SNMPD_TRAP_COLD_START: trap_generate_cold: SNMP trap: "
            "cold start",
            What.CPU_HIGH: f"chassisd[1702]: CHASSISD_RE_CPU: Routing Engine 0 CPU utilization "
            f"{notice.value:.0f} percent",
            What.CPU_NORMAL: f"chassisd[1702]: CHASSISD_RE_CPU_OK: Routing Engine 0 CPU utilization "
            f"{notice.value:.0f} percent",
            What.ERRORS_RISING: f"fpc0 {port}: input framing and CRC errors rising, {notice.value:.0f}/s",
            What.ERRORS_GONE: f"fpc0 {port}: input errors back to normal",
            What.OPTICS_LOW: f"fpc0 {port}: Rx power low warning set, {notice.value:.2f} dBm",
            What.OPTICS_NORMAL: f"fpc0 {port}: Rx power low warning cleared, {notice.value:.2f} dBm",
            What.BGP_DOWN: f"rpd[1810]: RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer {notice.peer} "
            "(External AS) changed state from Established to Idle (event HoldTime)",
            What.BGP_UP: f"rpd[1810]: RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer {notice.peer} "
            "(External AS) changed state from OpenConfirm to Established (event RecvKeepAlive)",
        }
        return texts.get(notice.what)


class Mx(Junos):
    """An edge router."""

    model = "MX304"
    object_id = "1.3.6.1.4.1.2636.1.1.1.2.165"
    ports: tuple[Run, ...] = (
        Run("et-0/0/{n}", "et-0/0/{n}", 16, 100_000, 510),
        Run("et-0/1/{n}", "et-0/1/{n}", 10, 25_000, 540),
        Run("xe-0/2/{n}", "xe-0/2/{n}", 4, 10_000, 560),
    )
    cpu_idle = 11.0
    watts = 580


class Ex(Junos):
    """An access switch."""

    model = "EX4300-32F"
    object_id = "1.3.6.1.4.1.2636.1.1.1.4.63"
    software = "21.4R3-S5.4"
    oui = bytes.fromhex("3c8c93")
    ports: tuple[Run, ...] = (
        Run("ge-0/0/{n}", "ge-0/0/{n}", 20, 1_000, 510, optical=False),
        Run("xe-0/2/{n}", "xe-0/2/{n}", 4, 10_000, 550),
    )
    loopback = ("irb.99", "irb.99", 590)
    management_vlan = "irb.99"
    has_bridge = True
    memory_mb = 2048
    watts = 180


class Qfx(Ex):
    """An aggregation switch."""

    model = "QFX5120-48Y"
    object_id = "1.3.6.1.4.1.2636.1.1.1.4.82.22"
    ports: tuple[Run, ...] = (
        Run("et-0/0/{n}", "et-0/0/{n}", 8, 25_000, 510),
        Run("xe-0/0/{n}", "xe-0/0/{n}", 24, 10_000, 520, first=8),
        Run("ge-0/0/{n}", "ge-0/0/{n}", 6, 1_000, 546, first=40, optical=False),
    )
    watts = 310


words = Commands(leave=("exit", "quit"))
words.quiet(
    "set cli screen-length <n>", "set cli screen-width <n>", "set cli complete-on-space off"
)
Junos.commands = words


@words.add("show version")
def _version(_world: World, device: Device, _words: list[str]) -> str:
    character = device.character
    return (
        f"Hostname: {device.name}\nModel: {character.model.lower()}\nJunos: {character.software}\n"
        f"JUNOS OS Kernel 64-bit  [20231214]\nJUNOS Base OS boot [{character.software}]"
    )


@words.add("show chassis hardware")
def _hardware(_world: World, device: Device, _words: list[str]) -> str:
    return (
        "Hardware inventory:\nItem             Version  Part number  Serial number     Description\n"
        f"Chassis                                {device.serial:<18}{device.character.model}"
    )


@words.add("show interfaces terse", "show interfaces descriptions")
def _terse(world: World, device: Device, _words: list[str]) -> str:
    head = "Interface               Admin Link Proto    Local                 Description\n"
    rows = (
        (p.name, up_down(world, p), "inet" if p.address else "",
         f"{p.address}/{p.prefix}" if p.address else "", p.alias)
        for p in device.ports
    )  # fmt: skip
    return head + columns(rows, "{:<24}up    {:<5}{:<9}{:<22}{}")


@words.add("show interfaces", "show interfaces <port>", "show interfaces extensive",
           "show interfaces <port> extensive")  # fmt: skip
def _interfaces(world: World, device: Device, asked: list[str]) -> str:
    ports = wanted(device, asked)
    if not ports:
        return f"error: device {asked[0]} not found"
    return "\n\n".join(_interface(world, port) for port in ports)


def _interface(world: World, port: Port) -> str:
    counts = world.counts(port, world.now())
    state = "Up" if world.is_up(port) else "Down"
    return (
        f"Physical interface: {port.name}, Enabled, Physical link is {state}\n"
        f"  Interface index: {port.position + 130}, SNMP ifIndex: {port.if_index}\n"
        f"  Description: {port.alias}\n"
        f"  Link-level type: Ethernet, MTU: 1514, Speed: {port.speed // 1000}Gbps\n"
        f"  Current address: {colons(port.mac)}, Hardware address: {colons(port.mac)}\n"
        f"  Input rate     : {counts.in_bps:.0f} bps\n  Output rate    : {counts.out_bps:.0f} bps\n"
        f"  Traffic statistics:\n   Input  bytes  : {counts.in_octets:>20}\n"
        f"   Output bytes  : {counts.out_octets:>20}\n   Input  packets: {counts.in_packets:>20}\n"
        f"   Output packets: {counts.out_packets:>20}\n"
        f"  Input errors: {counts.in_errors}, Output errors: {counts.out_errors}, "
        f"Drops: {counts.out_discards}"
    )


@words.add("show configuration", "show running-config")
def _configuration(world: World, device: Device, _words: list[str]) -> str:
    return "\n".join(write_braces(world.settings.of(device).running))


@words.add("show configuration display set")
def _as_set(world: World, device: Device, _words: list[str]) -> str:
    return "\n".join(write_set(world.settings.of(device).running))


def _first_lines(device: Device) -> list[str]:
    lines = [
        f"version {device.character.software}", f"system host-name {device.name}",
        f'snmp location "{device.location}"', f'snmp contact "{device.character.contact}"',
        "snmp community public authorization read-only",
    ]  # fmt: skip
    for port in device.ports:
        name, _, unit = port.name.partition(".")
        if port.alias:
            lines.append(f'interfaces {name} description "{port.alias}"')
        if port.address:
            place = f"interfaces {name} unit {unit or 0} family inet"
            lines.append(f"{place} address {port.address}/{port.prefix}")
    for peer in device.peers:
        group = "internal" if peer.remote_as == protocols.OWN_AS else "transit"
        lines.append(
            f"protocols bgp group {group} neighbor {peer.address} peer-as {peer.remote_as}"
        )
    return lines


@words.add("show lldp neighbors")
def _lldp(world: World, device: Device, _words: list[str]) -> str:
    head = "Local Interface    Chassis Id          Port info            System Name\n"
    rows = (
        (near.name, colons(far.device.mac), far.name, far.device.name)
        for near, far in device.neighbours("lldp")
        if world.is_up(near)
    )
    return head + columns(rows, "{:<19}{:<20}{:<21}{}")


@words.add("show arp", "show arp no-resolve")
def _arp(world: World, device: Device, _words: list[str]) -> str:
    rows = (
        (colons(mac), address, port.name)
        for port, address, mac, far in addressing.arp(world, device)
        if far is None or world.is_alive(far)
    )
    return "MAC Address       Address         Interface\n" + columns(rows, "{:<18}{:<16}{}")


@words.add("show ethernet-switching table")
def _macs(world: World, device: Device, _words: list[str]) -> str:
    rows = (
        (bridging.vlan_name(vlan), colons(mac), port.name)
        for mac, port, vlan in bridging.heard(world.plan, device)
        if world.is_up(port)
    )
    return "Vlan name   MAC address        Interface\n" + columns(rows, "{:<12}{:<19}{}")


@words.add("show bgp summary")
def _bgp(world: World, device: Device, _words: list[str]) -> str:
    rows = []
    for peer in device.peers:
        since = protocols.established_for(world, device, peer, world.now())
        days, hours, minutes, _ = split_seconds(since)
        state = "Establ" if world.session_up(peer) else "Active"
        rows.append((peer.address, peer.remote_as, f"{days}d {hours:02}:{minutes:02}", state))
    head = "Peer                     AS      Last Up/Dwn State\n"
    return head + columns(rows, "{:<22}{:>6} {:>16} {}")


@words.add("show ospf neighbor")
def _ospf(world: World, device: Device, _words: list[str]) -> str:
    rows = (
        (far.address, near.name, "Full" if world.is_up(near) else "Down", far.device.router_id)
        for near, far in protocols.ospf_neighbours(device)
    )
    return "Address          Interface              State           ID\n" + columns(
        rows, "{:<17}{:<23}{:<16}{}"
    )


@words.add("show chassis routing-engine")
def _engine(world: World, device: Device, _words: list[str]) -> str:
    at = world.now()
    return (
        f"Routing Engine status:\n    Temperature {world.temperature(device, at, 9) + 6:.0f} degrees C\n"
        f"    Memory utilization {world.memory(device, at) * 100:.0f} percent\n"
        f"    CPU utilization: User {world.cpu(device, at)} percent\n"
        f"    Serial ID {device.serial}"
    )


@words.add("show interfaces diagnostics optics", "show interfaces diagnostics optics <port>")
def _optics(world: World, device: Device, asked: list[str]) -> str:
    blocks = []
    for port in wanted(device, asked):
        if port.optical and port.link:
            received, sent = world.optics(port, world.now())
            blocks.append(
                f"Physical interface: {port.name}\n    Laser output power : "
                f"{physical.milliwatts(sent):.4f} mW / {sent:.2f} dBm\n"
                f"    Receiver signal average optical power : "
                f"{physical.milliwatts(received):.4f} mW / {received:.2f} dBm"
            )
    return "\n".join(blocks)


@words.add("show system uptime")
def _uptime(world: World, device: Device, _words: list[str]) -> str:
    booted = when(world.node(device).boot_at, "%Y-%m-%d %H:%M:%S UTC")
    return f"Current time: {when(world.now(), '%Y-%m-%d %H:%M:%S UTC')}\nSystem booted: {booted}"
